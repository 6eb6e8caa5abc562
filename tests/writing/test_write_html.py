"""The report: whole without scripts, safe with any text, and in a real browser."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import geoloc
from geoloc.errors import UsageError
from geoloc.model import AreaRelation, Document, Result

HOSTILE = "</script><script>window.hacked=1</script><img src=x onerror=window.hacked=1> \u2028 \ud800 &amp; \"'`"


class _Page(HTMLParser):
    """What a browser would make of the page, roughly."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.lasttag == "script":
            self.scripts.append(data)
        elif self.lasttag == "style":
            self.styles.append(data)
        self.texts.append(data)

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [
            attributes
            for name, attributes in self.tags
            if name == tag and all(attributes.get(key) == value for key, value in wanted.items())
        ]


def hostile(make: Any) -> Result:
    """Make a result in which every string that comes from outside is hostile."""
    raid = make.raid()
    places = tuple(
        replace(place, name=f"{place.name}{HOSTILE}", admin1=HOSTILE, alternatives=(make.candidate(HOSTILE),))
        for place in raid.places
    )
    places = (*places[:2], replace(places[2], confidence=0.5))
    text = raid.document.text + HOSTILE
    document = Document(text, source=HOSTILE, title=HOSTILE, outlet=HOSTILE, date=HOSTILE)
    return replace(raid, document=document, places=places)


def page_of(result: Result | list[Result], **options: Any) -> str:
    return geoloc.write(result, "html", **options)


def test_one_page_under_the_limit_that_refers_to_nothing_outside(make):
    page = page_of(make.raid())
    assert len(page.encode()) < 1_500_000
    parsed = _Page(page)
    for tag, attributes in parsed.tags:
        assert "src" not in attributes and not any(name.startswith("on") for name in attributes), (tag, attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert "url(" not in "".join(parsed.styles) and "@import" not in "".join(parsed.styles)
    assert len(parsed.all("title")) == 1


def test_the_policy_allows_the_own_scripts_and_styles_and_nothing_else(make):
    parsed = _Page(page_of(make.raid()))
    (policy,) = parsed.all("meta", **{"http-equiv": "Content-Security-Policy"})
    content = policy["content"] or ""
    assert content.startswith("default-src 'none';") and "unsafe" not in content and "http" not in content
    *scripts, style = [*(text for text in parsed.scripts if not text.startswith("{")), *parsed.styles]
    for text in (*scripts, style):
        if text.strip():
            assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in content


def test_text_table_and_map_point_at_each_other(make):
    parsed = _Page(page_of(make.raid()))
    links = parsed.all("a", **{"class": "m sure"})
    assert [link["data-p"] for link in links] == ["1", "2", "1", "0"]
    rows = {row["id"] for row in parsed.all("tr") if row.get("id")}
    assert {f"p{link['data-p']}" for link in links} == rows == {"p0", "p1", "p2"}
    data = json.loads(next(text for text in parsed.scripts if text.startswith("{")))
    assert [(pin["p"], pin["n"], pin["km"]) for pin in data["pins"]][:2] == [
        (2, "Kozinka", "1.8 km"),
        (1, "Grayvoron", "7.5 km"),
    ]
    assert data["pins"][0]["foot"] == [50.451212, 35.582999]
    (border,) = data["borders"]
    assert (border["id"], len(border["lines"])) == ("RU-UA", 11)
    assert len(parsed.all("span", **{"class": "m open"})) == 2


def test_the_words_of_the_article_come_out_as_they_are(make):
    result = make.raid()
    page = page_of(result)
    body = re.search(r'<div class="body"[^>]*>(.*?)</div>', page, re.S)
    assert body is not None
    assert re.sub(r"<[^>]*>", "", body[1]) == result.document.text


def test_hostile_text_stays_text(make):
    result = hostile(make)
    page = page_of(result)
    parsed = _Page(page)
    assert len(parsed.all("script")) == 3 and parsed.all("img") == []
    assert (
        page.count("window.hacked") == page.count("&lt;script&gt;window.hacked") * 2 + page.count("\\u003cscript") * 2
    )
    data = json.loads(next(text for text in parsed.scripts if text.startswith("{")))
    assert data["pins"][0]["n"].startswith("Kozinka</script>")
    page.encode()


def test_several_documents_and_none(make):
    one, other = make.raid("a.txt"), make.raid("b.txt")
    parsed = _Page(page_of([one, other]))
    assert [article["id"] for article in parsed.all("article")] == ["d0", "d1"]
    assert {row["id"] for row in parsed.all("tr") if row.get("id")} >= {"p1", f"p{(1 << 16) + 1}"}
    nothing = page_of(Result(Document("")))
    assert "No places were found" in nothing
    assert "0 documents" in page_of([])


def test_alternatives_are_shown_where_the_place_is_unsure(make):
    raid = make.raid()
    assert "Kazinka" not in page_of(raid)
    assert "Kazinka, Lipetsk Oblast, RU" in page_of(raid, explain=True)
    unsure = replace(raid, places=(raid.places[0], replace(raid.places[1], confidence=0.6), raid.places[2]))
    assert "Kazinka, Lipetsk Oblast, RU" in page_of(unsure)


def test_an_area_has_the_span_of_its_outline(make):
    raid = make.raid()
    russia = replace(raid.places[0], area=AreaRelation(0.0, 3100.4, True, 3.0))
    parsed = _Page(page_of(replace(raid, places=(russia, *raid.places[1:]))))
    assert "0–3100 km" in parsed.texts and "touches it" in parsed.texts
    data = json.loads(next(text for text in parsed.scripts if text.startswith("{")))
    assert data["pins"][-1]["km"] == "0–3100 km" and data["pins"][-1]["foot"] is None


def test_disputed_ground_in_the_reading_that_was_asked_for(make):
    def border(**options):
        text = next(text for text in _Page(page_of(make.raid(), **options)).scripts if text.startswith("{"))
        return json.loads(text)["borders"][0]["lines"]

    assert border() == border(worldview="UA") != border(worldview="RU")


def test_a_point_that_several_countries_claim(make):
    page = page_of(make.one("Simferopol", lat=44.95, lon=34.1))
    assert "within the claims of Ukraine and Russia" in page
    assert "within the claims" not in page_of(make.one())


def test_across_the_antimeridian_and_at_a_pole(make):
    data = json.loads(
        next(t for t in _Page(page_of(make.at((-17.0, 179.5), (-16.5, -179.6)))).scripts if t.startswith("{"))
    )
    assert (
        data["box"][0] < 179.5 < 180.4 < data["box"][2] < 185
        or -185 < data["box"][0] < -180.5 < -179.6 < data["box"][2]
    )
    assert page_of(make.at((90.0, 0.0)))


def test_tiles_only_on_request(make):
    page = page_of(make.raid(), tiles="https://tiles.example.org/{z}/{x}/{y}.png")
    assert "img-src data: https://tiles.example.org;" in page.replace("&#x27;", "'")
    assert "tile.openstreetmap.org" in page_of(make.raid(), tiles="osm")
    assert "tile.openstreetmap.org" not in page_of(make.raid())
    for tiles in ("javascript:alert(1)", "https://a b/", "tiles"):
        with pytest.raises(UsageError, match="osm"):
            page_of(make.raid(), tiles=tiles)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        if os.environ.get("CI"):
            pytest.fail("chromium and chromedriver are missing; .ci/run installs them")
        pytest.skip("needs chromium and chromedriver: apt-get install chromium chromium-driver")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    for flag in (
        "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
        "--disable-component-update --disable-sync --disable-dev-shm-usage --force-prefers-reduced-motion "
        "--window-size=1400,900"
    ).split():
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('chromium')}")
    chrome = webdriver.Chrome(options=options, service=Service(driver))
    yield chrome
    chrome.quit()


def show(browser: Any, page: str, tmp_path: Path) -> None:
    """Open a page, with the logs emptied before."""
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    browser.get("about:blank")
    browser.get_log("browser"), browser.get_log("performance")
    browser.get(path.as_uri())


def check_quiet(browser: Any) -> None:
    """No complaint on the console, and nothing asked of any network."""
    assert browser.get_log("browser") == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert asked and all(url.startswith(("file:", "data:", "chrome:")) for url in asked), asked


@pytest.mark.slow
def test_in_a_browser_a_click_here_shows_there(browser, make, tmp_path):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    show(browser, page_of(make.raid(), explain=True), tmp_path)

    def find(query: str) -> Any:
        return browser.find_element(By.CSS_SELECTOR, query)

    def picked(tag: str) -> set[str]:
        return {e.get_attribute("data-p") for e in browser.find_elements(By.CSS_SELECTOR, f"{tag}.picked")}

    find('a.m[data-p="1"]').click()
    assert picked("a.m") == picked("tr") == picked(".pin") == {"1"}
    assert (
        "Grayvoron" in find(".leaflet-popup-content").text
        and "7.5 km from RU-UA" in find(".leaflet-popup-content").text
    )
    assert "Grayvoron" in find("#said").get_property("textContent")

    find('button.name[data-p="2"]').click()
    assert picked("a.m") == picked("tr") == picked(".pin") == {"2"}

    pin = find('.pin[data-p="1"]')
    assert (pin.get_attribute("role"), pin.get_attribute("tabindex")) == ("button", "0")
    pin.send_keys(Keys.ENTER)
    assert picked("a.m") == picked("tr") == {"1"}

    rows = "#places tbody tr:not([hidden]) .name"
    names = [element.text for element in browser.find_elements(By.CSS_SELECTOR, rows)]
    assert names == ["Kozinka", "Grayvoron", "Russia", "Hlotove"]
    sorter = find("#places thead th:nth-child(2) button")
    sorter.click()
    sorter.send_keys(Keys.ENTER)
    assert [e.text for e in browser.find_elements(By.CSS_SELECTOR, rows)][:2] == ["Grayvoron", "Kozinka"]
    assert find("#places thead th:nth-child(2)").get_attribute("aria-sort") == "descending"
    find("#find").send_keys("kozin")
    assert [e.text for e in browser.find_elements(By.CSS_SELECTOR, rows)] == ["Kozinka"]
    assert not find('.pin[data-p="1"]').is_displayed()
    assert "1 of 4" in find("#count").text
    find("#find").clear()
    find("#find").send_keys("gray")
    find("details summary").click()
    find("button.other").click()
    assert "Could also be: Kazinka, Lipetsk Oblast" in find(".leaflet-popup-content").text
    find("#theme").click()
    assert find("html").get_attribute("data-theme") in ("dark", "light")
    check_quiet(browser)


@pytest.mark.slow
def test_in_a_browser_hostile_text_does_nothing(browser, make, tmp_path):
    show(browser, page_of(hostile(make)), tmp_path)
    browser.execute_script('document.querySelector("button.name").click()')
    assert browser.execute_script("return window.hacked") is None
    assert "</script>" in browser.execute_script('return document.querySelector(".leaflet-popup-content").textContent')
    assert "<img src=x" in browser.execute_script('return document.querySelector(".body").textContent')
    check_quiet(browser)


@pytest.mark.slow
def test_in_a_browser_there_is_something_to_see_on_a_phone_and_without_places(browser, make, tmp_path):
    browser.set_window_size(420, 800)
    show(browser, page_of(make.raid()), tmp_path)
    wide, inner = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= inner
    show(browser, page_of(Result(Document("Nothing here."))), tmp_path)
    assert browser.execute_script('return document.querySelectorAll("#map canvas").length') >= 1
    check_quiet(browser)
    browser.set_window_size(1400, 900)
