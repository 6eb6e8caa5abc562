"""The places that a name may mean, as arrays with what speaks for each of them whatever the document says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geoloc.gazetteer import Gazetteer, Hit
from geoloc.gazetteer.folding import fold, skeleton
from geoloc.gazetteer.inflection import is_cyrillic, nominatives
from geoloc.gazetteer.layers import Layers
from geoloc.gazetteer.layout import NO_POINT
from geoloc.gazetteer.nearby import EARTH_RADIUS_KM
from geoloc.model import PLACE_KINDS, PlaceKind
from geoloc.recognition.words import abbreviations, common_words, demonyms
from geoloc.resolution.wording import kind_in_name, with_words_spelled_out, without_modifier, words_of_hashtag

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MOST_CANDIDATES = 40
MATCHES = ("exact", "folded", "alternate", "inflected", "romanised", "partial", "within", "fuzzy")
"""How a name may meet a place; ``within``: the place is named inside the name ("Donetsk" in "Donetsk airport")."""
_MATCH_RANK = {"exact": 0, "folded": 1, "alternate": 2, "inflected": 2, "romanised": 3, "partial": 4, "within": 5,
               "fuzzy": 6}  # fmt: skip
STATIC = (
    "match", "match_gap", "similarity", "log_weight", "weight_gap", "weight_gap_of_kind", "weight_rank", "share",
    "level", "candidates", "towns", "in_same_country", "has_country", "has_region", "has_district", "has_town",
    "holds_namesake", "seat_of_namesake", "in_namesake_country", "in_namesake_region", "in_namesake_district",
    "no_point", "announced", "hinted_country", "demonym",
)  # fmt: skip
_LEVEL = {"continent": 0, "country": 1, "region": 2, "district": 3, "populated-place": 4, "facility": 5, "area": 6,
          "water": 7, "relief": 8}  # fmt: skip
KIND = {kind: i for i, kind in enumerate(PLACE_KINDS)}
_LEVEL_OF_KIND = np.array([_LEVEL[kind] for kind in PLACE_KINDS])
_ADMIN: tuple[PlaceKind, ...] = ("region", "district")
_NATURE: tuple[PlaceKind, ...] = ("water", "relief", "facility")
_WIDE = frozenset(("continent", "water", "relief", "area", "facility"))
_LIKE_A_CITY = 100_000
_IS_NATURAL = np.array([kind in ("continent", "water", "relief", "area") for kind in PLACE_KINDS])
_KNOWN_WIDELY = 30_000
"""In place of the inhabitants of what has none and is listed by hand: seas, rivers, mountains, world regions."""
_LISTED = ("exact", "folded", "alternate", "partial", "inflected")
_WORD = re.compile(r"[\w'’.-]+")
_SHORTEST_WITHIN = 4
_OWN_TOWN = 2_000
"""Inhabitants from which a town's own name is not taken for another spelling of a place elsewhere."""
_TIMES_LARGER = 10.0
"""Times the people of a town that bears a Cyrillic name as another of its own a town called so must have to hide it."""
_SEAT_SHARE = 0.05
"""Share of the population of a division that a town of its name must have to be its seat."""
_BESIDE_TOWN_KM = 60.0
_COSINE_BESIDE = float(np.cos(_BESIDE_TOWN_KM / EARTH_RADIUS_KM))
_LONGEST_NAME = 60
OTHER_BEGINNING = 0.75
"""What remains of the likeness of a misspelling that begins with another sound: reporters hardly err there."""
_LONGEST_ABBREVIATION = 6
TOWN, REGION, DISTRICT, COUNTRY = (KIND[k] for k in ("populated-place", "region", "district", "country"))

_ROMANISED, _PARTIAL = MATCHES.index("romanised"), MATCHES.index("partial")
_AS_LISTED = np.array([match in ("alternate", "inflected") for match in MATCHES])
_RANKS = np.array([_MATCH_RANK[match] for match in MATCHES], float)
_EMPTY_WORDS = frozenset(
    "north south east west northern southern eastern western central upper lower great greater new old city town "
    "street road park river lake mount mountain mountains hill hills valley beach island islands bridge square "
    "school university college institute hospital church cathedral airport station hotel centre center house "
    "court county state national international royal federal world global district region area high elementary "
    "middle public general police fire department office library museum stadium hall memorial community saint "
    "avenue highway market mall village township united first second union american".split()
)

_STREETS = frozenset("street st avenue ave boulevard blvd drive dr lane ln".split())
"""Marion Street may be anywhere, while a road often leads to where its name says."""


@dataclass(frozen=True, slots=True)
class Block:
    """The candidates of one name.

    Attributes
    ----------
    rows : row in the gazetteer, a candidate; the likeliest by weight first
    match : index into `MATCHES`, a candidate
    similarity : likeness of the spellings; 1 for names met as they are listed
    xyz : unit vector of the point
    static : array of shape (candidates, features `STATIC`)
    borrowed : whether a candidate is listed under the name while a town has it as its own
    """

    rows: Ints
    match: Ints
    similarity: Floats
    kind: Ints
    country: Ints
    admin1: Ints
    admin2: Ints
    weight: Floats
    xyz: Floats
    has_point: NDArray[np.bool_]
    static: Floats
    borrowed: NDArray[np.bool_]


def unit_vectors(layers: Layers, rows: Ints) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the points of rows as unit vectors, shape (rows, 3), and which rows have one."""
    fixed = layers.column("lat", rows)
    lat, lon = np.radians(fixed / 1e5), np.radians(layers.column("lon", rows) / 1e5)
    xyz = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)
    return xyz, fixed != NO_POINT


class CandidateFinder:
    """Finds candidates, and remembers those of names it has met."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self.block = lru_cache(maxsize=32768)(self._block)

    def only(self, row: int) -> Block:
        """Return one row as the only candidate of a name."""
        return self._arrays([Hit(row, "exact")], "", None, None, False)

    def row_of(self, geonameid: int) -> int | None:
        """Return the row of a GeoNames id, or None."""
        return self._gazetteer.layers.row_of(str(geonameid))

    def bears(self, name: str, kind: PlaceKind) -> bool:
        """Tell whether a place of some kind has just this name."""
        kind_index = self._gazetteer.layers.kind_index
        return any(kind_index(hit.row) == KIND[kind] for hit in self._gazetteer.find(name, fuzzy=False))

    def _block(
        self, name: str, lookup: str | None, expects: PlaceKind | None, country: str | None, demonym: bool
    ) -> Block:
        """Return the candidates of a name.

        Parameters
        ----------
        name : str
            As it is written.
        lookup : str, optional
            What the name stands for, where a word list says so.
        expects : PlaceKind, optional
            The kind of place that the wording announces.
        country : str, optional
            Alpha-2 code of the country that the wording names.
        demonym : bool
            True if the word names people or things after a place.
        """
        hits = self._hits(name, lookup, expects, country, demonym)
        return self._arrays(hits, lookup or name, expects, country, demonym, twins=not lookup)

    def _hits(
        self, name: str, lookup: str | None, expects: PlaceKind | None, country: str | None, demonym: bool
    ) -> list[Hit]:
        if lookup:
            found = self._named(lookup, expects, country, strict=demonym or expects == "region")
            if not demonym:
                known = {hit.row for hit in found}
                own = self._gazetteer.find(name, fuzzy=False)
                found += [
                    Hit(hit.row, "alternate" if hit.match in ("exact", "folded") else hit.match)
                    for hit in own
                    if hit.row not in known and hit.match != "romanised"
                ]
        else:
            found = self._named(name, expects, country, strict=demonym)
            known = {hit.row for hit in found}
            found += [hit for hit in self._abbreviated(name) if hit.row not in known]
            if all(hit.match in ("romanised", "fuzzy") for hit in found):
                others = self._otherwise(name[:_LONGEST_NAME])
                better = {hit.row for hit in others}
                found = [hit for hit in found if hit.row not in better] + others
        found = self._without_airports(name, found)
        found.sort(key=lambda hit: (hit.match in ("partial", "within", "fuzzy"), -self._prominence(hit.row), hit.row))
        return found[:MOST_CANDIDATES]

    def _without_airports(self, name: str, hits: list[Hit]) -> list[Hit]:
        """Leave out facilities that bear the name of the town that they lie near: Luton is not London Luton Airport."""
        layers = self._gazetteer.layers
        kind = np.array([layers.kind_index(hit.row) for hit in hits])
        facility, town = kind == KIND["facility"], kind == TOWN
        if not facility.any() or not town.any():
            return hits
        xyz, has_point = unit_vectors(layers, np.array([hit.row for hit in hits], np.int64))
        near = (xyz @ xyz[town & has_point].T >= _COSINE_BESIDE).any(axis=1)
        own = fold(name)
        return [
            hit
            for hit, served in zip(hits, (facility & near).tolist(), strict=True)
            if not served or fold(layers.name(hit.row)) == own
        ]

    def _prominence(self, row: int) -> int:
        layers = self._gazetteer.layers
        if PLACE_KINDS[layers.kind_index(row)] in _WIDE:
            return _LIKE_A_CITY
        return layers.weight(row)

    def _named(self, name: str, expects: PlaceKind | None, country: str | None, *, strict: bool) -> list[Hit]:
        """Return what bears the name, with or without its type word; misspelled if there is nothing else."""
        gazetteer = self._gazetteer
        bare, in_name = kind_in_name(name)
        kind = in_name or expects
        hits = {hit.row: hit for hit in gazetteer.find(name, fuzzy=False)}
        if (bare != name and kind not in _NATURE) or kind in _ADMIN:
            for hit in gazetteer.find(bare, fuzzy=False):
                if bare == name:
                    hits.setdefault(hit.row, hit)
                elif hit.match != "romanised":
                    hits.setdefault(hit.row, Hit(hit.row, "partial"))
        if not hits and not strict and kind not in _NATURE and not _is_common(bare):
            hits = {hit.row: hit for hit in gazetteer.find(bare, fuzzy=True)}
        if hits and not strict and kind not in (*_ADMIN, *_NATURE):
            hits |= {hit.row: hit for hit in self._seats(bare, hits)}
        found = list(hits.values())
        kinds = {hit.row: PLACE_KINDS[gazetteer.layers.kind_index(hit.row)] for hit in found}
        if bare != name and kind in _ADMIN:
            found = [hit for hit in found if kinds[hit.row] in (*_ADMIN, "country")]
        if country:
            found = self._in_country(found, country) or found
        if strict:
            wide = [hit for hit in found if kinds[hit.row] != "populated-place"]
            found = [hit for hit in wide if hit.match in ("exact", "folded", "alternate")] or wide or found
        return found

    def _seats(self, name: str, hits: Mapping[int, Hit]) -> list[Hit]:
        """Return towns in the divisions of a name that bear it in another spelling, where no town is listed under it.

        Only the district is called Baramulla; its town is listed as Bāramūla.
        """
        layers = self._gazetteer.layers
        if any(PLACE_KINDS[layers.kind_index(row)] not in _ADMIN for row in hits):
            return []
        others = self._gazetteer.spelled_otherwise(name)
        rows = np.array([hit.row for hit in others], np.int64)
        above = np.stack([layers.column("admin1", rows), layers.column("admin2", rows)])
        inside = np.isin(above, list(hits)).any(axis=0) & (layers.column("kind", rows) == TOWN)
        return [Hit(hit.row, "alternate") for hit, keep in zip(others, inside.tolist(), strict=True) if keep]

    def _in_country(self, hits: list[Hit], country: str) -> list[Hit]:
        layers = self._gazetteer.layers
        codes = layers.column("country", np.array([hit.row for hit in hits], np.int64)).tolist()
        return [hit for hit, code in zip(hits, codes, strict=True) if layers.countries[code] == country]

    def _abbreviated(self, name: str) -> list[Hit]:
        """Return what a name may be short for that is written in another case ("usa", "tx", "u.s.")."""
        table = abbreviations()
        meaning = table.get(name.upper()) or table.get(name.upper() + ".")
        if meaning is None or len(name) > _LONGEST_ABBREVIATION:
            return []
        hits = self._listed(meaning.lookup, "alternate")
        return self._in_country(hits, meaning.country) or hits if meaning.country else hits

    def _otherwise(self, name: str) -> list[Hit]:
        """Return what a name may mean that is not listed as it stands."""
        first, comma, container = name.partition(", ")
        if comma:
            hits = self._listed(first, None)
            return self._inside(hits, container) or hits
        apart = words_of_hashtag(name)
        for other, match in (
            (with_words_spelled_out(name), None),
            (apart, None),
            (without_modifier(name), "within"),
            (without_modifier(apart), "within"),
        ):
            hits = self._listed(other, match) if other != name else []
            if hits:
                return hits
        return self._within(name)

    def _listed(self, name: str, match: str | None) -> list[Hit]:
        hits = self._gazetteer.find(name, fuzzy=False)
        return [Hit(hit.row, match or hit.match) for hit in hits if hit.match in _LISTED]

    def _inside(self, hits: list[Hit], container: str) -> list[Hit]:
        layers = self._gazetteer.layers
        meaning = abbreviations().get(container.strip())
        holders = {hit.row for hit in self._gazetteer.find(meaning.lookup if meaning else container, fuzzy=False)}
        rows = np.array([hit.row for hit in hits], np.int64)
        if not len(rows) or not holders:
            return []
        homes = np.stack([layers.column("admin1", rows), layers.column("admin2", rows)])
        countries = layers.column("country", np.array(sorted(holders), np.int64))
        whole = [
            code
            for row, code in zip(sorted(holders), countries.tolist(), strict=True)
            if layers.kind_index(row) == COUNTRY
        ]
        inside = np.isin(homes, list(holders)).any(axis=0) | np.isin(layers.column("country", rows), whole)
        return [hit for hit, keep in zip(hits, inside.tolist(), strict=True) if keep]

    def _within(self, name: str) -> list[Hit]:
        """Return the places with the longest listed name inside a name of several words, of equals the best known."""
        words = _WORD.findall(words_of_hashtag(name))
        if words and words[-1].lower() in _STREETS:
            return []
        for length in range(len(words) - 1, 0, -1):
            best: list[Hit] = []
            known = 0
            for start in range(len(words) - length + 1):
                part = " ".join(words[start : start + length])
                hits = self._part(part) if part[0].isupper() or name.islower() else []
                prominence = max((self._prominence(hit.row) for hit in hits), default=0)
                if prominence > known:
                    best, known = hits, prominence
            if best:
                return best
        return []

    def _part(self, part: str) -> list[Hit]:
        meaning = demonyms()[0].get(part) or (abbreviations().get(part) if part.isupper() else None)
        if meaning:
            return self._listed(meaning.lookup, "within")
        if len(part) < _SHORTEST_WITHIN or fold(part) in _EMPTY_WORDS:
            return []
        return self._listed(part, "within")

    def _arrays(
        self,
        hits: list[Hit],
        name: str,
        expects: PlaceKind | None,
        country: str | None,
        demonym: bool,
        *,
        twins: bool = True,
    ) -> Block:
        layers = self._gazetteer.layers
        rows = np.array([hit.row for hit in hits], np.int64)
        match = np.array([MATCHES.index(hit.match) for hit in hits], np.int64)
        similarity = np.array([hit.similarity * (1.0 if hit.alike else OTHER_BEGINNING) for hit in hits])
        kind = layers.column("kind", rows)
        admin1, admin2 = layers.column("admin1", rows), layers.column("admin2", rows)
        admin1 = np.where(kind == REGION, rows, admin1)
        admin2 = np.where(kind == DISTRICT, rows, admin2)
        xyz, has_point = unit_vectors(layers, rows)
        codes = layers.column("country", rows)
        block = Block(rows, match, similarity, kind, codes, admin1, admin2, layers.column("weight", rows).astype(float),
                      xyz, has_point, np.zeros((len(rows), len(STATIC))), np.zeros(len(rows), np.bool_))  # fmt: skip
        if len(rows):
            hinted: Any = 0.0
            if country:
                number = layers.countries.index(country) if country in layers.countries else -1
                hinted = np.where(codes == number, 1.0, -1.0)
            self._features(block, name, expects, hinted, demonym, twins)
        return block

    def _features(
        self, b: Block, name: str, expects: PlaceKind | None, hinted: Any, demonym: bool, twins: bool
    ) -> None:
        f = dict(zip(STATIC, b.static.T, strict=True))
        own = fold(kind_in_name(name)[0])
        rank = _RANKS[b.match]
        if is_cyrillic(name):
            # The names to show are Latin: here alternates are what names in full are elsewhere.
            rank = np.where(_AS_LISTED[b.match], _MATCH_RANK["folded"], rank)
            rank = np.where(b.match == _ROMANISED, _MATCH_RANK["alternate"], rank)
            rank = np.where(self._shadowed(b, name), _MATCH_RANK["romanised"], rank)
        if expects:
            # "Grayvoronsky district" is as good a name of the district as any other.
            announced = (b.match == _PARTIAL) & (b.kind == KIND[expects])
            rank = np.where(announced, np.minimum(rank, _MATCH_RANK["alternate"]), rank)
        names = [fold(self._gazetteer.layers.name(row)) for row in b.rows.tolist()]
        its_own = np.array([name == own for name in names])
        if (its_own & (b.kind == TOWN) & (b.weight >= _OWN_TOWN)).any():
            derived = np.array([name.startswith(own + " ") for name in names])  # Suffolk County is called Suffolk too
            b.borrowed[:] = ~its_own & ~derived & (_RANKS[b.match] >= _MATCH_RANK["alternate"])
        weight = b.weight.copy()
        weight[_IS_NATURAL[b.kind] & (weight == 0)] = _KNOWN_WIDELY
        towns = b.kind == TOWN
        another = np.array([name == own + " city" for name in names])
        if expects == "populated-place" and (another & towns).any():
            # In "the city of New York" it is the region that has the name in common only.
            rank[another & towns] = rank.min()
            f["holds_namesake"][(b.kind == REGION) | (b.kind == DISTRICT)] = 1
        for division in np.flatnonzero((b.kind == REGION) | (b.kind == DISTRICT)).tolist():
            seats = towns & ((b.admin1 == b.rows[division]) | (b.admin2 == b.rows[division]))
            seats &= b.weight >= _SEAT_SHARE * b.weight[division]
            seats &= ~another & twins  # what a word list says a name stands for is no twin (Gaza: the Strip)
            if seats.any():
                # Geneva lies in Geneva: they are known by the same name, and for one another.
                f["holds_namesake"][division] = 1
                f["seat_of_namesake"][seats] = 1
                rank[seats] = np.minimum(rank[seats], rank[division])
                weight[division] = min(weight[division], b.weight[seats].max())
        listed = _RANKS[b.match] <= _MATCH_RANK["alternate"]
        others = b.rows[:, None] != b.rows
        for label, kind, inside in (
            ("in_namesake_country", COUNTRY, b.country[:, None] == b.country),
            ("in_namesake_region", REGION, b.admin1[:, None] == b.admin1),
            ("in_namesake_district", DISTRICT, b.admin2[:, None] == b.admin2),
        ):
            f[label][:] = (inside & others & (listed & (b.kind == kind))).any(axis=1)
        logs = np.log10(weight + 1)
        f["match"][:] = rank
        f["match_gap"][:] = rank - rank.min()
        f["similarity"][:] = b.similarity
        f["log_weight"][:] = logs
        f["weight_gap"][:] = logs - logs.max()
        for kind in set(b.kind.tolist()):
            same = b.kind == kind
            f["weight_gap_of_kind"][same] = logs[same] - logs[same].max()
        order = np.lexsort((b.kind != TOWN, -weight))
        f["weight_rank"][order] = np.arange(len(order))
        f["share"][:] = weight / max(weight.sum(), 1.0)
        f["level"][:] = _LEVEL_OF_KIND[b.kind]
        f["candidates"][:] = np.log(len(b.rows))
        f["towns"][:] = np.log1p(towns.sum())
        f["in_same_country"][:] = (b.country[:, None] == b.country).sum(axis=1) - 1
        for name, kind in (("has_country", COUNTRY), ("has_region", REGION), ("has_district", DISTRICT)):
            f[name][:] = (b.kind == kind).any()
        f["has_town"][:] = towns.any()
        f["no_point"][:] = ~b.has_point
        if expects:
            f["announced"][:] = np.where(b.kind == KIND[expects], 1.0, -1.0)
        f["hinted_country"][:] = hinted
        f["demonym"][:] = demonym

    def _shadowed(self, b: Block, name: str) -> NDArray[np.bool_]:
        """Tell which towns bear a Cyrillic name as another of theirs, where a much larger one of the country has it.

        Mykolaivka is listed as Миколаїв too, but in Ukraine that is Mykolaiv.
        """
        sounds = _sounds(name)
        own = np.array([skeleton(fold(self._gazetteer.layers.name(row))) in sounds for row in b.rows.tolist()])
        towns = b.kind == TOWN
        larger = b.weight >= _TIMES_LARGER * np.maximum(b.weight, 1.0)[:, None]
        known = (own & towns) & (b.country == b.country[:, None]) & larger
        shadowed: NDArray[np.bool_] = towns & ~own & known.any(axis=1)
        return shadowed


@lru_cache(maxsize=4096)
def _sounds(name: str) -> frozenset[str]:
    """Return the skeletons of the forms that a Cyrillic name may have in a list."""
    return frozenset(skeleton(fold(form)) for form in (name, *nominatives(name)))


def _is_common(name: str) -> bool:
    """Tell whether a name is a common word, which is never taken for a misspelled place."""
    word = name.lower()
    return any(word in common_words(language) for language in (("ru", "uk") if is_cyrillic(word) else ("en",)))
