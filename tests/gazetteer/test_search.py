import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc import Gazetteer
from geoloc.errors import DataError, GeolocError


def ids(gazetteer, name, limit=3):
    return [candidate.place.geonameid for candidate in gazetteer.search(name, limit=limit)]


@pytest.mark.parametrize(
    ("name", "geonameid", "match"),
    [
        ("Kozinka", 543229, "exact"),
        ("KOZINKA", 543229, "folded"),
        ("Грайворон", 559034, "alternate"),
        ("Graivoron", 559034, "romanised"),
        ("Hraivoron", 559034, "romanised"),
        ("Grajvoron", 559034, "alternate"),
        ("Шебекіно", 495112, "romanised"),
        ("Белгородом", 578072, "inflected"),
        ("Козинке", 543229, "inflected"),
        ("Орле", 515012, "inflected"),
        ("Ельца", 467978, "inflected"),
        ("Мытищ", 523812, "inflected"),
        ("Часового Яру", 710915, "inflected"),
        ("Великих Лук", 476077, "inflected"),
        ("Харківській області", 706482, "inflected"),
        ("Харківщини", 706482, "inflected"),
        ("Российской Федерации", 2017370, "inflected"),
        ("Ростове-на-Дону", 501175, "inflected"),
        ("Saint Petersburg", 498817, "exact"),
        ("St. Petersburg", 498817, "folded"),
        ("Deutschland", 2921044, "alternate"),
        ("Catalonia", 3336901, "exact"),
        ("Los Angelos", 5368361, "fuzzy"),
    ],
)
def test_a_name_is_found_in_any_spelling(gazetteer, name, geonameid, match):
    found = {c.place.geonameid: c.match for c in gazetteer.search(name)}
    assert found.get(geonameid) == match
    assert geonameid in ids(gazetteer, name)


@pytest.mark.parametrize(
    "name",
    "Graivoron Hraivoron Grajvoron Шебекіно Shebekyno Volchansk Vovchans'k Kup'yansk Kupjansk Belgrod Los_Angelos Kyyiv "
    "Lwów Tschernihiw Chişinau Czernihów Kharkivska_oblast Šebekino Čuguev Chouhouïv Schebekino Zaporojié".split(),
)
def test_the_place_of_another_spelling_is_among_the_first_three(gazetteer, name):
    right = {
        "Graivoron": 559034, "Hraivoron": 559034, "Grajvoron": 559034, "Шебекіно": 495112, "Shebekyno": 495112,
        "Volchansk": 689304, "Vovchans'k": 689304, "Kup'yansk": 703656, "Kupjansk": 703656, "Belgrod": 578072,
        "Los_Angelos": 5368361, "Kyyiv": 703448, "Lwów": 702550, "Tschernihiw": 710735, "Chişinau": 618426,
        "Czernihów": 710735, "Kharkivska_oblast": 706482, "Šebekino": 495112, "Čuguev": 710374, "Chouhouïv": 710374,
        "Schebekino": 495112, "Zaporojié": 687700,
    }  # fmt: skip
    assert right[name] in ids(gazetteer, name.replace("_", " "))


@pytest.mark.parametrize(
    ("phrase", "geonameid"),
    [
        ("в Козинке", 543229),
        ("под Белгородом", 578072),
        ("у Вовчанську", 689304),
        ("З Харкова", 706483),
        ("in Graivoron", 559034),
    ],
)
def test_a_preposition_before_the_name_is_passed_over(gazetteer, phrase, geonameid):
    assert ids(gazetteer, phrase, 1) == [geonameid]


@pytest.mark.parametrize(
    ("name", "geonameid"),
    [("كوزينكا", 543229), ("قرايفورون", 559034), ("גרייבורון", 559034), ("Козинка", 543229), ("Γκραϊβορον", 559034)],
)
def test_a_name_in_another_script_is_found_by_its_sound(gazetteer, name, geonameid):
    assert geonameid in ids(gazetteer, name)


def test_of_names_with_one_skeleton_the_one_spelled_more_alike_comes_first(gazetteer):
    names = [candidate.place.name for candidate in gazetteer.search("Walcourtt")]
    assert names.index("Walcourt") < names.index("Valcourt")


def test_guesses_beyond_what_the_resolver_accepts_are_marked(gazetteer):
    accepted = {gazetteer.layers.name(hit.row) for hit in gazetteer.find("Glotovo")}
    found = {candidate.place.name: candidate.match for candidate in gazetteer.search("Glotovo")}
    assert found["Złotów"] == "fuzzy" and "Złotów" in accepted
    assert found["Glotovka"] == "weak" and "Glotovka" not in accepted


def test_a_common_word_is_never_taken_for_a_misspelled_place(gazetteer):
    from geoloc.resolution.candidates import CandidateFinder

    def hits(name):
        return len(CandidateFinder(gazetteer).block(name, None, None, None, False).rows)

    assert hits("Belgorodd") and gazetteer.find("Weather") and not hits("Weather")


def test_facts_of_a_village(gazetteer):
    place = gazetteer.search("Kozinka")[0].place
    assert (place.id, place.kind, place.feature_code, place.country) == (
        "geonames:543229",
        "populated-place",
        None,
        "RU",
    )
    assert (place.admin1, place.admin2, place.lat, place.lon, place.population) == (
        "Belgorod Oblast", None, 50.4613, 35.6026, 1097,
    )  # fmt: skip
    assert place.geo_precision == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Ukraine", "country"),
        ("Belgorod Oblast", "region"),
        ("Grayvoronsky District", "district"),
        ("Europe", "continent"),
        ("Black Sea", "water"),
        ("Siverskyi Donets", "water"),
        ("Carpathian Mountains", "relief"),
        ("Donbas", "area"),
        ("Middle East", "area"),
    ],
)
def test_every_kind_is_there_and_has_a_point(gazetteer, name, kind):
    place = next(c.place for c in gazetteer.search(name) if c.place.kind == kind)
    assert place.lat is not None and place.lon is not None


def test_counts(gazetteer):
    counts = gazetteer.about["counts"]
    assert len(gazetteer) == counts["rows"] > 285_000
    assert counts["populated-place"] > 245_000
    assert counts["names"] > 1_000_000
    assert sum(counts[kind] for kind in ("continent", "water", "relief", "area")) > 600
    assert "GeoNames" in gazetteer.about["attribution"]


def test_every_listed_name_of_a_sample_finds_its_place(gazetteer):
    for row in range(0, len(gazetteer), 9973):
        name = gazetteer.layers.name(row)
        assert row in {hit.row for hit in gazetteer.find(name)}, name


def test_divisions_contain_their_towns(gazetteer):
    rows = np.arange(60_000, len(gazetteer), 7919)
    first, second = (gazetteer.layers.column(label, rows) for label in ("admin1", "admin2"))
    countries = gazetteer.layers.column("country", rows)
    for divisions in (first, second):
        known = divisions >= 0
        assert known.sum() > 20
        assert (gazetteer.layers.column("country", divisions[known]) == countries[known]).all()
    both = (first >= 0) & (second >= 0)
    above = gazetteer.layers.column("admin1", second[both])
    assert ((above == first[both]) | (above < 0)).all()


@pytest.mark.parametrize("name", ["", "   ", "xqzvbwkj", "?!", "'", "\0", "\ud800"])
def test_nonsense_finds_nothing(gazetteer, name):
    assert gazetteer.search(name) == []


@settings(max_examples=60)
@given(st.text(max_size=30), st.integers(-1, 20))
def test_any_text_gives_at_most_the_limit_best_first(gazetteer, name, limit):
    found = gazetteer.search(name, limit=limit)
    assert len(found) <= max(limit, 0)
    scores = [candidate.score for candidate in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_a_folder_that_is_no_gazetteer_is_refused(tmp_path):
    with pytest.raises(DataError) as caught:
        Gazetteer.open(tmp_path)
    assert isinstance(caught.value, GeolocError)
    assert str(tmp_path) in str(caught.value) and "\n" not in str(caught.value)
