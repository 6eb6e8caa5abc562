"""From a span that a model found to a mention: what the wording expects, what to look up, whether it is embedded."""

from __future__ import annotations

from geoloc.model import Mention
from geoloc.recognition import words
from geoloc.recognition.demonyms import find_demonym
from geoloc.recognition.evidence import Found
from geoloc.recognition.rules import Reading
from geoloc.recognition.vocabulary import CLOSED_BY_STOP

Ruled = dict[tuple[int, int], Found]


def mention_of(reading: Reading, ruled: Ruled, first: int, last: int, kind: str, weak: bool = False) -> Mention:
    """Return the mention for the words `first` to `last` (exclusive), of kind "P" (place) or "D" (demonym).

    `ruled` holds what the rules weighed, by its first and last word. What they did not weigh gets what the words at
    its sides say.
    """
    page, tokens = reading.page, reading.tokens
    start, end = tokens[first].start, tokens[last - 1].end
    text = page.text[start:end]
    if kind == "D":
        name = page.span_text(first, last)
        demonym = find_demonym(tokens[first]) if last - first == 1 else words.demonyms()[0].get(name)
        lookup, country = (demonym.lookup, demonym.country) if demonym else (None, None)
        return Mention(start, end, text, "demonym", lookup=lookup, country=country)
    meaning = words.abbreviations().get(page.text[start : end + 1]) if page.text[end : end + 1] == "." else None
    found = ruled.get((first, last))
    if found is None:
        info = reading.names.info(page.span_text(first, last))
        found = Found(first, last, 0.0, info)
        page.before(found, None)
        page.after(found)
    if meaning or (page.text[end : end + 1] == "." and tokens[last - 1].lower in CLOSED_BY_STOP):
        end += 1
    if meaning and found.lookup is None:
        found.lookup, found.country = meaning.lookup, meaning.country
        found.expects = "region" if meaning.division else found.expects
    return Mention(
        start,
        end,
        page.text[start:end],
        embedded=found.embedded,
        expects=found.expects,
        lookup=found.lookup or page.lookup(start, end, first, last),
        country=found.country,
        weak=weak,
    )
