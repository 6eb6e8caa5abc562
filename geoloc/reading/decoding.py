"""From bytes to text: UTF-8, the byte order mark, then detection.

What is not text is refused with its name, so that nobody takes the inside of a PDF for an article.
"""

from __future__ import annotations

import codecs
import re

from geoloc.errors import SourceError

_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARKUP = re.compile(r"\s*<(?:\?xml\b|!doctype\b|!--|[a-z][\w:-]*(?:\s[^<>]*)?/?>)", re.I)
_JSON = re.compile(r'\s*(?:\{\s*"[^"]*"\s*:|\[\s*\{\s*"|\[\s*\[\s*[-\d])')
_REMEDY = "geoloc reads plain text; convert it first"


def decode(data: bytes, label: str, charset: str | None = None) -> tuple[str, str]:
    """Return the text of `data` and the encoding that it was read with.

    Parameters
    ----------
    data : bytes
    label : str
        What to call the source in an error message.
    charset : str, optional
        The charset that the source declares.

    Raises
    ------
    SourceError
        If the bytes are those of another kind of file, or of none.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise SourceError(f"{label} is {kind}; {_REMEDY}")
    text, encoding = _decode(data, label, charset)
    head = text[:4096]
    if _MARKUP.match(head):
        raise SourceError(f"{label} is HTML or XML; {_REMEDY} (geoloc never geoparses markup)")
    if _JSON.match(head):
        raise SourceError(f'{label} is JSON; for records with "id" and "text" use: geoloc batch FILE.jsonl')
    return text, encoding


def _decode(data: bytes, label: str, charset: str | None) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError:
                break
    for encoding in filter(None, ("utf-8", charset)):
        try:
            text = data.decode(encoding)
        except (ValueError, LookupError):
            continue
        if "\0" not in text:
            return text, encoding
    return _detect(data, label)


def _reads_like_text(sample: str) -> bool:
    """Tell whether a text is printable, in alphabets that part words with blanks."""
    printable = sum(c.isprintable() or c in "\r\n\t" for c in sample)
    alphabetic = sum(c < "\u0700" for c in sample)
    return min(printable, alphabetic) > 0.95 * len(sample) and " " in sample


def _detect(data: bytes, label: str) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    if b"\0" in data[:65536]:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = data.decode(encoding, "replace")
            if _reads_like_text(text[:4096]):
                return text, encoding
        raise SourceError(f"{label} is a binary file; {_REMEDY}")
    # Code pages first: on short Cyrillic or Central European text a free choice is a lottery.
    best = from_bytes(data[:200_000], cp_isolation=["cp1251", "koi8_r", "cp1252", "cp1250", "cp866"]).best()
    best = best or from_bytes(data[:200_000]).best()
    if best is None:
        raise SourceError(f"{label} is a binary file or in an unknown encoding; save it as UTF-8 text")
    return data.decode(best.encoding, "replace"), best.encoding
