"""Every recipe of the README is run, in a shell, with the tools that it names."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
SENTENCE = "Shelling hit Kozinka, near Graivoron in Belgorod region. Sumy was quiet."
TOOLS = ("curl", "jq", "ogr2ogr", "sqlite-utils")


def recipes() -> list[str]:
    section = README.read_text("utf-8").partition("### In pipelines")[2]
    block = re.search(r"```sh\n(.*?)```", section, re.S)
    assert block is not None
    return [recipe.strip() for recipe in block[1].split("\n\n")]


def test_there_are_recipes() -> None:
    text = "\n".join(recipes())
    assert all(word in text for word in (*TOOLS, "duckdb", "tippecanoe", "--text-field", "--map"))


def test_the_first_example_prints_what_the_readme_shows() -> None:
    shown = re.search(r"```\n(geoloc: examples/grayvoron.*?)```", README.read_text("utf-8"), re.S)
    assert shown is not None
    command = [sys.executable, "-m", "geoloc", "resolve", "examples/grayvoron.txt"]
    printed = subprocess.run(command, cwd=README.parent, capture_output=True, text=True, check=True)
    assert _without_last_digits(printed.stderr + printed.stdout) == _without_last_digits(shown[1])


def _without_last_digits(table: str) -> str:
    """Leave out what another processor may round otherwise: the last digit of each confidence."""
    return re.sub(r"\d$", "", table, flags=re.M)


@pytest.fixture
def kitchen(tmp_path: Path, environment: dict[str, str]) -> tuple[Path, dict[str, str]]:
    """A folder with the files that the recipes name, and an environment in which ``geoloc`` is this one."""
    (tmp_path / "article.txt").write_text(SENTENCE)
    (tmp_path / "article.html").write_text(f"<html><title>Raid</title><p>{SENTENCE}</p></html>")
    (tmp_path / "articles.csv").write_text(f'id,body\n1,"{SENTENCE}"\n2,"{SENTENCE}"\n')
    point = {"type": "Point", "coordinates": [35.6026, 50.4613]}
    (tmp_path / "points.geojson").write_text(
        json.dumps({"type": "Feature", "geometry": point, "properties": {"name": "Kozinka"}})
    )
    (tmp_path / "points.csv").write_text("name,lat,lon\nKozinka,50.4613,35.6026\n")
    tools = tmp_path / "bin"
    tools.mkdir()
    shim = tools / "geoloc"
    shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m geoloc "$@"\n')
    shim.chmod(0o755)
    path = os.pathsep.join((str(tools), str(Path(sys.executable).parent), environment.get("PATH", "")))
    return tmp_path, environment | {"PATH": path}


@pytest.mark.slow
@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe.splitlines()[0].strip("# "))
def test_a_recipe_does_what_it_says(recipe: str, kitchen: tuple[Path, dict[str, str]]) -> None:
    folder, environment = kitchen
    for tool in TOOLS:
        if re.search(rf"(?:^|\| ?|\n\s*){tool} ", recipe) and not shutil.which(tool, path=environment["PATH"]):
            pytest.skip(f"needs {tool}")
    before = set(folder.rglob("*"))
    page = (folder / "article.html").as_uri()
    commands = recipe.replace("https://example.org/article.html", page)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=folder, env=environment, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode()
    new = [path for path in folder.rglob("*") if path.is_file() and path not in before]
    contents = [done.stdout, *(path.read_bytes() for path in new)]
    assert all(b"Kozinka" in content for content in contents if content) and any(contents), done.stdout


def test_completion(run, monkeypatch) -> None:
    for shell in ("bash", "zsh", "fish"):
        assert "_GEOLOC_COMPLETE" in run("completion", shell).out
    monkeypatch.setenv("SHELL", "/usr/bin/fish")
    assert run("completion").out == run("completion", "fish").out
    run("completion", "tcsh").failed(2, "'tcsh'", "bash")


def test_a_shell_completes_commands_formats_and_borders(geoloc_process, environment) -> None:
    for words, expected in (
        ("geoloc comp", "completion"),
        ("geoloc resolve -f geop", "geoparquet"),
        ("geoloc resolve -b RU-U", "RU-UA"),
    ):
        asked = {"_GEOLOC_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
        with geoloc_process(env=environment | asked) as process:
            assert process.communicate()[0].decode().split() == [expected]
