"""Fetch the dumps of GeoNames, for those who are online.

A download that was cut off is taken up again where it ended, if the server still has the same file (its entity tag or
date and its size say so). A file counts as whole when it has the size that the server said, and for an archive when
its check sums are right.
"""

from __future__ import annotations

import json
import os
import re
import zipfile
from collections.abc import Iterable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from geoloc.errors import SourceError, UsageError
from geoloc.gazetteer.builder import Progress

SERVER = "https://download.geonames.org/export/dump/"
DIVISIONS = ("admin1CodesASCII.txt", "admin2Codes.txt")
WHOLE = ("allCountries", "cities500", "cities1000", "cities5000", "cities15000")
"""What GeoNames offers beside the dump of each country."""

_TIMEOUT_SECONDS = 30
_CHUNK = 1 << 18


def files_of(what: Iterable[str], *, alternate_names: bool = False) -> list[str]:
    """Return the paths on the server for countries (alpha-2 codes) or `WHOLE`, with the codes of divisions.

    Raises
    ------
    UsageError
        If there is no such dump.

    Examples
    --------
    >>> files_of(["ru"])
    ['RU.zip', 'admin1CodesASCII.txt', 'admin2Codes.txt']
    """
    files, names = [], []
    for name in what:
        known = next((whole for whole in WHOLE if whole.casefold() == name.casefold()), None)
        if known is None and not re.fullmatch("[A-Za-z]{2}", name):
            raise UsageError(f"{name!r} is no dump of GeoNames; give country codes such as RU, or {', '.join(WHOLE)}")
        files.append(f"{known or name.upper()}.zip")
        names.append("alternateNamesV2.zip" if known else f"alternatenames/{name.upper()}.zip")
    return list(dict.fromkeys([*files, *DIVISIONS, *(names if alternate_names else ())]))


def fetch(path: str, folder: Path, *, server: str = SERVER, progress: Progress | None = None) -> Path:
    """Download one file of a server into a folder and return where it is.

    Raises
    ------
    SourceError
        If the server cannot be reached, has no such file, or what arrived is not whole; what arrived is kept, for
        the next attempt.
    """
    url = server.rstrip("/") + "/" + path
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{server!r} is no address; give one that begins with https://")
    target = folder / path.replace("/", "-")
    part, facts = target.with_name(target.name + ".part"), target.with_name(f".{target.name}.json")
    tell = progress or (lambda stage, done, total: None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        known = _facts(facts)
        whole = target.exists() and known.get("size") == target.stat().st_size
        begun = part.stat().st_size if part.exists() and known and not whole else 0
        with _open(url, known.get("version"), begun=begun, unless_changed=whole) as response:
            if response.status != 206:
                begun = 0
            size = begun + int(response.headers.get("Content-Length") or 0)
            version = response.headers.get("ETag") or response.headers.get("Last-Modified")
            facts.write_text(json.dumps({"version": version, "size": size}), "utf-8")
            with part.open("ab" if begun else "wb") as file:
                done = begun
                while chunk := response.read(_CHUNK):
                    file.write(chunk)
                    done += len(chunk)
                    tell(f"fetching {path}", done, size)
        if size > begun and done != size:
            raise SourceError(f"{url}: {done:,} of {size:,} bytes arrived; try again to fetch the rest")
        _check(part, facts, url)
        os.replace(part, target)
    except HTTPError as error:
        if error.code == 304:  # what was fetched before is still what the server has
            return target
        if error.code == 416:  # nothing is left to fetch, or the file has shrunk
            part.unlink(missing_ok=True)
            raise SourceError(f"{url} has changed on the server; try again to fetch it anew") from None
        raise SourceError(f"{url} cannot be fetched: the server answers {error.code} {error.reason}") from None
    except (HTTPException, OSError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        raise SourceError(
            f"{url} cannot be fetched: {reason}; check the connection and try again, or download it elsewhere and use: "
            f"geoloc gazetteer import FILE"
        ) from None
    return target


def _facts(path: Path) -> dict[str, Any]:
    """Return what is known of a download that was begun, or nothing."""
    try:
        known = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}


def _open(url: str, version: str | None, *, begun: int, unless_changed: bool) -> HTTPResponse:
    headers = {"User-Agent": "geoloc", "Accept-Encoding": "identity"}
    if version and unless_changed:
        headers["If-None-Match" if version.startswith(('"', "W/")) else "If-Modified-Since"] = version
    elif version and begun:
        headers |= {"Range": f"bytes={begun}-", "If-Range": version}
    response: HTTPResponse = urlopen(Request(url, headers=headers), timeout=_TIMEOUT_SECONDS)
    return response


def _check(part: Path, facts: Path, url: str) -> None:
    if not url.endswith(".zip"):
        return
    try:
        with zipfile.ZipFile(part) as archive:
            broken = archive.testzip()
    except zipfile.BadZipFile as error:
        broken = str(error)
    if broken:
        for file in (part, facts):
            file.unlink(missing_ok=True)
        raise SourceError(f"{url}: what arrived is a broken archive ({broken}); try again to fetch it anew")
