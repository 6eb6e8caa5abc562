"""The map in the terminal."""

from __future__ import annotations

import re

import pytest

from geoloc.model import Document, Result
from geoloc.writing import WriteOptions, render_map
from geoloc.writing.display import display_width
from geoloc.writing.dots import Canvas


def drawn(results, **options) -> str:
    return "".join(render_map(results if isinstance(results, list) else [results], WriteOptions(**options)))


@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_fits_the_terminal(make, width):
    lines = drawn(make.raid(), width=width).splitlines()
    assert max(map(display_width, lines)) <= min(width, 100)
    frame = [line for line in lines if line[0] in "┌│└"]
    assert len({display_width(line) for line in frame}) == 1


def test_border_places_and_key(make):
    text = drawn(make.raid(), width=80)
    assert "\x1b" not in text
    assert re.search(r"[\u2801-\u28ff]{3}", text)
    assert "A Kozinka, 1.8 km" in text and "B Grayvoron, 7.5 km" in text
    assert "Russia–Ukraine (RU-UA)" in text and "km ├" in text
    assert "(Russia)" in text and "(Ukraine)" in text
    assert "Not on the map: Russia" in text


def test_places_lie_where_they_are(make):
    """West is left and north is up; the one that lies nearer to the middle of the line is between."""
    lines = drawn(make.at((50.0, 35.0), (51.0, 36.0), (50.5, 35.5)), width=80).splitlines()
    at = {
        letter: (column, row)
        for row, line in enumerate(lines[:22])
        for column, letter in enumerate(line)
        if letter in "ABC"
    }
    assert at["A"][0] < at["C"][0] < at["B"][0] and at["A"][1] > at["C"][1] > at["B"][1]


def test_colour_adds_nothing_but_colour(make):
    plain = drawn(make.raid(), width=80)
    assert re.sub(r"\x1b\[\d*m", "", drawn(make.raid(), width=80, color=True)) == plain


def test_hostile_and_wide_names(make):
    text = drawn([make.one("\x1b[31mKozinka\n\u202e"), make.one("東京", lat=35.7, lon=139.7)], width=80)
    assert "\x1b" not in text and "\u202e" not in text
    assert "東京" in text
    assert max(map(display_width, text.splitlines())) <= 80


def test_nothing_to_draw(make):
    assert drawn(Result(Document(""))) == ""
    assert drawn(make.one(lat=None, lon=None)) == ""


def test_more_places_than_letters(make):
    text = drawn(make.at(*((50 + n / 10, 30 + (n * 7 % 60) / 10) for n in range(60))), width=80)
    assert "Not on the map: P5" in text


def test_a_character_of_braille_has_two_by_four_dots():
    canvas = Canvas(2, 1)
    canvas.line(0, 0, 0, 3)
    canvas.dot(3, 3)
    canvas.dot(9, 9)
    assert list(canvas.lines()) == ["⡇⢀"]
    assert not canvas.write(1, 0, "AB") and canvas.write(0, 0, "A") and not canvas.write(0, 0, "B")
    assert list(canvas.lines()) == ["A⢀"]
