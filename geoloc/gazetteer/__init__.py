"""From a name to ranked candidates; builds and imports gazetteers. Knows nothing of documents."""

from geoloc.gazetteer.search import Bearer, Gazetteer, Hit
from geoloc.gazetteer.store import NameInfo

__all__ = ["Bearer", "Gazetteer", "Hit", "NameInfo"]
