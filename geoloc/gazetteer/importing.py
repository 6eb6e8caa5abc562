"""Make a gazetteer of the files that a user has: dumps of GeoNames, tables of places.

Files are told apart by what is in them (`geoloc.gazetteer.geonames`) or by their ending (`geoloc.gazetteer.tables`),
and read in the order that they need each other: places, codes and containment of divisions, alternate names. Lines are
streamed; a broken one is counted and skipped.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from geoloc.errors import FormatError, SourceError, UsageError
from geoloc.gazetteer import geonames, tables
from geoloc.gazetteer.builder import GazetteerWriter, Progress, Row
from geoloc.gazetteer.search import Gazetteer
from geoloc.model import PLACE_KINDS

SHOWN = 10
"""Broken lines that are kept to be shown; all are counted."""

_TELL_EVERY = 20_000
_AT_ONCE = 500_000
_GEONAMES = {"licence": "CC BY 4.0", "attribution": "Contains data from GeoNames (https://www.geonames.org), CC BY 4.0"}
_OWN = {"licence": "that of its sources", "attribution": "the user's own data"}
_REGION, _DISTRICT = PLACE_KINDS.index("region"), PLACE_KINDS.index("district")
T = TypeVar("T")


@dataclass(slots=True)
class Report:
    """What an import did.

    Attributes
    ----------
    counts : dict
        Rows by kind, ``rows``, ``names``, ``keys``, ``skeletons``.
    read : Counter
        Usable lines by what they were.
    repeated : int
        Places left out because their GeoNames id was there before.
    broken : int
        Lines that could not be used.
    complaints : list of str
        The first of them: file, line, what is wrong.
    """

    counts: dict[str, int] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    broken: int = 0
    complaints: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    kind: str


class Importer:
    """Reads files into one gazetteer.

    Parameters
    ----------
    sources : sequence of Path
        At least one of places.
    classes : collection of str, optional
        Feature classes of GeoNames to keep; all if None.
    columns : mapping, optional
        Field to column, for tables with names of their own.
    strict : bool
        Refuse a broken line instead of skipping it.
    progress : callable, optional
        Told the stage, what of it is done, and its size (0 if that is not known).
    """

    def __init__(
        self,
        sources: Sequence[Path],
        *,
        classes: Collection[str] | None = None,
        columns: Mapping[str, str] | None = None,
        strict: bool = False,
        progress: Progress | None = None,
    ) -> None:
        self._classes, self._columns, self._strict = classes, columns or {}, strict
        self._tell = progress or (lambda stage, done, total: None)
        self._sources = [_Source(path, _kind_of(path)) for path in sources]
        kinds = {source.kind for source in self._sources}
        if columns and "table" not in kinds:
            raise UsageError("--column is for tables; the files of GeoNames have columns of their own")
        if not kinds & {"places", "table"}:
            raise UsageError("none of the files holds places; give a dump of GeoNames (RU.zip) or a table too")
        self.report = Report()
        self._seen = bytearray()  # a bit for each GeoNames id
        self._own_ids: set[str] = set()
        self._at = 0  # line or row that is being read

    def write(self, folder: Path, name: str) -> Report:
        """Write the gazetteer `name` into an empty folder.

        Raises
        ------
        SourceError, FormatError
            If a file cannot be read, is none of the kinds that are known, or a line is broken and that is not
            allowed.
        """
        bundled = Gazetteer.open()
        dump = any(source.kind != "table" for source in self._sources)
        about: dict[str, Any] = {
            "name": name,
            "version": datetime.date.today().isoformat(),
            "imported": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds"),
            "sources": [source.path.name for source in self._sources],
            **(_GEONAMES if dump else _OWN),
        }
        with GazetteerWriter(folder, about, outside=Divisions(bundled)) as writer:
            for source in self._of("places"):
                for row in self._lines(source, lambda line: geonames.place_row(line, self._classes)):
                    self._add(writer, row, source)
            for source in self._of("table"):
                for row in self._table(source):
                    self._add(writer, row, source)
            if not len(writer):
                raise FormatError(f"no place could be read from {self._sources[0].path}; {self._first_complaint()}")
            for source in self._of("division codes"):
                self._codes(writer, source, bundled)
            for source in self._of("hierarchy"):
                self._hierarchy(writer, source)
            for source in self._of("alternate names"):
                self._names(writer, source)
            meanings = dict(
                pair for source in self._of("feature codes") for pair in self._lines(source, geonames.feature_code)
            )
            if meanings:
                about["feature_meanings"] = {code: meanings[code] for code in writer.feature_codes if code in meanings}
            self.report.counts = writer.finish(progress=self._tell)
        return self.report

    def _of(self, kind: str) -> Iterator[_Source]:
        return (source for source in self._sources if source.kind == kind)

    def _first_complaint(self) -> str:
        if self.report.complaints:
            return self.report.complaints[0]
        return "it holds no rows" if self._classes is None else "it holds none of these feature classes"

    def _complain(self, source: _Source, line: int, error: Exception) -> None:
        complaint = f"{source.path}, {'line' if source.kind != 'table' else 'row'} {line}: {error}"
        if self._strict:
            raise FormatError(f"{complaint}; mend it and try again")
        self.report.broken += 1
        if len(self.report.complaints) < SHOWN:
            self.report.complaints.append(complaint)

    def _lines(self, source: _Source, parse: Callable[[bytes], T | None]) -> Iterator[T]:
        """Yield what the lines of a file give."""
        stage = f"reading {source.path.name}"
        done = 0
        with geonames.opened(source.path) as (file, size):
            number = 0
            try:
                for number, line in enumerate(file, 1):
                    self._at = number
                    done += len(line)
                    if not number % _TELL_EVERY:
                        self._tell(stage, done, size)
                    try:
                        value = parse(line)
                    except FormatError as error:
                        if line.strip() and not line.startswith(b"#"):
                            self._complain(source, number, error)
                        continue
                    if value is not None:
                        self.report.read[source.kind] += 1
                        yield value
            except (EOFError, OSError, ValueError) as error:  # a cut or damaged archive
                if isinstance(error, (FormatError, SourceError)):
                    raise
                raise SourceError(f"{source.path}, after line {number}: {error}; download it again") from error

    def _table(self, source: _Source) -> Iterator[Row]:
        flat = source.path.suffix.lower() in (".csv", ".tsv")
        columns: dict[tuple[str, ...], dict[str, str]] = {}  # of features, each may have properties of its own
        for number, record in tables.records(source.path):
            self._at = number
            if not number % _TELL_EVERY:
                self._tell(f"reading {source.path.name}", number, 0)
            try:
                if isinstance(record, FormatError):
                    raise record
                names = tuple(record)
                if names not in columns:
                    columns[names] = self._columns_of(record, source, flat)
                row = tables.table_row(record, columns[names])
            except FormatError as error:
                self._complain(source, number, error)
                continue
            self.report.read[source.kind] += 1
            yield row

    def _columns_of(self, record: Mapping[str, Any], source: _Source, flat: bool) -> dict[str, str]:
        """Return the columns; without the needed ones a flat table is refused, a feature only skipped."""
        try:
            return tables.columns_of(record, self._columns, str(source.path))
        except FormatError as error:
            if flat:
                raise UsageError(str(error)) from None
            raise
        except UsageError as error:
            if flat or not self.report.read[source.kind]:
                raise
            raise FormatError(str(error)) from None

    def _add(self, writer: GazetteerWriter, row: Row, source: _Source) -> None:
        if row.geonameid is None:
            row.id = self._unique(row.id or f"{row.kind}/{row.name.replace(' ', '-')}")
        elif self._is_known(row.geonameid):
            self.report.repeated += 1
            return
        try:
            writer.add(row)
        except ValueError as error:
            self._complain(source, self._at, error)

    def _is_known(self, geonameid: int) -> bool:
        at, bit = geonameid >> 3, 1 << (geonameid & 7)
        if at >= len(self._seen):
            self._seen.extend(bytes(at + (1 << 16) - len(self._seen)))
        known = self._seen[at] & bit
        self._seen[at] |= bit
        return bool(known)

    def _unique(self, id: str) -> str:
        number, unique = 1, id
        while unique in self._own_ids:
            number += 1
            unique = f"{id}-{number}"
        self._own_ids.add(unique)
        return unique

    def _codes(self, writer: GazetteerWriter, source: _Source, bundled: Gazetteer) -> None:
        """Let codes mean the rows that have their ids; a division that no layer has gets a row without a point."""
        for batch in _batches(self._lines(source, _division)):
            rows = writer.rows_of(np.array([id for _, _, id in batch], np.int64)).tolist()
            for (code, name, id), row in zip(batch, rows, strict=True):
                if row >= 0:
                    writer.name_division(code, row)
                elif bundled.by_id(id) is None:
                    order = code.count(".")
                    writer.add(
                        Row(
                            key=code,
                            name=name,
                            kind="region" if order == 1 else "district",
                            lat=None,
                            lon=None,
                            geonameid=id,
                            feature_code=f"ADM{order}",
                            country=code[:2],
                            parent1=code.rpartition(".")[0] if order == 2 else None,
                        )
                    )

    def _hierarchy(self, writer: GazetteerWriter, source: _Source) -> None:
        """Give places the division that contains them where their codes say nothing, or less."""
        for batch in _batches(self._lines(source, geonames.parent_and_child)):
            parents, children = (writer.rows_of(ids) for ids in np.array(batch, np.int64).T)
            for parent, child in zip(parents.tolist(), children.tolist(), strict=True):
                if parent >= 0 and child >= 0:
                    kind = writer.kind_of(parent)
                    if kind == _REGION:
                        writer.set_parents(child, parent1=parent)
                    elif kind == _DISTRICT and writer.kind_of(child) != _REGION:
                        writer.set_parents(child, parent2=parent)

    def _names(self, writer: GazetteerWriter, source: _Source) -> None:
        for batch in _batches(self._lines(source, geonames.alternate_name)):
            rows = writer.rows_of(np.array([id for id, _ in batch], np.int64)).tolist()
            for row, (_, name) in zip(rows, batch, strict=True):
                if row >= 0:
                    writer.add_names(row, (name,))


class Divisions:
    """Finds divisions of the bundled gazetteer by code (``RU.09``) or, where a table has it, by name."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def __call__(self, code: str) -> int | None:
        """Return the GeoNames id of a division, or None."""
        found = self._gazetteer.geonameid_of_division(code)
        if found is None:
            country, _, name = code.partition(".")
            name = name.rpartition(".")[2]
            if len(name) > 2 and not name.isdecimal():
                found = self._by_name(name, country if len(country) == 2 else None)
        return found

    def _by_name(self, name: str, country: str | None) -> int | None:
        for candidate in self._gazetteer.search(name, limit=20):
            place = candidate.place
            sure = candidate.match not in ("romanised", "fuzzy", "weak")
            if sure and place.kind in ("region", "district") and country in (None, place.country):
                return place.geonameid
        return None


def _division(line: bytes) -> tuple[str, str, int] | None:
    code, name, id = geonames.division_code(line)
    return (code, name, id) if code.count(".") in (1, 2) else None


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    items = iter(items)
    while batch := list(islice(items, _AT_ONCE)):
        yield batch


def _kind_of(path: Path) -> str:
    """Return what a file holds.

    Raises
    ------
    FormatError
        If it is nothing that can be imported.
    """
    if path.suffix.lower() in tables.ENDINGS:
        if not path.is_file():
            what = (
                "is no regular file; save its data in a file first" if path.exists() else "no such file; check the path"
            )
            raise SourceError(f"{path}: {what}")
        return "table"
    with geonames.opened(path) as (file, _):
        first = b""
        for line in islice(file, 1000):
            if line.strip() and not line.startswith(b"#"):
                first = line
                break
    kind = geonames.file_kind(path.name, first.decode("utf-8", "replace"))
    if kind is None:
        raise FormatError(
            f"{path} is no file of GeoNames that can be imported, and no table ({', '.join(tables.ENDINGS)})"
        )
    return kind
