"""The places that a user adds or hides by hand, one at a time: the gazetteer `own`.

What was said is kept in ``places.json`` in its folder, from which its arrays are written anew each time.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from geoloc.errors import DataError, UsageError
from geoloc.gazetteer.builder import Row, write_gazetteer
from geoloc.gazetteer.importing import Divisions
from geoloc.gazetteer.search import Gazetteer
from geoloc.gazetteer.user import OWN, folder_of, replaced

_FILE = "places.json"


def add_place(row: Row) -> str:
    """Add a place, or replace the one with its id; return its id.

    Raises
    ------
    UsageError
        If a number of it is out of range.
    SourceError
        If the user's data folder cannot be written to.
    """
    said = _read()
    row.id = None if row.geonameid else row.id or f"{row.kind}/{row.name.replace(' ', '-')}"
    id = f"geonames:{row.geonameid}" if row.geonameid else f"{OWN}:{row.id}"
    said["places"][id] = asdict(row)
    if row.geonameid in said["hidden"]:
        said["hidden"].remove(row.geonameid)
    _write(said)
    return id


def remove_place(id: str) -> bool:
    """Take a place that was added out again, or hide a place with a GeoNames id; tell whether it was one added.

    Raises
    ------
    UsageError
        If there is no such place, or it can only be removed with its whole gazetteer.
    """
    said = _read()
    if id in said["places"]:
        del said["places"][id]
        _write(said)
        return True
    prefix, _, number = id.rpartition(":")
    if prefix not in ("", "geonames") or not number.isdecimal():
        raise UsageError(
            f"{id!r}: no place of yours has this id, and of others only those with a GeoNames id can be hidden"
        )
    if Gazetteer.open().by_id(number) is None:
        raise UsageError(f"{id!r}: no place of the bundled gazetteer has this id; see: geoloc lookup NAME")
    said["hidden"] = sorted({*said["hidden"], int(number)})
    _write(said)
    return False


def _read() -> dict[str, Any]:
    path = folder_of(OWN) / _FILE
    try:
        said: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {"places": {}, "hidden": []}
    except (OSError, ValueError) as error:
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
