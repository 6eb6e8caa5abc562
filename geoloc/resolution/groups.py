"""Names of a document with the candidates for each: one group for all mentions of one name.

One sense per document: mentions that are written alike and are announced as the same kind of place
share their candidates, their evidence and the decision.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from geoloc.gazetteer import Gazetteer, Hit
from geoloc.gazetteer.folding import fold
from geoloc.gazetteer.inflection import is_cyrillic
from geoloc.model import PLACE_KINDS, Mention, PlaceKind
from geoloc.recognition.words import common_words

MOST_CANDIDATES = 40
_ADMIN: tuple[PlaceKind, ...] = ("region", "district")
_NATURE: tuple[PlaceKind, ...] = ("water", "relief", "facility")
_TYPE_WORD = re.compile(
    r"^(?:the )?(?:region|province|district|county|state|republic|city|town|village|river|lake|mount|gulf) of "
    r"|^(?:city of|river|село|деревня|город|місто) "
    r"|\s(?:region|oblast|province|district|raion|rayon|county|parish|governorate|voivodeship|krai|state|department|"
    r"prefecture|republic|municipality|township|river|city|town|village|island|islands|valley|mountains)$"
    r"|\s(?:област\w*|район\w*|кра[йяюе]м?|громад\w*|округ\w*|губерни\w*|повіт\w*|обл|р-н)$",
    re.I,
)
_KIND_OF_WORD: tuple[tuple[str, PlaceKind], ...] = (
    ("област", "region"), ("обл", "region"), ("кра", "region"), ("губерн", "region"), ("район", "district"),
    ("р-н", "district"), ("громад", "district"), ("округ", "district"), ("повіт", "district"),
    ("oblast", "region"), ("region", "region"), ("province", "region"), ("state", "region"), ("krai", "region"),
    ("governorate", "region"), ("voivodeship", "region"), ("department", "region"), ("prefecture", "region"),
    ("republic", "region"), ("district", "district"), ("raion", "district"), ("rayon", "district"),
    ("county", "district"), ("parish", "district"), ("municipality", "district"), ("township", "district"),
    ("river", "water"), ("lake", "water"), ("gulf", "water"), ("island", "relief"), ("mount", "relief"),
    ("valley", "relief"), ("city", "populated-place"), ("town", "populated-place"), ("village", "populated-place"),
    ("село", "populated-place"), ("деревн", "populated-place"), ("город", "populated-place"),
)  # fmt: skip


@dataclass(slots=True)
class Group:
    """The mentions of one name in one document.

    Attributes
    ----------
    mentions : list of int
        Indices into the mentions of the document.
    expects : PlaceKind or None
        The kind of place that the wording announces.
    country : str or None
        The country that the wording names.
    hits : tuple of Hit
        Candidates, at most `MOST_CANDIDATES`.
    weak : bool
        True if no mention is a place by its wording alone.
    announced : bool
        True if the wording says "village" or the like.
    """

    name: str
    kind: str
    expects: PlaceKind | None
    country: str | None
    mentions: list[int] = field(default_factory=list)
    hits: tuple[Hit, ...] = ()
    weak: bool = True
    announced: bool = False


def kind_in_name(name: str) -> tuple[str, PlaceKind | None]:
    """Take a type word off a name: ``("Belgorod", "region")`` for "Belgorod region".

    Examples
    --------
    >>> kind_in_name("Белгородской области")
    ('Белгородской', 'region')
    >>> kind_in_name("Kozinka")
    ('Kozinka', None)
    """
    match = _TYPE_WORD.search(name)
    if not match:
        return name, None
    word = match.group().strip().lower()
    kind = next((kind for stem, kind in _KIND_OF_WORD if stem in word), None)
    bare = (name[: match.start()] + name[match.end() :]).strip()
    return (bare, kind) if bare else (name, None)


def group_mentions(mentions: list[Mention], gazetteer: Gazetteer) -> list[Group]:
    """Return the names of a document with their candidates, in the order of first mention."""
    groups: dict[tuple[str, str, str | None, str | None, int | None], Group] = {}
    for index, mention in enumerate(mentions):
        name = mention.lookup or mention.text
        bare, named_kind = (name, None) if mention.lookup else kind_in_name(name)
        expects = mention.expects or named_kind
        key = (
            fold(name),
            mention.kind,
            expects if expects != "populated-place" else None,
            mention.country,
            mention.override,
        )
        group = groups.get(key)
        if group is None:
            group = groups[key] = Group(name, mention.kind, expects, mention.country)
            group.hits = _candidates(name, bare, expects, mention, gazetteer)
        group.expects = group.expects or expects
        group.weak = group.weak and mention.weak
        group.announced = group.announced or mention.expects == "populated-place"
        group.mentions.append(index)
    return list(groups.values())


def _candidates(
    name: str, bare: str, expects: PlaceKind | None, mention: Mention, gazetteer: Gazetteer
) -> tuple[Hit, ...]:
    if mention.override is not None:
        return (Hit(mention.override, "exact"),)
    hits = {hit.row: hit for hit in gazetteer.find(name, fuzzy=False)}
    if (bare != name and expects not in _NATURE) or expects in _ADMIN:
        for hit in gazetteer.find(bare, fuzzy=False):
            if bare == name:
                hits.setdefault(hit.row, hit)
            elif hit.match != "romanised":
                hits.setdefault(hit.row, Hit(hit.row, "partial"))
    if not hits and not mention.lookup and expects not in _NATURE and not _is_common(bare):
        hits = {hit.row: hit for hit in gazetteer.find(bare, fuzzy=True)}
    found = list(hits.values())
    if bare != name and expects in _ADMIN:
        found = [hit for hit in found if PLACE_KINDS[gazetteer.layers.kind_index(hit.row)] in _ADMIN]
    if mention.country:
        found = _in_country(found, mention.country, gazetteer) or found
    if mention.kind == "demonym" or (mention.lookup and expects == "region"):
        wide = [h for h in found if PLACE_KINDS[gazetteer.layers.kind_index(h.row)] != "populated-place"]
        exact = [h for h in wide if h.match in ("exact", "folded", "alternate")]
        found = exact or wide or found
    found.sort(key=lambda hit: (hit.match == "partial", -gazetteer.layers.weight(hit.row), hit.row))
    return tuple(found[:MOST_CANDIDATES])


def _is_common(name: str) -> bool:
    """Tell whether a name is a common word, which is never taken for a misspelled place."""
    word = name.lower()
    return any(word in common_words(language) for language in (("ru", "uk") if is_cyrillic(word) else ("en",)))


def _in_country(hits: list[Hit], country: str, gazetteer: Gazetteer) -> list[Hit]:
    layers = gazetteer.layers
    codes = layers.column("country", np.array([hit.row for hit in hits], np.int64)).tolist()
    return [hit for hit, code in zip(hits, codes, strict=True) if layers.countries[code] == country]
