"""Fetching dumps, from a server on this machine."""

import pytest

from geoloc.errors import SourceError, UsageError
from geoloc.gazetteer.download import fetch, files_of


def test_a_file_arrives_whole(mirror, tmp_path):
    seen = []
    path = fetch("RU.zip", tmp_path, server=mirror.url, progress=lambda *what: seen.append(what))
    assert path.read_bytes() == mirror.files["/RU.zip"][0]
    assert seen[-1][1] == seen[-1][2] == path.stat().st_size
    assert [file.name for file in tmp_path.glob("[!.]*")] == ["RU.zip"]


def test_what_was_cut_off_is_taken_up_again(mirror, tmp_path):
    mirror.cut = 1000
    with pytest.raises(SourceError, match=r"1,000 of [\d,]+ bytes arrived; try again"):
        fetch("RU.zip", tmp_path, server=mirror.url)
    mirror.cut = None
    assert fetch("RU.zip", tmp_path, server=mirror.url).read_bytes() == mirror.files["/RU.zip"][0]
    assert mirror.asked == [("/RU.zip", 0), ("/RU.zip", 1000)]


def test_a_file_that_changed_meanwhile_is_fetched_anew(mirror, tmp_path):
    mirror.cut = 1000
    with pytest.raises(SourceError):
        fetch("RU.zip", tmp_path, server=mirror.url)
    mirror.cut = None
    mirror.files["/RU.zip"] = mirror.archive(b"something else " * 4000), '"two"'
    assert fetch("RU.zip", tmp_path, server=mirror.url).read_bytes() == mirror.files["/RU.zip"][0]


def test_what_is_there_is_not_fetched_again(mirror, tmp_path):
    fetch("RU.zip", tmp_path, server=mirror.url)
    before = len(mirror.sent)
    assert fetch("RU.zip", tmp_path, server=mirror.url).exists() and len(mirror.sent) == before
    mirror.files["/RU.zip"] = mirror.archive(b"newer " * 4000), '"two"'
    assert fetch("RU.zip", tmp_path, server=mirror.url).read_bytes() == mirror.files["/RU.zip"][0]


def test_notes_of_an_earlier_download_that_are_broken_do_not_matter(mirror, tmp_path):
    for text in ("[1]", "{", '{"size": "x"}'):
        (tmp_path / ".RU.zip.json").write_text(text)
        (tmp_path / "RU.zip.part").write_bytes(b"rubbish")
        assert fetch("RU.zip", tmp_path, server=mirror.url).read_bytes() == mirror.files["/RU.zip"][0]


def test_a_broken_archive_is_refused_and_fetched_anew(mirror, tmp_path):
    whole = mirror.files["/RU.zip"][0]
    mirror.files["/RU.zip"] = whole[:500] + bytes(100) + whole[600:], '"one"'
    with pytest.raises(SourceError, match="broken archive"):
        fetch("RU.zip", tmp_path, server=mirror.url)
    assert not list(tmp_path.iterdir())


def test_failures_are_said(mirror, tmp_path):
    with pytest.raises(SourceError, match="answers 404"):
        fetch("XX.zip", tmp_path, server=mirror.url)
    mirror.server.shutdown()
    mirror.server.server_close()
    with pytest.raises(SourceError, match=r"cannot be fetched: .*geoloc gazetteer import FILE"):
        fetch("RU.zip", tmp_path, server=mirror.url)
    with pytest.raises(UsageError, match="no address"):
        fetch("RU.zip", tmp_path, server="file:///etc/")


def test_files_of_countries_and_of_all():
    assert files_of(["RU", "ua"], alternate_names=True) == [
        "RU.zip", "UA.zip", "admin1CodesASCII.txt", "admin2Codes.txt", "alternatenames/RU.zip", "alternatenames/UA.zip",
    ]  # fmt: skip
    assert files_of(["allcountries"])[0] == "allCountries.zip"
    with pytest.raises(UsageError, match="'Russia' is no dump"):
        files_of(["Russia"])
