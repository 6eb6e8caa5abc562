"""The places that a user adds or hides by hand, one at a time: the gazetteer `own`.

What was said is kept in ``places.json`` in its folder, from which its arrays are written anew each time.
"""

from __future__ import annotations

import datetime
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geoloc.errors import DataError, SourceError, UsageError
from geoloc.gazetteer.builder import Row, write_gazetteer
from geoloc.gazetteer.importing import Divisions
from geoloc.gazetteer.search import Gazetteer
from geoloc.gazetteer.user import OWN, folder_of, open_gazetteer, replaced

_FILE = "places.json"
_PATIENCE_SECONDS = 20


def add_place(row: Row) -> str:
    """Add a place, or replace the one with its GeoNames id, or its namesake at the same point; return its id.

    Raises
    ------
    UsageError
        If a number of it is out of range, or its region or district is not known.
    SourceError
        If the user's data folder cannot be written to.
    """
    divisions = Divisions(Gazetteer.open())
    for code in (row.parent1, row.parent2):
        if code and divisions(code) is None:
            raise UsageError(
                f"{code.partition('.')[2] or code!r}: no such division in the gazetteer; see: geoloc lookup NAME"
            )
    with _locked():
        said = _read()
        id = f"geonames:{row.geonameid}" if row.geonameid else _free_id(said, row)
        row.id = None if row.geonameid else id.partition(":")[2]
        said["places"][id] = asdict(row)
        if row.geonameid in said["hidden"]:
            said["hidden"].remove(row.geonameid)
        _write(said)
    return id


def _free_id(said: dict[str, Any], row: Row) -> str:
    first = id = f"{OWN}:{row.id or row.kind + '/' + row.name.replace(' ', '-')}"
    number = 1
    while id in said["places"] and [said["places"][id][axis] for axis in ("lat", "lon")] != [row.lat, row.lon]:
        number += 1
        id = f"{first}-{number}"
    return id


def remove_place(id: str) -> bool:
    """Take a place that was added out again, or hide a place with a GeoNames id; tell whether it was one added.

    Raises
    ------
    UsageError
        If there is no such place, or it can only be removed with its whole gazetteer.
    """
    id = _with_prefix(id)
    with _locked():
        said = _read()
        if id in said["places"]:
            del said["places"][id]
            _write(said)
            return True
        if not id.startswith("geonames:") or not id[9:].isdecimal():
            raise UsageError(f"{id!r}: no place that you added has this id; others are hidden by their GeoNames id")
        if open_gazetteer().by_id(id) is None:
            raise UsageError(f"{id!r}: no place in the gazetteer has this id; see: geoloc lookup NAME")
        said["hidden"] = sorted({*said["hidden"], int(id[9:])})
        _write(said)
    return False


def restore_place(id: str) -> None:
    """Show a place again that was hidden.

    Raises
    ------
    UsageError
        If it is not hidden.
    """
    id = _with_prefix(id)
    with _locked():
        said = _read()
        hidden = [f"geonames:{number}" for number in said["hidden"]]
        if id not in hidden:
            raise UsageError(f"{id!r} is not hidden ({', '.join(hidden[:5]) or 'nothing is'})")
        said["hidden"].remove(int(id[9:]))
        _write(said)


def _with_prefix(id: str) -> str:
    return f"geonames:{id}" if id.isdecimal() else id


@contextmanager
def _locked() -> Iterator[None]:
    """Keep other processes from changing the places meanwhile."""
    lock = folder_of(OWN).with_name(f".{OWN}.lock")
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            lock.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            with suppress(OSError):
                if time.time() - lock.stat().st_mtime > _PATIENCE_SECONDS:  # its owner was killed
                    lock.unlink()
            if time.monotonic() > deadline:
                raise SourceError(f"another geoloc is changing your places; try again, or remove {lock}") from None
            time.sleep(0.05)
        except OSError as error:
            why = (error.strerror or str(error)).lower()
            raise SourceError(f"cannot write to {lock.parent}: {why}; set GEOLOC_DATA_DIR to another folder") from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _read() -> dict[str, Any]:
    path = folder_of(OWN) / _FILE
    try:
        said: dict[str, Any] = json.loads(path.read_text("utf-8"))
        said["places"], said["hidden"]
    except FileNotFoundError:
        return {"places": {}, "hidden": []}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"{path} cannot be read ({error}); mend it, or move it away to begin anew") from error
    return said


def _write(said: dict[str, Any]) -> None:
    bundled = Gazetteer.open()
    about = {
        "name": OWN,
        "version": datetime.date.today().isoformat(),
        "imported": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="microseconds"),
        "sources": ["geoloc gazetteer add"],
        "licence": "the user's own",
        "attribution": "the user's own data",
    }
    rows = [Row(**fields) for fields in said["places"].values()]
    with replaced(folder_of(OWN)) as folder:
        try:
            write_gazetteer(rows, folder, about, deleted=said["hidden"], outside=Divisions(bundled))
        except ValueError as error:
            raise UsageError(str(error)) from None
        Path(folder / _FILE).write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")
