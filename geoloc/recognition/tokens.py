"""Words of a text with their offsets, and where sentences begin and end."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LETTERS = r"(?:[^\W\d_][\u0300-\u036f]*)+"
_MARKED = r"[^\W_](?:[^\W_]|[\u0300-\u036f]|\u00ad(?=[^\W_]))*"  # accents may stand apart, soft hyphens inside
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., т.е.
    rf"|{_LETTERS}[-\u00ad]\r?\n{_LETTERS}(?:['’ʼ`]{_LETTERS})*"  # a word that the end of a line parts
    rf"|{_MARKED}(?:['’ʼ`]{_LETTERS})*",  # words, with an apostrophe inside
)
_PARTED = re.compile(r"[-\u00ad]\r?\n")
_WRAPPED = (45, 100)
"""How long the lines of a wrapped paragraph are: after such a line a sentence may go on."""
_TAGGED = re.compile(r"(?<=[a-zа-яёіїєґ])(?=[A-ZА-ЯЁІЇЄҐ])")
_NO_PROSE = re.compile(
    r"https?://\S+|www\.\S+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]+|(?<!\w)@\w+|</?[a-z][^<>]{0,300}>",
    re.I,
)
"""Web and mail addresses, handles and tags: what they hold is no text."""
_POSSESSIVE = re.compile(r"['’]s$|['’]$", re.I)
_TURKISH = re.compile(
    r"['’](?:[yns]?[aeıiuü]|[yn]?[ıiuü]n?|[dt][ae]n?|[dt]eki|[dt]aki|[nd]?[aeıiuü]n|l[ae]r\w*|nd?[ae]n?)$", re.I
)
"""Endings that Turkish sets off from a name: Kilis'e, Ankara'dan."""
_SENTENCE_END = re.compile(r"[.!?…]['\"”»)\]]*\s|\n\s*\n|[\n\r]|(?:^|\s)[—•*·]\s")
_SENTENCE_OPENS = re.compile(r"[.!?…]['\"”»)\]]*\s+(?=[^a-zа-яё])|\n\s*\n")
_LAST_WORD = re.compile(r"(\w+)$")
_SENTENCE_CLOSES = re.compile(r"[.!?…]['\"”»)\]]*(?=\s+[^a-zа-яё]|\s*$)|\n\s*\n")
_ABBREVIATIONS = frozenset(
    "st ste mt ft mr mrs ms dr sen rep gov gen col lt sgt capt cmdr rev hon prof jr sr no vs co inc "
    "г с д п ул обл р пос им м смт св см гг тыс млн".split()
)


@dataclass(slots=True)
class Token:
    """A word of the text.

    Attributes
    ----------
    start, end : int
        Offsets; a possessive ``'s`` is left out.
    text, lower : str
        The word as it is read: composed (NFC), put together again where the end of a line or a soft hyphen parts it,
        ``NongKhai`` of a hashtag in two.
    gap : str
        What stands between the word before and this one; a blank where a wrapped line ends.
    opens : bool
        True if a sentence begins here.
    """

    start: int
    end: int
    text: str
    lower: str
    gap: str
    opens: bool
    capital: bool


def tokenise(text: str, language: str | None = None) -> list[Token]:
    """Cut a text into words; a hyphen parts words, an apostrophe does not, save for the endings of Turkish names.

    Examples
    --------
    >>> [t.text for t in tokenise("Kup'yansk's mayor left Fargo-Moorhead, N.D.")]
    ["Kup'yansk", 'mayor', 'left', 'Fargo', 'Moorhead', 'N.D.']
    """
    tokens: list[Token] = []
    previous_end = 0
    ending = _TURKISH if language == "tr" else _POSSESSIVE
    passed_over = [match.span() for match in _NO_PROSE.finditer(text)]
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        while passed_over and passed_over[0][1] <= start:
            del passed_over[0]
        if passed_over and passed_over[0][0] < end:
            continue
        word = match.group()
        possessive = ending.search(word)
        if possessive and len(word) > 2:
            word = word[: possessive.start()]
            end = start + len(word)
        gap = text[previous_end:start].replace("\r\n", "\n")
        if gap == "\n":
            line = text[text.rfind("\n", 0, previous_end) + 1 : previous_end]
            if _WRAPPED[0] <= len(line) + 1 <= _WRAPPED[1] and not line.isupper():  # a headline stands alone
                gap = " "
        if "\n" in word:
            first, second = _PARTED.split(word)
            if second[0].isupper():  # not parted: two words, each with a capital
                second_start = start + match.group().index("\n") + 1
                tokens.append(_token(start, start + len(first), first, gap, tokens))
                gap, start, word = "-", second_start, second
            else:
                word = first + second
        elif gap.endswith("#"):
            word = _TAGGED.sub(" ", word)
        tokens.append(_token(start, end, word, gap, tokens))
        previous_end = end
    return tokens


def _token(start: int, end: int, word: str, gap: str, before: list[Token]) -> Token:
    if not word.isascii():
        word = unicodedata.normalize("NFC", word.replace("\u00ad", ""))
    opens = not before or _opens_sentence(gap, before[-1])
    return Token(start, end, word, word.lower(), gap, opens, word[0].isupper())


def _opens_sentence(gap: str, previous: Token) -> bool:
    if not _SENTENCE_END.search(gap):
        return False
    abbreviated = previous.lower in _ABBREVIATIONS or len(previous.text) == 1
    return "\n" in gap or not (gap.startswith(". ") and abbreviated)


def sentence_around(text: str, start: int, end: int, limit: int = 300) -> str:
    """Return the sentence around a span on one line, at most `limit` characters before and after it."""
    left = max(0, start - limit)
    before = text[left:start]
    for match in _SENTENCE_OPENS.finditer(before):
        previous = _LAST_WORD.search(before[: match.start()])
        if previous and (previous.group().lower() in _ABBREVIATIONS or len(previous.group()) == 1):
            continue
        left = max(0, start - limit) + match.end()
    after = _SENTENCE_CLOSES.search(text, end, min(len(text), end + limit))
    right = after.end() if after else min(len(text), end + limit)
    return " ".join(text[left:right].split())
