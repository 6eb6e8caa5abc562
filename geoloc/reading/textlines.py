"""Lines of text from a stream of bytes in whatever encoding, without reading it whole.

A byte order mark decides; else it is UTF-8 up to the first line that is not, and from there on what `decoding` detects,
provided that all before was ASCII, which is the same in most encodings.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

from geoloc.errors import FormatError, SourceError
from geoloc.reading.decoding import byte_order_mark, decode

SAMPLE = 1 << 16
"""Bytes by which an encoding is detected."""


class TextLines:
    r"""Numbered lines of text, their line ends included.

    Parameters
    ----------
    lines : iterable of bytes
        Cut anywhere, best at line feeds; an open binary file will do.
    label : str
        What to call the source in an error message.

    Attributes
    ----------
    encoding : str
        What the lines met so far were read with.

    Raises
    ------
    SourceError
        When the first line is asked for, if the bytes are no text.
    FormatError
        At a line that is not UTF-8 although one before it was, and not only ASCII, or whose encoding is not known.

    Examples
    --------
    >>> lines = TextLines([b"name,lat,lon\n", "Село Козинка,50.4613,35.6026\n".encode("cp1251")], "x")
    >>> [text for number, text in lines][1], lines.encoding
    ('Село Козинка,50.4613,35.6026\n', 'cp1251')
    """

    def __init__(self, lines: Iterable[bytes], label: str) -> None:
        self.encoding = "utf-8"
        self._label = label
        self._numbered = enumerate(self._decoded(iter(lines)), 1)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return self._numbered

    def __next__(self) -> tuple[int, str]:
        return next(self._numbered)

    def _decoded(self, lines: Iterator[bytes]) -> Iterator[str]:
        head, lines = _sample(lines)
        mark = byte_order_mark(head)
        if mark is not None:
            self.encoding = mark
        elif b"\0" in head:
            self.encoding = self._wide(head)
        if self.encoding != "utf-8":
            yield from _cut(codecs.iterdecode(lines, self.encoding, "replace"))
            return
        ascii_only = True
        for number, line in enumerate(lines, 1):
            try:
                text = line.decode()
            except UnicodeDecodeError:
                if not ascii_only:
                    raise FormatError(f"{self._label}, line {number}: not UTF-8 text; convert it first") from None
                following, lines = _sample(lines)
                self.encoding = self._detected(line + following, number)
                yield from (other.decode(self.encoding, "replace") for other in chain([line], lines))
                return
            ascii_only = ascii_only and line.removeprefix(codecs.BOM_UTF8).isascii()
            yield text.removeprefix("\ufeff") if number == 1 else text

    def _wide(self, head: bytes) -> str:
        try:
            return decode(head, self._label)[1]
        except SourceError:
            hint = "unpack it first: gzip -dc FILE" if head.startswith(b"\x1f\x8b") else "give text"
            raise SourceError(f"{self._label} is a binary file; {hint}") from None

    def _detected(self, data: bytes, number: int) -> str:
        try:
            return decode(data, self._label)[1]
        except SourceError:
            raise FormatError(
                f"{self._label}, line {number}: not UTF-8 text, nor any other that is known; convert it first"
            ) from None


def _sample(lines: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """Return the first bytes, whole lines of them, and all lines again."""
    taken: list[bytes] = []
    size = 0
    for line in lines:
        taken.append(line)
        size += len(line)
        if size >= SAMPLE:
            break
    return b"".join(taken), chain(taken, lines)


def _cut(pieces: Iterable[str]) -> Iterator[str]:
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        for line in whole:
            yield line + "\n"
    if rest:
        yield rest
