"""``geoloc gazetteer``: the gazetteers at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode

if TYPE_CHECKING:
    from geoloc.gazetteer import Gazetteer

app = typer.Typer(
    help="Show which gazetteers there are, and what they hold.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("info")
def info(
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
) -> int:
    """Show what the gazetteer holds: rows by kind, names, sources, licence, where it lies."""
    from geoloc.gazetteer import Gazetteer
    from geoloc.writing import render_facts

    format = o.chosen_format(format, output)
    gazetteer = Gazetteer.open()
    summary, about = _summary(gazetteer), gazetteer.about
    kinds = {kind: about["counts"].get(kind, 0) for kind in about["kinds"]}
    facts = {
        "name": summary["name"],
        "version": summary["version"],
        "rows": summary["rows"],
        **({f"rows of {kind}": count for kind, count in kinds.items()} if format == "table" else {"kinds": kinds}),
        "names": summary["names"],
        "sources": about["sources"],
        "licence": summary["licence"],
        "attribution": about["attribution"],
        "path": summary["path"],
        "size_mb": summary["size_mb"],
    }
    if format == "table":
        facts |= {f"source {number}": source for number, source in enumerate(facts.pop("sources"), 1)}
    o.write_out(render_facts(facts, format, o.write_options(output, indent=indent, compact=compact)), output)
    return ExitCode.OK


@app.command("list")
def list_gazetteers(
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
) -> int:
    """List the gazetteers that are searched."""
    from geoloc.gazetteer import Gazetteer
    from geoloc.writing import render_rows

    format = o.chosen_format(format, output)
    rows = [_summary(Gazetteer.open())]
    columns = ("name", "version", "rows", "names", "licence", "size_mb") if format == "table" else None
    o.write_out(render_rows(rows, format, columns, o.write_options(output, indent=indent, compact=compact)), output)
    return ExitCode.OK


def _summary(gazetteer: Gazetteer) -> dict[str, Any]:
    about, folder = gazetteer.about, gazetteer.layers.stores[0].folder
    files = [folder / "meta.json", *folder.glob("*.npy")]
    return {
        "name": about["name"],
        "version": about["version"],
        "rows": len(gazetteer),
        "names": about["counts"]["names"],
        "licence": about["licence"],
        "path": str(folder),
        "size_mb": round(sum(file.stat().st_size for file in files) / 1e6, 1),
    }
