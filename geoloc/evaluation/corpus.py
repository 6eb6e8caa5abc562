"""Read annotated documents and predictions from JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from geoloc.errors import FormatError
from geoloc.evaluation.matching import Row
from geoloc.reading.jsontext import loads


def read_gold(lines: Iterable[bytes], name: str = "gold") -> dict[Any, Row]:
    """Return annotated documents by their ids.

    Parameters
    ----------
    lines : iterable of bytes
        JSON objects in UTF-8: ``id``, ``text``, ``toponyms`` (each with ``start``, ``end`` and perhaps ``geonameid``,
        ``lat``, ``lon``) and perhaps ``ignore``, ``lang``, ``title``, ``source``.
    name : str
        What errors call the input.

    Raises
    ------
    FormatError
        If a line is no such document, or an id repeats.
    """
    documents: dict[Any, Row] = {}
    for where, row in _rows(lines, name):
        if not isinstance(row.get("text"), str) or not isinstance(row.get("toponyms"), list):
            raise FormatError(f'{where} is no annotated document: it needs "id", "text" and a list "toponyms"')
        ignored = row.get("ignore")
        if ignored is not None and not isinstance(ignored, list):
            raise FormatError(f'{where}: "ignore" must be a list of spans, not {type(ignored).__name__}')
        for key in ("lang", "title", "source", "date"):
            if row.get(key) is not None and not isinstance(row[key], str):
                raise FormatError(f'{where}: "{key}" must be a string or null, not {type(row[key]).__name__}')
        for toponym in [*row["toponyms"], *(ignored or ())]:
            _check_span(toponym, len(row["text"]), where)
            _check_point(toponym, where)
        _add(documents, row, where)
    return documents


def read_predicted(lines: Iterable[bytes], name: str = "predictions") -> dict[Any, Row]:
    """Return results by their ids, as ``geoloc batch -f jsonl`` writes them.

    Raises
    ------
    FormatError
        If a line is no such result, or an id repeats.
    """
    results: dict[Any, Row] = {}
    for where, row in _rows(lines, name):
        if not isinstance(row.get("mentions"), list) or not isinstance(row.get("places"), list):
            raise FormatError(f'{where} is no result of geoloc batch -f jsonl: it needs "id", "mentions" and "places"')
        for mention in row["mentions"]:
            _check_span(mention, None, where)
            place = mention.get("place")
            if place is not None and not (type(place) is int and 0 <= place < len(row["places"])):
                raise FormatError(f'{where}: "place" of a mention must point into "places", not be {place!r}')
        for place in row["places"]:
            if not isinstance(place, dict):
                raise FormatError(f'{where}: each of "places" must be an object, not {str(place)[:60]}')
            _check_point(place, where)
        _add(results, row, where)
    return results


def _rows(lines: Iterable[bytes], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            where = f"{name}, line {number},"
            try:
                row = loads(line.decode("utf-8-sig"))
            except (UnicodeDecodeError, FormatError) as error:
                raise FormatError(f"{where} is no JSON object in UTF-8 ({error})") from None
            if not isinstance(row, dict) or type(row.get("id")) not in (str, int, float):
                raise FormatError(f'{where} is no JSON object with an "id"')
            yield where, row


def _add(rows: dict[Any, Row], row: dict[str, Any], where: str) -> None:
    if row["id"] in rows:
        raise FormatError(f"{where} has the id {row['id']!r} again; ids must differ")
    rows[row["id"]] = row


def _check_span(item: Any, length: int | None, where: str) -> None:
    start, end = (item.get("start"), item.get("end")) if isinstance(item, dict) else (None, None)
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise FormatError(f'{where} has a span without "start" before "end": {str(item)[:60]}')
    if length is not None and end > length:
        raise FormatError(f"{where} has a span that ends behind the text: {str(item)[:60]}")


def _check_point(item: dict[str, Any], where: str) -> None:
    """Refuse coordinates that are no pair of degrees, and an id that is no integer."""
    lat, lon = item.get("lat"), item.get("lon")
    if (lat is None) != (lon is None):
        raise FormatError(f'{where} has "lat" without "lon" or "lon" without "lat": {str(item)[:60]}')
    for name, value, most in (("lat", lat, 90), ("lon", lon, 180)):
        if value is not None and not (type(value) in (int, float) and -most <= value <= most):
            raise FormatError(f'{where}: "{name}" must be a number from -{most} to {most}, not {str(value)[:30]!r}')
    id = item.get("geonameid")
    if id is not None and type(id) is not int and not (isinstance(id, str) and id.isascii() and id.isdigit()):
        raise FormatError(f'{where}: "geonameid" must be an integer, not {str(id)[:30]!r}')
