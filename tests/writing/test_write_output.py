"""Output files appear whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from geoloc.errors import SourceError, UsageError
from geoloc.writing import format_from_path, open_output

linux = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
not_root = pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may write anywhere")


def run(code: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    program = f"from geoloc.writing import open_output\n{code}"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run([sys.executable, "-c", program], env=environment, check=False, **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.json", "json"),
        ("a.b.JSONL", "jsonl"),
        ("a.ndjson", "jsonl"),
        ("x/a.geojson", "geojson"),
        ("a.geojsonl", "geojsonseq"),
        ("a.geojsons", "geojsonseq"),
        ("a.csv", "csv"),
        ("a.txt", "table"),
    ],
)
def test_format_from_path(name: str, format: str) -> None:
    assert format_from_path(name) == format_from_path(Path(name)) == format


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.gz", ".csv"])
def test_unknown_extension_lists_those_known(name: str) -> None:
    with pytest.raises(UsageError, match=r"\.json, \.jsonl, \.ndjson, \.geojson.*\.csv, .*\.html.*\.txt"):
        format_from_path(name)


def test_a_file_appears_at_the_end(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    with open_output(target) as stream:
        stream.write("Київ\n")
        stream.flush()
        assert not target.exists()
    assert target.read_bytes() == "Київ\n".encode()
    assert os.listdir(tmp_path) == ["out.json"]


def test_permission_bits_are_those_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with open_output(tmp_path / "ours"):
        pass
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode
    (tmp_path / "ours").chmod(0o640)
    with open_output(tmp_path / "ours") as stream:
        stream.write("x")
    assert stat.S_IMODE((tmp_path / "ours").stat().st_mode) == 0o640


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, OSError])
def test_an_exception_leaves_nothing_and_keeps_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    old = tmp_path / "old.csv"
    old.write_text("old")
    for target in (old, tmp_path / "new.csv"):
        with pytest.raises(error), open_output(target) as stream:
            stream.write("new" * 10_000)
            raise error
    assert os.listdir(tmp_path) == ["old.csv"]
    assert old.read_text() == "old"


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    link = tmp_path / "link.json"
    link.symlink_to(Path("data") / "real.json")
    for content in ("first", "second"):
        with open_output(link) as stream:
            stream.write(content)
        assert link.is_symlink()
        assert (tmp_path / "data" / "real.json").read_text() == content
    assert sorted(os.listdir(tmp_path)) == ["data", "link.json"]


@pytest.mark.parametrize("name", ["missing/a.json", "file/a.json", "folder", "folder/", "x" * 300])
def test_places_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(SourceError, match="cannot write") as caught, open_output(f"{tmp_path}/{name}"):
        pytest.fail("must not start")
    assert name in str(caught.value)
    assert ";" in str(caught.value), "it says what to do"
    assert "\n" not in str(caught.value)
    assert sorted(os.listdir(tmp_path)) == ["file", "folder"]


@not_root
def test_read_only_places(tmp_path: Path) -> None:
    kept = tmp_path / "kept.json"
    kept.write_text("old")
    kept.chmod(0o444)
    with pytest.raises(SourceError, match="read-only"), open_output(kept):
        pass
    tmp_path.chmod(0o555)
    with pytest.raises(SourceError, match="may write"), open_output(tmp_path / "new.json"):
        pass


def test_a_disk_that_fails_at_the_end_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fsync(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(SourceError, match=r"out\.csv: input/output error; choose"), open_output(tmp_path / "out.csv"):
        pass
    assert os.listdir(tmp_path) == []


@linux
def test_full_device() -> None:
    with pytest.raises(SourceError, match=r"cannot write /dev/full: no space left on device; free some space"):
        with open_output("/dev/full") as stream:
            stream.write("x")
    assert stat.S_ISCHR(os.stat("/dev/full").st_mode)


@linux
def test_full_standard_output() -> None:
    with open("/dev/full", "w") as full:
        done = run(
            """
from geoloc.errors import SourceError
try:
    with open_output() as stream:
        stream.write("x" * 100_000)
except SourceError as error:
    raise SystemExit(str(error))
""",
            stdout=full,
            stderr=subprocess.PIPE,
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == [
        "cannot write standard output: no space left on device; free some space or write to another disk"
    ]


@linux
def test_a_disk_that_fills_up_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "old.json").write_text("old")
    done = run(
        """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
sys.dont_write_bytecode = True
with open_output("old.json") as stream:
    stream.write("x" * 1_000_000)
""",
        cwd=tmp_path,
        stderr=subprocess.PIPE,
    )
    assert b"SourceError: cannot write old.json: file too large;" in done.stderr
    assert os.listdir(tmp_path) == ["old.json"]
    assert (tmp_path / "old.json").read_text() == "old"


def test_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (None, "-"):
        with open_output(path) as stream:
            stream.write("Київ\n")
    assert capsys.readouterr().out == "Київ\n" * 2
    code = """
print("first")
with open_output(%r) as stream:
    stream.write("\\u041a\\ud800\\n")
print("last")
"""
    for name in (None, "-", *(["/dev/stdout"] if Path("/dev/stdout").exists() else [])):
        done = run(code % name, stdout=subprocess.PIPE)
        assert done.stdout.replace(b"\r", b"") == "first\nК?\nlast\n".encode()
    with open(tmp_path / "log", "ab") as log:
        run(code % "/dev/stdout", stdout=log)
    assert len((tmp_path / "log").read_bytes().splitlines()) == 3


@linux
def test_a_closed_pipe_stays_a_broken_pipe() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = run(
        """
try:
    with open_output() as stream:
        stream.write("x" * 100_000)
except BrokenPipeError:
    raise SystemExit(141)
""",
        stdout=writer,
        stderr=subprocess.PIPE,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


@linux
def test_closed_standard_output() -> None:
    done = run("with open_output(): pass", stderr=subprocess.PIPE, preexec_fn=lambda: os.close(1))
    assert b"SourceError: cannot write standard output: it is closed" in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_fifo_is_written_to_directly(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    heard: list[str] = []
    listener = threading.Thread(target=lambda: heard.append(fifo.read_text()), daemon=True)
    listener.start()
    with open_output(fifo) as stream:
        stream.write("hello")
    listener.join(5)
    assert heard == ["hello"]
    assert stat.S_ISFIFO(fifo.stat().st_mode)
