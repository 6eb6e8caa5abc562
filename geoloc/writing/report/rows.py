"""The table of the report: a row a place, then the names that were not resolved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from geoloc.model import Candidate, Place, Result
from geoloc.writing.mapview import place_key, shown_indices
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import mentions_of, source_of, spellings, unresolved
from geoloc.writing.report.escaping import escaped
from geoloc.writing.table import format_distance, format_point, format_where, level_of

_HEADERS = (("Place", "text"), ("To border", "number"), ("Side", "text"), ("Confidence", "number"), ("Named", "number"))


def table_html(results: Sequence[Result], options: WriteOptions) -> str:
    """Write the table."""
    heads = "".join(f'<th scope="col" data-sort="{kind}" aria-sort="none">{name}</th>' for name, kind in _HEADERS)
    rows = "".join(_rows(results, options))
    caption = "Places by their distance from the border and how sure they are"
    if not rows:
        return '<p class="none">No places were found in this text.</p>\n'
    measured = any(place.border or place.area for result in results for place in result.places)
    plain = "" if measured else ' class="plain"'
    return (
        f'<div class="scroll"><table id="places"{plain}><caption class="unseen">{caption}</caption>\n'
        f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )


def _rows(results: Sequence[Result], options: WriteOptions) -> Iterator[str]:
    several = len(results) > 1
    for document, result in enumerate(results):
        source = str(result.document.title or source_of(result) or "") if several else ""
        for index in sorted(shown_indices(result, options), key=lambda index: _order(result.places[index])):
            yield _row(result, result.places[index], place_key(document, index), source, options)
        for mentions in unresolved(result, options):
            yield (
                f'<tr class="open"><th scope="row"><span class="name">{escaped(mentions[0].text)}</span>'
                f"<small>{escaped(_reason(mentions[0].reason))}{escaped(source and ' · ' + source)}</small></th>"
                f'<td></td><td></td><td data-v="-1">–</td><td data-v="{len(mentions)}">{len(mentions)}</td></tr>\n'
            )


def _row(result: Result, place: Place, key: int, source: str, options: WriteOptions) -> str:
    mentions = mentions_of(result, place, options)
    written = [text for text in spellings(mentions) if text != place.name]
    small = [format_where(place), "as " + ", ".join(f"“{text}”" for text in written) if written else "", source]
    level = level_of(place.confidence)
    percent = round(100 * (place.confidence or 0.0))
    confidence = "" if place.confidence is None else f"{place.confidence:.2f}"
    claims = claims_on(place)
    claimed = f'<small class="claim">within the claims of {escaped(" and ".join(claims))}</small>' if claims else ""
    return (
        f'<tr id="p{key}" data-p="{key}" class="{level}"><th scope="row">'
        f'<button type="button" class="name" data-p="{key}">{escaped(place.name)}</button>'
        f"<small>{escaped(' · '.join(filter(None, small)))}</small>{claimed}"
        f"{_alternatives(place, options)}</th>{_distance(place)}"
        f'<td data-v="{place.confidence or 0.0:.6f}"><meter min="0" max="100" value="{percent}" '
        f'aria-hidden="true"></meter> {confidence}</td><td data-v="{len(mentions)}">{len(mentions)}×</td></tr>\n'
    )


def _distance(place: Place) -> str:
    """Write the cells of distance and side."""
    relation, area = place.border, place.area
    if relation:
        beside = "" if relation.bearing is None else f"<small>{_compass(relation.bearing)} of it</small>"
        side = escaped(relation.side or "–")
        return f'<td data-v="{relation.distance_km:.6f}">{format_distance(place)}{beside}</td><td>{side}</td>'
    if area:
        touches = "<small>touches it</small>" if area.touches else ""
        return f'<td data-v="{area.nearest_km:.6f}">{format_distance(place)}{touches}</td><td></td>'
    return "<td></td><td></td>"


def claims_on(place: Place) -> list[str]:
    """Name the countries whose polygons hold a point, if there are several."""
    from geoloc.borders import holders
    from geoloc.borders.country import countries

    if not place.is_point or place.lat is None or place.lon is None:
        return []
    codes = [code for code in holders(place.lat, place.lon) if countries()[code].part_of is None]
    return [countries()[code].name for code in codes] if len(codes) > 1 else []


def _alternatives(place: Place, options: WriteOptions) -> str:
    if not place.alternatives or (level_of(place.confidence) == "sure" and not options.explain):
        return ""
    items = "".join(f"<li>{_alternative(candidate)}</li>" for candidate in place.alternatives)
    others = "1 other" if len(place.alternatives) == 1 else f"{len(place.alternatives)} others"
    return f"<details><summary>or {others}</summary><ul>{items}</ul></details>"


def _alternative(candidate: Candidate) -> str:
    place = candidate.place
    words = ", ".join(filter(None, (place.name, format_where(place, admin2=True), format_point(place))))
    if place.lat is None or place.lon is None:
        return escaped(words)
    return f'<button type="button" class="other" data-at="{place.lat},{place.lon}">{escaped(words)}</button>'


def _order(place: Place) -> tuple[bool, float, bool]:
    """Places with a distance come first, the nearest before; countries and continents come last."""
    return (
        place.border is None,
        place.border.distance_km if place.border else 0.0,
        place.kind in ("country", "continent"),
    )


def _reason(reason: str | None) -> str:
    return {"not-in-gazetteer": "not in the gazetteer", "low-confidence": "too unsure to say"}.get(
        reason or "", reason or ""
    )


def _compass(bearing: float) -> str:
    """Say on which side of the border a place lies; `bearing` leads from the place to the border."""
    names = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
    return names[round(((bearing + 180) % 360) / 45) % 8]
