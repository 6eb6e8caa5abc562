"""The table: what a person wants to see first, in plain columns that fit the terminal.

A row a place, countries and continents last; then the names that were recognised and not resolved,
with the reason. Distances have the digits that their uncertainty allows. A document in which
nothing was found prints nothing; with several documents each has a heading line.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain

from geoloc.model import AreaRelation, BorderRelation, Candidate, Place, Result
from geoloc.writing.display import clip, display_width, plain
from geoloc.writing.grid import Column, bold, grid
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import (
    focus_place,
    mentions_of,
    no_distance_reason,
    point,
    shown_places,
    source_of,
    spellings,
    unresolved,
)

LAST_KINDS = ("country", "continent")
COORDINATE_DECIMALS = 4
"""About ten metres; written without a space, so that it can be pasted into ``geoloc distance``."""

SURE, LIKELY = 0.9, 0.7
"""Confidences from which a place is shown as sure, and as likely."""

_HEADER_ID_WIDTH = 12


def render_table(results: Iterable[Result], options: WriteOptions) -> Iterator[str]:
    """Yield the table of each document, with headings and blank lines if there are several."""
    results = iter(results)
    head = [result for _, result in zip(range(2), results, strict=False)]
    printed = False
    for number, result in enumerate(chain(head, results), start=1):
        lines = list(_document_lines(result, options))
        if not lines:
            continue
        if printed:
            yield "\n"
        if len(head) > 1:
            lines.insert(0, bold(_heading(result, number, options.width), options.color))
        printed = True
        yield "".join(f"{line}\n" for line in lines)


def format_km(distance_km: float, uncertainty_km: float) -> str:
    """Write a distance with the digits that its uncertainty allows, and none from 100 km on.

    Examples
    --------
    >>> format_km(1.79249, 0.5), format_km(1.79249, 0.01), format_km(190.26, 0.5), format_km(7.5, 2)
    ('1.8 km', '1.79 km', '190 km', '8 km')
    """
    digits = 1
    if math.isfinite(uncertainty_km) and uncertainty_km >= 0:
        digits = min(3, max(0, math.ceil(-math.log10(max(uncertainty_km, 0.001)))))
    return f"{distance_km:.{0 if distance_km >= 100 else digits}f} km"


def format_span(relation: AreaRelation) -> str:
    """Write the nearest and farthest distance of an area, in whole kilometres.

    Examples
    --------
    >>> format_span(AreaRelation(0.0, 113.95, True, 3.1)), format_span(AreaRelation(12.4, 80.0, False, 0.4))
    ('0–114 km', '12–80 km')
    """
    return f"{relation.nearest_km:.0f}–{relation.farthest_km:.0f} km"


def format_distance(place: Place) -> str:
    """Write the distance of a point or the span of an area; empty where there is neither."""
    if place.border:
        return format_km(place.border.distance_km, place.border.uncertainty_km)
    return format_span(place.area) if place.area else ""


def format_point(place: Place) -> str:
    """Write latitude and longitude the way ``geoloc distance`` reads them."""
    where = point(place, COORDINATE_DECIMALS)
    return "" if where is None else ",".join(f"{degrees:.{COORDINATE_DECIMALS}f}" for degrees in where)


def format_where(place: Place, *, admin2: bool = False) -> str:
    """Name the divisions and the country that the place lies in, without the place itself."""
    divisions = (place.admin2 if admin2 else None, place.admin1)
    return ", ".join([name for name in divisions if name and name != place.name] + [place.country or ""]).strip(", ")


def level_of(confidence: float | None) -> str:
    """Return the class of how sure a place is.

    Examples
    --------
    >>> level_of(0.95), level_of(0.8), level_of(0.3), level_of(None)
    ('sure', 'likely', 'unsure', 'unsure')
    """
    if confidence is None or confidence < LIKELY:
        return "unsure"
    return "sure" if confidence >= SURE else "likely"


def _document_lines(result: Result, options: WriteOptions) -> Iterator[str]:
    places = sorted(shown_places(result, options), key=lambda place: place.kind in LAST_KINDS)
    if places:
        columns = (
            Column("Place", flexible=True),
            Column("As written", flexible=True),
            Column("Where", flexible=True),
            Column("Lat,lon", right=True),
            Column(_border_header(result)),
            Column("Conf.", right=True),
        )
        rows = [_row(result, place, options) for place in places]
        header, *lines = grid(columns, rows, width=options.width, color=options.color)
        yield header
        for place, line in zip(places, lines, strict=True):
            yield line
            if options.explain:
                yield from _reasons(place, options)
                for candidate in place.alternatives:
                    yield clip(f"    or {_alternative(candidate)}", options.width)
                    yield from _reasons(candidate, options)
    if groups := unresolved(result, options):
        yield bold("Not resolved", options.color)
        names = [f"  {plain(group[0].text)}{_times(len(group))}" for group in groups]
        wide = min(max(map(display_width, names)), options.width // 2)
        for name, group in zip(names, groups, strict=True):
            name = clip(name, wide)
            padding = " " * (wide - display_width(name))
            yield clip(f"{name}{padding}  {group[0].reason or ''}".rstrip(), options.width)
            if options.explain:
                for candidate in group[0].candidates:
                    yield clip(f"    perhaps {_alternative(candidate)}", options.width)
                    yield from _reasons(candidate, options)
    if places and (about := mainly_about(result)):
        yield clip(about, options.width)


def _reasons(of: Place | Candidate, options: WriteOptions) -> Iterator[str]:
    """Yield what spoke for and against a candidate, a line each."""
    for sign, reasons in (("+", of.speaks_for), ("-", of.speaks_against)):
        for reason in reasons:
            yield clip(f"        {sign} {plain(reason)}", options.width)


def mainly_about(result: Result) -> str:
    """Say what the document is mainly about; empty if nothing tells."""
    place = focus_place(result)
    parts = [place.name, format_where(place)] if place else [(result.focus and result.focus.country) or ""]
    text = ", ".join(plain(part) for part in parts if part)
    return f"Mainly about {text}" if text else ""


def _row(result: Result, place: Place, options: WriteOptions) -> list[str]:
    relation = place.border
    return [
        place.name,
        ", ".join(spellings(mentions_of(result, place, options))),
        format_where(place),
        format_point(place),
        _border_cell(relation) if relation else _area_cell(result, place),
        "" if place.confidence is None else f"{place.confidence:.2f}",
    ]


def _border_header(result: Result) -> str:
    name = result.border.id if result.border else ""
    return f"To {name}" if name and display_width(name) <= _HEADER_ID_WIDTH else "To border"


def _border_cell(relation: BorderRelation) -> str:
    found = (
        format_km(relation.distance_km, relation.uncertainty_km),
        relation.side,
        relation.part and f"({relation.part})",
    )
    return " ".join(filter(None, found))


def _area_cell(result: Result, place: Place) -> str:
    if place.area:
        return format_span(place.area)
    reason = no_distance_reason(place, result.border.id if result.border else None)
    return "no outline" if reason == "no-outline" else ""


def _alternative(candidate: Candidate) -> str:
    place = candidate.place
    parts = (place.name, format_where(place, admin2=True), format_point(place), candidate.match)
    return f"{', '.join(plain(part) for part in parts if part)} {candidate.score:.2f}"


def _heading(result: Result, number: int, width: int) -> str:
    border = result.border
    source = source_of(result)
    parts = (
        f"document {number}" if source is None else str(source),
        result.document.title,
        border and f"border {border.name} ({border.id}, {border.chosen})",
    )
    return clip(" · ".join(plain(part) for part in parts if part), width)


def _times(count: int) -> str:
    return f" ×{count}" if count > 1 else ""
