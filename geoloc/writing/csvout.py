"""csv (RFC 4180, lines end in LF): the GeoJSON properties as columns, plus ``lat,lon``.

Spreadsheets run cells that look like formulas, and the text of an article is not to be trusted:
a text cell that begins with one of ``= + - @``, a tab or a line break gets a leading apostrophe.
Numbers are left alone. Fields are quoted here and not by `csv`, whose choice of which fields
to quote differs between versions of Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from geoloc.model import Result
from geoloc.writing.jsonout import dumps, well_formed
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import FLAT_KEYS, SPAN_KEYS, flat_rows

_HARMLESS = re.compile(r"-|[-+]?\d+(?:\.\d+)?\s*,\s*[-+]?\d+(?:\.\d+)?")
"""The name of standard input, and coordinates."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What OWASP's page on CSV injection lists, full-width forms included."""

_NEEDS_QUOTES = re.compile('[",\r\n]')
_COMPACT = WriteOptions(compact=True)


def csv_line(values: Iterable[object]) -> str:
    r"""Write one record, its line end included.

    Examples
    --------
    >>> csv_line(["=1+1", -1.5, None, "Bonn, Germany", [50.7, 7.1]])
    '\'=1+1,-1.5,,"Bonn, Germany","[50.7,7.1]"\n'
    """
    return ",".join(map(_field, values)) + "\n"


def csv_columns(options: WriteOptions) -> Sequence[str]:
    """Name the columns of a result's csv, in order."""
    return (*FLAT_KEYS, "lat", "lon", *(SPAN_KEYS if options.per == "mention" else ()))


def render_csv(results: Iterable[Result], options: WriteOptions) -> Iterator[str]:
    """Yield the header, then a line a row."""
    columns = csv_columns(options)
    yield csv_line(columns)
    for result in results:
        for row in flat_rows(result, options):
            values = row.properties | {"lat": row.lat, "lon": row.lon}
            yield csv_line(values[column] for column in columns)


def _field(value: object) -> str:
    text = _cell(value)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _NEEDS_QUOTES.search(text) else text


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        text = repr(float(value))
        return f"{value:.9f}".rstrip("0") if "e-" in text else text
    if isinstance(value, int):
        return str(value)
    if not isinstance(value, str):
        return dumps(value, _COMPACT, one_line=True)
    text = well_formed(value).replace("\0", "\N{REPLACEMENT CHARACTER}")
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _HARMLESS.fullmatch(text) else text
