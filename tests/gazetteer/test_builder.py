import numpy as np
import pytest

from geoloc import Gazetteer
from geoloc.gazetteer import arrays, builder
from geoloc.gazetteer.builder import GazetteerWriter, Row, is_noise, write_gazetteer

ABOUT = {"name": "test", "version": "1", "sources": [], "licence": "CC0", "attribution": "nobody"}
ROWS = [
    Row("AA", "Aland", "country", 1.5, 2.5, geonameid=1, country="AA", weight=5000),
    Row("AA.01", "North Province", "region", None, None, geonameid=2, country="AA", weight=900, stripped=["North"]),
    Row("10", "Osten", "populated-place", -10.12345, 179.99999, geonameid=10, country="AA", parent1="AA.01", weight=900,
        alternates=["Остен", "Austen"]),
    Row("11", "Osten", "populated-place", 10, 20, country="AA", weight=20),
]  # fmt: skip


def test_rows_come_back_as_they_went_in(tmp_path):
    counts = write_gazetteer(ROWS, tmp_path, ABOUT)
    gazetteer = Gazetteer.open(tmp_path, bundled=False)
    assert counts["rows"] == len(gazetteer) == 4
    big, small = (c.place for c in gazetteer.search("Osten"))
    assert (big.geonameid, big.lat, big.lon, big.admin1, big.country) == (
        10,
        -10.12345,
        179.99999,
        "North Province",
        "AA",
    )
    assert (small.id, small.geonameid) == ("test:populated-place/Osten", None)
    assert gazetteer.search("Остене")[0].place.geonameid == 10
    region = gazetteer.search("North")[0]
    assert (region.place.geonameid, region.match, region.place.lat) == (2, "partial", None)


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_gazetteer(ROWS, tmp_path / name, ABOUT)
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [p.name for p in one] == [p.name for p in two]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(one, two, strict=True))


def test_a_parent_that_is_nowhere_is_left_out(tmp_path):
    write_gazetteer([Row("", "X", "populated-place", 0, 0, parent1="nowhere")], tmp_path, ABOUT)
    assert Gazetteer.open(tmp_path, bundled=False).search("X")[0].place.admin1 is None


@pytest.mark.parametrize(
    "wrong", [{"lat": 90.1}, {"lon": -180.1}, {"lat": float("nan")}, {"weight": -1}, {"geonameid": 1 << 31}]
)
def test_a_row_with_a_wrong_number_is_refused_and_leaves_nothing_behind(tmp_path, wrong):
    fields = {"key": "", "name": "Wrong", "kind": "populated-place", "lat": 1.0, "lon": 2.0} | wrong
    with GazetteerWriter(tmp_path, ABOUT) as writer:
        writer.add(ROWS[0])
        with pytest.raises(ValueError):
            writer.add(Row(**fields))
        writer.add(ROWS[3])
        writer.finish()
    gazetteer = Gazetteer.open(tmp_path, bundled=False)
    assert len(gazetteer) == 2
    assert gazetteer.search("Osten")[0].place.lat == 10
    assert gazetteer.search("Wrong") == []


def test_names_sorted_on_disk_give_the_same_bytes(tmp_path, monkeypatch):
    write_gazetteer(ROWS, tmp_path / "memory", ABOUT)
    monkeypatch.setattr(builder, "NAMES_IN_MEMORY", 2)
    monkeypatch.setattr(arrays, "_OPEN_AT_ONCE", 2)
    write_gazetteer(ROWS, tmp_path / "disk", ABOUT)
    for path in (tmp_path / "memory").iterdir():
        assert path.read_bytes() == (tmp_path / "disk" / path.name).read_bytes(), path.name
    assert sorted(p.name for p in (tmp_path / "memory").iterdir()) == sorted(
        p.name for p in (tmp_path / "disk").iterdir()
    )


def test_names_and_parents_may_come_after_the_rows(tmp_path):
    with GazetteerWriter(tmp_path, ABOUT) as writer:
        for row in ROWS:
            writer.add(row)
        numbers = writer.rows_of(np.array([10, 7, 1]))
        assert numbers.tolist() == [2, -1, 0]
        writer.add_names(2, ["Ostrog"])
        writer.set_parents(3, parent1=1)
        writer.finish()
    gazetteer = Gazetteer.open(tmp_path, bundled=False)
    assert gazetteer.search("Ostrog")[0].place.geonameid == 10
    assert [c.place.admin1 for c in gazetteer.search("Osten")] == ["North Province"] * 2


def test_names_in_scripts_without_another_spelling_are_met_by_name_and_spelling(tmp_path):
    rows = [
        Row("", name, "populated-place", 1, 2, geonameid=number)
        for number, name in enumerate(("北京市", "הרצליה", "東京 west", "東京 vest", "Wroclaw"), 1)
    ]
    write_gazetteer(rows, tmp_path, ABOUT)
    gazetteer = Gazetteer.open(tmp_path, bundled=False)
    for row in rows:
        assert gazetteer.search(row.name)[0].place.geonameid == row.geonameid
    shared = dict(gazetteer.layers.sharing("東京 vest"))
    assert shared == {"東京 vest": [(3, 0)], "東京 west": [(2, 0)]}
    assert dict(gazetteer.layers.sharing("北京市")) == {"北京市": [(0, 0)]}
    assert dict(gazetteer.layers.sharing("東京 west")) == {}


def test_a_name_of_very_many_places_and_one_of_very_many_letters(tmp_path):
    rows = [Row("", "San Jose", "populated-place", 1, 2, geonameid=number) for number in range(1, 301)]
    long = "Llan" + "fair" * 100
    rows += [Row("", long, "populated-place", 1, 2), Row("", long + "a", "populated-place", 1, 2)]
    write_gazetteer(rows, tmp_path, ABOUT)
    gazetteer = Gazetteer.open(tmp_path, bundled=False)
    assert [row for row, _ in gazetteer.layers.named("san jose")] == list(range(300))
    assert gazetteer.layers.named(long.lower() + "a") == [(301, 0)]
    assert gazetteer.layers.name(300) == long


@pytest.mark.parametrize("name", ["", "EGO", "belagoroda", "http://a.example", "12345", "x" * 81, "bie er ge luo de"])
def test_noise(name):
    assert is_noise(name)


@pytest.mark.parametrize("name", ["Belgorod", "Белгород", "белгород", "Ōsaka", "別府", "L'Aquila", "EGORYEVSK"])
def test_names(name):
    assert not is_noise(name)
