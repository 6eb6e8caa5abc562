"""Both readings of disputed ground."""

from __future__ import annotations

import numpy as np
import pytest

from geoloc.borders import Border, checked_worldview, country_of, disputes, entries, holders, one_readings
from geoloc.borders.country import countries_of
from geoloc.borders.territory import territory
from geoloc.errors import UsageError

SIMFEROPOL = (44.95, 34.10)


@pytest.mark.parametrize("id", list(disputes()))
def test_both_polygons_hold_it(id: str) -> None:
    dispute = disputes()[id]
    lat, lon = dispute.point
    assert set(dispute.countries) <= set(holders(lat, lon))
    assert dispute.default == country_of(lat, lon)
    assert countries_of([lat], [lon], worldview=dispute.other) == [dispute.other]
    assert countries_of([lat], [lon], worldview="XX") == [dispute.default]


@pytest.mark.parametrize("id", list(disputes()))
def test_the_border_follows_the_reading(id: str) -> None:
    """Along each line of each reading the two countries face each other."""
    dispute = disputes()[id]
    for worldview in dispute.countries:
        border = Border.load(id, worldview=worldview)
        relation = border.relation(*dispute.point)
        assert relation.side == worldview
        for line in border.lines[: border.parts][-1:]:
            middle = line[len(line) // 2 - 1 : len(line) // 2 + 1]
            lat, lon = middle.mean(axis=0)
            north, east = (middle[1] - middle[0]) / max(float(abs(middle[1] - middle[0]).max()), 1e-9)
            sides = [
                border.relation(lat + turn * east * 1e-4, lon - turn * north * 1e-4).side for turn in (1, -1)
            ]  # left, right
            assert sides == list(dispute.countries), "the first country lies on the left"


def test_crimea() -> None:
    default, other = Border.load("RU-UA"), Border.load("RU-UA", worldview="ru")
    assert (default.parts, default.vertices) == (6, 5695)
    assert other.length_km > default.length_km + 20
    assert default.relation(*SIMFEROPOL).side == "UA"
    assert other.relation(*SIMFEROPOL).side == "RU"
    assert default.relation(*SIMFEROPOL).distance_km > 300
    assert 100 < other.relation(*SIMFEROPOL).distance_km < 160
    assert Border.load("RU-UA", worldview="UA").length_km == default.length_km
    assert Border.load("RU", worldview="RU").relation(*SIMFEROPOL).part == "RU-UA"


def test_a_border_there_is_only_with_disputed_ground() -> None:
    assert Border.load("EH-MA").length_km > 400
    assert Border.load("EH-MA", worldview="MA").length_km > 1000, "the line that the armies hold"


def test_a_worldview_that_changes_nothing_is_refused() -> None:
    with pytest.raises(UsageError, match="'FR'"):
        Border.load("RU-UA", worldview="FR")
    with pytest.raises(UsageError, match="Golan Heights the source has one reading only"):
        checked_worldview("SY")
    assert checked_worldview(" ru ") == "RU"
    assert checked_worldview(None) is None


@pytest.mark.parametrize("id", list(disputes()))
def test_the_ground_is_in_one_territory(id: str) -> None:
    dispute = disputes()[id]
    lat, lon = np.array(dispute.point)[:, None]
    for worldview in dispute.countries:
        held = [code for code in dispute.countries if territory(code, worldview).holds(lat, lon).all()]
        assert held == [worldview]


@pytest.mark.parametrize("reading", one_readings(), ids=lambda reading: reading.ground)
def test_disputes_with_one_reading(reading) -> None:
    """The source has the ground where the list says, and no other claimant with it."""
    held = holders(*reading.point)
    if reading.source is None:
        assert not held
    else:
        assert country_of(*reading.point) == held[0] == reading.source
        assert held[1:] in ((), ("ES",)), "Spain's polygon holds Gibraltar, too"
    assert set(reading.borders) <= set(entries())
    assert reading.claimed_by and reading.held_by


def test_which_borders_a_worldview_moves() -> None:
    assert Border.load("RU-UA", worldview="RU").follows_worldview
    assert Border.load("RU", worldview="RU").follows_worldview
    for id, worldview in (("RU-UA", "UA"), ("RU-UA", None), ("FI-RU", "RU"), ("RU-BEL/RU-KRS", "RU")):
        assert not Border.load(id, worldview=worldview).follows_worldview
