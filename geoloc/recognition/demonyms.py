"""Words for people and things after a place: "Russian", "Londoners", «белгородский»."""

from __future__ import annotations

from geoloc.recognition import words
from geoloc.recognition.tokens import Token

_ADJECTIVE_ENDINGS = {
    "ru": frozenset("ий ый ой ая яя ое ее ие ые ого его ому ему им ым ом ем ей ую юю их ых ими ыми ою ею".split()),
    "uk": frozenset("ий ій а я е є і ої ого ому ім ій у ю ою ею их ім ими".split()),
}


def find_demonym(token: Token) -> words.Demonym | None:
    """Return what a word points at if it is a demonym, else None.

    English demonyms are capitalised; Russian and Ukrainian ones are declined and lower case.
    """
    forms, stems = words.demonyms()
    if token.capital or token.text[0] > "\u0400":
        found = forms.get(token.text) or forms.get(token.lower)
        if found:
            return found
    if "\u0400" <= token.text[0] <= "\u052f":
        for length in (1, 2, 3):
            stem, ending = token.lower[:-length], token.lower[-length:]
            for language, endings in _ADJECTIVE_ENDINGS.items():
                if ending in endings and (language, stem) in stems:
                    return stems[language, stem]
    return None


def is_demonym(name: str) -> bool:
    """Tell whether a capitalised name of one or several words is a demonym by itself, whatever stands around it."""
    if name in words.demonyms()[0]:
        return True
    return (
        name.isalpha()
        and find_demonym(Token(0, len(name), name, name.lower(), " ", False, name[0].isupper())) is not None
    )
