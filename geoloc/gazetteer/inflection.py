"""Dictionary forms of inflected Russian and Ukrainian place names.

A name met in running text stands in one of six or seven cases. `nominatives` gives the forms that it
may have in a list: all that the endings allow, most of them wrong. A form counts only if the gazetteer
holds it, so there is no dictionary here and a village of two hundred people is served like a capital.
The endings follow the regular declensions of Russian and Ukrainian grammar.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product

_CYRILLIC = re.compile(r"[а-яёіїєґ]", re.I)

# (ending in the text, endings in the list), longest first; "" as an ending adds nothing.
_NOUN_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ами", ("ы", "и", "а")),
    ("ями", ("и", "я", "і")),
    ("ах", ("ы", "и", "а")),
    ("ях", ("и", "я", "і")),
    ("ам", ("ы", "и", "а")),
    ("ям", ("и", "я", "і")),
    ("ией", ("ия",)),
    ("ією", ("ія",)),
    ("иею", ("ия",)),
    ("ии", ("ия", "ий")),
    ("ії", ("ія",)),
    ("ию", ("ия",)),
    ("ію", ("ія",)),
    ("ова", ("ово", "ов", "ова")),
    ("ове", ("ово", "ов", "ова")),
    ("ову", ("ово", "ов", "ова")),
    ("овом", ("ово", "ов")),
    ("овым", ("ово", "ов")),
    ("овой", ("ова", "овая")),
    ("ева", ("ево", "ев", "ева")),
    ("еве", ("ево", "ев", "ева")),
    ("еву", ("ево", "ев", "ева")),
    ("евом", ("ево", "ев")),
    ("евым", ("ево", "ев")),
    ("ина", ("ино", "ин", "ина")),
    ("ине", ("ино", "ин", "ина")),
    ("ину", ("ино", "ин", "ина")),
    ("ином", ("ино", "ин")),
    ("иным", ("ино", "ин")),
    ("ієва", ("їв", "ієво")),
    ("ієві", ("їв", "ієво")),
    ("єва", ("їв", "єв", "єво")),
    ("єву", ("їв", "єв", "єво")),
    ("єві", ("їв", "єв", "єво")),
    ("євом", ("їв", "єв")),
    ("ова", ("ів", "ове", "ово", "ова")),
    ("ові", ("ів", "ове", "ова", "")),
    ("ову", ("ів", "ове", "ова")),
    ("овом", ("ів", "ове")),
    ("ева", ("ів", "еве")),
    ("еві", ("ів", "еве", "ь")),
    ("еву", ("ів", "еве")),
    ("евом", ("ів", "еве")),
    ("ога", ("іг",)),
    ("озі", ("іг",)),
    ("огом", ("іг",)),
    ("оля", ("іль",)),
    ("олі", ("іль", "оля")),
    ("олю", ("іль", "оля")),
    ("олем", ("іль", "оль")),
    ("ополя", ("опіль", "ополь")),
    ("ополе", ("ополь",)),
    ("ополі", ("опіль",)),
    ("льца", ("лец",)),
    ("льце", ("лец",)),
    ("льцу", ("лец",)),
    ("льцом", ("лец",)),
    ("ла", ("ел", "ёл")),
    ("ле", ("ел", "ёл")),
    ("лу", ("ел", "ёл")),
    ("лом", ("ел", "ёл")),
    ("ца", ("ец", "ць")),
    ("це", ("ец", "ца", "ця")),
    ("цу", ("ец", "ца")),
    ("цом", ("ец",)),
    ("цем", ("ец", "ець", "це")),
    ("ця", ("ець",)),
    ("ці", ("ець", "ка", "ця", "ць")),
    ("цю", ("ець", "ця")),
    ("ка", ("ок", "ек", "ка", "ко")),
    ("ке", ("ка", "ок", "ек")),
    ("ку", ("ка", "ок", "ек", "ко")),
    ("ком", ("ок", "ек", "ко", "к")),
    ("кой", ("ка",)),
    ("кою", ("ка",)),
    ("ки", ("ка", "ки", "к")),
    ("зі", ("га",)),
    ("сі", ("ха",)),
    ("ьої", ("я",)),
    ("ем", ("ь", "й", "е")),
    ("ём", ("ь", "й")),
    ("єм", ("й",)),
    ("ей", ("я", "ь", "и")),
    ("ою", ("а", "")),
    ("ею", ("я",)),
    ("єю", ("я",)),
    ("ой", ("а",)),
    ("ом", ("", "о", "е")),
    ("ым", ("", "ы")),
    ("им", ("", "и")),
    ("ов", ("ы", "и")),
    ("ів", ("и", "")),
    ("ев", ("и", "ы")),
    ("ью", ("ь",)),
    ("ю", ("ь", "й", "я", "е", "")),
    ("у", ("", "а", "о", "е")),
    ("е", ("", "а", "о", "ь", "й", "я")),
    ("і", ("", "а", "о", "ь", "я", "й", "и", "е")),
    ("ї", ("я", "й", "ї")),
    ("а", ("", "о", "е")),
    ("я", ("ь", "й", "е", "")),
    ("и", ("а", "я", "ь", "й", "", "о")),
    ("ы", ("а", "")),
    ("щ", ("щи",)),
    ("сс", ("ссы", "си")),
    ("ец", ("цы", "ци")),
    ("ен", ("ны", "ни")),
    ("уек", ("уйки",)),
)
_PLURAL_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (("к", ("ки",)), ("д", ("ды", "ди")))
"""Of the second word of a name, «Великих Лук»; alone too many surnames end so."""
_ADJECTIVE_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ского", ("ский", "ское")),
    ("скому", ("ский", "ское")),
    ("ском", ("ский", "ское", "ск")),
    ("ским", ("ский", "ское")),
    ("ской", ("ская", "ский")),
    ("скую", ("ская",)),
    ("ских", ("ские",)),
    ("ского", ("ский", "ське")),
    ("ського", ("ський", "ське")),
    ("ському", ("ський", "ське")),
    ("ським", ("ський", "ське")),
    ("ській", ("ська", "ський")),
    ("ської", ("ська", "ський")),
    ("ською", ("ська",)),
    ("ську", ("ська", "ськ")),
    ("ового", ("ів", "ов")),
    ("овому", ("ів", "ов")),
    ("ого", ("ый", "ий", "ое", "ой", "е")),
    ("его", ("ий", "ее")),
    ("ому", ("ый", "ий", "ое", "ой", "е")),
    ("ему", ("ий", "ее")),
    ("ом", ("ый", "ий", "ое", "ой")),
    ("ем", ("ий", "ее")),
    ("ым", ("ый", "ое", "ые")),
    ("им", ("ий", "ое", "ие", "е")),
    ("ой", ("ая", "ый", "ой")),
    ("ей", ("яя", "ий")),
    ("ую", ("ая",)),
    ("юю", ("яя",)),
    ("ых", ("ые",)),
    ("их", ("ие", "і")),
    ("ої", ("а", "ий")),
    ("ій", ("а", "ий", "я")),
    ("ою", ("а", "ая")),
    ("у", ("а",)),
    ("і", ("ий",)),
    ("ий", ("ая", "ое")),
)
_MOST_FORMS = 60
_LONG_ENDING = 4
"""Endings so long leave one letter at least, others two."""


def _forms(word: str, tables: tuple[tuple[tuple[str, tuple[str, ...]], ...], ...]) -> list[str]:
    forms = {word: None}
    for table in tables:
        for ending, replacements in table:
            if word.endswith(ending) and len(word) - len(ending) >= (2 if len(ending) < _LONG_ENDING else 1):
                stem = word[: -len(ending)]
                for replacement in replacements:
                    forms[stem + replacement] = None
    return list(forms)


def is_cyrillic(name: str) -> bool:
    """Tell whether a name holds Russian or Ukrainian letters."""
    return bool(_CYRILLIC.search(name))


def nominatives(name: str) -> Iterator[str]:
    """Yield the dictionary forms that an inflected Cyrillic name may have, the name itself left out.

    Each word of the name is brought back by itself, for a compound declines both parts ("в Набережных
    Челнах") or only one ("в Ростове-на-Дону"). At most a few dozen forms are given, lower case.

    Examples
    --------
    >>> "козинка" in nominatives("Козинке"), "белгород" in nominatives("Белгородом")
    (True, True)
    >>> list(nominatives("Kozinka"))
    []
    """
    if not is_cyrillic(name):
        return
    words = name.lower().split()
    if not words or len(words) > 4:
        return
    tables = (_NOUN_ENDINGS, _ADJECTIVE_ENDINGS)
    if len(words) == 1 and "-" in words[0]:
        parts = words[0].split("-")
        heads = _forms(parts[0], tables)[:14]
        tails = _forms(parts[-1], tables)[:14]
        middle = "-".join(["", *parts[1:-1], ""])
        both = ((a, b) for a, b in product(heads, tails) if len(parts) == 2 or a == parts[0] or b == parts[-1])
        combined = (f"{a}{middle}{b}" for a, b in both)
    else:
        limit = {1: _MOST_FORMS, 2: 14, 3: 7, 4: 4}[len(words)]
        later = (*tables, _PLURAL_ENDINGS)
        forms = [_forms(word, later if i else tables)[:limit] for i, word in enumerate(words)]
        combined = (" ".join(parts) for parts in product(*forms))
    lowered = name.lower()
    yield from (form for form in islice(combined, 4 * _MOST_FORMS) if form != lowered)
