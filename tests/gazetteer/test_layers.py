import numpy as np
import pytest

from geoloc import Gazetteer, Geoparser
from geoloc.gazetteer.builder import GazetteerWriter, Row, write_gazetteer

KOZINKA, BELGOROD, GRAYVORON = 543229, 578072, 559034


def about(name):
    return {"name": name, "version": "1", "sources": [], "licence": "CC0", "attribution": "nobody"}


def layer(folder, *rows, deleted=(), outside=None):
    with GazetteerWriter(folder, about(folder.name), outside=outside) as writer:
        for row in rows:
            writer.add(row)
        writer.finish(deleted=deleted)
    return folder


def town(name, lat, lon, **more):
    return Row("", name, "populated-place", lat, lon, **more)


def test_a_new_place_adds(tmp_path):
    gazetteer = Gazetteer.open(layer(tmp_path / "mine", town("Qzorvuk", 50.1, 36.2, country="RU", id="7")))
    (found,) = gazetteer.search("Qzorvuk")
    assert (found.place.id, found.place.layer, found.place.country) == ("mine:7", "mine", "RU")
    assert gazetteer.search("Kozinka")[0].place.layer == "bundled"
    assert gazetteer.by_id("mine:7") == found.place
    assert len(gazetteer) == len(Gazetteer.open()) + 1


def test_the_same_id_overrides_and_keeps_the_names(tmp_path):
    gazetteer = Gazetteer.open(layer(tmp_path / "mine", town("Kozinkaburg", 50.5, 35.7, geonameid=KOZINKA)))
    for name in ("Kozinka", "Козинке", "Kozinkaburg", "Kozinkabrug"):
        places = [candidate.place for candidate in gazetteer.search(name, limit=50)]
        assert [(p.name, p.lat, p.layer) for p in places if p.geonameid == KOZINKA] == [("Kozinkaburg", 50.5, "mine")]
    assert gazetteer.by_id(KOZINKA).lat == 50.5
    near = gazetteer.nearest(50.4613, 35.6026, limit=300)
    assert [c.place.lat for c in near if c.place.geonameid == KOZINKA] == [50.5]


def test_of_three_layers_the_uppermost_wins(tmp_path):
    one = layer(
        tmp_path / "one", town("Onekozinka", 1, 1, geonameid=KOZINKA), town("Qzorvuk", 1, 1, geonameid=900000001)
    )
    two = layer(tmp_path / "two", town("Twokozinka", 2, 2, geonameid=KOZINKA))
    assert Gazetteer.open(one, two).by_id(KOZINKA).name == "Twokozinka"
    assert Gazetteer.open(two, one).by_id(KOZINKA).name == "Onekozinka"
    assert Gazetteer.open(one, two).search("Onekozinka")[0].place.name == "Twokozinka"
    assert Gazetteer.open(one, two).search("Qzorvuk")[0].place.layer == "one"


def test_what_is_deleted_is_not_met(tmp_path):
    gazetteer = Gazetteer.open(layer(tmp_path / "mine", deleted=[GRAYVORON]))
    for name in ("Grayvoron", "Грайворон", "Hraivoron", "Grayvoronn", "Грайвороном"):
        assert GRAYVORON not in [c.place.geonameid for c in gazetteer.search(name, limit=50)], name
    assert gazetteer.by_id(GRAYVORON) is None
    assert GRAYVORON not in [c.place.geonameid for c in gazetteer.nearest(50.47893, 35.68087)]
    assert not gazetteer.info("Грайворон").kinds  # the district has the name by its stripped form only
    above = layer(tmp_path / "above", town("Grayvoron", 50.4, 35.6, geonameid=GRAYVORON))
    assert Gazetteer.open(tmp_path / "mine", above).by_id(GRAYVORON).layer == "above"


def test_divisions_of_the_layer_below(tmp_path):
    bundled = Gazetteer.open()
    outside = bundled.geonameid_of_division
    assert outside("RU.09") == 578071 and outside("ZZ.99") is None
    folder = layer(tmp_path / "mine", town("Qzorvuk", 50.1, 36.2, country="RU", parent1="RU.09"), outside=outside)
    gazetteer = Gazetteer.open(folder)
    (found,) = gazetteer.search("Qzorvuk")
    assert found.place.admin1 == "Belgorod Oblast"
    rows = np.array([gazetteer.layers.row_of(id) for id in (found.place.id, str(BELGOROD))])
    divisions = gazetteer.layers.column("admin1", rows).tolist()
    assert divisions[0] == divisions[1] >= 0
    alone = Gazetteer.open(folder, bundled=False)
    assert alone.search("Qzorvuk")[0].place.admin1 is None


def test_a_village_of_a_layer_is_found_in_a_text(tmp_path):
    folder = layer(tmp_path / "mine", town("Qzorvuk", 50.48, 35.66, country="RU"))
    text = "Shelling hit the village of Qzorvuk near Grayvoron in Belgorod region."
    (before,) = [m for m in Geoparser().parse(text).mentions if m.text == "Qzorvuk"]
    result = Geoparser(gazetteer=Gazetteer.open(folder)).parse(text)
    (after,) = [m for m in result.mentions if m.text == "Qzorvuk"]
    assert before.reason == "not-in-gazetteer"
    assert result.places[after.place].layer == "mine"
    assert result.places[after.place].border.side == "RU"


def test_without_the_bundled_layer(tmp_path):
    gazetteer = Gazetteer.open(layer(tmp_path / "mine", town("Qzorvuk", 1, 1)), bundled=False)
    assert len(gazetteer) == 1
    assert gazetteer.search("Kozinka") == []


def test_an_empty_layer_changes_nothing(tmp_path):
    write_gazetteer([], tmp_path / "empty", about("empty"))
    gazetteer = Gazetteer.open(tmp_path / "empty")
    assert gazetteer.search("Belgorod")[0].place.geonameid == BELGOROD
    assert gazetteer.nearest(50.4613, 35.6026, limit=1)[0].place.geonameid == KOZINKA
    assert Gazetteer.open(tmp_path / "empty", bundled=False).nearest(0, 0) == []


@pytest.mark.parametrize(
    "where",
    [
        {"near": (42.3, -71.1)},
        {"bbox": (-73.5, 41, -69.9, 42.9)},
        {"near": (42.3, -71.1), "country": "US", "feature_class": "P"},
    ],
)
def test_what_is_known_of_the_place_brings_it_first(gazetteer, where):
    massachusetts = 4951788
    assert gazetteer.search("Springfield")[0].place.geonameid != massachusetts
    found = gazetteer.search("Springfield", **where)
    assert found[0].place.geonameid == massachusetts
    if "near" in where:
        assert found[0].near_km == pytest.approx(125, abs=5)


def test_a_country_is_a_prior_and_a_class_is_a_filter(gazetteer):
    found = gazetteer.search("Paris", country=["US"], limit=50)
    assert found[0].place.country == "US" and "FR" in {c.place.country for c in found}
    assert {c.place.kind for c in gazetteer.search("Georgia", feature_class="A")} <= {
        "country", "region", "district"
    }  # fmt: skip
