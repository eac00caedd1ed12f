"""What the commands about rendering share: the film's clips as orders, and the folder that they go to."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.cli.streams import PROBLEMS, analyze_or_leave, check_model, fail, print_report
from storyboard.pipeline import Options

if TYPE_CHECKING:
    from storyboard.render.ledger import Ledger
    from storyboard.render.order import Order


def orders_or_leave(file: str, model: str | None, root: Path | None, templates: Path | None = None) -> Sequence[Order]:
    """The clips of a script. Its problems go to standard error; with an error there are no clips, and the command
    ends."""
    from storyboard.prompts import TemplateProblem
    from storyboard.render.order import write_orders

    analysis = analyze_or_leave(file, Options(model=check_model(model), root=root, templates=templates))
    print_report(analysis.diagnostics, analysis.sources, to_stderr=True)
    if analysis.has_errors:
        sys.exit(PROBLEMS)
    try:
        orders = write_orders(analysis)
    except TemplateProblem as problem:
        fail(str(problem))
    if not orders:
        fail(f"{file}: there is no shot yet, so there is nothing to render", PROBLEMS)
    return orders


def select_or_leave(names: Iterable[str], orders: Sequence[Order]) -> frozenset[str]:
    """The clips that are meant; a name that means none ends the command."""
    from storyboard.render.selecting import NoSuchClip, select_clips

    try:
        return select_clips(names, orders)
    except NoSuchClip as problem:
        fail(str(problem))


def ledger_or_leave(folder: Path) -> Ledger | None:
    """The ledger of a folder to look at, None where nothing was rendered; one that cannot be used ends the command."""
    from storyboard.render.ledger import Ledger, Unusable

    try:
        return Ledger.read(folder)
    except Unusable as problem:
        fail(str(problem))
