"""``geoloc distance``: how far points, places and GeoJSON features lie from a border."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from geoloc.annotation import Annotator
    from geoloc.borders import Border
    from geoloc.distances import Located, Measured
    from geoloc.reading.features import FeatureStream, Record
    from geoloc.writing import WriteOptions

_LONGEST_HEADER = 12
_FEATURE_SHAPES = {"geojson": "collection", "geojsonseq": "sequence", "json": "same", "jsonl": "sequence"}


def distance(
    context: typer.Context,
    points: Annotated[
        list[str],
        typer.Argument(metavar="POINT", help="LAT,LON or the name of a place; or - for GeoJSON or CSV on stdin."),
    ],
    border: Annotated[
        str,
        typer.Option(
            "--border",
            "-b",
            metavar="auto|ID|FILE",
            help="Border to measure to: RU-UA, RU, RU-BEL/RU-KRS or a file; auto takes the nearest.",
        ),
    ] = "auto",
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    precision: Annotated[
        int | None,
        typer.Option(
            "--precision",
            metavar="DIGITS",
            help="Decimals of coordinates in GeoJSON and CSV.",
            show_default="6; as they are for -",
        ),
    ] = None,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
    within: o.WithinOption = None,
    worldview: o.WorldviewOption = None,
    lat: Annotated[
        str | None,
        typer.Option("--lat", metavar="COLUMN", help="Latitudes of a CSV table.", show_default="lat, latitude or y"),
    ] = None,
    lon: Annotated[
        str | None,
        typer.Option(
            "--lon", metavar="COLUMN", help="Longitudes of a CSV table.", show_default="lon, lng, longitude or x"
        ),
    ] = None,
    gazetteer: o.GazetteerOption = None,
    quiet: o.QuietOption = False,
) -> int:
    """Measure how far points lie from a border, and on which side.

    POINT is LAT,LON in degrees (-33.9,18.4 or "50°27'N 35°36'E") or a name, perhaps with what it lies in ("Paris,
    Texas"). With - it reads GeoJSON (a collection, a feature, a sequence or one feature a line), CSV with columns of
    latitude and longitude, or one LAT,LON a line; adds border_id, border_km, border_side, border_bearing and
    border_reason (why there is no distance), and writes the same shape; with -f geojson one collection. Of lines and
    polygons border_km is the distance of the nearest point (0 where they meet), and border_farthest_km and
    border_touches are added.
    """  # fmt: skip
    if border == "none":
        raise UsageError("distance needs a border; give its id or a file with --border, or leave it at auto")
    o.refuse_unknown_options(points, context)
    within_km = o.kilometres(within)
    options = o.write_options(
        output, precision=6 if precision is None else precision, indent=indent, compact=compact, rs=rs
    )
    if "-" in points:
        if len(points) > 1:
            raise UsageError("- reads stdin and stands alone; measure other points in a run of their own")
        from geoloc.annotation import Annotator
        from geoloc.reading import standard_input
        from geoloc.reading.features import read_features

        chosen = None if format is None and (output is None or str(output) == "-") else o.chosen_format(format, output)
        annotator = Annotator(border, worldview=worldview, within_km=within_km)
        stream = read_features(standard_input(), latitude=lat, longitude=lon)
        _annotate_stdin(annotator, stream, chosen, output, options, precision)
        _say_what_was_done(annotator, stream, border == "auto", within_km, quiet)
        if annotator.border:
            o.say_if_worldview_idle(annotator.border, worldview, quiet)
    else:
        format = o.chosen_format(format, output)
        _measure(points, gazetteer, border, worldview, within_km, format, output, options, quiet)
    return ExitCode.OK


def _measure(
    queries: Sequence[str],
    gazetteers: Sequence[str] | None,
    wanted: str,
    worldview: str | None,
    within_km: float | None,
    format: str,
    output: Path | None,
    options: WriteOptions,
    quiet: bool,
) -> None:
    from geoloc.borders import Border, checked_worldview
    from geoloc.distances import locate, measure, measure_to_nearest
    from geoloc.gazetteer.user import open_gazetteer
    from geoloc.writing import render_rows

    worldview = checked_worldview(worldview)
    gazetteer = open_gazetteer(gazetteers)
    points = [locate(query, gazetteer, worldview=worldview) for query in queries]
    if wanted == "auto":
        found = measure_to_nearest(points, worldview)
    else:
        found = measure(points, Border.load(wanted, worldview=worldview))
    borders = {measured.border.id: measured.border for measured in found if measured.border}
    for measured in found:
        if measured.located.place:
            o.remark(f"{measured.located.query}: {_described(measured)}", quiet)
    if wanted == "auto" and any(measured.reason != "no-outline" for measured in found):
        _say_borders(borders.values(), quiet)
    for used in borders.values():
        o.say_if_worldview_idle(used, worldview, quiet)
    if len(points) > 1 and not quiet:
        _say_legs(points)
    if within_km is not None:
        found = [measured for measured in found if measured.km is not None and measured.km <= within_km]
        o.remark(f"{len(found)} of {len(points)} lie within {within_km:g} km", quiet)
    if format == "table":
        ids = {measured.border.id for measured in found if measured.border}
        rows = [_table_row(measured, ids) for measured in found]
    else:
        rows = [_row(measured, format, options) for measured in found]
    o.write_out(render_rows(rows, format, options=options), output)


def _described(measured: Measured) -> str:
    place = measured.located.place
    assert place is not None
    where = ", ".join(part for part in (place.name, place.admin1, place.country) if part)
    area = ""
    if measured.area:
        area = f", {place.kind}: an area, measured by its outline"
    elif measured.reason == "no-outline":
        area = f", {place.kind}: an area whose outline is not bundled, so no distance; give the LAT,LON that you mean"
    return f"{where} ({place.id}){area}"


def _say_legs(points: Sequence[Located]) -> None:
    """Say how far each point is from the next."""
    from itertools import pairwise

    from geopy.distance import geodesic  # type: ignore[import-untyped]

    for one, other in pairwise(points):
        if one.is_point and other.is_point:
            km = geodesic((one.lat, one.lon), (other.lat, other.lon)).km
            o.remark(f"{one.query} to {other.query}: {km:.{1 if km < 100 else 0}f} km")


def _say_borders(borders: Collection[Border], quiet: bool) -> None:
    """Say what was measured to, where the user left the choice open."""
    if not borders:
        o.remark("no land border fits; name one with --border, or see: geoloc border list", quiet)
    elif len(borders) == 1:
        (border,) = borders
        o.remark(f"measured to the border {border.id} ({border.name}), the nearest", quiet)
    else:
        o.remark(f"each measured to the border nearest to it: {', '.join(border.id for border in borders)}", quiet)


def _row(measured: Measured, format: str, options: WriteOptions) -> dict[str, Any]:
    from geoloc.writing import border_properties, relation_record
    from geoloc.writing.records import area_properties, area_record, rounded

    located, relation = measured.located, measured.relation
    place = located.place
    digits = options.precision if format == "csv" else 6
    row: dict[str, Any] = {
        "query": located.query,
        "id": place and place.id,
        "geonameid": place and place.geonameid,
        "name": place and place.name,
        "kind": place and place.kind,
        "country": located.country,
        "admin1": place and place.admin1,
        "lat": rounded(located.lat, digits),
        "lon": rounded(located.lon, digits),
    }
    if format in ("json", "jsonl"):
        return row | {
            "border_id": measured.border.id if measured.border else None,
            "border": relation_record(relation) if relation else measured.area and area_record(measured.area),
            "border_reason": measured.reason,
        }
    row |= border_properties(measured.border.id if measured.border else None, relation)
    row["border_reason"] = measured.reason
    if relation and relation.part is not None:
        row["border_part"] = relation.part
    if measured.area and measured.border:
        row |= {"border_id": measured.border.id, **area_properties(measured.area)}
    return row


def _table_row(measured: Measured, ids: Collection[str]) -> dict[str, Any]:
    """Return the cells of a row, in a table of distances to the borders with these ids."""
    from geoloc.writing.table import format_km, format_span, format_where

    located, relation = measured.located, measured.relation
    id = measured.border.id if measured.border else None
    header = "to border"
    if len(ids) == 1 and len(next(iter(ids))) <= _LONGEST_HEADER:
        header = f"to {next(iter(ids))}"
    row: dict[str, Any] = {
        "query": located.query,
        "place": located.place and located.place.name,
        "where": format_where(located.place) if located.place else located.country,
        "lat,lon": f"{located.lat:.4f},{located.lon:.4f}",
    }
    if relation is not None:
        row[header] = f"{format_km(relation.distance_km, relation.uncertainty_km)} {relation.side or ''}".rstrip()
    elif measured.area is not None:
        row[header] = format_span(measured.area)
    elif measured.reason is not None:
        row[header] = measured.reason.replace("-", " ")
    if len(ids) > 1:
        row["border"] = id
    if relation is not None:
        row["bearing"] = "" if relation.bearing is None else f"{relation.bearing:.0f}°"
        if relation.part is not None:
            row["nearest"] = relation.part
    return row


def _annotate_stdin(
    annotator: Annotator,
    stream: FeatureStream,
    format: str | None,
    output: Path | None,
    options: WriteOptions,
    precision: int | None,
) -> None:
    known = _FEATURE_SHAPES if stream.table is None else {**_FEATURE_SHAPES, "csv": "same"}
    if format is not None and format not in known:
        what = "GeoJSON" if stream.table is None else "a table"
        raise UsageError(f"{what} on stdin is answered as {', '.join(known)}, not {format}")
    shape = known[format] if format else "sequence" if options.rs else "same"
    records = annotator.annotate(stream.records)
    if precision is not None:
        records = _rounded_records(records, precision)
    if stream.table and shape == "same" and format in (None, "csv"):
        from geoloc.writing.features import render_table

        o.write_out(render_table(stream.table, records, annotator.point_columns), output)
    else:
        o.write_out(_render(stream, records, shape, options), output)


def _say_what_was_done(
    annotator: Annotator, stream: FeatureStream, auto: bool, within_km: float | None, quiet: bool
) -> None:
    what = "rows" if stream.table else "features"
    if stream.text.encoding != "utf-8":
        o.remark(f"standard input: no UTF-8, read as {stream.text.encoding}", quiet)
    if not annotator.features:
        o.remark(f"standard input holds no {what}", quiet)
    elif auto and annotator.features > annotator.empty:
        _say_borders([annotator.border] if annotator.border else [], quiet)
    if annotator.empty:
        o.remark(
            f"{annotator.empty} of {annotator.features} {what} have no position; "
            f"their border_* are {'empty' if stream.table else 'null'}, border_reason says so",
            quiet,
        )
    if within_km is not None and annotator.features:
        o.remark(f"{annotator.kept} of {annotator.features} {what} lie within {within_km:g} km", quiet)


def _rounded_records(records: Iterator[Record], digits: int) -> Iterator[Record]:
    from geoloc.writing.features import rounded_geometry

    for record in records:
        for feature in record.features:
            feature.value["geometry"] = rounded_geometry(feature.value["geometry"], digits)
        yield record


def _render(stream: FeatureStream, records: Iterator[Record], shape: str, options: WriteOptions) -> Iterator[str]:
    from geoloc.writing import render_features
    from geoloc.writing.features import render_collection, render_document

    features = (feature.value for record in records for feature in record.features)
    if shape == "sequence" or (shape == "same" and stream.framing not in ("document", "collection")):
        options = replace(options, rs=stream.framing == "rs" or (shape == "sequence" and options.rs))
        values = features if shape == "sequence" else (record.value for record in records)
        return render_features(values, "geojsonseq", options)
    if stream.collection:
        return render_collection(stream.collection.members, features, options, stream.collection.late)
    if shape == "same":
        return (piece for record in records for piece in render_document(record.value, options))
    if stream.framing == "document" and (first := next(records, None)) is not None:
        # The one record of a document, with the foreign members of a collection.
        members = first.value if first.is_collection else {}
        return render_collection(members, (feature.value for feature in first.features), options)
    return render_collection({}, features, options)
