"""``geoloc completion``: the script that lets a shell complete commands, options and values."""

from __future__ import annotations

import os
from pathlib import PurePath
from typing import Annotated

import typer

from geoloc.errors import UsageError

SHELLS = ("bash", "zsh", "fish", "powershell")


def completion(
    shell: Annotated[
        str | None, typer.Argument(metavar="bash|zsh|fish|powershell", show_default="from $SHELL", help="The shell.")
    ] = None,
) -> None:
    """Print the completion script of a shell.

    For bash: geoloc completion bash > ~/.local/share/bash-completion/completions/geoloc
    """
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    name = shell or PurePath(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise UsageError(f"no completion for the shell {name!r}; name one of {', '.join(SHELLS)}")
    typer.echo(get_completion_script(prog_name="geoloc", complete_var="_GEOLOC_COMPLETE", shell=name))
