"""What a user says that names mean: a CSV that pins spellings to places, or to no place at all.

Columns: ``text`` and ``id`` (``geonames:543229``, ``543229``, or ``none``), or ``text``, ``lat``, ``lon`` and ``name``;
both may stand in one file. A column ``document`` keeps a row to the document with that id, source or file name, where
it goes before rows for all. A spelling counts wherever it is recognised, in any case of the letters and, in Russian and
Ukrainian, of the grammar; and wherever it stands in the text as it is written in the file, whatever was recognised
there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from geoloc.errors import FormatError
from geoloc.gazetteer import Gazetteer
from geoloc.gazetteer.builder import Row, write_gazetteer
from geoloc.gazetteer.folding import fold
from geoloc.gazetteer.inflection import nominatives
from geoloc.gazetteer.layers import Layers
from geoloc.gazetteer.store import Store
from geoloc.gazetteer.tables import degrees, delimited
from geoloc.gazetteer.user import folder_for_this_run
from geoloc.model import NO_PLACE, Document, Mention

LAYER = "overrides"
_NONE = ("none", "null", "-")
_LONGEST_PATH = 4096
_COLUMNS = ("text", "id", "lat", "lon", "name", "document")


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
        If a row says nothing that can be used, or there is none; none is passed over.
    """

    def __init__(self, path: Path, gazetteer: Gazetteer) -> None:
        rules: list[tuple[str, str | Row, str | None]] = []
        for line, record in _records(path):
            try:
                rules.append(_parsed(record, len(rules)))
            except FormatError as error:
                raise FormatError(f"{path}, line {line}: {error}") from None
        if not rules:
            raise FormatError(f"{path} has no rows; its first line names the columns: text,id")
        points = [what for _, what, _ in rules if isinstance(what, Row)]
        own = iter(range(len(gazetteer), len(gazetteer) + len(points)))  # the rows of the layer that comes on top
        self.gazetteer = _stacked(gazetteer, points) if points else gazetteer
        self._by_fold: dict[str, list[_Rule]] = {}
        for text, what, document in rules:
            row: int | None = NO_PLACE
            if isinstance(what, Row):
                row = next(own)
            elif what != _NONE[0]:
                row = self.gazetteer.layers.row_of(what)
            if row is None:
                raise FormatError(f"{path}: {what!r} for {text!r} is no id in the gazetteer; see: geoloc lookup NAME")
            self._by_fold.setdefault(fold(text), []).append(_Rule(text, row, document))
        texts = {rule.text for rules in self._by_fold.values() for rule in rules}
        patterns = (
            r"\s+".join(map(re.escape, text.split())) for text in sorted(texts, key=lambda text: (-len(text), text))
        )
        self._anywhere = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)")

    def apply(self, document: Document, mentions: Sequence[Mention]) -> list[Mention]:
        """Return the mentions with what the rules say of them, and those that the rules add, in order."""
        names = {str(name) for name in (document.id, document.source) if name is not None}
        names |= {Path(name).name for name in names if len(name) < _LONGEST_PATH}

        def row_of(text: str) -> int | None:
            """Return what the rules say of a spelling, the last for this document before the last for all."""
            for form in (text, *nominatives(text)):
                rules = self._by_fold.get(fold(" ".join(form.split())), ())
                chosen = [rule for rule in rules if rule.document in names] or [r for r in rules if r.document is None]
                if chosen:
                    return chosen[-1].row
            return None

        found = list(mentions)
        if document.spans is None:
            for match in self._anywhere.finditer(document.text):
                covered = [m for m in found if m.start < match.end() and match.start() < m.end]
                exact = any((m.start, m.end) == match.span() for m in covered)
                inside = any(m.start <= match.start() and match.end() <= m.end for m in covered)
                if row_of(match.group()) is not None and not exact and not inside:
                    found = [m for m in found if m not in covered]
                    found.append(Mention(match.start(), match.end(), match.group()))
            found.sort(key=lambda mention: (mention.start, -mention.end))
        return [
            mention if (row := row_of(mention.text)) is None else replace(mention, override=row, weak=False)
            for mention in found
        ]


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for line, record in delimited(path):
        if isinstance(record, FormatError):
            raise FormatError(f"{path}, line {line}: {record}")
        values = {str(column).strip().lower(): value for column, value in record.items()}
        unknown = [column for column in values if column and column not in _COLUMNS]
        if "text" not in values or unknown:
            wrong = f"an unknown column {unknown[0]!r}" if unknown else "no column text"
            raise FormatError(f"{path} has {wrong}; its first line names the columns: {', '.join(_COLUMNS)}")
        yield line, values


def _parsed(record: dict[str, Any], number: int) -> tuple[str, str | Row, str | None]:
    """Return (text, id or point, document) of a row."""
    value = {column: " ".join((record.get(column) or "").split()) for column in _COLUMNS}
    if not fold(value["text"]):
        raise FormatError("no text; give columns text and id, or text, lat, lon and name")
    document = value["document"] or None
    if value["id"].lower() in _NONE or value["lat"].lower() in _NONE:
        return value["text"], _NONE[0], document
    if value["id"]:
        return value["text"], value["id"], document
    if not value["lat"] and not value["lon"]:
        raise FormatError(f"{value['text']!r} has neither an id nor lat and lon; id none says that it is no place")
    lat, lon = degrees(value["lat"], 90, "latitude"), degrees(value["lon"], 180, "longitude")
    return value["text"], Row("", value["name"] or value["text"], "populated-place", lat, lon, id=str(number)), document


def _stacked(gazetteer: Gazetteer, points: list[Row]) -> Gazetteer:
    folder = folder_for_this_run()
    about = {"name": LAYER, "version": "1", "sources": [], "licence": "", "attribution": "the user's own data"}
    write_gazetteer(points, folder, about)
    return Gazetteer(Layers([*gazetteer.layers.stores, Store(folder)]))
