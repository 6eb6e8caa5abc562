"""What only a true process shows: pipes, signals, disks that are full."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and devices")


def finish(process: subprocess.Popen[bytes], data: bytes | None = None) -> tuple[int, str, str]:
    out, err = process.communicate(data, timeout=60)
    assert b"Traceback" not in err, err.decode()
    return process.returncode, (out or b"").decode(), err.decode()


def test_shorthand_and_stdin(geoloc_process, article: Path) -> None:
    code, out, _ = finish(geoloc_process(article, "-f", "json"))
    assert (code, json.loads(out)["source"]) == (0, str(article))
    code, out, err = finish(geoloc_process("-f", "geojson"), article.read_bytes())
    assert (code, json.loads(out)["type"]) == (0, "FeatureCollection")
    assert err.count("\n") == 1


def test_plain_output_in_a_pipe_whatever_the_locale(geoloc_process, environment) -> None:
    process = geoloc_process("border", "show", "RU-UA", env=environment | {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"})
    code, out, _ = finish(process)
    assert code == 0
    assert "Russia–Ukraine" in out and "\x1b" not in out


@posix
def test_closed_pipe(geoloc_process) -> None:
    process = geoloc_process("border", "export", "KZ-RU")
    assert process.stdout.read(10)
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()
    process.stdin.close()


@posix
def test_closed_pipe_in_a_stream(geoloc_process) -> None:
    process = geoloc_process("distance", "-", "-b", "RU-UA", "-q", bufsize=0)
    process.stdout.close()
    with pytest.raises(BrokenPipeError):
        for _ in range(50_000):
            process.stdin.write(b'{"type": "Point", "coordinates": [35.6, 50.4]}\n')
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()
    process.stdin.close()


@posix
def test_interrupt(geoloc_process) -> None:
    process = geoloc_process("batch", "-")
    process.stdin.write(b'{"id": 1}\n')
    process.stdin.flush()
    assert b"line 1" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    code, out, err = finish(process)
    assert (code, out, err) == (130, "", "")


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    "command", [["lookup", "Paris"], ["border", "list"], ["distance", "50,36", "-q"], ["batch", "-"]]
)
def test_full_disk(geoloc_process, command: list[str]) -> None:
    record = b'{"id": 1, "text": "Kozinka"}\n'
    with FULL.open("wb") as full:
        code, _, err = finish(geoloc_process(*command, stdout=full), record)
    assert code == 1
    assert (
        err
        == "geoloc: cannot write standard output: no space left on device; free some space or write to another disk\n"
    )
    code, out, err = finish(geoloc_process(*command, "-o", FULL, "-f", "json"), record)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert "/dev/full" in err


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
def test_full_disk_for_the_errors(geoloc_process) -> None:
    code, _, err = finish(geoloc_process("batch", "-", "--errors", FULL), b'{"id": 1}\n')
    assert code == 1
    assert "/dev/full" in err


def test_closed_stdout(geoloc_process) -> None:
    code, _, err = finish(geoloc_process("border", "list", "-o", "-", stdout=subprocess.DEVNULL))
    assert (code, err) == (0, "")


def test_exit_codes(geoloc_process, tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_bytes(b"")
    assert finish(geoloc_process(empty))[0] == 0
    assert finish(geoloc_process(tmp_path / "no.txt"))[0] == 1
    assert finish(geoloc_process("lokup", "X"))[0] == 2
    assert finish(geoloc_process(empty, "--fail-empty", "-q"))[::2] == (3, "")


def test_help_loads_little(environment) -> None:
    script = "import sys, geoloc.cli; print({'numpy', 'geopy', 'shapely', 'rapidfuzz'}.intersection(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert done.stdout == b"set()\n"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX shell")
@pytest.mark.parametrize(
    "command", ["lookup Kozinka >&-", "resolve - <&-", "batch - <&-", "distance - <&-", "lookup - <&-"]
)
def test_closed_streams_are_one_clear_line(environment, command: str) -> None:
    shell = f"{sys.executable} -m geoloc {command}"
    done = subprocess.run(["sh", "-c", shell], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert "closed" in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
def test_remarks_that_cannot_be_written_cost_no_data(environment) -> None:
    shell = f"echo Kozinka in Russia, near Ukraine | {sys.executable} -m geoloc - -f json 2>/dev/full"
    done = subprocess.run(["sh", "-c", shell], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and '"places"' in done.stdout
