"""From a name to the places it may mean.

Names are tried from strict to lenient, and the search stops at the first kind of match that finds
something: the name as it is listed (``exact``, ``folded``, ``alternate``), its dictionary form
(``inflected``), another romanisation (``romanised``), a spelling mistake (``fuzzy``).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from geoloc._data import data_path
from geoloc.gazetteer.folding import fold, skeleton
from geoloc.gazetteer.inflection import is_cyrillic, nominatives
from geoloc.gazetteer.layout import ALTERNATE, STRIPPED
from geoloc.gazetteer.store import NameInfo, Store
from geoloc.gazetteer.typos import edits_allowed, guesses_allowed
from geoloc.model import PLACE_KINDS, Candidate, Place

MATCH_SCORES = {
    "exact": 1.0,
    "folded": 0.97,
    "alternate": 0.94,
    "inflected": 0.9,
    "romanised": 0.85,
    "partial": 0.8,
    "fuzzy": 0.7,
}
"""How far a match alone speaks for a candidate; best first."""

_SHORTEST_SKELETON = 4
_CLOSE = 0.83
_FAR = 0.6
_LEVELS_FIRST = ("populated-place", "country", "continent")
_WITHOUT_POPULATION = ("continent", "water", "relief", "area")
_LIKE_A_CITY = 20  # bits of a million: what is listed by hand is known widely
_PREPOSITIONS = frozenset("в во на под из у с от до к из-за біля під від до near in at from".split())
_FUZZY_LIMIT = 30


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of a store that a name met, and how.

    `match` is a key of `MATCH_SCORES`; ``partial`` is the name of a division without its type word.
    `similarity` is 1 but for fuzzy matches.
    """

    row: int
    match: str
    similarity: float = 1.0


class Gazetteer:
    """A gazetteer that is open for search."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.find = lru_cache(maxsize=8192)(self._find)
        self.info = lru_cache(maxsize=32768)(self._info)

    @classmethod
    def open(cls, path: str | Path | None = None) -> Gazetteer:
        """Open the bundled gazetteer, or the one in the folder `path`.

        Raises
        ------
        DataError
            If the folder holds no gazetteer.
        """
        return cls(Store(Path(path) if path is not None else data_path("gazetteer")))

    @property
    def about(self) -> dict[str, Any]:
        """What the gazetteer says of itself: version, sources, licence, counts."""
        return self.store.meta

    def __len__(self) -> int:
        return len(self.store)

    def place(self, row: int) -> Place:
        """Return the place of a row."""
        return self.store.place(row)

    def _info(self, name: str) -> NameInfo | None:
        """Return what `name` can be, in its dictionary form or another romanisation if need be."""
        folded = fold(name)
        found = self.store.info(folded)
        if found is not None and (found.kinds or not is_cyrillic(name)):
            return found
        infos = [info for form in nominatives(name) if (info := self.store.info(fold(form)))]
        match: Literal["inflected", "romanised"] = "inflected" if infos else "romanised"
        if not infos and found is None:
            infos = [self.store.key_info(index) for index in self._skeleton_keys(name, folded, shortest=5)]
        if not infos:
            return found
        kinds = 0
        for info in infos:
            kinds |= info.kinds
        return NameInfo(kinds, any(i.primary for i in infos), max(i.magnitude for i in infos), match)

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
        index = self.store.keys.find(folded)
        if index < 0:
            return ()
        hits = []
        for row, rank in self.store.rows(index):
            if rank == STRIPPED:
                match = "partial"
            elif rank == ALTERNATE:
                match = "alternate"
            else:
                match = "exact" if self.store.names[row] == name else "folded"
            hits.append(Hit(row, match))
        return tuple(hits)

    def _inflected(self, name: str) -> tuple[Hit, ...]:
        hits: dict[int, Hit] = {}
        for form in nominatives(name):
            index = self.store.keys.find(fold(form))
            if index >= 0:
                for row, rank in self.store.rows(index):
                    hits.setdefault(row, Hit(row, "partial" if rank == STRIPPED else "inflected"))
        return self._by_weight(hits)

    def _skeleton_keys(self, name: str, folded: str, shortest: int = _SHORTEST_SKELETON) -> list[int]:
        """Return the names that share a skeleton with a name or one of its dictionary forms."""
        keys = dict.fromkeys([skeleton(folded), *(skeleton(fold(form)) for form in nominatives(name))])
        found: list[int] = []
        for key in keys:
            index = self.store.skeletons.find(key) if len(key) >= shortest else -1
            if index >= 0:
                found += self.store.keys_of_skeleton(index)
        return found

    def _romanised(self, name: str, folded: str, shortest: int = _SHORTEST_SKELETON) -> tuple[Hit, ...]:
        hits: dict[int, Hit] = {}
        for key_index in self._skeleton_keys(name, folded, shortest):
            for row, rank in self.store.rows(key_index):
                if rank != STRIPPED:
                    hits.setdefault(row, Hit(row, "romanised"))
        return self._by_weight(hits)

    def _fuzzy(self, folded: str, key: str, edits: int, limit: int = _FUZZY_LIMIT) -> tuple[Hit, ...]:
        """Return rows whose skeleton is within `edits` of `key`, most similar to the folded name first."""
        from rapidfuzz.distance import OSA

        store = self.store
        hits: dict[int, Hit] = {}
        for index, _ in store.typos.within(key, edits):
            for key_index in store.keys_of_skeleton(index):
                similarity = OSA.normalized_similarity(folded, store.keys[key_index])
                for row, rank in store.rows(key_index):
                    if rank != STRIPPED and (row not in hits or hits[row].similarity < similarity):
                        hits[row] = Hit(row, "fuzzy", similarity)
        ranked = sorted(hits.values(), key=lambda hit: (-hit.similarity, -store.weight[hit.row], hit.row))
        return tuple(ranked[:limit])

    def _by_weight(self, hits: dict[int, Hit]) -> tuple[Hit, ...]:
        weight = self.store.weight
        return tuple(sorted(hits.values(), key=lambda hit: (hit.match == "partial", -weight[hit.row], hit.row)))

    def search(self, name: str, *, limit: int = 10) -> list[Candidate]:
        """Return the places that a name may mean, best first.

        Parameters
        ----------
        name : str
            In any script, spelling or case; Russian and Ukrainian names may be inflected.
        limit : int
            The most candidates to return.

        Returns
        -------
        list of Candidate
            Empty if nothing in the gazetteer comes near the name. Scores fall from 1 to 0 and are
            comparable within one search only: kind of match first, then population.

        Examples
        --------
        >>> Gazetteer.open().search("Graivoron")[0].place.geonameid
        559034
        >>> Gazetteer.open().search("")
        []
        """
        store = self.store
        name = name.strip()
        words = name.split(maxsplit=1)
        if len(words) == 2 and words[0] in _PREPOSITIONS:
            name = words[1]
        folded = fold(name)
        hits = {hit.row: hit for hit in self.find(name, fuzzy=False)}
        for hit in self._romanised(name, folded, shortest=3):
            hits.setdefault(hit.row, hit)
        if all(hit.match == "romanised" for hit in hits.values()):
            for hit in self._guesses(folded):
                hits.setdefault(hit.row, hit)
        scored = sorted((-self._score(hit), hit.row) for hit in hits.values())
        return [
            Candidate(store.place(row), hits[row].match, round(-score, 4)) for score, row in scored[: max(limit, 0)]
        ]

    def _guesses(self, folded: str) -> tuple[Hit, ...]:
        """Return what a misspelled name may mean, looking further only while nothing close is found."""
        key = skeleton(folded)
        found: tuple[Hit, ...] = ()
        for edits in range(1, guesses_allowed(key) + 1):
            found = self._fuzzy(folded, key, edits)
            if found and found[0].similarity >= _CLOSE:
                break
        return tuple(hit for hit in found if hit.similarity >= _FAR)

    def _score(self, hit: Hit) -> float:
        """Return 0 to 1: the kind of match first, then population; a town or country before its namesakes."""
        kind = PLACE_KINDS[self.store.kind[hit.row]]
        weight = self.store.weight[hit.row].bit_length() if kind not in _WITHOUT_POPULATION else _LIKE_A_CITY
        prominence = min(weight, 30) / 30
        level = 0.06 if kind in _LEVELS_FIRST else 0.0
        return MATCH_SCORES[hit.match] * hit.similarity * (0.7 + 0.24 * prominence + level)
