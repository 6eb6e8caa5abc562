"""Results in every format: text for people and pipelines, and files for maps, spreadsheets and databases.

`write` gives a string, or bytes for the binary formats; `render` gives it piece by piece, as it is made. Both give the
same bytes for the same result; text ends in a line end and holds nothing that cannot be encoded as UTF-8.
`render_candidates`, `render_rows`, `render_facts` and `render_features` do the same for what the
other commands answer; `open_output` is where the text goes. `render_map` draws on the terminal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from typing import Any, Literal, overload

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

_PLAIN_RENDERERS = {"table": render_table, "json": render_json, "jsonl": render_jsonl, "csv": render_csv}
_MAP_RENDERERS = {"geojson": render_geojson, "geojsonseq": render_geojsonseq}
_LATE_RENDERERS = {
    "kml": ("geoloc.writing.xmlout", "render_kml"),
    "gpx": ("geoloc.writing.xmlout", "render_gpx"),
    "html": ("geoloc.writing.report", "render_html"),
    "svg": ("geoloc.writing.picture", "render_svg"),
}
_BINARY_RENDERERS = {
    "png": ("geoloc.writing.picture", "png_bytes"),
    "gpkg": ("geoloc.writing.gpkg", "gpkg_bytes"),
    "parquet": ("geoloc.writing.parquet", "parquet_bytes"),
    "geoparquet": ("geoloc.writing.parquet", "parquet_bytes"),
}

BINARY_FORMATS = tuple(_BINARY_RENDERERS)
"""The formats that are no text: `write` gives them as bytes."""
ROW_FORMATS = ("table", "json", "jsonl", "geojson", "geojsonseq", "csv")
"""What the commands that answer with rows write too."""
FORMATS = (*ROW_FORMATS, *_LATE_RENDERERS, *_BINARY_RENDERERS)

BinaryFormat = Literal["png", "gpkg", "parquet", "geoparquet"]


def render(
    results: Iterable[Result],
    format: str = "json",
    options: WriteOptions | None = None,
    border_features: Sequence[Mapping[str, object]] = (),
) -> Iterator[str] | Iterator[bytes]:
    """Yield results in a format, piece by piece; jsonl, geojsonseq and csv keep no result in memory.

    Parameters
    ----------
    results : iterable of Result
    format : str, optional
        One of `FORMATS`.
    options : WriteOptions, optional
    border_features : sequence of mappings, optional
        GeoJSON features of the border lines, written with ``with_border`` by geojson and geojsonseq.

    Raises
    ------
    UsageError
        At once, if the format is not known.
    """
    options = options or WriteOptions()
    if format in _PLAIN_RENDERERS:
        return _PLAIN_RENDERERS[format](results, options)
    if format in _MAP_RENDERERS:
        return _MAP_RENDERERS[format](results, options, border_features)
    if format in _LATE_RENDERERS:
        pieces: Iterator[str] = _loaded(*_LATE_RENDERERS[format])(results, options)
        return pieces
    if format in _BINARY_RENDERERS:
        return iter([_loaded(*_BINARY_RENDERERS[format])(results, options)])
    raise UsageError(f"unknown format {format!r}; known are {', '.join(FORMATS)}")


def _loaded(module: str, name: str) -> Any:
    """Import what only one format needs when it is asked for."""
    return getattr(import_module(module), name)


def render_map(results: Sequence[Result], options: WriteOptions | None = None) -> Iterator[str]:
    """Yield a map of results in braille dots, for the terminal; nothing if no place has a position."""
    pieces: Iterator[str] = _loaded("geoloc.writing.dots", "render_map")(results, options or WriteOptions())
    return pieces


@overload
def write(
    result: Result | Iterable[Result],
    format: BinaryFormat,
    *,
    border_features: Sequence[Mapping[str, object]] = (),
    **options: Any,
) -> bytes: ...


@overload
def write(
    result: Result | Iterable[Result],
    format: str = "json",
    *,
    border_features: Sequence[Mapping[str, object]] = (),
    **options: Any,
) -> str: ...


def write(
    result: Result | Iterable[Result],
    format: str = "json",
    *,
    border_features: Sequence[Mapping[str, object]] = (),
    **options: Any,
) -> str | bytes:
    """Give one result or several as a string, or as bytes in a binary format.

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
    str or bytes
        One complete document; for a table of nothing, the empty string. bytes for `BINARY_FORMATS`.
    """
    results = [result] if isinstance(result, Result) else result
    pieces = list(render(results, format, WriteOptions(**options), border_features))
    if format in BINARY_FORMATS:
        return b"".join(piece for piece in pieces if isinstance(piece, bytes))
    return "".join(piece for piece in pieces if isinstance(piece, str))


__all__ = [
    "BINARY_FORMATS",
    "FORMATS",
    "ROW_FORMATS",
    "WriteOptions",
    "border_properties",
    "format_from_path",
    "open_output",
    "relation_record",
    "render",
    "render_candidates",
    "render_facts",
    "render_features",
    "render_map",
    "render_rows",
    "write",
]
