"""csv: read back by the standard reader, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geoloc.model import Document, Result
from geoloc.writing import write

COLUMNS = (
    "name mention count geonameid country admin1 feature_code confidence border_id border_km border_side "
    "border_bearing reason source kind border_nearest_km border_farthest_km border_touches border_part lat lon"
).split()


def loaded(result: Any, **options: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(write(result, "csv", **options), newline=""), strict=True))


def test_a_row_a_place(make: Any) -> None:
    rows = loaded(make.raid())
    assert all(list(row) == COLUMNS for row in rows)
    assert [row["mention"] for row in rows] == ["Russia", "Graivoron", "Kozinka", "Hlotove"]
    assert (rows[2]["lat"], rows[2]["lon"], rows[2]["border_km"]) == ("50.4613", "35.6026", "1.792")
    assert (rows[3]["name"], rows[3]["lat"], rows[3]["reason"]) == ("", "", "not-in-gazetteer")


def test_a_row_a_mention(make: Any) -> None:
    rows = loaded(make.raid(), per="mention", demonyms=True)
    assert list(rows[0]) == [*COLUMNS, "start", "end", "context"]
    assert len(rows) == 9
    assert (rows[2]["start"], rows[2]["end"], rows[2]["context"]) == ("31", "38", "Shells fell on Kozinka.")


def test_nothing_found_is_a_header() -> None:
    assert write(Result(Document("")), "csv") == ",".join(COLUMNS) + "\n"
    assert write([], "csv") == ",".join(COLUMNS) + "\n"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_are_disarmed(make: Any, start: str) -> None:
    (row,) = loaded(make.one(f'{start}HYPERLINK("http://x","y")', admin1=f"{start}1"))
    assert row["name"] == row["mention"] == f'\'{start}HYPERLINK("http://x","y")'
    assert row["admin1"] == f"'{start}1"


def test_numbers_are_not_touched(make: Any) -> None:
    (row,) = loaded(make.one(lat=-33.9, lon=-0.00002, confidence=0.0))
    assert (row["lat"], row["lon"], row["confidence"]) == ("-33.9", "-0.00002", "0.0")


def test_line_ends_and_quotes(make: Any) -> None:
    text = write(make.one('a "b", c', text="x\r\ny\rz"), "csv")
    assert text.splitlines()[1].startswith('"a ""b"", c","x')
    assert "\r" not in write(make.raid(), "csv")
    (row,) = loaded(make.one('a "b", c', text="x\r\ny\rz"))
    assert (row["name"], row["mention"]) == ('a "b", c', "x\r\ny\rz")


def test_precision(make: Any) -> None:
    (row,) = loaded(make.one(lat=1.23456789), precision=5)
    assert row["lat"] == "1.23457"


@given(st.text(alphabet=st.characters(), max_size=20))
def test_any_text_round_trips(make: Any, name: str) -> None:
    text = write(make.one(name), "csv")
    text.encode("utf-8")
    (row,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    expected = "".join("\ufffd" if "\ud800" <= char <= "\udfff" or char == "\0" else char for char in name)
    assert row["name"].removeprefix("'") == expected.removeprefix("'")
    if row["name"].startswith(("=", "+", "-", "@", "\t", "\r")):
        assert set(row["name"]) <= set("+-0123456789., "), "standard input or coordinates, nothing that calculates"
