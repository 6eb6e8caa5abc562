"""Write a gazetteer: rows in, a folder of memory-mappable arrays out, in bounded memory.

The folder holds `meta.json` and one ``.npy`` file an array, described in `geoloc.gazetteer.layout`. Names are found by
binary search; nothing has to be parsed or built when a gazetteer is opened. Names and skeletons are sorted on disk,
so that some 30 bytes a row and a fixed number of names are all that memory has to hold.
"""

from __future__ import annotations

import json
import re
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer.arrays import ArrayFile, SortedLines, find_sorted
from geoloc.gazetteer.folding import fold, skeleton
from geoloc.gazetteer.layout import (
    ALTERNATE,
    INFO_PRIMARY,
    INFO_WEIGHT_SHIFT,
    LAYOUT,
    MOST_ROWS,
    NO_DIVISION,
    NO_POINT,
    OUTSIDE,
    PRIMARY,
    RANK_SHIFT,
    STRIPPED,
)
from geoloc.gazetteer.nearby import cell_arrays
from geoloc.gazetteer.spans import SpanFile
from geoloc.gazetteer.strings import SortedStringFile, StringFile
from geoloc.gazetteer.typos import order, write_skeletons
from geoloc.model import PLACE_KINDS, PlaceKind

NAMES_IN_MEMORY = 2_000_000
"""Names that are sorted at once; some 200 MB."""

_LATIN_LETTER = re.compile(r"[a-z\u00df-\u024f\u1e00-\u1eff]")
_FLUSH_EVERY = 1 << 16
_KIND_INDEX = {kind: i for i, kind in enumerate(PLACE_KINDS)}
_COLUMNS = {
    "geonameid": "int32", "lat": "int32", "lon": "int32", "weight": "uint32", "kind": "uint8",
    "feature_code": "uint16", "country": "uint16",
}  # fmt: skip
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Row:
    """One place on its way into a gazetteer.

    `key` is what other rows call it by: the code of a division (``RU.09``), empty for what nothing refers to.
    `parent1` and `parent2` are the keys of its divisions. `id` is an own id for a row without GeoNames id,
    unique in its gazetteer. `equals` are names as good as the one to show; `stripped` are names
    without their type word ("Harris" of "Harris County"), which weigh less.
    """

    key: str
    name: str
    kind: PlaceKind
    lat: float | None
    lon: float | None
    geonameid: int | None = None
    feature_code: str | None = None
    country: str | None = None
    parent1: str | None = None
    parent2: str | None = None
    weight: int = 0
    equals: Iterable[str] = ()
    alternates: Iterable[str] = ()
    stripped: Iterable[str] = ()
    id: str | None = None


def is_noise(name: str) -> bool:
    """Tell whether an alternate name is a code, a machine romanisation or a web address.

    Examples
    --------
    >>> is_noise("EGO"), is_noise("belagoroda"), is_noise("Belgorod"), is_noise("Белгород")
    (True, True, False, False)
    """
    if not name or len(name) > 80 or "://" in name:
        return True
    if name.isascii() and name.isupper() and len(name) <= 4:
        return True
    if any(c.isdigit() for c in name) and not any(c.isalpha() for c in name):
        return True
    return name.islower() and _LATIN_LETTER.search(name) is not None


def _printable(name: str) -> str:
    """Return a name without control characters, which would reach terminals and break lines."""
    if name.isprintable():
        return name
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())


class GazetteerWriter:
    """Writes the rows of one gazetteer into an empty folder.

    Use it in a ``with`` block: temporary files vanish at its end. Without `finish` the folder is no gazetteer.

    Parameters
    ----------
    folder : Path
        Made if it is missing.
    about : dict
        What `gazetteer info` says: name, version, sources, licence, attribution.
    outside : callable, optional
        Returns the GeoNames id of a division that no row has as its key, or None: where the codes of
        the bundled gazetteer are known. Without it such parents are left out.
    """

    def __init__(
        self, folder: Path, about: dict[str, Any], *, outside: Callable[[str], int | None] | None = None
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._about = folder, about
        self._outside = outside or (lambda code: None)
        self._temporary = tempfile.TemporaryDirectory(dir=folder, prefix="building-")
        self._columns = {name: ArrayFile(folder / f"{name}.npy", dtype) for name, dtype in _COLUMNS.items()}
        self._shown = StringFile(folder, "name")
        self._names = self._sorted_lines("names")
        self._count = 0
        self._weights, self._kinds, self._geonameids = array("I"), array("B"), array("i")
        self._parents = array("i"), array("i")
        self._code_numbers: dict[str, int] = {}
        self._row_of_code: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        self._countries: dict[str, int] = {"": 0}
        self._feature_codes: dict[str, int] = {"": 0}

    def _sorted_lines(self, label: str) -> SortedLines:
        folder = Path(self._temporary.name) / label
        folder.mkdir()
        return SortedLines(folder, NAMES_IN_MEMORY)

    def __enter__(self) -> GazetteerWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for column in self._columns.values():
            column.close()
        self._shown.close()
        self._temporary.cleanup()

    def __len__(self) -> int:
        return self._count

    def add(self, row: Row) -> int:
        """Add a row and return its number.

        Raises
        ------
        ValueError
            If a number of the row is out of range; nothing is added then.
        """
        number = self._count
        columns = self._columns
        if number == MOST_ROWS:
            raise ValueError(f"there are more than {MOST_ROWS:,} places")
        kind = _KIND_INDEX[row.kind]
        geonameid = row.geonameid or 0
        lat = NO_POINT if row.lat is None else round(row.lat * 1e5)
        lon = NO_POINT if row.lon is None else round(row.lon * 1e5)
        if not (
            (lat == NO_POINT or (-9_000_000 <= lat <= 9_000_000 and -18_000_000 <= lon <= 18_000_000))
            and 0 <= row.weight < 1 << 32
            and 0 <= geonameid < 1 << 31
        ):
            raise ValueError("latitude, longitude, population or GeoNames id is out of range")
        feature_code = self._feature_codes.setdefault(row.feature_code or "", len(self._feature_codes))
        country = self._countries.setdefault(row.country or "", len(self._countries))
        if max(feature_code, country) >= 1 << 16:
            raise ValueError("there are more than 65,536 feature codes or countries")
        columns["geonameid"].append(geonameid)
        columns["lat"].append(lat)
        columns["lon"].append(lon)
        columns["weight"].append(row.weight)
        columns["kind"].append(kind)
        columns["feature_code"].append(feature_code)
        columns["country"].append(country)
        self._geonameids.append(geonameid)
        self._weights.append(row.weight)
        self._kinds.append(kind)
        for parents, code in zip(self._parents, (row.parent1, row.parent2), strict=True):
            parents.append(self._code_numbers.setdefault(code, len(self._code_numbers)) if code else NO_DIVISION)
        if row.key:
            self._row_of_code.setdefault(row.key, number)
        if row.id:
            self._ids[number] = row.id
        self._shown.append(_printable(row.name).encode("utf-8", "replace"))
        self._count += 1
        if not self._count % _FLUSH_EVERY:
            for column in columns.values():
                column.flush()
        lines = self._lines(number, (row.name, *row.equals), PRIMARY)
        if row.alternates:
            lines += self._lines(number, row.alternates, ALTERNATE)
        if row.stripped:
            lines += self._lines(number, row.stripped, STRIPPED)
        self._names.extend(lines)
        return number

    def add_names(self, number: int, names: Iterable[str], *, rank: int = ALTERNATE) -> None:
        """Add names to a row that is in."""
        self._names.extend(self._lines(number, names, rank))

    @staticmethod
    def _lines(number: int, names: Iterable[str], rank: int) -> list[bytes]:
        lines = []
        for name in names:
            key = fold(_printable(name))
            if key:
                lines.append(b"%s\0%x%08x\n" % (key.encode("utf-8", "replace"), rank, number))
        return lines

    def set_parents(self, number: int, parent1: int | None = None, parent2: int | None = None) -> None:
        """Name the divisions of a row by their numbers; None leaves what it has."""
        for parents, parent in zip(self._parents, (parent1, parent2), strict=True):
            if parent is not None:
                parents[number] = OUTSIDE - parent

    def name_division(self, code: str, number: int) -> None:
        """Let a code such as ``RU.09`` mean a row that is in, unless it means one already."""
        self._row_of_code.setdefault(code, number)

    def kind_of(self, number: int) -> int:
        """Return the index of the kind of a row in `PLACE_KINDS`."""
        return self._kinds[number]

    @property
    def feature_codes(self) -> list[str]:
        """The feature codes of the rows so far."""
        return [code for code in self._feature_codes if code]

    def rows_of(self, geonameids: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of the rows that have these GeoNames ids, -1 where no row has."""
        known = np.frombuffer(self._geonameids, np.int32)
        if self._by_id is None or len(self._by_id) != len(known):
            self._by_id = np.argsort(known, kind="stable")
        return find_sorted(known, self._by_id, geonameids)

    _by_id: NDArray[np.int64] | None = None

    def finish(self, *, deleted: Iterable[int] = (), progress: Progress | None = None) -> dict[str, int]:
        """Complete the gazetteer and return what was counted.

        Parameters
        ----------
        deleted : iterable of int
            GeoNames ids of places of lower layers that are to be hidden.
        progress : callable, optional
            Told the stage, what of it is done, and its size.
        """
        tell = progress or (lambda stage, done, total: None)
        for column in self._columns.values():
            column.close()
        self._shown.close()
        if self._ids:
            own = StringFile(self._folder, "id")
            for number in range(self._count):
                own.append(self._ids.get(number, "").encode("utf-8", "replace"))
            own.close()
        self._write_divisions()
        names, keys, skeletons = self._write_keys(tell)
        distinct = self._write_skeletons(skeletons, tell)
        ids = np.frombuffer(self._geonameids, np.int32) if self._count else np.empty(0, np.int32)
        by_id = np.argsort(ids, kind="stable")
        self._save("by_geonameid", by_id, np.uint32)
        lat, lon = (np.load(self._folder / f"{name}.npy", mmap_mode="r") for name in ("lat", "lon"))
        for label, values in cell_arrays(lat, lon).items():
            self._save(label, values, np.uint32)
        self._save("deleted", np.unique(np.array(list(deleted), np.int64)), np.int32)
        kinds = np.bincount(np.frombuffer(self._kinds, np.uint8) if self._count else [], minlength=len(PLACE_KINDS))
        counts: dict[str, int] = {kind: int(kinds[i]) for kind, i in _KIND_INDEX.items()}
        counts |= {"rows": self._count, "names": names, "keys": keys, "skeletons": distinct}
        meta = self._about | {
            "layout": LAYOUT,
            "counts": counts,
            "countries": list(self._countries),
            "feature_codes": list(self._feature_codes),
            "kinds": list(PLACE_KINDS),
        }
        text = json.dumps(meta, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (self._folder / "meta.json").write_bytes(text.encode())
        return counts

    def _save(self, label: str, values: Any, dtype: Any) -> None:
        np.save(self._folder / f"{label}.npy", np.asarray(values).astype(dtype))

    def _write_divisions(self) -> None:
        """Turn the codes that rows name their divisions by into rows, here or in another layer."""
        rows = np.full(len(self._code_numbers) + 1, NO_DIVISION, np.int32)
        for code, number in self._code_numbers.items():
            if code in self._row_of_code:
                rows[number] = self._row_of_code[code]
            elif geonameid := self._outside(code):
                rows[number] = OUTSIDE - geonameid
        for label, parents in zip(("admin1", "admin2"), self._parents, strict=True):
            given = np.array(parents, np.int32)
            self._save(label, np.where(given <= OUTSIDE, OUTSIDE - given, rows[np.maximum(given, -1)]), np.int32)
        codes = SortedStringFile(self._folder, "code")
        in_order = sorted(self._row_of_code.items(), key=lambda item: item[0].encode())
        for code, _ in in_order:
            codes.append(code.encode())
        codes.close()
        self._save("code_rows", [row for _, row in in_order], np.uint32)

    def _write_keys(self, tell: Progress) -> tuple[int, int, SortedLines]:
        """Write names and what they mean; return how many pairs and keys there are, and the skeletons of the keys."""
        keys = SortedStringFile(self._folder, "key")
        info = ArrayFile(self._folder / "key_info.npy", "uint16")
        postings = ArrayFile(self._folder / "postings.npy", "uint32")
        spans = SpanFile(self._folder, "posting")
        skeletons = self._sorted_lines("skeletons")
        done = count = 0
        for key, lines in groupby(self._names, lambda line: line[:-11]):
            members: dict[int, int] = {}
            for line in lines:
                done += 1
                members.setdefault(int(line[-9:-1], 16), line[-10] - 48)
            in_order = list(members)
            if len(in_order) > 1:
                in_order.sort(key=lambda row: (members[row] == STRIPPED, -self._weights[row], row))
            info.append(self._info(members))
            for row in in_order:
                postings.append(row | members[row] << RANK_SHIFT)
            spans.append(len(in_order))
            keys.append(key)
            short = skeleton(key.decode()).encode()
            if short and (short != key or key.isascii()):
                skeletons.extend((b"%s%s\0%08x\n" % (order(short), short, count),))
            count += 1
            if not count % _FLUSH_EVERY:
                info.flush()
                postings.flush()
                tell("sorting names", done, self._names.length)
        for file in (keys, info, postings, spans):
            file.close()
        return spans.end, count, skeletons

    def _info(self, members: dict[int, int]) -> int:
        bits = heaviest = 0
        for row, rank in members.items():
            if rank != STRIPPED:
                bits |= 1 << self._kinds[row]
                heaviest = max(heaviest, self._weights[row])
            if rank == PRIMARY:
                bits |= INFO_PRIMARY
        return bits | heaviest.bit_length() << INFO_WEIGHT_SHIFT

    def _write_skeletons(self, lines: SortedLines, tell: Progress) -> int:
        keys = ArrayFile(self._folder / "skeleton_keys.npy", "uint32")
        spans = SpanFile(self._folder, "skeleton_key")

        def distinct() -> Iterator[bytes]:
            for count, (short, same) in enumerate(groupby(lines, lambda line: line[7:-10]), 1):
                numbers = [int(line[-9:-1], 16) for line in same]
                for number in numbers:
                    keys.append(number)
                spans.append(len(numbers))
                if not count % _FLUSH_EVERY:
                    keys.flush()
                    tell("indexing spellings", spans.end, lines.length)
                yield short

        count = write_skeletons(self._folder, distinct())
        keys.close()
        spans.close()
        return count


def write_gazetteer(
    rows: Iterable[Row],
    folder: Path,
    about: dict[str, Any],
    *,
    deleted: Iterable[int] = (),
    outside: Callable[[str], int | None] | None = None,
) -> dict[str, int]:
    """Write `rows`, in their order, as a gazetteer into `folder`; return what was counted. See `GazetteerWriter`."""
    with GazetteerWriter(folder, about, outside=outside) as writer:
        for row in rows:
            writer.add(row)
        return writer.finish(deleted=deleted)
