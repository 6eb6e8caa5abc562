"""What kind of file some bytes are, by what they hold; the name decides only where the content leaves it open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import PurePath

from geoloc.errors import SourceError
from geoloc.model import Document
from geoloc.reading.compression import decompressed
from geoloc.reading.decoding import decode

# Each sign has one reading in these two: a text that almost matches must not make them try all ways.
_COMMENT = r"<!--(?:(?!-->).)*-->"
_PROLOG = re.compile(rf"(?:\s+|<\?(?:(?!\?>).)*\?>|{_COMMENT}|<!doctype\b(?:[^<>\[]|\[[^\]]*\])*>)*", re.I | re.S)
_DOCTYPE_HTML = re.compile(rf"\s*(?:<\?xml[^>]*>\s*)?(?:{_COMMENT}\s*)*<!doctype\s+html\b", re.I | re.S)
_TAG = re.compile(r"<([a-z][\w:.-]*)(?:\s[^<>]*)?/?>", re.I)
_JSON = re.compile(r'\s*(?:\{\s*"[^"]*"\s*:|\[\s*\{\s*"|\[\s*\[\s*[-\d])')
_HTML_TAGS = frozenset(
    "a abbr address article aside b base big blockquote body br button center cite code dd del details div dl dt em "
    "embed fieldset figcaption figure font footer form frameset h1 h2 h3 h4 h5 h6 head header hr html i iframe img "
    "input ins label li link main mark menu meta nav noscript ol p picture pre q s script section select small span "
    "strike strong style sub summary sup table tbody td template textarea th thead time title tr tt u ul video"
    .split()
)  # fmt: skip
_CLOSINGS = re.compile(r"</(?:p|div|span|a|li|ul|td|tr|h[1-6]|body|html|strong|em)\s*>|<br\s*/?>", re.I)
_MARKUP_FROM = 3
"""So many ends of elements make HTML of a text that does not begin with a tag."""
_FEED_TAGS = frozenset(("rss", "feed", "rdf"))
_PACKED = (".gz", ".zst")
_HEAD = 65536
"""So many characters tell the kind."""


def documents_of(
    data: bytes,
    name: str,
    *,
    label: str | None = None,
    charset: str | None = None,
    media_type: str | None = None,
    text_field: str | None = None,
) -> Iterator[Document]:
    """Yield the documents that some bytes hold: one, or those of a mailbox, a feed or records.

    Parameters
    ----------
    data : bytes
    name : str
        The path or address that they are from; its extension tells Markdown from plain text.
    label : str, optional
        What to call them in an error message, if not `name`.
    charset, media_type : str, optional
        What the server says of them.
    text_field : str, optional
        They are JSON or CSV records, and this field has the text.

    Raises
    ------
    SourceError
        If they are no kind of text that geoloc reads, or damaged.
    """
    label = label or name
    data = decompressed(data, label)
    suffixes = [suffix for suffix in PurePath(name.partition("?")[0]).suffixes if suffix.lower() not in _PACKED]
    suffix = suffixes[-1].lower() if suffixes else ""
    if data[:1024].lstrip().startswith(b"%PDF-"):
        from geoloc.reading.pdf import document_from_pdf

        return iter([document_from_pdf(data, label)])
    if data.startswith(b"PK\x03\x04"):
        from geoloc.reading.archives import document_from_archive

        return iter([document_from_archive(data, label)])
    if text_field is not None:
        from geoloc.reading.records import documents_from_records

        return documents_from_records(decode(data, label, charset)[0], label, text_field)
    if data[:5] == b"From " or data[:1].isalpha():
        from geoloc.reading.mail import document_from_message, documents_from_mbox, is_mbox, is_message

        if is_mbox(data):
            return documents_from_mbox(data, label)
        if is_message(data):
            return iter([document_from_message(data, label)])
    text, encoding = decode(data, label, charset)
    if _is_feed(text):
        from geoloc.reading.feeds import documents_from_feed

        return documents_from_feed(data, label)
    document = _reader(text, label, name, suffix, media_type)(text)
    return iter([replace(document, encoding=encoding)])


def _reader(text: str, label: str, name: str, suffix: str, media_type: str | None) -> Callable[[str], Document]:
    """Return what makes a document of a text."""
    from geoloc.reading.markdown import document_from_markdown, looks_like_markdown
    from geoloc.reading.subtitles import document_from_subtitles, looks_like_subtitles

    def from_html(html: str) -> Document:
        from geoloc.reading.html import document_from_html

        return document_from_html(html, url=name if "://" in name else None)

    root = _root(text)
    if root not in _HTML_TAGS and not _is_element(text, root):
        root = None
    html = suffix in (".html", ".htm", ".xhtml") or media_type in ("text/html", "application/xhtml+xml")
    if _DOCTYPE_HTML.match(text[:_HEAD]) or root in _HTML_TAGS or (root and "-" in root and not _is_xml(text)) or html:
        return from_html
    if _is_xml(text) or root:
        raise SourceError(f"{label} is XML ({root or 'without an element'}), no article; geoloc never geoparses markup")
    if _JSON.match(text[:4096]):
        raise SourceError(
            f"{label} is JSON; name the field that has the text with --text-field, "
            'or for records with "id" and "text" use: geoloc batch FILE.jsonl'
        )
    if suffix in (".csv", ".tsv"):
        raise SourceError(f"{label} is a table; name the column that has the text with --text-field")
    if looks_like_subtitles(text):
        return document_from_subtitles
    if suffix in (".md", ".markdown", ".mdown") or media_type == "text/markdown" or looks_like_markdown(text):
        return document_from_markdown
    if len(_CLOSINGS.findall(text[:_HEAD])) >= _MARKUP_FROM:
        return from_html
    return Document


def _is_xml(text: str) -> bool:
    return text[:100].lstrip("\ufeff \t\r\n").startswith("<?xml")


def _is_feed(text: str) -> bool:
    root = _root(text)
    return root is not None and root.rpartition(":")[2] in _FEED_TAGS


def _is_element(text: str, root: str | None) -> bool:
    """Tell an element from a word in angle brackets, like a nick in a log: it ends, or its namespace is declared."""
    if root is None or _is_xml(text):
        return root is not None
    found = re.search(f"<{re.escape(root)}", text, re.I)
    start = found.start() if found else 0
    tag = text[start : text.find(">", start) + 1]
    whole = tag.endswith("/>") and not text[start + len(tag) :].strip()
    return whole or "xmlns" in tag or re.search(rf"</{re.escape(root)}\s*>", text, re.I) is not None


def _root(text: str) -> str | None:
    """Return the name of the element that a text begins with, in lower case."""
    head = text[:_HEAD].lstrip("\ufeff")
    if not head.lstrip().startswith("<"):
        return None
    start = _PROLOG.match(head)
    tag = _TAG.match(head, start.end() if start else 0)
    return tag[1].lower() if tag else None
