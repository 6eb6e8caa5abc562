"""What the bundled gazetteer holds: a handful of each kind, and that divisions lie among their towns."""

from __future__ import annotations

import numpy as np
import pytest

from geoloc.gazetteer.layout import NO_POINT
from geoloc.model import PLACE_KINDS

EARTH_RADIUS_KM = 6371.0


def kilometres(a: tuple[float, float], b: tuple[float, float]) -> float:
    (y, x), (v, u) = np.radians(a), np.radians(b)
    cosine = np.sin(y) * np.sin(v) + np.cos(y) * np.cos(v) * np.cos(x - u)
    return float(EARTH_RADIUS_KM * np.arccos(np.clip(cosine, -1, 1)))


@pytest.mark.parametrize(
    ("name", "kind", "point", "within"),
    [
        # rivers at their mouths
        ("Mississippi River", "water", (29.15, -89.25), 60),
        ("Dnieper", "water", (46.5, 32.3), 60),
        ("Elk River", "water", (38.35, -81.64), 20),
        ("River Exe", "water", (50.61, -3.42), 20),
        ("Cauca River", "water", (8.9, -74.5), 30),
        # lakes, seas, bays, straits
        ("Leech Lake", "water", (47.15, -94.4), 20),
        ("Celebes Sea", "water", (3.5, 122.0), 300),
        ("Pearl Harbor", "water", (21.35, -157.97), 20),
        ("Strait of Georgia", "water", (49.3, -123.8), 80),
        # islands, ranges, peaks, volcanoes, deserts
        ("Oahu", "relief", (21.47, -157.98), 40),
        ("South Island", "relief", (-43.9, 170.5), 200),
        ("Sangre de Cristo Mountains", "relief", (37.0, -105.3), 150),
        ("Mount St. Helens", "relief", (46.2, -122.19), 20),
        ("Rub al Khali", "relief", (20.0, 50.0), 300),
        # regions of the world, of countries, of states; former countries; parks
        ("Asia Minor", "area", (39.0, 35.0), 200),
        ("Eastern Mediterranean", "area", (34.5, 31.0), 300),
        ("Flint Hills", "area", (38.4, -96.5), 100),
        ("Soviet Union", "area", (60.0, 90.0), 1000),
        ("СССР", "area", (60.0, 90.0), 1000),
        ("Kenai Fjords National Park", "area", (59.92, -149.65), 40),
        # quarters, buildings, universities, bases, crossings, airports by their usual names
        ("Bushwick", "populated-place", (40.694, -73.921), 5),
        ("Ménilmontant", "populated-place", (48.866, 2.39), 5),
        ("Jadavpur", "populated-place", (22.5, 88.37), 5),
        ("BYU", "facility", (40.25, -111.65), 5),
        ("UBC", "facility", (49.26, -123.25), 5),
        ("Fort Huachuca", "facility", (31.55, -110.35), 10),
        ("Bab al-Hawa", "facility", (36.24, 36.69), 10),
        ("Hartsfield-Jackson", "facility", (33.64, -84.43), 5),
        ("Sea-Tac Airport", "facility", (47.45, -122.31), 5),
        ("Шереметьево", "facility", (55.97, 37.41), 5),
    ],
)
def test_a_place_of_each_kind(gazetteer, name, kind, point, within) -> None:
    found = [candidate.place for candidate in gazetteer.search(name, limit=20)]
    assert any(p.kind == kind and p.lat is not None and kilometres((p.lat, p.lon), point) <= within for p in found)


@pytest.mark.parametrize(
    ("name", "geonameid"),
    [
        ("Подмосковье", 524925),
        ("Кузбасс", 1503900),
        ("Закарпаття", 687869),
        ("Белгородчина", 578071),
        ("Сумщина", 692196),
        ("Харьковщина", 706482),
        ("Himachal", 1270101),
        ("Herts", 2647043),
        ("Notts", 2641169),
    ],
)
def test_regions_as_news_names_them(gazetteer, name, geonameid) -> None:
    assert geonameid in {candidate.place.geonameid for candidate in gazetteer.search(name)}


@pytest.mark.parametrize("district", ["Grayvoronsky District", "Grayvoron"])
def test_a_district_is_known_by_the_name_of_its_town(gazetteer, district) -> None:
    found = [candidate.place for candidate in gazetteer.search(district, limit=20)]
    assert any(place.kind == "district" and place.admin1 == "Belgorod Oblast" for place in found)


@pytest.mark.parametrize("city", ["Dallas", "Chicago", "Paris", "Belgorod", "Atlanta"])
def test_the_bare_name_of_a_city_is_no_airport(gazetteer, city) -> None:
    found = [gazetteer.place(hit.row) for hit in gazetteer.find(city, fuzzy=False)]
    assert not any(place.kind == "facility" and place.feature_code == "AIRP" for place in found)


@pytest.mark.parametrize(
    ("code", "seat", "within"),
    [("MA.04", (34.01, -6.83), 120), ("MA.06", (33.59, -7.62), 120), ("EC.19", (-1.25, -78.62), 60),
     ("VN.79", (10.82, 106.63), 100), ("VN.82", (10.46, 105.63), 120), ("AZ.28", (39.64, 46.55), 50),
     ("ER.06", (15.61, 39.45), 150), ("UA.11", (44.95, 34.1), 80), ("ES.51", (37.4, -5.0), 100)],
)  # fmt: skip
def test_divisions_lie_among_their_towns(gazetteer, code, seat, within) -> None:
    place = gazetteer.by_id(gazetteer.geonameid_of_division(code))
    assert kilometres((place.lat, place.lon), seat) <= within


def test_nine_districts_in_ten_have_a_point(gazetteer) -> None:
    store = gazetteer.layers.stores[0]
    kinds, lat = store.columns["kind"], store.columns["lat"]
    for kind, share in (("region", 0.98), ("district", 0.9)):
        points = lat[kinds == PLACE_KINDS.index(kind)]
        assert np.mean(points != NO_POINT) > share
