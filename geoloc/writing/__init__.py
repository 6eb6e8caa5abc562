"""Results as text: table, json, jsonl, geojson, geojsonseq and csv.

`write` gives a string; `render` gives it piece by piece, as it is made. Both give the same bytes for
the same result, end in a line end, and hold nothing that cannot be encoded as UTF-8.
`render_candidates`, `render_rows`, `render_facts` and `render_features` do the same for what the
other commands answer; `open_output` is where the text goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from geoloc.errors import UsageError
from geoloc.model import Result
from geoloc.writing.csvout import render_csv
from geoloc.writing.geojson import render_features, render_geojson, render_geojsonseq
from geoloc.writing.jsonout import render_json, render_jsonl
from geoloc.writing.lookup import render_candidates
from geoloc.writing.options import WriteOptions
from geoloc.writing.output import format_from_path, open_output
from geoloc.writing.records import border_properties, relation_record
from geoloc.writing.rows import render_facts, render_rows
from geoloc.writing.table import render_table

FORMATS = ("table", "json", "jsonl", "geojson", "geojsonseq", "csv", "html")

_PLAIN_RENDERERS = {"table": render_table, "json": render_json, "jsonl": render_jsonl, "csv": render_csv}
_MAP_RENDERERS = {"geojson": render_geojson, "geojsonseq": render_geojsonseq}


def render(
    results: Iterable[Result],
    format: str = "json",
    options: WriteOptions | None = None,
    border_features: Sequence[Mapping[str, object]] = (),
) -> Iterator[str]:
    """Yield results in a format, piece by piece; jsonl, geojsonseq and csv keep no result in memory.

    Parameters
    ----------
    results : iterable of Result
    format : str, optional
        One of `FORMATS`.
    options : WriteOptions, optional
    border_features : sequence of mappings, optional
        GeoJSON features of the border lines, written with ``with_border`` by the map formats.

    Raises
    ------
    UsageError
        At once, if the format is not known.
    """
    options = options or WriteOptions()
    if format in _PLAIN_RENDERERS:
        return _PLAIN_RENDERERS[format](results, options)
    if format == "html":
        from geoloc.writing.report import render_html

        return render_html(results, options)
    if format in _MAP_RENDERERS:
        return _MAP_RENDERERS[format](results, options, border_features)
    raise UsageError(f"unknown format {format!r}; known are {', '.join(FORMATS)}")


def write(
    result: Result | Iterable[Result],
    format: str = "json",
    *,
    border_features: Sequence[Mapping[str, object]] = (),
    **options: Any,
) -> str:
    """Give one result or several as a string.

    Parameters
    ----------
    result : Result or iterable of Result
    format : str, optional
        One of `FORMATS`.
    border_features : sequence of mappings, optional
        As for `render`.
    **options
        The attributes of `WriteOptions`.

    Returns
    -------
    str
        One complete document; for a table of nothing, the empty string.
    """
    results = [result] if isinstance(result, Result) else result
    return "".join(render(results, format, WriteOptions(**options), border_features))


__all__ = [
    "FORMATS",
    "WriteOptions",
    "border_properties",
    "format_from_path",
    "open_output",
    "relation_record",
    "render",
    "render_candidates",
    "render_facts",
    "render_features",
    "render_rows",
    "write",
]
