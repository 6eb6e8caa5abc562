"""The wire format: the one place where the nouns become dicts with the keys of the JSON.

Key order is part of the format and the same on every run. Coordinates keep at most six decimals,
distances three, bearings one, confidences three; a number that is not finite becomes null.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from geoloc.model import AreaRelation, BorderRelation, Candidate, Place, ResolvedMention, Result
from geoloc.writing.options import WriteOptions

Record = dict[str, object]

COORDINATE_DECIMALS = 6

FLAT_KEYS = (
    "name",
    "mention",
    "count",
    "geonameid",
    "country",
    "admin1",
    "feature_code",
    "confidence",
    "border_id",
    "border_km",
    "border_side",
    "border_bearing",
    "reason",
    "source",
    "kind",
    "border_nearest_km",
    "border_farthest_km",
    "border_touches",
    "border_part",
    "focus",
    "focus_country",
)
WIDE_KINDS = frozenset(("continent", "country", "region", "area"))
"""Kinds of places that do not locate an organisation whose name they stand in."""

SPAN_KEYS = ("start", "end", "context")


def rounded(value: float | None, digits: int) -> float | None:
    """Round for the wire: None for what is not finite, and no minus zero.

    Examples
    --------
    >>> rounded(1.79249, 3), rounded(-0.0001, 3), rounded(float("nan"), 3), rounded(None, 3)
    (1.792, 0.0, None, None)
    """
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), digits) + 0.0


def point(place: Place, digits: int = COORDINATE_DECIMALS) -> tuple[float, float] | None:
    """Latitude and longitude, or None for a unit whose position no source gives."""
    lat, lon = rounded(place.lat, digits), rounded(place.lon, digits)
    return None if lat is None or lon is None else (lat, lon)


def relation_record(relation: BorderRelation) -> Record:
    """Give a border relation its JSON keys; `nearest` is latitude, longitude."""
    return {
        "distance_km": rounded(relation.distance_km, 3),
        "uncertainty_km": rounded(relation.uncertainty_km, 3),
        "side": relation.side,
        "nearest": [rounded(degrees, COORDINATE_DECIMALS) for degrees in relation.nearest],
        "bearing": _bearing(relation),
        **({} if relation.part is None else {"part": relation.part}),
    }


def area_record(relation: AreaRelation) -> Record:
    """Give the border relation of an area its JSON keys; its label point has no distance."""
    return {
        "distance_km": None,
        "uncertainty_km": rounded(relation.uncertainty_km, 3),
        **{key.removeprefix("border_"): value for key, value in area_properties(relation).items()},
    }


def area_properties(relation: AreaRelation | None) -> Record:
    """Give the border relation of an area its flat keys.

    Examples
    --------
    >>> area_properties(AreaRelation(0.0, 190.2461, True, 3.1))
    {'border_nearest_km': 0.0, 'border_farthest_km': 190.246, 'border_touches': True}
    """
    return {
        "border_nearest_km": rounded(relation.nearest_km, 3) if relation else None,
        "border_farthest_km": rounded(relation.farthest_km, 3) if relation else None,
        "border_touches": relation.touches if relation else None,
    }


def no_distance_reason(place: Place, border_id: str | None) -> str | None:
    """Say why a place has no distance: ``no-border``, ``no-position``, or ``no-outline`` of an area; None if it has."""
    if place.border or place.area:
        return None
    if border_id is None:
        return "no-border"
    return "no-outline" if place.geo_precision > 1 else "no-position"


def candidate_record(candidate: Candidate, query: str | None = None) -> Record:
    """Give a candidate its JSON keys; `query` leads where one is given (`geoloc lookup`)."""
    place = candidate.place
    where = point(place)
    return {
        **({} if query is None else {"query": query}),
        "match": candidate.match,
        "score": rounded(candidate.score, 3),
        "id": place.id,
        "geonameid": place.geonameid,
        "name": place.name,
        "kind": place.kind,
        "feature_code": place.feature_code,
        "country": place.country,
        "admin1": place.admin1,
        "admin2": place.admin2,
        "lat": where and where[0],
        "lon": where and where[1],
        "population": place.population,
        "layer": place.layer,
        "near_km": rounded(candidate.near_km, 3),
    }


def _considered(candidate: Candidate, explain: bool) -> Record:
    record = candidate_record(candidate)
    if explain:
        record |= {"for": list(candidate.speaks_for), "against": list(candidate.speaks_against)}
    return record


def mention_record(mention: ResolvedMention, *, explain: bool = False) -> Record:
    """Give a mention its JSON keys, `candidates` among them only where the choice was left open."""
    record: Record = {
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "kind": mention.kind,
        "embedded": mention.embedded,
        "place": mention.place,
        "confidence": rounded(mention.confidence, 3),
        "context": mention.context,
        "reason": mention.reason,
    }
    if mention.candidates:
        record["candidates"] = [_considered(candidate, explain) for candidate in mention.candidates]
    return record


def place_record(place: Place, border_id: str | None = None, *, explain: bool = False) -> Record:
    """Give a place of a document its JSON keys, `alternatives` among them only to explain."""
    where = point(place)
    relation = place.border
    record: Record = {
        "id": place.id,
        "geonameid": place.geonameid,
        "name": place.name,
        "kind": place.kind,
        "feature_code": place.feature_code,
        "country": place.country,
        "admin1": place.admin1,
        "admin2": place.admin2,
        "lat": where and where[0],
        "lon": where and where[1],
        "population": place.population,
        "geo_precision": place.geo_precision,
        "confidence": rounded(place.confidence, 3),
        "mentions": list(place.mentions),
        "border": relation_record(relation) if relation else place.area and area_record(place.area),
        "border_reason": no_distance_reason(place, border_id),
        "layer": place.layer,
    }
    if explain:
        record["alternatives"] = [_considered(candidate, True) for candidate in place.alternatives]
        record |= {"for": list(place.speaks_for), "against": list(place.speaks_against)}
    return record


def result_record(result: Result, options: WriteOptions) -> Record:
    """Give a whole result its JSON keys."""
    document, border, focus = result.document, result.border, result.focus
    return {
        "id": document.id,
        "source": document.source,
        "outlet": document.outlet,
        "title": document.title,
        "date": document.date,
        "language": document.language,
        **({"text": document.text} if options.with_text else {}),
        "border": border and {"id": border.id, "name": border.name, "chosen": border.chosen},
        "focus": focus and {"place": focus.place, "country": focus.country},
        "mentions": [mention_record(mention, explain=options.explain) for mention in result.mentions],
        "places": [
            place_record(place, border.id if border else None, explain=options.explain) for place in result.places
        ],
    }


@dataclass(frozen=True, slots=True)
class FlatRow:
    """A row of csv or a feature of geojson: flat properties and where it lies, if that is known."""

    properties: Record
    lat: float | None
    lon: float | None


def flat_rows(result: Result, options: WriteOptions) -> Iterator[FlatRow]:
    """Yield a row a place and a row an unresolved name, or with ``per="mention"`` a row a mention."""
    if options.per == "mention":
        for mention in result.mentions:
            place = None if mention.place is None else result.places[mention.place]
            if is_shown(mention, place, options) and (place is None or has_kind(place, options)):
                yield _flat(result, place, [mention], options)
        return
    for place in shown_places(result, options):
        yield _flat(result, place, mentions_of(result, place, options), options)
    for mentions in unresolved(result, options):
        yield _flat(result, None, mentions, options)


def focus_place(result: Result) -> Place | None:
    """Return the place that the document is mainly about, or None."""
    at = result.focus.place if result.focus else None
    return result.places[at] if at is not None and at < len(result.places) else None


def shown_places(result: Result, options: WriteOptions) -> Iterator[Place]:
    """Yield the places that get a row or pin; see `is_shown` for what is left out unless asked for."""
    for place in result.places:
        named = not place.mentions or mentions_of(result, place, options)
        if named and has_kind(place, options):
            yield place


def mentions_of(result: Result, place: Place, options: WriteOptions) -> list[ResolvedMention]:
    """List the mentions of a place, in the order of the text, that rows and pins count."""
    return [result.mentions[at] for at in place.mentions if is_shown(result.mentions[at], place, options)]


def unresolved(result: Result, options: WriteOptions) -> Iterable[list[ResolvedMention]]:
    """Group the mentions without a place by text and reason, in the order of first appearance."""
    groups: dict[tuple[str, str | None], list[ResolvedMention]] = {}
    for mention in result.mentions:
        if mention.place is None and is_shown(mention, None, options):
            groups.setdefault((mention.text, mention.reason), []).append(mention)
    return groups.values()


def spellings(mentions: Iterable[ResolvedMention]) -> list[str]:
    """List the ways a place is written, the most frequent first."""
    return [text for text, _ in Counter(mention.text for mention in mentions).most_common()]


def is_shown(mention: ResolvedMention, place: Place | None, options: WriteOptions) -> bool:
    """Whether the mention counts outside JSON.

    A demonym, and a country or region in the name of an organisation ("Freedom of Russia Legion"), say whose something
    is rather than where: only when asked for. What the user took out never.
    """
    if mention.reason == "overridden":
        return False
    named_after = mention.embedded and place is not None and place.kind in WIDE_KINDS
    return options.demonyms or not (named_after or mention.kind == "demonym")


def border_properties(border_id: str | None, relation: BorderRelation | None) -> Record:
    """Give a border relation its flat keys, those of GeoJSON properties and csv columns.

    Examples
    --------
    >>> border_properties("RU-UA", None)
    {'border_id': None, 'border_km': None, 'border_side': None, 'border_bearing': None}
    """
    return {
        "border_id": border_id if relation else None,
        "border_km": rounded(relation.distance_km, 3) if relation else None,
        "border_side": relation.side if relation else None,
        "border_bearing": _bearing(relation) if relation else None,
    }


def has_kind(place: Place, options: WriteOptions) -> bool:
    """Whether the kind of the place is among those asked for."""
    return options.kinds is None or place.kind in options.kinds


def source_of(result: Result) -> object:
    """Name what tells this document from the others: its source, else its id."""
    return result.document.id if result.document.source is None else result.document.source


def _flat(result: Result, place: Place | None, mentions: list[ResolvedMention], options: WriteOptions) -> FlatRow:
    one = mentions[0] if mentions and options.per == "mention" else None
    relation = place.border if place else None
    confidence = one.confidence if one else place.confidence if place else None
    properties: Record = {
        "name": place and place.name,
        "mention": spellings(mentions)[0] if mentions else None,
        "count": len(mentions),
        "geonameid": place and place.geonameid,
        "country": place and place.country,
        "admin1": place and place.admin1,
        "feature_code": place and place.feature_code,
        "confidence": rounded(confidence, 3),
        **border_properties(result.border.id if result.border else None, relation),
        "reason": mentions[0].reason if mentions and place is None else None,
        "source": source_of(result),
        "kind": place and place.kind,
        **area_properties(place.area if place else None),
        "border_part": relation and relation.part,
        "focus": place is not None and place is focus_place(result),
        "focus_country": result.focus and result.focus.country,
    }
    if place and place.area and result.border:
        properties["border_id"] = result.border.id
    if one:
        properties |= {"start": one.start, "end": one.end, "context": one.context}
    where = point(place, options.precision) if place else None
    return FlatRow(properties, *(where or (None, None)))


def _bearing(relation: BorderRelation) -> float | None:
    degrees = rounded(relation.bearing, 1)
    return None if degrees is None else degrees % 360
