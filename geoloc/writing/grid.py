"""Columns of plain text that fit a width: no boxes, no trailing spaces, colour only if asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from geoloc.writing.display import clip, display_width, fit, plain

GAP = "  "
LEAST = 8
"""Flexible columns are not made narrower than this while there is another way."""

_BOLD, _RESET = "\x1b[1m", "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its header, whether it is set flush right, and whether it may be cut to fit."""

    header: str
    right: bool = False
    flexible: bool = False


def grid(columns: Sequence[Column], rows: Sequence[Sequence[str]], *, width: int, color: bool = False) -> list[str]:
    """Lay out rows under a header line; columns in which every cell is empty are left out.

    Parameters
    ----------
    columns : sequence of Column
    rows : sequence of sequences of str
        Untrusted text: it is made plain here.
    width : int
        What no line exceeds.
    color : bool, optional
        Set the header in bold.

    Returns
    -------
    list of str
        The header, then a line a row, without line ends.
    """
    cells = [[plain(cell) for cell in row] for row in rows]
    kept = [at for at in range(len(columns)) if any(row[at] for row in cells)]
    columns = [columns[at] for at in kept]
    table = [[plain(column.header) for column in columns], *([row[at] for at in kept] for row in cells)]
    widths = _widths(columns, table, width)
    lines = []
    for row in table:
        padded = [fit(cell, wide, right=column.right) for cell, wide, column in zip(row, widths, columns, strict=True)]
        lines.append(clip(GAP.join(padded).rstrip(), width))
    lines[0] = bold(lines[0], color)
    return lines


def bold(line: str, color: bool) -> str:
    """Set a line of our own in bold, if colour is wanted."""
    return f"{_BOLD}{line}{_RESET}" if color and line else line


def _widths(columns: Sequence[Column], table: Sequence[Sequence[str]], width: int) -> list[int]:
    """Take from the widest column until all fit: first from flexible ones, then from any."""
    widths = [min(width, max(map(display_width, cells))) for cells in zip(*table, strict=True)]
    excess = sum(widths) + len(GAP) * (len(widths) - 1) - width
    for floor, rigid in ((LEAST, False), (1, True)):
        while excess > 0:
            able = [at for at, wide in enumerate(widths) if wide > floor and (rigid or columns[at].flexible)]
            if not able:
                break
            widths[max(able, key=widths.__getitem__)] -= 1
            excess -= 1
    return widths
