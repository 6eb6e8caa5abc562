"""Documents in ZIP archives: DOCX, ODT and EPUB, each a few members of XML."""

from __future__ import annotations

import io
import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from geoloc.errors import SourceError
from geoloc.model import Document
from geoloc.reading.limits import MOST_BYTES, too_large
from geoloc.reading.markup import LINE, PARAGRAPH, block_text, headed, local_name, parse_html, parse_xml

ZIP = b"PK\x03\x04"
_DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, ValueError, NotImplementedError, OSError)
"""What `zipfile` raises about files that are none."""
_MOST_RATIO, _RATIO_FROM = 100, 5_000_000
"""No text is packed to less than a hundredth; what is, and has so many bytes, is made to fill the memory."""
_MOST_TAGS = 2_000_000
"""Of XML in a member: an element takes some 200 bytes of memory, however short it is. A long novel has 100,000."""
_OTHERS = {
    "xl/workbook.xml": "a spreadsheet; save it as CSV and name the column with --text-field",
    "ppt/presentation.xml": "a presentation; save it as PDF",
}


class _Archive:
    """The members of an archive, read until together they exceed `MOST_BYTES`."""

    def __init__(self, data: bytes, label: str) -> None:
        self.label = label
        self._read = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except _DAMAGE as error:
            raise SourceError(f"{label} is a damaged ZIP archive or office document ({error}); save it again") from None
        self.names = frozenset(self._zip.namelist())

    def read(self, name: str) -> bytes:
        """Return a member, empty if there is none of that name."""
        if name not in self.names:
            return b""
        member = self._zip.getinfo(name)
        if member.file_size > max(_RATIO_FROM, _MOST_RATIO * member.compress_size):
            raise SourceError(f"{self.label} is packed as no document is ({name} grows {_MOST_RATIO}-fold); not read")
        try:
            with self._zip.open(name) as stream:
                data = stream.read(MOST_BYTES - self._read + 1)
        except _DAMAGE as error:
            raise SourceError(f"{self.label} is damaged ({error}); save it again") from None
        except RuntimeError as error:
            raise SourceError(f"{self.label} cannot be opened ({error}); save it without a password") from None
        self._read += len(data)
        if self._read > MOST_BYTES:
            raise too_large(self.label)
        return data

    def tree(self, name: str) -> Any:
        """Return the XML of a member, None if there is none of that name."""
        data = self.read(name)
        if data.count(b"<") > _MOST_TAGS:
            raise SourceError(f"{self.label} has more than {_MOST_TAGS:,} tags in {name}; cut it up")
        return parse_xml(data, f"{self.label} ({name})") if data else None


def document_from_archive(data: bytes, label: str) -> Document:
    """Return the text of a DOCX, ODT or EPUB.

    Raises
    ------
    SourceError
        If it is none of them, damaged or locked, or grows past `MOST_BYTES`.
    """
    archive = _Archive(data, label)
    if "word/document.xml" in archive.names:
        return _docx(archive)
    kind = archive.read("mimetype").decode("ascii", "replace").strip()
    if kind == "application/epub+zip" or "META-INF/container.xml" in archive.names:
        return _epub(archive)
    if kind.startswith("application/vnd.oasis.opendocument.text"):
        return _odt(archive)
    what = next((text for name, text in _OTHERS.items() if name in archive.names), None)
    if kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        what = _OTHERS["xl/workbook.xml"]
    raise SourceError(f"{label} is {what or 'a ZIP archive, and no office document or book; unpack it first'}")


def _docx(archive: _Archive) -> Document:
    parts = (archive.tree(f"word/{name}.xml") for name in ("document", "footnotes", "endnotes"))
    core = archive.tree("docProps/core.xml")
    return Document(
        text="\n\n".join(filter(None, (block_text(part, _docx_break) for part in parts))),
        title=_fact(core, "title"),
        date=_fact(core, "created"),
    )


def _docx_break(name: str) -> str | None:
    """Do what `html_break` does; deleted text, field codes and the fallback of drawings are left out."""
    if name == "p":
        return PARAGRAPH
    if name in ("br", "cr"):
        return LINE
    if name == "tab":
        return " "
    return None if name in ("deltext", "instrtext", "fallback", "pict", "delinstrtext", "comment") else ""


def _odt(archive: _Archive) -> Document:
    content, facts = archive.tree("content.xml"), archive.tree("meta.xml")
    if content is None:
        raise SourceError(f"{archive.label} is an OpenDocument file without content; save it again")
    body = next((element for element in content.iter() if local_name(element) == "body"), content)
    return Document(
        text=block_text(body, _odt_break),
        title=_fact(facts, "title"),
        date=_fact(facts, "creation-date") or _fact(facts, "date"),
    )


def _odt_break(name: str) -> str | None:
    if name in ("p", "h"):
        return PARAGRAPH
    if name == "line-break":
        return LINE
    if name in ("s", "tab"):
        return " "
    return None if name in ("annotation", "tracked-changes", "note-citation", "sequence-decls", "forms") else ""


def _epub(archive: _Archive) -> Document:
    container = archive.tree("META-INF/container.xml")
    root = next((e.get("full-path") for e in _all(container, "rootfile") if e.get("full-path")), None)
    package = archive.tree(root) if root else None
    if package is None:
        raise SourceError(f"{archive.label} is an EPUB without a table of contents; save it again")
    items = {item.get("id"): item.get("href") or "" for item in _all(package, "item")}
    folder = posixpath.dirname(root or "")
    chapters = []
    for reference in _all(package, "itemref"):
        path = posixpath.normpath(posixpath.join(folder, unquote(items.get(reference.get("idref"), ""))))
        chapters.append(block_text(parse_html(archive.read(path).decode("utf-8", "replace"))))
    title = _fact(package, "title")
    return Document(
        text=headed(title, "\n\n".join(filter(None, chapters))),
        title=title,
        date=_fact(package, "date"),
        outlet=_fact(package, "publisher"),
    )


def _all(root: Any, name: str) -> Iterator[Any]:
    return (element for element in root.iter() if local_name(element) == name) if root is not None else iter(())


def _fact(root: Any, name: str) -> str | None:
    texts = ("".join(element.itertext()).strip() for element in _all(root, name))
    return next(filter(None, texts), None)
