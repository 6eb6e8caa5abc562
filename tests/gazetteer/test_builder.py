import pytest

from geoloc import Gazetteer
from geoloc.gazetteer.builder import Row, is_noise, write_gazetteer

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
    gazetteer = Gazetteer.open(tmp_path)
    assert counts["rows"] == len(gazetteer) == 4
    big, small = (c.place for c in gazetteer.search("Osten"))
    assert (big.geonameid, big.lat, big.lon, big.admin1, big.country) == (
        10,
        -10.12345,
        179.99999,
        "North Province",
        "AA",
    )
    assert (small.id, small.geonameid) == ("geoloc:populated-place/Osten", None)
    assert gazetteer.search("Остене")[0].place.geonameid == 10
    region = gazetteer.search("North")[0]
    assert (region.place.geonameid, region.match, region.place.lat) == (2, "partial", None)


def test_the_same_rows_give_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        write_gazetteer(ROWS, tmp_path / name, ABOUT)
    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [p.name for p in one] == [p.name for p in two]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(one, two, strict=True))


def test_a_parent_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(KeyError):
        write_gazetteer([Row("1", "X", "populated-place", 0, 0, parent1="nowhere")], tmp_path, ABOUT)


@pytest.mark.parametrize("name", ["", "EGO", "belagoroda", "http://a.example", "12345", "x" * 81, "bie er ge luo de"])
def test_noise(name):
    assert is_noise(name)


@pytest.mark.parametrize("name", ["Belgorod", "Белгород", "белгород", "Ōsaka", "別府", "L'Aquila", "EGORYEVSK"])
def test_names(name):
    assert not is_noise(name)
