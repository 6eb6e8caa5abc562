"""What the network of the accurate recogniser is given of a document: pieces of words, and cues to each word.

The cues are those features of the linear tagger that say what letters without case cannot: the shape of a word, what
the gazetteer and the lists of names hold, the verdict of the rules, what the document says elsewhere of the word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.recognition.accurate_pieces import BEGIN, END, SPECIAL, Pieces
from geoloc.recognition.features import Word
from geoloc.recognition.tokens import Token

OF_WORD = ("s=", "f=", "c=", "n=", "z=", "zb=", "dem", "abbr", "stop")
"""How the cues begin that lie in a word wherever it stands."""
_SIZED = "z="
_OF_PLACE = ("g=", "d=", "dp=")
_FIRM = 0.5
_MOST_WORDS = 65536
_VERDICT = re.compile(r"R=([BI])\d(-?\d+(?:\.\d+)?)(\w*)")
BEGIN_NUMBER, END_NUMBER = SPECIAL.index(BEGIN), SPECIAL.index(END)


def cues_of_word(word: Word) -> list[str]:
    """Return the cues that lie in a word wherever it stands; a class of places without the size of the largest."""
    cues = [feature for feature in word.own if feature.startswith(OF_WORD) and not feature.startswith(_SIZED)]
    classes = {feature.rstrip("0123456789") for feature in word.own if feature.startswith(_SIZED)}
    return cues + sorted(classes)


def cues_of_place(features: Sequence[str]) -> list[str]:
    """Return those that depend on where it stands, from the features of the linear tagger.

    The verdict of the rules is made coarse: for or against, and what they say of the name. So is the setting: how near
    a place of that name is to where the document plays, without its kind and size.
    """
    cues = []
    for feature in features:
        if feature.startswith(_OF_PLACE):
            cues.append(feature)
        elif feature.startswith("h=") and len(feature) == 3:
            cues.append(feature)
        elif feature.startswith("per"):
            cues.append(feature if feature[3:] in ("+", "-") else "per")
        elif verdict := _VERDICT.match(feature):
            place, score, more = verdict.groups()
            side = "+" if float(score) >= _FIRM else "-"
            cues.append(f"R{place}{side}")
            cues += [f"R{letter}{side}" for letter in more]
    return cues


@dataclass(slots=True)
class Input:
    """A document for the network.

    Attributes
    ----------
    pieces : array
        Numbers of all pieces, signs between words included.
    owner : array
        The word that each piece belongs to, -1 for signs.
    start : array
        Where the pieces of each word begin, signs before it included; one entry more than words.
    head : array
        Where those of the word itself begin.
    cues : list of list of int
        The numbers of the cues to each word.
    opens : list of bool
        Whether a sentence begins with the word.
    """

    pieces: NDArray[Any]
    owner: NDArray[Any]
    start: NDArray[Any]
    head: NDArray[Any]
    cues: list[list[int]]
    opens: list[bool]

    @property
    def lengths(self) -> list[int]:
        """The number of pieces of each word."""
        return np.diff(self.start).tolist()  # type: ignore[no-any-return]


class Reader:
    """Turns words into what a model with these pieces and cues is given."""

    def __init__(self, pieces: Pieces, cues: Mapping[str, int]) -> None:
        self._pieces = pieces
        self._cues = cues
        self._of_word: dict[str, list[int]] = {}

    def read(self, tokens: Sequence[Token], known: Sequence[Word], features: Sequence[Sequence[str]]) -> Input:
        """Return the pieces of a document and the cues to its words."""
        numbers: list[int] = []
        owner: list[int] = []
        start, head = [0], []
        cues = []
        get = self._cues.get
        for i, token in enumerate(tokens):
            signs, pieces = self._pieces.of_token(token)
            head.append(len(numbers) + len(signs))
            numbers += signs
            numbers += pieces
            owner += [-1] * len(signs) + [i] * len(pieces)
            start.append(len(numbers))
            of_place = [number for cue in cues_of_place(features[i]) if (number := get(cue)) is not None]
            cues.append([*self._numbers(token.text, known[i]), *of_place])
        return Input(
            np.array(numbers, np.int32),
            np.array(owner, np.int32),
            np.array(start, np.int32),
            np.array(head, np.int32),
            cues,
            [token.opens for token in tokens],
        )

    def _numbers(self, text: str, word: Word) -> list[int]:
        found = self._of_word.get(text)
        if found is None:
            if len(self._of_word) >= _MOST_WORDS:
                self._of_word.clear()
            found = [number for cue in cues_of_word(word) if (number := self._cues.get(cue)) is not None]
            self._of_word[text] = found
        return found
