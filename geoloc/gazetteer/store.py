"""Read a gazetteer folder: memory-mapped columns and binary search in sorted names."""

from __future__ import annotations

import json
import mmap
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np

from geoloc._data import data_path
from geoloc.errors import DataError
from geoloc.gazetteer.arrays import mapped
from geoloc.gazetteer.folding import skeleton as skeleton_of
from geoloc.gazetteer.layout import INFO_PRIMARY, INFO_WEIGHT_SHIFT, LAYOUT, MOST_ROWS, NO_POINT, RANK_SHIFT
from geoloc.gazetteer.nearby import CellIndex
from geoloc.gazetteer.spans import Spans
from geoloc.gazetteer.strings import SortedStrings, StringTable
from geoloc.gazetteer.typos import SkeletonIndex
from geoloc.model import PLACE_KINDS, PlaceKind

_KIND_BITS = {kind: 1 << i for i, kind in enumerate(PLACE_KINDS)}


@dataclass(frozen=True, slots=True)
class NameInfo:
    """What a name can be, without where: all that recognition may know.

    Attributes
    ----------
    kinds : int
        Bit mask over the kinds of the places that bear the name; see `has`. Zero if the name is only
        that of a unit without its type word.
    primary : bool
        True if the name is the first name of a place, not only an alternate one.
    magnitude : int
        Bits of the largest population among them: 0 none, 10 a thousand, 20 a million.
    match : {"listed", "inflected", "romanised"}
        Whether the name is in the gazetteer as it is written, or only its dictionary form, or only
        another romanisation of it.
    """

    kinds: int
    primary: bool
    magnitude: int
    match: Literal["listed", "inflected", "romanised"] = "listed"

    def has(self, kind: PlaceKind) -> bool:
        """Tell whether a place of this kind bears the name."""
        return bool(self.kinds & _KIND_BITS[kind])


class Store:
    """The arrays of one gazetteer folder, as `geoloc.gazetteer.layout` describes them.

    Attributes
    ----------
    folder : Path
    meta : dict
        What `geoloc gazetteer info` says, and the lists that the columns point into.
    columns : dict
        Memory-mapped arrays with an entry a row, by their names.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._maps: list[mmap.mmap] = []
        try:
            self.meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
            if self.meta.get("layout") != LAYOUT:
                raise ValueError(f"layout {self.meta.get('layout')} instead of {LAYOUT}")
            labels = ("geonameid", "lat", "lon", "weight", "kind", "feature_code", "country", "admin1", "admin2")
            self.columns: dict[str, Any] = {label: self._array(label) for label in labels}
            self.lat, self.lon = memoryview(self.columns["lat"]), memoryview(self.columns["lon"])
            self.weight = memoryview(self.columns["weight"])
            self.kind = memoryview(self.columns["kind"])
            self.geonameid = memoryview(self.columns["geonameid"])
            self._key_info = memoryview(self._array("key_info"))
            self._postings = memoryview(self._array("postings"))
            self._posting_spans = self._spans("posting")
            self._skeleton_keys = memoryview(self._array("skeleton_keys"))
            self._skeleton_key_spans = self._spans("skeleton_key")
            self.names = self._strings("name")
            self.keys = self._sorted_strings("key")
            self._skeletons = SkeletonIndex(folder)
            self.countries: list[str] = self.meta["countries"]
            self.feature_codes: list[str] = self.meta["feature_codes"]
            self.name: str = self.meta["name"]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            why = (
                f"{error.strerror}: {Path(error.filename).name}"
                if isinstance(error, OSError) and error.filename
                else error
            )
            remedy = f"import it again, or remove it: geoloc gazetteer remove {folder.name}"
            bundled = folder == data_path("gazetteer")
            raise DataError(
                f"{folder} is no gazetteer that this geoloc reads ({why}); {'reinstall geoloc' if bundled else remedy}"
            ) from error

    def _array(self, label: str) -> Any:
        array, map_ = mapped(self.folder / f"{label}.npy")
        self._maps.append(map_)
        return array

    def let_go(self) -> None:
        """Give back the memory that scattered reads have mapped; what is read again comes from the disk cache."""
        if hasattr(mmap, "MADV_DONTNEED"):
            for map_ in self._maps:
                map_.madvise(mmap.MADV_DONTNEED)

    def _spans(self, label: str) -> Spans:
        return Spans(self._array(f"{label}_sizes"), self._array(f"{label}_starts"))

    def _strings(self, label: str) -> StringTable:
        return StringTable(self._array(f"{label}s"), self._spans(label))

    def _sorted_strings(self, label: str) -> SortedStrings:
        return SortedStrings(self._array(f"{label}s"), self._spans(label), self._array(f"{label}_shared"))

    def __len__(self) -> int:
        return len(self.names)

    def info(self, key: str) -> NameInfo | None:
        """Return what the folded name `key` can be, or None if no place bears it."""
        index = self.keys.find(key)
        return None if index < 0 else self.key_info(index)

    def key_info(self, key_index: int) -> NameInfo:
        """Return what the name at `key_index` can be."""
        bits: int = self._key_info[key_index]
        return NameInfo(bits & (INFO_PRIMARY - 1), bool(bits & INFO_PRIMARY), bits >> INFO_WEIGHT_SHIFT)

    def rows(self, key_index: int) -> list[tuple[int, int]]:
        """Return (row, rank) of the places that the name at `key_index` means, weightiest first."""
        postings = self._postings[self._posting_spans[key_index]]
        return [(posting & (MOST_ROWS - 1), posting >> RANK_SHIFT) for posting in postings]

    def keys_sharing(self, skeleton: str) -> list[int]:
        """Return the indices of the names that have a skeleton."""
        index = self._skeletons.find(skeleton)
        keys = self._keys_of(index) if index >= 0 else []
        if not skeleton.isascii() and skeleton_of(skeleton) == skeleton:
            # Names in other scripts are mostly their own skeletons, and then among the keys alone.
            own = self.keys.find(skeleton)
            if own >= 0:
                keys.append(own)
        return keys

    def keys_near(self, skeleton: str, edits: int) -> list[tuple[int, int]]:
        """Return (edits, index) of the names whose skeletons are within so many edits of one, the nearest first."""
        near = self._skeletons.within(skeleton, edits)
        return [(distance, key) for index, distance in near for key in self._keys_of(index)]

    def _keys_of(self, skeleton_index: int) -> list[int]:
        return self._skeleton_keys[self._skeleton_key_spans[skeleton_index]].tolist()

    def point(self, row: int) -> tuple[float, float] | None:
        """Return (lat, lon) of a row in degrees, or None if no source gives it."""
        lat = self.lat[row]
        return None if lat == NO_POINT else (lat / 1e5, self.lon[row] / 1e5)

    def id(self, row: int) -> str:
        """Return the id of a row: ``geonames:543229``, or one that begins with the name of the gazetteer."""
        geonameid = self.geonameid[row]
        if geonameid:
            return f"geonames:{geonameid}"
        own = self._own_ids[row] if self._own_ids else ""
        prefix = "geoloc" if self.name == "bundled" else self.name
        return f"{prefix}:{own or PLACE_KINDS[self.kind[row]] + '/' + self.names[row].replace(' ', '-')}"

    @cached_property
    def _own_ids(self) -> StringTable | None:
        return self._strings("id") if (self.folder / "ids.npy").exists() else None

    @cached_property
    def rows_of_own_ids(self) -> dict[str, int]:
        """The rows without a GeoNames id by their ids, the first of each."""
        rows = np.flatnonzero(self.columns["geonameid"] == 0).tolist()
        return {self.id(row): row for row in reversed(rows)}

    @cached_property
    def by_geonameid(self) -> Any:
        """The rows in the order of their GeoNames ids, those without one first."""
        return self._array("by_geonameid")

    @cached_property
    def deleted(self) -> Any:
        """GeoNames ids of places of lower layers that this layer hides, sorted."""
        return self._array("deleted")

    @cached_property
    def cells(self) -> CellIndex:
        """The rows by where they lie."""
        return CellIndex(self._array("cell_rows"), self._array("cell_starts"), self.columns["lat"], self.columns["lon"])

    def division(self, code: str) -> int | None:
        """Return the row of the division with a code such as ``RU.09``, or None."""
        index = self._codes.find(code)
        return None if index < 0 else int(self._code_rows[index])

    @cached_property
    def _codes(self) -> SortedStrings:
        return self._sorted_strings("code")

    @cached_property
    def _code_rows(self) -> Any:
        return self._array("code_rows")
