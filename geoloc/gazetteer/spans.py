"""Where each of many runs in an array begins and ends, in little more than a byte a run.

Of each run its size is kept, and of each sixteenth where it begins; where another begins is added up. Sizes take a
byte each, or two or four if some run is too long for that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from geoloc.gazetteer.arrays import ArrayFile

BLOCK = 16
"""Runs of which one keeps where it begins."""

_SIZES = ("uint8", "uint16", "uint32")
_PIECE = 1 << 16


class SpanFile:
    """Writes the sizes of runs that follow one another, piece by piece; what `Spans` reads.

    Attributes
    ----------
    end : int
        Where the next run begins.
    """

    def __init__(self, folder: Path, label: str) -> None:
        self._path = folder / f"{label}_sizes.npy"
        self._width = 0
        self._sizes = ArrayFile(self._path, _SIZES[0])
        self._starts = ArrayFile(folder / f"{label}_starts.npy", "uint32")
        self._waiting = 0
        self.end = 0

    def append(self, size: int) -> None:
        """Add a run."""
        if not self._waiting % BLOCK:
            self._starts.append(self.end)
        while True:
            try:
                self._sizes.append(size)
                break
            except OverflowError:
                self._widen()
        self.end += size
        self._waiting += 1
        if self._waiting == _PIECE:
            self._flush()

    def _flush(self) -> None:
        self._sizes.flush()
        self._starts.flush()
        self._waiting = 0

    def _widen(self) -> None:
        """Write the sizes anew, in numbers twice as wide."""
        self._sizes.close()
        narrow = np.load(self._path)
        self._width += 1
        self._sizes = ArrayFile(self._path, _SIZES[self._width])
        for at in range(0, len(narrow), _PIECE):
            self._sizes.extend(narrow[at : at + _PIECE])

    def close(self) -> None:
        """Complete both files, if they are not complete yet."""
        self._sizes.close()
        self._starts.close()


class Spans:
    """Where runs begin and end.

    Attributes
    ----------
    sizes, starts : memoryview
        The size of each run; where each `BLOCK`-th begins.
    """

    def __init__(self, sizes: Any, starts: Any) -> None:
        self.sizes, self.starts = memoryview(sizes), memoryview(starts)

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, index: int) -> slice:
        sizes = self.sizes
        begin = self.starts[index // BLOCK] + sum(sizes[index - index % BLOCK : index])
        return slice(begin, begin + sizes[index])
