"""Borders of first-order divisions, and of whole countries."""

from __future__ import annotations

import numpy as np
import pytest

from geoloc.borders import Border, admin1, entries
from geoloc.borders.country import Outline
from geoloc.errors import UnknownBorderError


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("RU-BEL/RU-KRS", "RU-BEL/RU-KRS"),
        ("kursk / belgorod", "RU-KRS/RU-BEL"),
        ("Курская область/Белгородская область", "RU-KRS/RU-BEL"),
        ("Wales/England", "GB-WLS/GB-ENG"),
        ("Catalunya/Aragón", "ES-CT/ES-AR"),
        ("UA-43/UA-65", "UA-43/UA-65"),
    ],
)
def test_a_pair_of_divisions(text: str, id: str) -> None:
    border = Border.load(text)
    assert (border.id, border.countries, border.bundled) == (id, None, True)
    assert border.about and border.about["licence"] == "public domain"
    assert 0.5 < border.line_error_km < 10


def test_relation_to_divisions() -> None:
    border = Border.load("US-TX/US-OK")
    north, south = border.relation(36.4, -99.0), border.relation(33.0, -98.0)
    assert (north.side, south.side) == ("US-OK", "US-TX")
    assert border.relation(48.0, 2.0).side is None
    assert north.uncertainty_km > border.line_error_km
    assert 80 < south.distance_km < 110


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("RU-BEL/RU-MOS", "RU-BEL borders RU-KRS, RU-VOR"),
        ("RU-BEL/Atlantis", "'Atlantis'"),
        ("RU-BEL/", "two first-order divisions"),
    ],
)
def test_no_such_pair(text: str, words: str) -> None:
    with pytest.raises(UnknownBorderError, match=words):
        Border.load(text)


def test_outlines_hold_their_towns() -> None:
    (belgorod,) = admin1.find("RU-BEL")
    outline = Outline(admin1.outline_edges(belgorod))
    assert outline.holds(np.array([50.6, 50.45]), np.array([36.59, 30.52])).tolist() == [True, False]
    assert admin1.division_of(578071) is belgorod
    assert admin1.countries_beside(belgorod) == {"UA"}
    assert admin1.division_of(None) is None and admin1.division_of(1) is None


def test_the_whole_border_of_a_country() -> None:
    border = Border.load("ru")
    assert (border.id, border.countries) == ("RU", None)
    pair = Border.load("RU-UA").relation(50.4613, 35.6026)
    whole = border.relation(50.4613, 35.6026)
    assert (whole.distance_km, whole.side, whole.part) == (pair.distance_km, "RU", "RU-UA")
    assert border.relation(61.4, 29.4).part == "FI-RU"
    assert border.relation(54.4, 20.6).part == "PL-RU"  # Kaliningrad
    assert border.relation(50.0, 2.0).side is None
    assert border.length_km == pytest.approx(22_274, abs=5)
    assert pair.part is None


@pytest.mark.parametrize(("code", "words"), [("JP", "Japan has no land border"), ("ZZ", "'ZZ'")])
def test_a_country_without_a_land_border(code: str, words: str) -> None:
    with pytest.raises(UnknownBorderError, match=words):
        Border.load(code)


def test_the_whole_border_counts_each_line_once() -> None:
    """GF, a part of FR, has a code of its own, so that its borders are listed twice."""
    for code, there, not_there in (
        ("BR", {"BR-GF", "BR-GY"}, {"BR-FR"}),
        ("FR", {"BR-FR", "FR-SR", "FR-SX", "BE-FR"}, {"FR-NL"}),
        ("NL", {"BE-NL", "MF-NL"}, {"FR-NL"}),
    ):
        names = set(Border.load(code).part_names)
        assert there <= names and not names & not_there
        ids = [name for name in names if name]
        assert Border.load(code).length_km == pytest.approx(sum(entries()[id].length_km for id in ids), abs=0.1)
    cayenne = Border.load("FR").relation(4.0, -51.9)
    assert (cayenne.side, cayenne.part) == ("FR", "BR-FR")
