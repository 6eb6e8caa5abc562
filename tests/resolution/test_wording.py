"""What the words around a name say."""

import pytest

from geoloc.model import Mention
from geoloc.resolution.wording import (
    container_after,
    contrasted_with,
    kind_around,
    kind_of_list,
    with_words_spelled_out,
    without_modifier,
)


def mentions(text, *names):
    found, at = [], 0
    for name in names:
        at = text.index(name, at)
        found.append(Mention(at, at + len(name), name))
        at += len(name)
    return found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("They left the city of Zubovka.", "populated-place"),
        ("in the province of Zubovka", "region"),
        ("Zubovka district was hit", "district"),
        ("Zubovka was hit", None),
    ],
)
def test_announced_kinds(text, kind):
    assert kind_around(text, mentions(text, "Zubovka")[0]) == kind


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("Paris, Texas, is quiet", True),
        ("Paris (Texas) is quiet", True),
        ("Paris and Texas", False),
        ("from Paris, Texas and Ohio", False),
        ("Paris. Texas is far", False),
    ],
)
def test_containers(text, follows):
    found = mentions(text, "Paris", "Texas")
    assert (container_after(text, found, 0) is not None) == follows


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("in Zubovka, Marnitsa and Torva counties", "district"),
        ("the Zubovka, Marnitsa or Torva Rivers rose", "water"),
        ("the cities of Zubovka, Marnitsa and Torva", "populated-place"),
        ("в Зубовке, Марнице и Торве", None),
        ("Zubovka, Marnitsa and Torva were hit; two counties", None),
    ],
)
def test_what_a_list_announces_holds_for_all_in_it(text, kind):
    names = ("Зубовке", "Марнице", "Торве") if "в " in text else ("Zubovka", "Marnitsa", "Torva")
    found = mentions(text, *names)
    assert {kind_of_list(text, found, i) for i in range(3)} == {kind}


def test_one_name_before_a_plural_is_no_list():
    text = "Zubovka counties"
    assert kind_of_list(text, mentions(text, "Zubovka"), 0) is None


def test_a_community_centre_announces_no_district():
    text = "at the Zubovka Community Center"
    assert kind_around(text, mentions(text, "Zubovka")[0]) is None


@pytest.mark.parametrize(
    ("name", "full"), [("N. Zubovka", "North Zubovka"), ("Ft. Zubov", "Fort Zubov"), ("Nord", "Nord")]
)
def test_short_forms_are_spelled_out(name, full):
    assert with_words_spelled_out(name) == full


def test_a_name_is_set_apart_within_its_sentence_only():
    one = "from Paris to Paris, Texas, by air"
    assert contrasted_with(one, mentions(one, "Paris", "Paris", "Texas"), 0) == 1
    two = "He left Paris. In Paris, Texas, it rained"
    assert contrasted_with(two, mentions(two, "Paris", "Paris", "Texas"), 0) is None


@pytest.mark.parametrize("name", ["northern Zubovka", "Greater Zubovka", "the Zubovka area", "downtown Zubovka"])
def test_modifiers_are_taken_off(name):
    assert without_modifier(name) == "Zubovka"
