"""RSS 0.9 to 2.0 and Atom: each entry is a document, and the feed is its publisher."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geoloc.model import Document
from geoloc.reading.mail import iso_date
from geoloc.reading.markup import headed, local_name, parse_xml, text_of_html

ROOTS = ("rss", "feed", "rdf")


def documents_from_feed(data: bytes, label: str) -> Iterator[Document]:
    """Yield the entries of a feed, in its order; the id is the entry's own, else its link."""
    root = parse_xml(data, label, recover=True)
    channel = next((element for element in root if local_name(element) == "channel"), root)
    outlet = _text(channel, "title")
    entries = (element for element in root.iter() if local_name(element) in ("item", "entry"))
    for entry in entries:
        title = text_of_html(_text(entry, "title") or "") or None
        body = _text(entry, "encoded") or _text(entry, "content") or _text(entry, "description", "summary") or ""
        yield Document(
            text=headed(title, text_of_html(body)),
            id=_text(entry, "guid", "id") or _link(entry),
            title=title,
            date=iso_date(_text(entry, "pubdate", "published", "date", "updated")),
            outlet=text_of_html(outlet or "") or None,
        )


def _text(parent: Any, *names: str) -> str | None:
    """Return the text of the first child of these names that has one; XHTML inside it comes as markup."""
    from lxml import etree

    for name in names:
        for child in parent:
            if local_name(child) != name:
                continue
            if len(child):
                return (child.text or "") + "".join(etree.tostring(part, encoding="unicode") for part in child)
            if child.text and child.text.strip():
                return str(child.text).strip()
    return None


def _link(entry: Any) -> str | None:
    links = [child for child in entry if local_name(child) == "link"]
    return next((link.get("href") or (link.text or "").strip() or None for link in links), None)
