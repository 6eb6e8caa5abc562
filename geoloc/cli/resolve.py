"""``geoloc resolve``: the main job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from geoloc.model import Document, Result
    from geoloc.pipeline import Geoparser


def resolve(
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="SOURCE", help="Files, URLs, or - for stdin.", show_default=False)
    ] = None,
    text_field: o.TextFieldOption = None,
    allow_private: o.AllowPrivateOption = False,
    border: o.BorderOption = "auto",
    within: o.WithinOption = None,
    worldview: o.WorldviewOption = None,
    format: o.ResultFormatOption = None,
    output: o.OutputOption = None,
    per: o.PerOption = "place",
    kinds: o.KindsOption = None,
    demonyms: o.DemonymsOption = False,
    with_border: o.WithBorderOption = False,
    map: o.MapOption = False,
    tiles: o.TilesOption = None,
    text: o.WithTextOption = False,
    explain: o.ExplainOption = False,
    min_confidence: o.MinConfidenceOption = o.MIN_CONFIDENCE,
    lang: o.LangOption = None,
    gazetteer: o.GazetteerOption = None,
    overrides: o.OverridesOption = None,
    country: o.CountryOption = None,
    near: o.NearOption = None,
    bbox: o.PriorBboxOption = None,
    outlets: o.OutletsFileOption = None,
    outlet: o.OutletOption = None,
    recogniser: o.RecogniserOption = "default",
    precision: o.PrecisionOption = 6,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
    fail_empty: o.FailEmptyOption = False,
    quiet: o.QuietOption = False,
    verbose: o.VerboseOption = False,
) -> int:
    """Find the places in a text and their distance from a border.

    Reads text, HTML, Markdown, PDF, DOCX, ODT, EPUB, mail, feeds and subtitles, also packed with gzip or Zstandard;
    standard input when no SOURCE is given and something is piped in. Data go to stdout, remarks to stderr.
    """
    from geoloc.gazetteer.user import open_gazetteer
    from geoloc.pipeline import Geoparser
    from geoloc.resolution.outlets import load_outlets
    from geoloc.writing import FORMATS, render, render_map

    if not sources:
        if sys.stdin is None or sys.stdin.isatty():
            raise UsageError("nothing to read; name a text file or a URL, or pipe text in: geoloc resolve article.txt")
        sources = ["-"]
    format = o.chosen_format(format, output, FORMATS)
    if map and format != "table":
        raise UsageError("--map draws under the table; for a map in a file use -f svg, png or html")
    options = o.write_options(
        output,
        per=per,
        kinds=o.kinds_set(kinds),
        demonyms=demonyms,
        with_border=with_border,
        with_text=text,
        worldview=worldview,
        tiles=tiles,
        explain=explain,
        precision=precision,
        indent=indent,
        compact=compact,
        rs=rs,
    )
    searched = open_gazetteer(gazetteer)
    if outlet is not None and outlets is None:
        raise UsageError("--outlet needs --outlets FILE; make one: geoloc batch IN.jsonl --save-outlets FILE")
    within_km = o.within_km(within, border)
    parser = Geoparser(
        gazetteer=searched,
        border=border,
        min_confidence=min_confidence,
        language=lang,
        overrides=overrides,
        recogniser=recogniser,
        alternatives=5 if explain or format == "html" else 0,
        worldview=worldview,
        within_km=within_km,
        outlets=load_outlets(outlets, searched) if outlets is not None else None,
        where=o.prior(country, near, bbox, searched),
    )
    documents = _documents(sources, text_field, allow_private, quiet)
    results = list(_results(parser, documents, outlet, within_km, recogniser, quiet, verbose))
    lines = []
    if with_border:
        ids = dict.fromkeys(result.border.id for result in results if result.border)
        lines = [parser.border(id).to_geojson() for id in ids]
    pieces: Iterator[Any] = render(results, format, options, lines)
    if map:
        pieces = chain(pieces, render_map(results, options))
    o.write_out(pieces, output)
    for id in dict.fromkeys(result.border.id for result in results if result.border):
        o.say_if_worldview_idle(parser.border(id), worldview, quiet)
    empty = not any(result.places or result.mentions for result in results)
    return ExitCode.EMPTY if fail_empty and empty else ExitCode.OK


def _documents(
    sources: list[str], text_field: str | None, allow_private: bool, quiet: bool
) -> Iterator[tuple[str, Document]]:
    """Yield each document with what to call it in remarks."""
    from geoloc.reading import read_all

    for source in sources:
        name = "standard input" if source == "-" else source
        count = 0
        for document in read_all(source, text_field=text_field, allow_private=allow_private):
            count += 1
            yield name if document.id is None else f"{name}, {document.id}", document
        if count != 1:
            o.remark(f"{name}: {count} documents", quiet)


def _results(
    parser: Geoparser,
    documents: Iterator[tuple[str, Document]],
    outlet: str | None,
    within_km: float | None,
    recogniser: str,
    quiet: bool,
    verbose: bool,
) -> Iterator[Result]:
    from geoloc.borders import why_no_border
    from geoloc.focus import country_weights
    from geoloc.reading.language import unread_script
    from geoloc.recognition import remark_on_language

    for name, document in documents:
        if outlet is not None:
            document = replace(document, outlet=outlet)
        if document.encoding != "utf-8":
            o.remark(f"{name}: no UTF-8, read as {document.encoding}", quiet)
        result = parser.parse(document)
        if not result.mentions:
            script = unread_script(document.text)
            why = f"; most of it is in {script} script, which geoloc does not read" if script else ""
            o.remark(f"{name}: no places found{why}", quiet)
        elif result.border and result.border.chosen == "auto":
            o.remark(f"{name}: measured to the border {result.border.id} ({result.border.name})", quiet)
        elif result.border is None and parser.measures:
            reason = why_no_border(country_weights(result.places, result.mentions))
            fits = f"no land border fits{f': {reason}' if reason else ''}"
            o.remark(f"{name}: {fits}; name one with --border, or see: geoloc border list", quiet)
        if within_km is not None:
            count = len(result.places)
            o.remark(f"{name}: {count} of {count + result.left_out} places lie within {within_km:g} km", quiet)
        if verbose:
            o.remark(f"{name}: language {result.document.language or 'unknown'}, {len(result.mentions)} mentions")
            if said := remark_on_language(recogniser, result.document.language):
                o.remark(f"{name}: {said}")
            if result.border and result.border.runner_up:
                o.remark(f"{name}: the next best border is {result.border.runner_up}")
        yield result
