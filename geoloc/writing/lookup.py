"""Candidates for names, in every format: what `geoloc lookup` answers with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from geoloc.model import Candidate
from geoloc.writing.grid import Column, grid
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import candidate_record, has_kind
from geoloc.writing.rows import render_rows
from geoloc.writing.table import format_point, format_where

Found = tuple[str, Sequence[Candidate]]

CANDIDATE_KEYS = (
    "query",
    "match",
    "score",
    "id",
    "geonameid",
    "name",
    "kind",
    "feature_code",
    "country",
    "admin1",
    "admin2",
    "lat",
    "lon",
    "population",
    "layer",
    "near_km",
)


def render_candidates(
    found: Iterable[Found], format: str = "table", options: WriteOptions | None = None
) -> Iterator[str]:
    """Yield what was found for each name, best first.

    Parameters
    ----------
    found : iterable of (str, sequence of Candidate)
        Each name as it was asked for, with its candidates; none is allowed, and gives no row.
    format : str, optional
        As for `geoloc.writing.render`; json is always an array.
    options : WriteOptions, optional
        `kinds` filters table, csv and geojson; json and jsonl are complete.
    """
    options = options or WriteOptions()
    pairs = [(query, candidate) for query, candidates in found for candidate in candidates]
    if format not in ("json", "jsonl"):
        pairs = [(query, candidate) for query, candidate in pairs if has_kind(candidate.place, options)]
    if format == "table":
        return _table(pairs, options)
    records = (candidate_record(candidate, query) for query, candidate in pairs)
    return render_rows(records, format, CANDIDATE_KEYS, options)


def _table(pairs: Sequence[tuple[str, Candidate]], options: WriteOptions) -> Iterator[str]:
    if not pairs:
        return
    several = len({query for query, _ in pairs}) > 1
    near = any(candidate.near_km is not None for _, candidate in pairs)
    layered = any(candidate.place.layer != "bundled" for _, candidate in pairs)
    columns = [
        Column("Query", flexible=True),
        Column("Place", flexible=True),
        Column("Kind"),
        Column("Where", flexible=True),
        Column("Lat,lon", right=True),
        *([] if near else [Column("Population", right=True)]),
        Column("Match"),
        Column("Score", right=True),
        Column("Id", right=True, flexible=True),
        *([Column("Near", right=True)] if near else []),
        *([Column("Layer", flexible=True)] if layered else []),
    ]
    cells = [
        [
            query if several else "",
            candidate.place.name,
            candidate.place.feature_code
            or ("town" if candidate.place.kind == "populated-place" else candidate.place.kind),
            format_where(candidate.place, admin2=True),
            format_point(candidate.place),
            *([] if near else [str(candidate.place.population or "")]),
            candidate.match,
            f"{candidate.score:.2f}",
            str(candidate.place.geonameid or candidate.place.id),
            *([_km(candidate.near_km)] if near else []),
            *([candidate.place.layer] if layered else []),
        ]
        for query, candidate in pairs
    ]
    for line in grid(columns, cells, width=options.width, color=options.color):
        yield f"{line}\n"


def _km(distance: float | None) -> str:
    return "" if distance is None else f"{distance:.1f} km" if distance < 100 else f"{distance:.0f} km"
