"""The skeletons of a gazetteer, and which of them are within a few edits of a query: all, without comparing with each.

An edit (a letter put in, left out, changed, or two neighbours swapped) alters the count of at most two letters. So
skeletons that differ in the presence of more letters cannot be within reach. The skeletons are sorted by length, then
by which of sixteen classes of letters they hold, so that most of them are ruled out in heaps; those of the heaps that
remain are compared by 64 bits for their letters, and only what is left is compared in full. The bounds are strict:
nothing within reach is missed, unless so much is left that a limit cuts it (see `SkeletonIndex.within`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer.arrays import ArrayFile, mapped

MOST_COMPARED = 6_000
"""Skeletons that are compared in full for one length; of more, those with the nearest letters are."""

MOST_WEIGHED = 80_000
"""Skeletons whose letters are looked at for one length; of more, those in the nearest heaps are."""

_CLASSES = ("a", "e", "i", "o", "u", "n", "r", "l", "s", "t", "k", "gh", "mw", "dj", "fpqv")
_CLASS_BITS = np.full(256, 1 << len(_CLASSES), np.uint16)
for _number, _letters in enumerate(_CLASSES):
    for _letter in _letters:
        _CLASS_BITS[ord(_letter)] = 1 << _number
_CLASS_OF = _CLASS_BITS.tolist()

_ALPHABET = 26
_OTHERS = 12
_LETTER_BITS = np.zeros(256, np.uint64)
for _code in range(256):
    _place = _code - ord("a")
    _LETTER_BITS[_code] = 1 << (_place if 0 <= _place < _ALPHABET else 2 * _ALPHABET + _code % _OTHERS)
_LETTER_BIT = _LETTER_BITS.tolist()
_ASCII = 128
_TWICE = np.uint64(_ALPHABET)
_LETTERS = (1 << _ALPHABET) - 1


def heap(skeleton: bytes) -> int:
    """Return sixteen bits: which classes of letters occur.

    Examples
    --------
    >>> heap(b"aha") == heap(b"ha"), heap(b"aha") == heap(b"ahu")
    (True, False)
    """
    bits = 0
    for code in set(skeleton):
        bits |= _CLASS_OF[code]
    return bits


def letters(matrix: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return 64 bits for each row of letters: which occur, which occur twice, and which other characters do."""
    found = np.zeros(len(matrix), np.uint64)
    for column in range(matrix.shape[1]):
        bit = _LETTER_BITS[matrix[:, column]]
        found |= bit | ((found & bit & np.uint64(_LETTERS)) << _TWICE)
    return found


def _letters_of(skeleton: bytes) -> int:
    """Return the `letters` of one skeleton; an array of one would take ten times as long."""
    found = 0
    for code in skeleton:
        bit = _LETTER_BIT[code]
        found |= bit << _ALPHABET if found & bit & _LETTERS else bit
    return found


def order(skeleton: bytes) -> bytes:
    """Return a prefix by which skeletons sort into the order of the index: length, then heap."""
    return b"%03x%04x" % (len(skeleton), heap(skeleton))


def write_skeletons(folder: Path, skeletons: Iterable[bytes]) -> int:
    """Write the index over distinct skeletons that come sorted by `order`, and return how many there were."""
    names = ("skeletons", "uint8"), ("skeleton_letters", "uint64"), ("heap_codes", "uint16"), ("heap_starts", "uint32")
    text, bits, codes, starts = (ArrayFile(folder / f"{name}.npy", dtype) for name, dtype in names)
    length_starts: list[int] = []
    length_heaps: list[int] = []
    written = 0
    for length, same_length in groupby(skeletons, len):
        while len(length_starts) <= length:
            length_starts.append(written)
            length_heaps.append(codes.length)
        code = None
        for piece in _pieces(same_length):
            matrix = np.frombuffer(b"".join(piece), np.uint8).reshape(-1, length)
            text.extend(matrix)
            bits.extend(letters(matrix))
            for number, other in enumerate(np.bitwise_or.reduce(_CLASS_BITS[matrix], axis=1).tolist(), written):
                if other != code:
                    code = other
                    codes.append(code)
                    starts.append(number)
            written += len(piece)
        codes.flush()
    starts.append(written)
    np.save(folder / "length_starts.npy", np.array([*length_starts, written], np.uint32))
    np.save(folder / "length_heaps.npy", np.array([*length_heaps, codes.length], np.uint32))
    for file in (text, bits, codes, starts):
        file.close()
    return written


def _pieces(items: Iterable[bytes], size: int = 1 << 16) -> Iterator[list[bytes]]:
    piece: list[bytes] = []
    for item in items:
        piece.append(item)
        if len(piece) == size:
            yield piece
            piece = []
    if piece:
        yield piece


class SkeletonIndex:
    """The distinct skeletons of a gazetteer, found by equality and by edit distance."""

    def __init__(self, folder: Path) -> None:
        def array(name: str) -> Any:
            return mapped(folder / f"{name}.npy")[0]

        self._text, self._letters = array("skeletons"), array("skeleton_letters")
        self._codes, self._starts = array("heap_codes"), array("heap_starts")
        self._length_starts: list[int] = array("length_starts").tolist()
        self._length_heaps: list[int] = array("length_heaps").tolist()
        sizes = np.diff(self._length_starts) * np.arange(len(self._length_starts) - 1)
        self._text_starts: list[int] = [0, *np.cumsum(sizes).tolist()]
        self._bytes = memoryview(self._text)

    def __len__(self) -> int:
        return self._length_starts[-1]

    @property
    def _longest(self) -> int:
        return len(self._length_starts) - 2

    def find(self, skeleton: str) -> int:
        """Return the index of a skeleton, or -1."""
        encoded = skeleton.encode("utf-8", "replace")
        length = len(encoded)
        if length > self._longest:
            return -1
        first, last = self._length_heaps[length : length + 2]
        code = heap(encoded)
        at = first + int(np.searchsorted(self._codes[first:last], code))
        if at == last or self._codes[at] != code:
            return -1
        low, high = int(self._starts[at]), int(self._starts[at + 1])
        end = high
        origin = self._text_starts[length] - length * self._length_starts[length]
        while low < high:
            middle = (low + high) // 2
            position = origin + length * middle
            if self._bytes[position : position + length].tobytes() < encoded:
                low = middle + 1
            else:
                high = middle
        position = origin + length * low
        return low if low < end and self._bytes[position : position + length] == encoded else -1

    def within(self, skeleton: str, edits: int) -> list[tuple[int, int]]:
        """Return (index, distance) of the skeletons in Latin letters within `edits` of one, the nearest first.

        The distance is optimal string alignment: a swap of two neighbours is one edit. Should more than
        `MOST_COMPARED` skeletons of one length pass the bounds (or `MOST_WEIGHED` the first of them), only
        those are compared whose letters are nearest; that happens with three edits in a gazetteer of many millions.
        """
        if not skeleton.isascii():
            return []
        encoded = skeleton.encode()
        wanted = np.uint16(heap(encoded)), np.uint64(_letters_of(encoded))
        found: list[tuple[int, int]] = []
        for length in range(max(len(encoded) - edits, 1), min(len(encoded) + edits, self._longest) + 1):
            found += self._of_length(encoded, wanted, length, edits)
        return sorted(found, key=lambda pair: (pair[1], pair[0]))

    def _of_length(
        self, encoded: bytes, wanted: tuple[np.uint16, np.uint64], length: int, edits: int
    ) -> Iterator[tuple[int, int]]:
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import cdist

        # Each edit that changes the length alters one letter's count, any other two.
        limit = 2 * edits - abs(length - len(encoded))
        heaps = slice(*self._length_heaps[length : length + 2])
        apart = np.bitwise_count(self._codes[heaps] ^ wanted[0])
        near = np.flatnonzero(apart <= limit) + heaps.start
        begins = self._starts[near].astype(np.int64)
        sizes = self._starts[near + 1] - begins
        if sizes.sum() > MOST_WEIGHED:
            by_nearness = np.argsort(apart[near - heaps.start], kind="stable")
            kept = np.sort(by_nearness[np.cumsum(sizes[by_nearness]) <= MOST_WEIGHED])
            begins, sizes = begins[kept], sizes[kept]
        index = np.arange(int(sizes.sum())) + np.repeat(begins - np.cumsum(sizes) + sizes, sizes)
        differing = np.bitwise_count(self._letters[index] ^ wanted[1])
        index = index[differing <= limit]
        if len(index) > MOST_COMPARED:
            differing = differing[differing <= limit]
            index = np.sort(index[np.argsort(differing, kind="stable")[:MOST_COMPARED]])
        if not len(index):
            return iter(())
        group = self._text[self._text_starts[length] : self._text_starts[length + 1]].reshape(-1, length)
        rows = group[index - self._length_starts[length]]
        strings = rows.view(f"S{length}")[:, 0].tolist()
        distances = cdist([encoded], strings, scorer=OSA.distance, score_cutoff=edits, dtype=np.uint8)[0]
        hits = np.flatnonzero(distances <= edits)
        hits = hits[rows[hits].max(axis=1) < _ASCII]
        return zip(index[hits].tolist(), distances[hits].tolist(), strict=True)


def edits_allowed(key: str) -> int:
    """Return how many edits may part a misspelled skeleton from the right one: 1 from 5 letters, 2 from 8."""
    return 0 if len(key) < 5 else 1 if len(key) < 8 else 2


def guesses_allowed(key: str) -> int:
    """Return how many edits a guess may be away that is offered to a person, who can tell: 1 to 3."""
    return 0 if len(key) < 3 else 1 if len(key) < 5 else 2 if len(key) < 9 else 3
