"""`sbc make --listen`: what is said in the takes, beside what the script says."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from storyboard.cli.account import account_and_budget, command_again
from storyboard.cli.clock import today
from storyboard.cli.jobs import jobs_or_leave, say_nothing, selection_or_leave
from storyboard.cli.process import PROBLEMS
from storyboard.cli.run_screen import PlanPage, RunScreen, run_or_leave
from storyboard.cli.streams import analyze_or_leave, fail, print_report
from storyboard.render.folders import clips_folder


class ListeningOptions(NamedTuple):
    """The options of `sbc make` that count here, as they were given."""

    out: Path | None
    sandbox: bool
    templates: Path | None
    yes: bool
    only: Sequence[str]
    retake: Sequence[str]
    resend_unknown: Sequence[str]
    max_cost: float | None
    base_url: str | None
    trust_env: bool
    form: str
    root: Path | None


def listen_or_leave(file: str, given: ListeningOptions) -> None:
    """Have the chosen takes listened to, and end the command with what was heard."""
    from storyboard.compiler.pipeline import Options
    from storyboard.make.listen import ListeningPlan, listen_to_takes
    from storyboard.make.listen_report import (
        heard_data,
        listening_plan_data,
        listening_question,
        write_heard,
        write_listening_plan,
    )
    from storyboard.make.sound_models import transcription_model
    from storyboard.make.transcripts import wanted_transcripts
    from storyboard.render.takes import chosen_takes
    from storyboard.spend.ledger import LedgerUnusable

    jobs = jobs_or_leave(file, None, given.root, given.templates, warns=False, tell=say_nothing)
    analysis = analyze_or_leave(file, Options(root=given.root, templates=given.templates))
    if analysis.has_errors:
        print_report(analysis.diagnostics, analysis.texts, to_stderr=True)
        sys.exit(PROBLEMS)
    selection = selection_or_leave(jobs, given.only, given.retake, given.resend_unknown)
    folder = clips_folder(file, given.out, sandbox=given.sandbox)
    try:
        takes = chosen_takes(analysis, folder)
    except LedgerUnusable as problem:
        fail(str(problem))
    wanted = wanted_transcripts(
        analysis,
        takes,
        transcription_model(analysis),
        lambda clip: selection.only is None or clip in selection.only,
    )
    if not wanted:
        fail("nobody speaks in the clips themselves, so there is nothing to listen for", PROBLEMS)
    if not any(one.take for one in wanted):
        fail(f"there is no take in {folder} yet in which somebody speaks", PROBLEMS)
    names = frozenset(one.name for one in analysis.film.cast)
    is_paid = not given.sandbox
    with ExitStack() as stack:
        spending = account_and_budget(
            file, folder, given.max_cost, given.base_url, sandbox=given.sandbox, trust_env=given.trust_env
        )
        account, budget = stack.enter_context(spending)
        screen = RunScreen(given.form, stack, is_paid=is_paid)

        def agree(plan: ListeningPlan) -> bool:
            page = PlanPage(
                lines=lambda: write_listening_plan(plan, today=today(), is_paid=is_paid),
                data=lambda: listening_plan_data(plan),
                sends=bool(plan.sent),
                question=listening_question(plan),
            )
            return screen.agrees(page, asks=not (given.yes or given.sandbox))

        film = run_or_leave(
            listen_to_takes(wanted, names, folder, account, selection, budget, agree, screen.listen), screen
        )
    if given.form == "json":
        screen.say_data(heard_data(film))
    else:
        for line in write_heard(film, command_again(), is_paid=is_paid):
            screen.say(line)
    screen.flush()
    sys.exit(film.outcome.code)
