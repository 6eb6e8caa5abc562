"""Words of a text cut into the pieces that the network of the accurate recogniser knows, and into windows.

The pieces are those of BERT (Devlin and others, 2019): a word is taken apart from the left, the longest known piece
first; pieces that go on a word begin with ``##``. Case and accents are left out; what they say is among the cues.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from geoloc.recognition.tokens import Token

PAD, UNKNOWN, BEGIN, END, MASK = "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"
SPECIAL = (PAD, UNKNOWN, BEGIN, END, MASK)
_LONGEST_WORD = 60
_MOST_SIGNS = 4
_PARTS = re.compile(r"\w+|[^\w\s]")


class Pieces:
    """The known pieces and their numbers.

    Parameters
    ----------
    known : sequence of str
        All pieces; `SPECIAL` first.

    Examples
    --------
    >>> Pieces([*SPECIAL, "fargo", "moor", "##head", ","]).of_word("Moorhead")
    (6, 7)
    """

    def __init__(self, known: Sequence[str]) -> None:
        self._number = {piece: i for i, piece in enumerate(known)}
        self.of_word = lru_cache(maxsize=65536)(self._of_word)
        self._of_gap = lru_cache(maxsize=4096)(self._of_signs)

    def of_token(self, token: Token) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the pieces of the signs before a word, and those of the word."""
        text = token.text if len(token.text) <= _LONGEST_WORD else ""
        gap = token.gap
        if len(gap) > 2 * _MOST_SIGNS:  # an address, a row of dots: its ends say enough
            gap = gap[:_MOST_SIGNS] + gap[-_MOST_SIGNS:]
        return (self._of_gap(gap) if gap != " " else ()), self.of_word(text)

    def _of_word(self, text: str) -> tuple[int, ...]:
        bare = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
        found: list[int] = []
        for part in _PARTS.findall(bare):
            found += self._of_part(part)
        return tuple(found) or (UNKNOWN_NUMBER,)

    def _of_part(self, part: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(part):
            for end in range(len(part), start, -1):
                number = self._number.get(("##" if start else "") + part[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return [UNKNOWN_NUMBER]
        return found

    def _of_signs(self, gap: str) -> tuple[int, ...]:
        signs = [self._number.get(sign, UNKNOWN_NUMBER) for sign in gap if not sign.isspace()]
        return tuple(signs if len(signs) <= _MOST_SIGNS else signs[: _MOST_SIGNS // 2] + signs[-_MOST_SIGNS // 2 :])


UNKNOWN_NUMBER = SPECIAL.index(UNKNOWN)


def windows(lengths: Sequence[int], opens: Sequence[bool], size: int, shared: int) -> list[tuple[int, int]]:
    """Cut a text into stretches of words of at most `size` pieces, at the beginning of a sentence if one is near.

    Parameters
    ----------
    lengths : sequence of int
        The number of pieces of each word.
    opens : sequence of bool
        Whether a sentence begins with the word.
    size : int
        The most pieces of a window; no word has more.
    shared : int
        How many pieces of a window, at most, are those of the one before.

    Returns
    -------
    list of (int, int)
        First word of each window, and the one after its last.
    """
    found: list[tuple[int, int]] = []
    first, count = 0, len(lengths)
    while first < count:
        last, total = first, 0
        while last < count and total + lengths[last] <= size:
            total += lengths[last]
            last += 1
        if last < count:
            for cut in range(last, first + (last - first) * 3 // 4, -1):
                if opens[cut]:
                    last = cut
                    break
        found.append((first, last))
        if last == count:
            break
        after, total = last, 0
        while after > first + 1 and total + lengths[after - 1] <= shared:
            after -= 1
            total += lengths[after]
        first = after
    return found
