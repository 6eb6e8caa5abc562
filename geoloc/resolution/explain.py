"""What spoke for and against a candidate, in words: the features that told it from its rivals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from geoloc.gazetteer.layers import Layers
from geoloc.model import PLACE_KINDS, PlaceKind
from geoloc.resolution.candidates import COUNTRY, DISTRICT, MATCHES, REGION, TOWN, Floats
from geoloc.resolution.features import EARTH_RADIUS_KM, FEATURES, Candidates
from geoloc.resolution.groups import Group
from geoloc.resolution.levels import LEVELS

_AT = {name: i for i, name in enumerate(FEATURES)}
_OF_MATCH = {
    "exact": "spelled exactly so",
    "folded": "spelled so but for accents or case",
    "alternate": "also known by this name",
    "inflected": "this is a case form of its name",
    "romanised": "another spelling of its name",
    "partial": "its name without the word for its kind",
}
_AGAINST_MATCH = {
    "within": "only a part of what is written names it",
    "fuzzy": "its name is only spelled alike",
}
_IN_WORDS: dict[PlaceKind, str] = {
    "populated-place": "a town or village",
    "district": "a district",
    "region": "a region",
    "country": "a country",
    "continent": "a continent",
    "water": "a river, lake or sea",
    "relief": "a mountain, valley or island",
    "area": "an area",
    "facility": "a building or site",
}
_NEAR_KM = 100.0
_PROBABLE = 0.5
_TIMES_SMALLER = 3.0
_TELLING = 0.85


class Explainer:
    """Explains the candidates of one document.

    Parameters
    ----------
    c : Candidates
    groups : sequence of Group
    features : array of shape (candidates, features)
        As the last round saw them.
    probability : array
        What the last round said.
    layers : Layers
    outlet : array, optional
        How much of what the outlet writes about lies in the first-order division of each candidate, 0 to 1.
    prior : array, optional
        What the user's own knowledge added to the scores.
    """

    def __init__(
        self,
        c: Candidates,
        groups: Sequence[Group],
        features: Floats,
        probability: Floats,
        layers: Layers,
        *,
        outlet: Floats | None = None,
        prior: Floats | None = None,
    ) -> None:
        self._c, self._groups, self._f, self._p, self._layers = c, groups, features, probability, layers
        self._outlet, self._prior = outlet, prior

    def reasons(self, i: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what spoke for and what against a candidate, the strongest first."""
        pro: list[str] = []
        con: list[str] = []
        self._beside(i, pro)
        self._wording(i, pro, con)
        self._document(i, pro, con)
        self._known(i, pro, con)
        self._itself(i, pro, con)
        return tuple(pro), tuple(con)

    def _value(self, label: str, i: int) -> float:
        return float(self._f[i, _AT[label]])

    def _name(self, row: int) -> str:
        return self._layers.name(row)

    def _beside(self, i: int, pro: list[str]) -> None:
        beside = self._c.beside
        told = set()
        for label, phrase in (
            ("admin_after", "“{}”, which it lies in, follows right behind"),
            ("admin_beside", "it lies in {}, named beside it"),
            ("country_beside", "it lies in {}, named beside it"),
            ("holds_neighbour", "it holds {}, named beside it"),
            ("near_beside", "it lies near {}, named beside it"),
            ("admin1_beside", "it lies in the same region as {}, named beside it"),
        ):
            if label not in beside.relations:
                continue
            values = beside.relations[label] * (beside.of == i) * self._p[beside.by]
            best = int(values.argmax()) if len(values) else 0
            if len(values) and values[best] > 0.2:
                other = int(beside.by[best])
                if other not in told:
                    told.add(other)
                    pro.append(phrase.format(self._name(int(self._c.rows[other]))))

    def _wording(self, i: int, pro: list[str], con: list[str]) -> None:
        kind = _IN_WORDS[PLACE_KINDS[int(self._c.kind[i])]]
        group = self._groups[int(self._c.group[i])]
        expected = group.expects
        if expected and self._value("announced", i) > 0:
            pro.append(f"the wording says that {kind} is meant")
        elif expected:
            con.append(f"the wording says that {_IN_WORDS[expected]} is meant, and it is {kind}")
        if group.body and group.held is not None and group.held[i - int(self._c.starts[self._c.group[i]])]:
            pro.append("the body that is named here is known to be named after it")
        level = LEVELS[int(self._c.level[i])]
        said = math.exp(self._value("level_said", i))
        if not expected and level != "other":
            if said > _TELLING:
                pro.append(f"the words beside the name are such as stand beside a {level}")
            elif said < 1 - _TELLING and self._value("level_said_gap", i) < -1:
                con.append(f"the words beside the name seldom stand beside a {level}")
        if self._value("level_beside", i) > _PROBABLE:
            pro.append("it stands in a list of such places")
        hinted = self._value("hinted_country", i)
        if hinted:
            (pro if hinted > 0 else con).append(
                "it lies in the country that the word stands for"
                if hinted > 0
                else "the word stands for another country"
            )

    def _document(self, i: int, pro: list[str], con: list[str]) -> None:
        c = self._c
        group = c.group == c.group[i]
        division, country = int(c.admin1[i]), int(c.country[i])
        own_country = self._layers.countries[country]
        if division >= 0 and division != c.rows[i]:
            name = self._name(division)
            if self._value("admin1_named", i) > 0.3:
                pro.append(f"the text names {name}, which it lies in")
            if self._value("admin1_share", i) > 0.15:
                pro.append(f"{self._value('admin1_share', i):.0%} of the other places lie in {name}")
        if c.kind[i] != COUNTRY and country and self._value("country_named", i) > 0.2:
            pro.append(f"the text names its country ({own_country})")
        share, best = self._value("country_share", i), float(self._f[group, _AT["country_share"]].max())
        if country and share > 0.3:
            pro.append(f"{share:.0%} of the other places lie in its country ({own_country})")
        elif country and best > 0.3 and share < 0.1:
            con.append(f"hardly any other place of the text lies in its country ({own_country})")
        near = self._nearest(i)
        if near and c.kind[i] not in (COUNTRY, REGION):
            km, name = near
            if km <= _NEAR_KM:
                pro.append(f"{name}, which the text names, is {km:.0f} km away")
            elif km > 1000:
                con.append(f"the nearest other place of the text, {name}, is {km:,.0f} km away")
        if self._value("same_place_named", i) > _PROBABLE:
            pro.append("the text names it elsewhere in other words")

    def _nearest(self, i: int) -> tuple[float, str] | None:
        c = self._c
        others = np.flatnonzero(
            c.anchors & (self._p > _PROBABLE) & (c.group != c.group[i]) & (c.rows != c.rows[i]) & c.has_point[i]
        )
        if not len(others):
            return None
        km = EARTH_RADIUS_KM * np.arccos(np.clip(c.xyz[others] @ c.xyz[i], -1, 1))
        nearest = int(km.argmin())
        return float(km[nearest]), self._name(int(c.rows[others[nearest]]))

    def _known(self, i: int, pro: list[str], con: list[str]) -> None:
        if self._outlet is not None and self._outlet[i] > 0.1:
            pro.append(f"{self._outlet[i]:.0%} of what the outlet writes about lies in its region")
        if self._prior is not None and abs(self._prior[i]) > 0.5:
            (pro if self._prior[i] > 0 else con).append(
                "it lies where you said" if self._prior[i] > 0 else "it lies elsewhere than you said"
            )

    def _itself(self, i: int, pro: list[str], con: list[str]) -> None:
        c = self._c
        match = MATCHES[int(c.match[i])]
        if match in _OF_MATCH:
            pro.append(_OF_MATCH[match])
        else:
            con.append(_AGAINST_MATCH.get(match, "its name is only spelled alike"))
        span = slice(int(c.starts[c.group[i]]), int(c.starts[c.group[i] + 1]))
        towns = np.where(c.kind[span] == TOWN, c.weight[span], -1.0)
        if c.kind[i] == TOWN and (towns >= 0).sum() > 1:
            if c.weight[i] == towns.max():
                pro.append(f"the largest town of the name ({c.weight[i]:,.0f} people)")
            elif towns.max() > _TIMES_SMALLER * max(c.weight[i], 1.0):
                largest = int(c.rows[span][int(towns.argmax())])
                size = f"{c.weight[i]:,.0f}" if c.weight[i] else "an unknown number of"
                there = self._layers.countries[int(c.country[span][int(towns.argmax())])]
                con.append(f"smaller than {self._name(largest)} in {there} ({size} people against {towns.max():,.0f})")
        if c.kind[i] in (REGION, DISTRICT) and self._value("holds_namesake", i) and self._value("announced", i) <= 0:
            con.append("a town in it has the same name, and nothing says that more than the town is meant")
