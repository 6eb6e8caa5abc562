import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.gazetteer.layout import NO_POINT
from geoloc.gazetteer.nearby import CellIndex, cell_arrays, distance_km

LAT, LON = st.floats(-90, 90), st.floats(-180, 180)
POINTS = st.lists(st.tuples(LAT, LON), max_size=30)


def index_of(points):
    lat = np.array([round(lat * 1e5) for lat, _ in points], np.int32)
    lon = np.array([round(lon * 1e5) for _, lon in points], np.int32)
    arrays = cell_arrays(lat, lon)
    return CellIndex(arrays["cell_rows"], arrays["cell_starts"], lat, lon), lat / 1e5, lon / 1e5


@settings(max_examples=200)
@given(POINTS, LAT, LON, st.integers(1, 8))
def test_the_nearest_are_found_anywhere_on_earth(points, lat, lon, limit):
    index, lats, lons = index_of(points)
    found = [km for km, _ in index.nearest(lat, lon, limit)]
    assert found == pytest.approx(sorted(distance_km(lat, lon, lats, lons).tolist())[:limit], abs=1e-9)


@settings(max_examples=200)
@given(POINTS, LON, LAT, st.floats(0, 359), st.floats(0, 90))
def test_cells_of_a_box_hold_all_its_points(points, west, south, width, height):
    index, lats, lons = index_of(points)
    found = set(index.within(west, south, west + width, south + height).tolist())
    inside = (lats >= south) & (lats <= south + height) & ((lons - west) % 360 <= width)
    assert set(np.flatnonzero(inside).tolist()) <= found


def test_rows_without_a_point_are_left_out():
    lat, lon = np.array([NO_POINT, 100_000], np.int32), np.array([NO_POINT, 100_000], np.int32)
    arrays = cell_arrays(lat, lon)
    assert arrays["cell_rows"].tolist() == [1]


def test_across_the_antimeridian_and_at_the_pole(gazetteer):
    assert gazetteer.nearest(-16.8, -179.99, limit=1)[0].near_km < 80
    found = gazetteer.nearest(90, 0, limit=3)
    assert [c.near_km for c in found] == sorted(c.near_km for c in found)
    found = gazetteer.nearest(-17, 180, limit=5, bbox=(179, -17.5, -179, -16), feature_class="P")
    assert found and all(abs(c.place.lon) > 179 and c.place.kind == "populated-place" for c in found)
