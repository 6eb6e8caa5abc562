"""Web pages: the article without what stands around it, with its headline, date and publisher.

trafilatura finds the article. Where it finds none, all the visible text is taken: too much is better than nothing.
"""

from __future__ import annotations

import logging
import re
import warnings
from html import unescape
from typing import Any

from geoloc.model import Document
from geoloc.reading.markup import block_text, headed, parse_html

_LEAST_SHARE, _SHORT = 0.05, 200
for _name in ("trafilatura", "htmldate"):
    logging.getLogger(_name).addHandler(logging.NullHandler())  # else they complain on stderr about odd pages

_ANY_TAG = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^<>]*>", re.I | re.S)
_TABLE_ROW = re.compile(r"^\|.*\|?\s*$")
_BULLET = re.compile(r"^- (?=\S)")


def document_from_html(html: str, url: str | None = None) -> Document:
    """Return the article of a web page, or of a piece of one.

    Parameters
    ----------
    html : str
    url : str, optional
        Its address, which may tell the date, and the publisher if the page does not.

    Examples
    --------
    >>> document_from_html("<p>Shelling hit <b>Kozinka</b>.</p>").text
    'Shelling hit Kozinka.'
    """
    import trafilatura

    page = parse_html(html)
    everything = block_text(page) or " ".join(unescape(_ANY_TAG.sub(" ", html)).split())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its parser of dates, about odd ones
        found: Any = trafilatura.bare_extraction(
            html,
            url=url,
            with_metadata=True,
            include_comments=False,
            include_tables=True,
            favor_recall=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    text = "\n\n".join(filter(None, map(_plain_line, (found.text or "").splitlines()))) if found else ""
    if len(text) < min(_SHORT, len(everything)) or len(text) < _LEAST_SHARE * len(everything):
        text = everything
    title = (found and found.title) or _first(page, "title")
    return Document(
        text=headed(title, text),
        title=title or None,
        date=(found and found.date) or None,
        outlet=(found and (found.sitename or found.hostname)) or None,
    )


def _plain_line(line: str) -> str:
    """Take away what trafilatura marks lists and tables with."""
    if _TABLE_ROW.match(line):
        return ", ".join(filter(None, (cell.strip() for cell in line.split("|")))).strip("-, ")
    return _BULLET.sub("", line.strip())


def _first(page: object, name: str) -> str | None:
    element = page.find(f".//{name}") if hasattr(page, "find") else None
    return " ".join("".join(element.itertext()).split()) or None if element is not None else None
