"""``geoloc resolve``: the main job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from geoloc.model import Result
    from geoloc.pipeline import Geoparser


def resolve(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE", help="Text files, URLs, or - for stdin.", show_default=False)
    ] = None,
    border: o.BorderOption = "auto",
    within: o.WithinOption = None,
    worldview: o.WorldviewOption = None,
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    per: o.PerOption = "place",
    kinds: o.KindsOption = None,
    demonyms: o.DemonymsOption = False,
    with_border: o.WithBorderOption = False,
    text: o.WithTextOption = False,
    explain: o.ExplainOption = False,
    min_confidence: o.MinConfidenceOption = o.MIN_CONFIDENCE,
    lang: o.LangOption = None,
    precision: o.PrecisionOption = 6,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
    fail_empty: o.FailEmptyOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> int:
    """Find the places in a text and their distance from a border.

    Reads standard input when no SOURCE is given and something is piped in. Data go to stdout, remarks to stderr.
    """
    from geoloc.pipeline import Geoparser
    from geoloc.writing import render

    if not sources:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("nothing to read; name a text file or a URL, or pipe text in: geoloc resolve article.txt")
        sources = ["-"]
    format = o.chosen_format(format, output)
    options = o.write_options(
        output,
        per=per,
        kinds=o.kinds_set(kinds),
        demonyms=demonyms,
        with_border=with_border,
        with_text=text,
        explain=explain,
        precision=precision,
        indent=indent,
        compact=compact,
        rs=rs,
    )
    parser = Geoparser(
        border=border,
        min_confidence=min_confidence,
        language=lang,
        alternatives=5 if explain else 0,
        worldview=worldview,
        within_km=o.within_km(within, border),
    )
    results = list(_results(parser, sources, quiet, verbose))
    lines = []
    if with_border:
        ids = dict.fromkeys(result.border.id for result in results if result.border)
        lines = [parser.border(id).to_geojson() for id in ids]
    o.write_out(render(results, format, options, lines), output)
    empty = not any(result.places or result.mentions for result in results)
    return ExitCode.EMPTY if fail_empty and empty else ExitCode.OK


def _results(parser: Geoparser, sources: list[str], quiet: bool, verbose: bool) -> Iterator[Result]:
    from geoloc.reading import read

    for source in sources:
        document = read(source)
        name = "standard input" if source == "-" else source
        if document.encoding != "utf-8":
            o.remark(f"{name}: no UTF-8, read as {document.encoding}", quiet)
        result = parser.parse(document)
        if not result.mentions:
            o.remark(f"{name}: no places found", quiet)
        elif result.border and result.border.chosen == "auto":
            o.remark(f"{name}: measured to the border {result.border.id} ({result.border.name})", quiet)
        elif result.border is None and parser.measures:
            o.remark(f"{name}: no land border fits; name one with --border, or see: geoloc border list", quiet)
        if verbose:
            o.remark(f"{name}: language {result.document.language or 'unknown'}, {len(result.mentions)} mentions")
            if result.border and result.border.runner_up:
                o.remark(f"{name}: the next best border is {result.border.runner_up}")
        yield result
