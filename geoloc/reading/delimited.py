"""CSV and its kin: the one place that says how long a cell may be, for `csv` keeps one limit a process."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from geoloc.reading.limits import MOST_BYTES

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|"


def cells_of(lines: Iterable[str], delimiter: str, *, strict: bool = False) -> Reader:
    """Return the reader of `csv` for these lines; it takes cells as long as texts are read at all.

    Examples
    --------
    >>> [len(cell) for (cell,) in cells_of(["a" * 200_000], ",")]
    [200000]
    """
    csv.field_size_limit(MOST_BYTES)
    return csv.reader(lines, delimiter=delimiter, strict=strict)


def records_of(lines: Iterable[str], delimiter: str) -> csv.DictReader[str]:
    """Return the strict reader of rows under a header."""
    csv.field_size_limit(MOST_BYTES)
    return csv.DictReader(lines, delimiter=delimiter, strict=True)


def delimiter_of(header: str) -> str:
    """Return the delimiter that a header holds most of.

    Examples
    --------
    >>> delimiter_of("name;lat;lon"), delimiter_of("name")
    (';', ',')
    """
    return max(DELIMITERS, key=header.count)


def unique_names(header: Iterable[str]) -> Iterator[str]:
    """Yield a name for each column: its heading without blanks around it; what is empty or there already gets a number.

    Examples
    --------
    >>> list(unique_names(["id", " lat", "", "id"]))
    ['id', 'lat', 'column 3', 'id 4']
    """
    met: set[str] = set()
    for number, heading in enumerate(header, 1):
        name = heading.strip() or "column"
        if name in met or not heading.strip():
            name = f"{name} {number}"
        met.add(name)
        yield name
