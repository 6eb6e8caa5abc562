"""How much geoloc takes from outside at once, and what it says when a reader is not installed."""

from __future__ import annotations

from geoloc.errors import SourceError

MOST_BYTES = 50_000_000
"""Of a download, and of what a compressed file or an archive may grow to."""


def too_large(label: str) -> SourceError:
    """Make the error for a source that grows past `MOST_BYTES`."""
    return SourceError(f"{label} holds more than {MOST_BYTES // 1_000_000} MB; unpack it and cut it up")


def not_installed(label: str, kind: str) -> SourceError:
    """Make the error for a source whose reader is an extra."""
    return SourceError(f"{label} is {kind}; to read it install the extra: pip install 'geoloc[documents]'")
