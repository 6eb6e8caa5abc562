"""The word lists that tell place names from other capitalised words.

They are read once, when a document first needs them; ``data/words/README.md`` says where each is from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from geoloc._data import data_path
from geoloc.errors import DataError
from geoloc.model import PlaceKind

LANGUAGES = ("en", "ru", "uk", "de", "fr", "es", "pl")


class Demonym(NamedTuple):
    """What a demonym points at: the name of a place to look up, in a country."""

    lookup: str
    country: str | None


class Abbreviation(NamedTuple):
    """What an abbreviation stands for, a division or not; `postal` ones count only after "City, "."""

    lookup: str
    country: str | None
    division: bool
    postal: bool


@dataclass(frozen=True, slots=True)
class Cues:
    """Words next to a name that say what it is; each maps to the kind of place it announces, if any."""

    before: dict[str, PlaceKind | None]
    after: dict[str, PlaceKind | None]
    prepositions: frozenset[str]
    titles: frozenset[str]
    organisations: frozenset[str]
    organisations_before: frozenset[str]
    roads: frozenset[str]
    not_places: frozenset[str]
    attacks: frozenset[str]
    suffered: frozenset[str]


def _lines(name: str) -> Iterator[str]:
    path = data_path("words", name)
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); install geoloc again") from error
    return (line for line in text.splitlines() if line and not line.startswith("#"))


def _table(name: str, *columns: str) -> Iterator[dict[str, str]]:
    for line in _lines(name):
        yield dict(zip(columns, [*line.split("\t"), *[""] * len(columns)], strict=False))


@cache
def common_words(language: str | None) -> dict[str, int]:
    """Return the frequent words of a language that are not mostly places, with their frequency rank."""
    if language not in LANGUAGES:
        return {}
    pairs = (line.split("\t") for line in _lines(f"common.{language}.txt"))
    return {word: int(rank) for word, rank in pairs}


@cache
def clusters(language: str) -> dict[str, tuple[str, str]]:
    """Return for frequent words of a language a coarse and a fine class of words that are used alike."""
    if language != "en":
        return {}
    return {word: (coarse, fine) for word, coarse, fine in (line.split("\t") for line in _lines("clusters.en.txt"))}


@cache
def first_names() -> frozenset[str]:
    """Return given names, lower case."""
    return frozenset(_lines("first_names.txt"))


@cache
def surnames() -> frozenset[str]:
    """Return frequent surnames, lower case."""
    return frozenset(_lines("surnames.txt"))


@cache
def weak_names() -> frozenset[str]:
    """Return the first and last names that are also countries, states or cities, and so say little."""
    return frozenset(_lines("weak_names.txt"))


@cache
def stop_places(language: str | None) -> frozenset[str]:
    """Return names in the gazetteer that in a text in `language` nearly always mean something else."""
    rows = _table("stop_places.txt", "name", "lang")
    return frozenset(row["name"] for row in rows if row["lang"] in (language, "en", "mul", ""))


@cache
def abbreviations() -> dict[str, Abbreviation]:
    """Return what each abbreviation stands for, by its form as it is written."""
    return {
        row["form"]: Abbreviation(
            row["lookup"], row["country"] or None, row["kind"] in ("state", "postal"), row["kind"] == "postal"
        )
        for row in _table("abbreviations.tsv", "form", "lookup", "country", "kind")
    }


@cache
def demonyms() -> tuple[dict[str, Demonym], dict[tuple[str, str], Demonym]]:
    """Return the demonyms by their form, and Russian and Ukrainian adjectives by language and stem."""
    forms: dict[str, Demonym] = {}
    stems: dict[tuple[str, str], Demonym] = {}
    for row in _table("demonyms.tsv", "form", "country", "lookup", "lang"):
        demonym = Demonym(row["lookup"], row["country"] or None)
        form = row["form"]
        if row["lang"] in ("ru", "uk"):
            form = form.lower()
            if form.endswith(("ий", "ый", "ой", "ій")):
                stems.setdefault((row["lang"], form[:-2]), demonym)
        forms.setdefault(form, demonym)
    return forms, stems


@cache
def bodies() -> dict[str, list[tuple[str, str, int]]]:
    """Return what stands around the place in the names of bodies, and its id, by the place and by the body."""
    known: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for row in _table("bodies.tsv", "name", "geonameid"):
        before, rest = row["name"].split("[")
        place, after = rest.split("]")
        known[place].append((before, after, int(row["geonameid"])))
        known[before + place + after].append(("", "", int(row["geonameid"])))
    return dict(known)


@cache
def cues() -> Cues:
    """Return the cue words of all languages."""
    by_role: dict[str, dict[str, PlaceKind | None]] = defaultdict(dict)
    for row in _table("cues.tsv", "form", "lang", "role", "kind"):
        by_role[row["role"]].setdefault(row["form"].lower().removesuffix("."), row["kind"] or None)  # type: ignore[arg-type]
    return Cues(
        before=by_role["before"],
        after=by_role["after"],
        prepositions=frozenset(by_role["prep"]),
        titles=frozenset(by_role["title"]),
        organisations=frozenset(by_role["org"]),
        organisations_before=frozenset(by_role["orgbefore"]),
        roads=frozenset(by_role["road"]),
        not_places=frozenset(by_role["notplace"]),
        attacks=frozenset(by_role["attack"]),
        suffered=frozenset(by_role["suffered"]),
    )
