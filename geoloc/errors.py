"""Errors that carry their own remedy, and the exit codes of the command line.

Every error that geoloc raises on purpose is a `GeolocError` and also the builtin that fits, so
that callers may catch either. The message is one line: what is wrong, where, what to do.
"""

from enum import IntEnum


class GeolocError(Exception):
    """The root of all errors that geoloc raises on purpose."""


class UsageError(GeolocError, ValueError):
    """An option or argument has a value that cannot be used."""


class SourceError(GeolocError, OSError):
    """A source cannot be opened, or is not text that geoloc can read."""


class FormatError(GeolocError, ValueError):
    """A record or a geometry is malformed."""


class UnknownBorderError(UsageError, LookupError):
    """No bundled border has this id, and no file either."""


class DataError(GeolocError, RuntimeError):
    """A data file of geoloc is missing or damaged."""


class ExitCode(IntEnum):
    """What the process tells its caller."""

    OK = 0
    FAILURE = 1
    USAGE = 2
    EMPTY = 3
    INTERRUPTED = 130
    BROKEN_PIPE = 141
