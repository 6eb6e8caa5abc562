"""Documents from records, as `geoloc batch` takes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from geoloc.errors import FormatError
from geoloc.model import Document


def document_from_record(record: Mapping[str, Any], *, given_spans: bool = False) -> Document:
    """Return the document of a record with ``text`` and perhaps ``id``, ``title``, ``date``, ``source``, ``lang``.

    ``source`` of a record is the publisher. With `given_spans`, the
    record's ``spans``, if it has them, are the only mentions.

    Raises
    ------
    FormatError
        If the text is missing or is not a string, or a span does not lie in the text.
    """
    if not isinstance(record, Mapping):
        raise FormatError('a record must be a JSON object with "text"')
    text = record.get("text")
    if not isinstance(text, str):
        raise FormatError('the record has no "text", or it is not a string')
    spans = None
    if given_spans and record.get("spans") is not None:
        spans = tuple(_span(span, len(text)) for span in _list(record["spans"]))
    return Document(
        text=text,
        id=record.get("id"),
        source=None,
        outlet=_optional(record, "source"),
        title=_optional(record, "title"),
        date=_optional(record, "date"),
        language=_optional(record, "lang"),
        spans=spans,
    )


def _list(spans: Any) -> list[Any]:
    if not isinstance(spans, list):
        raise FormatError('"spans" must be a list of [start, end]')
    return spans


def _span(span: Any, length: int) -> tuple[int, int]:
    match span:
        case [int(start), int(end)] if 0 <= start < end <= length and not {type(start), type(end)} & {bool}:
            return start, end
    raise FormatError(f"the span {str(span)[:60]} does not lie in the text of {length} characters; give [start, end]")


def _optional(record: Mapping[str, Any], key: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise FormatError(f'"{key}" must be a string or null, not {type(value).__name__}')
    return value
