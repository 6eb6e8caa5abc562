"""Nearest and farthest distance of lines and areas."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.borders import Border, shape_relation
from geoloc.borders.areas import country_relation, division_relation
from geoloc.borders.shapes import shape_of


@pytest.fixture(scope="module")
def border() -> Border:
    return Border.load("RU-UA")


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(25, 50), st.floats(40, 60)), min_size=2, max_size=4, unique=True),
)
def test_lines_against_many_points(border: Border, corners: list[tuple[float, float]]) -> None:
    shape = shape_of({"type": "LineString", "coordinates": [list(corner) for corner in corners]})
    found = shape_relation(border, shape.lines)
    (line,) = shape.lines
    t = np.linspace(0, 1, 400)[:, None]
    points = np.concatenate([a + t * (b - a) for a, b in pairwise(line)])
    distances = border.distances_km(*points.T)
    step = max(float(np.hypot(*(b - a))) for a, b in pairwise(line)) * 112 / 400
    assert found.nearest_km <= min(distances) + max(1e-3, found.uncertainty_km)
    assert found.nearest_km >= min(distances) - step - found.uncertainty_km
    # Beyond a thousand kilometres the sphere will do.
    assert found.farthest_km == pytest.approx(max(distances), rel=0.007, abs=step)
    assert found.touches == (found.nearest_km == 0)


def test_a_line_across_touches(border: Border) -> None:
    shape = shape_of({"type": "LineString", "coordinates": [[36, 50], [36, 51]]})
    found = shape_relation(border, shape.lines)
    assert (found.nearest_km, found.touches) == (0, True)


def test_the_farthest_point_may_lie_inside() -> None:
    """Lesotho is an enclave: every point of its outline lies on the border."""
    found = country_relation(Border.load("LS-ZA"), "LS")
    assert found is not None and found.touches and found.nearest_km == 0
    assert 70 < found.farthest_km < 80


def test_over_the_antimeridian(tmp_path) -> None:
    path = tmp_path / "line.geojson"
    path.write_text('{"type": "LineString", "coordinates": [[179.9, -10], [179.9, 10]]}')
    shape = shape_of({"type": "Polygon", "coordinates": [[[-179, -1], [-178, -1], [-178, 1], [-179, 1], [-179, -1]]]})
    found = shape_relation(Border.load(path), shape.lines, shape.holds)
    assert found.nearest_km == pytest.approx(1.1 * 111.32, rel=0.001)
    assert found.farthest_km == pytest.approx(2.1 * 111.32, rel=0.01)
    across = shape_of({"type": "LineString", "coordinates": [[179, 0], [-179, 0]]})
    assert shape_relation(Border.load(path), across.lines).touches


@pytest.mark.parametrize(
    ("geonameid", "touches", "nearest", "farthest"),
    [
        (578071, True, 0, 114),  # Belgorod Oblast
        (706482, True, 0, 186),  # Kharkiv Oblast
        (703883, False, 227, 483),  # Crimea
    ],
)
def test_divisions(border: Border, geonameid: int, touches: bool, nearest: float, farthest: float) -> None:
    found = division_relation(border, geonameid)
    assert found is not None
    assert found.touches == touches
    assert found.nearest_km == pytest.approx(nearest, abs=3)
    assert found.farthest_km == pytest.approx(farthest, abs=5)
    assert found.uncertainty_km > 1


def test_countries(border: Border) -> None:
    own, other = country_relation(border, "UA"), country_relation(border, "PL")
    assert own is not None and other is not None
    assert own.touches and own.nearest_km == 0 and 750 < own.farthest_km < 850
    assert not other.touches and 500 < other.nearest_km < 560
    assert country_relation(border, "XX") is None
    assert division_relation(border, 1) is None


def test_all_lines_of_an_outline_are_measured() -> None:
    """The nearest point of Morocco lies at the beginning of one of its many lines."""
    found = country_relation(Border.load("BG-RO"), "MA")
    assert found is not None and found.nearest_km == pytest.approx(2336.8, rel=0.006)


def test_countries_follow_the_worldview() -> None:
    """Crimea is Ukraine's by default, and not Russia's; so the shores nearest to Bulgaria are others."""
    nearest = {
        (code, worldview): country_relation(Border.load("BG-RO", worldview=worldview), code).nearest_km  # type: ignore[union-attr]
        for code in ("RU", "UA")
        for worldview in (None, "RU")
    }
    assert nearest["RU", "RU"] == pytest.approx(359, abs=3)
    assert nearest["RU", None] > 600
    assert nearest["UA", "RU"] == pytest.approx(nearest["UA", None]) == pytest.approx(147, abs=2)
    own = country_relation(Border.load("RU-UA"), "UA")
    other = country_relation(Border.load("RU-UA", worldview="RU"), "UA")
    assert own is not None and other is not None
    assert own.touches and other.touches


def test_the_outline_follows_the_worldview_whatever_the_border(tmp_path: Path) -> None:
    path = tmp_path / "strait.geojson"
    path.write_text('{"type": "LineString", "coordinates": [[33, 44], [34, 44]]}')
    for worldview, km in ((None, 230), ("RU", 45)):
        found = country_relation(Border.load(path, worldview=worldview), "RU")
        assert found is not None and found.nearest_km == pytest.approx(km, abs=15)


def test_a_division_of_the_other_reading() -> None:
    found = division_relation(Border.load("RU-UA", worldview="RU"), 703883)  # Crimea
    assert found is not None and found.touches


def test_the_divisions_that_a_border_parts_touch_it() -> None:
    border = Border.load("RU-BEL/RU-KRS")
    for geonameid in (578071, 538555):  # Belgorod, Kursk
        found = division_relation(border, geonameid)
        assert found is not None and found.touches and found.nearest_km == 0
    distant = division_relation(border, 706482)  # Kharkiv
    assert distant is not None and not distant.touches and distant.nearest_km > 10
    assert not border.parts_country("RU")


def test_codes_of_divisions_are_no_countries() -> None:
    border = Border.load("US-GA/US-AL")
    assert not any(map(border.parts_country, ("US", "GA", "AL")))
    gabon = country_relation(border, "GA")
    assert gabon is not None and not gabon.touches and gabon.nearest_km > 5000
