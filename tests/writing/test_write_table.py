"""The table: what a person reads, in the width there is, whatever the names hold."""

from __future__ import annotations

import dataclasses
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.model import Document, Result
from geoloc.writing import write

ANY_TEXT = st.text(alphabet=st.characters(), max_size=60) | st.text(
    alphabet="東京ю\u0301\u200d\x1b[m \u202e", max_size=200
)


def columns(line: str) -> int:
    """Count terminal columns, apart from the code under test."""
    zero = sum(unicodedata.category(char) in ("Mn", "Me", "Cf") for char in line)
    return len(line) - zero + sum(unicodedata.east_asian_width(char) in ("W", "F") for char in line)


def test_the_article(make: Any) -> None:
    assert write(make.raid(), "table").splitlines() == [
        "Place      As written            Where                         Lat,lon  To RU-UA    Conf.",
        "Grayvoron  Graivoron, Grayvoron  Belgorod Oblast, RU   50.4789,35.6809  7.5 km RU    0.95",
        "Kozinka    Kozinka               Belgorod Oblast, RU   50.4613,35.6026  1.8 km RU    0.97",
        "Russia     Russia                RU                   60.0000,100.0000  no outline   0.99",
        "Not resolved",
        "  Hlotove ×2  not-in-gazetteer",
        "Mainly about Grayvoron, Belgorod Oblast, RU",
    ]


def test_nothing_found_prints_nothing(make: Any) -> None:
    assert write(Result(Document("")), "table") == ""
    assert write([], "table") == ""
    assert write(make.one(), "table", kinds={"water"}) == ""


def test_only_unresolved(make: Any) -> None:
    result = Result(Document(""), mentions=(make.mention("Hlotove", None, reason=None),))
    assert write(result, "table") == "Not resolved\n  Hlotove\n"


def test_demonyms_when_asked_for(make: Any) -> None:
    assert "Russian" not in write(make.raid(), "table")
    assert "Russian, Russia" in write(make.raid(), "table", demonyms=True)
    assert "Martians" in write(make.raid(), "table", demonyms=True)


def test_several_documents_have_headings(make: Any) -> None:
    text = write([make.raid(), Result(Document("", source="empty.txt")), make.one(source=None)], "table")
    lines = text.splitlines()
    assert lines[0] == "raid.txt · Raid · border Russia–Ukraine (RU-UA, auto)"
    assert lines[lines.index("") + 1] == "document 3"
    assert "empty.txt" not in text
    assert "To RU-UA" not in lines[-2], "no border, no border column"


@pytest.mark.parametrize(
    ("distance", "uncertainty", "side", "shown"),
    [
        (1.79249, 0.5, "RU", "1.8 km RU"),
        (0.0, 0.5, None, "0.0 km"),
        (1.79249, 0.01, "left", "1.79 km left"),
        (1.79249, 0.0, "inside", "1.792 km inside"),
        (32.09, 2.0, "RU", "32 km RU"),
        (99.94, 0.5, "UA", "99.9 km UA"),
        (100.4, 0.5, "UA", "100 km UA"),
        (1983.4, 0.001, "UA", "1983 km UA"),
        (1.79249, float("nan"), "RU", "1.8 km RU"),
    ],
)
def test_distances_have_the_digits_that_the_uncertainty_allows(
    make: Any, distance: float, uncertainty: float, side: str | None, shown: str
) -> None:
    relation = make.relation(distance, uncertainty_km=uncertainty, side=side)
    result = dataclasses.replace(make.raid(), places=(make.place(border=relation),), mentions=(make.mention(),))
    assert shown in [cell.strip() for cell in write(result, "table").splitlines()[1].split("  ")]


def test_continents_and_countries_come_last(make: Any) -> None:
    kinds = ("continent", "populated-place", "country", "region")
    places = tuple(make.place(kind, kind=kind, mentions=()) for kind in kinds)
    lines = write(Result(Document(""), places=places), "table").splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["populated-place", "region", "continent", "country"]


def test_explain_lists_what_else_it_could_be(make: Any) -> None:
    lines = write(make.raid(), "table", explain=True).splitlines()
    assert lines[2] == "    or Kazinka, Lipetsk Oblast, RU, 50.4613,35.6026, fuzzy 0.41"


def test_colour_only_when_asked_for_and_only_ours(make: Any) -> None:
    assert "\x1b" not in write([make.raid(), make.one("\x1b[31mred")], "table")
    coloured = write([make.raid(), make.one("\x1b[31mred")], "table", color=True)
    assert "\x1b[1m" in coloured
    assert "\x1b[31m" not in coloured
    assert coloured.replace("\x1b[1m", "").replace("\x1b[0m", "") == write(
        [make.raid(), make.one("\x1b[31mred")], "table"
    )


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("New\nYork\tCity\u2028!", "New York City !"),
        ("\x1b]0;owned\x07Oslo\x9b2J", "\ufffd]0;owned\ufffdOslo\ufffd2J"),
        ("abc\u202edcba", "abcdcba"),
        ("a\ud800b", "a\ufffdb"),
        ("تهران\u200cنو", "تهران\u200cنو"),
    ],
)
def test_hostile_names_are_neutralised(make: Any, name: str, shown: str) -> None:
    text = write(make.one(name), "table")
    assert text.splitlines()[1].startswith(shown)
    assert len(text.splitlines()) == 2
    assert name.splitlines()[0] in write(make.one(name, text=name), "table") or name != shown


def test_wide_and_combining_characters_keep_the_columns_straight(make: Any) -> None:
    places = tuple(make.place(name, mentions=()) for name in ("東京都", "Йошкар", "Plain"))
    lines = write(Result(Document(""), places=places), "table").splitlines()
    assert len({columns(line) for line in lines}) == 1
    assert len({columns(line.partition("Belgorod")[0]) for line in lines[1:]}) == 1


def test_long_names_are_cut_with_an_ellipsis(make: Any) -> None:
    lines = write(make.one("Llanfair" * 20, text="x" * 300, admin1="y" * 90), "table").splitlines()
    assert lines[1].count("…") == 3
    assert max(map(columns, lines)) == 100
    assert lines[1].endswith("50.4613,35.6026   0.97"), "figures are not cut"


@given(
    name=ANY_TEXT,
    text=ANY_TEXT.filter(bool),
    lost=ANY_TEXT,
    title=ANY_TEXT,
    width=st.integers(20, 120),
    color=st.booleans(),
    explain=st.booleans(),
)
def test_no_line_is_wider_than_it_may_be(
    make: Any, name: str, text: str, lost: str, title: str, width: int, color: bool, explain: bool
) -> None:
    result = Result(
        Document("", source=title, title=title),
        make.raid().border,
        mentions=(make.mention(text), make.mention(lost, None)),
        places=(make.place(name, admin1=title, border=make.relation(), alternatives=(make.candidate(name),)),),
    )
    out = write([result, result], "table", width=width, color=color, explain=explain)
    assert out.encode("utf-8")
    if color:
        out = out.replace("\x1b[1m", "").replace("\x1b[0m", "")
    for line in out.removesuffix("\n").split("\n"):
        assert columns(line) <= width
        assert line == line.rstrip()
        assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in line)
