"""Read a gazetteer folder: memory-mapped columns and binary search in sorted names."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from geoloc.errors import DataError
from geoloc.gazetteer.layout import INFO_PRIMARY, INFO_WEIGHT_SHIFT, NO_POINT
from geoloc.gazetteer.strings import StringTable
from geoloc.gazetteer.typos import TypoIndex
from geoloc.model import PLACE_KINDS, Place, PlaceKind

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
    """The arrays of one gazetteer folder.

    Attributes
    ----------
    lat, lon : memoryview of int
        Hundred-thousandths of a degree, or `NO_POINT`.
    weight, country, admin1, admin2 : memoryview of int
        As `geoloc.gazetteer.builder.SCHEMA` describes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.meta: dict[str, Any] = json.loads((folder / "meta.json").read_text("utf-8"))
            self.geonameid = self._column("geonameid")
            self.lat = self._column("lat")
            self.lon = self._column("lon")
            self.weight = self._column("weight")
            self.kind = self._column("kind")
            self.feature_code = self._column("feature_code")
            self.country = self._column("country")
            self.admin1 = self._column("admin1")
            self.admin2 = self._column("admin2")
            self._key_info = self._column("key_info")
            self._postings = self._column("postings")
            self._posting_offsets = self._column("posting_offsets")
            self._posting_rank = self._column("posting_rank")
            self._skeleton_keys = self._column("skeleton_keys")
            self._skeleton_key_offsets = self._column("skeleton_key_offsets")
            self.names = self._strings("name")
            self.keys = self._strings("key")
            self.skeletons = self._strings("skeleton")
            typo = [self._array(f"typo_{label}") for label in ("order", "starts", "letters", "ends")]
            self.typos = TypoIndex(self.skeletons, *typo)
            self.countries: list[str] = self.meta["countries"]
            self.feature_codes: list[str] = self.meta["feature_codes"]
        except (OSError, ValueError, KeyError) as error:
            raise DataError(f"{folder} is not a gazetteer of geoloc ({error}); install geoloc again") from error

    def _array(self, label: str) -> Any:
        return np.load(self.folder / f"{label}.npy", mmap_mode="r")

    def _column(self, label: str) -> memoryview:
        return memoryview(self._array(label))

    def _strings(self, label: str) -> StringTable:
        return StringTable(self._array(f"{label}s"), self._array(f"{label}_offsets"))

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
        span = slice(self._posting_offsets[key_index], self._posting_offsets[key_index + 1])
        return list(zip(self._postings[span], self._posting_rank[span], strict=True))

    def keys_of_skeleton(self, skeleton_index: int) -> list[int]:
        """Return the indices of the names that share a skeleton."""
        span = slice(self._skeleton_key_offsets[skeleton_index], self._skeleton_key_offsets[skeleton_index + 1])
        return self._skeleton_keys[span].tolist()

    def point(self, row: int) -> tuple[float, float] | None:
        """Return (lat, lon) of a row in degrees, or None if no source gives it."""
        lat = self.lat[row]
        return None if lat == NO_POINT else (lat / 1e5, self.lon[row] / 1e5)

    @lru_cache(maxsize=16384)  # noqa: B019  a store lives as long as the process
    def place(self, row: int) -> Place:
        """Return the place of a row."""
        geonameid = self.geonameid[row]
        kind = PLACE_KINDS[self.kind[row]]
        name = self.names[row]
        point = self.point(row)
        return Place(
            id=f"geonames:{geonameid}" if geonameid else f"geoloc:{kind}/{name.replace(' ', '-')}",
            geonameid=geonameid or None,
            name=name,
            kind=kind,
            feature_code=self.feature_codes[self.feature_code[row]] or None,
            country=self.countries[self.country[row]] or None,
            admin1=self._name_or_none(self.admin1[row]),
            admin2=self._name_or_none(self.admin2[row]),
            lat=point[0] if point else None,
            lon=point[1] if point else None,
            population=self.weight[row] if kind in ("populated-place", "country") else None,
        )

    def _name_or_none(self, row: int) -> str | None:
        return self.names[row] if row >= 0 else None
