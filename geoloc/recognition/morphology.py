"""Grammar of Russian and Ukrainian words, from the dictionaries of OpenCorpora and LanguageTool by way of pymorphy3."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

LANGUAGES = ("ru", "uk")
_NAMES = ("Geox", "Surn", "Name", "Patr", "Orgn", "Abbr")
_LIKELY = 0.15


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a word form may be.

    Attributes
    ----------
    names : str
        Initials of the sorts of proper name it may be: Geographical, Surname, first Name, Patronymic, Organisation,
        Abbreviation.
    sure : bool
        True if the first reading is of such a sort.
    pos, case : str
        Part of speech and case of the first reading; empty if there are none.
    lemma : str
        Dictionary form of the first reading.
    known : bool
        False if the word is in no dictionary and was guessed from its ending.
    """

    names: str
    sure: bool
    pos: str
    case: str
    lemma: str
    known: bool


@cache
def _analyser(language: str) -> Any:
    from pymorphy3 import MorphAnalyzer

    return MorphAnalyzer(lang=language)


@lru_cache(maxsize=65536)
def grammar(word: str, language: str) -> Grammar:
    """Return what a Russian or Ukrainian word form may be."""
    analyser = _analyser(language)
    try:
        parsed = analyser.parse(word)
    except ValueError:  # a letter that has no name of its own in Unicode, as those of Tangut
        return Grammar("", False, "", "", word.lower(), False)
    readings = [p for p in parsed if p.score >= _LIKELY] or parsed[:1]
    first = readings[0]
    found = {name for p in readings for name in _NAMES if name in p.tag.grammemes}
    return Grammar(
        "".join(name[0] for name in _NAMES if name in found),
        any(name in first.tag.grammemes for name in _NAMES),
        str(first.tag.POS or ""),
        str(first.tag.case or ""),
        first.normal_form,
        analyser.word_is_known(word),
    )
