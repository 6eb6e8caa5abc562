"""Many strings in one memory-mapped blob: in any order, or sorted and shortened by what they share.

Sorted strings stand in blocks. The first of a block stands in full; of each other, the blob holds what follows the
bytes that it shares with the first. So any string is put together from two pieces, and a search compares with few.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geoloc.gazetteer.arrays import ArrayFile
from geoloc.gazetteer.spans import BLOCK, SpanFile, Spans

_PIECE = 1 << 16
_MOST_SHARED = 255
_MOST_FIRSTS = 4096


class StringFile:
    """Writes strings end to end, in any order: what `StringTable` reads."""

    def __init__(self, folder: Path, label: str) -> None:
        self._bytes = ArrayFile(folder / f"{label}s.npy", "uint8")
        self._spans = SpanFile(folder, label)
        self._waiting: list[bytes] = []

    def append(self, string: bytes) -> None:
        """Add a string."""
        self._waiting.append(string)
        self._spans.append(len(string))
        if len(self._waiting) >= _PIECE:
            self._flush()

    def _flush(self) -> None:
        self._bytes.extend(b"".join(self._waiting))
        self._waiting.clear()

    def close(self) -> None:
        """Complete the files, if they are not complete yet."""
        if self._waiting:
            self._flush()
        self._bytes.close()
        self._spans.close()


class StringTable:
    """Strings that are read by their numbers."""

    def __init__(self, blob: Any, spans: Spans) -> None:
        self._blob = memoryview(blob)
        self._spans = spans

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, index: int) -> str:
        return str(self._blob[self._spans[index]], "utf-8")


class SortedStringFile:
    """Writes distinct strings that come sorted by their bytes: what `SortedStrings` reads."""

    def __init__(self, folder: Path, label: str) -> None:
        self._rests = StringFile(folder, label)
        self._shared = ArrayFile(folder / f"{label}_shared.npy", "uint8")
        self._first = b""
        self._count = 0

    def append(self, string: bytes) -> None:
        """Add a string."""
        if self._count % BLOCK:
            shared = _shared(self._first, string)
        else:
            self._first, shared = string, 0
        self._shared.append(shared)
        self._rests.append(string[shared:])
        self._count += 1
        if not self._count % _PIECE:
            self._shared.flush()

    def close(self) -> None:
        """Complete the files, if they are not complete yet."""
        self._rests.close()
        self._shared.close()


class SortedStrings:
    """Distinct strings, sorted by their bytes, that are read by their numbers and found."""

    def __init__(self, blob: Any, spans: Spans, shared: Any) -> None:
        self._blob, self._spans, self._shared = memoryview(blob), spans, memoryview(shared)
        self._firsts: dict[int, bytes] = {}  # read over and over: most searches begin alike

    def __len__(self) -> int:
        return len(self._shared)

    def __getitem__(self, index: int) -> str:
        blob, sizes, shared = self._blob, self._spans.sizes, self._shared[index]
        block = index // BLOCK
        first = self._spans.starts[block]
        begin = first + sum(sizes[block * BLOCK : index])
        rest = blob[begin : begin + sizes[index]]
        return str(blob[first : first + shared].tobytes() + rest if shared else rest, "utf-8")

    def find(self, key: str) -> int:
        """Return the index of `key`, or -1."""
        wanted = key.encode("utf-8", "replace")
        blob, sizes, starts, firsts = self._blob, self._spans.sizes, self._spans.starts, self._firsts
        low, high = 0, len(starts)
        first = b""
        while low < high:
            middle = (low + high) // 2
            string = firsts.get(middle)
            if string is None:
                start = starts[middle]
                string = blob[start : start + sizes[middle * BLOCK]].tobytes()
                if len(firsts) < _MOST_FIRSTS:
                    firsts[middle] = string
            if string <= wanted:
                low, first = middle + 1, string
            else:
                high = middle
        if not low:
            return -1
        index = (low - 1) * BLOCK
        if first == wanted:
            return index
        # Those that share more with the first are less than what is wanted; those that share less are greater.
        shared = _shared(first, wanted)
        sharing = self._shared[index + 1 : index + BLOCK].tobytes()
        before = sharing.find(shared)
        if before < 0:
            return -1
        index += 1 + before
        rest = wanted[shared:]
        begin = self._spans[index].start
        for size in sizes[index : index + sharing.count(shared)]:
            if size == len(rest) and blob[begin : begin + size] == rest:
                return index
            begin += size
            index += 1
        return -1


def _shared(first: bytes, string: bytes) -> int:
    """Return how many bytes two strings begin with alike, up to what a byte can tell."""
    most = min(len(first), len(string), _MOST_SHARED)
    for place in range(most):
        if first[place] != string[place]:
            return place
    return most
