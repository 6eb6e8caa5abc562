"""Bundled borders: facts, reference distances, sides, GeoJSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from geoloc.borders import (
    Border,
    border_beside,
    choose_border,
    countries_of,
    country_of,
    entries,
    fitting_borders,
    holders,
    rank_borders,
)
from geoloc.errors import UnknownBorderError, UsageError


def test_catalogue_facts() -> None:
    known = entries()
    assert len(known) == 332
    assert list(known) == sorted(known)
    assert all("-".join(sorted(entry.countries)) == id == entry.id for id, entry in known.items())
    assert sum(entry.vertices for entry in known.values()) == 830_089
    assert sum(entry.length_km for entry in known.values()) == pytest.approx(271_497, abs=1)
    ours = known["RU-UA"]
    assert (ours.name, ours.parts, ours.vertices) == ("Russia–Ukraine", 6, 5695)
    assert ours.length_km == pytest.approx(1983, abs=2)
    assert {"RS-XK", "LS-ZA", "IT-VA", "IT-SM", "CN-HK", "CN-MO", "ES-GI"} <= set(known)  # enclaves too


@pytest.mark.parametrize("id", ["RU-UA", "AT-CH", "BE-NL", "KP-KR"])
def test_the_index_agrees_with_the_lines(id: str) -> None:
    border, entry = Border.load(id), entries()[id]
    assert (border.parts, border.vertices, border.countries) == (entry.parts, entry.vertices, entry.countries)
    every = np.concatenate(border.lines)
    west, south, east, north = entry.bbox
    assert every.min(axis=0).tolist() == [south, west]
    assert every.max(axis=0).tolist() == [north, east]
    assert border.length_km == pytest.approx(entry.length_km, abs=6e-4)


@pytest.mark.parametrize("wording", ["RU-UA", "ua-ru", "Ru–uA", " UA_RU ", "ru/ua"])
def test_ids_in_any_case_and_order(wording: str) -> None:
    assert Border.load(wording).id == "RU-UA"


@pytest.mark.parametrize(
    ("wording", "said"), [("RU-FR", "FR borders AD, BE"), ("XX-YY", "border list"), ("Russia", "RU-UA")]
)
def test_unknown_borders(wording: str, said: str) -> None:
    with pytest.raises(UnknownBorderError, match=said) as caught:
        Border.load(wording)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("lat", "lon", "km"),
    [(50.4613, 35.6026, 1.792), (50.47893, 35.68087, 7.529), (50.60343, 36.58091, 32.087)],
    ids=["Kozinka", "Grayvoron", "Belgorod"],
)
def test_reference_distances(lat: float, lon: float, km: float) -> None:
    relation = Border.load("RU-UA").relation(lat, lon)
    assert relation.distance_km == pytest.approx(km, abs=0.002)
    assert relation.side == "RU"
    assert relation.bearing is not None and 180 < relation.bearing < 270
    assert relation.uncertainty_km == pytest.approx(0.5025, abs=1e-3)


@pytest.mark.parametrize(
    ("id", "point", "side"),
    [
        ("RU-UA", (49.99, 36.23), "UA"),  # Kharkiv
        ("RU-UA", (51.73, 36.19), "RU"),  # Kursk
        ("RU-UA", (52.43, 31.0), None),  # Homiel, Belarus
        ("RU-UA", (44.95, 34.10), "UA"),  # Simferopol, disputed
        ("RU-UA", (45.0, -40.0), None),  # the Atlantic
        ("CA-US", (49.0, -122.76), None),  # sea or land at the end of the line: either way no crash
        ("CA-US", (42.331, -83.046), "US"),  # Detroit
        ("CA-US", (42.31, -83.037), "CA"),  # Windsor, south of it
        ("AZ-TR", (39.21, 45.41), "AZ"),  # Nakhchivan
        ("BR-FR", (4.94, -52.33), "FR"),  # Cayenne: French Guiana, a part of France
        ("BR-GF", (4.94, -52.33), "GF"),
    ],
)
def test_sides(id: str, point: tuple[float, float], side: str | None) -> None:
    found = Border.load(id).relation(*point).side
    assert found == side or (point == (49.0, -122.76) and found in {"CA", "US", None})


def test_the_first_country_lies_on_the_left() -> None:
    """A step of 20 m to either side of the middle of long edges is in the country that stands there."""
    border = Border.load("RU-UA")
    lines = np.concatenate([np.hstack([line[:-1], line[1:]]) for line in border.lines])
    lines = lines[np.argsort(-np.hypot(*(lines[:, 2:] - lines[:, :2]).T))[:40]]
    middle = (lines[:, :2] + lines[:, 2:]) / 2
    along = lines[:, 2:] - lines[:, :2]
    left = np.column_stack([along[:, 1], -along[:, 0]]) * (1, 1)
    left *= 2e-4 / np.hypot(*left.T)[:, None]
    assert set(countries_of(*(middle + left).T)) == {"RU"}
    assert set(countries_of(*(middle - left).T)) == {"UA"}


@pytest.mark.parametrize(
    ("code", "lat", "lon"),
    [
        ("RU", 54.71, 20.51),  # Kaliningrad
        ("AZ", 39.21, 45.41),  # Nakhchivan
        ("AO", -5.56, 12.19),  # Cabinda
        ("US", 61.22, -149.9),  # Anchorage
        ("RU", 66.16, -169.83),  # Uelen, east of the antimeridian
        ("LS", -29.31, 27.48),  # Maseru, an enclave
        ("VA", 41.9022, 12.4533),
        ("SM", 43.9367, 12.4464),
        ("IT", 41.9, 12.48),  # Rome, round VA
        ("CH", 46.0, 8.95),
        ("IT", 45.9686, 8.9714),  # Campione
        ("XK", 42.663, 21.162),  # Pristina
        ("ES", 42.4647, 1.9806),  # Llívia, in France
        ("HK", 22.3, 114.17),
        ("TW", 25.04, 121.56),
        ("GF", 4.94, -52.33),
        ("JP", 35.6, 139.78),  # Tokyo harbour
        ("AQ", -85.0, 0.0),
        (None, 90.0, 0.0),
        (None, 0.0, -30.0),
        (None, 0.0, 180.0),
    ],
)
def test_country_of(code: str | None, lat: float, lon: float) -> None:
    assert country_of(lat, lon) == code
    assert country_of(lat, lon + 360 if lon < 0 else lon - 360) == code


def test_disputed_land_has_several_holders() -> None:
    assert holders(44.95, 34.10) == ("UA", "RU")
    assert holders(50.45, 30.52) == ("UA",)
    assert holders(45.0, -40.0) == ()


@pytest.mark.parametrize("point", [(91.0, 0.0), (float("nan"), 0.0), (0.0, float("nan")), (0.0, 500.0)])
def test_bad_points(point: tuple[float, float]) -> None:
    with pytest.raises(UsageError):
        Border.load("RU-UA").relation(*point)
    with pytest.raises(UsageError):
        country_of(*point)


def test_uncertainty_follows_the_point() -> None:
    border = Border.load("RU-UA")
    assert border.relation(50, 36, point_error_km=0).uncertainty_km == pytest.approx(0.05)
    assert border.relation(50, 36, point_error_km=5).uncertainty_km == pytest.approx(5.0, abs=0.01)
    with pytest.raises(UsageError):
        border.relation(50, 36, point_error_km=-1)


def test_no_points() -> None:
    assert Border.load("RU-UA").relations([], []) == []
    assert countries_of([], []) == []


@pytest.mark.parametrize("id", ["RU-UA", "CA-US", "BH-SA"])
def test_geojson(id: str) -> None:
    border = Border.load(id)
    feature = json.loads(json.dumps(border.to_geojson(), allow_nan=False))
    assert feature["type"] == "Feature" and feature["id"] == id
    assert feature["bbox"] == list(entries()[id].bbox)
    assert feature["geometry"]["type"] == "MultiLineString"
    assert "OpenStreetMap" in feature["properties"]["attribution"]
    lines = feature["geometry"]["coordinates"]
    assert [len(line) for line in lines] == [len(line) for line in border.lines]
    assert all(-180 <= lon <= 180 and -90 <= lat <= 90 for line in lines for lon, lat in line)
    assert all(round(number, 6) == number for line in lines for position in line for number in position)


def test_an_exported_border_is_the_border(tmp_path: Path) -> None:
    path = tmp_path / "exported.geojson"
    path.write_text(json.dumps(Border.load("RU-UA").to_geojson()))
    again = Border.load(path)
    relation = again.relation(50.4613, 35.6026)
    assert relation.distance_km == pytest.approx(1.7924, abs=1e-4)
    assert relation.side == "left"
    assert (again.parts, again.gaps) == (11, 0)
    assert again.length_km == pytest.approx(Border.load("RU-UA").length_km + 11.71, abs=0.01), "with the gaps"


def test_choice() -> None:
    assert choose_border({"UA": 9, "RU": 7, "US": 8, "PL": 1}) == "RU-UA"
    assert choose_border({"IN": 3, "PK": 3, "CN": 1}) == "IN-PK"
    assert [id for id, _ in rank_borders({"IN": 3, "PK": 3, "CN": 1})] == ["IN-PK", "CN-IN", "CN-PK"]


@pytest.mark.parametrize(
    "weights", [{}, {"RU": 5}, {"JP": 5, "US": 4}, {"RU": 5, "UA": 0}, {"RU": 5, "UA": -1}, {"QQ": 1}]
)
def test_no_choice(weights: dict[str, float]) -> None:
    assert choose_border(weights) is None
    assert rank_borders(weights) == []


def test_borders_of_dependencies_are_not_chosen_for_the_parent() -> None:
    assert choose_border({"FR": 5, "NL": 5}) is None
    assert choose_border({"FR": 5, "NL": 5, "BE": 1}) == "BE-FR"
    assert choose_border({"FR": 5, "BR": 5, "GF": 4}) == "BR-GF"
    assert choose_border({"MF": 1, "SX": 1}) == "MF-SX"


def test_a_relation_needs_no_heavy_imports() -> None:
    code = (
        "import sys; from geoloc.borders import Border; Border.load('RU-UA').relation(50.46, 35.6);"
        "print([m for m in ('shapely', 'geopy', 'geographiclib') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parents[2]
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert answer.stdout.strip() == "[]"


def test_a_border_that_half_of_the_points_stand_beside() -> None:
    kozinka, grayvoron, moscow, sydney = (50.4613, 35.6026), (50.479, 35.681), (55.75, 37.62), (-33.87, 151.21)

    def beside(*points: tuple[float, float]) -> str | None:
        return border_beside([lat for lat, _ in points], [lon for _, lon in points])

    assert beside(kozinka, grayvoron) == beside(kozinka, moscow) == "RU-UA"
    assert beside(kozinka, moscow, sydney) is beside(moscow) is beside() is None
    assert beside((-16.5, -68.9), (-16.3, -69.0)) == "BO-PE"


@pytest.mark.parametrize(
    "ids",
    [
        ("BY-RU", "BY-UA", "RU-UA"),
        ("AT-CH", "AT-LI", "CH-LI"),
        ("BE-DE", "BE-LU", "DE-LU"),
        ("BW-ZM", "BW-ZW", "ZM-ZW"),
    ],
)
def test_three_borders_meet_in_a_point(ids: tuple[str, ...]) -> None:
    borders = [Border.load(id) for id in ids]
    ends = np.concatenate([line[[0, -1]] for line in borders[0].lines])
    meetings = [point for point in ends if all(border.relation(*point).distance_km < 0.02 for border in borders)]
    assert meetings


@pytest.mark.parametrize(
    ("id", "point", "side", "km"),
    [
        ("BE-NL", (51.4417, 4.925), "BE", 1),  # Baarle-Hertog, in the Netherlands
        ("AZ-IR", (39.21, 45.41), "AZ", 40),  # Nakhchivan
        ("AO-CD", (-5.56, 12.19), "AO", 70),  # Cabinda
        ("LT-RU", (54.71, 20.51), "RU", 90),  # Kaliningrad
        ("CH-DE", (47.697, 8.691), "DE", 2),  # Büsingen, in Switzerland
        ("ES-FR", (42.464, 1.98), "ES", 2),  # Llívia, in France
    ],
)
def test_exclaves_have_lines_of_their_own(id: str, point: tuple[float, float], side: str, km: float) -> None:
    relation = Border.load(id).relation(*point)
    assert relation.side == side and relation.distance_km < km


def test_a_river_that_both_hold_makes_no_gap() -> None:
    """The Our is common to Germany and Luxembourg; Vianden stands beside it."""
    relation = Border.load("DE-LU").relation(49.935, 6.209)
    assert relation.side == "LU" and relation.distance_km < 4


@pytest.mark.parametrize(
    ("id", "point", "side", "km"),
    [
        ("CN-HK", (22.545, 114.11), "CN", 2.5),  # Shenzhen
        ("CN-HK", (22.5, 114.128), "HK", 5.0),  # Fanling
        ("CN-MO", (22.21, 113.55), "MO", 1.5),
        ("ES-GI", (36.1408, -5.3536), "GI", 2.0),
        ("ES-GI", (36.17, -5.35), "ES", 2.5),
    ],
)
def test_dependencies_that_another_polygon_holds(id: str, point: tuple[float, float], side: str, km: float) -> None:
    relation = Border.load(id).relation(*point)
    assert relation.side == side and relation.distance_km < km


def test_gaps_are_closed() -> None:
    """The line runs on where the outlines part; it is measured to, and has no length."""
    border = Border.load("RU-UA")
    assert (border.parts, border.gaps, len(border.lines)) == (6, 5, 11)
    start, end = border.lines[-1][0], border.lines[-1][-1]
    ends = {tuple(line[i]) for line in border.lines[:6] for i in (0, -1)}
    assert tuple(start) in ends and tuple(end) in ends
    assert border.relation(*border.lines[-1][len(border.lines[-1]) // 2]).distance_km < 0.001
    counted = Border.load("RU-UA", worldview="RU")
    assert counted.gaps == 5
    known = entries()
    assert sum(entry.gaps for entry in known.values()) == 890
    for entry in known.values():
        if entry.gaps and not entry.parts % 9:
            lines = Border.load(entry.id).lines
            vertices = {tuple(vertex) for line in lines[: entry.parts] for vertex in (line[0], line[-1])}
            assert {tuple(line[0]) for line in lines[entry.parts :]} <= vertices


@pytest.mark.parametrize("id", ["RU-UA", "AF-TJ", "NO-SE", "BE-NL"])
def test_countries_face_each_other_across_gaps(id: str) -> None:
    border = Border.load(id)
    for line in border.lines[border.parts :]:
        middle = line[(len(line) - 1) // 2 : (len(line) - 1) // 2 + 2]
        assert set(countries_of(*middle.mean(axis=0)[:, None])) <= set(border.countries or ())


@pytest.mark.parametrize("lon", [180.0, -180.0])
def test_the_antimeridian_is_one_meridian_however_it_is_written(lon: float) -> None:
    assert country_of(66.0, lon) == "RU"
    assert holders(66.0, lon) == ("RU",)
    assert country_of(60.0, lon) is None
    assert Border.load("RU").relation(66.0, lon).side == "RU"


@pytest.mark.parametrize(
    "weights",
    [
        {"IT": 2.0, "BR": 1.9, "FR": 0.9},
        {"CN": 2.4, "AU": 1.3, "VN": 1.0, "JP": 1.0},
        {"AU": 1.8, "ES": 1.0, "PT": 1.0},
    ],
)
def test_a_country_that_outweighs_the_lesser_of_two_neighbours_takes_its_place(weights: dict[str, float]) -> None:
    assert fitting_borders(weights) == []


def test_a_third_country_may_matter_a_little_more_than_the_lesser() -> None:
    assert fitting_borders({"UA": 3.0, "RU": 2.0, "US": 2.2}) == ["RU-UA"]
