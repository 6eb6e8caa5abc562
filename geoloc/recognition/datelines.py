"""Datelines: names in capitals that open a sentence before a dash, with or without a region and an agency."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from geoloc.recognition.rules import Reading
from geoloc.recognition.tokens import Token

DATELINE = 8.0
"""What it counts that a name stands in one: "MOSS, Norway (AP) —"."""
_DASHES = ("—", "–", "--", "-")
_MOST_WORDS = 4
_COMMON_TOWN = 16  # bits of 32,768 inhabitants
_AGENCY = 3
"""How long the names of agencies are, which stand before a dash too: AFP, UPI."""


def datelines(reading: Reading) -> list[tuple[int, int]]:
    """Return the first word of each name in a dateline, and the one after its last.

    Unless something follows that may be its region, it must be the name of a place, a common word that of a town of
    some size: "CLINTON —" and "NICE —", not "EXCLUSIVE —" nor "UPDATE —".
    """
    page, tokens = reading.page, reading.tokens

    def in_capitals(i: int) -> bool:
        return page.text[tokens[i].start : tokens[i].end].isupper()

    found = []
    for first, token in enumerate(tokens):
        if not (token.opens and len(token.text) > 1 and in_capitals(first)):
            continue
        last = _run(tokens, first + 1, lambda i: in_capitals(i) and tokens[i].gap in (" ", ". "))
        end = last
        if end < len(tokens) and tokens[end].capital and tokens[end].gap == ", ":
            end = _run(tokens, end + 1, lambda i: tokens[i].capital and tokens[i].gap in (" ", ". ", "."))
        followed = end > last
        located = followed and (page.container_at(last) is not None or tokens[last].lower not in page.common)
        if end < len(tokens) and tokens[end].gap.endswith(" ("):  # the agency
            end += 1
        if end < len(tokens) and _is_dash(tokens[end].gap):
            if located or (not followed and len(token.text) > _AGENCY and _is_town(reading, first, last)):
                found.append((first, last))
    return found


def _is_town(reading: Reading, first: int, last: int) -> bool:
    info = reading.page.names.info(reading.page.span_text(first, last))
    if info is None:
        return False
    common = all(word.lower in reading.page.common for word in reading.tokens[first:last])
    return not common or (info.has("populated-place") and info.magnitude >= _COMMON_TOWN)


def _run(tokens: Sequence[Token], start: int, goes_on: Callable[[int], bool]) -> int:
    """Return where a run of a few words ends."""
    end = start
    while end < min(len(tokens), start + _MOST_WORDS) and goes_on(end):
        end += 1
    return end


def _is_dash(gap: str) -> bool:
    return gap[-1:].isspace() and (" " in gap.rstrip() or gap[:1] in "—–") and gap.strip(" .)\n") in _DASHES
