"""Find the places in a text, and where they lie relative to a border.

>>> import geoloc
>>> result = geoloc.Geoparser().parse("Shelling was reported in Kozinka, near Grayvoron, Belgorod region.")
>>> print(geoloc.write(result, "table"))  # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from geoloc.borders import Border
    from geoloc.errors import GeolocError
    from geoloc.gazetteer import Gazetteer
    from geoloc.model import BorderRelation, Candidate, Document, Place, Result
    from geoloc.pipeline import Geoparser
    from geoloc.reading import read, read_all
    from geoloc.writing import write

_HOMES = {
    "Border": "geoloc.borders",
    "BorderRelation": "geoloc.model",
    "Candidate": "geoloc.model",
    "Document": "geoloc.model",
    "Gazetteer": "geoloc.gazetteer",
    "GeolocError": "geoloc.errors",
    "Geoparser": "geoloc.pipeline",
    "Place": "geoloc.model",
    "Result": "geoloc.model",
    "read": "geoloc.reading",
    "read_all": "geoloc.reading",
    "write": "geoloc.writing",
}

__all__ = [
    "Border",
    "BorderRelation",
    "Candidate",
    "Document",
    "Gazetteer",
    "GeolocError",
    "Geoparser",
    "Place",
    "Result",
    "__version__",
    "read",
    "read_all",
    "write",
]


def __getattr__(name: str) -> Any:
    """Import the public names when they are first used, so that ``geoloc --help`` need not wait for them."""
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'geoloc' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
