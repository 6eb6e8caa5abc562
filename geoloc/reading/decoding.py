"""From bytes to text: UTF-8, the byte order mark, the declared charset, then detection.

What is not text is refused with its name, so that nobody takes the inside of an image for an article.
"""

from __future__ import annotations

import codecs
import re

from geoloc.errors import SourceError

_SIGNATURES = (
    (b"PK\x03\x04", "a ZIP archive, and no office document or book"),
    (b"\xd0\xcf\x11\xe0", "an old office document; save it as .docx"),
    (b"{\\rtf", "an RTF document; save it as .docx"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\x00", "an xz file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"PAR1", "a Parquet file"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""<(?:\?xml|meta)\b[^>]{0,200}?(?:encoding|charset)\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{3,}")
_ALL_HIGH = re.compile(rb"[\x80-\xff]+")
"""A word of Cyrillic in its code pages; words of Latin letters have some of ASCII."""
_REMEDY = "geoloc reads text, web pages, office documents, mail and feeds; convert it first"


def decode(data: bytes, label: str, charset: str | None = None) -> tuple[str, str]:
    """Return the text of `data` and the encoding that it was read with.

    Parameters
    ----------
    data : bytes
    label : str
        What to call the source in an error message.
    charset : str, optional
        The charset that the source was sent with; else what HTML or XML says of itself counts.

    Raises
    ------
    SourceError
        If the bytes are no text.
    """
    for signature, kind in _SIGNATURES:
        if data.startswith(signature):
            raise SourceError(f"{label} is {kind}; {_REMEDY}")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                return data.decode(encoding), encoding.removesuffix("-sig")
            except UnicodeDecodeError:
                break
    for encoding in filter(None, ("utf-8", charset, _declared(data))):
        try:
            text = data.decode(encoding)
        except (ValueError, LookupError):
            continue
        if "\0" not in text:
            return text, encoding.lower()
    return _detect(data, label)


def byte_order_mark(data: bytes) -> str | None:
    r"""Return the encoding that a byte order mark at the beginning tells, None without one.

    Examples
    --------
    >>> byte_order_mark(b"\xff\xfea\0"), byte_order_mark(b"a")
    ('utf-16', None)
    """
    found = next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)
    return found and found.removesuffix("-sig")


def _declared(data: bytes) -> str | None:
    found = _DECLARED.search(data[:2048])
    return found[1].decode("ascii", "replace") if found and data.lstrip().startswith(b"<") else None


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
    words = [word for word in _WORD.findall(data[:200_000]) if not word.isascii()]
    cyrillic = 2 * sum(map(bool, map(_ALL_HIGH.fullmatch, words))) > len(words)
    pages = ["cp1251", "koi8_r", "cp866"] if cyrillic else ["cp1251", "koi8_r", "cp1252", "cp1250", "cp866"]
    best = from_bytes(data[:200_000], cp_isolation=pages).best()
    best = best or from_bytes(data[:200_000]).best()
    if best is None:
        raise SourceError(f"{label} is a binary file or in an unknown encoding; save it as UTF-8 text")
    return data.decode(best.encoding, "replace"), best.encoding
