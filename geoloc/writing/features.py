"""GeoJSON that came from outside, written in the shape that it had: nothing lost, nothing recomputed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from geoloc.writing.jsonout import dumps
from geoloc.writing.options import WriteOptions


def render_collection(
    members: Mapping[str, object], features: Iterable[Mapping[str, object]], options: WriteOptions
) -> Iterator[str]:
    r"""Yield a FeatureCollection with its foreign `members`, a feature a line unless it is indented.

    Examples
    --------
    >>> "".join(render_collection({"name": "raids"}, [], WriteOptions()))
    '{"type": "FeatureCollection", "name": "raids", "features": []}\n'
    """
    head = {"type": "FeatureCollection"} | {key: value for key, value in members.items() if key != "features"}
    if options.indent is not None:
        yield dumps(head | {"features": list(features)}, options) + "\n"
        return
    opening = first = dumps(head | {"features": []}, options).removesuffix("]}")
    for feature in features:
        yield f"{opening}\n{dumps(feature, options)}"
        opening = ","
    yield f"{opening}]}}\n" if opening is first else "\n]}\n"


def render_document(value: Mapping[str, Any], options: WriteOptions) -> Iterator[str]:
    """Yield one GeoJSON object, whatever it is."""
    if value.get("type") == "FeatureCollection":
        yield from render_collection(value, value["features"], options)
    else:
        yield dumps(value, options) + "\n"


def rounded_geometry(geometry: Any, digits: int) -> Any:
    """Return a geometry with its coordinates rounded; null, and what are no numbers, stay as they are.

    Examples
    --------
    >>> rounded_geometry({"type": "Point", "coordinates": [35.60261, 50.46134, 200]}, 2)
    {'type': 'Point', 'coordinates': [35.6, 50.46, 200]}
    >>> rounded_geometry(None, 2) is None
    True
    """
    if not isinstance(geometry, dict):
        return geometry
    changed = {"coordinates": _rounded(geometry["coordinates"], digits)} if "coordinates" in geometry else {}
    parts = geometry.get("geometries")
    if isinstance(parts, list):
        changed["geometries"] = [rounded_geometry(part, digits) for part in parts]
    return geometry | changed


def _rounded(value: Any, digits: int) -> Any:
    if isinstance(value, list):
        return [_rounded(part, digits) for part in value]
    return round(value, digits) + 0.0 if isinstance(value, float) else value
