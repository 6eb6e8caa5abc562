"""The recogniser that needs no model: capitalised words, the gazetteer's names, and the words around them.

A text is read from left to right. Where a run of capitalised words is a name in the gazetteer, evidence
for and against its being a place here is added up: what the name can be, what stands before and after
it, whether the word is common, whether a person bears it. Names that the gazetteer lacks are taken where
the wording says that they are places ("the village of X", "near X"). What a document settles once
("Lancaster" after a first name; "Jackson" before ", Miss.") holds for its other mentions of the name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from geoloc.model import Document, Mention
from geoloc.recognition import words
from geoloc.recognition.demonyms import find_demonym
from geoloc.recognition.entries import entries
from geoloc.recognition.evidence import Found, Page
from geoloc.recognition.persons import Names, adjacent_capital
from geoloc.recognition.vocabulary import (
    ACCEPT,
    ACCEPT_UNKNOWN,
    CONNECTORS,
    DOTTED,
    INNER_GAPS,
    LIST_GAPS,
    LIST_WORDS,
    LONGEST_NAME,
    NAMED_WITH_ARTICLE,
    NATURE_BEFORE,
    SLAVIC_TYPES,
    TYPE_WORDS,
    VILLAGE_WORDS,
    WEAK,
)

OPENING = -0.8
"""What speaks against an unknown word being a name that it begins a sentence."""
_VILLAGES = frozenset(("village", "villages", "hamlet", "hamlets", "settlement", "settlements"))
ENTRY, ENTRY_UNKNOWN = 0.8, 1.4
"""What it counts for a name that it begins an entry of a list in which another entry begins with a place."""


class RuleRecogniser:
    """Finds mentions of places and demonyms by rules and word lists."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def recognise(self, document: Document) -> list[Mention]:
        """Return the mentions of `document` in the order of the text; they do not overlap."""
        return Reading(document, self._names).mentions()


class Reading:
    """One pass over one document.

    Attributes
    ----------
    page : Page
    found : list of Found
        Every span that was weighed, in the order of the text, with the evidence for it.
    """

    def __init__(self, document: Document, names: Names) -> None:
        self.page = Page(document, names)
        self.tokens = self.page.tokens
        self.names = names
        self._entries = entries(self.tokens, document.text)
        self._accept_unknown = 1.0 if self.page.slavic else ACCEPT_UNKNOWN
        self.found = self._scan()
        self._share_within_lists(self.found)
        self._share_within_entries(self.found)
        self._share_within_document(self.found)

    def mentions(self) -> list[Mention]:
        """Return what the evidence is enough for, demonyms included."""
        kept = [f for f in self.found if f.score >= (WEAK if f.info else ACCEPT if f.fixed else self._accept_unknown)]
        mentions = [self._mention(f) for f in kept]
        taken = {i for f in kept for i in range(f.first, f.last)}
        return self.with_demonyms(mentions, taken)

    def with_demonyms(self, mentions: list[Mention], taken: set[int]) -> list[Mention]:
        """Return mentions and the demonyms beside them, in order; words that are `taken` are none."""
        for i, token in enumerate(self.tokens):
            if i not in taken and i not in self.page.persons:
                demonym = find_demonym(token)
                start = token.start
                if i > 0 and i - 1 not in taken and token.gap == " ":
                    pair = self.page.text[self.tokens[i - 1].start : token.end]
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
                            self.page.text[start : token.end],
                            kind="demonym",
                            lookup=demonym.lookup,
                            country=demonym.country,
                        )
                    )
        return sorted(mentions, key=lambda m: m.start)

    def _mention(self, found: Found) -> Mention:
        start, end = self.tokens[found.first].start, found.end or self.tokens[found.last - 1].end
        return Mention(
            start,
            end,
            self.page.text[start:end],
            embedded=found.embedded,
            expects=found.expects,
            lookup=found.lookup or self.page.lookup(start, end, found.first, found.last),
            country=found.country,
            weak=found.score < ACCEPT,
        )

    # -- spans

    def _scan(self) -> list[Found]:
        found: list[Found] = []
        i = 0
        while i < len(self.tokens):
            best = self._best_at(i, found[-1] if found else None)
            if best is None:
                i += 1
                continue
            found.append(best)
            i = best.last
        return found

    def _best_at(self, i: int, previous: Found | None) -> Found | None:
        token = self.tokens[i]
        abbreviation = self._abbreviation(i, previous)
        if abbreviation:
            return abbreviation
        if not token.capital or self._is_loose_article(i):
            return None
        demonym = find_demonym(token)
        if demonym and self.page.slavic and not token.opens and self._is_declined_town(token.text):
            demonym = None
        rejected: Found | None = None
        for last in range(min(self._run_end(i), i + LONGEST_NAME), i, -1):
            end = self.tokens[last - 1]
            if not end.capital and not (self.page.slavic and end.lower.startswith(SLAVIC_TYPES)):
                continue
            if last - i == 1 and (demonym or len(token.text) == 1 or token.text[0].isdigit()):
                continue
            name = self.page.span_text(i, last)
            info = self.names.info(name)
            if info is None:
                continue
            candidate = self.page.judge(i, last, info, previous)
            if candidate.score >= ACCEPT:
                return candidate
            if rejected is None or candidate.score > rejected.score:
                rejected = candidate
        if demonym:
            return rejected
        worded = self._by_wording(i, previous)
        if worded is None:
            return rejected
        longer = i in self._entries and rejected is not None and worded.last > rejected.last
        if worded.score >= self._accept_unknown or rejected is None or longer:
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
            if token.capital or (self.page.slavic and token.lower.startswith(SLAVIC_TYPES)):
                end = j + 1
            elif token.lower not in CONNECTORS and token.gap != "-":
                break
        return end

    def _abbreviation(self, i: int, previous: Found | None) -> Found | None:
        token = self.tokens[i]
        if not self.page.text[token.start].isupper():
            return None
        table = words.abbreviations()
        for last in (i + 2, i + 1):
            if last > len(self.tokens) or (last == i + 2 and self.tokens[i + 1].gap not in (" ", ". ", ".")):
                continue
            end = self.tokens[last - 1].end
            for form in (self.page.text[token.start : end + 1], self.page.text[token.start : end]):
                meaning = table.get(form)
                if meaning is None:
                    continue
                after_city = previous is not None and previous.last == i and token.gap == ", "
                if meaning.postal and not after_city:
                    continue
                if any(self._is_listed(i, end) for end in (last + 1, last + 2)):
                    continue
                if not form.endswith(".") and form.isalpha() and form.isupper() and self.page.in_capitals(i):
                    continue
                info = self.names.info(meaning.lookup)
                return Found(
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
        tokens = self.tokens
        if last > len(tokens) or not adjacent_capital(tokens, last - 1):
            return False
        if tokens[first + 1].lower not in CONNECTORS and not adjacent_capital(tokens, first + 1):
            return False
        info = self.names.info(self.page.span_text(first, last))
        return bool(info and info.match == "listed" and info.primary)

    # -- names that no list holds

    def _by_wording(self, i: int, previous: Found | None) -> Found | None:
        """Return the capitalised words at `i` as a place if the wording around them says so."""
        tokens = self.tokens
        token = tokens[i]
        if i in self.page.persons or len(token.text) < 3:
            return None
        glued = i + 1 < len(tokens) and tokens[i + 1].capital and tokens[i + 1].gap == "-"
        if token.lower in self.page.stop_places and not glued:
            return None
        last = self._wording_end(i)
        kind = TYPE_WORDS.get(tokens[last - 1].lower) if last - i > 1 else None
        nature = NATURE_BEFORE.get(token.lower) if last - i > 1 else None
        if (kind or nature) and not self._ordinary(i, last):
            return Found(i, last, 1.6, None, expects=kind or nature, fixed=True)
        ordinary = token.lower in self.page.common or token.lower in words.first_names()
        if last - i == 1 and ordinary and not self._is_announced(i):
            return None
        if token.text.isupper() or self.page.names_organisation(last):
            return None
        found = Found(i, last, 0.0, None)
        score = self.page.before(found, previous) + self.page.after(found)
        if token.opens and i not in self._entries:
            score += OPENING if self.page.knows_words else -2.0
        if any(j in self.page.persons or tokens[j].lower in self.page.surnames for j in range(i, last)):
            score -= 2.0
        if self._ordinary(i, last):
            score -= 1.5
        if found.embedded:
            score -= 1.0
        found.score = score
        return found if last - i == 1 or i in self._entries or score >= self._accept_unknown else None

    def _is_announced(self, i: int) -> bool:
        """Tell whether the words before a word call it a village: "the village of Bare"."""
        return i > 1 and self.tokens[i - 1].lower == "of" and self.tokens[i - 2].lower in _VILLAGES

    def _wording_end(self, i: int) -> int:
        """Return the end of the capitalised words at `i` that are one name, known or not: at most three."""
        tokens = self.tokens
        last = i + 1
        typed = tokens[i].lower in NATURE_BEFORE
        while last < min(len(tokens), i + 3) and not tokens[last].opens:
            token = tokens[last]
            if self.page.joins_capital(last):
                last += 2
            elif token.capital and (
                token.gap == "-" or (token.gap == " " and (typed or not self.names.info(token.text)))
            ):
                last += 1
            else:
                break
        return last

    def _ordinary(self, first: int, last: int) -> bool:
        """Tell whether all words but the last are ordinary ones, none that villages are called by: «Новая Погощь».

        Two capitalised words with a hyphen between are no ordinary words: «Гора-Подол».
        """
        if any(self.tokens[j].gap == "-" and self.tokens[j].capital for j in range(first + 1, last)):
            return False
        words_before = [self.tokens[j].lower for j in range(first, last - 1)]
        if self.page.slavic and any(word.startswith(VILLAGE_WORDS) for word in words_before):
            return False
        return bool(words_before) and all(word in self.page.common for word in words_before)

    # -- the document as a whole

    def _share_within_lists(self, found: list[Found]) -> None:
        """Let a name count when the name after it in a list is a place; an unknown one that begins the list, too."""
        goes_on = False
        for left, right in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
            joined = self.page.text[self.tokens[left.last - 1].end : self.tokens[right.first].start].strip().lower()
            listed = joined in LIST_GAPS if left.last == right.first else joined in LIST_WORDS
            goes_on = goes_on or right.listed or right.suffered
            sure = right.score >= 1.0 or (goes_on and right.score >= ACCEPT)
            if not listed or not sure or right.first - left.last > 1:
                goes_on = False
            elif left.info or (left.score >= 0.0 and not self.tokens[left.first].opens):
                left.score += 0.8
                goes_on = True
            elif goes_on and left.score >= OPENING:
                left.score += 1.9
                left.listed = True

    def _share_within_entries(self, found: list[Found]) -> None:
        """Let a name that begins an entry of a list or table count when another is a place, or most may be."""
        blocks = defaultdict(list)
        for one in found:
            if one.first in self._entries:
                blocks[self._entries[one.first]].append(one)
        for block in blocks.values():
            known = [one for one in block if one.info and one.score >= WEAK]
            if any(one.score >= ACCEPT for one in known) or (len(known) > 1 and 2 * len(known) >= len(block)):
                for one in block:
                    one.score += ENTRY if one.info else ENTRY_UNKNOWN
                    one.listed = True

    def _share_within_document(self, found: list[Found]) -> None:
        """Let what is sure of a name in one sentence count in the others."""
        sure: dict[str, Found] = {}
        for f in found:
            if f.score >= 1.5:
                sure.setdefault(self.page.span_text(f.first, f.last).lower(), f)
        counts = Counter(self.page.span_text(f.first, f.last).lower() for f in found)
        for position, f in enumerate(found):
            name = self.page.span_text(f.first, f.last).lower()
            if f.score < ACCEPT and name in sure and not any(j in self.page.persons for j in range(f.first, f.last)):
                if f.score > -1.5 or counts[name] > 2:
                    found[position] = replace(f, score=ACCEPT + 0.1, info=f.info or sure[name].info, fixed=True)
