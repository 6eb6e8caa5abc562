"""``geoloc batch``: many documents from JSON lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, TextIO

import typer

from geoloc.cli import options as o
from geoloc.errors import ExitCode, SourceError, UsageError

if TYPE_CHECKING:
    from geoloc.batch import Failure, ParserOptions
    from geoloc.gazetteer import Gazetteer
    from geoloc.model import Result
    from geoloc.resolution.outlets import Profile

_LATER = {".csv", ".tsv", ".parquet", ".xlsx", ".zip", ".gz", ".zst", ".bz2", ".xz", ".pdf"}
_HEAD_BYTES = 4096
_PROGRESS_SECONDS = 0.2


def batch(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT", help="Files with a JSON record a line, or - for stdin.")
    ],
    border: o.BorderOption = "auto",
    within: o.WithinOption = None,
    worldview: o.WorldviewOption = None,
    format: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="FORMAT", help=f"{o.RESULT_FORMATS}.", show_default="from -o, else jsonl"
        ),
    ] = None,
    output: o.OutputOption = None,
    errors: Annotated[
        Path | None,
        typer.Option(
            "--errors",
            metavar="FILE",
            show_default="stderr",
            help="Failed records, a JSON object a line; replaced, left empty when none failed.",
        ),
    ] = None,
    given_spans: Annotated[
        bool, typer.Option("--given-spans", help='Take the "spans" of each record for its only mentions.')
    ] = False,
    workers: Annotated[int, typer.Option("--workers", metavar="N", min=1, help="Processes that share the work.")] = 1,
    per: o.PerOption = "place",
    kinds: o.KindsOption = None,
    demonyms: o.DemonymsOption = False,
    text: o.WithTextOption = False,
    explain: o.ExplainOption = False,
    min_confidence: o.MinConfidenceOption = o.MIN_CONFIDENCE,
    lang: o.LangOption = None,
    gazetteer: o.GazetteerOption = None,
    overrides: o.OverridesOption = None,
    country: o.CountryOption = None,
    near: o.NearOption = None,
    bbox: o.PriorBboxOption = None,
    outlets: Annotated[
        str,
        typer.Option(
            "--outlets",
            metavar="auto|off|FILE",
            help='Where records have a "source": learn from its other records what it writes about (they are read '
            "twice; not from stdin), leave that, or take it from a file.",
        ),
    ] = "auto",
    save_outlets: Annotated[
        Path | None,
        typer.Option("--save-outlets", metavar="FILE", help="Store what was learned of outlets.", show_default=False),
    ] = None,
    recogniser: o.RecogniserOption = "default",
    precision: o.PrecisionOption = 6,
    indent: o.IndentOption = None,
    compact: o.CompactOption = False,
    rs: o.RsOption = False,
    quiet: o.QuietOption = False,
) -> int:
    """Find the places in many texts, a JSON record a line.

    Writes one object a record, in order, with the id as it came. A record is {"id", "text", "title"?, "date"?,
    "source"?, "lang"?, "spans"?}. Failed records go to --errors and never into the output; the exit code is then 1.
    """  # fmt: skip
    from geoloc.batch import ParserOptions
    from geoloc.borders import Border
    from geoloc.gazetteer import Gazetteer
    from geoloc.gazetteer.user import searched
    from geoloc.resolution.outlets import save_outlets as save
    from geoloc.writing import FORMATS, render

    _check_paths(inputs, output, errors)
    to_stdout = output is None or str(output) == "-"
    format = "jsonl" if format is None and to_stdout else o.chosen_format(format, output, FORMATS)
    options = o.write_options(
        output,
        per=per,
        kinds=o.kinds_set(kinds),
        demonyms=demonyms,
        with_text=text,
        worldview=worldview,
        explain=explain,
        precision=precision,
        indent=indent,
        compact=compact,
        rs=rs,
    )
    gazetteers = tuple(searched(gazetteer))
    opened = Gazetteer.open(*gazetteers)
    parser_options = ParserOptions(
        border,
        min_confidence,
        lang,
        5 if explain else 0,
        gazetteers=gazetteers,
        overrides=overrides,
        recogniser=recogniser,
        worldview=worldview,
        within_km=o.within_km(within, border),
        where=o.prior(country, near, bbox, opened),
    )
    profiles = _outlets(outlets, inputs, parser_options, opened, given_spans, workers)
    if save_outlets is not None:
        if outlets != "auto" or "-" in inputs:
            raise UsageError(
                "--save-outlets stores what --outlets auto learns from files; it has nothing to store here"
            )
        o.write_out(iter([save(profiles or {}, opened)]), save_outlets)
    parser_options = replace(parser_options, outlets=profiles)
    with ExitStack() as stack:
        run = _Run(stack, errors, quiet or not _shows_progress(to_stdout))
        stack.callback(run.clear_progress)
        o.write_out(render(run.results(inputs, parser_options, given_spans, workers), format, options), output)
    if errors is not None and not run.failed and errors.exists():
        o.write_out(iter(()), errors)  # what an earlier run left there is out of date
    if run.failed:
        where = f"; see {errors}" if errors is not None else ""
        o.remark(f"{run.failed} of {run.records} records failed{where}")
        return ExitCode.FAILURE
    if worldview is not None and border not in ("auto", "none"):
        o.say_if_worldview_idle(Border.load(border, worldview=worldview), worldview, quiet)
    if not run.mentions:
        o.remark(f"no places found in {run.records} records", quiet)
    return ExitCode.OK


def _outlets(
    wanted: str, inputs: list[str], options: ParserOptions, gazetteer: Gazetteer, given_spans: bool, workers: int
) -> dict[str, Profile] | None:
    """Return what outlets write about: from a file, or from the inputs themselves if they can be read twice."""
    from geoloc.batch import outlet_profiles
    from geoloc.resolution.outlets import load_outlets

    if wanted == "off" or (wanted == "auto" and "-" in inputs):
        return None
    if wanted != "auto":
        return load_outlets(Path(wanted), gazetteer)
    if not all(Path(name).is_file() for name in inputs):
        return None  # a pipe with a name can be read once only
    return outlet_profiles(lambda: _opened(inputs), options, given_spans=given_spans, workers=workers)


class _Run:
    """Counts what passes, and takes the failures out of it."""

    def __init__(self, stack: ExitStack, errors: Path | None, silent: bool) -> None:
        self.records = self.failed = self.mentions = 0
        self._stack = stack
        self._errors = errors
        self._errors_stream: TextIO | None = None
        self._silent = silent
        self._shown = 0.0

    def results(
        self, inputs: Iterable[str], options: ParserOptions, given_spans: bool, workers: int
    ) -> Iterator[Result]:
        from geoloc.batch import run_inputs
        from geoloc.model import Result

        for outcome in run_inputs(_opened(inputs), options, given_spans=given_spans, workers=workers):
            self.records += 1
            self._progress()
            if isinstance(outcome, Result):
                self.mentions += len(outcome.mentions)
                yield outcome
            else:
                self._fail(outcome)

    def _fail(self, failure: Failure) -> None:
        from geoloc.writing import WriteOptions, open_output
        from geoloc.writing.jsonout import dumps

        self.failed += 1
        if self._errors is None:
            self.clear_progress()
            o.remark(f"{failure.input}, line {failure.line}: {failure.error}")
            return
        if self._errors_stream is None:
            self._errors_stream = self._stack.enter_context(open_output(self._errors))
        row = {
            "line": failure.line,
            "id": failure.id,
            "error": failure.error,
            "input": failure.input,
            "record": failure.record,
        }
        self._errors_stream.write(dumps(row, WriteOptions(), one_line=True) + "\n")

    def _progress(self) -> None:
        now = time.monotonic()
        if not self._silent and now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            sys.stderr.write(f"\r{self.records} records, {self.failed} failed")
            sys.stderr.flush()

    def clear_progress(self) -> None:
        """Take the counter off the terminal."""
        if self._shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
            self._shown = 0.0


def _shows_progress(to_stdout: bool) -> bool:
    """Tell whether a counter on stderr is seen and does not run into the data."""
    return sys.stderr is not None and sys.stderr.isatty() and not (to_stdout and sys.stdout.isatty())


def _check_paths(inputs: Iterable[str], output: Path | None, errors: Path | None) -> None:
    """Refuse what cannot be read before the work begins and not after an hour."""
    if errors is not None:
        if str(errors) == "-":
            raise UsageError("failed records never go into the output; name a file with --errors, or leave it out")
        if output is not None and errors.absolute() == output.absolute():
            raise UsageError(f"--errors and --output are both {errors}; name two files")
        if any(name != "-" and errors.absolute() == Path(name).absolute() for name in inputs):
            raise UsageError(f"--errors and the input are both {errors}; name two files")
    for name in inputs:
        path = Path(name)
        if name == "-":
            continue
        if path.is_dir():
            raise SourceError(f"{name} is a folder; name the .jsonl files in it")
        if path.suffix.lower() in _LATER:
            raise SourceError(f"{name}: batch reads JSON lines so far; convert it to .jsonl first")
        _open(name).close()


def _open(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        raise SourceError(f"{name}: no such file; check the path, or use - for standard input") from None
    except (OSError, ValueError) as error:
        raise SourceError(f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _opened(names: Iterable[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each input with what it is called; it is closed when the next one is asked for."""
    from geoloc.reading import standard_input

    for name in names:
        if name == "-":
            yield "standard input", _checked(standard_input(), "standard input")
        else:
            with _open(name) as stream:
                yield name, _checked(stream, name)


def _checked(stream: BinaryIO, label: str) -> Iterator[bytes]:
    """Yield lines; a file of another kind is refused as a whole and not line by line."""
    for number, line in enumerate(stream):
        if number == 0:
            if b"\0" in line[:_HEAD_BYTES]:
                raise SourceError(f"{label} is a binary file or UTF-16; give JSON records in UTF-8, one a line")
            if line.strip() in (b"[", b"{"):
                raise SourceError(f"{label} is JSON over several lines; give one record a line: jq -c '.[]' FILE")
        yield line
