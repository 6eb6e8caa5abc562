"""Options that several commands share, declared once, and what commands do with them."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoloc.errors import UsageError

if TYPE_CHECKING:
    from geoloc.borders import Border
    from geoloc.gazetteer import Gazetteer
    from geoloc.gazetteer.where import Where
    from geoloc.writing import WriteOptions

MIN_CONFIDENCE = 0.2
RESULT_FORMATS = "table, json, jsonl, geojson, geojsonseq, csv, html, kml, gpx, svg, png, gpkg or parquet"


def _complete_format(incomplete: str) -> list[str]:
    from geoloc.writing import FORMATS

    return [format for format in FORMATS if format.startswith(incomplete)]


def _complete_border(incomplete: str) -> list[str]:
    from geoloc.borders import entries

    return [id for id in ("auto", "none", *entries()) if id.startswith(incomplete)]


BorderOption = Annotated[
    str,
    typer.Option(
        "--border",
        "-b",
        metavar="auto|none|ID|FILE",
        help="Border to measure to: RU-UA, RU, RU-BEL/RU-KRS or a file.",
        autocompletion=_complete_border,
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="FORMAT", help="table, json, jsonl, geojson, geojsonseq or csv.",
                 show_default="from -o, else table"),
]  # fmt: skip
ResultFormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help=f"{RESULT_FORMATS}.",
        show_default="from -o, else table",
        autocompletion=_complete_format,
    ),
]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write here, in one step at the end.", show_default="stdout"),
]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No remarks on stderr, only errors.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="More remarks on stderr.")]
PrecisionOption = Annotated[
    int, typer.Option("--precision", metavar="DIGITS", help="Decimals of coordinates in GeoJSON and CSV.")
]
IndentOption = Annotated[
    int | None, typer.Option("--indent", metavar="SPACES", help="Indent JSON and GeoJSON.", show_default=False)
]
CompactOption = Annotated[bool, typer.Option("--compact", help="JSON without blanks after separators.")]
RsOption = Annotated[bool, typer.Option("--rs", help="Begin each geojsonseq record with RS (RFC 8142).")]
MinConfidenceOption = Annotated[
    float, typer.Option("--min-confidence", metavar="P", min=0.0, max=1.0, help="Leave less sure places open.")
]
LangOption = Annotated[
    str | None, typer.Option("--lang", metavar="CODE", help="Language of the text, such as en, ru, uk.",
                             show_default="detected")
]  # fmt: skip
RecogniserOption = Annotated[
    str,
    typer.Option(
        "--recogniser",
        metavar="default|accurate|rules|spacy:MODEL",
        help="What finds the names: geoloc's models, a larger one for English, its rules, spaCy.",
    ),
]
ExplainOption = Annotated[bool, typer.Option("--explain", help="Show what else each name could have been.")]
KindsOption = Annotated[
    str | None,
    typer.Option("--kinds", metavar="KIND[,KIND]", help="Only these kinds get a row or pin.", show_default="all"),
]
PerOption = Annotated[
    str, typer.Option("--per", metavar="place|mention", help="What gets a row in CSV and a feature in GeoJSON.")
]
DemonymsOption = Annotated[
    bool,
    typer.Option(
        "--demonyms", help='Show "Ukrainians" and the England of "Bank of England" in table, CSV and GeoJSON too.'
    ),
]
WithTextOption = Annotated[bool, typer.Option("--text", help="Put the text into JSON.")]
MapOption = Annotated[bool, typer.Option("--map", help="Draw border and places under the table.")]
TilesOption = Annotated[
    str | None,
    typer.Option("--tiles", metavar="URL|osm", help="Let the HTML report offer an online map too.", show_default=False),
]
WithBorderOption = Annotated[bool, typer.Option("--with-border", help="Add the border line to GeoJSON.")]
GazetteerOption = Annotated[
    list[str] | None,
    typer.Option(
        "--gazetteer",
        "-g",
        metavar="PATH",
        help="Also search this: a folder made by geoloc gazetteer build, the name of one that was imported, or a CSV, "
        "GeoJSON, GeoPackage or Shapefile of places. May be repeated; the last has the last word.",
        show_default=False,
    ),
]
OverridesOption = Annotated[
    Path | None,
    typer.Option(
        "--overrides",
        metavar="FILE.csv",
        show_default=False,
        help="What names mean here: columns text and id, or text,lat,lon,name; id none says that it is no place.",
    ),
]
CountryOption = Annotated[
    str | None,
    typer.Option("--country", metavar="CC[,CC]", help="Prefer places in these countries.", show_default=False),
]
NearOption = Annotated[
    str | None, typer.Option("--near", metavar="LAT,LON|NAME", help="Prefer places near here.", show_default=False)
]
BboxOption = Annotated[
    str | None,
    typer.Option("--bbox", metavar="W,S,E,N", help="Only places in this box, in degrees.", show_default=False),
]
TextFieldOption = Annotated[
    str | None,
    typer.Option("--text-field", metavar="FIELD", help="Sources are JSON or CSV records with the text in FIELD.",
                 show_default=False),
]  # fmt: skip
AllowPrivateOption = Annotated[
    bool, typer.Option("--allow-private", help="Fetch URLs on this machine and in private networks too.")
]
WithinOption = Annotated[
    str | None,
    typer.Option("--within", metavar="KM", help="Keep what lies that near to the border: 30km.", show_default=False),
]
WorldviewOption = Annotated[
    str | None,
    typer.Option(
        "--worldview",
        metavar="CC",
        help="Give disputed ground to this country; see: geoloc border show ID.",
        show_default="who is smaller",
    ),
]
OutletsFileOption = Annotated[
    Path | None,
    typer.Option(
        "--outlets",
        metavar="FILE",
        show_default=False,
        help="What outlets write about, as geoloc batch --save-outlets stored it; counts for documents with an outlet.",
    ),
]
OutletOption = Annotated[
    str | None, typer.Option("--outlet", metavar="NAME", help="The outlet that published it.", show_default=False)
]
PriorBboxOption = Annotated[
    str | None,
    typer.Option("--bbox", metavar="W,S,E,N", help="Prefer places in this box, in degrees.", show_default=False),
]
FailEmptyOption = Annotated[bool, typer.Option("--fail-empty", help="Exit with 3 when no place was found.")]


def chosen_format(format: str | None, output: Path | None, known: Sequence[str] = ()) -> str:
    """Return the format that was asked for by name or by the extension of the output file.

    Raises
    ------
    UsageError
        If it is not among those `known`, by default those of rows, or is binary and bound for a terminal.
    """
    from geoloc.writing import BINARY_FORMATS, ROW_FORMATS, format_from_path

    known = known or ROW_FORMATS
    to_stdout = output is None or str(output) == "-"
    if format is None:
        format = "table" if output is None or to_stdout else format_from_path(output)
    if format not in known:
        raise UsageError(f"unknown format {format!r}; known are {', '.join(known)}")
    if format in BINARY_FORMATS and to_stdout and sys.stdout.isatty():
        raise UsageError(f"{format} is binary, nothing for a terminal; write it to a file: -o places.{format}")
    return format


def kinds_set(kinds: str | None) -> frozenset[str] | None:
    """Return the kinds of a comma-separated list."""
    return frozenset(k.strip() for k in kinds.split(",") if k.strip()) if kinds is not None else None


def refuse_unknown_options(arguments: Iterable[str], context: typer.Context) -> None:
    """Refuse what looks like an option, where a command takes arguments such as -33.9,18.4.

    Raises
    ------
    UsageError
        With the first of them, and the option that may have been meant.
    """
    for argument in arguments:
        if re.match(r"--|-[^\W\d_]", argument):
            known = [name for parameter in context.command.params for name in parameter.opts if name[0] == "-"]
            meant = difflib.get_close_matches(argument.partition("=")[0], known, 1)
            hint = f"did you mean {meant[0]}?" if meant else f"see: {context.command_path} --help"
            raise UsageError(f"no such option: {argument}; {hint}")


def country_codes(countries: str | None) -> tuple[str, ...]:
    """Return the alpha-2 codes of a comma-separated list.

    Raises
    ------
    UsageError
        If one has not the form of a code.

    Examples
    --------
    >>> country_codes("ru, UA"), country_codes(None)
    (('RU', 'UA'), ())
    """
    codes = tuple(code.strip().upper() for code in (countries or "").split(",") if code.strip())
    for code in codes:
        if not (len(code) == 2 and code.isascii() and code.isalpha()):
            raise UsageError(f"{code!r} is no country; give ISO 3166 alpha-2 codes, such as RU,UA")
    return codes


def box(bbox: str | None) -> tuple[float, float, float, float] | None:
    """Return west, south, east and north of ``W,S,E,N`` in degrees; west > east crosses the antimeridian.

    Raises
    ------
    UsageError
        If it is no box.
    """
    if bbox is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
    except ValueError:
        raise UsageError(f"{bbox!r} is no box; give --bbox WEST,SOUTH,EAST,NORTH in degrees") from None
    if not (-90 <= south <= north <= 90 and abs(west) <= 180 and abs(east) <= 180):
        raise UsageError(f"{bbox!r} is no box on earth; give --bbox WEST,SOUTH,EAST,NORTH in degrees")
    return west, south, east, north


def point_of(text: str, gazetteer: Gazetteer) -> tuple[float, float]:
    """Return latitude and longitude of coordinates or of the place that a name means.

    Raises
    ------
    UsageError
        If it looks like coordinates and is none, or if no place has that name.
    """
    from geoloc.distances import locate
    from geoloc.errors import SourceError

    try:
        found = locate(text, gazetteer)
    except SourceError as error:
        raise UsageError(f"--near {error}") from None
    return found.lat, found.lon


def say_if_worldview_idle(border: Border, worldview: str | None, quiet: bool = False) -> None:
    """Say in a line that a worldview makes no difference to a border."""
    if worldview is not None and not border.follows_worldview:
        remark(f"--worldview {worldview.strip().upper()} moves no line of {border.id}; see: geoloc border show", quiet)


def kilometres(text: str | None) -> float | None:
    """Return the kilometres of ``30km``, ``30`` or ``500m``.

    Raises
    ------
    UsageError
        If it is no length.
    """
    if text is None:
        return None
    found = re.fullmatch(r"\s*(\d+(?:\.\d*)?|\.\d+)\s*(km|m)?\s*", text, re.I)
    if not found:
        raise UsageError(f"{text!r} is no length; write it as 30km or 500m")
    return float(found[1]) / (1000 if (found[2] or "km").lower() == "m" else 1)


def within_km(within: str | None, border: str) -> float | None:
    """Return the kilometres of ``--within``, which needs a border."""
    if within is not None and border == "none":
        raise UsageError("--within needs a border; leave out --border none")
    return kilometres(within)


def prior(country: str | None, near: str | None, bbox: str | None, gazetteer: Gazetteer) -> Where | None:
    """Return what the user knows of where documents play, or None if that is nothing.

    Raises
    ------
    UsageError
        If an option cannot be understood.
    """
    from geoloc.gazetteer.where import Where

    where = Where(
        near=point_of(near, gazetteer) if near is not None else None, countries=country_codes(country), bbox=box(bbox)
    )
    return None if where == Where() else where


def terminal_options(output: Path | None) -> dict[str, int | bool]:
    """Return width and colour for a table: those of the terminal, or plain 100 columns in a pipe."""
    if output is not None or not sys.stdout.isatty():
        return {"width": 100, "color": False}
    import shutil

    width = max(40, shutil.get_terminal_size((100, 24)).columns)
    return {"width": width, "color": "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"}


def write_out(pieces: Iterator[str] | Iterator[bytes], output: Path | None) -> None:
    """Write pieces of text or bytes to a file in one step, or to standard output."""
    from geoloc.writing import open_output

    with open_output(output) as stream:
        for piece in pieces:
            if isinstance(piece, bytes):
                stream.flush()
                stream.buffer.write(piece)
            else:
                stream.write(piece)


def say(message: str) -> None:
    """Say one line on stderr; what it quotes from outside cannot steer the terminal."""
    from geoloc.writing.display import plain

    with suppress(OSError, AttributeError):  # a closed or full stderr must not cost the data
        typer.echo(f"geoloc: {plain(' '.join(message.split()))}", err=True)


def remark(message: str, quiet: bool = False) -> None:
    """Say something on stderr that is not an error."""
    if not quiet:
        say(message)


def write_options(output: Path | None, **choices: object) -> WriteOptions:
    """Return the options for the writers, with width and colour of where the table goes."""
    from geoloc.writing import WriteOptions

    return WriteOptions(**terminal_options(output), **choices)  # type: ignore[arg-type]
