"""gzip and Zstandard, opened up to a limit, so that a small file cannot fill the memory."""

from __future__ import annotations

import gzip
import io
import zlib

from geoloc.errors import SourceError
from geoloc.reading.limits import MOST_BYTES, not_installed, too_large

_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_MOST_LAYERS = 2
_ZSTD_STEP = 1024
"""Bytes unpacked at once: four of them can become 128 kB."""


def decompressed(data: bytes, label: str) -> bytes:
    """Return what is inside gzip or Zstandard data, or the data themselves if they are neither.

    Raises
    ------
    SourceError
        If they are damaged, or grow past `MOST_BYTES`.

    Examples
    --------
    >>> decompressed(gzip.compress(b"Kozinka"), "a.txt.gz"), decompressed(b"Kozinka", "a.txt")
    (b'Kozinka', b'Kozinka')
    """
    for _ in range(_MOST_LAYERS):
        if data.startswith(_GZIP):
            data = _gunzip(data, label)
        elif data.startswith(_ZSTD):
            data = _unzstd(data, label)
        else:
            break
    return data


def _gunzip(data: bytes, label: str) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            return _limited(stream.read(MOST_BYTES + 1), label)
    except SourceError:
        raise
    except (EOFError, OSError, zlib.error) as error:
        raise SourceError(f"{label} is a damaged gzip file ({error}); fetch or pack it again") from None


def _unzstd(data: bytes, label: str) -> bytes:
    try:
        import zstandard
    except ImportError:
        raise not_installed(label, "a Zstandard file") from None
    parts, size = [], 0
    frame = zstandard.ZstdDecompressor().decompressobj()
    try:
        for start in range(0, len(data), _ZSTD_STEP):
            rest = data[start : start + _ZSTD_STEP]
            while rest:
                if frame.eof:
                    frame = zstandard.ZstdDecompressor().decompressobj()
                part = frame.decompress(rest)
                rest = frame.unused_data
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    raise too_large(label)
    except zstandard.ZstdError as error:
        raise SourceError(f"{label} is a damaged Zstandard file ({error}); fetch or pack it again") from None
    if not frame.eof:
        raise SourceError(f"{label} is a damaged Zstandard file (its end is missing); fetch or pack it again")
    return b"".join(parts)


def _limited(data: bytes, label: str) -> bytes:
    if len(data) > MOST_BYTES:
        raise too_large(label)
    return data
