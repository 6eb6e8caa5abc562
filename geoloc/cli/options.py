"""Options that several commands share, declared once, and what commands do with them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from geoloc.errors import UsageError

if TYPE_CHECKING:
    from geoloc.writing import WriteOptions

MIN_CONFIDENCE = 0.2
RESULT_FORMATS = "table, json, jsonl, geojson, geojsonseq or csv"

BorderOption = Annotated[
    str,
    typer.Option(
        "--border", "-b", metavar="auto|none|ID|FILE", help="Border to measure to: RU-UA, RU, RU-BEL/RU-KRS or a file."
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option("--format", "-f", metavar="FORMAT", help=f"{RESULT_FORMATS}.", show_default="from -o, else table"),
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
ExplainOption = Annotated[bool, typer.Option("--explain", help="Show what else each name could have been.")]
KindsOption = Annotated[
    str | None,
    typer.Option("--kinds", metavar="KIND[,KIND]", help="Only these kinds get a row or pin.", show_default="all"),
]
PerOption = Annotated[
    str, typer.Option("--per", metavar="place|mention", help="What gets a row in CSV and a feature in GeoJSON.")
]
DemonymsOption = Annotated[bool, typer.Option("--demonyms", help='Show "Ukrainians" in table, CSV and GeoJSON too.')]
WithTextOption = Annotated[bool, typer.Option("--text", help="Put the text into JSON.")]
WithBorderOption = Annotated[bool, typer.Option("--with-border", help="Add the border line to GeoJSON.")]
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
FailEmptyOption = Annotated[bool, typer.Option("--fail-empty", help="Exit with 3 when no place was found.")]


def chosen_format(format: str | None, output: Path | None) -> str:
    """Return the format that was asked for by name or by the extension of the output file.

    Raises
    ------
    UsageError
        If it is not known.
    """
    from geoloc.writing import FORMATS, format_from_path

    if format is None:
        return "table" if output is None or str(output) == "-" else format_from_path(output)
    if format not in FORMATS:
        raise UsageError(f"unknown format {format!r}; known are {', '.join(FORMATS)}")
    return format


def kinds_set(kinds: str | None) -> frozenset[str] | None:
    """Return the kinds of a comma-separated list."""
    return frozenset(k.strip() for k in kinds.split(",") if k.strip()) if kinds is not None else None


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


def terminal_options(output: Path | None) -> dict[str, int | bool]:
    """Return width and colour for a table: those of the terminal, or plain 100 columns in a pipe."""
    if output is not None or not sys.stdout.isatty():
        return {"width": 100, "color": False}
    import shutil

    width = max(40, shutil.get_terminal_size((100, 24)).columns)
    return {"width": width, "color": "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"}


def write_out(pieces: Iterator[str], output: Path | None) -> None:
    """Write pieces of text to a file in one step, or to standard output."""
    from geoloc.writing import open_output

    with open_output(output) as stream:
        for piece in pieces:
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
