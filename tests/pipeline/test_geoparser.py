import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import geoloc
from geoloc import Document, Geoparser
from geoloc.errors import SourceError, UnknownBorderError

RAID = """\
The night raid began at Kozinka, residents of the border village said, and by noon the fighting had reached Graivoron. \
People from both places were taken to Belgorod by bus. Ukraine denied that its army had crossed into Russia."""


def by_id(result):
    return {place.geonameid: place for place in result.places}


def test_villages_of_the_raid_lie_where_they_lie(geoparser):
    result = geoparser.parse(RAID)
    assert (result.border.id, result.border.chosen) == ("RU-UA", "auto")
    places = by_id(result)
    for geonameid, km in ((543229, 1.8), (559034, 7.5), (578072, 32.1)):
        relation = places[geonameid].border
        assert relation.distance_km == pytest.approx(km, abs=0.1)
        assert relation.side == "RU"
        assert places[geonameid].confidence > 0.5
    assert places[2017370].border is None, "a country has no one distance"


def test_kozinka_follows_its_neighbours_and_not_its_size(geoparser):
    lipetsk = geoparser.parse("The village of Kazinka in Lipetsk Oblast has grown, Lipetsk and Yelets report.")
    assert next(p for p in lipetsk.places if p.name == "Kazinka").admin1 == "Lipetsk Oblast"
    russian = geoparser.parse("Под Грайвороном, в селе Козинка, слышны взрывы. Белгород готовит автобусы.")
    assert 543229 in by_id(russian)


@pytest.mark.parametrize(
    ("text", "name", "geonameid"),
    [
        ("She lives in Paris, Texas, near Dallas.", "Paris", 4717560),
        ("She lives in Paris, the capital of France.", "Paris", 2988507),
        ("The Belgorod region was shelled. Russia said so.", "Belgorod", 578071),
        ("The fire in London, Ontario, was put out by crews from Toronto and Hamilton.", "London", 6058560),
        ("The president of Georgia spoke in Tbilisi.", "Georgia", 614540),
        ("The governor of Georgia spoke in Atlanta and Savannah.", "Georgia", 4197000),
    ],
)
def test_context_decides(geoparser, text, name, geonameid):
    result = geoparser.parse(text)
    mention = next(m for m in result.mentions if m.text == name)
    assert result.places[mention.place].geonameid == geonameid


def test_unknown_villages_are_reported_with_a_reason(geoparser):
    result = geoparser.parse("Troops left the village of Zzyrkovo near Belgorod.")
    (mention,) = [m for m in result.mentions if m.text == "Zzyrkovo"]
    assert (mention.place, mention.confidence, mention.reason) == (None, None, "not-in-gazetteer")


def test_low_confidence_is_left_open(gazetteer):
    text = "They met in Springfield on Monday."
    assert Geoparser(gazetteer=gazetteer, min_confidence=0.0).parse(text).mentions[0].place == 0
    (mention,) = Geoparser(gazetteer=gazetteer, min_confidence=0.9).parse(text).mentions
    assert (mention.place, mention.reason) == (None, "low-confidence")


def test_mentions_and_places_point_at_each_other(geoparser):
    result = geoparser.parse(RAID)
    for index, mention in enumerate(result.mentions):
        assert result.document.text[mention.start : mention.end] == mention.text
        assert mention.text in mention.context
        if mention.place is not None:
            assert index in result.places[mention.place].mentions
    for index, place in enumerate(result.places):
        assert all(result.mentions[m].place == index for m in place.mentions)


def test_given_spans_are_the_only_mentions(geoparser):
    text = "Kozinka and Belgorod and Russian"
    result = geoparser.parse(Document(text=text, spans=((12, 20), (25, 32), (8, 11))))
    assert [(m.text, m.kind) for m in result.mentions] == [
        ("and", "place"), ("Belgorod", "place"), ("Russian", "demonym"),
    ]  # fmt: skip
    assert geoparser.parse(Document(text=text, spans=())).mentions == ()


@pytest.mark.parametrize("text", ["", " ", "Nothing happened, and nobody said so.", "\x00\x01", "🙂" * 50])
def test_texts_without_places_are_valid_and_empty(geoparser, text):
    result = geoparser.parse(text)
    assert (result.places, result.border, result.focus) == ((), None, None)


def test_border_can_be_given_by_id_or_file_or_left_out(gazetteer, tmp_path):
    assert Geoparser(gazetteer=gazetteer, border="none").parse(RAID).border is None
    given = Geoparser(gazetteer=gazetteer, border="ua-pl").parse(RAID)
    assert (given.border.id, given.border.chosen) == ("PL-UA", "given")
    assert by_id(given)[578072].border.side is None
    line = tmp_path / "line.geojson"
    line.write_text('{"type": "LineString", "coordinates": [[35, 49], [35, 52]]}')
    relation = by_id(Geoparser(gazetteer=gazetteer, border=str(line)).parse(RAID))[578072].border
    assert relation.side == "right"
    assert relation.distance_km == pytest.approx(112, abs=1)


def test_unknown_border_is_refused_at_once(gazetteer):
    with pytest.raises(UnknownBorderError):
        Geoparser(gazetteer=gazetteer, border="XX-YY")
    with pytest.raises(SourceError):
        Geoparser(gazetteer=gazetteer, border="none/there.geojson")


def test_no_border_between_countries_that_share_none(geoparser):
    assert geoparser.parse("Japan and Australia signed the treaty in Tokyo and in Canberra.").border is None


def test_focus_is_the_place_and_country_the_text_is_about(geoparser):
    result = geoparser.parse(RAID + " Kozinka was hit again. Kozinka is empty now.")
    assert result.focus.country == "RU"
    assert result.places[result.focus.place].name == "Kozinka"


def test_the_same_text_gives_the_same_bytes(geoparser, gazetteer):
    first = geoloc.write(geoparser.parse(RAID), "json")
    assert first == geoloc.write(Geoparser(gazetteer=gazetteer).parse(RAID), "json")


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_parsed_and_written(geoparser, text):
    result = geoparser.parse(text)
    for format in ("json", "geojson", "csv", "table"):
        geoloc.write(result, format).encode()


def test_near_is_not_in(geoparser):
    result = geoparser.parse("A warehouse in Kozinka, near Belgorod, was hit.")
    assert {543229, 578072} <= by_id(result).keys()


def test_a_county_that_nobody_lists_is_not_taken_for_a_town(geoparser):
    result = geoparser.parse("He is from Zorptown County, Ohio.")
    assert [m.reason for m in result.mentions if m.text == "Zorptown County"] == ["not-in-gazetteer"]


def test_a_long_text_with_many_names_is_parsed_in_bounded_memory(geoparser, gazetteer):
    names = [gazetteer.layers.name(row) for row in range(60_000, 140_000, 80)]
    result = geoparser.parse(". ".join(f"They went to {name}" for name in names))
    assert len(result.places) > 500


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Миномётный обстрел села Чорку в Таджикистане.", "Чорку"),
        ("Обстріляли село Стариця біля Вовчанська на Харківщині, чутно і в Чугуєві.", "Стариця"),
        ("In the hamlet of La Javilla, near Tibú, Colombia, and in Cúcuta, people fled.", "La Javilla"),
    ],
)
def test_a_village_is_not_moved_to_a_namesake_far_away(geoparser, text, name):
    (mention,) = [m for m in geoparser.parse(text).mentions if m.text == name]
    assert (mention.place, mention.reason) == (None, "not-in-gazetteer")


@pytest.mark.parametrize(
    ("text", "name"),
    [("The Red Cross in Geneva called for calm.", "Geneva"), ("Раненых доставили в Худжанд, Таджикистан.", "Khujand")],
)
def test_the_seat_is_meant_and_not_its_region(geoparser, text, name):
    assert next(p for p in geoparser.parse(text).places if p.name == name).kind == "populated-place"


def test_one_country_beside_a_border_is_enough(geoparser):
    assert geoparser.parse("Kozinka and Graivoron were shelled again.").border.id == "RU-UA"


def test_the_border_is_chosen_before_unsure_places_are_left_out(gazetteer):
    result = Geoparser(gazetteer=gazetteer, min_confidence=1.0).parse(RAID)
    assert (result.border.id, result.places) == ("RU-UA", ())


def test_a_country_named_in_passing_makes_no_border(geoparser):
    text = "Egypt is calm. Cairo, Luxor, Aswan, Asyut and Minya voted; turnout in Cairo and Luxor was high. Israel watched."
    assert geoparser.parse(text).border is None


def test_only_what_is_near_the_border_is_kept(geoparser):
    text = "Kozinka in Belgorod region was shelled, Moscow said. In the village of Zaboltovka all was quiet."
    whole = Geoparser(gazetteer=geoparser.gazetteer, border="RU-UA").parse(text)
    near = Geoparser(gazetteer=geoparser.gazetteer, border="RU-UA", within_km=10).parse(text)
    assert [place.name for place in near.places] == [p.name for p in whole.places if p.name != "Moscow"]
    for index, place in enumerate(near.places):
        assert all(near.mentions[i].place == index for i in place.mentions)
    assert [mention.text for mention in near.mentions if mention.place is None] == ["Zaboltovka"]


def test_a_region_is_measured_by_its_outline(geoparser):
    result = Geoparser(gazetteer=geoparser.gazetteer, border="RU-UA").parse(
        "Kharkiv Oblast and Ukraine and the Black Sea"
    )
    for place in result.places:
        assert place.border is None
        assert (place.area is None) == (place.kind == "water")
        assert place.area is None or place.area.touches


@pytest.mark.parametrize(
    "text",
    [
        "A Swiss watch was stolen in Milan on Friday. Police in Turin arrested two men, a third was caught in Bergamo.",
        "Greek wine sells well in Istanbul, says a dealer from Bursa.",
        "Teams came from France, Germany, Italy, Spain, Poland, Portugal, Austria, Belgium, Hungary and Romania.",
        "Flights from Vienna, Bratislava, Budapest, Prague, Warsaw, Berlin, Rome, Madrid and Athens were late on Monday.",
        "Saudi Arabia, Iraq, Kuwait, the United Arab Emirates, Iran, Algeria and Nigeria agreed on cuts.",
        "Britain and Japan agreed on fisheries. Talks in London and Tokyo took two years.",
        "France, Germany and Switzerland will share the costs.",
    ],
)
def test_no_border_rather_than_a_silly_one(geoparser, text):
    assert geoparser.parse(text).border is None


@pytest.mark.parametrize(
    ("text", "border"),
    [
        ("A Russian missile hit a school in Kharkiv on Monday. Rescuers came from Chuhuiv and Derhachi.", "RU-UA"),
        ("Lorries queue from Chiasso to Como because Swiss customs are on strike.", "CH-IT"),
        ("Thai and Cambodian troops clashed, spokesmen in Bangkok and Phnom Penh said.", "KH-TH"),
        ("Spain and Portugal will build a railway. Madrid and Lisbon pay half each.", "ES-PT"),
        (
            "Ukraine and Russia swapped prisoners; Kyiv and Moscow confirmed it. "
            "The United States, Germany, France, Britain, Poland, Turkey and Qatar welcomed the step.",
            "RU-UA",
        ),
    ],
)
def test_two_countries_that_stand_out_or_places_that_stand_close(geoparser, text, border):
    assert geoparser.parse(text).border.id == border


def test_the_next_best_border_is_known(geoparser):
    text = "Russia shelled Ukraine again, Kharkiv above all; Sudzha was hit, too. In Minsk, Belarus called for talks."
    assert (geoparser.parse(text).border.id, geoparser.parse(text).border.runner_up) == ("RU-UA", "BY-UA")
