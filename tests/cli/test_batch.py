"""geoloc batch: records in, results in the same order out, and failures beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from geoloc.batch import Failure, ParserOptions, run_batch
from geoloc.errors import UnknownBorderError, UsageError
from geoloc.model import Result

IDS: list[Any] = [1, -1.5, "x", "", None, True, [1, "a"], {"k": None}, 12345678901234567890123, "Ж"]
TEXT = "Shells fell on the village of Kozinka near Grayvoron in the Belgorod region of Russia, fired from Ukraine."


def lines_of(*records: object) -> str:
    return "".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in records)


def test_order_and_ids(run) -> None:
    answer = run("batch", "-", stdin=lines_of(*({"id": id, "text": TEXT} for id in IDS), {"text": ""}))
    assert (answer.code, answer.err) == (0, "")
    ids = [result["id"] for result in answer.lines]
    assert ids == [*IDS, None]
    assert [type(id) for id in ids] == [type(id) for id in [*IDS, None]]
    first, last = answer.lines[0], answer.lines[-1]
    assert first["border"] == {"id": "RU-UA", "name": "Russia–Ukraine", "chosen": "auto"}
    assert 543229 in {place["geonameid"] for place in first["places"]}
    assert (last["mentions"], last["places"], last["border"]) == ([], [], None)
    assert "text" not in first


def test_what_a_record_says_is_kept(run) -> None:
    record = {
        "id": 1,
        "text": TEXT,
        "title": "T",
        "date": "2024-03-12",
        "source": "Reuters",
        "lang": "en",
        "extra": [{}],
    }
    (result,) = run("batch", "-", "--text", stdin=lines_of(record)).lines
    assert [result[key] for key in ("outlet", "title", "date", "language", "text")] == [
        "Reuters", "T", "2024-03-12", "en", TEXT,
    ]  # fmt: skip
    assert result["source"] is None


def test_border_is_chosen_for_each_record(run) -> None:
    records = [
        {"id": 1, "text": TEXT},
        {
            "id": 2,
            "text": "Trucks queued in Laredo, Texas, and Nuevo Laredo, Mexico, on the border of the United States.",
        },
        {"id": 3, "text": "It rained."},
    ]
    results = run("batch", "-", stdin=lines_of(*records)).lines
    assert [result["border"] and result["border"]["id"] for result in results] == ["RU-UA", "MX-US", None]
    results = run("batch", "-", "-b", "MX-US", stdin=lines_of(*records)).lines
    assert {(result["border"]["id"], result["border"]["chosen"]) for result in results} == {("MX-US", "given")}


def test_given_spans(run) -> None:
    start = TEXT.index("Grayvoron")
    spans = [[start, start + 9], [0, 6], [0, 6], [start, start + 4]]
    record = {"id": 1, "text": TEXT, "spans": spans}
    (result,) = run("batch", "-", "--given-spans", stdin=lines_of(record)).lines
    assert sorted([m["start"], m["end"]] for m in result["mentions"]) == sorted(spans)
    (free,) = run("batch", "-", stdin=lines_of(record)).lines
    assert "Kozinka" in {mention["text"] for mention in free["mentions"]}
    (none,) = run("batch", "-", "--given-spans", stdin=lines_of({"id": 2, "text": TEXT, "spans": []})).lines
    assert none["mentions"] == []


BAD: list[tuple[bytes, Any, str]] = [
    (b'{"id": 2}', 2, '"text"'),
    (b'{"id": "b", "text": 5}', "b", '"text"'),
    (b'{"id": 3, "text": null}', 3, '"text"'),
    (b'{"id": 4, "text": "x", "title": 5}', 4, '"title"'),
    (b'{"id": 5, "text": "x", "lang": ["en"]}', 5, '"lang"'),
    (b'{"id": 6, "text": "abc", "spans": [[2, 9]]}', 6, "span"),
    (b'{"id": 7, "text": "abc", "spans": [[2, 1]]}', 7, "span"),
    (b'{"id": 8, "text": "abc", "spans": ["ab"]}', 8, "span"),
    (b'{"id": 9, "text": "abc", "spans": {"a": 1}}', 9, "spans"),
    (b'{"id": 10, "text": "x", "n": NaN}', None, "NaN"),
    (b'{"id": 1' + b"0" * 5000 + b', "text": "x"}', None, "digits"),
    (b'{"id": 1e999, "text": "x"}', None, "1e999"),
    (b'{"id": ' + b"[" * 5000 + b"]" * 5000 + b', "text": "x"}', None, "nested"),
    (b'{"id": 11, "text": "x"', None, "JSON"),
    (b"[1, 2]", None, "object"),
    (b'"text"', None, "object"),
    (b"null", None, "object"),
    (b'{"id": 12, "text": "caf\xe9"}', None, "UTF-8"),
]


@pytest.mark.parametrize(("line", "id", "words"), BAD, ids=[words + str(i) for i, (_, _, words) in enumerate(BAD)])
def test_bad_record(run, tmp_path: Path, line: bytes, id: Any, words: str) -> None:
    good = lines_of({"id": "good", "text": "abc"}).encode()
    errors = tmp_path / "errors.jsonl"
    answer = run("batch", "-", "--given-spans", "--errors", errors, stdin=good + b"\n" + line + b"\r\n" + good)
    assert answer.code == 1
    assert [result["id"] for result in answer.lines] == ["good", "good"]
    assert answer.err == f"geoloc: 1 of 3 records failed; see {errors}\n"
    (failure,) = map(json.loads, errors.read_text("utf-8").splitlines())
    assert (failure["line"], failure["id"], failure["input"]) == (3, id, "standard input")
    assert words in failure["error"]
    assert failure["record"] == line.decode("utf-8", "backslashreplace")


def test_failures_on_stderr(run) -> None:
    answer = run("batch", "-", "-q", stdin=b'{"id": 1}\n{"id": 2, "text": "x"}\n{')
    assert answer.code == 1
    assert [result["id"] for result in answer.lines] == [2]
    assert [line.split(":")[1] for line in answer.err.splitlines()] == [
        " standard input, line 1",
        " standard input, line 3",
        " 2 of 3 records failed",
    ]


def test_errors_file_is_not_left_from_another_run(run, tmp_path: Path) -> None:
    errors = tmp_path / "errors.jsonl"
    errors.write_text("old")
    assert run("batch", "-", "--errors", errors, stdin=lines_of({"text": TEXT})).code == 0
    assert errors.read_text() == ""


def test_errors_file_must_be_another(run, tmp_path: Path) -> None:
    records = tmp_path / "in.jsonl"
    records.write_text(lines_of({"text": TEXT}))
    run("batch", records, "--errors", records).failed(2, "two files")
    assert records.read_text() == lines_of({"text": TEXT})
    run("batch", "-", "--errors", "-").failed(2, "--errors")
    run("batch", "-", "-o", tmp_path / "a.jsonl", "--errors", tmp_path / "a.jsonl").failed(2, "two files")


def test_odd_texts_do_not_end_the_run(run) -> None:
    texts = ["", " ", "\n", "\0", "\ud800", "\u2028", "a" * 100_000, "Ж" * 1000, "𝔎𝔬𝔷𝔦𝔫𝔨𝔞 " * 50, "=1+1", "İstanbul ß"]
    lines = "".join(f"{json.dumps({'id': i, 'text': text})}\n" for i, text in enumerate(texts))
    for format in ("jsonl", "csv", "table", "geojson"):
        answer = run("batch", "-", "-q", "-f", format, stdin=lines)
        assert (answer.code, answer.err) == (0, "")
    answer = run("batch", "-", "--text", stdin=lines)
    assert [len(result["text"]) for result in answer.lines] == [len(text) for text in texts]


def test_bom_blank_lines_and_no_last_line_end(run) -> None:
    answer = run("batch", "-", stdin="\ufeff" + lines_of({"id": 1, "text": TEXT}) + ' \n\n{"id": 2, "text": ""}')
    assert [result["id"] for result in answer.lines] == [1, 2]


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_empty_input(run, content: str) -> None:
    answer = run("batch", "-", stdin=content)
    assert (answer.code, answer.out, answer.err) == (0, "", "geoloc: no places found in 0 records\n")
    assert run("batch", "-", "-f", "json", stdin=content).json == []
    assert run("batch", "-", "-f", "geojson", stdin=content).json["features"] == []


def test_several_inputs_and_formats(run, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(lines_of({"id": name, "text": TEXT}), encoding="utf-8")
    inputs = (tmp_path / "a.jsonl", tmp_path / "b.jsonl")
    results = run("batch", *inputs).lines
    assert [result["id"] for result in results] == ["a", "b"]
    assert run("batch", *inputs, "-f", "json").json == results
    features = run("batch", *inputs, "-f", "geojson").json["features"]
    assert {feature["properties"]["source"] for feature in features} == {"a", "b"}
    assert run("batch", *inputs, "-f", "geojsonseq").lines == features
    assert run("batch", *inputs, "-f", "csv").out.startswith("name,mention,count,geonameid")
    assert "alternatives" in run("batch", inputs[0], "--explain").lines[0]["places"][0]


def test_output_file_may_be_the_input(run, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(lines_of({"id": 1, "text": TEXT}), encoding="utf-8")
    expected = run("batch", path).out
    assert run("batch", path, "-o", path).out == ""
    assert path.read_text("utf-8") == expected
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.tsv", "a.PDF"])
def test_formats_for_later(run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("id,text\n1,Kozinka\n")
    run("batch", tmp_path / name).failed(1, name, ".jsonl")


def test_inputs_that_cannot_be_read(run, tmp_path: Path) -> None:
    run("batch", tmp_path).failed(1, "folder")
    good, missing = tmp_path / "a.jsonl", tmp_path / "no.jsonl"
    good.write_text(lines_of({"id": 1, "text": TEXT}))
    run("batch", good, missing, "-o", tmp_path / "out.jsonl").failed(1, "no.jsonl", "no such file")
    binary = tmp_path / "b.jsonl"
    for content, words in (
        (bytes(range(256)), "binary"),
        (lines_of({"text": TEXT}).encode("utf-16"), "UTF-16"),
        (json.dumps([{"text": TEXT}], indent=1).encode(), "one record a line"),
    ):
        binary.write_bytes(content)
        run("batch", binary, "-o", tmp_path / "out.jsonl").failed(1, "b.jsonl", words)
    assert not (tmp_path / "out.jsonl").exists()


def test_bad_options(run) -> None:
    run("batch", "-", "-b", "RU-XX").failed(2, "RU-XX")
    run("batch", "-", "--workers", "0").failed(2, "--workers")
    run("batch", "-", "--workers", "1000").failed(2, "workers")
    run("batch").failed(2, "INPUT")


def test_workers_keep_order(run) -> None:
    lines = lines_of(*({"id": i, "text": TEXT if i % 3 else ""} for i in range(50)), {"id": "bad"})
    alone, together = (run("batch", "-", "--workers", n, stdin=lines) for n in (1, 2))
    assert together == alone
    assert together.code == 1
    assert [result["id"] for result in together.lines] == list(range(50))


def test_run_batch_is_lazy() -> None:
    def lines():
        for number in range(3):
            taken.append(number)
            yield lines_of({"id": number, "text": ""}).encode()

    taken: list[int] = []
    outcomes = run_batch(lines())
    assert taken == []
    first = next(outcomes)
    assert isinstance(first, Result) and first.document.id == 0
    assert taken == [0]


def test_run_batch_refuses_at_once() -> None:
    with pytest.raises(UnknownBorderError):
        run_batch([], ParserOptions(border="RU-XX"))
    with pytest.raises(UsageError):
        run_batch([], workers=0)


def test_a_bug_in_one_record_is_its_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self, document):
        raise IndexError("oops")

    monkeypatch.setattr("geoloc.pipeline.Geoparser.parse", broken)
    (failure,) = run_batch([b'{"id": 1, "text": "x"}'])
    assert isinstance(failure, Failure)
    assert (failure.line, failure.id) == (1, 1)
    assert failure.error.startswith("IndexError: oops")
