"""What the words in and around a name say about the kind of place it is, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geoloc.model import Mention, PlaceKind
from geoloc.recognition.words import cues

_TYPE_WORD = re.compile(
    r"^(?:the )?(?:region|province|district|county|state|republic|city|town|village|river|lake|mount|gulf) of "
    r"|^(?:city of|river|село|деревня|город|місто) "
    r"|\s(?:region|oblast|province|district|raion|rayon|county|co\.?|parish|governorate|voivodeship|krai|state|department|"
    r"prefecture|republic|municipality|township|twp\.?|strip|river|city|town|village|island|islands|valley|mountains)$"
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
    ("twp", "district"), ("strip", "region"),
    ("river", "water"), ("lake", "water"), ("gulf", "water"), ("island", "relief"),
    ("mount", "relief"), ("valley", "relief"), ("city", "populated-place"), ("town", "populated-place"),
    ("village", "populated-place"), ("село", "populated-place"), ("деревн", "populated-place"),
    ("город", "populated-place"), ("місто", "populated-place"), ("co", "district"),
)  # fmt: skip
_AROUND = 40
_CONTRAST = 60
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_TELLING: tuple[PlaceKind | None, ...] = ("populated-place", "district", "region", "country", "water", "relief")
_AFTER = re.compile(r"[ \u00a0]([\w.'-]+)")
_KIND_OF = re.compile(
    r"\b(city|town|village|state|province|county|district|region|oblast|department|municipality|township) "
    r"of (?:the )?$",
    re.I,
)
_BEFORE = re.compile(r"([\w.'-]+(?: (?:of|de|von))?) (?:the )?$")
_BEFORE_LONG = re.compile(r"([\w.'-]+ [\w.'-]+) (?:the )?$")
_LIST_GOES_ON = re.compile(r",? (?:and|or|и|или|та|і|й|або|und|et|y) ")
_CONTAINER_GAP = re.compile(r",\s{1,2}|\s\(")
_VILLAGE = re.compile(
    r"\b(?:villages?|hamlets?) (?:of )?$"
    r"|\b(?:сел[оаеу]|деревн[яеию]|деревней|хутор[аеу]?|пос[её]лк[аеу]|пос[её]лок|селищ[еаі]|селі|хутір) $",
    re.I,
)
_IN_GAP = re.compile(r" (?:in|of) (?:the )?")
_MODIFIER = re.compile(
    r"^(?:(?:the|greater|metro(?:politan)?|downtown|uptown|midtown|central|inner|outer|mainland|"
    r"(?:north|south)[- ]?(?:east|west)?(?:ern)?|east(?:ern)?|west(?:ern)?|mid|n\.?|s\.?|e\.?|w\.?|"
    r"upper|lower|old|rural|coastal|occupied)[ -])+(?=\S)"
    r"|(?:'s|’s)$"
    r"|\s(?:metro|metropolitan|tri-state|bay)?\s?(?:area|region|suburbs|coast|border|proper)$",
    re.I,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


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


def kind_around(text: str, mention: Mention) -> PlaceKind | None:
    """Return the kind of place that the words right beside a mention announce: "the city of X", "X province"."""
    known = cues()
    after = _AFTER.match(text, mention.end)
    if after:
        kind = known.after.get(after.group(1).lower().rstrip(".,;:"))
        if kind in _TELLING:
            return kind
    window = text[max(0, mention.start - _AROUND) : mention.start]
    kind_of = _KIND_OF.search(window)
    if kind_of:
        return next(kind for stem, kind in _KIND_OF_WORD if stem in kind_of.group(1).lower())
    for pattern in (_BEFORE, _BEFORE_LONG):
        before = pattern.search(window)
        if before:
            kind = known.before.get(before.group(1).lower())
            if kind in _TELLING:
                return kind
    return None


def is_village(text: str, mention: Mention) -> bool:
    """Tell whether the word right before a mention calls it a village."""
    return bool(_VILLAGE.search(text[max(0, mention.start - _AROUND) : mention.start]))


def container_after(text: str, mentions: Sequence[Mention], index: int) -> Mention | None:
    """Return the mention that follows as what may hold this one: "Paris, Texas", "Paris (Texas)"."""
    if index + 1 >= len(mentions):
        return None
    following = mentions[index + 1]
    between = text[mentions[index].end : following.start]
    if not _CONTAINER_GAP.fullmatch(between) or _LIST_GOES_ON.match(text, following.end):
        return None
    return following


def region_after(text: str, mentions: Sequence[Mention], index: int) -> Mention | None:
    """Return the mention that follows after "in": "the village of X in Y region"."""
    if index + 1 >= len(mentions):
        return None
    following = mentions[index + 1]
    return following if _IN_GAP.fullmatch(text[mentions[index].end : following.start]) else None


def contrasted_with(text: str, mentions: Sequence[Mention], index: int) -> int | None:
    """Return the index of a mention of the same name, later in the sentence, whose container sets it apart.

    In "from Paris to Paris, Texas" the first is another than the second.
    """
    name = mentions[index].text
    for later in range(index + 1, len(mentions)):
        between = text[mentions[index].end : mentions[later].start]
        if len(between) > _CONTRAST or _SENTENCE_END.search(between):
            return None
        if mentions[later].text == name and container_after(text, mentions, later):
            return None if container_after(text, mentions, index) else later
    return None


def without_modifier(name: str) -> str:
    """Take away what only narrows a place: "Iraq" of "northern Iraq", "Boston" of "Greater Boston".

    Examples
    --------
    >>> without_modifier("south-eastern Ukraine"), without_modifier("Boston area"), without_modifier("West")
    ('Ukraine', 'Boston', 'West')
    """
    return _MODIFIER.sub("", name).strip() or name


def words_of_hashtag(name: str) -> str:
    """Part what is written together: "Middle East" of "#MiddleEast".

    Examples
    --------
    >>> words_of_hashtag("#MiddleEast"), words_of_hashtag("Kozinka")
    ('Middle East', 'Kozinka')
    """
    return _CAMEL.sub(" ", name.lstrip("#@")).replace("_", " ").strip()
