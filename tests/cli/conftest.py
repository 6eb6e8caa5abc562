"""Run the command line in this process, with the gazetteer opened once, or in a process of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import geoloc
from geoloc.cli import main
from geoloc.gazetteer import Gazetteer

ARTICLE = """\
Residents of the border village of Kozinka spent Tuesday night in cellars after armed groups crossed from Ukraine, \
the governor of Russia's Belgorod region said.

By the morning the fighting had reached the outskirts of Graivoron, where a school and the district hospital were \
damaged. Buses carried families from Graivoron to Belgorod, the regional capital, and the authorities opened shelters \
in three schools there.

Officials in Kyiv said that the raid was the work of Russian volunteers. "We have nothing to do with what happens in \
Kozinka," a spokesman said. Ukrainian artillery had shelled the road between Kozinka and Graivoron for several days.
"""


@dataclass(frozen=True)
class Answer:
    """What a run gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    def failed(self, code: int, *words: str) -> None:
        """Check that the run failed in one clear line that has these words."""
        assert (self.code, self.out) == (code, ""), self
        assert self.err.startswith("geoloc: ") and self.err.count("\n") == 1, self.err
        for word in words:
            assert word in self.err


Run = Callable[..., Answer]


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    return Gazetteer.open()


@pytest.fixture
def run(
    gazetteer: Gazetteer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Run:
    """Return `run(*arguments, stdin=...)`."""
    monkeypatch.setenv("GEOLOC_DATA_DIR", str(tmp_path / "user-data"))
    open_another = Gazetteer.open

    def open_once(*paths: str | Path, bundled: bool = True) -> Gazetteer:
        return open_another(*paths, bundled=bundled) if paths else gazetteer

    monkeypatch.setattr(Gazetteer, "open", open_once)

    def run(*arguments: object, stdin: bytes | str = b"") -> Answer:
        data = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Answer(code, out, err)

    return run


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment in which a process finds this very geoloc, and no data of whoever runs the tests."""
    return os.environ | {
        "PYTHONPATH": str(Path(geoloc.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
        "GEOLOC_DATA_DIR": str(tmp_path_factory.mktemp("user-data")),
    }


@pytest.fixture(scope="session")
def geoloc_process(environment: dict[str, str]) -> Callable[..., subprocess.Popen[bytes]]:
    """Return `geoloc_process(*arguments, **popen)`, which starts a true process."""

    def start(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
        pipe = subprocess.PIPE
        usual = {"stdin": pipe, "stdout": pipe, "stderr": pipe, "env": environment}
        command = [sys.executable, "-m", "geoloc", *map(str, arguments)]
        return subprocess.Popen(command, **(usual | options))

    return start


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path
