"""Choices of places in invented texts, through `Geoparser`."""

import pytest

from geoloc import Geoparser
from geoloc.errors import FormatError
from geoloc.gazetteer.where import Where
from geoloc.model import Document
from geoloc.resolution.outlets import Profile, load_outlets, save_outlets


@pytest.fixture(scope="module")
def geoparser(gazetteer):
    return Geoparser(gazetteer=gazetteer)


def meant(geoparser, text, *names, outlet=None):
    """Return the place chosen for each of the names, which are the only mentions, in the order of the text."""
    spans, at = [], 0
    for name in names:
        at = text.index(name, at)
        spans.append((at, at + len(name)))
        at += len(name)
    result = geoparser.parse(Document(text, spans=tuple(spans), language="en", outlet=outlet))
    assert [(m.start, m.end) for m in result.mentions] == spans
    return [None if m.place is None else result.places[m.place] for m in result.mentions]


def test_two_of_one_name_in_a_sentence(geoparser):
    first, second, _ = meant(geoparser, "She flew from Paris to Paris, Texas.", "Paris", "Paris", "Texas")
    assert (first.country, second.admin1) == ("FR", "Texas")


def test_one_sense_a_document(geoparser):
    text = "A barn burned in Springfield, Illinois. Crews from Decatur helped. Springfield thanked them."
    places = meant(geoparser, text, "Springfield", "Illinois", "Decatur", "Springfield")
    assert places[0] == places[3]
    assert {place.admin1 for place in (places[0], places[2])} == {"Illinois"}


def test_a_list_is_read_as_one(geoparser):
    text = "Buses between Minsk, Brest and Grodno stopped, Belarus said."
    minsk, brest, grodno, _ = meant(geoparser, text, "Minsk", "Brest", "Grodno", "Belarus")
    assert {minsk.country, brest.country, grodno.country} == {"BY"}
    assert brest.kind == "populated-place"


def test_the_town_unless_the_wording_says_region(geoparser):
    town, region = meant(geoparser, "The city of Belgorod slept. Belgorod region was shelled.", "Belgorod", "Belgorod")
    assert (town.kind, region.kind) == ("populated-place", "region")


def test_a_district_holds_its_village(geoparser):
    text = "The Grayvoronsky district was shelled on Monday. In Kozinka two barns burned."
    _, village = meant(geoparser, text, "Grayvoronsky", "Kozinka")
    assert village.geonameid == 543229


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Susquehanna River", "water"), ("Mount Elbrus", "relief"), ("London Heathrow Airport", "facility")],
)
def test_rivers_mountains_and_airports_are_themselves(geoparser, name, kind):
    (place,) = meant(geoparser, f"They filmed {name} from the air.", name)
    assert (place.name, place.kind) == (name, kind)


def test_a_place_named_inside_a_name(geoparser):
    (place,) = meant(geoparser, "Donetsk Puppet Theatre reopened.", "Donetsk Puppet Theatre")
    assert place.name == "Donetsk"


@pytest.mark.parametrize(
    ("where", "admin1"),
    [
        (Where(countries=("US",), near=(39.8, -89.6)), "Illinois"),
        (Where(near=(42.1, -72.6)), "Massachusetts"),
        (Where(bbox=(-94.0, 36.5, -92.5, 38.0)), "Missouri"),
    ],
)
def test_what_the_user_knows_is_a_prior(gazetteer, where, admin1):
    parser = Geoparser(gazetteer=gazetteer, where=where, min_confidence=0.0)
    text = "Mail went to Springfield and Paris, France."
    springfield, paris, _ = meant(parser, text, "Springfield", "Paris", "France")
    assert springfield.admin1 == admin1
    assert paris.country == "FR", "a prior is no filter"


def test_the_outlet_tells_where_its_towns_are(gazetteer, tmp_path):
    plain = Geoparser(gazetteer=gazetteer, min_confidence=0.0)
    profile = Profile()
    for town in ("Dayton", "Cincinnati", "Columbus", "Toledo"):
        text = f"A council in {town}, Ohio, met on Tuesday."
        start, state = text.index(town), text.index("Ohio")
        spans = ((start, start + len(town)), (state, state + 4))
        profile.add(plain.answers(Document(text, spans=spans, language="en")))
    stored = tmp_path / "outlets.json"
    stored.write_text(save_outlets({"The Ohio Lamp": profile}, gazetteer), "utf-8")
    outlets = load_outlets(stored, gazetteer)
    assert outlets["The Ohio Lamp"].documents == 4
    knowing = Geoparser(gazetteer=gazetteer, outlets=outlets, min_confidence=0.0)
    text = "Firefighters from Springfield came first."
    (with_outlet,) = meant(knowing, text, "Springfield", outlet="The Ohio Lamp")
    (another,) = meant(knowing, text, "Springfield", outlet="Another Paper")
    assert with_outlet.admin1 == "Ohio"
    assert another == meant(plain, text, "Springfield")[0]


def test_an_unsure_choice_is_left_open_with_its_candidates(gazetteer):
    result = Geoparser(gazetteer=gazetteer, min_confidence=0.99).parse("They met in Springfield.")
    (mention,) = result.mentions
    assert (mention.place, mention.reason) == (None, "low-confidence")
    assert len(mention.candidates) > 1
    assert all(candidate.place.name.startswith("Spring") for candidate in mention.candidates)


def test_an_explanation_names_the_evidence(gazetteer):
    result = Geoparser(gazetteer=gazetteer, alternatives=3).parse("It rained in Paris, Texas, all week.")
    paris = next(place for place in result.places if place.name == "Paris")
    assert any("Texas" in reason for reason in paris.speaks_for)
    french = next(other for other in paris.alternatives if other.place.country == "FR")
    assert french.speaks_against


def test_every_placed_mention_has_a_confidence(geoparser):
    result = geoparser.parse("Snow fell on Oslo, Bergen and the villages around Voss in Norway.")
    assert all(0 < m.confidence <= 0.995 for m in result.mentions if m.place is not None)
    assert len(result.places) >= 3


def test_the_focus_is_what_is_named_first_and_most(geoparser):
    text = "Grayvoron was shelled. Grayvoron lies in Belgorod region. Officials in Moscow spoke of Grayvoron."
    result = geoparser.parse(text)
    assert result.places[result.focus.place].name == "Grayvoron"
    assert result.focus.country == "RU"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (
            "MOSCOW (AP) — Drones hit the Belgorod region overnight, its governor said. Two people died in Grayvoron and "
            "one in Kozinka. Moscow vowed revenge.",
            "Grayvoron",
        ),
        (
            "KYIV, Ukraine (AP) — A missile struck Kharkiv on Friday, the mayor said. Rescuers searched the ruins in "
            "Kharkiv for hours. A minister in Kyiv called it terror.",
            "Kharkiv",
        ),
        (
            "Nairobi, Kenya. Floods swept through Garissa on Sunday, and in Garissa two bridges fell. Nairobi sent "
            "helicopters.",
            "Garissa",
        ),
        (
            "LONDON (Reuters) - A fire in a tower in London killed three, London's mayor said. Crews came from Reading.",
            "London",
        ),
        (
            "Paris. The farmers of Brittany blocked the roads to Rennes and Brest. In Brittany, milk prices fell. The "
            "minister called the mayors of Brittany to Paris.",
            "Brittany",
        ),
    ],
)
def test_a_capital_named_in_passing_is_not_the_focus(geoparser, text, place):
    result = geoparser.parse(text)
    assert result.places[result.focus.place].name == place


def test_the_city_of_a_name_that_a_state_has_too(geoparser):
    (place,) = meant(geoparser, "They reached the city of New York on Monday.", "New York")
    assert (place.name, place.kind) == ("New York City", "populated-place")


def test_twin_towns_are_two(geoparser):
    text = "Police in Görlitz, Germany, and Zgorzelec, Poland, searched cars."
    first, _, second, _ = meant(geoparser, text, "Görlitz", "Germany", "Zgorzelec", "Poland")
    assert (first.name, first.country, second.country) == ("Görlitz", "DE", "PL")


@pytest.mark.parametrize(
    ("names", "countries"), [(("Valga", "Valka"), ("EE", "LV")), (("Komárom", "Komárno"), ("HU", "SK"))]
)
def test_a_town_keeps_its_name_beside_its_twin(geoparser, names, countries):
    places = meant(geoparser, f"Buses run between the towns of {names[0]} and {names[1]} again.", *names)
    assert tuple(place.name for place in places) == names
    assert tuple(place.country for place in places) == countries


def test_a_capital_is_no_country(geoparser):
    tunis, _ = meant(geoparser, "In Tunis the crowd cheered. The government of Tunisia resigned.", "Tunis", "Tunisia")
    assert tunis.kind == "populated-place"


@pytest.mark.parametrize(
    "text",
    [
        "The village of Murom in Belgorod region was shelled, as was Shebekino.",
        "The village of Murom was shelled. Shebekino, Grayvoron and Belgorod were not.",
    ],
)
def test_a_village_is_no_city_far_away(geoparser, text):
    result = geoparser.parse(Document(text, language="en"))
    (village,) = [m for m in result.mentions if m.text == "Murom"]
    assert (village.place, village.reason) == (None, "not-in-gazetteer")


def test_a_city_called_town_may_lie_far_from_the_others(geoparser):
    text = "The residents of Shanghai watched. Minsk and Brest did not; Poland and China did."
    shanghai = meant(geoparser, text, "Shanghai", "Minsk", "Brest", "Poland", "China")[0]
    assert shanghai.country == "CN"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kyiv attacked a village in Belgorod region, the governor said.", ["Kyiv", "Belgorod Oblast"]),
        ("Ankara shelled a small town in Syria.", ["Ankara", "Syria"]),
        ("The Shebekino district of Belgorod region was hit.", ["Shebekinsky District", "Belgorod Oblast"]),
        ("В Шебекинском районе Белгородской области был пожар.", ["Shebekinsky District", "Belgorod Oblast"]),
        ("Kamenka, a town in Voronezh Oblast, was named in a report.", ["Kamenka", "Voronezh Oblast"]),
    ],
)
def test_what_the_words_between_two_names_say(geoparser, text, names):
    assert [place.name for place in geoparser.parse(text).places] == names


@pytest.mark.parametrize(
    "text",
    [
        "Shebekino and Murom, a border village in Belgorod region, were hit.",
        "В селе Муром Шебекинского района Белгородской области ранен мужчина.",
    ],
)
def test_a_village_that_is_not_listed_is_no_city_of_its_name(geoparser, text):
    (village,) = [m for m in geoparser.parse(text).mentions if m.text in ("Murom", "Муром")]
    assert village.reason == "not-in-gazetteer"


@pytest.mark.parametrize("text", ["Murom, Belgorod region, was hit.", "Муром в Белгородской области обстрелян."])
def test_a_town_outside_its_region_is_doubted(geoparser, text):
    assert geoparser.parse(text).mentions[0].confidence < 0.4


@pytest.mark.parametrize("number", ["1e999", "-3", "NaN", "1e300", "-Infinity"])
@pytest.mark.parametrize("of_place", [False, True])
def test_numbers_that_no_outlet_has(gazetteer, tmp_path, of_place, number):
    path = tmp_path / "outlets.json"
    documents, weight = ("3", number) if of_place else (number, "1")
    entry = f'{{"documents": {documents}, "places": {{"geonames:1": {weight}}}}}'
    path.write_text(f'{{"outlets": {{"The Lamp": {entry}}}}}', "utf-8")
    with pytest.raises(FormatError, match="no outlet profiles"):
        load_outlets(path, gazetteer)


def test_a_paper_known_far_away_is_of_its_own_city(gazetteer):
    text = "Crews from Peoria came to Decatur, Illinois, and to Washington; The Washington Post told of it."
    parser = Geoparser(gazetteer=gazetteer, alternatives=2)
    *_, paper = meant(parser, text, "Peoria", "Decatur", "Illinois", "Washington", "Washington")
    assert (paper.name, paper.admin1) == ("Washington", "Washington")
    assert any("named after it" in reason for reason in paper.speaks_for)


def test_a_list_of_counties_names_counties(geoparser):
    text = "Roads are closed in Butler, Warren and Hamilton counties in Ohio."
    places = meant(geoparser, text, "Butler", "Warren", "Hamilton", "Ohio")
    assert [(place.kind, place.admin1) for place in places[:3]] == [("district", "Ohio")] * 3


def test_a_bare_name_is_no_airport(geoparser):
    (luton,) = meant(geoparser, "He moved to Luton last year.", "Luton")
    assert luton.kind == "populated-place"


def test_the_river_is_not_the_state(geoparser):
    river, *_ = meant(geoparser, "The Mississippi rose at Memphis.", "Mississippi", "Memphis")
    state, *_ = meant(geoparser, "The Mississippi governor went to Memphis.", "Mississippi", "Memphis")
    assert (river.kind, state.kind) == ("water", "region")


def test_no_town_of_the_name_goes_before_the_river(geoparser):
    text = "The Rio Grande rose at Ciudad Juárez after rain in Chihuahua and El Paso."
    river, *_ = meant(geoparser, text, "Rio Grande", "Ciudad Juárez", "Chihuahua", "El Paso")
    assert river.kind == "water"


def test_a_town_outside_what_is_named_as_holding_it_is_doubted(geoparser):
    inside = geoparser.parse("Murom in Vladimir Oblast was flooded.").mentions[0]
    outside = geoparser.parse("Murom in Belgorod Oblast was shelled.").mentions[0]
    assert inside.confidence > 0.8
    assert outside.confidence is None or outside.confidence < 0.5
    assert geoparser.parse("Kyiv, Russia said, must yield.").mentions[0].confidence > 0.8


def test_a_town_whose_district_alone_is_listed_in_this_spelling(geoparser):
    town, *_ = meant(geoparser, "Shops in Baramulla closed. Buses left Srinagar.", "Baramulla", "Srinagar")
    assert town.kind == "populated-place"


def test_a_city_goes_before_a_place_that_bears_its_name_as_another(geoparser):
    text = "У Миколаєві пролунали вибухи. Під обстрілом був і Сіверськ."
    city, *_ = meant(geoparser, text, "Миколаєві", "Сіверськ")
    assert (city.name, city.admin1) == ("Mykolayiv", "Mykolaiv Oblast")


def test_a_misspelled_name_in_cyrillic_is_compared_as_it_sounds(gazetteer):
    best = gazetteer.find("Сакео")[0]
    assert best.match == "fuzzy"
    assert best.similarity > 0.6


def test_a_slight_misspelling_of_what_lies_near_is_believed(geoparser):
    text = "Shells fell on Shebekinno, north of Belgorod."
    names = ("Shebekinno", "Belgorod")
    spans = tuple((text.index(name), text.index(name) + len(name)) for name in names)
    town = geoparser.parse(Document(text, spans=spans, language="en")).mentions[0]
    assert town.confidence > 0.6


def test_no_city_is_a_misspelled_village(geoparser):
    text = "Shells fell on the village of Silikote, near Uri and Muzaffarabad."
    assert meant(geoparser, text, "Silikote", "Uri", "Muzaffarabad")[0] is None


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("The embassy is run by the Zubov Office of Japan.", "Zubov Office of Japan", "Japan"),
        ("They met at the Norwegian Consulate.", "Norwegian Consulate", "Norway"),
        ("Rain fell on #SouthSudan for days.", "SouthSudan", "South Sudan"),
        ("A fair was held in W. Columbia, South Carolina.", "W. Columbia", "West Columbia"),
    ],
)
def test_a_place_named_within(geoparser, text, name, place):
    assert meant(geoparser, text, name)[0].name == place
