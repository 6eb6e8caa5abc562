"""What a user says that names mean: a CSV that pins spellings to places, or to no place at all.

Columns: ``text`` and ``id`` (``geonames:543229``, ``543229``, or ``none``), or ``text``, ``lat``, ``lon`` and ``name``;
both may stand in one file. A column ``document`` keeps a row to the document with that id or source. A spelling counts
wherever it is recognised, in any case, and wherever it stands in the text as it is written in the file.
"""

from __future__ import annotations

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geoloc.errors import FormatError
from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.builder import Row, write_gazetteer
from geoloc.gazetteer.folding import fold
from geoloc.gazetteer.layers import Layers
from geoloc.gazetteer.store import Store
from geoloc.gazetteer.tables import delimited
from geoloc.model import NO_PLACE, Document, Mention

LAYER = "overrides"
_NONE = ("none", "null", "-")


@dataclass(frozen=True, slots=True)
class _Rule:
    text: str
    row: int
    document: str | None


class Overrides:
    """The rules of one file, against one gazetteer.

    Parameters
    ----------
    path : Path
        CSV, or TSV by its ending.
    gazetteer : Gazetteer
        Where ids are looked up.

    Attributes
    ----------
    gazetteer : Gazetteer
        The same, with the points of the file stacked on it as places of the layer ``overrides``.

    Raises
    ------
    SourceError
        If the file cannot be read.
    FormatError
        If a row says nothing that can be used; none is passed over.
    """

    def __init__(self, path: Path, gazetteer: Gazetteer) -> None:
        rules: list[tuple[str, str | Row, str | None]] = []
        for line, record in _records(path):
            try:
                rules.append(_parsed(record, len(rules)))
            except FormatError as error:
                raise FormatError(f"{path}, line {line}: {error}") from None
        points = [what for _, what, _ in rules if isinstance(what, Row)]
        self.gazetteer = _stacked(gazetteer, points) if points else gazetteer
        self._by_fold: dict[str, list[_Rule]] = {}
        for text, what, document in rules:
            row: int | None = NO_PLACE
            if isinstance(what, Row):
                row = self.gazetteer.layers.row_of(f"{LAYER}:{what.id}")
            elif what != _NONE[0]:
                row = self.gazetteer.layers.row_of(what)
            if row is None:
                raise FormatError(f"{path}: {what!r} for {text!r} is no id in the gazetteer; see: geoloc lookup NAME")
            self._by_fold.setdefault(fold(text), []).append(_Rule(text, row, document))
        texts = sorted({rule.text for rules in self._by_fold.values() for rule in rules}, key=len, reverse=True)
        self._anywhere = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, texts))})(?!\w)") if texts else None

    def apply(self, document: Document, mentions: Sequence[Mention]) -> list[Mention]:
        """Return the mentions with what the rules say of them, and those that the rules add, in order."""
        own = {str(name) for name in (document.id, document.source) if name is not None}

        def ruled(mention: Mention) -> Mention:
            rules = self._by_fold.get(fold(mention.text), ())
            rows = [rule.row for rule in rules if rule.document is None or rule.document in own]
            return replace(mention, override=rows[-1], weak=False) if rows else mention

        found = [ruled(mention) for mention in mentions]
        if document.spans is None and self._anywhere is not None:
            taken = sorted((mention.start, mention.end) for mention in mentions)
            for match in self._anywhere.finditer(document.text):
                if not any(start < match.end() and match.start() < end for start, end in taken):
                    mention = ruled(Mention(match.start(), match.end(), match.group()))
                    if mention.override not in (None, NO_PLACE):
                        found.append(mention)
            found.sort(key=lambda mention: (mention.start, -mention.end))
        return found


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, record in delimited(path):
        if isinstance(record, FormatError):
            raise FormatError(f"{path}, line {line}: {record}")
        yield line, {str(column).strip().lower(): value for column, value in record.items()}


def _parsed(record: dict[str, Any], number: int) -> tuple[str, str | Row, str | None]:
    """Return (text, id or point, document) of a row."""
    value = {column: (record.get(column) or "").strip() for column in ("text", "id", "lat", "lon", "name", "document")}
    if not value["text"] or not fold(value["text"]):
        raise FormatError("no text; give columns text and id, or text, lat, lon and name")
    document = value["document"] or None
    if value["id"].lower() in _NONE or value["lat"].lower() in _NONE:
        return value["text"], _NONE[0], document
    if value["id"]:
        return value["text"], value["id"], document
    try:
        lat, lon = float(value["lat"]), float(value["lon"])
    except ValueError:
        raise FormatError(
            f"{value['text']!r} has neither an id nor lat and lon; id none says that it is no place"
        ) from None
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        raise FormatError(f"{lat},{lon} is no point in degrees")
    return value["text"], Row("", value["name"] or value["text"], "populated-place", lat, lon, id=str(number)), document


def _stacked(gazetteer: Gazetteer, points: list[Row]) -> Gazetteer:
    folder = Path(tempfile.mkdtemp(prefix="geoloc-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    about = {"name": LAYER, "version": "1", "sources": [], "licence": "", "attribution": "the user's own data"}
    write_gazetteer(points, folder, about)
    return Gazetteer(Layers([*gazetteer.layers.stores, Store(folder)]))
