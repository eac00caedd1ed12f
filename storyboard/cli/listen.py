"""`sbc make --listen`: compare the speech in the takes with the script."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from storyboard.cli.account import account_and_budget, command_again
from storyboard.cli.clock import today
from storyboard.cli.jobs import jobs_or_leave, say_nothing, selection_or_leave
from storyboard.cli.options import SpendingOptions
from storyboard.cli.process import PROBLEMS
from storyboard.cli.run_screen import PlanPage, RunScreen, run_or_leave
from storyboard.cli.streams import analyze_or_leave, fail, print_report
from storyboard.compiler.pipeline import Analysis, Options

if TYPE_CHECKING:
    from storyboard.make.transcripts import WantedTranscript


def listen_or_leave(
    file: str, folder: Path, spending: SpendingOptions, options: Options, form: str, *, sandbox: bool
) -> NoReturn:
    """Have the chosen takes of a folder listened to, and end the command with what was heard."""
    from storyboard.make.listen import ListeningPlan, listen_to_takes
    from storyboard.make.listen_report import (
        heard_data,
        listening_plan_data,
        listening_question,
        write_heard,
        write_listening_plan,
    )

    jobs = jobs_or_leave(file, None, options.root, options.templates, warns=False, tell=say_nothing)
    analysis = analyze_or_leave(file, options)
    if analysis.has_errors:
        print_report(analysis.diagnostics, analysis.texts, to_stderr=True)
        sys.exit(PROBLEMS)
    selection = selection_or_leave(jobs, spending)
    wanted = _transcripts_or_leave(analysis, folder, selection.only)
    names = frozenset(one.name for one in analysis.film.cast)
    is_paid = not sandbox
    with ExitStack() as stack:
        account, budget = stack.enter_context(account_and_budget(file, folder, spending, sandbox=sandbox))
        screen = RunScreen(form, stack, is_paid=is_paid)

        def agree(plan: ListeningPlan) -> bool:
            page = PlanPage(
                lines=lambda: write_listening_plan(plan, today=today(), is_paid=is_paid),
                data=lambda: listening_plan_data(plan),
                sends=bool(plan.sent),
                question=listening_question(plan),
            )
            return screen.agrees(page, asks=not (spending.yes or sandbox))

        film = run_or_leave(
            listen_to_takes(wanted, names, folder, account, selection, budget, agree, screen.listen), screen
        )
    if form == "json":
        screen.say_data(heard_data(film))
    else:
        for line in write_heard(film, command_again(), is_paid=is_paid):
            screen.say(line)
    screen.flush()
    sys.exit(film.outcome.code)


def _transcripts_or_leave(
    analysis: Analysis, folder: Path, only: frozenset[str] | None
) -> tuple[WantedTranscript, ...]:
    """What is to be written down of the chosen takes in a folder; where nobody speaks in any, the command ends."""
    from storyboard.make.sound_models import transcription_model
    from storyboard.make.transcripts import wanted_transcripts
    from storyboard.render.takes import chosen_takes
    from storyboard.spend.ledger import LedgerUnusable

    try:
        takes = chosen_takes(analysis, folder)
    except LedgerUnusable as problem:
        fail(str(problem))
    model = transcription_model(analysis)
    wanted = wanted_transcripts(analysis, takes, model, lambda clip: only is None or clip in only)
    if not wanted:
        fail("nobody speaks in the clips themselves, so there is nothing to listen for", PROBLEMS)
    if not any(one.take for one in wanted):
        fail(f"there is no take in {folder} yet in which somebody speaks", PROBLEMS)
    return wanted
