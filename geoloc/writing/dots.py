"""The map in the terminal: braille dots for the border, letters for the places, fit for 80 columns and no colour.

A character of braille holds two by four dots, so that a map of 76 by 18 characters has 152 by 72 of them.
"""

from __future__ import annotations

import itertools
import math
import string
from collections.abc import Iterator, Sequence

from geoloc.model import Result
from geoloc.writing.display import clip, display_width, plain
from geoloc.writing.grid import bold
from geoloc.writing.mapview import KM_PER_DEGREE, MapView, Pin, country_labels, map_view
from geoloc.writing.options import WriteOptions
from geoloc.writing.outlines import Box, Line
from geoloc.writing.picture import scale_km
from geoloc.writing.table import format_distance

_BLANK = 0x2800
_BITS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))
_LETTERS = string.ascii_uppercase + string.ascii_lowercase
_MOST_WIDTH, _HIGH = 100, 20
_RED, _RESET = "\x1b[31m", "\x1b[0m"


class Canvas:
    """Dots of braille with text over them.

    Parameters
    ----------
    width, height : int
        In characters.
    """

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._dots = [[0] * width for _ in range(height)]
        self._text: dict[tuple[int, int], str] = {}

    def dot(self, x: int, y: int) -> None:
        """Set the dot in a column (two a character) and row (four a character); outside nothing happens."""
        if 0 <= x < 2 * self.width and 0 <= y < 4 * self.height:
            self._dots[y // 4][x // 2] |= _BITS[y % 4][x % 2]

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        """Draw a straight line of dots."""
        steps = max(1, math.ceil(max(abs(x2 - x1), abs(y2 - y1))))
        for step in range(steps + 1):
            share = step / steps
            self.dot(math.floor(x1 + share * (x2 - x1)), math.floor(y1 + share * (y2 - y1)))

    def write(self, column: int, row: int, text: str) -> bool:
        """Write a text over the dots where there is room for all of it and no other text."""
        cells = [(column + offset, row) for offset in range(len(text))]
        if not all(0 <= x < self.width and 0 <= y < self.height for x, y in cells):
            return False
        if display_width(text) != len(text) or any(cell in self._text for cell in cells):
            return False
        self._text.update(zip(cells, text, strict=True))
        return True

    def free(self, column: int, row: int, width: int) -> bool:
        """Tell whether there is neither text nor a dot in some characters of a row."""
        return all(
            0 <= x < self.width and 0 <= row < self.height and (x, row) not in self._text and not self._dots[row][x]
            for x in range(column, column + width)
        )

    def lines(self, color: bool = False) -> Iterator[str]:
        """Yield the rows, without blanks at their ends."""
        for row in range(self.height):
            cells = []
            for column in range(self.width):
                dots = self._dots[row][column]
                if text := self._text.get((column, row)):
                    cells.append(bold(text, color))
                elif dots:
                    cells.append(f"{_RED}{chr(_BLANK + dots)}{_RESET}" if color else chr(_BLANK + dots))
                else:
                    cells.append(" ")
            yield "".join(cells).rstrip()


def render_map(results: Sequence[Result], options: WriteOptions) -> Iterator[str]:
    """Yield the map of all results with a key below it; nothing if no place has a position."""
    view = map_view(results, options)
    if not view.pins:
        return
    width = max(20, min(options.width, _MOST_WIDTH) - 4)
    canvas = Canvas(width, _HIGH)
    box = _fitted(view.box, width)
    for border in view.borders:
        for line in border.lines:
            _draw(canvas, line, box)
    key, outside = _letters(canvas, view, box)
    for name, lat, lon in country_labels(view):
        label = f"({name})"
        column, row = _cell(canvas, box, lon, lat)
        if canvas.free(column - len(label) // 2, row, len(label)):
            canvas.write(column - len(label) // 2, row, label)
    yield f"┌{'─' * (width + 2)}┐\n"
    for drawn, bare in zip(canvas.lines(options.color), canvas.lines(), strict=True):
        yield f"│ {drawn}{' ' * (width - len(bare))} │\n"
    yield f"└{_scale(box, width)}┘\n"
    yield from (f"{clip(line, options.width)}\n" for line in _key(key, outside, view, options.width))


def _fitted(box: Box, width: int) -> Box:
    """Widen a box so that a kilometre is as long down as across; a dot is as high as it is wide."""
    west, south, east, north = box
    narrow = max(math.cos(math.radians((south + north) / 2)), 0.05)
    degrees = max((east - west) * narrow / (2 * width), (north - south) / (4 * _HIGH))
    lat, lon = (south + north) / 2, (west + east) / 2
    tall, wide = degrees * 2 * _HIGH, degrees * width / narrow
    return lon - wide, lat - tall, lon + wide, lat + tall


def _dot_at(canvas: Canvas, box: Box, lon: float, lat: float) -> tuple[float, float]:
    west, south, east, north = box
    return (lon - west) / (east - west) * 2 * canvas.width, (north - lat) / (north - south) * 4 * canvas.height


def _cell(canvas: Canvas, box: Box, lon: float, lat: float) -> tuple[int, int]:
    x, y = _dot_at(canvas, box, lon, lat)
    return math.floor(x / 2), math.floor(y / 4)


def _draw(canvas: Canvas, line: Line, box: Box) -> None:
    west, south, east, north = box
    for (lon1, lat1), (lon2, lat2) in itertools.pairwise(line.tolist()):
        if max(lon1, lon2) < west or min(lon1, lon2) > east or max(lat1, lat2) < south or min(lat1, lat2) > north:
            continue
        canvas.line(*_dot_at(canvas, box, lon1, lat1), *_dot_at(canvas, box, lon2, lat2))


def _letters(canvas: Canvas, view: MapView, box: Box) -> tuple[list[tuple[str, Pin]], list[Pin]]:
    """Put a letter at each place, and its name where there is room; returns the key, and what lies outside."""
    letters = iter(_LETTERS)
    key: list[tuple[str, Pin]] = []
    outside: list[Pin] = []
    for pin in view.pins:
        column, row = _cell(canvas, box, pin.lon, pin.lat)
        inside = 0 <= column < canvas.width and 0 <= row < canvas.height
        letter = next(letters, "") if inside else ""
        if not letter or not canvas.write(column, row, letter):
            shared = next(
                (known for known, other in key if _cell(canvas, box, other.lon, other.lat) == (column, row)), ""
            )
            if shared:
                key.append((shared, pin))
            else:
                outside.append(pin)
            continue
        key.append((letter, pin))
    for _, pin in key:
        column, row = _cell(canvas, box, pin.lon, pin.lat)
        name = plain(pin.name)
        for start in (column + 2, column - 1 - len(name)):
            if canvas.free(start, row, len(name)):
                canvas.write(start, row, name)
                break
    return key, outside


def _key(key: list[tuple[str, Pin]], outside: list[Pin], view: MapView, width: int) -> Iterator[str]:
    entries = [f"{letter} {_named(pin)}" for letter, pin in key]
    column = min(width, max((display_width(entry) for entry in entries), default=0) + 3)
    count = max(1, width // column)
    for start in range(0, len(entries), count):
        row = entries[start : start + count]
        yield "".join(entry + " " * max(1, column - display_width(entry)) for entry in row).rstrip()
    if view.borders:
        yield f"⣀⠤⠒⠉ {', '.join(f'{plain(border.name)} ({plain(border.id)})' for border in view.borders)}"
    if outside:
        yield f"Not on the map: {', '.join(plain(pin.name) for pin in outside)}"


def _named(pin: Pin) -> str:
    return ", ".join(filter(None, (plain(pin.name), format_distance(pin.place))))


def _scale(box: Box, width: int) -> str:
    """Return the lower edge of the frame with a scale in it."""
    west, south, east, north = box
    km_per_column = (east - west) / width * KM_PER_DEGREE * math.cos(math.radians((south + north) / 2))
    km = scale_km(max(km_per_column * width / 4, 0.001))
    long = max(2, round(km / km_per_column))
    text = f" {km:g} km ├{'─' * (long - 2)}┤ "
    return f"{'─' * max(0, width + 2 - len(text) - 2)}{text}──"
