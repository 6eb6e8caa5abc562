"""Documents from records: JSON (one, an array, or one a line) and CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any

from geoloc.errors import FormatError, SourceError
from geoloc.model import Document
from geoloc.reading.delimited import delimiter_of, records_of
from geoloc.reading.jsontext import JSONError, loads


def documents_from_records(text: str, label: str, text_field: str) -> Iterator[Document]:
    """Yield a document a record; a record without a text in `text_field` is an error that names it.

    Raises
    ------
    FormatError
        If a record is malformed or has no such field.
    """
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "<":
        raise SourceError(f"{label} is neither JSON nor CSV; read it without --text-field")
    records = _json_records(text, label) if start in ("{", "[") else _csv_records(text, label, text_field)
    for where, record in records:
        try:
            yield document_from_record(_usual(record, text_field), text_field=text_field)
        except FormatError as error:
            raise FormatError(f"{where}: {error}") from None


def _usual(record: Any, text_field: str) -> Any:
    """Turn the facts of a record of any origin into those of `document_from_record`, and leave out what is none."""
    if not isinstance(record, Mapping):
        return record
    facts = {key: _fact(record.get(key)) for key in ("title", "date", "source", "lang") if key != text_field}
    return {**record, **facts}


def _fact(value: Any) -> str | None:
    if isinstance(value, Mapping):  # as in {"source": {"id": null, "name": "The Daily"}}
        value = value.get("name")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _json_records(text: str, label: str) -> Iterator[tuple[str, Any]]:
    try:
        whole = loads(text)
    except JSONError as error:
        lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
        if len(lines) < 2 or not lines[1][1].lstrip().startswith("{"):
            raise FormatError(f"{label}, line {error.line}: {error}") from None
        for number, line in lines:
            try:
                yield f"{label}, line {number}", loads(line)
            except JSONError as bad:
                raise FormatError(f"{label}, line {number}: {bad}") from None
        return
    for number, record in enumerate(whole if isinstance(whole, list) else [whole], 1):
        yield f"{label}, record {number}", record


def _csv_records(text: str, label: str, text_field: str) -> Iterator[tuple[str, Any]]:
    text = text.lstrip("\ufeff")
    rows = records_of(io.StringIO(text, newline=""), delimiter_of(text.partition("\n")[0]))
    try:
        if text_field not in (rows.fieldnames or ()):
            known = ", ".join(filter(None, rows.fieldnames or ()))[:200]
            raise SourceError(f"{label} has no column {text_field!r}; its columns are {known}")
        for row in rows:
            record = {key: value or None for key, value in row.items() if key}
            yield f"{label}, line {rows.line_num}", record | {text_field: row[text_field] or ""}
    except csv.Error as error:
        raise FormatError(f"{label}, line {rows.line_num}: not CSV ({error})") from None


def document_from_record(record: Mapping[str, Any], *, given_spans: bool = False, text_field: str = "text") -> Document:
    """Return the document of a record with ``text`` and perhaps ``id``, ``title``, ``date``, ``source``, ``lang``.

    ``source`` of a record is the publisher. With `given_spans`, the
    record's ``spans``, if it has them, are the only mentions. `text_field` names another field for the text.

    Raises
    ------
    FormatError
        If the text is missing or is not a string, or a span does not lie in the text.
    """
    if not isinstance(record, Mapping):
        raise FormatError(f'a record must be a JSON object with "{text_field}"')
    text = record.get(text_field)
    if not isinstance(text, str):
        raise FormatError(f'the record has no "{text_field}", or it is not a string')
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
