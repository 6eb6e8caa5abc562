"""Gazetteers stacked on one another, seen as one.

Rows are numbered through all layers, the lowest first. A place of an upper layer takes the place of the one with
its GeoNames id below: all names of either lead to it. What an upper layer deletes is not met any more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer.arrays import find_sorted
from geoloc.gazetteer.layout import NO_DIVISION, OUTSIDE, PRIMARY, STRIPPED
from geoloc.gazetteer.store import NameInfo, Store
from geoloc.model import PLACE_KINDS, Place

_HIDDEN = -1
LARGE = 2_000_000
"""Rows from which a gazetteer gives memory back after so many reads (`READS_BETWEEN`)."""
READS_BETWEEN, READS_OF_A_SEARCH = 2048, 64


class Layers:
    """The rows and names of a stack of gazetteers.

    Parameters
    ----------
    stores : sequence of Store
        The lowest first.

    Attributes
    ----------
    stores : tuple of Store
    countries : list of str
        Alpha-2 codes that the column ``country`` points to; the first is empty.
    """

    def __init__(self, stores: Sequence[Store]) -> None:
        self.stores = tuple(stores)
        ends = np.cumsum([len(store) for store in self.stores]).tolist()
        self._starts: list[int] = [0, *ends[:-1]]
        self._end: int = ends[-1]
        codes = dict.fromkeys(code for store in self.stores for code in store.countries)
        self.countries = ["", *sorted(filter(None, codes))]
        number = {code: i for i, code in enumerate(self.countries)}
        self._country_maps = [np.array([number[code] for code in store.countries], np.int64) for store in self.stores]
        self._moved = [self._moves(layer) for layer in range(len(self.stores))]
        self._plain = len(self.stores) == 1
        self._large = [store for store in self.stores if len(store) > LARGE]
        self._reads = 0
        self._deletes = any(len(store.deleted) for store in self.stores[1:])
        # A cache that dies with the stack: each open gazetteer holds some thirty file descriptors.
        self.row_of_geonameid = lru_cache(maxsize=65536)(self._row_of_geonameid)
        self.place = lru_cache(maxsize=16384)(self._place)

    def _moves(self, layer: int) -> NDArray[np.int64] | None:
        """Return for each row of a layer the row that stands for it, or `_HIDDEN`; None if all stand for themselves."""
        store, moved = self.stores[layer], None
        for upper in range(layer + 1, len(self.stores)):
            other, start = self.stores[upper], self._starts[upper]
            own = np.flatnonzero(store.columns["geonameid"])
            ids = store.columns["geonameid"][own]
            if moved is None:
                moved = np.arange(self._starts[layer], self._starts[layer] + len(store))
            rows = find_sorted(other.columns["geonameid"], other.by_geonameid, ids)
            moved[own] = np.where(rows >= 0, rows + start, moved[own])
            moved[own[np.isin(ids, other.deleted)]] = _HIDDEN
        return moved

    def __len__(self) -> int:
        return self._end

    def _locate(self, row: int) -> tuple[Store, int]:
        if self._plain:
            return self.stores[0], row
        layer = self._layer(row)
        return self.stores[layer], row - self._starts[layer]

    def _layer(self, row: int) -> int:
        layer = len(self._starts) - 1
        while self._starts[layer] > row:
            layer -= 1
        return layer

    def _global(self, layer: int, row: int) -> int:
        """Return the row that stands for a row of a layer, or `_HIDDEN`."""
        moved = self._moved[layer]
        return row + self._starts[layer] if moved is None else int(moved[row])

    def _rows(self, layer: int, key_index: int) -> list[tuple[int, int]]:
        pairs = self.stores[layer].rows(key_index)
        if self._plain:
            return pairs
        moved = ((self._global(layer, row), rank) for row, rank in pairs)
        return [(row, rank) for row, rank in moved if row != _HIDDEN]

    def named(self, key: str) -> list[tuple[int, int]]:
        """Return (row, rank) of the places that bear the folded name `key`, weightiest first."""
        if self._large:
            self._let_go(1)
        found: dict[int, int] = {}
        for layer, store in enumerate(self.stores):
            index = store.keys.find(key)
            if index >= 0:
                for row, rank in self._rows(layer, index):
                    found[row] = min(rank, found.get(row, STRIPPED))
        if self._plain:
            return list(found.items())
        return sorted(found.items(), key=lambda pair: (pair[1] == STRIPPED, -self.weight(pair[0]), pair[0]))

    def sharing(self, skeleton: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
        """Yield folded names that have a skeleton, with (row, rank) of what they mean."""
        for layer, store in enumerate(self.stores):
            for index in store.keys_sharing(skeleton):
                yield store.keys[index], self._rows(layer, index)

    def near(self, skeleton: str, edits: int) -> list[tuple[int, str, tuple[int, int]]]:
        """Return (edits, folded name, where `meant` finds what it means) for skeletons within so many edits of one."""
        self._let_go(READS_OF_A_SEARCH)
        return [
            (distance, store.keys[index], (layer, index))
            for layer, store in enumerate(self.stores)
            for distance, index in store.keys_near(skeleton, edits)
        ]

    def _let_go(self, reads: int) -> None:
        """Count reads, and now and then give back the memory that those of a large gazetteer have mapped."""
        self._reads += reads
        if self._reads >= READS_BETWEEN:
            self._reads = 0
            for store in self._large:
                store.let_go()

    def meant(self, name: tuple[int, int]) -> list[tuple[int, int]]:
        """Return (row, rank) of the places that a name of `near` means."""
        return self._rows(*name)

    def info(self, key: str) -> NameInfo | None:
        """Return what the folded name `key` can be, or None if no place bears it."""
        if self._deletes:
            return self._info_of(self.named(key))
        return merged_info([info for store in self.stores if (info := store.info(key))])

    def info_sharing(self, skeleton: str) -> NameInfo | None:
        """Return what the names that have a skeleton can be, or None if there are none."""
        if self._deletes:
            return self._info_of([pair for _, pairs in self.sharing(skeleton) for pair in pairs])
        found = (store.key_info(index) for store in self.stores for index in store.keys_sharing(skeleton))
        return merged_info(list(found))

    def _info_of(self, pairs: Iterable[tuple[int, int]]) -> NameInfo | None:
        pairs = list(pairs)
        if not pairs:
            return None
        rows = [row for row, rank in pairs if rank != STRIPPED]
        kinds = 0
        for row in rows:
            kinds |= 1 << self.kind_index(row)
        heaviest = max((self.weight(row) for row in rows), default=0)
        return NameInfo(kinds, any(rank == PRIMARY for _, rank in pairs), heaviest.bit_length())

    def weight(self, row: int) -> int:
        """Return the population of a row, or that of the towns in it."""
        store, local = self._locate(row)
        return store.weight[local]

    def kind_index(self, row: int) -> int:
        """Return the index of the kind of a row in `PLACE_KINDS`."""
        store, local = self._locate(row)
        return store.kind[local]

    def name(self, row: int) -> str:
        """Return the name to show."""
        store, local = self._locate(row)
        return store.names[local]

    def column(self, label: str, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the values of one column (see `geoloc.gazetteer.layout`) for many rows.

        ``country`` points into `countries`; ``admin1`` and ``admin2`` give rows of the stack, or `NO_DIVISION`.
        """
        if self._plain:
            return self._own(0, label, rows)
        values = np.empty(len(rows), np.int64)
        layers = np.searchsorted(self._starts, rows, side="right") - 1
        for layer in np.unique(layers).tolist():
            chosen = layers == layer
            values[chosen] = self._own(layer, label, rows[chosen] - self._starts[layer])
        return values

    def _own(self, layer: int, label: str, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        values: NDArray[np.int64] = self.stores[layer].columns[label][rows].astype(np.int64)
        if label == "country":
            return self._country_maps[layer][values]
        if label in ("admin1", "admin2"):
            if self._plain:
                return np.maximum(values, NO_DIVISION)
            return np.array([self._division(layer, value) for value in values.tolist()], np.int64)
        return values

    def _division(self, layer: int, value: int) -> int:
        """Return the row of the stack that a stored division means, or `NO_DIVISION`."""
        if value <= OUTSIDE:
            found = self.row_of_geonameid(OUTSIDE - value)
            return NO_DIVISION if found is None else found
        return NO_DIVISION if value == NO_DIVISION else self._global(layer, value)

    def is_capital(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which of many rows are capitals of countries (feature code PPLC)."""
        found = np.zeros(len(rows), bool)
        layers = np.searchsorted(self._starts, rows, side="right") - 1
        for layer, store in enumerate(self.stores):
            if "PPLC" in store.feature_codes:
                chosen = np.flatnonzero(layers == layer)
                codes = store.columns["feature_code"][rows[chosen] - self._starts[layer]]
                found[chosen] = codes == store.feature_codes.index("PPLC")
        return found

    def _row_of_geonameid(self, geonameid: int) -> int | None:
        """Return the row of a GeoNames id, or None."""
        for layer in range(len(self.stores) - 1, -1, -1):
            store = self.stores[layer]
            row = int(find_sorted(store.columns["geonameid"], store.by_geonameid, [geonameid])[0])
            if row >= 0:
                found = self._global(layer, row)
                return None if found == _HIDDEN else found
        return None

    def row_of(self, id: str) -> int | None:
        """Return the row of an id as `Place.id` has it (``geonames:543229``), or of a bare GeoNames id; or None."""
        prefix, _, own = id.rpartition(":")
        if prefix in ("", "geonames"):
            return self.row_of_geonameid(int(own)) if own.isdecimal() and int(own) < 1 << 31 else None
        for layer in range(len(self.stores) - 1, -1, -1):
            store = self.stores[layer]
            if prefix in (store.name, "geoloc") and id in store.rows_of_own_ids:
                return self._global(layer, store.rows_of_own_ids[id])
        return None

    def nearest(
        self, lat: float, lon: float, limit: int, wanted: Callable[[NDArray[np.int64]], Any] | None = None
    ) -> list[tuple[float, int]]:
        """Return (km, row) of the nearest rows that have a point, nearest first; see `CellIndex.nearest`."""
        found = []
        for layer, store in enumerate(self.stores):

            def counts(rows: NDArray[np.int64], layer: int = layer) -> NDArray[np.bool_]:
                rows = rows + self._starts[layer]
                kept = self.in_sight(rows)
                return kept if wanted is None else kept & wanted(rows)

            near = store.cells.nearest(lat, lon, limit, counts)
            found += [(km, row + self._starts[layer]) for km, row in near]
        return sorted(found)[:limit]

    def in_sight(self, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which rows stand for themselves: neither overridden nor deleted."""
        kept = np.ones(len(rows), bool)
        layers = np.searchsorted(self._starts, rows, side="right") - 1
        for layer, moved in enumerate(self._moved):
            if moved is not None:
                chosen = layers == layer
                kept[chosen] = moved[rows[chosen] - self._starts[layer]] == rows[chosen]
        return kept

    def _place(self, row: int) -> Place:
        """Return the place of a row."""
        store, local = self._locate(row)
        kind = PLACE_KINDS[store.kind[local]]
        point = store.point(local)
        columns = store.columns
        return Place(
            id=store.id(local),
            geonameid=store.geonameid[local] or None,
            name=store.names[local],
            kind=kind,
            feature_code=store.feature_codes[columns["feature_code"][local]] or None,
            country=store.countries[columns["country"][local]] or None,
            admin1=self._division_name(row, "admin1"),
            admin2=self._division_name(row, "admin2"),
            lat=point[0] if point else None,
            lon=point[1] if point else None,
            population=store.weight[local] if kind in ("populated-place", "country") else None,
            layer=store.name,
        )

    def _division_name(self, row: int, label: str) -> str | None:
        division = int(self.column(label, np.array([row]))[0])
        return self.name(division) if division >= 0 else None


def merged_info(infos: Sequence[NameInfo]) -> NameInfo | None:
    """Return what a name can be that several places or layers know, or None if none does."""
    if len(infos) < 2:
        return infos[0] if infos else None
    kinds = 0
    for info in infos:
        kinds |= info.kinds
    return NameInfo(kinds, any(info.primary for info in infos), max(info.magnitude for info in infos))
