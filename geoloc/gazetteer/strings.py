"""Many strings in one memory-mapped blob."""

from __future__ import annotations

from typing import Any


class StringTable:
    """Strings end to end in a blob, sorted by their bytes unless said otherwise."""

    def __init__(self, blob: Any, offsets: Any) -> None:
        self._blob = memoryview(blob)
        self._offsets = memoryview(offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, index: int) -> str:
        return str(self._blob[self._offsets[index] : self._offsets[index + 1]], "utf-8")

    def position(self, key: bytes) -> int:
        """Return the index of the first string that is not less than `key`."""
        blob, offsets = self._blob, self._offsets
        low, high = 0, len(offsets) - 1
        while low < high:
            middle = (low + high) // 2
            if blob[offsets[middle] : offsets[middle + 1]].tobytes() < key:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, key: str) -> int:
        """Return the index of `key`, or -1."""
        encoded = key.encode("utf-8", "replace")
        index = self.position(encoded)
        if index < len(self) and self._blob[self._offsets[index] : self._offsets[index + 1]] == encoded:
            return index
        return -1
