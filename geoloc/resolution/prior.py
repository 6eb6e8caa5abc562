"""What the user knows of where a document plays, as scores beside those of the trees: a prior, never a filter."""

from __future__ import annotations

import math

import numpy as np

from geoloc.gazetteer.layers import Layers
from geoloc.gazetteer.where import Where
from geoloc.resolution.candidates import Floats
from geoloc.resolution.features import EARTH_RADIUS_KM, Candidates

IN_COUNTRY, IN_BOX, NEAR = 1.5, 1.5, 3.0
"""What a candidate in one of the countries or in the box gains, one outside loses, and one at the point gains."""
NEAR_KM = 200.0


def prior_scores(c: Candidates, where: Where, layers: Layers) -> Floats:
    """Return what each candidate gains or loses by what the user knows."""
    scores = np.zeros(len(c.rows))
    if where.countries:
        codes = [layers.countries.index(code) for code in where.countries if code in layers.countries]
        scores += np.where(np.isin(c.country, codes), IN_COUNTRY, -IN_COUNTRY)
    if where.bbox:
        west, south, east, north = where.bbox
        lat = np.degrees(np.arcsin(np.clip(c.xyz[:, 2], -1, 1)))
        lon = np.degrees(np.arctan2(c.xyz[:, 1], c.xyz[:, 0]))
        inside = (lat >= south) & (lat <= north)
        inside &= (lon - west) % 360 <= (east - west) % 360 if east - west < 360 else True
        scores += np.where(c.has_point, np.where(inside, IN_BOX, -IN_BOX), 0.0)
    if where.near:
        phi, lam = map(math.radians, where.near)
        point = np.array([math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)])
        km = EARTH_RADIUS_KM * np.arccos(np.clip(c.xyz @ point, -1, 1))
        scores += np.where(c.has_point, NEAR / (1 + km / NEAR_KM), 0.0)
    return scores
