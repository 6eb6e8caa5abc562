"""``geoloc lookup``: which places a name may mean, and which are nearest to a point."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode

if TYPE_CHECKING:
    from geoloc.gazetteer import Gazetteer
    from geoloc.model import Candidate

MANY = 1000


def lookup(
    context: typer.Context,
    names: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME",
            help="Names in any script and spelling, LAT,LON for what is nearest, or - for one a line on stdin.",
        ),
    ],
    limit: Annotated[
        int, typer.Option("--limit", "-n", metavar="N", min=1, help="The most candidates for each name.")
    ] = 10,
    near: o.NearOption = None,
    country: o.CountryOption = None,
    bbox: o.BboxOption = None,
    classes: Annotated[
        str | None,
        typer.Option(
            "--class", metavar="A|H|L|P|S|T[,…]", help="Only these feature classes of GeoNames.", show_default="all"
        ),
    ] = None,
    kinds: o.KindsOption = None,
    gazetteer: o.GazetteerOption = None,
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    precision: o.PrecisionOption = 6,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
    fail_empty: o.FailEmptyOption = False,
    quiet: o.QuietOption = False,
) -> int:
    """Show which places a name may mean, best first, or which lie nearest to a point.

    Gives match, score and coordinates. A name of several words is one argument: geoloc lookup "New York"; a point is
    LAT,LON: geoloc lookup 50.47,35.68. A match marked weak is a guess. A name that finds nothing is no failure.
    """
    from geoloc.gazetteer.user import open_gazetteer
    from geoloc.gazetteer.where import FEATURE_CLASSES
    from geoloc.writing import render_candidates

    o.refuse_unknown_options(names, context)
    format = o.chosen_format(format, output)
    options = o.write_options(
        output, kinds=o.kinds_set(kinds), precision=precision, indent=indent, compact=compact, rs=rs
    )
    opened = open_gazetteer(gazetteer)
    where: dict[str, Any] = {
        "country": o.country_codes(country),
        "bbox": o.box(bbox),
        "feature_class": [name.strip().upper() for name in (classes or "").split(",") if name.strip()]
        or [name for name, members in FEATURE_CLASSES.items() if options.kinds and options.kinds & set(members)],
    }
    point = None if near is None else o.point_of(near, opened)
    found = []
    for name in _names(names):
        candidates = _candidates(name, opened, point, where, limit if kinds is None else MANY)
        wanted = [c for c in candidates if options.kinds is None or c.place.kind in options.kinds]
        found.append((name, wanted[:limit]))
    for name, candidates in found:
        if not candidates:
            narrowed = bool(kinds or bbox or classes)
            what = (
                "nothing of what was asked for is in the gazetteer"
                if narrowed
                else "nothing in the gazetteer comes near it"
            )
            o.remark(f"{name[:80]!r}: {what}", quiet)
    o.write_out(render_candidates(found, format, options), output)
    return ExitCode.EMPTY if fail_empty and not any(candidates for _, candidates in found) else ExitCode.OK


def _candidates(
    name: str, gazetteer: Gazetteer, near: tuple[float, float] | None, where: dict[str, Any], limit: int
) -> list[Candidate]:
    from geoloc.reading.points import parse_point

    point = parse_point(name)
    if point is None:
        return gazetteer.search(name, limit=limit, near=near, **where)
    return gazetteer.nearest(*point, limit=limit, **where)


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
