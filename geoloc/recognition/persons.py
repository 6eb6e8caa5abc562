"""Which words of a text belong to names of persons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from geoloc.gazetteer import Bearer, NameInfo
from geoloc.recognition import words
from geoloc.recognition.tokens import Token
from geoloc.recognition.vocabulary import TYPE_WORDS


class Names(Protocol):
    """What recognition may ask of a gazetteer."""

    def info(self, name: str) -> NameInfo | None:
        """Return what a name can be, or None."""

    def bearers(self, name: str) -> tuple[Bearer, ...]:
        """Return in which divisions and countries the places lie that bear a name, the largest first."""


def adjacent_capital(tokens: Sequence[Token], i: int) -> bool:
    """Tell whether there is a token `i` that is capitalised and follows the one before directly."""
    return i < len(tokens) and tokens[i].capital and tokens[i].gap in (" ", ". ")


def mark_persons(tokens: Sequence[Token], names: Names, *, slavic: bool) -> set[int]:
    """Return the indices of the tokens that are part of a person's name.

    A capitalised word after a title is one, and so are a given name and the capitalised words after it,
    unless together they are a place ("San Francisco") or an institution ("Austin College").
    """
    first_names, surnames, cues = words.first_names(), words.surnames(), words.cues()
    common = words.common_words("en")
    institutions = cues.organisations | cues.roads | TYPE_WORDS.keys()
    marked: set[int] = set()
    for i, token in enumerate(tokens[:-1]):
        following = tokens[i + 1]
        if not following.capital or following.gap not in (" ", ". ", "\u00a0"):
            continue
        titled = token.lower in cues.titles and (token.capital or slavic)
        if titled and not (slavic and _is_office_of(tokens, i + 1, names)):
            marked.add(i + 1)
            if adjacent_capital(tokens, i + 2):
                marked.add(i + 2)
        elif (
            token.capital
            and token.lower in first_names
            and not (token.opens and token.lower in cues.prepositions)
            and following.gap != ". "
            and following.lower not in institutions
            and not _is_town(tokens, i, names)
        ):
            plain = adjacent_capital(tokens, i + 2)
            if following.lower in surnames or following.lower not in common or plain:
                marked.update((i, i + 1))
                if len(following.text) == 1 and plain:
                    marked.add(i + 2)
    return marked


def _is_office_of(tokens: Sequence[Token], i: int, names: Names) -> bool:
    """Tell whether a place follows a title: «мэр Москвы», «президент Чехии Карел Шварценберг»."""
    info = names.info(tokens[i].text)
    if info is None or tokens[i].lower in words.first_names() or tokens[i].lower in words.surnames():
        return False
    return info.has("country") or info.has("region") or not adjacent_capital(tokens, i + 1)


def _is_town(tokens: Sequence[Token], i: int, names: Names) -> bool:
    """Tell whether a given name and the word after it are together the name of a town of some size."""
    separator = tokens[i + 1].gap
    info = names.info(f"{tokens[i].text}{separator}{tokens[i + 1].text}")
    return bool(info and info.match == "listed" and info.primary and info.magnitude >= 12)
