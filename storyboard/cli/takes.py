"""Where the clips of a script are, as all commands that make, show or cut them take it from the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from storyboard.cli.streams import fail
from storyboard.compiler.pipeline import Analysis
from storyboard.film.takes import Take

_Command = TypeVar("_Command", bound=Callable[..., Any])


def folder_options(option: str = "--out") -> Callable[[_Command], _Command]:
    """`--out DIR` (or `--takes DIR`, where `--output` would be near), `--sandbox`, and `--templates DIR`, which makes
    other prompts and so other clips; as arguments `out`, `sandbox`, `templates`."""
    options = (
        click.option(
            option,
            "out",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="The folder of the clips; by default out/SCRIPT beside the script.",
        ),
        click.option("--sandbox", is_flag=True, help="The sandbox's clips, in out/SCRIPT-sandbox."),
        click.option(
            "--templates",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="Prompt templates that go before ours, the same as for the render.",
        ),
    )

    def add(command: _Command) -> _Command:
        for one in reversed(options):
            command = one(command)
        return command

    return add


def clips_folder(script: str, out: Path | None, *, sandbox: bool) -> Path:
    """The folder of a script's clips; what the sandbox makes is kept apart from what is paid."""
    if out is not None:
        return out
    path = Path("script.sb" if script == "-" else script)
    return path.parent / "out" / (f"{path.stem}-sandbox" if sandbox else path.stem)


def chosen_takes(analysis: Analysis, out: Path | None = None, *, sandbox: bool = False) -> tuple[Take, ...]:
    """The chosen take of every clip that has one; none where nothing has been rendered."""
    folder = clips_folder(analysis.path, out, sandbox=sandbox)
    if not (folder / "ledger.db").exists():
        return ()
    from storyboard.render import takes
    from storyboard.spend.ledger import Unusable

    try:
        return takes.chosen_takes(analysis, folder)
    except Unusable as problem:
        fail(str(problem))
