"""Where output goes: standard output, or a file that appears whole or not at all.

A file is written beside its target under a temporary name, flushed to the disk and moved into
place at the end, so a reader never meets half a document and a failed run leaves what was
there before. Special files (``/dev/null``, a FIFO) are written to directly. All text is UTF-8 with
LF line ends. What goes wrong is a `SourceError` that names the file and says what to do; a
closed pipe stays a `BrokenPipeError`, for the command line to end quietly.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from geoloc.errors import SourceError, UsageError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

EXTENSIONS = {
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".geojson": "geojson",
    ".geojsonl": "geojsonseq",
    ".geojsons": "geojsonseq",
    ".csv": "csv",
    ".html": "html",
    ".htm": "html",
    ".kml": "kml",
    ".gpx": "gpx",
    ".svg": "svg",
    ".png": "png",
    ".gpkg": "gpkg",
    ".parquet": "parquet",
    ".geoparquet": "parquet",
    ".txt": "table",
}
"""The format that each file extension stands for."""

_STDOUT = "standard output"
_STDOUT_NAMES = ("-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")
_REMEDIES = {
    errno.ENOSPC: "free some space or write to another disk",
    errno.EDQUOT: "free some space or write to another disk",
    errno.EFBIG: "write to a file system that takes larger files",
    errno.ENOENT: "create its folder first",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EISDIR: "name a file in it",
    errno.EACCES: "choose a file and folder that you may write to",
    errno.EPERM: "choose a file and folder that you may write to",
    errno.EROFS: "choose a folder that you may write to",
    errno.ENAMETOOLONG: "choose a shorter name",
}


def format_from_path(path: str | os.PathLike[str]) -> str:
    """Tell the format from the extension of a file name.

    Raises
    ------
    UsageError
        If the extension is none of those known.

    Examples
    --------
    >>> format_from_path("out/places.GeoJSON"), format_from_path("a.ndjson")
    ('geojson', 'jsonl')
    """
    name = os.fspath(path)
    try:
        return EXTENSIONS[Path(name).suffix.lower()]
    except KeyError:
        known = ", ".join(EXTENSIONS)
        raise UsageError(f"cannot tell a format from {name!r}; give --format, or end it in {known}") from None


@contextmanager
def open_output(path: str | os.PathLike[str] | None = None) -> Iterator[TextIO]:
    """Open standard output (None or ``-``) or a file that is put in place when the block ends well.

    Parameters
    ----------
    path : path-like or None, optional
        A symbolic link is followed: its target is replaced, not the link.

    Raises
    ------
    SourceError
        If the file cannot be written: no such folder, no right to, disk full. Nothing is left
        behind, and a file that was there stays as it was; so also when the block raises.
    BrokenPipeError
        If the reader of a pipe has gone.
    """
    name = None if path is None else os.fspath(path)
    if name is None or name in _STDOUT_NAMES:
        with _standard_output() as stream:
            yield stream
    elif _is_special(name):
        with _closing(_stream(name, name), name) as stream:
            yield stream
    else:
        with _replacing(name) as stream:
            yield stream


class _CheckedFile(io.FileIO):
    """A raw file whose failing writes say which output failed and what to do."""

    label = ""

    def write(self, data: ReadableBuffer, /) -> int:
        with _explained(self.label):
            return super().write(data)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except (BrokenPipeError, SourceError):
        raise
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        remedy = _REMEDIES.get(error.errno or 0, "choose another place for the output")
        raise SourceError(f"cannot write {name}: {why}; {remedy}") from error


def _stream(file: str | int, label: str, *, closefd: bool = True) -> TextIO:
    with _explained(label):
        raw = _CheckedFile(file, "w", closefd=closefd)
    raw.label = label
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", errors="replace", newline="\n")


@contextmanager
def _closing(stream: TextIO, label: str, *, sync: bool = False) -> Iterator[TextIO]:
    """Flush and close; when that or the block fails, close without a second complaint."""
    try:
        yield stream
        with _explained(label):
            stream.flush()
            if sync:
                os.fsync(stream.fileno())
            stream.close()
    finally:
        with suppress(OSError):
            stream.close()


@contextmanager
def _standard_output() -> Iterator[TextIO]:
    """Write through a buffer of our own, so that a failure leaves nothing pending in `sys.stdout`."""
    if sys.stdout is None:
        raise SourceError(f"cannot write {_STDOUT}: it is closed; name a file with --output")
    try:
        sys.stdout.flush()
        descriptor = None if sys.stdout.isatty() else sys.stdout.fileno()
    except (OSError, ValueError):  # a stand-in without a descriptor, as in tests
        descriptor = None
    if descriptor is not None:
        with _closing(_stream(descriptor, _STDOUT, closefd=False), _STDOUT) as stream:
            yield stream
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    yield sys.stdout
    sys.stdout.flush()


def _is_special(name: str) -> bool:
    """Whether to write in place: a device, FIFO or socket, or an open descriptor under /dev or /proc."""
    if os.path.abspath(name).startswith(("/dev/fd/", "/dev/std", "/proc/")):
        return True
    try:
        mode = os.stat(name).st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def _replacing(name: str) -> Iterator[TextIO]:
    target = os.path.realpath(name)
    with _explained(name):
        mode = _mode(target)
        if name.endswith(os.sep) or (mode is not None and stat.S_ISDIR(mode)):
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if mode is not None and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, "it is read-only")
        draft = os.path.join(os.path.dirname(target), f".geoloc-{os.urandom(6).hex()}.tmp")
        # The kernel applies the umask, as for any new file.
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o666)
    try:
        with _closing(_stream(descriptor, name), name, sync=True) as stream:
            yield stream
        if mode is not None:
            with suppress(OSError):
                os.chmod(draft, stat.S_IMODE(mode))
        with _explained(name):
            os.replace(draft, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise


def _mode(path: str) -> int | None:
    try:
        return os.stat(path).st_mode
    except FileNotFoundError:
        return None
