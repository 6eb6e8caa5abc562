"""Where a document plays, as far as names tell: the divisions and countries that its sure names are or lie in.

"Hurricane" is a town where West Virginia is spoken of and else a storm. A name that the gazetteer knows from a
division that the document is about is more likely a place than one from far away. Names only, no coordinates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from geoloc.gazetteer import Bearer
from geoloc.model import PLACE_KINDS
from geoloc.recognition.evidence import Found
from geoloc.recognition.persons import Names

SURE = 1.0
"""Evidence from which a name counts for the setting."""
_MOST_DIVISIONS = 6
"""A name that lies in more divisions than these says nothing about where the document plays."""
_NO_DIVISION = -1
_LETTERS = {"populated-place": "P", "district": "D", "region": "R", "country": "C"}
_LETTER_OF = [_LETTERS.get(kind, "F") for kind in PLACE_KINDS]
_REGION, _COUNTRY = PLACE_KINDS.index("region"), PLACE_KINDS.index("country")

Shares = tuple[dict[int, float], dict[int, float]]
"""What a name says for divisions and for countries."""


class Setting:
    """The divisions and countries of one document.

    Parameters
    ----------
    found : sequence of Found
        What the rules weighed.
    texts : sequence of str
        The name of each of them as it is looked up.
    names : Names
        What a gazetteer knows of names.
    """

    def __init__(self, found: Sequence[Found], texts: Sequence[str], names: Names) -> None:
        self._names = names
        self._own: dict[str, Shares] = {}
        self._divisions: dict[int, float] = defaultdict(float)
        self._countries: dict[int, float] = defaultdict(float)
        self._marks: dict[str, str] = {}
        for one, text in zip(found, texts, strict=True):
            if one.score >= SURE and text not in self._own:
                own = self._own[text] = _shares(names.bearers(text), one)
                for total, part in zip((self._divisions, self._countries), own, strict=True):
                    for place, share in part.items():
                        total[place] += share
        self._most = max(self._divisions.values(), default=0.0)
        self._most_of_country = max(self._countries.values(), default=0.0)

    def mark(self, name: str) -> str:
        """Return how near the nearest bearer of a name is to where the document plays, its kind, and its size.

        The first sign is ``z`` for a division that the document is mostly about, ``y`` for another that it surely
        names, ``x`` for one that it may name, ``d`` and ``c`` for countries likewise, ``0`` for none; empty if no
        place bears the name.
        """
        found = self._marks.get(name)
        if found is None:
            found = self._marks[name] = max((self._grade(name, one) for one in self._names.bearers(name)), default="")
        return found

    def _grade(self, name: str, bearer: Bearer) -> str:
        own = self._own.get(name, ({}, {}))
        mass = self._divisions.get(bearer.division, 0.0) - own[0].get(bearer.division, 0.0)
        if mass >= 0.95:
            grade = "z" if mass >= 0.5 * self._most else "y"
        elif mass >= 0.4:
            grade = "x"
        else:
            mass = self._countries.get(bearer.country, 0.0) - own[1].get(bearer.country, 0.0)
            grade = "0" if mass < 0.95 else "d" if mass >= 0.5 * self._most_of_country else "c"
        return f"{grade}{min(7, bearer.weight.bit_length() // 3)}{_LETTER_OF[bearer.kind]}"


def _shares(bearers: Sequence[Bearer], found: Found) -> Shares:
    """Return what a name that is surely a place says: a whole for what it can only be, parts if it can be several."""
    divisions: dict[int, float] = {}
    countries: dict[int, float] = {}
    if not bearers:
        return divisions, countries
    first = bearers[0]
    if first.kind == _COUNTRY or (first.kind == _REGION and first.division != _NO_DIVISION):
        countries[first.country] = 1.0 if first.kind == _COUNTRY else 0.5
        if first.kind == _REGION:
            divisions[first.division] = 1.0
        return divisions, countries
    places = {one.division for one in bearers if one.division != _NO_DIVISION}
    if 0 < len(places) <= _MOST_DIVISIONS:
        divisions = dict.fromkeys(places, 1.0 / len(places))
    inside = {one.country for one in bearers}
    if len(inside) <= _MOST_DIVISIONS:
        countries = dict.fromkeys(inside, 1.0 / len(inside))
    return divisions, countries
