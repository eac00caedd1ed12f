"""Shared by the commands about rendering: the clips of the film as jobs, and their output folder."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.cli.options import SpendingOptions
from storyboard.cli.process import PROBLEMS
from storyboard.cli.streams import analyze_or_leave, fail, print_report
from storyboard.cli.terminal import command_line, echo
from storyboard.compiler.pipeline import Analysis, Options, collector_paused
from storyboard.report.text import write_summary

if TYPE_CHECKING:
    from storyboard.render.jobs import Job
    from storyboard.spend.ledger import Ledger
    from storyboard.spend.session import Selection


def jobs_or_leave(
    file: str,
    model: str | None,
    root: Path | None,
    templates: Path | None = None,
    *,
    warns: bool = True,
    draft: bool = False,
    tell: Callable[[Analysis, Analysis], None] | None = None,
) -> Sequence[Job]:
    """The clips of a script, or its drafts. With an error there are none: the report goes to standard error, and the
    command ends. Warnings are counted where it `warns`; a table of clips below a page of them would be lost. `tell`
    hears of the script and its drafts; by default what they lose goes to standard error."""
    from storyboard.compiler.prompts import TemplateProblem
    from storyboard.render.jobs import SENT_WIRE, build_jobs

    with collector_paused():
        analysis = analyze_or_leave(file, Options(SENT_WIRE, model, root, templates))
        if analysis.has_errors:
            print_report(analysis.diagnostics, analysis.texts, to_stderr=True)
            sys.exit(PROBLEMS)
        if warns and analysis.diagnostics:
            echo(f"{write_summary(analysis.diagnostics)}: `{command_line('check', Path(file))}` says which", err=True)
        if draft:
            from storyboard.cli.drafts import draft_or_leave

            drafts = draft_or_leave(analysis)
            (tell or _tell_losses)(analysis, drafts)
            analysis = drafts
        try:
            jobs = build_jobs(analysis)
        except TemplateProblem as problem:
            fail(str(problem))
        # The film stays as it is to the end of the command: nobody has to look for cycles in it again.
        gc.freeze()
    if not jobs:
        fail(f"{file}: there is no shot yet, so there is nothing to render", PROBLEMS)
    return jobs


def _tell_losses(final: Analysis, draft: Analysis) -> None:
    from storyboard.cli.drafts import draft_lines

    for line in draft_lines(final, draft):
        echo(line, err=True)


def say_nothing(final: Analysis, draft: Analysis) -> None:
    """For commands that do not film: what drafts lose was told before they were paid."""


def select_or_leave(names: Iterable[str], jobs: Sequence[Job]) -> frozenset[str]:
    """The clips that are meant; a name that means none ends the command."""
    from storyboard.render.selection import NoSuchClip, select_clips

    try:
        return select_clips(names, jobs)
    except NoSuchClip as problem:
        fail(str(problem))


def selection_or_leave(jobs: Sequence[Job], spending: SpendingOptions) -> Selection:
    """The clips that --only, --retake and --resend-unknown mean; a name that means none ends the command."""
    from storyboard.spend.session import Selection

    named = spending.only, spending.retake, spending.resend_unknown
    only, retake, resend = (select_or_leave(names, jobs) for names in named)
    return Selection(only | retake | resend if spending.only else None, retake, resend)


def ledger_or_leave(folder: Path) -> Ledger | None:
    """The ledger of a folder to look at, None where nothing was rendered; one that cannot be used ends the command."""
    from storyboard.spend.ledger import Ledger, LedgerUnusable

    try:
        return Ledger.read(folder)
    except LedgerUnusable as problem:
        fail(str(problem))
