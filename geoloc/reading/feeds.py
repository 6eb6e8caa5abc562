"""RSS 0.9 to 2.0 and Atom: each entry is a document, and the feed is its publisher."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from geoloc.model import Document
from geoloc.reading.mail import iso_date
from geoloc.reading.markup import headed, local_name, parse_xml, text_of_html

ROOTS = ("rss", "feed", "rdf")
_ATOM = "http://www.w3.org/2005/Atom"
_RSS_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_MEDIA = "http://search.yahoo.com/mrss/"
"""Of Media RSS: titles, descriptions and contents of pictures and films, not of the entry."""


def documents_from_feed(data: bytes, label: str) -> Iterator[Document]:
    """Yield the entries of a feed, in its order; the id is the entry's own, else its link."""
    root = parse_xml(data, label, recover=True)
    channel = next((element for element in root if local_name(element) == "channel"), root)
    outlet = _text(channel, "title")
    entries = (element for element in root.iter() if local_name(element) in ("item", "entry"))
    for entry in entries:
        title = text_of_html(_text(entry, "title") or "") or None
        body = _content(entry) or _text(entry, "description", "summary") or ""
        yield Document(
            text=headed(title, text_of_html(body)),
            id=_text(entry, "guid", "id") or _link(entry),
            title=title,
            date=iso_date(_text(entry, "pubdate", "published", "date", "updated")),
            outlet=text_of_html(outlet or "") or None,
        )


def _text(parent: Any, *names: str) -> str | None:
    """Return the text of the first child of these names that has one, nothing of Media RSS."""
    for name in names:
        for child in parent:
            if local_name(child) == name and _namespace(child) != _MEDIA and (text := _inside(child)):
                return text
    return None


def _content(entry: Any) -> str | None:
    """Return the ``content:encoded`` of an entry of RSS, else the ``content`` of one of Atom."""
    children = [child for child in entry if local_name(child)]
    encoded = (
        child
        for child in children
        if child.tag == "content:encoded"  # its prefix is not declared
        or (local_name(child) == "encoded" and (child.prefix == "content" or _namespace(child) == _RSS_CONTENT))
    )
    plain = (child for child in children if local_name(child) == "content" and _namespace(child) in ("", _ATOM))
    return next(filter(None, map(_inside, itertools.chain(encoded, plain))), None)


def _namespace(element: Any) -> str:
    return str(element.tag)[1:].partition("}")[0] if str(element.tag).startswith("{") else ""


def _inside(element: Any) -> str | None:
    """Return the text of an element; XHTML inside it comes as markup."""
    from lxml import etree

    if len(element):
        return (element.text or "") + "".join(etree.tostring(part, encoding="unicode") for part in element)
    return (element.text or "").strip() or None


def _link(entry: Any) -> str | None:
    links = [child for child in entry if local_name(child) == "link"]
    return next((link.get("href") or (link.text or "").strip() or None for link in links), None)
