"""Border lines of the world, and how points lie to them.

`Border.load` gives a bundled land border or one from a GeoJSON file, `country_of` the country of
a point, `choose_border` the border that a document is about. Distances are geodesic, on the WGS 84
ellipsoid. The lines are those of OpenStreetMap (© OpenStreetMap contributors, ODbL 1.0).
"""

from __future__ import annotations

from geoloc.borders.areas import area_relation, has_outline, shape_relation, shape_relations
from geoloc.borders.border import Border
from geoloc.borders.catalogue import BorderEntry, about, entries
from geoloc.borders.choose import (
    border_beside,
    border_of_area,
    choose_border,
    closest_border,
    fitting_borders,
    rank_borders,
    why_no_border,
)
from geoloc.borders.country import countries_of, country_of, holders
from geoloc.borders.disputed import checked_worldview, disputes, one_readings
from geoloc.borders.uncertainty import point_error_km

__all__ = [
    "Border",
    "BorderEntry",
    "about",
    "area_relation",
    "border_beside",
    "border_of_area",
    "checked_worldview",
    "choose_border",
    "closest_border",
    "countries_of",
    "country_of",
    "disputes",
    "entries",
    "fitting_borders",
    "has_outline",
    "holders",
    "one_readings",
    "point_error_km",
    "rank_borders",
    "shape_relation",
    "shape_relations",
    "why_no_border",
]
