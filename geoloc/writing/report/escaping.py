"""Text from outside, made harmless for HTML and for JSON in HTML."""

from __future__ import annotations

import json
from html import escape

_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def escaped(text: object) -> str:
    """Escape text for an element or an attribute; what UTF-8 cannot hold becomes a question mark.

    Examples
    --------
    >>> escaped('<b title="x">'), escaped(None), escaped(7)
    ('&lt;b title=&quot;x&quot;&gt;', 'None', '7')
    """
    return escape(str(text).encode("utf-8", "replace").decode())


def embedded_json(value: object) -> str:
    r"""Write JSON that can stand in a script element, whatever its strings hold.

    Examples
    --------
    >>> embedded_json({"a": "</script><!--"})
    '{"a":"\\u003c/script\\u003e\\u003c!--"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode().translate(_ESCAPES)
