"""Text on a terminal: how wide it is, how it is cut, and how it is kept from doing harm.

A name comes from an article and may hold anything. `plain` makes it one line of visible text:
white space becomes single spaces, control characters (so every ANSI escape) become U+FFFD, and
invisible format characters, among them those that reorder text, are dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"
_JOINERS = ("\u200c", "\u200d")
"""Zero-width (non-)joiner: Persian and the Indic scripts need them."""


def plain(text: str) -> str:
    r"""Make untrusted text fit for one cell of a table.

    Examples
    --------
    >>> plain(" New\n York\x1b[31m\u202e")
    'New York�[31m'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join("".join(map(_visible, text)).split())


def display_width(text: str) -> int:
    """Count the terminal columns: two for East Asian wide characters, none for combining ones.

    Examples
    --------
    >>> display_width("Kyiv"), display_width("東京"), display_width("й".replace("й", "и\u0306"))
    (4, 4, 1)
    """
    return len(text) if text.isascii() else sum(map(_char_width, text))


def clip(text: str, width: int) -> str:
    """Cut to at most `width` columns, with an ellipsis where something was cut.

    Examples
    --------
    >>> clip("Saint Petersburg", 8), clip("東京都庁", 6), clip("Oslo", 4)
    ('Saint P…', '東京…', 'Oslo')
    """
    if display_width(text) <= width:
        return text
    return "".join(_head(text, width - 1)).rstrip() + ELLIPSIS if width > 0 else ""


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Cut or pad to exactly `width` columns."""
    text = clip(text, width)
    gap = " " * (width - display_width(text))
    return gap + text if right else text + gap


def _head(text: str, width: int) -> Iterator[str]:
    for char in text:
        width -= _char_width(char)
        if width < 0:
            return
        yield char


def _char_width(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if char.isspace() or category in ("Zs", "Zl", "Zp"):
        return " "
    if category in ("Cc", "Cs"):
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category == "Cf" and char not in _JOINERS else char
