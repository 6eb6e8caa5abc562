"""What the tagger sees of each word of a text.

There are two sorts of features. Those of `word_features` depend on the word alone, so their weights are added up
once for each distinct word and each of the places -2 to +2 at which it may stand. Those of `place_features` depend on
where the word stands: in which run of capitalised words, what the rules think of it, what the document says
elsewhere of the same word.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from geoloc.gazetteer import NameInfo
from geoloc.model import PlaceKind
from geoloc.recognition import morphology, words
from geoloc.recognition.demonyms import is_demonym
from geoloc.recognition.evidence import Found
from geoloc.recognition.morphology import grammar
from geoloc.recognition.persons import Names
from geoloc.recognition.rules import Reading
from geoloc.recognition.setting import Setting
from geoloc.recognition.tokens import Token
from geoloc.recognition.vocabulary import CONNECTORS, LOCATING, LONGEST_NAME, TYPE_WORDS

OFFSETS = (-2, -1, 0, 1, 2)
_LETTERS: tuple[tuple[PlaceKind, str], ...] = (
    ("country", "C"), ("continent", "N"), ("region", "R"), ("district", "D"), ("populated-place", "P"),
    ("water", "W"), ("relief", "M"), ("area", "A"), ("facility", "F"),
)  # fmt: skip
_FREQUENT = 400
_DASHES = frozenset((" - ", " \u2013 ", " \u2014 ", " -- "))
_JOINING = "_0-\u2013/&'\u2019n"
_SAYING = frozenset("said says told added asked argued wrote explained noted recalled".split())


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of a word wherever it stands: its features, at its own place and at others', and its class."""

    own: tuple[str, ...]
    near: tuple[str, ...]
    label: str


def shape(text: str) -> str:
    """Return the pattern of a word: capitals X, small letters x, digits 9, a sign as it is; runs once.

    Examples
    --------
    >>> shape("McAllen"), shape("U.S."), shape("B-52"), shape("BELGOROD")
    ('XxXx', 'X.X.', 'X-9', 'XX')
    """
    marks: list[str] = []
    for letter in text:
        mark = "X" if letter.isupper() else "x" if letter.isalpha() else "9" if letter.isdigit() else letter
        if not marks or marks[-1] != mark:
            marks.append(mark)
    return "XX" if len(text) > 1 and marks == ["X"] else "".join(marks)


def place_class(info: NameInfo | None) -> str:
    """Return what a name can be in a few letters and its size in bits, banded; empty if it is no name."""
    if info is None:
        return ""
    letters = "".join(letter for kind, letter in _LETTERS if info.has(kind)) or "-"
    how = info.match[0] if info.match != "listed" else "+" if info.primary else "a"
    return f"{letters}{how}{_band(info.magnitude)}"


def _band(magnitude: int) -> str:
    return "0" if not magnitude else str(max(4, min(10, magnitude // 2)))


class Words:
    """The words of a language as the tagger sees them."""

    def __init__(self, names: Names, language: str) -> None:
        self.names = names
        self.language = language
        self.word = lru_cache(maxsize=65536)(self._word)

    def _word(self, text: str) -> Word:
        lower, cues = text.lower(), words.cues()
        capital = text[0].isupper()
        own = ["b", f"w={lower}", f"s={shape(text)}"]
        near = [f"w={lower}", f"s={shape(text)}"]
        rank = words.common_words(self.language).get(lower)
        coarse, fine = words.clusters(self.language).get(lower, ("", ""))
        band = "-" if rank is None else "0" if rank < 300 else "1" if rank < 3000 else "2"
        label = (
            lower
            if rank is not None and rank < _FREQUENT and not capital
            else "9"
            if text[0].isdigit()
            else f"k{coarse}"
        )
        own += [f"k={coarse}", f"K={fine}"]
        near += [f"k={coarse}", f"K={fine}"]
        own.append(f"f={band}{'X' if capital else ''}")
        roles = []
        if lower in cues.prepositions:
            roles.append("prep")
        if lower in cues.titles:
            roles.append("title")
        if lower in cues.organisations:
            roles.append("org")
        if lower in cues.roads:
            roles.append("road")
        if lower in cues.not_places:
            roles.append("notplace")
        if lower in cues.before:
            roles.append("before")
        kind = TYPE_WORDS.get(lower) or cues.after.get(lower)
        if kind:
            roles.append(f"type-{kind}")
        near += [f"c={role}" for role in roles]
        own += [f"c={role}{capital:d}" for role in roles]
        if roles and label[0] == "k":
            label = roles[-1] + ("X" if capital else "")
        form = grammar(text, self.language) if self.language in morphology.LANGUAGES and text[0] > "\u0400" else None
        if form:
            facts = [f"mp={form.pos}", f"mc={form.pos[:2]}{form.case}", f"mn={form.names}{form.sure:d}"]
            if not capital:
                facts.append(f"ml={form.lemma}")
                label = f"{label if label[0] != 'k' else ''}{form.pos[:2]}{form.case}"
            else:
                facts.append(f"mk={form.known:d}{form.names}")
            own += facts
            near += facts
        if capital:
            own += [f"p={lower[:3]}", f"p={lower[:2]}"]
            own += [f"x={lower[-n:]}" for n in (2, 3, 4) if len(lower) > n]
            near.append(f"x={lower[-3:]}")
            info = self.names.info(text) if len(text) > 1 else None
            gaz = place_class(info)
            demonym = is_demonym(text)
            name = ("f" if lower in words.first_names() else "") + ("s" if lower in words.surnames() else "")
            weak = "w" if lower in words.weak_names() else ""
            facts = [f"n={name}{weak}", f"z={gaz}", f"z={gaz[:-1]}", f"zn={gaz[:1]}{name}{band}"]
            if gaz:
                facts.append(f"zb={gaz[-1]}")
            if demonym:
                facts += ["dem", f"dem{gaz[:1]}"]
            if text in words.abbreviations() or f"{text}." in words.abbreviations():
                facts.append("abbr")
            if lower in words.stop_places(self.language):
                facts.append("stop")
            own += facts
            near += facts[:-2] if len(facts) > 5 else facts
            if form and not roles:
                label = f"X{gaz[:1]}{form.names}{form.case[:1]}"
            elif not roles:
                label = f"X{gaz[:1]}{'d' if demonym else ''}{name}{'' if rank is None else f'r{coarse}'}"
        return Word(tuple(own), tuple(near), label)


def _is_inner(token: Token) -> bool:
    """Tell whether a word in small letters may stand inside a name: "of", «области», not "near", nor "on Friday"."""
    if token.lower in LOCATING or token.lower == "on":
        return False
    return token.lower in CONNECTORS or token.text[0] > "\u0400" or not token.text[0].isalpha()


def _gap_class(token: Token, begins: bool) -> str:
    """Return what stands between two words in a few signs; a full stop inside a name is not one after it."""
    gap = token.gap
    if begins or "\n" in gap or "\t" in gap:
        return "n" if gap == "\n" else "N"
    if gap.strip() == "." and not token.opens:
        return "_."
    if gap in _DASHES:
        return "~"
    return ("S" if token.opens else "") + (gap.strip()[:3] or ("_" if gap else "0"))


@dataclass(slots=True)
class _Run:
    """A run of capitalised words with small words between: where it begins and ends, and what is at its sides."""

    first: int
    last: int


class PlaceFeatures:
    """The features of each word of one document that depend on where it stands."""

    def __init__(self, reading: Reading, lexicon: Words) -> None:
        self.tokens = reading.tokens
        self.page = reading.page
        self.names = reading.names
        self.gaps = [_gap_class(token, i == 0) for i, token in enumerate(self.tokens)]
        self.labels = [lexicon.word(token.text).label for token in self.tokens]
        self.rule_found = reading.found
        self.rule = self._rule_marks(reading.found)
        self.listed_spans: list[tuple[int, int]] = []
        self.listed = self._listed_marks()
        self.setting = self._setting_marks()
        self.of_word = self._document_flags()
        self.of_pair = self._pair_flags()

    def joined(self) -> list[bool]:
        """Tell of each word whether it may go on the name that the word before it is in."""
        return [
            gap[0] in _JOINING and (token.capital or gap != "_" or _is_inner(token))
            for gap, token in zip(self.gaps, self.tokens, strict=True)
        ]

    def features(self) -> list[list[str]]:
        """Return the features of each word, none for words that have no capital near them."""
        found: list[list[str]] = [[] for _ in self.tokens]
        capital = [token.capital for token in self.tokens]
        for run in self._runs():
            self._describe(run, found)
        count = len(capital)
        for i in range(count):
            if capital[i] or (i > 0 and capital[i - 1]) or (i + 1 < count and capital[i + 1]):
                self._place(i, found[i])
        return found

    def _runs(self) -> list[_Run]:
        runs: list[_Run] = []
        tokens, i = self.tokens, 0
        while i < len(tokens):
            if not tokens[i].capital:
                i += 1
                continue
            last = i + 1
            j = i + 1
            while j < len(tokens) and self.gaps[j] in ("_", "-", "/", "’", "'", "–", "_.") and j - i < 9:
                if tokens[j].opens:
                    break
                if tokens[j].capital:
                    last = j + 1
                elif tokens[j].lower not in CONNECTORS:
                    break
                j += 1
            runs.append(_Run(i, last))
            i = last
        return runs

    def _describe(self, run: _Run, found: list[list[str]]) -> None:
        first, last, labels = run.first, run.last, self.labels
        length = last - first
        before = labels[first - 1] if first else "^"
        after = labels[last] if last < len(labels) else "$"
        gap = self.gaps[first]
        end = self.tokens[last - 1].lower
        head = labels[last - 1]
        shared = [f"rb={before}{gap}", f"ra={after}", f"rl={min(length, 5)}", f"rh={head}"]
        if length > 1:
            shared += [
                f"re={end}",
                f"rf={self.tokens[first].lower}",
                f"rs={labels[first]}",
                f"rhs={labels[first]}|{head}",
            ]
        if first > 1 and gap == "_":
            shared.append(f"rb2={labels[first - 2]}|{before}")
        for i in range(first, last):
            where = "o" if length == 1 else "f" if i == first else "l" if i == last - 1 else "m"
            found[i] += [f"{where}{feature}" for feature in shared]

    def _place(self, i: int, out: list[str]) -> None:
        labels, tokens = self.labels, self.tokens
        token, here = tokens[i], labels[i]
        count = len(tokens)
        before = labels[i - 1] if i else "^"
        after = labels[i + 1] if i + 1 < count else "$"
        left = self.gaps[i]
        right = "$" if i + 1 == count else self.gaps[i + 1]
        rule = self.rule[i]
        out += [
            f"l={left}",
            f"r={right}",
            f"lr={left}|{right}",
            f"1={before}{left}{here}",
            f"2={here}{right}{after}",
            f"3={before}|{here}|{after}",
            f"R={rule}",
            f"R1={rule}{right}{self.rule[i + 1] if i + 1 < count else ''}",
            f"R0={self.rule[i - 1] if i else ''}{left}{rule}",
            f"Rl={rule}|{here}",
            f"G={self.listed[i]}",
            f"g={self.listed[i][:2]}",
            f"GR={self.listed[i]}|{rule[:2]}",
        ]
        mark = self.setting[i]
        if mark:
            near = mark[0]
            out += [f"h={mark}", f"h={near}", f"hl={near}|{here}", f"hR={near}|{rule[:2]}", f"hc={near}{left}{right}"]
        pairs = self.of_pair
        if pairs and token.capital:
            if i + 1 < count and (right_pair := pairs.get((token.lower, tokens[i + 1].lower))):
                out.append(f"p2={right_pair}")
            if i and (left_pair := pairs.get((tokens[i - 1].lower, token.lower))):
                out.append(f"p1={left_pair}")
        persons = self.page.persons
        if i in persons:
            out.append(f"per{before[:1]}")
        if i + 1 in persons:
            out.append("per+")
        if i - 1 in persons:
            out.append("per-")
        if token.capital:
            out += self.of_word.get(token.lower, ())

    def _rule_marks(self, found: list[Found]) -> list[str]:
        marks = ["-"] * len(self.tokens)
        for f in found:
            band = max(-3.0, min(4.0, round(f.score * 2) / 2))
            more = ("e" if f.embedded else "") + ("" if f.info else "u") + ("t" if f.expects else "")
            for i in range(f.first, min(f.last, len(marks))):
                marks[i] = f"{'B' if i == f.first else 'I'}{'1' if i == f.last - 1 else '0'}{band:g}{more}"
        return marks

    def _setting_marks(self) -> list[str]:
        """Return for each word how near a place of its name is to where the document plays, see `Setting.mark`."""
        marks = [""] * len(self.tokens)
        if self.page.slavic:
            return marks
        found = [f for f in self.rule_found if f.info or f.lookup]
        names = [f.lookup or self.page.span_text(f.first, f.last) for f in found]
        setting = Setting(found, names, self.names)
        for i, token in enumerate(self.tokens):
            if token.capital and self.listed[i] == "-" and len(token.text) > 2:
                marks[i] = setting.mark(token.text)
        for first, last in self.listed_spans:
            marks[first:last] = [setting.mark(self.page.span_text(first, last))] * (last - first)
        return marks

    def _pair_flags(self) -> dict[tuple[str, str], str]:
        """Return what all mentions of two capitalised words in a row say of them."""
        counts: dict[tuple[str, str], int] = defaultdict(int)
        flags: dict[tuple[str, str], str] = defaultdict(str)
        prepositions = words.cues().prepositions
        for i, (left, right) in enumerate(pairwise(self.tokens)):
            if left.capital and right.capital and self.gaps[i + 1] == "_":
                pair = left.lower, right.lower
                counts[pair] += 1
                if i and self.gaps[i] == "_" and self.tokens[i - 1].lower in prepositions:
                    flags[pair] = "in"
        return {pair: f"{min(count, 3)}{flags.get(pair, '')}" for pair, count in counts.items() if count > 1}

    def _listed_marks(self) -> list[str]:
        """Mark the longest names of several words that the gazetteer lists."""
        marks = ["-"] * len(self.tokens)
        for run in self._runs():
            i = run.first
            while i < run.last - 1:
                for last in range(min(run.last, i + LONGEST_NAME), i + 1, -1):
                    if not self.tokens[last - 1].capital:
                        continue
                    name = self.page.span_text(i, last)
                    info = self.names.info(name)
                    label = place_class(info) if info is not None and info.match == "listed" else ""
                    if name in words.demonyms()[0]:
                        label = "D"
                    if label:
                        self.listed_spans.append((i, last))
                        for j in range(i, last):
                            marks[j] = f"{'B' if j == i else 'L' if j == last - 1 else 'I'}{label}"
                        i = last - 1
                        break
                i += 1
        return marks

    def _document_flags(self) -> dict[str, list[str]]:
        """Return what all mentions of a capitalised word together say of it."""
        flags: dict[str, set[str]] = defaultdict(set)
        counts: dict[str, int] = defaultdict(int)
        tokens, labels, cues = self.tokens, self.labels, words.cues()
        small = {token.lower for token in tokens if not token.capital}
        best: dict[str, float] = {}
        for i, token in enumerate(tokens):
            if not token.capital:
                continue
            flag = flags[token.lower]
            counts[token.lower] += 1
            if i:
                previous = tokens[i - 1]
                if token.gap == " " or token.gap == ". ":
                    if previous.lower in cues.titles and previous.capital:
                        flag.add("title")
                    elif previous.capital and previous.lower in words.first_names():
                        flag.add("first")
                    elif previous.lower in _SAYING:
                        flag.add("said")
                    elif previous.lower in cues.prepositions:
                        flag.add("prep")
                        if not (i + 1 < len(tokens) and tokens[i + 1].capital and self.gaps[i + 1] == "_"):
                            flag.add("alone")
                        if previous.lower == "in":
                            flag.add("in")
            if i + 1 < len(tokens):
                following = tokens[i + 1]
                if following.lower in _SAYING:
                    flag.add("said")
                elif following.gap == " " and following.lower in ("county", "parish", "township", "district"):
                    flag.add("county")
                elif following.gap == " " and following.capital and following.lower in cues.organisations:
                    flag.add("org")
                elif (following.gap == ", " and "R" in labels[i + 1][:3]) or labels[i + 1][:2] == "XC":
                    flag.add("state")
            if i in self.page.persons:
                flag.add("person")
        for position, mark in enumerate(self.rule):
            if mark[:2] == "B1":
                score = float(mark[2:].rstrip("eut"))
                lower = tokens[position].lower
                best[lower] = max(score, best.get(lower, -9.0))
        out: dict[str, list[str]] = {}
        for lower, flag in flags.items():
            features = [f"d={one}" for one in sorted(flag)]
            if lower in small:
                features.append("d=small")
            features.append(f"dn={min(counts[lower], 4)}")
            if lower in best:
                features.append(f"dR={best[lower]:g}")
            if "person" in flag or "first" in flag or "title" in flag:
                features.append(f"dp={'in' if 'in' in flag else ''}{'state' if 'state' in flag else ''}")
            out[lower] = features
        return out
