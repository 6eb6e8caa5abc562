"""geojson and geojsonseq (RFC 7946, RFC 8142): one collection, or a feature a line.

Positions are longitude, latitude; there is no ``crs``. The bounding box is the smallest there is,
so across the antimeridian its west is greater than its east (RFC 7946 §5.2), and with a pole in
it, it goes all the way round (§5.3). It is left out where nothing has a geometry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from geoloc.errors import UsageError
from geoloc.model import Result
from geoloc.writing.features import rounded_geometry
from geoloc.writing.jsonout import dumps
from geoloc.writing.options import WriteOptions
from geoloc.writing.records import FlatRow, Record, flat_rows, source_of

RS = "\x1e"

_Span = tuple[float, float, float, float]


def point_feature(row: FlatRow) -> Record:
    """Make a Point feature, with a null geometry where the position is not known."""
    known = row.lat is not None and row.lon is not None
    geometry = {"type": "Point", "coordinates": [row.lon, row.lat]} if known else None
    return {"type": "Feature", "geometry": geometry, "properties": row.properties}


def features(
    results: Iterable[Result], options: WriteOptions, border_features: Sequence[Mapping[str, object]] = ()
) -> Iterator[Record]:
    """Yield the features of all results, then the border lines if `options` ask for them."""
    sources = []
    for result in results:
        sources.append(source_of(result))
        for row in flat_rows(result, options):
            yield point_feature(row)
    if options.with_border:
        source = sources[0] if len(sources) == 1 else None
        for line in border_features:
            yield _border_feature(line, source, options)


def render_geojson(
    results: Iterable[Result], options: WriteOptions, border_features: Sequence[Mapping[str, object]] = ()
) -> Iterator[str]:
    """Yield one FeatureCollection for all results."""
    return render_features(features(results, options, border_features), "geojson", options)


def render_geojsonseq(
    results: Iterable[Result], options: WriteOptions, border_features: Sequence[Mapping[str, object]] = ()
) -> Iterator[str]:
    """Yield a feature a line."""
    return render_features(features(results, options, border_features), "geojsonseq", options)


def render_features(
    members: Iterable[Mapping[str, object]], format: str = "geojson", options: WriteOptions | None = None
) -> Iterator[str]:
    """Yield ready-made features, untouched, as a collection or (``geojsonseq``) one a line."""
    options = options or WriteOptions()
    if format == "geojson":
        return _collection(members, options)
    if format == "geojsonseq":
        return _sequence(members, options)
    raise UsageError(f"features cannot be written as {format!r}; use geojson or geojsonseq")


def _sequence(members: Iterable[Mapping[str, object]], options: WriteOptions) -> Iterator[str]:
    for member in members:
        yield f"{RS if options.rs else ''}{dumps(member, options, one_line=True)}\n"


def _collection(members: Iterable[Mapping[str, object]], options: WriteOptions) -> Iterator[str]:
    listed = list(members)
    box = bbox(member.get("geometry") for member in listed)
    collection: Record = {"type": "FeatureCollection"} | ({} if box is None else {"bbox": box})
    if options.indent is not None:
        yield dumps(collection | {"features": listed}, options) + "\n"
        return
    opening = dumps(collection | {"features": []}, options).removesuffix("]}")
    for member in listed:
        yield f"{opening}\n{dumps(member, options)}"
        opening = ","
    yield f"{opening}]}}\n" if not listed else "\n]}\n"


def bbox(geometries: Iterable[object]) -> list[float] | None:
    """Find the smallest box ``[west, south, east, north]`` around the geometries.

    Examples
    --------
    >>> bbox([{"type": "Point", "coordinates": [lon, lat]} for lon, lat in [(177, -20), (-178, -16)]])
    [177, -20, -178, -16]
    >>> bbox([None]) is None
    True
    """
    spans = sorted(span for geometry in geometries for span in _spans(geometry))
    if not spans:
        return None
    west, east = _longitudes([(span[0], span[1]) for span in spans])
    return [west, min(span[2] for span in spans), east, max(span[3] for span in spans)]


def _longitudes(sorted_arcs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Leave out the widest gap of the circle; of equal ones that across the antimeridian."""
    first, reach = sorted_arcs[0]
    widest, west, east = 0.0, first, reach
    for start, end in sorted_arcs[1:]:
        if start - reach > widest:
            widest, west, east = start - reach, start, reach
        reach = max(reach, end)
    return (west, east) if widest > first + 360 - reach else (first, reach)


def _spans(geometry: object) -> Iterator[_Span]:
    """Yield (west, east, south, north) of each connected run of positions."""
    if not isinstance(geometry, Mapping):
        return
    for member in geometry.get("geometries") or ():
        yield from _spans(member)
    for run in _runs(geometry.get("coordinates"), apart=geometry.get("type") == "MultiPoint"):
        lons, lats = [position[0] for position in run], [position[1] for position in run]
        polar = max(lats) >= 90 or min(lats) <= -90
        yield (-180, 180, min(lats), max(lats)) if polar else (min(lons), max(lons), min(lats), max(lats))


def _runs(coordinates: object, *, apart: bool) -> Iterator[list[Sequence[float]]]:
    if _is_position(coordinates):
        yield [coordinates]  # type: ignore[list-item]
    elif isinstance(coordinates, Sequence) and not isinstance(coordinates, str):
        if not apart and coordinates and all(map(_is_position, coordinates)):
            yield list(coordinates)
        else:
            for part in coordinates:
                yield from _runs(part, apart=apart)


def _is_position(value: object) -> bool:
    return isinstance(value, Sequence) and len(value) >= 2 and all(isinstance(at, int | float) for at in value[:2])


def _border_feature(feature: Mapping[str, object], source: object, options: WriteOptions) -> Record:
    properties = feature.get("properties")
    return {
        "type": "Feature",
        "geometry": rounded_geometry(feature.get("geometry"), options.precision),
        "properties": {"source": source} | dict(properties if isinstance(properties, Mapping) else {}),
    }
