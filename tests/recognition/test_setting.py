"""Where a document plays, as far as names tell."""

import pytest

from geoloc.model import Document
from geoloc.recognition.rules import Reading
from geoloc.recognition.setting import Setting


@pytest.fixture
def setting(gazetteer):
    def of(text):
        reading = Reading(Document(text=text, language="en"), gazetteer)
        names = [found.lookup or reading.page.span_text(found.first, found.last) for found in reading.found]
        return Setting(reading.found, names, gazetteer)

    return of


def test_a_town_of_the_state_that_is_spoken_of_is_near(setting):
    here = setting("Officers from Charleston, W.Va., drove through Putnam County in West Virginia on Monday.")
    assert here.mark("Hurricane")[0] == "z"
    assert here.mark("Surprise")[0] in "cd"  # in Arizona: the same country, another state
    assert here.mark("Grayvoron")[0] == "0"
    assert here.mark("Qqqq") == ""


def test_a_name_does_not_speak_for_itself(setting):
    here = setting("She lives in Grayvoron.")
    assert here.mark("Grayvoron")[0] == "0"


def test_without_places(setting):
    here = setting("Nobody was hurt.")
    assert here.mark("Paris")[0] == "0"
