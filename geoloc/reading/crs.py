"""The coordinate system that GeoJSON could name before RFC 7946, which knows WGS 84 in degrees only."""

from __future__ import annotations

import json
import re
from typing import Any

_WGS84 = re.compile(r"CRS:?84h?\b|EPSG:+(?:[\d.]+:)?(?:4326|4979)\b", re.I)


def foreign_crs(value: Any) -> str | None:
    """Return the coordinate system that a GeoJSON object names, None if that is WGS 84 in degrees or not named.

    Examples
    --------
    >>> foreign_crs({"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}})
    'urn:ogc:def:crs:EPSG::3857'
    >>> foreign_crs({"crs": {"type": "name", "properties": {"name": "EPSG:4326"}}}) is None
    True
    """
    crs = value.get("crs") if isinstance(value, dict) else None
    if crs is None:
        return None
    text = json.dumps(crs)
    if _WGS84.search(text):
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return str(name or text)[:80]
