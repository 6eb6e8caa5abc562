"""Mentions from spans that came with a document, where recognition is left out."""

from __future__ import annotations

from geoloc.model import Document, Mention, PlaceKind
from geoloc.recognition.demonyms import find_demonym
from geoloc.recognition.tokens import tokenise
from geoloc.recognition.words import abbreviations, demonyms


def mentions_of_spans(document: Document) -> list[Mention]:
    """Return exactly one mention for each span of `document`, in the order of the text."""
    table = abbreviations()
    mentions = []
    for start, end in sorted(document.spans or ()):
        text = document.text[start:end]
        tokens = tokenise(text)
        meaning = table.get(text) or table.get(document.text[start : end + 1])
        demonym = find_demonym(tokens[0]) if len(tokens) == 1 else demonyms()[0].get(text)
        if meaning:
            kind: PlaceKind | None = "region" if meaning.division else None
            mention = Mention(start, end, text, expects=kind, lookup=meaning.lookup, country=meaning.country)
        elif demonym:
            mention = Mention(start, end, text, "demonym", lookup=demonym.lookup, country=demonym.country)
        else:
            mention = Mention(start, end, text)
        mentions.append(mention)
    return mentions
