"""Where a name begins and ends, by what the gazetteer holds of it and of the words beside it.

The taggers judge word by word. They may part a name that they do not know (Kuala and Lumpur), or take a word too many
in the name of an institution ("Woodstock District" of the Woodstock District Chamber of Commerce).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from geoloc.recognition.demonyms import is_demonym
from geoloc.recognition.rules import Reading
from geoloc.recognition.vocabulary import ACCEPT, CONNECTORS, LIST_WORDS

DIRECTIONS = frozenset(
    "north south east west northern southern eastern western central greater upper lower new".split()
)
DIVISIONS = frozenset(("city", "town", "village", "district"))
"""What stands between a place and an institution of it: Moss Town Council, Moss District Chamber of Commerce."""
_BESIDE = ((0, 2), (1, 1), (0, 1), (1, 0))
"""How many words before and after a name may be part of it, tried in this order."""

_NEVER_LAST = CONNECTORS | LIST_WORDS

Span = tuple[int, int, str]
"""First token, the one after the last, and P for a place or D for a demonym."""


def trimmed(reading: Reading, spans: Iterable[Span]) -> Iterator[Span]:
    """Take the small words off the end of names: "Тячів" of «Тячів і»."""
    tokens = reading.tokens
    for first, last, kind in spans:
        while last - first > 1 and not tokens[last - 1].capital and tokens[last - 1].lower in _NEVER_LAST:
            last -= 1
        yield first, last, kind


def completed(reading: Reading, spans: Iterable[Span]) -> list[Span]:
    """Join the parts of a listed name with small words in it that the rules take: Rio Grande do Norte."""
    found = list(spans)
    for whole in reading.found:
        if not whole.info or whole.score < ACCEPT or all(t.capital for t in reading.tokens[whole.first : whole.last]):
            continue
        parts = [span for span in found if span[0] < whole.last and whole.first < span[1]]
        if parts and parts[0][0] == whole.first and parts[-1][1] <= whole.last:
            at = found.index(parts[0])
            found[at : at + len(parts)] = [(whole.first, whole.last, "P")]
    return found


def bounded(reading: Reading, first: int, last: int, kind: str) -> Span:
    """Return an English name with the words that belong to it and without those that do not."""
    tokens = reading.tokens
    if kind == "D":
        pair = _is_one(reading, first - 1, last) and is_demonym(reading.page.span_text(first - 1, last))
        return first - pair, last, kind
    if not _is_known(reading, first, last) or (last - first == 1 and tokens[first].lower in DIRECTIONS):
        for before, after in _BESIDE:
            start, end = first - before, last + after
            if (
                _is_one(reading, start, end)
                and tokens[start].lower != "the"
                and _is_known(reading, start, end, "listed")
            ):
                return start, end, kind
    return first, _without_division(reading, first, last), kind


def apart(spans: Iterable[Span]) -> list[Span]:
    """Return spans, given in the order of the text, of which none overlap: the longer stays, or else the former."""
    kept: list[Span] = []
    for span in spans:
        while kept and kept[-1][1] > span[0] and kept[-1][1] - kept[-1][0] < span[1] - span[0]:
            kept.pop()
        if not kept or kept[-1][1] <= span[0]:
            kept.append(span)
    return kept


def _without_division(reading: Reading, first: int, last: int) -> int:
    """Return where a place ends if the name goes on to an institution: at Moss of "Moss Town Hall"."""
    tokens = reading.tokens
    for end in (last - 2, last - 1):
        if (
            end > first
            and tokens[end].lower in DIVISIONS
            and _is_one(reading, end, end + 2)
            and (end + 2 > last or tokens[end + 1].lower in reading.page.cues.organisations)
            and _is_known(reading, first, end)
            and not _is_known(reading, first, end + 1, "listed")
        ):
            return end
    return last


def _is_one(reading: Reading, first: int, last: int) -> bool:
    """Tell whether words are capitalised and only blanks part them."""
    tokens = reading.tokens[max(first, 0) : last]
    inside = first >= 0 and len(tokens) == last - first
    return inside and all(token.capital for token in tokens) and all(token.gap == " " for token in tokens[1:])


def _is_known(reading: Reading, first: int, last: int, match: str | None = None) -> bool:
    info = reading.page.names.info(reading.page.span_text(first, last))
    return info is not None and match in (None, info.match)
