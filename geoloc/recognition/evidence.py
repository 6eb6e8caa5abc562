"""What speaks for and against a span of a document being a place.

Evidence is added up to a score: what the name can be, what stands before and after it, whether the word
is common, whether a person bears it. The weights were set by hand on news in English, Russian and Ukrainian.
"""

from __future__ import annotations

from dataclasses import dataclass

from geoloc.gazetteer import NameInfo
from geoloc.model import PLACE_KINDS, Document, PlaceKind
from geoloc.recognition import words
from geoloc.recognition.casing import recase
from geoloc.recognition.persons import Names, adjacent_capital, mark_persons
from geoloc.recognition.tokens import tokenise
from geoloc.recognition.vocabulary import (
    ACCEPT,
    ARTICLES,
    BEFORE_SUFFERED,
    INSIDE_OR_NEAR,
    LIST_GAPS,
    LIST_LINKS,
    LIST_WORDS,
    LOCATING,
    PART_OF_NAME,
    PARTIES,
    TYPE_WORDS,
)


@dataclass(slots=True)
class Found:
    """A span that may be a place: tokens first to last (exclusive), and the evidence for it."""

    first: int
    last: int
    score: float
    info: NameInfo | None
    expects: PlaceKind | None = None
    embedded: bool = False
    lookup: str | None = None
    country: str | None = None
    fixed: bool = False
    listed: bool = False
    located: bool = False
    attacked: bool = False
    suffered: bool = False
    end: int | None = None


class Page:
    """The words of a document, and the evidence in them."""

    def __init__(self, document: Document, names: Names) -> None:
        self.text = document.text
        self.names = names
        self.tokens = tokenise(document.text, document.language)
        own = words.common_words(document.language)
        self.knows_words = bool(own) or document.language is None
        self.common = own or words.common_words("en")
        recase(self.tokens, self.common.keys(), names)
        self.stop_places = words.stop_places(document.language)
        self.slavic = document.language in ("ru", "uk")
        self.cues = words.cues()
        self.persons = mark_persons(self.tokens, names, slavic=self.slavic)
        self.surnames = {self.tokens[i].lower for i in self.persons}

    def span_text(self, first: int, last: int) -> str:
        """Return the words from token `first` up to, not with, token `last`, on one line."""
        text = self.tokens[first].text
        for token in self.tokens[first + 1 : last]:
            text += (" " if "\n" in token.gap else token.gap) + token.text
        return text

    def lookup(self, start: int, end: int, first: int, last: int) -> str | None:
        """Return what to look up for a span if it is not written as a name is: parted by a line end, a hashtag."""
        name, written = self.span_text(first, last), self.text[start:end]
        return name if "\n" in written or len(name) > len(written) else None

    def in_capitals(self, i: int) -> bool:
        """Tell whether the neighbours of a word are in capitals too, so that capitals say nothing."""
        around = [self.tokens[j].text for j in (i - 1, i + 1) if 0 <= j < len(self.tokens)]
        return all(len(word) > 1 and word.isupper() for word in around)

    def judge(self, first: int, last: int, info: NameInfo, previous: Found | None) -> Found:
        """Add up the evidence that the listed name in a span is a place here."""
        tokens = self.tokens
        token, end = tokens[first], tokens[last - 1]
        single = last - first == 1
        found = Found(first, last, 0.0, info)
        score = self._prominence(info)
        grand = info.has("country") or info.has("continent") or info.has("region") or info.magnitude >= 18
        if not info.primary and not self.slavic:
            score -= 0.3 if grand else 0.9
        if info.match == "romanised":
            score -= 0.8
        if not single:
            score += 0.9 if self.span_text(first, last).lower() not in self.stop_places else -3.0
        typed = TYPE_WORDS.get(end.lower) if not single else None
        if typed and info.has(typed):
            score += 1.0
        score += self.before(found, previous) + self.after(found)
        if single:
            score += self._word_alone(first, info, grand)
        elif all(tokens[j].lower in self.common for j in range(first, last) if tokens[j].capital):
            score -= 1.0 if info.magnitude < 16 and not grand else 0.2
        if self._fills_cell(first, last):
            score += 1.0
        if self._is_fragment(first, last):
            score -= 3.0 if info.magnitude < 17 and not grand else 0.8
        if any(j in self.persons for j in range(first, last)) and not (found.fixed and score > 2):
            score -= 2.5
            if single and info.has("country") and self._stands_with_person(first):
                score -= 1.5
        elif single and token.lower in self.surnames and not info.has("country"):
            score -= 2.5
        found.score = score
        return found

    def _fills_cell(self, first: int, last: int) -> bool:
        """Tell whether a name is all that stands in a cell of a table that is drawn with ``|``."""
        tokens = self.tokens
        before = tokens[first].gap
        after = tokens[last].gap if last < len(tokens) else self.text[tokens[-1].end :]
        return "|" in before + after and _opens_cell(before, first) and _closes_cell(after, last == len(tokens))

    def _is_fragment(self, first: int, last: int) -> bool:
        """Tell whether a hyphen glues the span to a word that is no place: "Gora" in "Gora-Podol"."""
        tokens = self.tokens
        glued = []
        if first > 0 and tokens[first].gap == "-":
            glued.append(tokens[first - 1])
        if last < len(tokens) and tokens[last].gap == "-":
            glued.append(tokens[last])
        glued = [token for token in glued if token.text not in PARTIES]
        for token in glued:
            info = self.names.info(token.text) if token.capital else None
            if info is None or info.magnitude < 15 or not (info.primary or self.slavic):
                return True
        return False

    @staticmethod
    def _prominence(info: NameInfo) -> float:
        if info.has("country"):
            return 2.6
        score = max(-1.0, min(2.2, (info.magnitude - 13) * 0.3))
        if info.has("continent"):
            score = max(score, 2.0)
        if info.has("region"):
            score = max(score, 1.2)
        if info.has("water") or info.has("relief") or info.has("area"):
            score = max(score, 1.2)
        if not info.kinds:
            score = min(score, 0.0) - 0.3
        return score

    def _word_alone(self, i: int, info: NameInfo, grand: bool) -> float:
        """Return the evidence that lies in a single word itself."""
        token = self.tokens[i]
        lower, score = token.lower, 0.0
        if lower in self.stop_places:
            score -= 4.0
        rank = self.common.get(lower)
        if rank is not None:
            score -= (2.5 if rank < 3000 else 1.6) + (0.8 if token.opens else 0.0)
        elif info.primary and lower not in words.first_names() and lower not in words.surnames():
            score += 0.75
        if token.text.isupper() and len(token.text) <= 4 and not self.in_capitals(i):
            score -= 2.0
        person = self.followed_by_capital(i) or lower not in words.weak_names()
        if person and lower in words.first_names() and not info.has("country"):
            score -= 1.2 if self.followed_by_capital(i) else 0.5
        elif person and lower in words.surnames() and not grand:
            score -= 0.6
        if self.followed_by_capital(i) and not info.has("country"):
            following = self.tokens[i + 1]
            known = following.lower in self.cues.organisations or following.lower in TYPE_WORDS
            if self.slavic:
                score -= 0.0 if known else 0.9
            else:
                score -= 0.0 if known or self.names.info(following.text) else 0.7 if grand else 1.3
        if self._preceded_by_capital(i):
            score -= (1.4 if self.slavic else 1.0) if not (grand and info.primary) else 0.6
        return score

    def _stands_with_person(self, i: int) -> bool:
        """Tell whether the word beside a word is the other half of a person's name: "Jordan Israel"."""
        joined = i in self.persons and i + 1 in self.persons and self.tokens[i + 1].gap == " "
        return joined or (i in self.persons and i - 1 in self.persons and self.tokens[i].gap == " ")

    def followed_by_capital(self, i: int) -> bool:
        """Tell whether the name may go on after token `i`: "Bulo Hawo", "Aita al-Shaab"."""
        tokens = self.tokens
        if i + 2 < len(tokens) and tokens[i + 1].lower in ARTICLES and tokens[i + 1].gap == " ":
            return self.joins_capital(i + 1)
        return adjacent_capital(tokens, i + 1) and tokens[i + 1].gap == " "

    def joins_capital(self, i: int) -> bool:
        """Tell whether token `i` is an article with a capitalised word behind it: the "al" of "Aita al-Shaab"."""
        tokens = self.tokens
        if i + 1 >= len(tokens) or tokens[i].gap != " " or tokens[i].lower not in ARTICLES:
            return False
        return tokens[i + 1].capital and tokens[i + 1].gap in (" ", "-")

    def _preceded_by_capital(self, i: int) -> bool:
        return i > 0 and self.tokens[i - 1].capital and self.tokens[i].gap == " " and not self.tokens[i - 1].opens

    def before(self, found: Found, previous: Found | None) -> float:
        """Return what the words before a span say; also sets what kind of place they announce."""
        i, tokens, cues = found.first, self.tokens, self.cues
        if i == 0:
            return 0.0
        gap = tokens[i].gap
        score = 0.0
        one = tokens[i - 1].lower
        if gap in (" ", "\u00a0", ". ", ".", " «", ' "', " “"):
            two = f"{tokens[i - 2].lower} {one}" if i > 1 and tokens[i - 1].gap == " " else ""
            three = f"{tokens[i - 3].lower} {two}" if i > 2 and two and tokens[i - 2].gap == " " else ""
            if any(phrase in cues.organisations_before for phrase in (three, two) if phrase):
                found.embedded = True
            announced = next((c for c in (three, two, one) if c and c in cues.before), None)
            if announced and announced not in cues.prepositions:
                found.expects = cues.before[announced] or found.expects
                found.fixed = True
                score += 2.2
            elif one in LOCATING or any(phrase in cues.prepositions for phrase in (three, two) if phrase):
                score += 1.1
                found.located = one in INSIDE_OR_NEAR or one not in LOCATING
            elif self.slavic and gap == " " and one in cues.suffered:
                found.suffered = True
                score += 2.0
            elif gap == " " and any(phrase in cues.attacks for phrase in (three, two, one)):
                found.attacked = True
                score += 1.1 if self.slavic else 0.8
            elif one in cues.prepositions:
                score += 0.4
            if one in cues.titles and (tokens[i - 1].capital or self.slavic) and gap != " «":
                score -= 1.5
        elif gap == "-" and tokens[i - 1].text in PARTIES:
            score += 2.5
        if previous is not None and previous.score >= ACCEPT and i - 2 <= previous.last <= i:
            joined = self.text[tokens[previous.last - 1].end : tokens[i].start].strip().lower()
            if joined in LIST_GAPS or joined in LIST_WORDS or joined in LIST_LINKS:
                found.listed = True
                found.located = found.located or previous.located
                found.attacked = found.attacked or previous.attacked
                score += 0.9 if found.info else 1.4
        return score

    def after(self, found: Found) -> float:
        """Return what the words after a span say; also sets kind and embedding."""
        tokens, cues = self.tokens, self.cues
        if found.last >= len(tokens):
            return 0.0
        following = tokens[found.last]
        score = 0.0
        if following.gap in (" ", "\u00a0", "-"):
            lower = following.lower
            kind = TYPE_WORDS.get(lower) or cues.after.get(lower)
            if lower in cues.roads and (following.capital or self.slavic):
                score -= 2.5
            elif lower in cues.organisations and following.capital:
                found.embedded = True
                score += 0.1
            elif kind and following.gap != "-":
                found.expects = found.expects or kind
                found.fixed = True
                score += 1.6
                if following.capital and lower in PART_OF_NAME and found.last - found.first < 3:
                    found.last += 1
                    if found.last == len(tokens):
                        return score
                    following = tokens[found.last]
            elif following.gap != "-" and not self._is_titled(found.first) and self._has_suffered(found):
                found.suffered = True
                score += 2.0
            elif lower in cues.not_places and not found.listed and not (found.info and found.info.magnitude >= 20):
                score -= 1.0
        if following.gap == ", " and following.capital:
            container = self.container_at(found.last)
            if container:
                score += 2.2
                found.fixed = True
                if self._lies_in(self.span_text(found.first, found.last), container):
                    score += 2.0
        elif found.last < len(tokens) and following.gap.strip() in ("(", "(в") and following.capital:
            score += 0.2
        return score

    def names_organisation(self, i: int) -> bool:
        """Tell whether a token goes on a name as the word for an organisation: "X University", not "X, police"."""
        if i >= len(self.tokens) or self.tokens[i].gap not in (" ", "\u00a0", "-"):
            return False
        token = self.tokens[i]
        return token.lower in self.cues.organisations and (token.capital or self.slavic)

    def _is_titled(self, i: int) -> bool:
        """Tell whether a title stands right before a token: «Губернатор Иванов»."""
        return i > 0 and self.tokens[i].gap == " " and self.tokens[i - 1].lower in self.cues.titles

    def _has_suffered(self, found: Found) -> bool:
        """Tell whether the words behind a name say what is done to towns and villages alone: "was shelled".

        In Russian and Ukrainian also whether it is the object of an attack, so in the accusative: «Козинку обстреляли».
        """
        tokens, cues = self.tokens, self.cues
        if self.slavic and found.info and found.info.match == "inflected" and tokens[found.last - 1].lower[-1] in "ую":
            following = tokens[found.last]
            if following.lower in cues.attacks and following.gap == " ":
                return True
        for i in range(found.last, min(found.last + 4, len(tokens))):
            word = tokens[i].lower
            if tokens[i].gap != " ":
                return False
            if word in cues.suffered or (i + 1 < len(tokens) and f"{word} {tokens[i + 1].lower}" in cues.suffered):
                return True
            if word not in BEFORE_SUFFERED:
                return False
        return False

    def container_at(self, i: int) -> str | None:
        """Return the name of the country or region that begins at a token, written out if it is an abbreviation."""
        token = self.tokens[i]
        table = words.abbreviations()
        meaning = table.get(self.text[token.start : token.end + 1]) or table.get(token.text)
        if meaning:
            return meaning.lookup
        for last in (i + 2, i + 1):
            if last <= len(self.tokens) and (last == i + 1 or adjacent_capital(self.tokens, i + 1)):
                name = self.span_text(i, last)
                info = self.names.info(name)
                if info and info.primary and (info.has("country") or info.has("region")):
                    return name
        return None

    def _lies_in(self, name: str, container: str) -> bool:
        """Tell whether a place of that name lies in the first-order division that `container` means first."""
        division = next(iter(self.names.bearers(container)), None)
        if division is None or PLACE_KINDS[division.kind] != "region":
            return False
        return any(one.division == division.division for one in self.names.bearers(name))


def _opens_cell(gap: str, first: int) -> bool:
    return first == 0 or "|" in gap or "\n" in gap


def _closes_cell(gap: str, ends: bool) -> bool:
    return ends or "\n" in gap or gap.strip()[:1] == "|"
