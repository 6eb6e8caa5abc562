"""The vectorised geodesic against Karney's algorithm."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from geoloc.borders.geodesy import checked_points, inverse
from geoloc.errors import UsageError

MILLIMETRE = 1e-3
latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def karney(lat1: float, lon1: float, lat2: float, lon2: float) -> tuple[float, float]:
    answer = Geodesic.WGS84.Inverse(lat1, lon1, lat2, lon2)
    return answer["s12"], answer["azi1"] % 360


@given(latitudes, longitudes, latitudes, longitudes)
def test_any_pair(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    distance, bearing = inverse(lat1, lon1, lat2, lon2)
    assert float(distance) == pytest.approx(karney(lat1, lon1, lat2, lon2)[0], abs=MILLIMETRE)
    assert 0 <= float(bearing) < 360


@given(latitudes, longitudes, st.floats(-1, 1), st.floats(-1, 1))
def test_nearly_antipodal(lat: float, lon: float, north: float, east: float) -> None:
    other = max(-90.0, min(90.0, -lat + north)), lon + 180 + east
    assert float(inverse(lat, lon, *other)[0]) == pytest.approx(karney(lat, lon, *other)[0], abs=MILLIMETRE)


def test_many_random_pairs_with_bearings() -> None:
    random = np.random.default_rng(5)
    lat1, lat2 = np.degrees(np.arcsin(random.uniform(-1, 1, (2, 2000))))
    lon1, lon2 = random.uniform(-180, 180, (2, 2000))
    lat2[:800] = np.clip(lat1[:800] + random.normal(0, 0.05, 800), -90, 90)
    lon2[:800] = lon1[:800] + random.normal(0, 0.05, 800)
    distance, bearing = inverse(lat1, lon1, lat2, lon2)
    expected = np.array([karney(*pair) for pair in zip(lat1, lon1, lat2, lon2, strict=True)])
    assert np.abs(distance - expected[:, 0]).max() < MILLIMETRE
    assert np.abs((bearing - expected[:, 1] + 180) % 360 - 180).max() < 1e-4


@pytest.mark.parametrize(
    ("pair", "metres", "bearing"),
    [
        ((0, 0, 0, 0), 0.0, 0.0),
        ((90, 0, 90, 120), 0.0, None),
        ((90, 0, -90, 0), 20_003_931.459, None),
        ((0, 179.5, 0, -179.5), 111_319.491, 90.0),
        ((0, -179.5, 0, 179.5), 111_319.491, 270.0),
        ((10, 20, 11, 20), 110_611.187, 0.0),
        ((89.9, 0, 89.9, 180), 22_338.795, 0.0),
    ],
)
def test_known_geodesics(pair: tuple[float, float, float, float], metres: float, bearing: float | None) -> None:
    distance, azimuth = inverse(*pair)
    assert float(distance) == pytest.approx(karney(*pair)[0], abs=MILLIMETRE)
    assert float(distance) == pytest.approx(metres, abs=5 * MILLIMETRE)
    if bearing is not None:
        assert float(azimuth) == pytest.approx(bearing, abs=1e-9)


def test_geopy_agrees() -> None:
    from geopy.distance import geodesic

    expected = geodesic((50.4613, 35.6026), (50.60343, 36.58091)).meters
    assert float(inverse(50.4613, 35.6026, 50.60343, 36.58091)[0]) == pytest.approx(expected, abs=MILLIMETRE)


def test_arrays_are_broadcast_and_keep_their_shape() -> None:
    distance, bearing = inverse(np.zeros((2, 3)), 0.0, 1.0, np.array([0.0, 1.0, 2.0]))
    assert distance.shape == bearing.shape == (2, 3)
    assert inverse([], [], [], [])[0].shape == (0,)


@pytest.mark.parametrize(
    ("lat", "lon", "said"),
    [
        (91.0, 0.0, "latitude 91 is not between"),
        (120.5, 50.0, "swapped"),
        (float("nan"), 0.0, "latitude nan"),
        (0.0, float("inf"), "longitude inf"),
        (0.0, 361.0, "longitude 361"),
        ("north", 0.0, "not numbers"),
        ([1.0, 2.0], [1.0], "shape"),
    ],
)
def test_bad_coordinates_are_refused_in_one_line(lat: object, lon: object, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        checked_points(lat, lon)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_longitudes_of_0_to_360_are_brought_home() -> None:
    lat, lon = checked_points([1, 2, 3], [350.0, 180.0, -180.0])
    assert lon.tolist() == [-10.0, 180.0, -180.0]
