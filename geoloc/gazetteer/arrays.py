"""Arrays and sorted lines that are written piece by piece, so that memory stays bounded whatever their length."""

from __future__ import annotations

import heapq
import mmap
import re
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_HEADER = 128
_OPEN_AT_ONCE = 64
_ONE_DIMENSION = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '(?P<dtype>[<>|][iu]\d)', 'fortran_order': False, 'shape': \((?P<length>\d+),\)",
    re.DOTALL,
)
_CODES = {"uint8": "B", "uint16": "H", "int32": "i", "uint32": "I", "uint64": "Q"}


class ArrayFile:
    """A one-dimensional ``.npy`` file that grows at its end; `close` completes it.

    Attributes
    ----------
    length : int
        How many values were given so far.
    """

    def __init__(self, path: Path, dtype: str) -> None:
        self._dtype = np.dtype(dtype)
        self._file: BinaryIO = path.open("wb")
        self._file.write(bytes(_HEADER))
        self._waiting = array(_CODES[dtype])
        self.length = 0
        self.append = self._waiting.append

    def flush(self) -> None:
        """Write what waits; to be called now and then by who uses `append`."""
        self._file.write(self._waiting.tobytes())
        self.length += len(self._waiting)
        del self._waiting[:]

    def extend(self, values: bytes | NDArray[Any]) -> None:
        """Add many values: an array, or for a file of bytes the bytes themselves."""
        self.flush()
        raw = values if isinstance(values, bytes) else np.ascontiguousarray(values, self._dtype).tobytes()
        self._file.write(raw)
        self.length += len(raw) // self._dtype.itemsize

    def close(self) -> None:
        """Write what waits and the header, and close the file, if it is not closed yet."""
        if self._file.closed:
            return
        self.flush()
        facts = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False, "shape": (self.length,)}
        text = repr(facts).encode().ljust(_HEADER - 11) + b"\n"
        self._file.seek(0)
        self._file.write(b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text)
        self._file.close()


def mapped(path: Path) -> tuple[NDArray[Any], mmap.mmap]:
    """Return the memory-mapped array of a ``.npy`` file of one dimension, and its map.

    Raises
    ------
    OSError, ValueError
        If the file cannot be read, or holds something else or less than it says.
    """
    with path.open("rb") as file:
        raw = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    found = _ONE_DIMENSION.match(raw)
    if found is None:
        raise ValueError(f"{path.name} is no array of one dimension")
    dtype, length = found["dtype"].decode(), int(found["length"])
    return np.frombuffer(raw, dtype, length, 10 + int.from_bytes(raw[8:10], "little")), raw


class SortedLines:
    """Lines of bytes, sorted on disk: given in any order, read once in the order of their bytes.

    Parameters
    ----------
    folder : Path
        Where the sorted runs go; whoever made the folder removes it.
    in_memory : int
        How many lines are held before a run is written.
    """

    def __init__(self, folder: Path, in_memory: int) -> None:
        self._folder, self._in_memory = folder, in_memory
        self._runs: list[Path] = []
        self._waiting: list[bytes] = []
        self.length = 0

    def extend(self, lines: Sequence[bytes]) -> None:
        """Add lines; each ends with a line feed and holds no other."""
        self._waiting += lines
        self.length += len(lines)
        if len(self._waiting) >= self._in_memory:
            self._write_run()

    def _write_run(self) -> None:
        self._waiting.sort()
        path = self._folder / f"{len(self._runs)}.run"
        with path.open("wb") as file:
            file.writelines(self._waiting)
        self._runs.append(path)
        self._waiting = []

    def __iter__(self) -> Iterator[bytes]:
        self._waiting.sort()
        if not self._runs:
            yield from self._waiting
            return
        while len(self._runs) > _OPEN_AT_ONCE:
            self._merge_runs(self._runs[:_OPEN_AT_ONCE])
        files = [path.open("rb", buffering=1 << 20) for path in self._runs]
        try:
            yield from heapq.merge(*files, self._waiting)
        finally:
            for file in files:
                file.close()

    def _merge_runs(self, runs: list[Path]) -> None:
        merged = self._folder / f"{runs[0].stem}+.run"
        files = [path.open("rb", buffering=1 << 20) for path in runs]
        with merged.open("wb") as output:
            output.writelines(heapq.merge(*files))
        for file, path in zip(files, runs, strict=True):
            file.close()
            path.unlink()
        self._runs = [merged, *self._runs[len(runs) :]]


def find_sorted(values: Any, in_order: Any, wanted: Any) -> NDArray[np.int64]:
    """Return where each wanted value stands among `values`, -1 where it does not; `in_order` sorts them."""
    if not len(in_order):
        return np.full(len(wanted), -1, np.int64)
    wanted = np.asarray(wanted).astype(np.asarray(values).dtype)  # of another type, numpy would copy all the values
    at = np.minimum(np.searchsorted(values, wanted, sorter=in_order), len(in_order) - 1)
    rows = np.asarray(in_order)[at].astype(np.int64)
    return np.where(np.asarray(values)[rows] == wanted, rows, -1)
