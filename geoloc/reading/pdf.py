"""PDF: the text layer of the pages, with its lines joined to paragraphs again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from geoloc.errors import SourceError
from geoloc.model import Document
from geoloc.reading.limits import not_installed

_PARTED = re.compile("(?:[\ufffe\u00ad\x02][ \\t]*\\n?|(?<=[^\\W\\d_])-[ \\t]*\\n)(?=([^\\W\\d_]))")
_FULL_LINE = 0.7
_ENDS = (".", "!", "?", ":", "…", '."', ".”", ".»")
_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")


def document_from_pdf(data: bytes, label: str) -> Document:
    """Return the text of a PDF.

    Raises
    ------
    SourceError
        If it is damaged, locked, or holds pictures only, or if pypdfium2 is not installed.
    """
    try:
        import pypdfium2
    except ImportError:
        raise not_installed(label, "a PDF") from None
    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = "password" in str(error).lower()
        what = "locked with a password; unlock it first" if locked else "damaged; save it again"
        raise SourceError(f"{label} is a PDF that is {what}") from None
    try:
        text = "\n\n".join(filter(None, (unwrapped(_page_text(pdf, number)) for number in range(len(pdf)))))
        facts = pdf.get_metadata_dict()
    except pypdfium2.PdfiumError as error:
        raise SourceError(f"{label} is a PDF that is damaged ({error}); save it again") from None
    finally:
        pdf.close()
    if not text.strip():
        raise SourceError(f"{label} is a PDF without text, perhaps a scan; run OCR on it first (ocrmypdf does)")
    date = _DATE.match(facts.get("CreationDate") or "")
    return Document(
        text=text,
        title=(facts.get("Title") or "").strip() or None,
        date="-".join(filter(None, date.groups())) if date else None,
    )


def _page_text(pdf: Any, number: int) -> str:
    page = pdf[number]
    try:
        textpage = page.get_textpage()
        try:
            return str(textpage.get_text_range())
        finally:
            textpage.close()
    finally:
        page.close()


def unwrapped(text: str) -> str:
    r"""Join the lines of a page to paragraphs: a line that is not full or ends a sentence may end one.

    Examples
    --------
    >>> print(unwrapped("Shelling hit the village of Velyka\nPysarivka on Mon-\nday morning.\nSumy was quiet."))
    Shelling hit the village of Velyka Pysarivka on Monday morning.
    <BLANKLINE>
    Sumy was quiet.
    """
    text = _PARTED.sub(_rejoined, text.replace("\r", ""))
    lines = [" ".join(line.split()) for line in text.split("\n")]
    full = _FULL_LINE * max(map(len, lines))
    return re.sub(r"\n{3,}", "\n\n", "".join(_joined(lines, full))).strip()


def _rejoined(hyphen: re.Match[str]) -> str:
    """Undo the parting of a word at the end of a line; before a capital (Nagorno-Karabakh) the hyphen is its own."""
    return "" if hyphen[1].islower() else "-"


def _joined(lines: list[str], full: float) -> Iterator[str]:
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        goes_on = following and (following[0].islower() or (len(line) >= full and not line.endswith(_ENDS)))
        yield f"{line} " if goes_on and line else f"{line}\n\n"
