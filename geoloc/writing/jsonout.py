"""json and jsonl: an object for one document and an array for several, or an object a line.

The output is UTF-8 without escapes, save for characters that terminals or line readers would act
on (C1 controls, the Unicode line separators): those are escaped. A lone surrogate, which no UTF-8
file can hold, becomes U+FFFD; offsets stay right because it is one character for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

from geoloc.errors import FormatError
from geoloc.model import Result
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import result_record

_SURROGATE = re.compile("[\ud800-\udfff]")
_ACTIVE = re.compile("[\x7f-\x9f\u2028\u2029]")


def well_formed(text: str) -> str:
    """Replace lone surrogates by U+FFFD, so that the text can be encoded."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)


def dumps(value: object, options: WriteOptions, *, one_line: bool = False) -> str:
    """Serialise as strict JSON: no NaN, no lone surrogate; `one_line` overrules the indentation."""
    encoder = _encoder(None if one_line else options.indent, options.compact)
    try:
        text = encoder.encode(value)
    except (TypeError, ValueError) as error:
        raise FormatError(f"cannot be written as JSON: {error}") from error
    if text.isascii() and "\x7f" not in text:
        return text
    return _ACTIVE.sub(lambda found: f"\\u{ord(found[0]):04x}", well_formed(text))


@cache
def _encoder(indent: int | None, compact: bool) -> json.JSONEncoder:
    separators = (",", ":") if compact else (", " if indent is None else ",", ": ")
    return json.JSONEncoder(ensure_ascii=False, allow_nan=False, indent=indent, separators=separators)


def dump_array(values: Iterable[object], options: WriteOptions) -> Iterator[str]:
    """Yield a JSON array piece by piece; without indentation it has an element a line."""
    pad = "\n" + " " * (options.indent or 0)
    opening = "["
    for value in values:
        yield opening + pad + dumps(value, options).replace("\n", pad)
        opening = ","
    yield "[]\n" if opening == "[" else "\n]\n"


def render_json(results: Iterable[Result], options: WriteOptions) -> Iterator[str]:
    """Yield an object for one result, an array for several or none."""
    records = (result_record(result, options) for result in results)
    head = [record for _, record in zip(range(2), records, strict=False)]
    if len(head) == 1:
        yield dumps(head[0], options) + "\n"
    else:
        yield from dump_array(chain(head, records), options)


def render_jsonl(results: Iterable[Result], options: WriteOptions) -> Iterator[str]:
    """Yield an object a line."""
    for result in results:
        yield dumps(result_record(result, options), options, one_line=True) + "\n"
