"""``geoloc evaluate``: how good the output is on annotated documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode, FormatError, SourceError, UsageError

if TYPE_CHECKING:
    from geoloc.evaluation import KindScore, Scores
    from geoloc.gazetteer import Gazetteer
    from geoloc.pipeline import Geoparser
    from geoloc.writing import WriteOptions


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Annotated documents, a JSON object a line, or -.")],
    predicted: Annotated[
        Path | None,
        typer.Option(
            "--predicted",
            metavar="FILE",
            help="Judge this output of geoloc batch -f jsonl instead.",
            show_default=False,
        ),
    ] = None,
    demonyms: Annotated[
        str,
        typer.Option(
            "--demonyms", metavar="count|skip", help="skip: the gold has no demonyms, so do not count those found."
        ),
    ] = "count",
    errors: Annotated[
        int, typer.Option("--errors", metavar="N", min=0, help="List the N worst errors of each sort, in context.")
    ] = 0,
    format: Annotated[str, typer.Option("--format", "-f", metavar="FORMAT", help="table or json.")] = "table",
    output: o.OutputOption = None,
    min_confidence: o.MinConfidenceOption = o.MIN_CONFIDENCE,
    lang: o.LangOption = None,
    recogniser: o.RecogniserOption = "default",
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
) -> int:
    """Score recognition, resolution and both together on annotated documents.

    A line of GOLD is {"id", "text", "toponyms": [{"start", "end", "geonameid"?, "lat"?, "lon"?}], "ignore"?, "lang"?}.
    Recognition and the end-to-end score are those of the raw text; resolution is judged on the annotated spans.
    """
    from geoloc.evaluation import find_errors, read_gold, read_predicted, score, score_by_kind
    from geoloc.gazetteer import Gazetteer
    from geoloc.pipeline import Geoparser

    if demonyms not in ("count", "skip"):
        raise UsageError(f"--demonyms must be count or skip, not {demonyms!r}")
    if format not in ("table", "json"):
        raise UsageError(f"evaluate writes table or json, not {format!r}")
    with _lines(gold) as lines:
        documents = read_gold(lines, str(gold))
    if not documents:
        raise FormatError(f"{gold} holds no documents; give annotated documents, a JSON object a line")
    given = None
    if predicted is not None:
        with _lines(predicted) as lines:
            answers = read_predicted(lines, str(predicted))
        gazetteer = Gazetteer.open()
    else:
        parser = Geoparser(border="none", min_confidence=min_confidence, language=lang, recogniser=recogniser)
        gazetteer = parser.gazetteer
        answers = _parsed(parser, documents)
        given = score(documents, _parsed(parser, documents, given_spans=True), demonyms)
    scores = score(documents, answers, demonyms)
    if scores.unanswered:
        o.remark(f"no prediction for {scores.unanswered} of {scores.docs} documents; their places count as missed")
    kinds = score_by_kind(documents, answers, _kind_in(gazetteer))
    worst = [asdict(e) for e in _worst(find_errors(documents, answers, demonyms), errors)] if errors else []
    options = o.write_options(output, indent=indent, compact=compact)
    render = _as_json if format == "json" else _as_table
    o.write_out(render(scores, given, kinds, worst, options), output)
    return ExitCode.OK


def _parsed(parser: Geoparser, documents: Mapping[Any, Any], *, given_spans: bool = False) -> dict[Any, Any]:
    """Return what geoloc finds in the documents, as it would write it."""
    from geoloc.reading import document_from_record
    from geoloc.writing import WriteOptions
    from geoloc.writing.records import result_record

    answers = {}
    for id, row in documents.items():
        record = {**row, "spans": [[t["start"], t["end"]] for t in row["toponyms"]]} if given_spans else row
        document = document_from_record(record, given_spans=given_spans)
        answers[id] = result_record(parser.parse(document), WriteOptions())
    return answers


def _kind_in(gazetteer: Gazetteer) -> Callable[[Mapping[str, Any]], str]:
    """Return what tells the kind of an annotated toponym: a demonym, or what its id is in the gazetteer."""

    def kind_of(toponym: Mapping[str, Any]) -> str:
        if toponym.get("kind") == "demonym" or toponym.get("type") == "Demonym":
            return "demonym"
        place = gazetteer.by_id(str(toponym["geonameid"])) if toponym.get("geonameid") is not None else None
        return place.kind if place else "not in the gazetteer" if toponym.get("geonameid") else "without id"

    return kind_of


def _worst(errors: Iterable[Any], limit: int) -> Iterator[Any]:
    seen: dict[str, int] = {}
    for error in errors:
        seen[error.error] = seen.get(error.error, 0) + 1
        if seen[error.error] <= limit:
            yield error


def _as_json(
    scores: Scores, given: Scores | None, kinds: list[KindScore], worst: list[Any], options: WriteOptions
) -> Iterator[str]:
    from geoloc.writing.jsonout import dumps

    report = {
        "docs": scores.docs,
        "unanswered": scores.unanswered,
        "recognition": asdict(scores.recognition),
        "resolution": asdict(given.resolution) if given else None,
        "end_to_end": asdict(scores.resolution),
        "kinds": [asdict(kind) for kind in kinds],
        **({"errors": worst} if worst else {}),
    }
    yield dumps(report, options) + "\n"


def _as_table(
    scores: Scores, given: Scores | None, kinds: list[KindScore], worst: list[Any], options: WriteOptions
) -> Iterator[str]:
    from geoloc.writing import render_rows
    from geoloc.writing.display import plain

    found = scores.recognition
    yield f"{scores.docs} documents, {found.gold} toponyms, {found.predicted} predicted\n\n"
    rows = [{"recognition": name, **_shown(asdict(getattr(found, name)))} for name in ("exact", "overlap")]
    yield from render_rows(rows, options=options)
    rows = [{"judged": "end to end", **_shown(asdict(scores.resolution))}]
    if given:
        rows.insert(0, {"judged": "resolution", **_shown(asdict(given.resolution))})
    yield "\n"
    yield from render_rows(rows, options=options)
    yield "\n"
    yield from render_rows([_shown(asdict(kind)) for kind in kinds], options=options)
    for row in worst:
        yield f"\n{plain(_headline(row))}\n    {plain(row['context'])}\n"


def _headline(row: Mapping[str, Any]) -> str:
    times = f" ({row['count']} times)" if row["count"] > 1 else ""
    detail = ""
    if row["error"] == "boundary":
        detail = f", predicted {row['got']!r}"
    elif row["error"] == "misplaced":
        detail = f", {row['km']:,.0f} km off: {row['got']}, not {row['gold'] or 'the annotated point'}"
    return f"{row['error']}: {row['text']}{times}{detail}; document {row['document']}"


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its figures as a reader wants them: three decimals, kilometres with one or none."""

    def show(key: str, value: Any) -> Any:
        if not isinstance(value, float):
            return value
        return f"{value:,.0f}" if key in ("km", "mean_km") else f"{value:.1f}" if key == "median_km" else f"{value:.3f}"

    return {key: show(key, value) for key, value in row.items()}


@contextmanager
def _lines(path: Path) -> Iterator[Iterable[bytes]]:
    from geoloc.reading import standard_input

    if str(path) == "-":
        yield standard_input()
        return
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise SourceError(f"{path}: no such file; check the path, or use - for standard input") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{path} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    with stream:
        yield stream
