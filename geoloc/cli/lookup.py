"""``geoloc lookup``: which places a name may mean."""

from __future__ import annotations

from typing import Annotated

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode

MANY = 1000


def lookup(
    names: Annotated[
        list[str],
        typer.Argument(metavar="NAME", help="Names in any script and spelling, or - for one a line on stdin."),
    ],
    limit: Annotated[
        int, typer.Option("--limit", "-n", metavar="N", min=1, help="The most candidates for each name.")
    ] = 10,
    kinds: o.KindsOption = None,
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    precision: o.PrecisionOption = 6,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
    fail_empty: o.FailEmptyOption = False,
    quiet: o.QuietOption = False,
) -> int:
    """Show which places a name may mean, best first.

    Gives match, score and coordinates. A name of several words is one argument: geoloc lookup "New York". A name that
    finds nothing is no failure.
    """
    from geoloc.gazetteer import Gazetteer
    from geoloc.writing import render_candidates

    format = o.chosen_format(format, output)
    options = o.write_options(
        output, kinds=o.kinds_set(kinds), precision=precision, indent=indent, compact=compact, rs=rs
    )
    gazetteer = Gazetteer.open()
    found = []
    for name in _names(names):
        candidates = gazetteer.search(name, limit=limit if kinds is None else MANY)
        wanted = [c for c in candidates if options.kinds is None or c.place.kind in options.kinds]
        found.append((name, wanted[:limit]))
    for name, candidates in found:
        if not candidates:
            o.remark(f"{name!r}: nothing in the gazetteer comes near it", quiet)
    o.write_out(render_candidates(found, format, options), output)
    return ExitCode.EMPTY if fail_empty and not any(candidates for _, candidates in found) else ExitCode.OK


def _names(arguments: list[str]) -> list[str]:
    from geoloc.reading import standard_input
    from geoloc.reading.decoding import decode

    names = []
    for argument in arguments:
        if argument == "-":
            text, _ = decode(standard_input().read(), "standard input")
            names += [line.strip() for line in text.splitlines() if line.strip()]
        else:
            names.append(argument)
    return names
