"""JSON from outside, read strictly: what a writer could not write again is refused at once.

Python's reader takes NaN and numbers too large for a float, and on integers of thousands of digits and on
deep nesting it raises errors of its own. Here all of them are a `JSONError` of one line.
"""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from geoloc.errors import FormatError

DEEPEST = 100
"""Levels of nesting that are read; GeoJSON needs less than ten."""


class JSONError(FormatError):
    """A text is not JSON that can be used.

    Attributes
    ----------
    line : int
        Line of the text where that shows, counted from 1.
    unfinished : bool
        True if the text is the beginning of something longer.
    """

    def __init__(self, message: str, line: int = 1, unfinished: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.unfinished = unfinished


def loads(text: str) -> Any:
    """Read one JSON value.

    Raises
    ------
    JSONError
        If the text is not JSON (RFC 8259), or holds a number or a nesting that cannot be written again.

    Examples
    --------
    >>> loads('{"id": null}')
    {'id': None}
    >>> loads("[NaN]")
    Traceback (most recent call last):
    geoloc.reading.jsontext.JSONError: not JSON: NaN is no JSON number
    """
    return load_at(text.rstrip(), 0, whole=True)[0]


def load_at(text: str, start: int, *, whole: bool = False) -> tuple[Any, int]:
    """Read the JSON value at a position of a text that ends without blanks; return it and where it ends.

    Raises
    ------
    JSONError
        As `loads`; its line is counted from the beginning of the text.
    """
    try:
        value, end = (_DECODER.decode(text), len(text)) if whole else _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} (column {error.colno})"
        raise JSONError(message, error.lineno, error.pos >= len(text)) from None
    except RecursionError:
        raise JSONError("not usable JSON: nested too deeply") from None
    except JSONError:
        raise
    except ValueError:
        raise JSONError("not usable JSON: an integer of too many digits") from None
    if text.count("[", start, end) + text.count("{", start, end) > DEEPEST and _deeper(value, DEEPEST):
        raise JSONError(f"not usable JSON: nested more than {DEEPEST} levels deep")
    return value, end


def _refuse(constant: str) -> NoReturn:
    raise JSONError(f"not JSON: {constant} is no JSON number")


def _finite(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise JSONError(f"not usable JSON: the number {digits[:20]} is too large")
    return value


def _deeper(value: Any, levels: int) -> bool:
    """Tell whether a value is nested more than `levels` deep, without recursion of its own."""
    layer = [value]
    for _ in range(levels):
        layer = [
            inner
            for outer in layer
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        if not layer:
            return False
    return True


_DECODER = json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)
