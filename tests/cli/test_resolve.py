"""geoloc resolve: the main case, and what is not an article."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

RUSSIAN = (
    "Село Козинка в Белгородской области обстреляли утром в четверг, сообщил губернатор. "
    "В Грайвороне повреждены школа и больница, пострадавших доставили в Белгород."
)


def test_raids_near_grayvoron(run, article: Path) -> None:
    text = article.read_text("utf-8")
    answer = run(article, "-f", "json")
    assert answer.code == 0
    assert answer.err == f"geoloc: {article}: measured to the border RU-UA (Russia–Ukraine)\n"
    assert answer.json["border"] == {"id": "RU-UA", "name": "Russia–Ukraine", "chosen": "auto"}
    places = {place["geonameid"]: place for place in answer.json["places"]}
    for geonameid, km in ((543229, 1.8), (559034, 7.5), (578072, 32.1)):
        assert places[geonameid]["border"]["distance_km"] == pytest.approx(km, abs=0.1)
        assert places[geonameid]["border"]["side"] == "RU"
    for mention in answer.json["mentions"]:
        assert text[mention["start"] : mention["end"]] == mention["text"]


def test_table_is_the_default_and_fits(run, article: Path) -> None:
    answer = run("resolve", article, "-q")
    assert (answer.code, answer.err) == (0, "")
    assert "1.8 km RU" in answer.out and "\x1b" not in answer.out
    assert max(map(len, answer.out.splitlines())) <= 100


def test_stdin(run, article: Path) -> None:
    piped = run("-f", "csv", stdin=article.read_bytes())
    named = run("resolve", "-", "-f", "csv", stdin=article.read_bytes())
    assert piped == named
    assert piped.code == 0
    rows = list(csv.DictReader(io.StringIO(piped.out)))
    assert "543229" in {row["geonameid"] for row in rows}
    assert run("-f", "json", stdin=article.read_bytes()).json["source"] == "-"


def test_every_format_is_one_valid_document(run, article: Path) -> None:
    collection = run(article, "-f", "geojson").json
    assert collection["type"] == "FeatureCollection"
    sequence = run(article, "-f", "geojsonseq").lines
    assert sequence == collection["features"]
    assert run(article, "-f", "jsonl").lines == [run(article, "-f", "json").json]


def test_several_sources_in_one_collection(run, article: Path) -> None:
    features = run("resolve", article, "-", "-f", "geojson", stdin=article.read_bytes()).json["features"]
    assert {feature["properties"]["source"] for feature in features} == {str(article), "-"}


def test_with_border(run, article: Path) -> None:
    features = run(article, "-f", "geojson", "--with-border").json["features"]
    assert [f["geometry"]["type"] for f in features if f["geometry"]][-1] == "MultiLineString"


def test_format_from_extension_and_output_is_silent(run, article: Path, tmp_path: Path) -> None:
    target = tmp_path / "places.geojson"
    answer = run(article, "-o", target)
    assert (answer.code, answer.out) == (0, "")
    assert json.loads(target.read_text("utf-8"))["type"] == "FeatureCollection"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["article.txt", "places.geojson"]


def test_given_border(run, article: Path, tmp_path: Path) -> None:
    line = tmp_path / "line.geojson"
    line.write_text('{"type": "LineString", "coordinates": [[35, 50], [36, 51]]}')
    by_id = run(article, "-f", "json", "-b", "ua-ru")
    assert by_id.json["border"] == {"id": "RU-UA", "name": "Russia–Ukraine", "chosen": "given"}
    assert by_id.err == ""
    by_file = run(article, "-f", "json", "-b", line)
    assert by_file.json["border"]["id"] == str(line)
    assert run(article, "-f", "json", "-b", "none").json["border"] is None


def test_no_places_is_no_failure(run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    answer = run(empty, "-f", "json")
    assert (answer.code, answer.err) == (0, f"geoloc: {empty}: no places found\n")
    assert (answer.json["mentions"], answer.json["places"], answer.json["border"]) == ([], [], None)
    assert run(empty, "-f", "geojson").json == {"type": "FeatureCollection", "features": []}
    assert run(empty, "--fail-empty").code == 3


def test_fail_empty_with_places(run, article: Path) -> None:
    assert run(article, "--fail-empty").code == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r"])
def test_encodings(run, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "article.txt"
    path.write_bytes(RUSSIAN.encode(encoding))
    mentions = run(path, "-f", "json").json["mentions"]
    assert "Козинка" in {mention["text"] for mention in mentions}
    for mention in mentions:
        assert RUSSIAN[mention["start"] : mention["end"]] == mention["text"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (bytes(range(256)) * 8, "binary"),
        (b"<?xml version='1.0'?><svg/>", "never geoparses markup"),
        (b'{"id": 1, "text": "Kozinka"}', "geoloc batch"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
    ],
)
def test_no_article(run, tmp_path: Path, content: bytes, words: str) -> None:
    path, target = tmp_path / "article.txt", tmp_path / "out.json"
    path.write_bytes(content)
    target.write_text("before")
    run(path, "-o", target).failed(1, str(path), words)
    assert target.read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 2


def test_missing_file_and_folder(run, tmp_path: Path) -> None:
    run("resolve", tmp_path / "no.txt").failed(1, "no.txt", "no such file")
    run("resolve", tmp_path).failed(1, "folder")


def test_one_bad_source_of_two_leaves_no_output(run, article: Path, tmp_path: Path) -> None:
    answer = run("resolve", article, tmp_path / "no.txt", "-q", "-o", tmp_path / "out.jsonl")
    answer.failed(1, "no.txt")
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize("border", ["RU-XX", "xx", "no.geojson"])
def test_unknown_border(run, article: Path, border: str) -> None:
    code = 1 if "." in border else 2
    run(article, "-b", border).failed(code, border)


def test_bad_border_file(run, article: Path, tmp_path: Path) -> None:
    line = tmp_path / "line.geojson"
    line.write_text('{"type": "Point", "coordinates": [35, 50]}')
    run(article, "-b", line).failed(1, str(line))


def test_bad_values(run, article: Path) -> None:
    run(article, "--kinds", "village").failed(2, "village", "populated-place")
    run(article, "--precision", "9").failed(2, "precision")
    run(article, "--per", "page").failed(2, "page")
    run(article, "--min-confidence", "2").failed(2, "min-confidence")


def test_output_folder_missing(run, article: Path, tmp_path: Path) -> None:
    run(article, "-q", "-o", tmp_path / "no" / "x.json").failed(1, "x.json", "folder")


def test_a_web_page_and_the_text_that_offsets_count_in(run, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<html><title>Raid</title><p>Shells fell on <b>Kozinka</b>, near Graivoron.</p><script>x</script>")
    result = run(path, "-q", "-f", "json", "--text").json
    assert "<" not in result["text"] and result["title"] == "Raid"
    assert {"Kozinka", "Graivoron"} <= {mention["text"] for mention in result["mentions"]}
    for mention in result["mentions"]:
        assert result["text"][mention["start"] : mention["end"]] == mention["text"]


def test_records_with_a_named_field(run, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"body": "Kozinka was quiet.", "id": 1}\n{"body": "Sumy was quiet.", "id": 2}\n')
    answer = run(path, "--text-field", "body", "-f", "jsonl")
    assert [line["id"] for line in answer.lines] == [1, 2]
    assert f"{path}: 2 documents" in answer.err
    run(path, "--text-field", "text").failed(1, "line 1", '"text"')


def test_private_addresses_are_refused(run) -> None:
    run("http://127.0.0.1:9/x").failed(1, "private address", "--allow-private")


def test_a_map_under_the_table(run, article: Path) -> None:
    answer = run(article, "-q", "--map")
    assert "As written" in answer.out and "┌─" in answer.out and "A Kozinka, 1.8 km" in answer.out
    run(article, "--map", "-f", "json").failed(2, "--map", "svg")


@pytest.mark.parametrize(
    ("extension", "start"),
    [
        ("kml", b"<?xml"), ("gpx", b"<?xml"), ("svg", b"<svg"), ("html", b"<!doctype html>"),
        ("png", b"\x89PNG"), ("gpkg", b"SQLite format 3"), ("parquet", b"PAR1"),
    ],
)  # fmt: skip
def test_files_by_their_extension(run, article: Path, tmp_path: Path, extension: str, start: bytes) -> None:
    target = tmp_path / f"places.{extension}"
    answer = run(article, "-q", "-o", target)
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    assert target.read_bytes().startswith(start)


def test_binary_formats_go_to_a_pipe_and_not_to_a_terminal(run, geoloc_process, article: Path, monkeypatch) -> None:
    with geoloc_process(article, "-q", "-f", "gpkg") as process:
        out, err = process.communicate()
    assert (process.returncode, err) == (0, b"") and out.startswith(b"SQLite format 3")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    run(article, "-f", "gpkg").failed(2, "gpkg is binary", "-o places.gpkg")


def test_other_commands_refuse_formats_of_maps(run, tmp_path: Path) -> None:
    run("lookup", "Kozinka", "-f", "kml").failed(2, "'kml'", "geojson")
    run("border", "list", "-o", tmp_path / "x.gpkg").failed(2, "'gpkg'")


def test_the_example_of_a_web_page(run) -> None:
    result = run(Path(__file__).parents[2] / "examples" / "okhtyrka.html", "-q", "-f", "json").json
    facts = ("Drones hit a bus on the road to Okhtyrka", "2024-02-03", "The Border Post")
    assert (result["title"], result["date"], result["outlet"]) == facts
    names = {mention["text"] for mention in result["mentions"]}
    assert {"SUMY", "Okhtyrka", "Velyka Pysarivka", "Graivoron", "Kozinka"} <= names
    assert not names & {"London", "Lisbon", "Paris", "Vienna"}


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("وصل الوفد إلى بغداد صباحا", "Arabic"),
        ("代表団は東京に到着した", "Chinese or Japanese"),
        ("დელეგაცია თბილისში", "Georgian"),
    ],
)
def test_a_script_that_is_not_read_is_named(run, text, script) -> None:
    assert f"most of it is in {script} script, which geoloc does not read" in run("resolve", "-", stdin=text).err


def test_why_no_border_fits(run) -> None:
    apart = run("resolve", "-", stdin="Japan and Australia signed the treaty in Tokyo and in Canberra.")
    assert "no land border fits: it is about Japan and Australia, which share none; name one with" in apart.err
    many = run("resolve", "-", stdin="Teams came from France, Germany, Italy, Spain, Austria and Belgium.")
    assert "no two neighbours stand out" in many.err


def test_how_many_places_are_within(run, article: Path) -> None:
    err = run("resolve", article, "--within", "10km").err
    found = re.search(r"(\d+) of (\d+) places lie within 10 km", err)
    assert found and 0 < int(found[1]) < int(found[2])


def test_the_next_best_border_is_said(run, article: Path) -> None:
    text = "Russia shelled Ukraine again, Kharkiv above all. In Minsk, Belarus called for talks."
    assert "the next best border is BY-" in run("resolve", "-", "--verbose", stdin=text).err
