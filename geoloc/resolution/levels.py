"""What words speak for that name no place: linear models over words, trained with the rankers.

The words around a name say what level of place is meant: "the X sheriff" and "X High School" are said of a town, "the
X government" of a country. The common words of a whole text say in which country it plays: selectmen do not work
in France. What the closed lists of `geoloc.resolution.wording` do not hold is learned from corpora.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.model import PLACE_KINDS, Mention

LEVELS = ("country", "region", "district", "town", "other")
"""What places are told apart: continents, water, relief, areas and facilities are ``other``."""
HOMES = ("US", "GB", "CA", "")
"""Countries that the words of a text tell from all others; the last stands for these."""
LEVEL_OF_KIND = np.array(
    [
        {"country": 0, "region": 1, "district": 2, "populated-place": 3}.get(kind, LEVELS.index("other"))
        for kind in PLACE_KINDS
    ]
)
_REACH = 40
_WORD = re.compile(r"[^\W\d_][\w'’.-]*|\d+|[^\w\s]|\n+")
_LOWER = re.compile(r"(?<![\w'’.@/-])[^\W\d_A-Z]{2,}(?![\w'’@/-])")
_MOST_MENTIONS = 6


def cues_of(text: str, mention: Mention) -> tuple[str, ...]:
    """Return what stands around a mention, as names of features.

    Examples
    --------
    >>> cues_of("the Decatur sheriff said", Mention(4, 11, "Decatur"))
    ('1=sheriff', '1=sheriff 2=said', '-1=the', '-2=^ -1=the', 'after=aa')
    """
    before = _WORD.findall(text[max(0, mention.start - _REACH) : mention.start])[-2:]
    after = _WORD.findall(text[mention.end : mention.end + _REACH])[:2]
    after = [word.rstrip(".") or word for word in after]
    two_before, one_before = ["^", "^", *(_plain(word) for word in before)][-2:]
    one, two = [*(_plain(word) for word in after), "$", "$"][:2]
    cues = [f"1={one}", f"1={one} 2={two}", f"-1={one_before}", f"-2={two_before} -1={one_before}"]
    cues.append("after=" + "".join(_shape(word) for word in after))
    if mention.text.isupper() and len(mention.text) > 3:
        cues.append("capitals")
    words = mention.text.split()
    if len(words) > 1:
        cues += [f"last={words[-1].lower()}", f"first={words[0].lower()}"]
    return tuple(cues)


def common_words_of(text: str) -> tuple[str, ...]:
    """Return the distinct words of a text that are not capitalised.

    Examples
    --------
    >>> common_words_of("The sheriff of Decatur met the mayor.")
    ('sheriff', 'of', 'met', 'the', 'mayor')
    """
    return tuple(dict.fromkeys(_LOWER.findall(text)))


def _plain(word: str) -> str:
    return "0" if word[0].isdigit() else "|" if word[0] == "\n" else word.lower()


def _shape(word: str) -> str:
    return "A" if word[0].isupper() else "a" if word[0].isalpha() else "0" if word[0].isdigit() else "."


@dataclass(frozen=True, slots=True)
class WordModel:
    """Weights of words for a few labels.

    Attributes
    ----------
    number : mapping of str to int
        The row of `weights` of each feature that training met often enough.
    weights : array of shape (features + 1, labels)
        Of each feature; the last row always counts.
    """

    number: Mapping[str, int]
    weights: NDArray[np.float32]

    def __call__(self, bags: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """Return the logarithms of the probabilities of the labels, by all bags of words together."""
        total = np.zeros(self.weights.shape[1])
        chosen = bags[:_MOST_MENTIONS]
        for words in chosen:
            rows = [self.number[word] for word in words if word in self.number]
            total += self.weights[rows].sum(axis=0)
        scores = total / max(len(chosen), 1) ** 0.5 + self.weights[-1]
        peak = scores.max()
        result: NDArray[np.float64] = scores - peak - np.log(np.exp(scores - peak).sum())
        return result

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the arrays to store, each with a name that begins with `prefix`."""
        words = np.array("\n".join(self.number))
        return {f"{prefix}_words": words, f"{prefix}_weights": self.weights.astype(np.float16)}

    @classmethod
    def load(cls, stored: Mapping[str, NDArray[Any]], prefix: str) -> WordModel:
        """Return the model that `arrays` gave."""
        words = str(stored[f"{prefix}_words"]).split("\n")
        return cls({word: i for i, word in enumerate(words)}, stored[f"{prefix}_weights"].astype(np.float32))
