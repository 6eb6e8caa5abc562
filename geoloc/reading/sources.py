"""Open what the user names: a file, a URL, standard input, or bytes at hand."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from geoloc.errors import SourceError
from geoloc.model import Document
from geoloc.reading.kinds import documents_of

_URL = re.compile(r"https?://", re.I)
_OTHER_URL = re.compile(r"[a-z][a-z0-9+.-]+://", re.I)


def is_url(source: str) -> bool:
    """Tell whether `source` is a web address."""
    return bool(_URL.match(source))


def read(source: str | Path | bytes, *, text_field: str | None = None, allow_private: bool = False) -> Document:
    """Read one document: text, a web page, a PDF, an office document, a mail, subtitles.

    Parameters
    ----------
    source : str, Path or bytes
        A path, an http(s) URL, ``-`` for standard input, or the bytes themselves.
    text_field : str, optional
        The source holds JSON or CSV records, and this field has the text.
    allow_private : bool, optional
        Fetch from this machine and from private networks too.

    Returns
    -------
    Document
        Its text is what offsets count in: without markup, the headline first.

    Raises
    ------
    SourceError
        If it cannot be opened, is not a kind of text, or holds several documents or none.
    """
    documents = read_all(source, text_field=text_field, allow_private=allow_private)
    first = next(documents, None)
    if first is None:
        raise SourceError(f"{_label(source)} holds no document; name another")
    if next(documents, None) is not None:
        raise SourceError(f"{_label(source)} holds several documents; take them one by one with geoloc.read_all")
    return first


def read_all(
    source: str | Path | bytes, *, text_field: str | None = None, allow_private: bool = False
) -> Iterator[Document]:
    """Yield every document of a source, as `read` does for one: a mailbox, a feed and records hold several.

    Raises
    ------
    SourceError
        As in `read`; what is wrong further down shows when it is reached.
    """
    label = _label(source)
    if isinstance(source, bytes):
        yield from documents_of(source, "", label=label, text_field=text_field)
        return
    name = str(source)
    if name == "-":
        documents = documents_of(standard_input().read(), "", label=label, text_field=text_field)
    elif is_url(name):
        from geoloc.reading.fetching import fetch

        page = fetch(name, allow_private=allow_private)
        documents = documents_of(
            page.data, page.url, label=label, charset=page.charset, media_type=page.media_type, text_field=text_field
        )
    elif _OTHER_URL.match(name):
        raise SourceError(f"{name}: only http and https are fetched; download it and name the file")
    else:
        documents = documents_of(_read_file(Path(name)), name, text_field=text_field)
    for document in documents:
        yield replace(document, source=name)


def standard_input() -> BinaryIO:
    """Return the bytes of standard input.

    Raises
    ------
    SourceError
        If it is closed.
    """
    if sys.stdin is None:
        raise SourceError("standard input is closed; name a file, or pipe something in")
    return sys.stdin.buffer


def _label(source: str | Path | bytes) -> str:
    return "the input" if isinstance(source, bytes) else "standard input" if str(source) == "-" else str(source)


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file; check the path, or use - for standard input") from None
    except IsADirectoryError:
        raise SourceError(f"{path} is a folder; name the files in it") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
