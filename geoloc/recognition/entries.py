"""The first words of the lines of a list or table: what is a place in one line is so in the others.

"Kozinka: two houses damaged", "Glotovo: no power" below each other, with or without bullets, or in cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from geoloc.recognition.tokens import Token

_LONGEST = 3
_BLANK_LINES = 1
_CLOSES = re.compile(r"\s*[:;|(,\t]|\s+[-–—]\s|\s*\n|\s*$")
_MARK = re.compile(r"[.)]\s+")


def entries(tokens: Sequence[Token], text: str) -> dict[int, int]:
    r"""Return the words that begin an entry, each with the number of its block.

    An entry is a line whose first one to three capitalised words are set off by a sign or end it; two entries below
    each other, or parted by an empty line, begin a block.

    Examples
    --------
    >>> from geoloc.recognition.tokens import tokenise
    >>> text = "Damage:\n- Kozinka: two houses\n- Glotovo: none\nNo one was hurt."
    >>> tokens = tokenise(text, "en")
    >>> [(tokens[i].text, block) for i, block in entries(tokens, text).items()]
    [('Damage', 0), ('Kozinka', 0), ('Glotovo', 0)]
    """
    starts: list[tuple[int, int]] = []
    line = 0
    for i, token in enumerate(tokens):
        line += token.gap.count("\n")
        if i and "\n" not in token.gap:
            continue
        first = i
        if token.text.isdigit() and i + 1 < len(tokens) and _MARK.fullmatch(tokens[i + 1].gap):
            first += 1
        if tokens[first].capital and _CLOSES.match(text, tokens[_end(tokens, first) - 1].end):
            starts.append((first, line))
    found: dict[int, int] = {}
    block = -1
    for (first, above), (second, below) in pairwise(starts):
        if below - above <= _BLANK_LINES + 1:
            if first not in found:
                block += 1
                found[first] = block
            found[second] = block
    return found


def _end(tokens: Sequence[Token], first: int) -> int:
    last = first + 1
    while last < min(len(tokens), first + _LONGEST) and tokens[last].capital and tokens[last].gap in (" ", "-"):
        last += 1
    return last
