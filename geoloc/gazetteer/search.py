"""From a name to the places it may mean.

Names are tried from strict to lenient, and the search stops at the first kind of match that finds
something: the name as it is listed (``exact``, ``folded``, ``alternate``), its dictionary form
(``inflected``), another romanisation (``romanised``), a spelling mistake (``fuzzy``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from geoloc._data import data_path
from geoloc.gazetteer.builder import ALTERNATE, PRIMARY, STRIPPED
from geoloc.gazetteer.folding import fold, skeleton
from geoloc.gazetteer.inflection import is_cyrillic, nominatives
from geoloc.gazetteer.store import NameInfo, Store
from geoloc.model import Candidate, Place

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
_FUZZY_PREFIX = 2
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
            infos = [self.store.key_info(index) for index in self._skeleton_keys(name, folded)]
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
        return listed or self._romanised(name, folded) or (self._fuzzy(skeleton(folded)) if fuzzy else ())

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

    def _skeleton_keys(self, name: str, folded: str) -> list[int]:
        """Return the names that share a skeleton with a name or one of its dictionary forms."""
        keys = dict.fromkeys([skeleton(folded), *(skeleton(fold(form)) for form in nominatives(name))])
        found: list[int] = []
        for key in keys:
            index = self.store.skeletons.find(key) if len(key) >= _SHORTEST_SKELETON else -1
            if index >= 0:
                found += self.store.keys_of_skeleton(index)
        return found

    def _romanised(self, name: str, folded: str) -> tuple[Hit, ...]:
        hits: dict[int, Hit] = {}
        for key_index in self._skeleton_keys(name, folded):
            for row, rank in self.store.rows(key_index):
                if rank != STRIPPED:
                    hits.setdefault(row, Hit(row, "romanised"))
        return self._by_weight(hits)

    def _fuzzy(self, key: str) -> tuple[Hit, ...]:
        """Compare with the skeletons that begin alike: one edit from 5 letters, two from 10."""
        allowed = 0 if len(key) < 5 else 1 if len(key) < 10 else 2
        if not allowed:
            return ()
        from rapidfuzz.distance import OSA
        from rapidfuzz.process import extract

        skeletons = self.store.skeletons
        prefixes = {key[:_FUZZY_PREFIX], key[1] + key[0]}
        hits: dict[int, Hit] = {}
        for prefix in sorted(prefixes):
            run = skeletons.with_prefix(prefix)
            matches = extract(
                key, skeletons.slice(run), scorer=OSA.distance, score_cutoff=allowed, limit=_FUZZY_LIMIT, processor=None
            )
            for _, distance, position in matches:
                similarity = 1 - distance / len(key)
                for key_index in self.store.keys_of_skeleton(run[position]):
                    for row, rank in self.store.rows(key_index):
                        if rank == PRIMARY or (rank == ALTERNATE and row not in hits):
                            hit = hits.get(row)
                            if hit is None or hit.similarity < similarity:
                                hits[row] = Hit(row, "fuzzy", similarity)
        weight = self.store.weight
        ranked = sorted(hits.values(), key=lambda hit: (-hit.similarity, -weight[hit.row], hit.row))
        return tuple(ranked[:_FUZZY_LIMIT])

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
        candidates = []
        for hit in self.find(name.strip()):
            prominence = min(store.weight[hit.row].bit_length(), 30) / 30
            level = 0.06 if store.place(hit.row).kind in ("populated-place", "country", "continent") else 0.0
            score = MATCH_SCORES[hit.match] * hit.similarity * (0.7 + 0.24 * prominence + level)
            candidates.append(Candidate(store.place(hit.row), hit.match, round(score, 4)))
        candidates.sort(key=lambda c: (-c.score, c.place.id))
        return [replace(c, score=min(c.score, 1.0)) for c in candidates[: max(limit, 0)]]
