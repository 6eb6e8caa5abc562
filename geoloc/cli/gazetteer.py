"""``geoloc gazetteer``: the gazetteers at hand, and those that users make."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from geoloc.gazetteer.importing import Report
    from geoloc.gazetteer.store import Store

app = typer.Typer(
    help="Show which gazetteers there are and what they hold; import, add and remove your own.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

SourcesArgument = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        help="Dumps of GeoNames, zipped or not (allCountries, RU, cities500, alternateNamesV2, admin1CodesASCII, "
        "admin2Codes, hierarchy, featureCodes), or tables: CSV, TSV, GeoJSON, GeoPackage, Shapefile.",
    ),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="FIELD=COLUMN", show_default="usual names",
        help="Which column of a table holds name, lat, lon, id, geonameid, country, admin1, admin2, population, kind, "
        "feature_code or alternates. May be repeated.",
    ),
]  # fmt: skip
ClassesOption = Annotated[
    str | None,
    typer.Option("--classes", metavar="CLASS[,CLASS]", help="Only these feature classes of GeoNames, such as P,A.",
                 show_default="all"),
]  # fmt: skip
StrictOption = Annotated[bool, typer.Option("--strict", help="Refuse a broken line instead of skipping it.")]


@app.command("info")
def info(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME|PATH", help="A gazetteer.", show_default="the bundled one")
    ] = None,
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
) -> int:
    """Show what a gazetteer holds: rows by kind, names, sources, licence, where it lies."""
    from geoloc.writing import render_facts

    format = o.chosen_format(format, output)
    store = _store(name)
    summary, about = _summary(store), store.meta
    kinds = {kind: about["counts"].get(kind, 0) for kind in about["kinds"]}
    facts = {
        "name": summary["name"],
        "version": summary["version"],
        "rows": summary["rows"],
        **({f"rows of {kind}": count for kind, count in kinds.items()} if format == "table" else {"kinds": kinds}),
        "names": summary["names"],
        "hidden": store.deleted.tolist(),
        "sources": about["sources"],
        "licence": summary["licence"],
        "attribution": about["attribution"],
        "path": summary["path"],
        "size_mb": summary["size_mb"],
    }
    if format == "table":
        facts["hidden"] = ", ".join(map(str, facts["hidden"])) or 0
        facts |= {f"source {number}": source for number, source in enumerate(facts.pop("sources"), 1)}
    o.write_out(render_facts(facts, format, o.write_options(output, indent=indent, compact=compact)), output)
    return ExitCode.OK


@app.command("list")
def list_gazetteers(
    gazetteer: o.GazetteerOption = None,
    format: o.FormatOption = None,
    output: o.OutputOption = None,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
) -> int:
    """List the gazetteers that are searched, the one with the last word at the end."""
    from geoloc.gazetteer.user import open_gazetteer
    from geoloc.writing import render_rows

    format = o.chosen_format(format, output)
    rows = [_summary(store) for store in open_gazetteer(gazetteer).layers.stores]
    columns = ("name", "version", "rows", "names", "licence", "size_mb") if format == "table" else None
    o.write_out(render_rows(rows, format, columns, o.write_options(output, indent=indent, compact=compact)), output)
    return ExitCode.OK


@app.command("import")
def import_gazetteer(
    sources: SourcesArgument,
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="What to call it.", show_default="the first file's name"),
    ] = None,
    classes: ClassesOption = None,
    column: ColumnOption = None,
    strict: StrictOption = False,
    quiet: o.QuietOption = False,
) -> int:
    """Import a gazetteer; it is then searched by every command, stacked on the bundled one.

    One of the same name is replaced at the very end, so nothing is lost when the import stops. A place with the
    GeoNames id of another takes its place. Broken lines are counted, reported and skipped.
    """
    from geoloc.gazetteer.user import target_of

    name = name or _name_of(sources)
    target = target_of(name)
    _build(sources, target, name, classes, column, strict, quiet)
    o.remark(f"{name} is searched from now on; to undo: geoloc gazetteer remove {name}", quiet)
    return ExitCode.OK


@app.command("build")
def build(
    sources: SourcesArgument,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where to write it.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What to call it.", show_default="the folder's name")
    ] = None,
    classes: ClassesOption = None,
    column: ColumnOption = None,
    strict: StrictOption = False,
    quiet: o.QuietOption = False,
) -> int:
    """Build a gazetteer in a folder of its own, for --gazetteer FOLDER or GEOLOC_GAZETTEER."""
    from geoloc.gazetteer.user import is_gazetteer

    if output.exists() and (not output.is_dir() or (any(output.iterdir()) and not is_gazetteer(output))):
        raise UsageError(f"{output} is there and is no gazetteer; name a new folder")
    _build(sources, output, name or output.resolve().name, classes, column, strict, quiet)
    return ExitCode.OK


@app.command("add", context_settings={"ignore_unknown_options": True})
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to show.")],
    lat: Annotated[float, typer.Argument(metavar="LAT", help="Latitude in degrees.")],
    lon: Annotated[float, typer.Argument(metavar="LON", help="Longitude in degrees.")],
    country: Annotated[str | None, typer.Option("--country", metavar="CC", help="Alpha-2 code.")] = None,
    admin1: Annotated[str | None, typer.Option("--admin1", metavar="CODE|NAME", help="Its region.")] = None,
    admin2: Annotated[str | None, typer.Option("--admin2", metavar="CODE|NAME", help="Its district.")] = None,
    population: Annotated[int, typer.Option("--population", metavar="N", min=0, help="Inhabitants.")] = 0,
    kind: Annotated[str, typer.Option("--kind", metavar="KIND", help="What it is.")] = "populated-place",
    alternate: Annotated[
        list[str] | None, typer.Option("--alternate", "-a", metavar="NAME", help="Another name. May be repeated.")
    ] = None,
    geonameid: Annotated[
        int | None, typer.Option("--geonameid", metavar="ID", help="Takes the place of the one with this id.")
    ] = None,
    quiet: o.QuietOption = False,
) -> int:
    """Add one place to your own gazetteer, which is searched by every command."""
    from geoloc.errors import FormatError
    from geoloc.gazetteer.own import add_place
    from geoloc.gazetteer.tables import COLUMNS, table_row

    o.refuse_unknown_options([name], context)
    record = {
        "name": name, "lat": lat, "lon": lon, "country": country, "admin1": admin1, "admin2": admin2,
        "population": population, "kind": kind, "alternates": alternate or [], "geonameid": geonameid,
    }  # fmt: skip
    try:
        row = table_row(record, {field: field for field in COLUMNS})
    except FormatError as error:
        raise UsageError(str(error)) from None
    id = add_place(row)
    o.remark(f"{row.name} is {id}; to undo: geoloc gazetteer remove {id}", quiet)
    return ExitCode.OK


@app.command("remove")
def remove(
    what: Annotated[
        str, typer.Argument(metavar="NAME|ID", help="A gazetteer of yours, a place that you added, or one to hide.")
    ],
    quiet: o.QuietOption = False,
) -> int:
    """Remove a gazetteer that you imported or a place that you added, or hide a place of the bundled one.

    A place to hide is named by its GeoNames id: geoloc gazetteer remove geonames:543229.
    """
    from geoloc.gazetteer import user
    from geoloc.gazetteer.own import remove_place

    if ":" not in what and not what.isdecimal():
        user.remove(what)
        o.remark(f"{what} is removed", quiet)
    elif remove_place(what):
        o.remark(f"{what} is removed", quiet)
    else:
        o.remark(f"{what} is hidden; to undo: geoloc gazetteer restore {what}", quiet)
    return ExitCode.OK


@app.command("restore")
def restore(
    id: Annotated[str, typer.Argument(metavar="ID", help="The GeoNames id of a place that was hidden.")],
    quiet: o.QuietOption = False,
) -> int:
    """Show a place again that was hidden; geoloc gazetteer info own lists them."""
    from geoloc.gazetteer.own import restore_place

    restore_place(id)
    o.remark(f"{id} is shown again", quiet)
    return ExitCode.OK


@app.command("fetch")
def fetch(
    what: Annotated[
        list[str], typer.Argument(metavar="CC|DUMP", help="Country codes such as RU UA, or allCountries, cities500, …")
    ],
    name: Annotated[
        str | None,
        typer.Option("--name", metavar="NAME", help="What to call it.", show_default="after what is fetched"),
    ] = None,
    alternate_names: Annotated[
        bool, typer.Option("--alternate-names", help="Fetch the file of alternate names, too.")
    ] = False,
    classes: ClassesOption = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FOLDER", help="Only download, into this folder.", show_default=False),
    ] = None,
    server: Annotated[
        str, typer.Option("--server", metavar="URL", help="A mirror of the dumps of GeoNames.")
    ] = "https://download.geonames.org/export/dump/",
    quiet: o.QuietOption = False,
) -> int:
    """Download dumps of GeoNames (CC BY 4.0) and import them. Takes up again what was cut off."""
    import shutil

    from geoloc.cli.progress import progress_bar
    from geoloc.gazetteer.download import fetch as fetch_file
    from geoloc.gazetteer.download import files_of
    from geoloc.gazetteer.user import data_folder, target_of

    files = files_of(what, alternate_names=alternate_names)
    name = name or "-".join(dict.fromkeys(what))[:40]
    target = target_of(name)
    folder = to or data_folder() / "downloads"
    with progress_bar(quiet) as tell:
        fetched = [fetch_file(file, folder, server=server, progress=tell) for file in files]
    if to is not None:
        o.remark(f"{len(fetched)} files in {to}", quiet)
        return ExitCode.OK
    _build(fetched, target, name, classes, None, False, quiet)
    shutil.rmtree(folder, ignore_errors=True)
    o.remark(f"{name} is searched from now on; to undo: geoloc gazetteer remove {name}", quiet)
    return ExitCode.OK


def _build(
    sources: Sequence[Path], target: Path, name: str, classes: str | None, column: Sequence[str] | None, strict: bool,
    quiet: bool,
) -> None:  # fmt: skip
    from geoloc.cli.progress import progress_bar
    from geoloc.gazetteer.importing import Importer
    from geoloc.gazetteer.user import replaced

    chosen = {name.strip().upper() for name in classes.split(",") if name.strip()} if classes is not None else None
    if chosen is not None and not chosen <= set("AHLPRSTUV"):
        raise UsageError(f"{classes!r}: the feature classes of GeoNames are A, H, L, P, R, S, T, U and V")
    with progress_bar(quiet) as tell, replaced(target) as folder:
        importer = Importer(sources, classes=chosen, columns=_columns(column), strict=strict, progress=tell)
        report = importer.write(folder, name)
    _say(report, name, quiet)


def _say(report: Report, name: str, quiet: bool) -> None:
    for complaint in report.complaints:
        o.remark(f"skipped: {complaint}", quiet)
    if report.broken > len(report.complaints):
        o.remark(f"skipped: {report.broken - len(report.complaints):,} more", quiet)
    if report.repeated:
        o.remark(f"{report.repeated:,} places came twice and were taken once", quiet)
    rows, names = report.counts["rows"], report.counts["names"]
    broken = f", {report.broken:,} broken lines skipped" if report.broken else ""
    o.remark(f"{name}: {rows:,} places with {names:,} names{broken}", quiet)


def _columns(pairs: Sequence[str] | None) -> dict[str, str]:
    columns = {}
    for pair in pairs or ():
        field, equals, column = pair.partition("=")
        if not equals or not column:
            raise UsageError(f"--column {pair!r}: write FIELD=COLUMN, such as name=NAZVA")
        columns[field.strip().lower()] = column.strip()
    return columns


def _name_of(sources: Sequence[Path]) -> str:
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in sources[0].stem).strip("-")[:40]
    return name if any(c.isalpha() for c in name) else f"places-{name}".strip("-")


def _store(name: str | None) -> Store:
    from geoloc.gazetteer import Gazetteer
    from geoloc.gazetteer.user import folder_named

    if name is None or name == "bundled":
        return Gazetteer.open().layers.stores[0]
    return Gazetteer.open(folder_named(name), bundled=False).layers.stores[0]


def _summary(store: Store) -> dict[str, Any]:
    files = [file for file in store.folder.iterdir() if file.suffix == ".npy" or file.name == "meta.json"]
    return {
        "name": store.name,
        "version": store.meta["version"],
        "rows": len(store),
        "names": store.meta["counts"]["names"],
        "licence": store.meta["licence"],
        "path": str(store.folder),
        "size_mb": round(sum(file.stat().st_size for file in files) / 1e6, 1),
    }
