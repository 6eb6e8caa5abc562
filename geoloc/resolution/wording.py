"""What the words in and around a name say about the kind of place it is, and where."""

from __future__ import annotations

import re
from collections.abc import Sequence

from geoloc.model import Mention, PlaceKind
from geoloc.recognition.vocabulary import ANY_CONJUNCTION
from geoloc.recognition.words import bodies, cues

_TYPE_WORD = re.compile(
    r"^(?:the )?(?:region|province|district|county|state|republic|city|town|village|river|lake|mount|gulf) of "
    r"|^(?:city of|kibbutz|moshav|river|co\.?|село|деревня|город|місто) "
    r"|\s(?:region|oblast|province|district|raion|rayon|county|co\.?|parish|governorate|voivodeship|krai|state|department|"
    r"prefecture|republic|municipality|township|twp\.?|prov\.?|strip|river|city|town|village|island|islands|valley|mountains)$"
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
    ("twp", "district"), ("strip", "region"), ("prov", "region"),
    ("river", "water"), ("lake", "water"), ("gulf", "water"), ("island", "relief"),
    ("mount", "relief"), ("valley", "relief"), ("city", "populated-place"), ("town", "populated-place"),
    ("village", "populated-place"), ("kibbutz", "populated-place"), ("moshav", "populated-place"),
    ("село", "populated-place"), ("деревн", "populated-place"),
    ("город", "populated-place"), ("місто", "populated-place"), ("co", "district"),
)  # fmt: skip
_AROUND = 40
_CONTRAST = 60
_SENTENCE_END = re.compile(r"[.!?]\s|\n")
_TELLING: tuple[PlaceKind | None, ...] = ("populated-place", "district", "region", "country", "water", "relief")
_AFTER = re.compile(r"[ \u00a0]([\w.'-]+)")
_BODY = re.compile(r" Community [A-Z]")
"""The Dublin Community Center is no centre of a "Dublin community"."""
_BEFORE_RIVER = re.compile(r"\bthe $", re.I)
_AFTER_RIVER = re.compile(
    r"[.,;:!?)\"”]|['’]s |$|\s(?:and|or|at|in|on|near|to|from|by|between|below|above|is|was|were|has|had|will|rose|"
    r"fell|crested|froze|flows?|flowed|flooded|runs?|overflowed|spilled|burst|swelled|delta|valley|basin|watershed|tributary)\b"
)
_KIND_OF = re.compile(
    r"\b(city|town|village|state|province|county|district|region|oblast|department|municipality|township) "
    r"of (?:the )?$",
    re.I,
)
_KINDS_OF = re.compile(
    r"\b(cities|towns|villages|states|provinces|counties|districts|regions|rivers|islands|lakes) of (?:the )?$", re.I
)
_KINDS_AFTER = re.compile(
    r"[ \u00a0](cities|towns|villages|counties|parishes|provinces|districts|regions|oblasts|states|rivers|islands|"
    r"lakes|област\w+|район\w+)\b",
    re.I,
)
_KIND_OF_PLURAL: dict[str, PlaceKind] = {
    "cities": "populated-place", "towns": "populated-place", "villages": "populated-place", "counties": "district",
    "parishes": "district", "districts": "district", "provinces": "region", "regions": "region",
    "oblasts": "region", "states": "region", "rivers": "water", "lakes": "water", "islands": "relief",
}  # fmt: skip
_LINK = re.compile(rf"(?:,|,? (?:{ANY_CONJUNCTION}))\s{{1,2}}")
_LONGEST_LIST = 20
_BEFORE = re.compile(r"([\w.'-]+(?: (?:of|de|von))?) (?:the )?$")
_BEFORE_LONG = re.compile(r"([\w.'-]+ [\w.'-]+) (?:the )?$")
_LIST_GOES_ON = re.compile(rf",? (?:{ANY_CONJUNCTION}) ")
_CONTAINER_GAP = re.compile(r",\s{1,2}|\s\(")
_VILLAGE = re.compile(
    r"\b(?:villages?|hamlets?) (?:of )?$"
    r"|\b(?:сел[оаеу]|деревн[яеию]|деревней|хутор[аеу]?|пос[её]лк[аеу]|пос[её]лок|селищ[еаі]|селі|хутір) $",
    re.I,
)
_SET_OFF = re.compile(r"(?: (?:region|oblast|province|district|raion|county|state)\b)?(?:[,.;:)]|\s*(?:\(|$))")
_APPOSED = r"(?:, |,? [-–—] )(?:(?:an?|the) )?(?:(?!of\b|in\b|the\b|near\b|from\b|to\b)[\w-]+ ){0,3}"
_VILLAGE_AFTER = re.compile(
    _APPOSED + r"(?:village|hamlet)\b| (?:village|hamlet)\b"
    r"|(?:, |,? [-–—] )(?:сел[оаеуі]|село[мю]|деревн[яеию]|деревней|хутор[аеу]?|пос[её]л(?:о?к)[аеу]?|селищ[еаі])\b"
)
_APPOSED_IN = re.compile(
    _APPOSED + r"(?:village|hamlet|settlement|town|city) (?:in|of) (?:the )?"
    r"|(?:, |,? [-–—] )(?:сел[оаеуі]|деревн[яеию]|хутор[аеу]?|пос[её]л(?:о?к)[аеу]?|селищ[еаі]|город[аеу]?|міст[оаі])"
    r" (?:в|во|у) "
)
"""What stands between a place and the region that it is said to lie in: ", a border village in "."""
_IN_GAP = re.compile(r",? (?:in|of) (?:the )?| (?:в|во|у) ")
_TYPE_BEHIND = re.compile(r" (?:district|region|raion|rayon|oblast|krai)\b")
_MODIFIER = re.compile(
    r"^(?:(?:the|greater|metro(?:politan)?|downtown|uptown|midtown|central|inner|outer|mainland|"
    r"(?:north|south)[- ]?(?:east|west)?(?:ern)?|east(?:ern)?|west(?:ern)?|mid|n\.?|s\.?|e\.?|w\.?|[ns][ew]|"
    r"upper|lower|old|rural|coastal|occupied)[ -])+(?=\S)"
    r"|(?:'s|’s)$"
    r"|\s(?:metro|metropolitan|tri-state|bay)?\s?(?:area|region|suburbs|coast|border|proper)$",
    re.I,
)
_SHORT_FORM = re.compile(r"^(N|S|E|W|No|So|Mt|Ft|Pt|St|Ste)\.? (?=[A-Z])")
_LONG_FORM = {"N": "North", "S": "South", "E": "East", "W": "West", "No": "North", "So": "South", "Mt": "Mount",
              "Ft": "Fort", "Pt": "Point", "St": "Saint", "Ste": "Sainte"}  # fmt: skip
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
    if after and not _BODY.match(text, mention.end):
        word = after.group(1).lower().rstrip(".,;:")
        kind = None if word in _KIND_OF_PLURAL else known.after.get(word)  # "Liberia counties": those in it
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


def has_type_behind(text: str, mention: Mention) -> bool:
    """Tell whether the word for a division stands right behind a mention: "Grayvoron district"."""
    return bool(_TYPE_BEHIND.match(text, mention.end))


def kind_of_list(text: str, mentions: Sequence[Mention], index: int) -> PlaceKind | None:
    """Return the kind that a list announces for all that stand in it: "Butler, Clark and Warren counties"."""
    last = index
    while last + 1 < len(mentions) and last - index < _LONGEST_LIST:
        if not _LINK.fullmatch(text, mentions[last].end, mentions[last + 1].start):
            break
        last += 1
    after = _KINDS_AFTER.match(text, mentions[last].end) if last > index or _follows(text, mentions, index) else None
    if after:
        return _kind_of_plural(after.group(1))
    first = index
    while first > 0 and index - first < _LONGEST_LIST and _follows(text, mentions, first):
        first -= 1
    before = _KINDS_OF.search(text[max(0, mentions[first].start - _AROUND) : mentions[first].start])
    return _kind_of_plural(before.group(1)) if before else None


def _follows(text: str, mentions: Sequence[Mention], index: int) -> bool:
    return index > 0 and bool(_LINK.fullmatch(text, mentions[index - 1].end, mentions[index].start))


def stands_apart(text: str, mentions: Sequence[Mention], index: int) -> bool:
    """Tell whether the name behind a mention is set off as its container, and not the next of a list or a subject.

    That is so in "from Murom, Belgorod Oblast, to Kursk", but not in "Saipan, Guam and Alaska" and "Kyiv, Russia said".
    """
    listed = _follows(text, mentions, index) or (index + 2 < len(mentions) and _follows(text, mentions, index + 2))
    return not listed and bool(_SET_OFF.match(text, mentions[index + 1].end))


def _kind_of_plural(word: str) -> PlaceKind:
    lower = word.lower()
    if lower.startswith("район"):
        return "district"
    return _KIND_OF_PLURAL.get(lower, "region")


def may_be_river(text: str, mention: Mention) -> bool:
    """Tell whether a name stands as those of rivers do, with an article and no noun behind: "the Mississippi rose".

    Examples
    --------
    >>> may_be_river("The Mississippi rose", Mention(4, 15, "Mississippi"))
    True
    >>> may_be_river("the Mississippi governor", Mention(4, 15, "Mississippi"))
    False
    """
    article = _BEFORE_RIVER.search(text[max(0, mention.start - 4) : mention.start])
    return bool(article and _AFTER_RIVER.match(text, mention.end))


def is_village(text: str, mention: Mention) -> bool:
    """Tell whether the wording right before or behind a mention calls it a village.

    Examples
    --------
    >>> is_village("Murom, a border village", Mention(0, 5, "Murom"))
    True
    >>> is_village("Murom, the governor of the village", Mention(0, 5, "Murom"))
    False
    """
    before = text[max(0, mention.start - _AROUND) : mention.start]
    return bool(_VILLAGE.search(before) or _VILLAGE_AFTER.match(text, mention.end))


def body_around(text: str, mention: Mention) -> int | None:
    """Return the GeoNames id of the place that a well-known body is named after: "Washington" in "Washington Post"."""
    name = mention.text.removeprefix("The ").removeprefix("the ")
    for before, after, id in bodies().get(name, ()):
        end = mention.end + len(after)
        whole = text.startswith(after, mention.end) and text.endswith(before, 0, mention.end - len(name))
        if whole and not text[end : end + 1].isalnum():
            return id
    return None


def container_after(text: str, mentions: Sequence[Mention], index: int) -> Mention | None:
    """Return the mention that follows as what may hold this one: "Paris (Texas)", "Paris, a city in Texas"."""
    if index + 1 >= len(mentions):
        return None
    following = mentions[index + 1]
    between = text[mentions[index].end : following.start]
    if following.kind == "place" and _APPOSED_IN.fullmatch(between):
        return following
    if not _CONTAINER_GAP.fullmatch(between) or _LIST_GOES_ON.match(text, following.end):
        return None
    return following


def region_after(text: str, mentions: Sequence[Mention], index: int) -> Mention | None:
    """Return the mention that follows after "in", or as a genitive: "X in Y region", «X Белгородской области»."""
    if index + 1 >= len(mentions):
        return None
    following = mentions[index + 1]
    inside = _IN_GAP.fullmatch(text[mentions[index].end : following.start])
    if not inside and not _is_genitive(text, mentions, index + 1):
        return None
    if kind_in_name(following.text)[1] == "district" and _is_genitive(text, mentions, index + 2):
        return mentions[index + 2]
    return following


def _is_genitive(text: str, mentions: Sequence[Mention], index: int) -> bool:
    """Tell whether a mention is a division in Cyrillic right behind another name: «Муром Белгородской области»."""
    if index >= len(mentions):
        return False
    mention = mentions[index]
    behind = text[mentions[index - 1].end : mention.start] == " " and mention.text[0] > "\u0400"
    return behind and kind_in_name(mention.text)[1] in ("region", "district")


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


def with_words_spelled_out(name: str) -> str:
    """Spell out a short form that a name begins with: "West Columbia" of "W. Columbia".

    Examples
    --------
    >>> with_words_spelled_out("Mt. Vernon"), with_words_spelled_out("Vernon")
    ('Mount Vernon', 'Vernon')
    """
    return _SHORT_FORM.sub(lambda match: _LONG_FORM[match.group(1)] + " ", name)


def words_of_hashtag(name: str) -> str:
    """Part what is written together: "Middle East" of "#MiddleEast".

    Examples
    --------
    >>> words_of_hashtag("#MiddleEast"), words_of_hashtag("Kozinka")
    ('Middle East', 'Kozinka')
    """
    return _CAMEL.sub(" ", name.lstrip("#@")).replace("_", " ").strip()
