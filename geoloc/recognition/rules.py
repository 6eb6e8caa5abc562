"""The recogniser that needs no model: capitalised words, the gazetteer's names, and the words around them.

A text is read from left to right. Where a run of capitalised words is a name in the gazetteer, evidence
for and against its being a place here is added up: what the name can be, what stands before and after
it, whether the word is common, whether a person bears it. Names that the gazetteer lacks are taken where
the wording says that they are places ("the village of X", "near X"). What a document settles once
("Lancaster" after a first name; "Jackson" before ", Miss.") holds for its other mentions of the name.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from geoloc.gazetteer import NameInfo
from geoloc.model import Document, Mention, PlaceKind
from geoloc.recognition import words
from geoloc.recognition.demonyms import find_demonym
from geoloc.recognition.persons import Names, adjacent_capital, mark_persons
from geoloc.recognition.tokens import tokenise
from geoloc.recognition.vocabulary import (
    ACCEPT,
    ACCEPT_UNKNOWN,
    ARTICLES,
    CONNECTORS,
    DOTTED,
    INNER_GAPS,
    LIST_GAPS,
    LIST_WORDS,
    LOCATING,
    LONGEST_NAME,
    NAMED_WITH_ARTICLE,
    NATURE_BEFORE,
    PART_OF_NAME,
    SLAVIC_TYPES,
    TYPE_WORDS,
    WEAK,
)


@dataclass(slots=True)
class _Found:
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
    end: int | None = None


class RuleRecogniser:
    """Finds mentions of places and demonyms by rules and word lists."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""
        return _Reading(document, self._names).mentions()


class _Reading:
    """One pass over one document."""

    def __init__(self, document: Document, names: Names) -> None:
        self.text = document.text
        self.names = names
        self.tokens = tokenise(document.text)
        self.common = words.common_words(document.language) or words.common_words("en")
        self.stop_places = words.stop_places(document.language)
        self.slavic = document.language in ("ru", "uk")
        self.cues = words.cues()
        self._accept_unknown = 1.0 if self.slavic else ACCEPT_UNKNOWN
        self.persons = mark_persons(self.tokens, names, slavic=self.slavic)
        self.surnames = {self.tokens[i].lower for i in self.persons}

    def mentions(self) -> list[Mention]:
        found = self._scan()
        self._share_within_lists(found)
        self._share_within_document(found)
        kept = [f for f in found if f.score >= (WEAK if f.info else ACCEPT if f.fixed else self._accept_unknown)]
        mentions = [self._mention(f) for f in kept]
        taken = {i for f in kept for i in range(f.first, f.last)}
        for i, token in enumerate(self.tokens):
            if i not in taken and i not in self.persons:
                demonym = find_demonym(token)
                start = token.start
                if i > 0 and i - 1 not in taken and token.gap == " ":
                    pair = self.text[self.tokens[i - 1].start : token.end]
                    of_pair = words.demonyms()[0].get(pair)
                    if of_pair:
                        demonym, start = of_pair, self.tokens[i - 1].start
                        if mentions and mentions[-1].start == start:
                            mentions.pop()
                if demonym:
                    mentions.append(
                        Mention(
                            start,
                            token.end,
                            self.text[start : token.end],
                            kind="demonym",
                            lookup=demonym.lookup,
                            country=demonym.country,
                        )
                    )
        return sorted(mentions, key=lambda m: m.start)

    def _mention(self, found: _Found) -> Mention:
        start, end = self.tokens[found.first].start, found.end or self.tokens[found.last - 1].end
        return Mention(
            start,
            end,
            self.text[start:end],
            embedded=found.embedded,
            expects=found.expects,
            lookup=found.lookup,
            country=found.country,
            weak=found.score < ACCEPT,
        )

    # -- spans

    def _span_text(self, first: int, last: int) -> str:
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]

    def _scan(self) -> list[_Found]:
        found: list[_Found] = []
        i = 0
        while i < len(self.tokens):
            best = self._best_at(i, found[-1] if found else None)
            if best is None:
                i += 1
                continue
            found.append(best)
            i = best.last
        return found

    def _best_at(self, i: int, previous: _Found | None) -> _Found | None:
        token = self.tokens[i]
        abbreviation = self._abbreviation(i, previous)
        if abbreviation:
            return abbreviation
        if not token.capital or self._is_loose_article(i):
            return None
        demonym = find_demonym(token)
        if demonym and self.slavic and not token.opens and self._is_declined_town(token.text):
            demonym = None
        rejected: _Found | None = None
        for last in range(min(self._run_end(i), i + LONGEST_NAME), i, -1):
            end = self.tokens[last - 1]
            if not end.capital and not (self.slavic and end.lower.startswith(SLAVIC_TYPES)):
                continue
            if last - i == 1 and (demonym or len(token.text) == 1 or token.text[0].isdigit()):
                continue
            name = self._span_text(i, last)
            info = self.names.info(name)
            if info is None:
                continue
            candidate = self._judge(i, last, info, previous)
            if candidate.score >= ACCEPT:
                return candidate
            if rejected is None or candidate.score > rejected.score:
                rejected = candidate
        if demonym:
            return rejected
        worded = self._by_wording(i, previous)
        if worded and (worded.score >= self._accept_unknown or rejected is None):
            return worded
        return rejected

    def _is_declined_town(self, word: str) -> bool:
        """Tell whether a word may be the name of a town in some case: «Курске» is no adjective."""
        info = self.names.info(word)
        return bool(info and info.has("populated-place") and info.match != "romanised")

    def _is_loose_article(self, i: int) -> bool:
        """Tell whether a word is a "The" that is no part of a name, unlike that of The Hague."""
        if self.tokens[i].lower != "the" or i + 1 >= len(self.tokens):
            return False
        return self.tokens[i + 1].lower not in NAMED_WITH_ARTICLE

    def _run_end(self, i: int) -> int:
        """Return the end of the longest run of words from `i` that may be one name."""
        end = i + 1
        for j in range(i + 1, min(len(self.tokens), i + LONGEST_NAME)):
            token = self.tokens[j]
            if token.gap not in INNER_GAPS or (token.opens and token.gap != ". "):
                break
            if token.gap == ". " and self.tokens[j - 1].lower not in DOTTED:
                break
            if token.capital or (self.slavic and token.lower.startswith(SLAVIC_TYPES)):
                end = j + 1
            elif token.lower not in CONNECTORS and token.gap != "-":
                break
        return end

    def _abbreviation(self, i: int, previous: _Found | None) -> _Found | None:
        token = self.tokens[i]
        table = words.abbreviations()
        for last in (i + 2, i + 1):
            if last > len(self.tokens) or (last == i + 2 and self.tokens[i + 1].gap not in (" ", ". ", ".")):
                continue
            end = self.tokens[last - 1].end
            for form in (self.text[token.start : end + 1], self.text[token.start : end]):
                meaning = table.get(form)
                if meaning is None or not form[0].isupper():
                    continue
                after_city = previous is not None and previous.last == i and token.gap == ", "
                if meaning.postal and not after_city:
                    continue
                if last < len(self.tokens) and self._is_listed(i, last + 1):
                    continue
                if not form.endswith(".") and form.isalpha() and form.isupper() and self._in_capitals(i):
                    continue
                info = self.names.info(meaning.lookup)
                return _Found(
                    i,
                    last,
                    3.0,
                    info,
                    expects="region" if meaning.division else None,
                    lookup=meaning.lookup,
                    country=meaning.country,
                    fixed=True,
                    end=token.start + len(form),
                )
        return None

    def _is_listed(self, first: int, last: int) -> bool:
        """Tell whether a run of capitalised words is a name that the gazetteer lists: Rio Grande, not Rio."""
        if not adjacent_capital(self.tokens, last - 1):
            return False
        info = self.names.info(self._span_text(first, last))
        return bool(info and info.match == "listed" and info.primary)

    def _in_capitals(self, i: int) -> bool:
        """Tell whether the neighbours of a word are in capitals too, so that capitals say nothing."""
        around = [self.tokens[j].text for j in (i - 1, i + 1) if 0 <= j < len(self.tokens)]
        return all(len(word) > 1 and word.isupper() for word in around)

    # -- evidence

    def _judge(self, first: int, last: int, info: NameInfo, previous: _Found | None) -> _Found:
        """Add up the evidence that the listed name in a span is a place here."""
        tokens = self.tokens
        token, end = tokens[first], tokens[last - 1]
        single = last - first == 1
        found = _Found(first, last, 0.0, info)
        score = self._prominence(info)
        grand = info.has("country") or info.has("continent") or info.has("region") or info.magnitude >= 18
        if not info.primary and not self.slavic:
            score -= 0.3 if grand else 0.9
        if info.match == "romanised":
            score -= 0.8
        if not single:
            score += 0.9 if self._span_text(first, last).lower() not in self.stop_places else -3.0
        typed = TYPE_WORDS.get(end.lower) if not single else None
        if typed and info.has(typed):
            score += 1.0
        score += self._before(found, previous) + self._after(found)
        if single:
            score += self._word_alone(first, info, grand)
        elif all(tokens[j].lower in self.common for j in range(first, last) if tokens[j].capital):
            score -= 1.0 if info.magnitude < 16 and not grand else 0.2
        if self._is_fragment(first, last):
            score -= 3.0 if info.magnitude < 17 and not grand else 0.8
        if any(j in self.persons for j in range(first, last)) and not (found.fixed and score > 2):
            score -= 2.5
        elif single and token.lower in self.surnames and not info.has("country"):
            score -= 2.5
        found.score = score
        return found

    def _is_fragment(self, first: int, last: int) -> bool:
        """Tell whether a hyphen glues the span to a word that is no place: "Gora" in "Gora-Podol"."""
        tokens = self.tokens
        glued = []
        if first > 0 and tokens[first].gap == "-":
            glued.append(tokens[first - 1])
        if last < len(tokens) and tokens[last].gap == "-":
            glued.append(tokens[last])
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
        if token.text.isupper() and len(token.text) <= 4 and not self._in_capitals(i):
            score -= 2.0
        person = self._followed_by_capital(i) or lower not in words.weak_names()
        if person and lower in words.first_names() and not info.has("country"):
            score -= 1.2 if self._followed_by_capital(i) else 0.5
        elif person and lower in words.surnames() and not grand:
            score -= 0.6
        if self._followed_by_capital(i) and not info.has("country"):
            following = self.tokens[i + 1]
            known = following.lower in self.cues.organisations or following.lower in TYPE_WORDS
            if self.slavic:
                score -= 0.0 if known else 0.9
            else:
                score -= 0.0 if known or self.names.info(following.text) else 0.7 if grand else 1.3
        if self._preceded_by_capital(i):
            score -= (1.4 if self.slavic else 1.0) if not (grand and info.primary) else 0.6
        return score

    def _followed_by_capital(self, i: int) -> bool:
        tokens = self.tokens
        if i + 2 < len(tokens) and tokens[i + 1].lower in ARTICLES and tokens[i + 1].gap == " ":
            return tokens[i + 2].capital and tokens[i + 2].gap in (" ", "-")
        return adjacent_capital(tokens, i + 1) and tokens[i + 1].gap == " "

    def _preceded_by_capital(self, i: int) -> bool:
        return i > 0 and self.tokens[i - 1].capital and self.tokens[i].gap == " " and not self.tokens[i - 1].opens

    def _before(self, found: _Found, previous: _Found | None) -> float:
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
            elif one in LOCATING:
                score += 1.1
            elif one in cues.prepositions:
                score += 0.4
            if one in cues.titles and (tokens[i - 1].capital or self.slavic) and gap != " «":
                score -= 1.5
        if previous is not None and previous.score >= ACCEPT and previous.last in (i, i - 1):
            joined = self.text[tokens[previous.last - 1].end : tokens[i].start].strip().lower()
            if joined in LIST_GAPS or joined in LIST_WORDS:
                found.listed = True
                score += 0.9 if found.info else 1.4
        return score

    def _after(self, found: _Found) -> float:
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
            elif lower in cues.not_places and not found.listed and not (found.info and found.info.magnitude >= 20):
                score -= 1.0
        if following.gap == ", " and following.capital:
            container = self._container_at(found.last)
            if container:
                score += 2.2
                found.fixed = True
        elif found.last < len(tokens) and following.gap.strip() in ("(", "(в") and following.capital:
            score += 0.2
        return score

    def _container_at(self, i: int) -> bool:
        """Tell whether a country, region or abbreviation of one begins at a token."""
        token = self.tokens[i]
        table = words.abbreviations()
        if token.text in table or self.text[token.start : token.end + 1] in table:
            return True
        for last in (i + 2, i + 1):
            if last <= len(self.tokens) and (last == i + 1 or adjacent_capital(self.tokens, i + 1)):
                info = self.names.info(self._span_text(i, last))
                if info and info.primary and (info.has("country") or info.has("region")):
                    return True
        return False

    # -- names that no list holds

    def _by_wording(self, i: int, previous: _Found | None) -> _Found | None:
        """Return the capitalised words at `i` as a place if the wording around them says so."""
        tokens = self.tokens
        token = tokens[i]
        if i in self.persons or token.lower in self.stop_places or len(token.text) < 3:
            return None
        last = self._wording_end(i)
        kind = TYPE_WORDS.get(tokens[last - 1].lower) if last - i > 1 else None
        nature = NATURE_BEFORE.get(token.lower) if last - i > 1 else None
        if (kind or nature) and not self._ordinary(i, last):
            return _Found(i, last, 1.6, None, expects=kind or nature, fixed=True)
        if last - i == 1 and (token.lower in self.common or token.lower in words.first_names()):
            return None
        if token.text.isupper() or (last < len(tokens) and tokens[last].lower in self.cues.organisations):
            return None
        found = _Found(i, last, 0.0, None)
        score = self._before(found, previous) + self._after(found)
        if token.opens:
            score -= 0.8
        if any(j in self.persons or tokens[j].lower in self.surnames for j in range(i, last)):
            score -= 2.0
        if self._ordinary(i, last):
            score -= 1.5
        if found.embedded:
            score -= 1.0
        found.score = score
        return found if last - i == 1 or score >= self._accept_unknown else None

    def _wording_end(self, i: int) -> int:
        """Return the end of the capitalised words at `i` that are one name, known or not: at most three."""
        tokens = self.tokens
        last = i + 1
        while last < min(len(tokens), i + 3) and not tokens[last].opens:
            token = tokens[last]
            if token.gap == " " and token.lower in ARTICLES and self._followed_by_capital(last - 1):
                last += 2
            elif token.capital and (token.gap == "-" or (token.gap == " " and not self.names.info(token.text))):
                last += 1
            else:
                break
        return last

    def _ordinary(self, first: int, last: int) -> bool:
        return all(self.tokens[j].lower in self.common for j in range(first, last - 1)) and last - first > 1

    # -- the document as a whole

    def _share_within_lists(self, found: list[_Found]) -> None:
        """Let a name that the gazetteer knows count when the name after it in a list is a place."""
        for left, right in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
            joined = self.text[self.tokens[left.last - 1].end : self.tokens[right.first].start].strip().lower()
            listed = joined in LIST_GAPS if left.last == right.first else joined in LIST_WORDS
            if listed and left.info and right.score >= 1.0 and right.first - left.last <= 1:
                left.score += 0.8

    def _share_within_document(self, found: list[_Found]) -> None:
        """Let what is sure of a name in one sentence count in the others."""
        sure: dict[str, _Found] = {}
        for f in found:
            if f.score >= 1.5:
                sure.setdefault(self._span_text(f.first, f.last).lower(), f)
        counts = Counter(self._span_text(f.first, f.last).lower() for f in found)
        for position, f in enumerate(found):
            name = self._span_text(f.first, f.last).lower()
            if f.score < ACCEPT and name in sure and not any(j in self.persons for j in range(f.first, f.last)):
                if f.score > -1.5 or counts[name] > 2:
                    found[position] = replace(f, score=ACCEPT + 0.1, info=f.info or sure[name].info, fixed=True)
