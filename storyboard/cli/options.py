"""Options that several commands have, each with one wording; and those of every run that spends, as one value."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

model_option = click.option("--model", metavar="MODEL", help="Use this model instead of the title page's.")
root_option = click.option(
    "--root", type=click.Path(path_type=Path), help="The project folder; by default that of FILE."
)
#: As the argument `form`.
format_option = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="Output format."
)
base_url_option = click.option("--base-url", metavar="URL", help="Use this service instead of Venice.")
draft_option = click.option(
    "--draft",
    is_flag=True,
    help="Drafts: the same film on the model of `Draft`, or on the cheapest that can make it, in a folder of its own.",
)
only_clips_option = click.option(
    "--only", multiple=True, metavar="CLIP", help="Only these clips, scenes or shots: s01c02, s01, 1.2."
)
mp4_option = click.option("-o", "--output", metavar="FILE", help="The MP4 file; by default in out/SCRIPT.")


def folder_options(option: str = "--out") -> Callable[[_Command], _Command]:
    """`--out DIR` (or `--takes DIR`, where `--output` would be near), `--sandbox`, and `--templates DIR`, which makes
    other prompts and so other clips; as arguments `out`, `sandbox`, `templates`."""
    return _added(
        click.option(
            option,
            "out",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="The folder of the clips; by default out/SCRIPT beside the script, or in the `out` of sbc.toml.",
        ),
        click.option("--sandbox", is_flag=True, help="Use the sandbox and its clips, in out/SCRIPT-sandbox."),
        click.option(
            "--templates",
            metavar="DIR",
            type=click.Path(path_type=Path),
            help="Prompt templates to use before ours; the same as for the render.",
        ),
    )


class SpendingOptions(NamedTuple):
    """The options of a run that spends, as they were given: what it buys, what it may cost, who is paid, and whether
    the person is asked. `max_cost` is in US dollars."""

    only: tuple[str, ...]
    retake: tuple[str, ...]
    resend_unknown: tuple[str, ...]
    max_cost: float | None
    base_url: str | None
    trust_env: bool
    yes: bool
    accept_estimate: bool = False


def spending_options(
    *,
    retake: str,
    resend: str = "Send this clip again, although it may already be paid.",
    only: str | None = None,
    accepts_estimate: bool = True,
) -> Callable[[_Command], _Command]:
    """The options of a run that spends, as the one argument `spending`. `retake`, `resend` and `only` are the words of
    these options' help: those about clips are for all commands alike, unless `only` says what else may be named."""
    name = "NAME" if only else "CLIP"
    options = [click.option("--yes", is_flag=True, help="Do not ask before paying.")]
    if accepts_estimate:
        options += [
            click.option(
                "--accept-estimate", is_flag=True, help="Accept the prices from the table if Venice gives none."
            )
        ]
    options += [
        click.option("--only", multiple=True, metavar=name, help=only) if only else only_clips_option,
        click.option("--retake", multiple=True, metavar=name, help=retake),
        click.option("--resend-unknown", multiple=True, metavar=name, help=resend),
        click.option(
            "--max-cost",
            type=click.FloatRange(min=0),
            callback=_check_money,
            metavar="USD",
            help="Spend at most this sum in this run.",
        ),
        base_url_option,
        click.option("--trust-env", is_flag=True, help="Use the proxy that the environment names."),
    ]

    def add(command: _Command) -> _Command:
        @wraps(command)
        def with_spending(**given: object) -> object:
            spent: Any = {name: given.pop(name) for name in SpendingOptions._fields if name in given}
            return command(spending=SpendingOptions(**spent), **given)

        return _added(*options)(with_spending)  # type: ignore[return-value] # its arguments are the command's

    return add


def _added(*options: Callable[[Any], Any]) -> Callable[[_Command], _Command]:
    """Options in the order of the help."""

    def add(command: _Command) -> _Command:
        for one in reversed(options):
            command = one(command)
        return command

    return add


def _check_money(_context: click.Context, _parameter: click.Parameter, usd: float | None) -> float | None:
    """A budget that a sum can be compared with: `nan` is larger and smaller than nothing."""
    if usd is not None and not math.isfinite(usd):
        raise click.BadParameter(f"{usd} is not a sum of money.")
    return usd
