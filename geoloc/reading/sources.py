"""Open what the user names: a file, a URL, standard input, or bytes at hand."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import BinaryIO

from geoloc.errors import SourceError
from geoloc.model import Document
from geoloc.reading.decoding import decode

_URL = re.compile(r"https?://", re.I)
_TIMEOUT_SECONDS = 20
_MOST_BYTES = 50_000_000


def is_url(source: str) -> bool:
    """Tell whether `source` is a web address."""
    return bool(_URL.match(source))


def read(source: str | Path | bytes) -> Document:
    """Read one document.

    Parameters
    ----------
    source : str, Path or bytes
        A path, an http(s) URL, ``-`` for standard input, or the bytes themselves.

    Raises
    ------
    SourceError
        If it cannot be opened, or is not text.
    """
    if isinstance(source, bytes):
        text, encoding = decode(source, "the input")
        return Document(text=text, encoding=encoding)
    name = str(source)
    if name == "-":
        text, encoding = decode(standard_input().read(), "standard input")
        return Document(text=text, source="-", encoding=encoding)
    if is_url(name):
        data, charset = _fetch(name)
        text, encoding = decode(data, name, charset)
    else:
        text, encoding = decode(_read_file(Path(name)), name)
    return Document(text=text, source=name, encoding=encoding)


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


def _read_file(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file; check the path, or use - for standard input") from None
    except IsADirectoryError:
        raise SourceError(f"{path} is a folder; name the files in it") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _fetch(url: str) -> tuple[bytes, str | None]:
    from http.client import HTTPException
    from urllib.request import Request, urlopen

    request = Request(url, headers={"User-Agent": "geoloc", "Accept": "text/plain, text/*;q=0.8"})
    try:
        with urlopen(request, timeout=_TIMEOUT_SECONDS) as response:
            data: bytes = response.read(_MOST_BYTES + 1)
            charset = response.headers.get_content_charset()
    except (OSError, HTTPException, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise SourceError(f"{url} cannot be fetched: {reason}; save the page as text and name the file") from None
    if len(data) > _MOST_BYTES:
        raise SourceError(f"{url} is larger than {_MOST_BYTES // 1_000_000} MB; download it and cut it up")
    return data, charset
