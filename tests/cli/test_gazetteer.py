"""geoloc gazetteer, and the gazetteers and overrides that the other commands take."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from geoloc.gazetteer import builder

DUMP = Path(__file__).parents[1] / "gazetteer" / "geonames" / "cities500.txt"
VILLAGES = "id,name,lat,lon,country,population\nv1,Qzorvuk,50.40,35.60,RU,900\nv2,Gora-Podol,50.45,35.65,RU,3000\n"


@pytest.fixture
def villages(tmp_path: Path) -> Path:
    path = tmp_path / "villages.csv"
    path.write_text(VILLAGES)
    return path


def names(run) -> list[str]:
    return [row["name"] for row in run("gazetteer", "list", "-f", "json").json]


def test_import_list_info_remove(run) -> None:
    answer = run("gazetteer", "import", DUMP)
    assert (answer.code, answer.out) == (0, "") and "cities500: 147 places" in answer.err
    assert names(run) == ["bundled", "cities500"]
    facts = run("gazetteer", "info", "cities500", "-f", "json").json
    assert (facts["rows"], facts["kinds"]["populated-place"], facts["licence"]) == (147, 147, "CC BY 4.0")
    assert "GeoNames" in facts["attribution"] and facts["sources"] == ["cities500.txt"]
    first = run("lookup", "Graivoron", "-f", "json").json[0]
    assert (first["geonameid"], first["layer"]) == (559034, "cities500")
    assert "cities500" in run("lookup", "Graivoron").out
    assert run("gazetteer", "remove", "cities500").code == 0
    assert names(run) == ["bundled"]
    run("gazetteer", "remove", "cities500").failed(2, "no gazetteer of yours is called 'cities500'")
    run("gazetteer", "remove", "bundled").failed(2, "'bundled'")


def test_import_again_replaces(run, villages: Path) -> None:
    assert run("gazetteer", "import", villages, "--name", "mine", "-q").err == ""
    villages.write_text(VILLAGES.replace("Qzorvuk", "Qzorvenko"))
    assert run("gazetteer", "import", villages, "--name", "mine", "-q").code == 0
    found = [row["name"] for row in run("lookup", "Qzorvenko", "-f", "json").json if row["layer"] == "mine"]
    assert found == ["Qzorvenko"] and names(run) == ["bundled", "mine"]


def test_a_failed_import_leaves_the_old_one(run, villages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("gazetteer", "import", villages, "--name", "mine")
    folder = Path(run("gazetteer", "info", "mine", "-f", "json").json["path"])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(builder.GazetteerWriter, "_write_keys", full)
    run("gazetteer", "import", villages, "--name", "mine").failed(1, "no space left", "try again")
    bad = villages.with_name("bad.csv")
    bad.write_text("name,lat,lon\nQzorvuk,north,1\n")
    run("gazetteer", "import", bad, "--name", "mine", "--strict").failed(1, "row 2", "no latitude")
    run("gazetteer", "import", bad, "--name", "mine").failed(1, "no place could be read")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == ["mine"]


def test_broken_rows_are_reported(run, tmp_path: Path) -> None:
    dump = tmp_path / "RU.txt"
    dump.write_text(DUMP.read_text("utf-8") + "1\tbroken\n" * 30, "utf-8")
    answer = run("gazetteer", "import", dump)
    assert answer.code == 0
    assert f"skipped: {dump}, line 148: 2 columns instead of 19" in answer.err
    assert "skipped: 20 more" in answer.err and "30 broken lines skipped" in answer.err
    run("gazetteer", "import", dump, "--strict").failed(1, "line 148")


def test_build_is_for_one_run(run, villages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "made"
    assert run("gazetteer", "build", villages, "-o", folder, "-q").code == 0
    assert names(run) == ["bundled"]
    rows = run("lookup", "Gora-Podol", "--gazetteer", folder, "-f", "json").json
    assert (rows[0]["id"], rows[0]["layer"]) == ("made:v2", "made")
    monkeypatch.setenv("GEOLOC_GAZETTEER", os.pathsep.join([str(folder)]))
    assert names(run) == ["bundled", "made"]
    run("gazetteer", "build", villages, "-o", tmp_path).failed(2, "is there and is no gazetteer")
    monkeypatch.setenv("GEOLOC_GAZETTEER", "/no/such/folder")
    run("lookup", "Kozinka").failed(2, "/no/such/folder: no such gazetteer")


def test_places_of_a_table_and_of_a_gazetteer_are_found_in_a_text(run, villages: Path, article: Path) -> None:
    article.write_text(article.read_text("utf-8").replace("village of Kozinka", "village of Gora-Podol"), "utf-8")
    without = {place["name"] for place in run("resolve", article, "-f", "json").json["places"]}
    result = run("resolve", article, "-f", "json", "--gazetteer", villages).json
    (place,) = [place for place in result["places"] if place["name"] == "Gora-Podol"]
    assert "Gora-Podol" not in without
    assert (place["id"], place["layer"], place["border"]["side"]) == ("villages:v2", "villages", "RU")
    records = json.dumps({"id": 1, "text": article.read_text("utf-8")})
    (line,) = run("batch", "-", "--gazetteer", villages, stdin=records).lines
    assert "villages:v2" in {place["id"] for place in line["places"]}


def test_add_remove_and_hide(run) -> None:
    added = run(
        "gazetteer",
        "add",
        "Glotovo",
        "50.40",
        "35.50",
        "--country",
        "RU",
        "--admin1",
        "Belgorod Oblast",
        "-a",
        "Глотово",
    )
    assert (added.code, added.out) == (0, "") and "own:populated-place/Glotovo" in added.err
    first = run("lookup", "в Глотове", "-f", "json").json[0]
    assert (first["name"], first["admin1"], first["layer"], first["match"]) == (
        "Glotovo",
        "Belgorod Oblast",
        "own",
        "inflected",
    )
    measured = run("distance", "Glotovo", "-f", "json").json[0]
    assert (measured["id"], measured["border_id"]) == ("own:populated-place/Glotovo", "RU-UA")
    assert run("gazetteer", "add", "Southern", "-33.5", "-70.25").code == 0
    assert run("lookup", "Southern", "-f", "json", "--near", "-33.5,-70").json[0]["lon"] == -70.25
    assert run("gazetteer", "remove", "geonames:543229").code == 0
    assert 543229 not in {row["geonameid"] for row in run("lookup", "Kozinka", "-n", 50, "-f", "json").json}
    assert run("gazetteer", "info", "own", "-f", "json").json["hidden"] == [543229]
    assert run("gazetteer", "remove", "own:populated-place/Glotovo").code == 0
    assert run("lookup", "Глотово", "-f", "json").json[0]["layer"] == "bundled"
    assert run("gazetteer", "add", "Kozinka", "50.46", "35.60", "--geonameid", "543229", "--country", "RU").code == 0
    assert run("lookup", "Kozinka", "-f", "json").json[0]["layer"] == "own"
    run("gazetteer", "remove", "geonames:999999999").failed(2, "no place")
    run("gazetteer", "add", "X", "91", "0").failed(2, "no latitude")
    run("gazetteer", "add", "X", "1", "0", "--kind", "planet").failed(2, "no kind")
    run("gazetteer", "add", "X", "1", "0", "--colour", "red").failed(2, "--colour")


def test_near_within_and_nearest(run) -> None:
    assert run("lookup", "Paris", "--near", "33.5,-95.6", "-f", "json").json[0]["admin1"] == "Texas"
    assert run("lookup", "Paris", "--near", "Dallas", "-f", "json").json[0]["near_km"] < 200
    assert run("lookup", "Paris", "--country", "ca", "-f", "json").json[0]["country"] == "CA"
    assert {row["country"] for row in run("lookup", "Paris", "--bbox", "-10,40,10,55", "-f", "json").json} == {"FR"}
    assert {row["kind"] for row in run("lookup", "Belgorod", "--class", "A", "-f", "json").json} <= {
        "region",
        "district",
    }
    nearest = run("lookup", "50.4613,35.6026", "-n", 2, "-f", "json").json
    assert (nearest[0]["name"], nearest[0]["near_km"]) == ("Kozinka", 0.0) and nearest[1]["near_km"] > 0
    assert run("lookup", "-33.9,18.4", "-n", 1, "-f", "json").json[0]["country"] == "ZA"
    for option, value, word in [
        ("--bbox", "1,2,3", "no box"), ("--bbox", "1,50,3,40", "no box"), ("--country", "Russia", "'RUSSIA'"),
        ("--near", "Xqzvbwkj", "--near"), ("--class", "Z", "'Z'"),
    ]:  # fmt: skip
        run("lookup", "Paris", option, value).failed(2, word)
    run("lookup", "Paris", "--colour").failed(2, "no such option: --colour")
    run("lookup", "Paris", "--contry", "FR").failed(2, "did you mean --country?")


def test_overrides(run, article: Path, tmp_path: Path) -> None:
    file = tmp_path / "overrides.csv"
    file.write_text(
        "text,id,lat,lon,name,document\n"
        "Graivoron,none,,,,\nKyiv,geonames:524901,,,,\ncellars,,50.5,35.5,The Cellars,\nKozinka,none,,,,other.txt\n"
    )
    result = run("resolve", article, "--overrides", file, "-f", "json").json
    places = result["places"]
    mentions = {mention["text"]: mention for mention in result["mentions"]}
    assert (mentions["Graivoron"]["place"], mentions["Graivoron"]["reason"]) == (None, "overridden")
    assert places[mentions["Kyiv"]["place"]]["name"] == "Moscow"
    cellars = places[mentions["cellars"]["place"]]
    assert (cellars["name"], cellars["lat"], cellars["layer"], cellars["confidence"]) == (
        "The Cellars",
        50.5,
        "overrides",
        1.0,
    )
    assert places[mentions["Kozinka"]["place"]]["geonameid"] == 543229
    assert "Graivoron" not in run("resolve", article, "--overrides", file).out
    lines = [json.dumps({"id": id, "text": "Kozinka lies near Belgorod in Russia."}) for id in ("other.txt", "b")]
    first, second = run("batch", "-", "--overrides", file, stdin="\n".join(lines)).lines
    assert [m["reason"] for m in first["mentions"] if m["text"] == "Kozinka"] == ["overridden"]
    assert [m["reason"] for m in second["mentions"] if m["text"] == "Kozinka"] == [None]


def test_overrides_count_in_any_case_and_over_what_was_recognised(run, tmp_path: Path) -> None:
    file, text = tmp_path / "overrides.csv", tmp_path / "text.txt"
    file.write_text(
        "text,id,lat,lon,name,document\nКозинка,geonames:559034,,,,\nSpringfield Gorge,,1,2,,\nBelgorod Arms,none,,,,\n"
        "the Old Mill,,50.5,35.5,,\nKyiv,none,,,,text.txt\nKyiv,geonames:524901,,,,\n",
        "utf-8",
    )
    text.write_text(
        "Обстреляли село Козинка. В Козинке ранены двое. Springfield Gorge is deep. They met in the Belgorod Arms pub near the Old\n"
        "Mill, and in Kyiv.",
        "utf-8",
    )
    result = run("resolve", text, "--overrides", file, "-f", "json").json
    meant = {m["text"]: m["place"] if m["place"] is None else result["places"][m["place"]] for m in result["mentions"]}
    assert meant["Козинка"]["geonameid"] == meant["Козинке"]["geonameid"] == 559034
    assert (meant["Springfield Gorge"]["lat"], meant["the Old\nMill"]["lat"]) == (1, 50.5)
    assert "Springfield" not in meant and "Belgorod" not in meant and meant["Belgorod Arms"] is meant["Kyiv"] is None


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("text,id\n", "no rows"),
        ("text,id,docment\nKozinka,none,x\n", "unknown column 'docment'"),
        ("text,id\n,none\n", "line 2"),
        ("text,id\nKozinka,\n", "neither an id nor lat and lon"),
        ("text,id\nKozinka,geonames:1\n", "no id in the gazetteer"),
        ("text,lat,lon\nKozinka,91,0\n", "no latitude"),
        ("name,id\nKozinka,none\n", "no column text"),
    ],
)
def test_overrides_that_say_nothing_are_refused(run, article: Path, tmp_path: Path, text: str, word: str) -> None:
    file = tmp_path / "overrides.csv"
    file.write_text(text)
    run("resolve", article, "--overrides", file).failed(1, word)
    run("resolve", article, "--overrides", tmp_path / "missing.csv").failed(1, "no such file")


def test_namesakes_are_added_side_by_side_and_hiding_is_undone(run) -> None:
    for lat in ("50", "60", "50"):
        assert run("gazetteer", "add", "Qzorvuk", lat, "35").code == 0
    rows = run("lookup", "Qzorvuk", "-f", "json").json
    assert sorted((row["id"], row["lat"]) for row in rows) == [
        ("own:populated-place/Qzorvuk", 50), ("own:populated-place/Qzorvuk-2", 60),
    ]  # fmt: skip
    run("gazetteer", "remove", "543229")
    assert run("gazetteer", "info", "own", "-f", "json").json["hidden"] == [543229]
    assert run("gazetteer", "restore", "geonames:543229").code == 0
    assert run("lookup", "Kozinka", "-f", "json").json[0]["geonameid"] == 543229
    assert len(run("lookup", "Qzorvuk", "-f", "json").json) == 2
    run("gazetteer", "restore", "543229").failed(2, "not hidden")
    run("gazetteer", "add", "X", "1", "0", "--country", "RU", "--admin1", "Nowhereland").failed(2, "no such division")


def test_what_is_not_a_gazetteer_is_not_replaced(run, villages: Path, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "meta.json").write_text('{"a": 1}')
    (project / "thesis.txt").write_text("x")
    run("gazetteer", "build", villages, "-o", project).failed(2, "no gazetteer")
    run("gazetteer", "import", villages, "--name", "own").failed(2, "'own'")
    run("gazetteer", "import", villages, "--name", "2024").failed(2, "cannot name")
    numbered = villages.with_name("2024.csv")
    villages.rename(numbered)
    assert "places-2024" in run("gazetteer", "import", numbered).err
    assert run("gazetteer", "remove", "places-2024").code == 0


@pytest.mark.slow
def test_places_added_at_once_are_all_kept(geoloc_process, environment: dict[str, str], tmp_path: Path) -> None:
    environment = environment | {"GEOLOC_DATA_DIR": str(tmp_path)}
    started = [geoloc_process("gazetteer", "add", f"Qzorvuk{n}", f"5{n}", "35", env=environment) for n in range(4)]
    for process in started:
        process.communicate(timeout=60)
        assert process.returncode == 0
    said = json.loads((tmp_path / "gazetteers" / "own" / "places.json").read_text("utf-8"))
    assert len(said["places"]) == 4


def test_layers_named_twice_count_at_the_last_place(
    run, villages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        run("gazetteer", "build", villages, "-o", tmp_path / name, "-q")
    monkeypatch.setenv("GEOLOC_GAZETTEER", f"{tmp_path / 'one'}{os.pathsep}{tmp_path / 'two'}")
    assert names(run) == ["bundled", "one", "two"]
    rows = run("gazetteer", "list", "-f", "json", "-g", tmp_path / "two" / ".." / "one").json
    assert [row["name"] for row in rows] == ["bundled", "two", "one"]
    assert run("gazetteer", "info", tmp_path / "one", "-f", "json").json["name"] == "one"


@pytest.mark.slow
def test_ctrl_c_during_an_import_loses_nothing(
    geoloc_process, run, environment: dict[str, str], tmp_path: Path
) -> None:
    user = tmp_path / "user"
    environment = environment | {"GEOLOC_DATA_DIR": str(user)}
    process = geoloc_process("gazetteer", "import", DUMP, "--name", "mine", env=environment)
    process.communicate(timeout=60)
    assert process.returncode == 0
    before = sorted((user / "gazetteers" / "mine").iterdir())
    big = tmp_path / "big.txt"
    with big.open("w", encoding="utf-8") as file:
        for number in range(400_000):
            file.write(f"{number + 1}\tQ{number * 7919 % 1000003}\tQ\t\t1\t1\tP\tPPL\tRU\t\t09\t\t\t\t0\t\t0\t\t\n")
    process = geoloc_process("gazetteer", "import", big, "--name", "mine", env=environment, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and len(list((user / "gazetteers").iterdir())) < 2:
        time.sleep(0.05)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in err
    assert [path.name for path in (user / "gazetteers").iterdir()] == ["mine"]
    assert sorted((user / "gazetteers" / "mine").iterdir()) == before


def test_fetch_downloads_and_imports(run, mirror, tmp_path: Path) -> None:
    codes = (b"RU.09\tBelgorod Oblast\tBelgorod Oblast\t578071\n", '"codes"')
    mirror.files = {
        "/RU.zip": (mirror.archive(DUMP.read_bytes()), '"one"'),
        "/admin1CodesASCII.txt": codes,
        "/admin2Codes.txt": (b"UA.07.7\tMade-up Raion\tMade-up Raion\t900000007\n", '"codes"'),
    }
    answer = run("gazetteer", "fetch", "ru", "--server", mirror.url)
    assert answer.code == 0 and "ru: 148 places" in answer.err
    assert names(run) == ["bundled", "ru"]
    assert run("lookup", "Grayvoron", "-f", "json").json[0]["layer"] == "ru"
    assert "3 files in" in run("gazetteer", "fetch", "RU", "--server", mirror.url, "--to", tmp_path / "dumps").err
    assert {path.name for path in (tmp_path / "dumps").glob("[!.]*")} == {
        "RU.zip",
        "admin1CodesASCII.txt",
        "admin2Codes.txt",
    }


def test_fetch_needs_a_known_dump_and_a_server_that_answers(run) -> None:
    run("gazetteer", "fetch", "Russia").failed(2, "no dump of GeoNames")
    run("gazetteer", "fetch", "RU", "--server", "http://127.0.0.1:9/").failed(1, "cannot be fetched")
