"""The command line. One thin module a command; what several share is declared once in `options`."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from geoloc.cli import batch, border, completion, distance, evaluate, gazetteer, lookup, resolve
from geoloc.cli.options import say
from geoloc.errors import ExitCode, GeolocError, UsageError

app = typer.Typer(
    name="geoloc",
    help="Find the places in a text, and where they lie relative to a border.",
    epilog="geoloc FILE is short for geoloc resolve FILE. Data: GeoNames (CC BY 4.0), OpenStreetMap (ODbL).",
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("resolve")(resolve.resolve)
app.command("lookup", context_settings={"ignore_unknown_options": True})(lookup.lookup)
app.command("distance", context_settings={"ignore_unknown_options": True})(distance.distance)
app.add_typer(border.app, name="border")
app.add_typer(gazetteer.app, name="gazetteer")
app.command("batch")(batch.batch)
app.command("evaluate")(evaluate.evaluate)
app.command("completion")(completion.completion)

COMMANDS = ("resolve", "lookup", "distance", "border", "gazetteer", "batch", "evaluate", "completion")
_OWN_OPTIONS = ("-h", "--help", "--version", "--install-completion", "--show-completion")
_PATH_LIKE = re.compile(r"[/\\]|\.\w{1,6}$|^-$|^https?:", re.I)


def _version(wanted: bool) -> None:
    if wanted:
        from geoloc import __version__
        from geoloc.borders import about
        from geoloc.gazetteer import Gazetteer

        typer.echo(f"geoloc {__version__}")
        typer.echo(f"Gazetteer: {Gazetteer.open().about['attribution']}")
        typer.echo(f"Borders: {about()['attribution']}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show version and data sources.")
    ] = False,
) -> None:
    pass


def expand_shorthand(arguments: Sequence[str]) -> list[str]:
    """Put ``resolve`` before arguments that begin with a source or with its options.

    Examples
    --------
    >>> expand_shorthand(["article.txt", "-f", "json"])
    ['resolve', 'article.txt', '-f', 'json']
    >>> expand_shorthand(["lookup", "Kozinka"])
    ['lookup', 'Kozinka']
    """
    if not arguments or arguments[0] in _OWN_OPTIONS or not set(COMMANDS).isdisjoint(arguments[:2]):
        return list(arguments)
    first = arguments[0]
    if (
        (first.startswith("-") and first != "--")
        or _PATH_LIKE.search(first)
        or (Path(first).exists() and not Path(first).is_dir())
    ):
        return ["resolve", *arguments]
    return list(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code.

    Errors that geoloc or the parser of arguments raises on purpose become one line on stderr.
    """
    arguments = expand_shorthand(sys.argv[1:] if arguments is None else arguments)
    if sys.stdout is None:
        return _fail("standard output is closed; write to a file or a pipe", ExitCode.FAILURE)
    try:
        # Text from documents may hold anything; what the terminal's encoding lacks must not end the run.
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        code = app(args=list(arguments), prog_name="geoloc", standalone_mode=False)
        sys.stdout.flush()
        return int(code or ExitCode.OK)
    except BrokenPipeError:
        return _closed_pipe()
    except SystemExit as stop:
        # Typer does not let a closed pipe through: it exits with 1.
        if isinstance(stop.__context__, BrokenPipeError):
            return _closed_pipe()
        raise
    except (KeyboardInterrupt, typer.Abort):
        return ExitCode.INTERRUPTED
    except UsageError as error:
        return _fail(str(error), ExitCode.USAGE)
    except GeolocError as error:
        return _fail(str(error), ExitCode.FAILURE)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(f"{where}{error.strerror or error}", ExitCode.FAILURE)
    except Exception as error:
        show = getattr(error, "format_message", None)
        if show is None:
            raise
        if type(error).__name__ == "NoArgsIsHelpError":
            typer.echo(show(), err=True)
            return ExitCode.USAGE
        return _fail(f"{show()} See: geoloc {_command(arguments)}--help", ExitCode.USAGE)


def _closed_pipe() -> ExitCode:
    """Let what is still buffered vanish, so that nothing complains when the interpreter ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.BROKEN_PIPE


def _command(arguments: Sequence[str]) -> str:
    return f"{arguments[0]} " if arguments and arguments[0] in COMMANDS else ""


def _fail(message: str, code: ExitCode) -> ExitCode:
    say(message)
    return code


def _stop(number: int, _frame: object) -> None:
    """Leave in good order, so that no temporary file stays behind."""
    sys.exit(128 + number)


def run() -> None:
    """Entry point of the console script."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _stop)
    sys.exit(main())
