"""``geoloc border``: the borders that are bundled."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from geoloc.borders import Border

_MAPS = ("geojson", "geojsonseq")
_EXPORT_FORMATS = {"geojson": "geojson", "json": "geojson", "geojsonseq": "geojsonseq", "jsonl": "geojsonseq"}

app = typer.Typer(help="List, show or export borders.", no_args_is_help=True, rich_markup_mode=None)

IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Such as RU-UA, RU, RU-BEL/RU-KRS, or a file.")]


@app.command("list")
def list_borders(
    country: Annotated[
        str | None,
        typer.Option("--country", metavar="CC", help="Only borders of this country (alpha-2).", show_default="all"),
    ] = None,
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    precision: o.PrecisionOption = 6,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
) -> int:
    """List the bundled borders; with -f geojson their lines, too."""
    from geoloc.borders import entries
    from geoloc.borders.country import same_lines
    from geoloc.writing import render_features, render_rows

    format = o.chosen_format(format, output)
    options = o.write_options(output, precision=precision, indent=indent, compact=compact, rs=rs)
    found = list(entries().values())
    if country is not None:
        code = country.strip().upper()
        found = [entry for entry in found if code in entry.countries]
        if not found:
            raise UsageError(f"no bundled border of {country!r}; give an alpha-2 code of a country with a land border")
    if format in _MAPS:
        o.write_out(render_features((_line(_load(entry.id), precision) for entry in found), format, options), output)
        return ExitCode.OK
    rows = [
        {
            "id": entry.id,
            "name": entry.name,
            "countries": list(entry.countries),
            "length_km": round(entry.length_km) if format == "table" else entry.length_km,
            "parts": entry.parts,
            "gaps": entry.gaps,
            "vertices": entry.vertices,
            "bbox": list(entry.bbox),
            "same_as": same_lines().get(entry.id),
        }
        for entry in found
    ]
    columns = ("id", "name", "length_km", "parts", "vertices", "same_as") if format == "table" else None
    o.write_out(render_rows(rows, format, columns, options), output)
    return ExitCode.OK


@app.command("show")
def show(
    id: IdArgument,
    worldview: o.WorldviewOption = None,
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    precision: o.PrecisionOption = 6,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
) -> int:
    """Show the facts about a border: countries, length, extent, source, licence, disputed ground."""
    from geoloc.writing import render_facts, render_features

    format = o.chosen_format(format, output)
    options = o.write_options(output, precision=precision, indent=indent, compact=compact, rs=rs)
    border = _load(id, worldview)
    o.say_if_worldview_idle(border, worldview)
    if format in _MAPS:
        o.write_out(render_features([_line(border, precision)], format, options), output)
    else:
        o.write_out(render_facts(_facts(border), format, options), output)
    return ExitCode.OK


@app.command("export")
def export(
    id: IdArgument,
    buffer: Annotated[
        str | None,
        typer.Option("--buffer", metavar="KM", help="Write the zone within 30km of the line.", show_default=False),
    ] = None,
    worldview: o.WorldviewOption = None,
    format: Annotated[
        str | None,
        typer.Option("--format", "-f", metavar="FORMAT", help="geojson or geojsonseq.", show_default="geojson"),
    ] = None,
    output: o.OutputOption = None,
    precision: o.PrecisionOption = 6,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
) -> int:
    """Write the line of a border as GeoJSON, or with --buffer the zone along it, on both sides."""
    from geoloc.writing import render_features

    options = o.write_options(output, precision=precision, indent=indent, compact=compact, rs=rs)
    if format is None:
        format = "geojsonseq" if rs else "geojson"
        if output is not None and str(output) != "-":
            format = o.chosen_format(None, output)
    if format not in _EXPORT_FORMATS:
        raise UsageError(f"a border is exported as geojson or geojsonseq, not {format}")
    border, distance = _load(id, worldview), o.kilometres(buffer)
    o.say_if_worldview_idle(border, worldview)
    if distance is None:
        feature = _line(border, precision)
    else:
        from geoloc.borders.corridor import corridor

        feature = _rounded(corridor(border, distance), precision)
    o.write_out(render_features([feature], _EXPORT_FORMATS[format], options), output)
    return ExitCode.OK


def _load(id: str, worldview: str | None = None) -> Border:
    from geoloc.borders import Border

    return Border.load(id, worldview=worldview)


def _facts(border: Border) -> dict[str, Any]:
    nothing = dict.fromkeys(("source", "licence", "attribution", "version"))
    data = border.about or nothing | {"source": str(Path(border.id).resolve())}
    return {
        "id": border.id,
        "name": border.name,
        "countries": list(border.countries) if border.countries else None,
        "length_km": round(border.length_km, 3),
        "error_km": border.line_error_km,
        "parts": border.parts,
        "gaps": border.gaps,
        "vertices": border.vertices,
        "bbox": border.to_geojson()["bbox"],
        **{key: data[key] for key in ("source", "licence", "attribution", "version")},
        "disputed": _disputed(border),
        "one_reading": _one_reading(border),
    }


def _disputed(border: Border) -> str | None:
    """Say which ground both countries claim, and what is made of it."""
    from geoloc.borders import disputes

    found = [row for id, row in disputes().items() if border.about and id in (border.id, *border.part_names)]
    said = (
        f"{row.name}, {row.area_km2:,.0f} km²: {row.default}; --worldview {row.other}: {row.other}" for row in found
    )
    return "; ".join(said) or None


def _one_reading(border: Border) -> list[str] | None:
    """Say which disputed ground the source gives to one side only, a sentence each."""
    from geoloc.borders import one_readings

    ids = {border.id, *border.part_names} if border.about else set()
    said = [
        f"{row.ground}: {row.source or 'in no polygon'}; claimed by {', '.join(row.claimed_by)}, held by {row.held_by}"
        for row in one_readings()
        if ids.intersection(row.borders)
    ]
    return said or None


def _line(border: Border, precision: int) -> dict[str, Any]:
    return _rounded(border.to_geojson(), precision)


def _rounded(feature: dict[str, Any], precision: int) -> dict[str, Any]:
    from geoloc.writing.features import rounded_geometry

    return feature | {"geometry": rounded_geometry(feature["geometry"], precision)}
