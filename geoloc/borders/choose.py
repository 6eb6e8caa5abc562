"""Which border a document is about, and which one points and areas ask for where none is named."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import inf, sqrt

import numpy as np
from numpy.typing import ArrayLike

from geoloc.borders.areas import FAR_ERROR, area_relation, has_outline, sphere_metres, to_unit
from geoloc.borders.border import Border
from geoloc.borders.catalogue import entries
from geoloc.borders.country import countries, countries_of, through_dependencies
from geoloc.borders.extremes import Paths, Shape
from geoloc.borders.geodesy import Floats, checked_points
from geoloc.model import Place

MOST_BORDERS = 4
NEAR_KM = 50.0
CLOSE_KM = 35.0
LEAST_CLOSE = 0.5
"""Sum of confidences of the places close to a border: one that is fairly sure."""
LEAST_CLOSE_SHARE = 0.15
"""Of all places: in a list of capitals some stand close to a border."""
LEAST_SHARE = 0.4
"""Of the weight of the country that a document is most about: with less another is named in passing."""
ALIKE = 0.8
"""A country with this share of another's weight matters as much."""
OUTWEIGHED = 1.25
"""A country with so many times another's weight takes its place: China and Australia are no matter of Vietnam."""
RIVAL = 0.9
"""Two borders of which neither has places, and the scores of which are so close, are both none."""
BESIDE_KM = 25.0
KM_A_DEGREE = 110.5
"""Of latitude, rounded down; only to leave out borders that are far away."""


def choose_border(weights: Mapping[str, float]) -> str | None:
    """Choose the land border between the two countries that a document is most about.

    Parameters
    ----------
    weights : mapping of str to float
        How much the document is about each country, by alpha-2 code, on any one scale.

    Returns
    -------
    str or None
        Id of the border; None when no two countries of positive weight share one.

    Examples
    --------
    >>> choose_border({"UA": 9, "RU": 7, "US": 8, "PL": 1})
    'RU-UA'
    >>> choose_border({"JP": 5, "US": 4}) is None
    True
    """
    ranked = rank_borders(weights)
    return ranked[0][0] if ranked else None


def rank_borders(weights: Mapping[str, float]) -> list[tuple[str, float]]:
    """Rank the land borders between countries of positive weight, best first, so that rivals can be named.

    The score is the geometric mean of the two weights: both countries must matter. Borders that
    a country has only through a dependency with a code of its own are left out (France and the
    Netherlands meet on Saint Martin, as MF-SX): an article about the two is not about that island.

    Returns
    -------
    list of (str, float)
        Ids and scores. Equal scores stand in order of the lesser weight, then of the id.

    Examples
    --------
    >>> rank_borders({"UA": 4, "RU": 4, "PL": 1})
    [('RU-UA', 4.0), ('PL-RU', 2.0), ('PL-UA', 2.0)]
    >>> rank_borders({})
    []
    """
    scored = []
    for entry in entries().values():
        one, other = (weights.get(code, 0.0) for code in entry.countries)
        if one > 0 and other > 0 and entry.id not in through_dependencies():
            scored.append((entry.id, sqrt(one * other), min(one, other)))
    scored.sort(key=lambda row: (-row[1], -row[2], row[0]))
    return [(name, score) for name, score, _ in scored]


def fitting_borders(
    weights: Mapping[str, float],
    points: Sequence[tuple[float, float, float]] = (),
    *,
    in_passing: Collection[str] = (),
    load: Callable[[str], Border] = Border.load,
) -> list[str]:
    """Return the land borders that a document may be about, best first; none rather than a silly one.

    A border fits by its places if some stand close to it, and these are no small part of all. It fits by its
    countries if both matter to the document and no others do as much. Of the borders that fit, those with
    places close to them come first. If none fits, the one that half of the places stand close to does.

    Parameters
    ----------
    weights : mapping of str to float
        How much the document is about each country, by alpha-2 code.
    points : sequence of (float, float, float)
        Latitude, longitude and confidence of its places that are points.
    in_passing : collection of str
        Countries of which it says next to nothing: they have no border with one that matters but by places.
    load : callable
        Loads a border.

    Returns
    -------
    list of str

    Examples
    --------
    >>> fitting_borders({"UA": 3, "RU": 2, "US": 1})
    ['RU-UA']
    >>> fitting_borders(dict.fromkeys(("AT", "CZ", "DE", "FR", "PL", "SK"), 1))
    []
    >>> fitting_borders({"IT": 2.9, "CH": 0.8}, [(45.46, 9.19, 1), (45.07, 7.69, 1)])  # Milan, Turin
    []
    """
    lat, lon, confidence = np.array(points, dtype=np.float64).reshape(-1, 3).T
    ranked = rank_borders(weights)
    fitting = []
    for number, (id, score) in enumerate(ranked[:MOST_BORDERS]):
        km = np.array(load(id).distances_km(lat, lon))
        close = float(confidence[km <= CLOSE_KM].sum())
        by_places = close >= LEAST_CLOSE and close >= LEAST_CLOSE_SHARE * float(confidence.sum())
        rivals = [other for rank, (_, other) in enumerate(ranked) if rank != number]
        if by_places or (_stands_out(id, weights, in_passing) and max(rivals, default=0.0) <= RIVAL * score):
            fitting.append((score * (1 + float((confidence * np.exp(-km / NEAR_KM)).sum())), id))
    if fitting:
        return [id for _, id in sorted(fitting, key=lambda pair: (-pair[0], pair[1]))]
    beside = border_beside(lat, lon)
    return [beside] if beside else []


def _stands_out(id: str, weights: Mapping[str, float], in_passing: Collection[str]) -> bool:
    """Whether a document is about the two countries of a border, and not of many others as much."""
    pair = id.split("-")
    both = [weights[code] for code in pair]
    if min(both) < LEAST_SHARE * max(weights.values()) or len([code for code in pair if code in in_passing]) == 1:
        return False
    others = [weight for code, weight in weights.items() if code not in pair]
    third = max(others, default=0.0)
    return third < ALIKE * min(both) or (third <= OUTWEIGHED * min(both) and sum(both) >= sum(others))


def why_no_border(weights: Mapping[str, float]) -> str | None:
    """Say why none of `fitting_borders` fits a document; None where it is about no country at all.

    Examples
    --------
    >>> why_no_border({"JP": 3, "AU": 2})
    'it is about Japan and Australia, which share none'
    >>> why_no_border({"FR": 2})
    'it names no neighbour of France, and no place close to one'
    >>> why_no_border(dict.fromkeys(("DE", "FR", "PL"), 1.0))
    'no two neighbours stand out'
    """
    codes = sorted((code for code in weights if code in countries()), key=lambda code: (-weights[code], code))
    names = [countries()[code].name for code in codes]
    if len(names) < 2:
        return f"it names no neighbour of {names[0]}, and no place close to one" if names else None
    alike = len(codes) > 2 and weights[codes[2]] >= ALIKE * weights[codes[1]]
    if alike or any(set(id.split("-")) == set(codes[:2]) for id in entries()):
        return "no two neighbours stand out"
    return f"it is about {names[0]} and {names[1]}, which share none"


def closest_border(lats: ArrayLike, lons: ArrayLike, *, worldview: str | None = None) -> Border | None:
    """Load the land border that is nearest to points, among those of the countries that they lie in.

    Parameters
    ----------
    lats, lons : array_like
        Degrees.
    worldview : str, optional
        As in `Border.load`.

    Returns
    -------
    Border or None
        The one with the least sum of distances; None where no point lies in a country with a land border.

    Raises
    ------
    UsageError
        If the coordinates are out of range or not numbers.

    Examples
    --------
    >>> closest_border([50.4613, 50.60343], [35.6026, 36.58091])
    <Border RU-UA: 6 parts, 5695 vertices>
    >>> closest_border([-33.87], [151.21]) is None  # Sydney
    True
    >>> closest_border([], []) is None
    True
    """
    lat, lon = checked_points(lats, lons)
    codes = {code for code in countries_of(lat, lon, worldview=worldview) if code}
    borders = [Border.load(id, worldview=worldview) for id, e in entries().items() if codes.intersection(e.countries)]
    least_sums = [_least_sum_km(border, lat, lon) for border in borders]
    best, least = None, inf
    for number in sorted(range(len(borders)), key=least_sums.__getitem__):
        if least_sums[number] >= least:
            break
        total = sum(borders[number].distances_km(lat, lon))
        if total < least:
            best, least = borders[number], total
    return best


def _least_sum_km(border: Border, lat: Floats, lon: Floats) -> float:
    """Return what the distances of points to a border sum up to at least, by few points of the border on a sphere."""
    path = Paths([Shape(border.lines)])
    count = int(np.clip(path.metres / 20_000, 4, 400))
    starts = np.array([line[0] for line in border.lines]).T
    sample = to_unit(*np.concatenate([starts, path.sample(count)], axis=1))
    on_sphere = sphere_metres(lat, lon, sample)
    return float(np.maximum(on_sphere * (1 - FAR_ERROR) - path.metres / count, 0.0).sum() / 1000)


def border_of_area(place: Place, *, worldview: str | None = None) -> Border | None:
    """Load the land border that a country or first-order division is measured to where none is named.

    Parameters
    ----------
    place : Place
    worldview : str, optional
        As in `Border.load`.

    Returns
    -------
    Border or None
        Of a country its whole land border; of a division the border of its country that it touches or, if it touches
        none, the nearest, and the whole land border if it touches several. None where the country has no land border,
        or the outline of the area is not bundled.
    """
    if place.country is None:
        return None
    ids = [entry.id for entry in entries().values() if place.country in entry.countries]
    ids = [id for id in ids if id not in through_dependencies()]
    if not ids or not has_outline(place):
        return None
    if place.kind == "country":
        return Border.load(place.country, worldview=worldview)
    found: list[tuple[float, Border]] = []
    touched: list[Border] = []
    for id in ids:
        border = Border.load(id, worldview=worldview)
        if relation := area_relation(border, place):
            found.append((relation.nearest_km, border))
            touched += [border] * relation.touches
    if len(touched) > 1:
        return Border.load(place.country, worldview=worldview)
    return touched[0] if touched else min(found, key=lambda row: row[0])[1]


def border_beside(lats: ArrayLike, lons: ArrayLike, *, within_km: float = BESIDE_KM) -> str | None:
    """Return the land border that at least half of some points lie close to.

    Parameters
    ----------
    lats, lons : array_like
        Degrees.
    within_km : float
        What counts as close.

    Returns
    -------
    str or None
        Id of the border that most points lie close to, the nearer of two; None where fewer than half do.

    Examples
    --------
    >>> border_beside([50.4613, 50.47893], [35.6026, 35.68087])
    'RU-UA'
    >>> border_beside([55.75], [37.62]) is None  # Moscow
    True
    """
    lat, lon = checked_points(lats, lons)
    margin = within_km / KM_A_DEGREE
    best: tuple[int, float, str] | None = None
    for entry in entries().values():
        west, south, east, north = entry.bbox
        side = margin / np.maximum(np.cos(np.radians(lat)), 0.05)
        along = (lon >= west - side) & (lon <= east + side) if west <= east else np.ones(len(lat), bool)
        inside = along & (lat >= south - margin) & (lat <= north + margin)
        if not inside.any() or entry.id in through_dependencies():
            continue
        distances = np.array(Border.load(entry.id).distances_km(lat[inside], lon[inside]))
        close = distances[distances <= within_km]
        rank = (len(close), -float(close.sum()), entry.id)
        if 2 * len(close) >= len(lat) and len(close) and (best is None or rank > best):
            best = rank
    return best[2] if best else None
