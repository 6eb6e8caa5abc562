"""Every command and option explains itself, and what is mistyped is answered with what was meant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from geoloc.cli import COMMANDS, app, expand_shorthand


def _commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    command = command or typer.main.get_command(app)
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, (*path, name))


ALL = dict(_commands())


def test_known_commands() -> None:
    assert {path[0] for path in ALL if path} == set(COMMANDS)


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "geoloc")
def test_help(run, path) -> None:
    answer = run(*path, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(f"Usage: {' '.join(('geoloc', *path))}")
    assert ALL[path].help
    for parameter in ALL[path].params:
        assert getattr(parameter, "help", None) or parameter.name in ("install_completion", "show_completion"), (
            parameter
        )


@pytest.mark.parametrize("arguments", [[], ["border"], ["gazetteer"]])
def test_nothing_said_shows_help(run, arguments) -> None:
    answer = run(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("Usage: geoloc")


def test_version_names_the_sources(run) -> None:
    answer = run("--version")
    assert answer.code == 0
    assert answer.out.startswith("geoloc ")
    assert "GeoNames" in answer.out and "OpenStreetMap" in answer.out


def test_mistyped_command(run) -> None:
    run("lokup", "X").failed(2, "lookup")


def test_mistyped_option(run) -> None:
    run("lookup", "X", "--fromat", "json").failed(2, "--format")


def test_missing_argument(run) -> None:
    run("lookup").failed(2, "NAME", "geoloc lookup --help")


def test_unknown_format(run) -> None:
    run("lookup", "X", "-f", "pdf").failed(2, "'pdf'", "geojsonseq")


def test_unknown_extension(run, tmp_path: Path) -> None:
    run("lookup", "Kozinka", "-o", tmp_path / "x.pdf").failed(2, "--format")


@pytest.mark.parametrize(
    ("arguments", "expanded"),
    [
        (["article.txt"], ["resolve", "article.txt"]),
        (["-"], ["resolve", "-"]),
        (["-f", "json", "a.txt"], ["resolve", "-f", "json", "a.txt"]),
        (["https://example.org/"], ["resolve", "https://example.org/"]),
        (["lookup", "a.txt"], ["lookup", "a.txt"]),
        (["lokup", "X"], ["lokup", "X"]),
        (["--version"], ["--version"]),
        ([], []),
    ],
)
def test_shorthand(arguments: list[str], expanded: list[str]) -> None:
    assert expand_shorthand(arguments) == expanded


def test_the_default_confidence_is_that_of_the_library() -> None:
    from geoloc import pipeline
    from geoloc.cli import options

    assert options.MIN_CONFIDENCE == pipeline.MIN_CONFIDENCE
