"""The gazetteers of a user: where they lie, which are searched, how one is put in place.

They lie in ``gazetteers`` under the user's data folder: ``$GEOLOC_DATA_DIR``, else ``$XDG_DATA_HOME/geoloc``, else
``~/.local/share/geoloc``. All of them are searched, stacked on the bundled one in the order in which they were
imported; the places that were added by hand (`OWN`) come last but for what ``$GEOLOC_GAZETTEER`` and ``--gazetteer``
name, and have the last word.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from geoloc.errors import SourceError, UsageError
from geoloc.gazetteer.search import Gazetteer
from geoloc.gazetteer.tables import ENDINGS

OWN = "own"
"""The gazetteer of the places that the user added by hand."""

_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9][\w.-]{0,63}", re.A)
_A_DAY = 86_400
_RESERVED = ("bundled", "geonames", "geoloc", "overrides")


def data_folder() -> Path:
    """Return the folder for the user's data; it need not exist."""
    if own := os.environ.get("GEOLOC_DATA_DIR"):
        return Path(own)
    if shared := os.environ.get("XDG_DATA_HOME"):
        return Path(shared) / "geoloc"
    try:
        return Path.home() / ".local" / "share" / "geoloc"
    except RuntimeError:  # no home, as in a bare container
        return Path(tempfile.gettempdir()) / "geoloc"


def folder_of(name: str) -> Path:
    """Return where the user's gazetteer of this name lies, or would lie.

    Raises
    ------
    UsageError
        If it cannot be a name.
    """
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise UsageError(
            f"{name!r} cannot name a gazetteer; give a --name of letters, digits, dot, dash and underscore"
        )
    return data_folder() / "gazetteers" / name


def target_of(name: str) -> Path:
    """Return where a gazetteer of this name is imported to.

    Raises
    ------
    UsageError
        If it cannot be its name.
    """
    if name == OWN:
        raise UsageError(f"{OWN!r} holds the places that you add one by one; give another --name")
    return folder_of(name)


def about(folder: Path) -> dict[str, Any]:
    """Return what a gazetteer says of itself; nothing if it is damaged."""
    try:
        meta = json.loads((folder / "meta.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return meta if isinstance(meta, dict) else {}


def is_gazetteer(folder: Path) -> bool:
    """Tell whether a folder holds a gazetteer and nothing else."""
    known = all(path.suffix == ".npy" or path.name in ("meta.json", "places.json") for path in folder.iterdir())
    return known and "counts" in about(folder)


def installed() -> list[Path]:
    """Return the folders of the user's gazetteers, the lowest first."""
    root = data_folder() / "gazetteers"
    try:
        folders = [path for path in root.iterdir() if _NAME.fullmatch(path.name) and (path / "meta.json").is_file()]
    except OSError:
        return []
    return sorted(folders, key=lambda path: (path.name == OWN, about(path).get("imported", ""), path.name))


def open_gazetteer(paths: Sequence[str] | None = None) -> Gazetteer:
    """Open all that is searched: the bundled gazetteer, the user's, those of the environment, and `paths`.

    Parameters
    ----------
    paths : sequence of str, optional
        Folders of gazetteers, names of the user's, or tables of places, from which a gazetteer is made for this run;
        they have the last word.

    Raises
    ------
    DataError, UsageError
        If one of them is no gazetteer.
    """
    return Gazetteer.open(*searched(paths))


def searched(paths: Sequence[str] | None = None) -> list[Path]:
    """Return the folders that `open_gazetteer` stacks on the bundled one, the lowest first."""
    named = os.environ.get("GEOLOC_GAZETTEER", "").split(os.pathsep)
    chosen = [folder_named(path) for path in (*filter(None, named), *(paths or ()))]
    upper_first = [folder.resolve() for folder in reversed([*installed(), *chosen])]
    return list(reversed(dict.fromkeys(upper_first)))


def folder_named(path: str) -> Path:
    """Return the folder of a gazetteer: the folder itself, that of an imported one, or one made of a table.

    Raises
    ------
    UsageError
        If it is none of these.
    """
    folder = Path(path)
    if (folder / "meta.json").is_file():
        return folder
    if _NAME.fullmatch(path) and (known := data_folder() / "gazetteers" / path).is_dir():
        return known
    if folder.suffix.lower() in ENDINGS:
        return _built_for_this_run(folder)
    if folder.exists():
        raise UsageError(f"{path} is no gazetteer yet; make one of it first: geoloc gazetteer import {path}")
    raise UsageError(f"{path}: no such gazetteer; see: geoloc gazetteer list")


_made: list[str] = []


def folder_for_this_run() -> Path:
    """Make a folder that vanishes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="geoloc-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _built_for_this_run(table: Path) -> Path:
    """Make a gazetteer of a table, in a folder that vanishes when the process ends."""
    from geoloc.gazetteer.importing import Importer

    folder = folder_for_this_run()
    stem = re.sub(r"[^\w.-]", "-", table.stem, flags=re.A)
    name, number = stem, 1
    while name in (*_RESERVED, OWN, *_made):
        number += 1
        name = f"{stem}-{number}"
    _made.append(name)
    Importer([table], strict=True).write(folder / name, name)
    return folder / name


@contextmanager
def replaced(target: Path) -> Iterator[Path]:
    """Give a new folder to build in; when the block ends well it takes the place of `target`.

    Whatever goes wrong before, the new folder vanishes and `target` stays as it was.

    Raises
    ------
    SourceError
        If it cannot be written: no right to, disk full.
    """
    label = f"cannot write the gazetteer {target}"
    target = target.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}.", suffix=".new", dir=target.parent))
    except OSError as error:
        raise SourceError(f"{label}: {(error.strerror or str(error)).lower()}; choose another folder") from error
    old = draft.with_suffix(".old")
    try:
        yield draft
        os.chmod(draft, 0o755)
        if target.exists():
            os.rename(target, old)
        os.rename(draft, target)
    except OSError as error:
        if isinstance(error, SourceError):
            raise
        why = (error.strerror or str(error)).lower()
        raise SourceError(f"{label}: {why}; free some space or choose another folder, and try again") from error
    finally:
        if old.exists() and not target.exists():
            os.rename(old, target)
        for leftover in (draft, old):
            with suppress(OSError):
                shutil.rmtree(leftover)


def _sweep(target: Path) -> None:
    """Remove what imports of the same gazetteer left behind that were killed more than a day ago."""
    for leftover in target.parent.glob(f".{target.name}.*"):
        if leftover.suffix in (".new", ".old") and time.time() - leftover.stat().st_mtime > _A_DAY:
            shutil.rmtree(leftover, ignore_errors=True)


def remove(name: str) -> None:
    """Remove one of the user's gazetteers.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    folder = folder_of(name)
    if not (folder / "meta.json").is_file():
        names = ", ".join(path.name for path in installed()) or "there are none"
        raise UsageError(f"no gazetteer of yours is called {name!r} ({names}); the bundled one stays")
    gone = folder.with_name(f".{name}.{os.urandom(4).hex()}.old")
    try:
        os.rename(folder, gone)
    except OSError as error:
        raise SourceError(f"cannot remove {folder}: {(error.strerror or str(error)).lower()}") from error
    shutil.rmtree(gone, ignore_errors=True)
