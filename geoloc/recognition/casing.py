"""Lines whose letters are all large or all small: give the words the case that they have in running text.

Headlines and datelines come in capitals, captions and messages without any. There the case of a letter says nothing; a
word then counts as capitalised if it is no ordinary word, and in small letters only if it is a name that the gazetteer
lists.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from geoloc.recognition.persons import Names
from geoloc.recognition.tokens import Token

_FEWEST = 4
_LONGEST = 4
_TOWN = 13  # bits of 4,096 inhabitants: smaller ones share their names with too many ordinary words


def recase(tokens: Sequence[Token], common: Set[str], names: Names) -> None:
    """Change `text` and `capital` of the words in lines without a difference of case."""
    for line in _lines(tokens):
        letters = [token for token in line if token.text[0].isalpha()]
        if len(letters) < _FEWEST:
            continue
        if all(token.text.isupper() for token in letters):
            phrases = _in_listed_names(line, names)
            for i, token in enumerate(line):
                if not token.text[0].isalpha():
                    continue
                name = i in phrases or token.lower not in common or _is_listed(token.lower, names)
                token.capital = name
                if len(token.text) > 3 or not name or i in phrases:
                    token.text = token.text.title() if name else token.lower
        elif not any(token.capital for token in letters):
            for token in letters:
                if token.lower not in common and len(token.text) > 3 and _is_listed(token.lower, names):
                    token.capital = True
                    token.text = token.text.title()


def _lines(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    line: list[Token] = []
    for token in tokens:
        if line and "\n" in token.gap:
            yield line
            line = []
        line.append(token)
    if line:
        yield line


def _in_listed_names(line: Sequence[Token], names: Names) -> set[int]:
    """Return which words of a line are part of a listed name of several words, the longest first: EL PASO."""
    found: set[int] = set()
    i = 0
    while i < len(line):
        for length in range(min(_LONGEST, len(line) - i), 1, -1):
            words = line[i : i + length]
            joined = all(token.gap in (" ", "-") for token in words[1:])
            if joined and _is_listed(" ".join(token.lower for token in words), names):
                found.update(range(i, i + length))
                i += length - 1
                break
        i += 1
    return found


def _is_listed(name: str, names: Names) -> bool:
    info = names.info(name)
    return bool(
        info
        and info.match != "romanised"
        and info.primary
        and (info.magnitude >= _TOWN or info.has("country") or info.has("region"))
    )
