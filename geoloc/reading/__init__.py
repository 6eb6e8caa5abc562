"""From bytes, a path, a URL or ``-`` to `Document`s. Knows nothing of places."""

from geoloc.reading.language import detect_language
from geoloc.reading.records import document_from_record
from geoloc.reading.sources import is_url, read, read_all, standard_input

__all__ = ["detect_language", "document_from_record", "is_url", "read", "read_all", "standard_input"]
