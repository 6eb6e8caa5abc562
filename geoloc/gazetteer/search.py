"""From a name to the places it may mean.

Names are tried from strict to lenient, and the search stops at the first kind of match that finds
something: the name as it is listed (``exact``, ``folded``, ``alternate``), its dictionary form
(``inflected``), another romanisation (``romanised``), a spelling mistake (``fuzzy``, or ``weak``: a guess
for a person to judge, which only `Gazetteer.search` makes).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from geoloc._data import data_path
from geoloc.gazetteer.folding import fold, romanise, skeleton
from geoloc.gazetteer.inflection import is_cyrillic, nominatives
from geoloc.gazetteer.layers import Layers, merged_info
from geoloc.gazetteer.layout import ALTERNATE, STRIPPED
from geoloc.gazetteer.semitic import transliterations
from geoloc.gazetteer.store import NameInfo, Store
from geoloc.gazetteer.typos import edits_allowed, guesses_allowed
from geoloc.gazetteer.where import Where, geodesic_km
from geoloc.model import PLACE_KINDS, Candidate, Place

MATCH_SCORES = {
    "exact": 1.0,
    "folded": 0.97,
    "alternate": 0.94,
    "inflected": 0.9,
    "romanised": 0.85,
    "partial": 0.8,
    "fuzzy": 0.7,
    "weak": 0.6,
}
"""How far a match alone speaks for a candidate; best first."""

_SHORTEST_SKELETON = 4
_CLOSE = 0.83
_CLOSE_ENOUGH = 0.75  # after two edits: a third is dear in a gazetteer of millions, and hardly ever right
_FAR = 0.6
_CLOSE_SPELLING = 0.7
_LEVELS_FIRST = ("populated-place", "country", "continent")
_REGION = PLACE_KINDS.index("region")
_WITHOUT_POPULATION = ("continent", "water", "relief", "area")
_LIKE_A_CITY = 20  # bits of a million: what is listed by hand is known widely
_PREPOSITIONS = frozenset(
    "в во на над под из у с со от до к ко о об по при за через возле около близ мимо из-за из-под "
    "з зі із від під біля про поблизу near in at from to".split()
)
_SOFT_C = re.compile("[čćĉç]", re.I)
_PLAIN_C = re.compile("c(?![heikyzs])")  # k to most of Europe, ts in the Latin alphabets of the Slavs
_FUZZY_LIMIT = 30
_VOWELS = frozenset("aeiou")
_SPELLING_SHARE = 0.45
"""Of the score of another romanisation, how much its likeness to the query decides."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of a store that a name met, and how.

    `match` is a key of `MATCH_SCORES`; ``partial`` is the name of a division without its type word, ``weak``
    a misspelling further off than `find` accepts. `similarity` is 1 but for fuzzy and weak matches, and in
    `search` for romanised ones. `alike` is false for those that begin with another sound.
    """

    row: int
    match: str
    similarity: float = 1.0
    alike: bool = True


class Bearer(NamedTuple):
    """Where a place that bears a name lies, as far as recognition may know.

    Attributes
    ----------
    division, country : int
        Numbers of the first-order division that it is or lies in (negative: none), and of its country.
    kind : int
        An index of `PLACE_KINDS`.
    weight : int
        Its population, or that of the towns in it.
    """

    division: int
    country: int
    kind: int
    weight: int


class Gazetteer:
    """A gazetteer that is open for search: one or several layers, see `geoloc.gazetteer.layers`."""

    def __init__(self, layers: Layers) -> None:
        self.layers = layers
        self.find = lru_cache(maxsize=8192)(self._find)
        self.info = lru_cache(maxsize=32768)(self._info)
        self.bearers = lru_cache(maxsize=8192)(self._bearers)

    @classmethod
    def open(cls, *paths: str | Path, bundled: bool = True) -> Gazetteer:
        """Open the bundled gazetteer, with other gazetteers stacked on it.

        Parameters
        ----------
        *paths : str or Path
            Folders of gazetteers, the lowest first. A place in an upper one takes the place of that with its
            GeoNames id below.
        bundled : bool
            False leaves the bundled gazetteer out.

        Raises
        ------
        DataError
            If a folder holds no gazetteer.
        """
        folders = [data_path("gazetteer")] if bundled or not paths else []
        return cls(Layers([Store(Path(path)) for path in (*folders, *paths)]))

    @property
    def about(self) -> dict[str, Any]:
        """What the lowest layer says of itself: version, sources, licence, counts."""
        return self.layers.stores[0].meta

    def __len__(self) -> int:
        return len(self.layers)

    def place(self, row: int) -> Place:
        """Return the place of a row."""
        return self.layers.place(row)

    def by_id(self, id: str | int) -> Place | None:
        """Return the place with an id as `Place.id` has it, or with a GeoNames id; None if there is none.

        Examples
        --------
        >>> Gazetteer.open().by_id(543229).name
        'Kozinka'
        """
        row = self.layers.row_of(str(id))
        return None if row is None else self.layers.place(row)

    def _bearers(self, name: str) -> tuple[Bearer, ...]:
        """Return where the places lie that bear `name` as it is written, weightiest first."""
        rows = [row for row, _ in self.layers.named(fold(name))]
        if not rows:
            return ()
        divisions, countries, kinds = (
            self.layers.column(label, np.array(rows)).tolist() for label in ("admin1", "country", "kind")
        )
        return tuple(
            Bearer(int(row) if kind == _REGION and division < 0 else division, country, kind, self.layers.weight(row))
            for row, division, country, kind in zip(rows, divisions, countries, kinds, strict=True)
        )

    def geonameid_of_division(self, code: str) -> int | None:
        """Return the GeoNames id of a country or division by GeoNames' code (``RU``, ``RU.09``), or None.

        Only the lowest layer is asked, which is the bundled gazetteer unless it was left out.
        """
        store = self.layers.stores[0]
        row = store.division(code)
        return None if row is None else store.geonameid[row] or None

    def _info(self, name: str) -> NameInfo | None:
        """Return what `name` can be, in its dictionary form or another romanisation if need be."""
        folded = fold(name)
        found = self.layers.info(folded)
        if found is not None and (found.kinds or not is_cyrillic(name)):
            return found
        listed = (self.layers.info(fold(form)) for form in nominatives(name))
        info = merged_info([one for one in listed if one])
        match: Literal["inflected", "romanised"] = "inflected" if info else "romanised"
        if info is None and found is None:
            shared = (self.layers.info_sharing(key) for key in _skeletons(name, folded, shortest=5))
            info = merged_info([one for one in shared if one])
        return replace(info, match=match) if info else found

    def _find(self, name: str, fuzzy: bool = True) -> tuple[Hit, ...]:
        """Return the rows that `name` may mean, best kind of match first, then the weightiest.

        With `fuzzy` false, misspelled names find nothing.
        """
        folded = fold(name)
        if not folded:
            return ()
        listed = self._listed(name, folded)
        if is_cyrillic(name):
            known = {hit.row for hit in listed}
            listed += tuple(hit for hit in self._inflected(name) if hit.row not in known)
        found = listed or self._romanised(name, folded)
        if found or not fuzzy:
            return found
        key = skeleton(folded)
        return self._fuzzy(folded, key, edits_allowed(key))

    def _listed(self, name: str, folded: str) -> tuple[Hit, ...]:
        hits = []
        for row, rank in self.layers.named(folded):
            if rank == STRIPPED:
                match = "partial"
            elif rank == ALTERNATE:
                match = "alternate"
            else:
                match = "exact" if self.layers.name(row) == name else "folded"
            hits.append(Hit(row, match))
        return tuple(hits)

    def _inflected(self, name: str) -> tuple[Hit, ...]:
        hits: dict[int, Hit] = {}
        for form in nominatives(name):
            for row, rank in self.layers.named(fold(form)):
                hits.setdefault(row, Hit(row, "partial" if rank == STRIPPED else "inflected"))
        return self._by_weight(hits)

    def spelled_otherwise(self, name: str) -> tuple[Hit, ...]:
        """Return the rows that have the name in another romanisation, whether or not it is listed as it stands."""
        return self._romanised(name, fold(name))

    def _romanised(self, name: str, folded: str, shortest: int = _SHORTEST_SKELETON) -> tuple[Hit, ...]:
        hits: dict[int, Hit] = {}
        for key in _skeletons(name, folded, shortest):
            for _, pairs in self.layers.sharing(key):
                for row, rank in pairs:
                    if rank != STRIPPED:
                        hits.setdefault(row, Hit(row, "romanised"))
        return self._by_weight(hits)

    def _spelled_alike(self, name: str, folded: str) -> Iterator[Hit]:
        """Yield what `_romanised` finds, with the likeness of the spellings; a row may come more than once."""
        from rapidfuzz.distance import OSA

        latin = romanise(folded)
        keys = [*_skeletons(name, folded, shortest=3), skeleton(_PLAIN_C.sub("ts", latin))]
        for key in dict.fromkeys(keys):
            for other, pairs in self.layers.sharing(key):
                similarity = OSA.normalized_similarity(latin, romanise(other))
                yield from (Hit(row, "romanised", similarity) for row, rank in pairs if rank != STRIPPED)

    def _fuzzy(self, folded: str, key: str, edits: int, limit: int = _FUZZY_LIMIT) -> tuple[Hit, ...]:
        """Return rows whose skeleton is within `edits` of `key`, most similar to the folded name first."""
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import cdist

        hits: dict[int, Hit] = {}
        accepted = edits_allowed(key)
        near = self.layers.near(key, edits)
        names = [other for _, other, _ in near]
        # A name in Cyrillic that only Latin names come near to is compared as it sounds.
        latin, spelled = romanise(folded), names
        if latin != folded:
            spelled = [romanise(other) for other in names]
        unlike = -cdist([latin], spelled, scorer=OSA.normalized_similarity, dtype=np.float64)[0]
        ranked = sorted(
            (less, distance, name, other) for less, (distance, other, name) in zip(unlike.tolist(), near, strict=True)
        )
        last, beginning = 0.0, skeleton(folded)[:1]
        for less, distance, name, other in ranked:
            if len(hits) >= limit and less > last:
                break
            last = less
            match, alike = "fuzzy" if distance <= accepted else "weak", _begin_alike(beginning, skeleton(other)[:1])
            for row, rank in self.layers.meant(name):
                if rank != STRIPPED:
                    hits.setdefault(row, Hit(row, match, -less, alike))
        weight = self.layers.weight
        best = sorted(hits.values(), key=lambda hit: (-hit.similarity, -weight(hit.row), hit.row))
        return tuple(best[:limit])

    def _by_weight(self, hits: dict[int, Hit]) -> tuple[Hit, ...]:
        weight = self.layers.weight
        return tuple(sorted(hits.values(), key=lambda hit: (hit.match == "partial", -weight(hit.row), hit.row)))

    def search(
        self,
        name: str,
        *,
        limit: int = 10,
        near: tuple[float, float] | None = None,
        country: str | Sequence[str] | None = None,
        bbox: tuple[float, float, float, float] | None = None,
        feature_class: str | Sequence[str] | None = None,
    ) -> list[Candidate]:
        """Return the places that a name may mean, best first.

        Parameters
        ----------
        name : str
            In any script, spelling or case; Russian and Ukrainian names may be inflected.
        limit : int
            The most candidates to return.
        near : (float, float), optional
            Latitude and longitude in degrees; places near it come first, others stay.
        country : str or sequence of str, optional
            Alpha-2 codes; places in these countries come first, others stay.
        bbox : (float, float, float, float), optional
            West, south, east, north in degrees, west > east across the antimeridian; others are left out.
        feature_class : str or sequence of str, optional
            Feature classes of GeoNames (A, H, L, P, S, T); others are left out.

        Returns
        -------
        list of Candidate
            Empty if nothing in the gazetteer comes near the name. Scores fall from 1 to 0 and are comparable within
            one search only: they weigh the kind of match, the likeness of the spelling, population, and a town or
            country before its namesakes. So a city by another listed name may come before a village of that name.

        Examples
        --------
        >>> Gazetteer.open().search("Graivoron")[0].place.geonameid
        559034
        >>> Gazetteer.open().search("")
        []
        """
        name = name.strip()
        words = name.split(maxsplit=1)
        if len(words) == 2 and words[0].lower() in _PREPOSITIONS and not self.layers.named(fold(name)):
            name = words[1]
        folded = fold(name)
        hits = {hit.row: hit for hit in self.find(name, fuzzy=False) if hit.match != "romanised"}
        listed = bool(hits)
        spellings = [] if listed else transliterations(folded)
        for spelling in spellings or [folded]:
            for hit in self._spelled_alike(name if spelling == folded else spelling, spelling):
                _keep_better(hits, hit)
        if not listed:
            for spelling in spellings or [folded]:
                for hit in self._guesses(spelling):
                    _keep_better(hits, hit)
        scores = {row: self._score(hit) for row, hit in hits.items()}
        distances: dict[int, float] = {}
        where = Where.of(near, country, bbox, feature_class)
        if where is not None:
            scores, distances = where.weigh(self.layers, scores)
        self._lift_seats(hits, scores)
        weight = self.layers.weight
        ranked = sorted(scores, key=lambda row: (-scores[row], -weight(row), row))[: max(limit, 0)]
        return [
            Candidate(self.layers.place(row), hits[row].match, round(scores[row], 4), distances.get(row))
            for row in ranked
        ]

    def nearest(
        self,
        lat: float,
        lon: float,
        *,
        limit: int = 10,
        country: str | Sequence[str] | None = None,
        bbox: tuple[float, float, float, float] | None = None,
        feature_class: str | Sequence[str] | None = None,
    ) -> list[Candidate]:
        """Return the places nearest to a point, nearest first.

        Parameters
        ----------
        lat, lon : float
            Degrees.
        limit : int
            The most candidates to return.
        country, bbox, feature_class : optional
            As for `search`; all that is outside is left out.

        Returns
        -------
        list of Candidate
            `match` is ``near``, `near_km` the geodesic distance. Countries, regions and other areas are measured to
            their label points.

        Examples
        --------
        >>> Gazetteer.open().nearest(50.4613, 35.6026, limit=1)[0].place.name
        'Kozinka'
        """
        where = Where.of(None, country, bbox, feature_class)

        def counts(rows: NDArray[np.int64]) -> NDArray[np.bool_]:
            return where.holds(self.layers, rows) if where else np.ones(len(rows), bool)

        found = self.layers.nearest(lat, lon, limit, counts)
        places = [self.layers.place(row) for _, row in found]
        distances = [geodesic_km(lat, lon, place) for place in places]
        ranked = sorted(zip(distances, range(len(places)), strict=True))
        return [Candidate(places[i], "near", 1.0, km) for km, i in ranked]

    def _guesses(self, folded: str) -> tuple[Hit, ...]:
        """Return what a misspelled name may mean, looking further only while nothing close is found."""
        key = skeleton(folded)
        found: tuple[Hit, ...] = ()
        for edits in range(1, guesses_allowed(key) + 1):
            found = self._fuzzy(folded, key, edits)
            if found and found[0].similarity >= (_CLOSE if edits == 1 else _CLOSE_ENOUGH):
                break
        return tuple(hit for hit in found if hit.similarity >= _FAR)

    def _lift_seats(self, hits: dict[int, Hit], scores: dict[int, float]) -> None:
        """Put a town before its region where only the region is listed in this spelling: Kyyiv is Kyiv, too."""
        towns = [row for row in scores if hits[row].match == "romanised" and self._kind(row) == "populated-place"]
        for label in ("admin1", "admin2"):
            above = self.layers.column(label, np.array(towns, np.int64)).tolist()
            for town, division in zip(towns, above, strict=True):
                if scores.get(division, 0.0) >= scores[town] and hits[town].similarity >= _CLOSE_SPELLING:
                    scores[town] = min(scores[division] * 1.001, 1.0)

    def _kind(self, row: int) -> str:
        return PLACE_KINDS[self.layers.kind_index(row)]

    def _score(self, hit: Hit) -> float:
        """Return 0 to 1: the kind of match first, then population; a town or country before its namesakes."""
        kind = self._kind(hit.row)
        weight = self.layers.weight(hit.row).bit_length() if kind not in _WITHOUT_POPULATION else _LIKE_A_CITY
        prominence = min(weight, 30) / 30
        level = 0.06 if kind in _LEVELS_FIRST else 0.0
        likeness = hit.similarity if hit.match in ("fuzzy", "weak") else 1 - _SPELLING_SHARE * (1 - hit.similarity)
        return MATCH_SCORES[hit.match] * likeness * (0.7 + 0.24 * prominence + level)


def _begin_alike(one: str, other: str) -> bool:
    """Tell whether the first letters of two skeletons stand for the same sound, or both for a vowel."""
    return one == other or (one in _VOWELS and other in _VOWELS)


def _keep_better(hits: dict[int, Hit], hit: Hit) -> None:
    """Enter a hit unless its row is met in a better way: by a better kind of match, then by a likelier spelling."""
    known = hits.get(hit.row)
    if known is None or (MATCH_SCORES[hit.match], hit.similarity) > (MATCH_SCORES[known.match], known.similarity):
        hits[hit.row] = hit


def _skeletons(name: str, folded: str, shortest: int) -> Iterator[str]:
    """Yield the distinct skeletons of a name and its dictionary forms that have at least `shortest` letters."""
    forms = [folded, *(fold(form) for form in nominatives(name))]
    if _SOFT_C.search(name):
        forms.append(fold(_SOFT_C.sub("ch", name)))
    yield from (key for key in dict.fromkeys(map(skeleton, forms)) if len(key) >= shortest)
