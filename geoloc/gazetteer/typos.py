"""Find the skeletons within a few edits of a query, all of them, without comparing with each.

Each skeleton has two signatures of bits. An edit (a letter put in, left out, changed, or two swapped) alters
the count of at most two letters, and at most two of the letters among the first four and the last four; so
of the skeletons whose length is near, those whose signatures differ in more bits cannot be within reach, and only
the few that remain are compared in full. The bounds are strict: nothing within reach is missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer.strings import StringTable

_LETTERS = 26
_ENDS = 4
_END_BITS = 16


def signatures(skeleton: str) -> tuple[int, int]:
    """Return 64 bits for the letters of a skeleton, and 32 for those near its two ends.

    The first has a bit for each letter that occurs, one for each that occurs twice, and twelve
    that other characters share.
    """
    letters = 0
    for character in skeleton:
        place = ord(character) - 97
        if 0 <= place < _LETTERS:
            bit = 1 << place
            letters |= bit << _LETTERS if letters & bit else bit
        else:
            letters |= 1 << (2 * _LETTERS + ord(character) % 12)
    ends = 0
    for character in skeleton[:_ENDS]:
        ends |= 1 << ord(character) % _END_BITS
    for character in skeleton[-_ENDS:]:
        ends |= 1 << _END_BITS + ord(character) % _END_BITS
    return letters, ends


def typo_arrays(skeletons: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Return the arrays of the index over the skeletons in Latin letters, shortest first."""
    order = sorted((i for i, s in enumerate(skeletons) if s.isascii()), key=lambda i: (len(skeletons[i]), i))
    longest = max((len(skeletons[i]) for i in order), default=0)
    lengths = np.array([len(skeletons[i]) for i in order], np.int64)
    both = [signatures(skeletons[i]) for i in order]
    return {
        "typo_order": np.array(order, np.uint32),
        "typo_starts": np.searchsorted(lengths, np.arange(longest + 2)).astype(np.uint32),
        "typo_letters": np.array([letters for letters, _ in both], np.uint64),
        "typo_ends": np.array([ends for _, ends in both], np.uint32),
    }


class TypoIndex:
    """The skeletons of a gazetteer, searched by edit distance."""

    def __init__(self, skeletons: StringTable, order: Any, starts: Any, letters: Any, ends: Any) -> None:
        self._skeletons = skeletons
        self._order, self._starts, self._letters, self._ends = order, starts, letters, ends

    def within(self, key: str, edits: int) -> list[tuple[int, int]]:
        """Return (index of the skeleton, distance) of all within `edits` of `key`, the nearest first.

        The distance is optimal string alignment: a swap of two neighbours is one edit.
        """
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import cdist

        near = self._candidates(key, edits)
        if not len(near):
            return []
        strings = [self._skeletons[i] for i in near.tolist()]
        distances = cdist([key], strings, scorer=OSA.distance, score_cutoff=edits, dtype=np.uint8)[0]
        hits = np.flatnonzero(distances <= edits)
        found = [(int(near[i]), int(distances[i])) for i in hits.tolist()]
        return sorted(found, key=lambda pair: (pair[1], pair[0]))

    def _candidates(self, key: str, edits: int) -> NDArray[np.uint32]:
        last = len(self._starts) - 2
        shortest, longest = max(len(key) - edits, 0), min(len(key) + edits, last)
        if shortest > longest:
            return np.empty(0, np.uint32)
        run = slice(int(self._starts[shortest]), int(self._starts[longest + 1]))
        letters, ends = signatures(key)
        differing = np.bitwise_count(self._letters[run] ^ np.uint64(letters))
        kept = np.flatnonzero(differing <= 2 * edits) + run.start
        kept = kept[np.bitwise_count(self._ends[kept] ^ np.uint32(ends)) <= 4 * edits]
        found: NDArray[np.uint32] = self._order[kept]
        return found


def edits_allowed(key: str) -> int:
    """Return how many edits may part a misspelled skeleton from the right one: 1 from 5 letters, 2 from 8."""
    return 0 if len(key) < 5 else 1 if len(key) < 8 else 2


def guesses_allowed(key: str) -> int:
    """Return how many edits a guess may be away that is offered to a person, who can tell: 1 to 3."""
    return 0 if len(key) < 3 else 1 if len(key) < 5 else 2 if len(key) < 9 else 3
