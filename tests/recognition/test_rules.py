from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geoloc.model import Document
from geoloc.recognition import RuleRecogniser


@pytest.fixture(scope="module")
def recogniser(gazetteer):
    return RuleRecogniser(gazetteer)


@pytest.fixture
def names(recogniser):
    def find(text, language="en", kind="place"):
        return [
            m.text
            for m in recogniser.recognise(Document(text=text, language=language))
            if m.kind == kind and not m.weak
        ]

    return find


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Rockets fell near Shebekino and in Belgorod.", ["Shebekino", "Belgorod"]),
        ("The village of Zzyrkovo was evacuated.", ["Zzyrkovo"]),
        ("Smoke rose outside Torbagovka on Monday.", ["Torbagovka"]),
        ("He lives in Fargo, N.D., with his dog.", ["Fargo", "N.D."]),
        ("The U.S. and the DRC signed it in Paris, Ky., they said.", ["U.S.", "DRC", "Paris", "Ky."]),
        ("She moved from Paris, Texas, to Alexandria, Va.", ["Paris", "Texas", "Alexandria", "Va."]),
        ("Flooding hit Otter Tail County in Minnesota.", ["Otter Tail County", "Minnesota"]),
        ("The ferry crosses the Black Sea from Odesa to Varna.", ["Black Sea", "Odesa", "Varna"]),
        ("New York, Los Angeles and St. Petersburg took part.", ["New York", "Los Angeles", "St. Petersburg"]),
        ("BELGOROD, Russia (AP) - The town slept.", ["BELGOROD", "Russia"]),
        ("Residents of Kozinka, Glotovo and Gora-Podol fled.", ["Kozinka", "Glotovo", "Gora-Podol"]),
    ],
)
def test_places_are_found(names, text, places):
    assert names(text) == places


@pytest.mark.parametrize(
    "text",
    [
        "Paris Hilton met Jordan Smith on Monday.",
        "Mr. Lancaster said that Gov. Lincoln had agreed.",
        "Reading is fun. Nice people say so. Most of them sleep.",
        "Police said on Tuesday that nobody was hurt. They left in March.",
        "President Jackson and Senator Clinton spoke. Jackson left early.",
        "",
        "   \n\n  ",
        "1234 5678 ... !!!",
    ],
)
def test_what_is_no_place_is_left_alone(names, text):
    assert names(text) == []


@pytest.mark.parametrize(
    ("text", "language", "places"),
    [
        ("Обстреляли село Козинка под Белгородом.", "ru", ["Козинка", "Белгородом"]),
        ("В Белгородской области и в Харькове слышали взрывы.", "ru", ["Белгородской области", "Харькове"]),
        ("Президент Чехии Карел Новак прилетел в Ростов-на-Дону.", "ru", ["Чехии", "Ростов-на-Дону"]),
        ("У Вовчанську на Харківщині чути вибухи.", "uk", ["Вовчанську", "Харківщині"]),
        ("Bei Görlitz wurde die Brücke gesperrt.", "de", ["Görlitz"]),
    ],
)
def test_other_languages(names, text, language, places):
    assert names(text, language) == places


def test_demonyms_are_a_kind_of_their_own(recogniser):
    text = "Russian troops and two Sri Lankan sailors met Ukrainians in Kyiv."
    mentions = recogniser.recognise(Document(text=text, language="en"))
    assert [(m.text, m.kind, m.lookup) for m in mentions] == [
        ("Russian", "demonym", "Russia"),
        ("Sri Lankan", "demonym", "Sri Lanka"),
        ("Ukrainians", "demonym", "Ukraine"),
        ("Kyiv", "place", None),
    ]


def test_russian_demonyms_are_declined(names):
    assert names("Российские войска и украинская армия.", "ru", "demonym") == ["Российские", "украинская"]


def test_a_place_in_the_name_of_an_institution_is_embedded(recogniser):
    text = "The Boston Police Department hired her in Chicago."
    mentions = recogniser.recognise(Document(text=text, language="en"))
    assert [(m.text, m.embedded) for m in mentions] == [("Boston", True), ("Chicago", False)]


@pytest.mark.parametrize(
    ("text", "kind"), [("the Belgorod region", "region"), ("the village of Kozinka", "populated-place")]
)
def test_the_wording_says_what_kind_of_place_it_is(recogniser, text, kind):
    (mention,) = recogniser.recognise(Document(text=f"It happened in {text} today.", language="en"))
    assert mention.expects == kind


def test_what_one_sentence_settles_holds_for_the_others(names):
    text = "Jackson, Miss., is hot. Jackson voted on Monday. The council of Jackson met."
    assert names(text).count("Jackson") == 3


WORDS = st.sampled_from(
    [
        "Paris",
        "the",
        "in",
        "St.",
        "U.S.",
        "Kozinka",
        "Козинке",
        "области",
        "Mr.",
        "-",
        ",",
        ".",
        "\n\n",
        "and",
        "'s",
        "York",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=30).map(" ".join)),
    st.sampled_from(["en", "ru", "uk", None]),
)
def test_any_text_gives_ordered_mentions_that_do_not_overlap(recogniser, text, language):
    mentions = recogniser.recognise(Document(text=text, language=language))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert all(a.end <= b.start for a, b in pairwise(mentions))


@pytest.mark.parametrize(
    "text", ["Взрывы в Донецке.", "Он приехал из Курска.", "Глава Минска заболел.", "У Донецьку тихо."]
)
def test_declined_towns_are_no_adjectives(recogniser, text):
    language = "uk" if "У " in text else "ru"
    (mention,) = recogniser.recognise(Document(text=text, language=language))
    assert mention.kind == "place"


def test_headlines_without_a_language_are_read_with_care(names):
    assert names("Enjoy Nice Weather Today", None) == []


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Migrants crossed the Rio Grande into Texas.", ["Rio Grande", "Texas"]),
        ("Residents of Aita al-Shaab in Lebanon fled.", ["Aita al-Shaab", "Lebanon"]),
        ("See https://www.example.org/Kyiv-Lviv or write to Paris@example.org, or to @Moscow.", []),
        ("He said <b>nothing</b> <a href='x/Kyiv'>about it</a>.", []),
    ],
)
def test_whole_names_and_no_addresses(names, text, places):
    assert names(text) == places


def test_a_university_of_a_town_is_embedded(recogniser):
    (mention,) = recogniser.recognise(Document(text="She read law at the University of Oxford.", language="en"))
    assert (mention.text, mention.embedded) == ("Oxford", True)


def test_one_long_word_takes_no_time(recogniser):
    assert recogniser.recognise(Document(text="a" * 200_000 + " " + "<a " * 20_000, language="en")) == []
