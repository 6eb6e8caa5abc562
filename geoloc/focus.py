"""What a document is about: its country, and the place that most is said of."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from geoloc.gazetteer.nearby import distance_km
from geoloc.model import Focus, Mention, Place, ResolvedMention

EARLY_CHARACTERS = 250.0
ABROAD = 0.3
"""What a place counts for outside the country that the document is most about."""
CAPITAL = "PPLC"
"""Feature code of national capitals. Beside other towns they are not counted once: governments speak there, and
reporters sit there."""
DIVISION = 0.6
"""What a region or district counts for beside a town that as much is said of: the closer answer is the better one."""
SUPPORT, NEAR_KM = 0.1, 50.0
"""What places within so many kilometres, or in a division, give of their own weight to it."""


def country_weights(
    places: Sequence[Place], mentions: Sequence[Mention] | Sequence[ResolvedMention]
) -> dict[str, float]:
    """Return how much a document is about each country (alpha-2 code).

    A mention counts by the confidence in its place: one for a place in the country, as much for the country
    itself, a little less for its people, and less with each repetition of the same name.
    """
    weights: Counter[str] = Counter()
    for place in places:
        if place.country:
            peoples = sum(mentions[i].kind == "demonym" for i in place.mentions)
            named = len(place.mentions) - peoples
            weights[place.country] += (place.confidence or 0.0) * (named + 0.7 * peoples) ** 0.5
    return dict(weights)


def focus_of(places: Sequence[Place], mentions: Sequence[Mention]) -> Focus | None:
    """Return the place that most is said of, and the country with the most weight.

    The place is a town, facility, district or region. It counts for each time that it is named, early ones up to
    three times, and for what is named near it or in it. A capital counts for less beside other towns.
    """
    weights = country_weights(places, mentions)
    country = max(weights, key=lambda code: (weights[code], code)) if weights else None
    candidates = [i for i, place in enumerate(places) if place.is_point or place.kind in ("district", "region")]
    points = [i for i in candidates if places[i].is_point]
    own = {i: _said(places[i], mentions, country, alone=len(points) < 2) for i in candidates}
    said = np.array([own[i] for i in points])
    lats, lons = (np.array([getattr(places[i], label) for i in points], float) for label in ("lat", "lon"))

    def prominence(i: int) -> tuple[float, int]:
        place = places[i]
        if place.is_point:
            at = points.index(i)
            near = distance_km(lats[at], lons[at], lats, lons) <= NEAR_KM
            near[at] = False
            return own[i] + SUPPORT * float(np.minimum(said[near], own[i]).sum()), -i
        inside = sum(own[j] for j in candidates if j != i and _holds(place, places[j]))
        return DIVISION * (own[i] + SUPPORT * inside), -i

    main = max(candidates, key=prominence) if candidates else None
    return Focus(main, country) if country or main is not None else None


def _said(place: Place, mentions: Sequence[Mention], country: str | None, *, alone: bool) -> float:
    """Return how much a document says of a place by naming it."""
    starts = [mentions[i].start for i in place.mentions if mentions[i].kind == "place"]
    counts = sorted(1 + 2 * math.exp(-start / EARLY_CHARACTERS) for start in starts)
    if place.feature_code == CAPITAL and not alone:
        counts = counts[:-1]
    return sum(counts) * (place.confidence or 0.0) * (1.0 if place.country == country else ABROAD)


def _holds(division: Place, place: Place) -> bool:
    label = place.admin1 if division.kind == "region" else place.admin2
    return label is not None and label == division.name and place.country == division.country
