"""What the default recogniser finds in texts as they come."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.model import Document
from geoloc.recognition import make_recogniser


@pytest.fixture(scope="module")
def recogniser(gazetteer):
    return make_recogniser("default", gazetteer)


@pytest.fixture
def found(recogniser):
    def find(text, language="en", kind="place"):
        mentions = recogniser.recognise(Document(text=text, language=language))
        return [" ".join(m.text.split()) for m in mentions if m.kind == kind and not m.weak]

    return find


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("BELGOROD, Russia (AP) — Two people were hurt on Monday.", ["BELGOROD", "Russia"]),
        ("Rockets fell near Shebekino and in Belgorod, the governor said.", ["Shebekino", "Belgorod"]),
        ("She moved from Paris, Texas, to Alexandria, Va., in the spring.", ["Paris", "Texas", "Alexandria", "Va."]),
        ("Flooding hit Otter Tail County in Minnesota on Sunday.", ["Otter Tail County", "Minnesota"]),
        ("Crews from Bosnia and Herzegovina flew to St. Petersburg.", ["Bosnia and Herzegovina", "St. Petersburg"]),
        (
            "The mayors of Mykolaiv, Kherson and Zaporizhzhia met in Lviv.",
            ["Mykolaiv", "Kherson", "Zaporizhzhia", "Lviv"],
        ),
        ("Paris Hilton and Jordan Smith spoke to Mr. Lancaster on Tuesday.", []),
        ("Police said on Tuesday that nobody was hurt. They left in March.", []),
        ("", []),
    ],
)
def test_running_text(found, text, places):
    assert found(text) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Crews closed the road in East Bank because of mud.", ["East Bank"]),
        ("The Woodstock District Chamber of Commerce elected a president.", ["Woodstock"]),
        ("The Perham District School Board met in Fargo.", ["Perham", "Fargo"]),
        ("She moved to Kansas City and then to Oklahoma City.", ["Kansas City", "Oklahoma City"]),
    ],
)
def test_the_gazetteer_says_where_a_name_begins_and_ends(found, text, places):
    assert found(text) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("CLINTON — A couple was arrested on Monday.", ["CLINTON"]),
        ("Two teens are safe.\nHURRICANE, W.Va. - Officers found them on Monday.", ["HURRICANE", "W.Va."]),
        ("Two teens are safe. HURRICANE, W.Va. (AP) -- Officers found them.", ["HURRICANE", "W.Va."]),
        ("UPDATE — The road is open again.", []),
        ("AFP - The road is open again.", []),
        ("HURRICANE - The storm grew on Monday.", []),
    ],
)
def test_datelines(found, text, places):
    assert found(text) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("WAR IN UKRAINE: RUSSIAN TROOPS LEAVE KHERSON AT NIGHT", ["UKRAINE", "KHERSON"]),
        ("women from encarnación cross the bridge to posadas with bags of shoes", ["encarnación", "posadas"]),
        (
            "Drivers who were bound for Ger-\nmany slept in their cabs near Gora-\nPodol that night.",
            ["Ger- many", "Gora- Podol"],
        ),
        ("The officials who had met on Monday flew back to New\nYork and said nothing.", ["New York"]),
        ("Open for traffic:\n- Kharkiv\n- Poltava\n- Sumy\n", ["Kharkiv", "Poltava", "Sumy"]),
        ("River still rising in #NongKhai this morning #Thailand", ["NongKhai", "Thailand"]),
    ],
)
def test_texts_as_they_come(found, text, places):
    assert found(text) == places


def test_parted_and_tagged_names_are_looked_up_whole(recogniser):
    text = "They drove to the Nether-\nlands. #NongKhai is dry."
    lookups = {m.text: m.lookup for m in recogniser.recognise(Document(text=text, language="en"))}
    assert lookups == {"Nether-\nlands": "Netherlands", "NongKhai": "Nong Khai"}


def test_demonyms(recogniser):
    text = "Russian troops and two Sri Lankan sailors met Londoners and Ukrainians in Kyiv on Monday."
    mentions = recogniser.recognise(Document(text=text, language="en"))
    assert [(m.text, m.kind, m.lookup) for m in mentions] == [
        ("Russian", "demonym", "Russia"),
        ("Sri Lankan", "demonym", "Sri Lanka"),
        ("Londoners", "demonym", "London"),
        ("Ukrainians", "demonym", "Ukraine"),
        ("Kyiv", "place", None),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Paris Police Department opened a file on Monday.", "Paris"),
        ("A reporter of the Kyiv Post was there on Monday.", "Kyiv"),
        ("She read law at the University of Oxford for two years.", "Oxford"),
    ],
)
def test_names_in_organisations_are_embedded(recogniser, text, name):
    (mention,) = [m for m in recogniser.recognise(Document(text=text, language="en")) if not m.weak]
    assert (mention.text, mention.embedded) == (name, True)


@pytest.mark.parametrize(
    ("text", "language", "places"),
    [
        ("Обстреляли село Козинка под Белгородом.", "ru", ["Козинка", "Белгородом"]),
        ("В Харькове и в Ростове-на-Дону слышали взрывы.", "ru", ["Харькове", "Ростове-на-Дону"]),
        ("У Вовчанську та Куп'янську чути вибухи.", "uk", ["Вовчанську", "Куп'янську"]),
        ("Bei Görlitz wurde die Brücke gesperrt.", "de", ["Görlitz"]),
    ],
)
def test_other_languages(found, text, language, places):
    assert found(text, language) == places


def test_russian_demonyms_are_declined(found):
    assert found("Российские войска и украинская армия.", "ru", "demonym") == ["Российские", "украинская"]


WORDS = st.sampled_from(
    ["Paris", "the", "in", "St.", "U.S.", "Козинке", "Mr.", "-", ",", ".", "\n", "and", "'s", "Y-\nz", "#AbCd", "al"]
)


@settings(max_examples=100, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join)),
    st.sampled_from(["en", "ru", "uk", None]),
)
def test_any_text_gives_ordered_mentions_that_do_not_overlap(recogniser, text, language):
    mentions = recogniser.recognise(Document(text=text, language=language))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@pytest.mark.parametrize(
    ("text", "language", "places"),
    [
        ("По данным властей, вчера были обстреляны Нехотеевка и Суземка.", "ru", ["Нехотеевка", "Суземка"]),
        ("Козинка обстреляна.", "ru", ["Козинка"]),
        ("Козинку обстреляли из миномётов.", "ru", ["Козинку"]),
        ("Обстріляно Вовчанськ і Липці.", "uk", ["Вовчанськ", "Липці"]),
        ("Kozinka was shelled.", "en", ["Kozinka"]),
        ("Glotovo, Kozinka and Gora-Podol have been evacuated.", "en", ["Glotovo", "Kozinka", "Gora-Podol"]),
        ("Johnson was evacuated from the roof.", "en", []),
        ("Губернатор Иванов подвергся нападению в Москве.", "ru", ["Москве"]),
        ("Магнит подвергся проверке, Козинка подверглась обстрелу.", "ru", ["Козинка"]),
    ],
)
def test_what_is_done_to_towns_tells_them(found, text, language, places):
    assert found(text, language) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        (
            "- Kozinka: 2 houses damaged\n- Gora-Podol: power line cut\n- Novaya Tavolzhanka: no damage",
            ["Kozinka", "Gora-Podol", "Novaya Tavolzhanka"],
        ),
        (
            "| Village | Hurt |\n|---|---|\n| Kozinka | 2 |\n| Glotovo | 1 |\n| Shebekino | 0 |",
            ["Kozinka", "Glotovo", "Shebekino"],
        ),
        ("Attendees:\nJordan Smith, chair\nMadison Lee, clerk\nParis Brown, treasurer", []),
        ("Village\tHurt\nKozinka\t2\nGlotovo\t1\nShebekino\t0", ["Kozinka", "Glotovo", "Shebekino"]),
        ("SALE, Saturday - all goods.", []),
        ("Wednesday: Rain.\nThursday: Sun in Boston.\nFriday: Cloud.", ["Boston"]),
    ],
)
def test_entries_of_a_list_are_of_one_kind(found, text, places):
    assert found(text) == places


def test_what_follows_a_comma_makes_no_organisation_of_a_name(found):
    assert found("They reached the ravine near Bombeo, police in La Paz said.") == ["Bombeo", "La Paz"]


def test_small_words_end_no_name(found):
    assert found("На Закарпатті підтопило Рахів, Тячів і Хуст.", "uk") == ["Закарпатті", "Рахів", "Тячів", "Хуст"]


@pytest.mark.parametrize(
    "name",
    ["Rio Grande do Norte", "Port-au-Prince", "Newcastle upon Tyne", "Mato Grosso do Sul", "Palma de Mallorca"],
)
def test_small_words_inside_a_listed_name_do_not_part_it(found, name):
    assert found(f"It reached Natal and Salvador in 2013, then {name}, where it rained.") == ["Natal", "Salvador", name]


def test_a_kibbutz_is_named_whole(found):
    assert found("Sirens sounded in Kibbutz Nir Oz and in Moshav Margaliot.") == ["Kibbutz Nir Oz", "Moshav Margaliot"]


@pytest.mark.parametrize("language", ["ru", "uk"])
def test_letters_without_a_name_are_no_obstacle(found, language):
    assert found("В Курске 𗀀 прошёл дождь.", language) == ["Курске"]


def test_two_names_that_are_joined_by_and_are_two(recogniser):
    text = "Shelling hit Kozinka and Graivoron in Belgorod region. He flew to Trinidad and Tobago."
    found = [mention.text for mention in recogniser.recognise(Document(text=text, language="en"))]
    assert found == ["Kozinka", "Graivoron", "Belgorod", "Trinidad and Tobago"]


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("WATER SHORT IN EL PASO AND NEW MEXICO ON MONDAY", ["EL PASO", "NEW MEXICO"]),
        ("POLICE IN NEW DELHI ARREST TWO", ["NEW DELHI"]),
        ("GOVERNOR OF TEXAS RESIGNS ON MONDAY\nIRAN DENIES CLAIMS", ["TEXAS", "IRAN"]),
    ],
)
def test_names_of_several_words_in_capitals(found, text, places):
    assert found(text) == places


@pytest.mark.parametrize(
    ("text", "language", "place"),
    [
        ("Fighting was reported near Minova in eastern Congo on Tuesday.", "en", "Minova"),
        ("Gunmen attacked the village of Tchombangou in Niger.", "en", "Tchombangou"),
        ("He was born in Zorvanitsa and lives in London.", "en", "Zorvanitsa"),
        ("Les combats ont repris près de Minova et de Kalehe, dans l'est du Congo.", "fr", "Minova"),
        ("In Hinterkleinbach wurde ein Haus zerstört, sagte die Polizei in Passau.", "de", "Hinterkleinbach"),
        ("El incendio empezó cerca de Torrequemadilla, en la frontera con Portugal.", "es", "Torrequemadilla"),
        ("Pożar wybuchł we wsi Zagórzyczki koło Przemyśla.", "pl", "Zagórzyczki"),
        ("Saldırı, Kilis'e bağlı Zorbağalan köyünde meydana geldi.", "tr", "Zorbağalan"),
        ("В Осоївці чути вибухи, сказав голова громади.", "uk", "Осоївці"),
        ("Жители села Верхнее Зёрново уехали.", "ru", "Верхнее Зёрново"),
    ],
)
def test_a_name_in_no_list_stays_where_the_wording_makes_it_a_place(found, text, language, place):
    assert place in found(text, language)


@pytest.mark.parametrize(
    ("text", "language", "places"),
    [
        ("ВСУ обстреляли Суземку и Козинку из миномётов.", "ru", ["Суземку", "Козинку"]),
        ("Под обстрел попали Суземка, Новая Погощь и Крупец.", "ru", ["Суземка", "Новая Погощь", "Крупец"]),
        ("Росіяни обстріляли Велику Писарівку та Попівку.", "uk", ["Велику Писарівку", "Попівку"]),
    ],
)
def test_verbs_of_war_and_lists(found, text, language, places):
    assert found(text, language) == places


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("| Town | Dead |\n|---|---|\n| Kherson | 3 |\n| Beryslav | 0 |", ["Kherson", "Beryslav"]),
        ("Town | Houses\nShebekino | 12\nGrayvoron | 4", ["Shebekino", "Grayvoron"]),
        (
            "Roads closed:\n* near Benson\n* Otter Tail County\n* Fergus Falls\n",
            ["Benson", "Otter Tail County", "Fergus Falls"],
        ),
        ("MONROE - Federal officers searched Walton County, Ga.", ["MONROE", "Walton County", "Ga."]),
        ("He left Louisville, Ky., New Haven, Conn., and Paris.", ["Louisville", "Ky.", "New Haven", "Conn.", "Paris"]),
        ("In Sudan a truce held. In Khartoum it did not.", ["Sudan", "Khartoum"]),
        ("Jordan Israel scored twice in Manchester.", ["Manchester"]),
        ("Vaals lies in the Netherlands' Limburg, near Aachen.", ["Vaals", "Netherlands", "Limburg", "Aachen"]),
        ("Police in King's Lynn, Norfolk, met Ukraine's envoy.", ["King's Lynn", "Norfolk", "Ukraine"]),
    ],
)
def test_tables_lists_and_datelines(found, text, places):
    assert found(text) == places


def test_demonyms_of_two_words_and_of_states(recogniser):
    text = "Sri Lankan troops met Nova Scotian and Texan guests in Jaffna."
    mentions = recogniser.recognise(Document(text=text, language="en"))
    assert [(m.text, m.lookup) for m in mentions if m.kind == "demonym"] == [
        ("Sri Lankan", "Sri Lanka"),
        ("Nova Scotian", "Nova Scotia"),
        ("Texan", "Texas"),
    ]


def test_a_country_in_the_name_of_a_legion_is_embedded(recogniser):
    text = "The Freedom of Russia Legion said it had entered Kozinka."
    mentions = recogniser.recognise(Document(text=text, language="en"))
    assert [(m.text, m.embedded) for m in mentions if not m.weak] == [("Russia", True), ("Kozinka", False)]
