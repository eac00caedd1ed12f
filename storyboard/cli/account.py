"""Shared by the commands that spend: who is paid, the sum that may be spent, and the command to go on with."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.cli.options import SpendingOptions
from storyboard.cli.streams import fail
from storyboard.render.folders import sibling_folder

if TYPE_CHECKING:
    from storyboard.spend.budget import Budget
    from storyboard.spend.session import Account

LOCKED = 6


@contextmanager
def sandbox_account(kept: Path) -> Iterator[Account]:
    """A sandbox of this run's own. What it has not handed out yet is kept, for the run that goes on."""
    import time

    from storyboard.sandbox.app import SandboxSettings
    from storyboard.sandbox.job_store import JobStore
    from storyboard.sandbox.server import SandboxServer
    from storyboard.spend.session import Account
    from storyboard.spend.settings import SANDBOX
    from storyboard.venice.secret import Secret

    job_store = JobStore(kept)
    with SandboxServer(SandboxSettings(job_store=job_store), time.time) as server:
        yield Account(server.base_url, Secret("sandbox"), SANDBOX)


def service_account(base_url: str | None, *, trust_env: bool) -> Account:
    """Who is paid, and the key; a missing key or a bad address ends the command."""
    from storyboard.spend.session import Account
    from storyboard.spend.settings import MissingSetting, choose_base_url, find_key, service_name

    try:
        address = choose_base_url(base_url)
        key = find_key(address, os.environ, Path.cwd())
    except MissingSetting as problem:
        fail(str(problem))
    return Account(address, key, service_name(address), trust_env)


@contextmanager
def account_and_budget(
    file: str, folder: Path, spending: SpendingOptions, *, sandbox: bool
) -> Iterator[tuple[Account, Budget]]:
    """Who is paid by a run of a script into a folder, and what the run may spend: `--max-cost` and the ceilings of the
    project file, which hold for money alone. What the sandbox has not handed out is kept in the folder."""
    from storyboard.project.ceilings import budget_of
    from storyboard.spend.budget import Budget

    if sandbox:
        with sandbox_account(folder / ".sandbox") as account:
            yield account, Budget(spending.max_cost)
    else:
        budget = budget_of(file, folder, [sibling_folder(folder)], spending.max_cost)
        yield service_account(spending.base_url, trust_env=spending.trust_env), budget


def command_again() -> str:
    """The command as it was typed, without what would pay once more."""
    kept, skip = ["sbc"], False
    for word in sys.argv[1:]:
        if skip:
            skip = False
        elif word in ("--retake", "--resend-unknown"):
            skip = True
        elif not word.startswith(("--retake=", "--resend-unknown=")):
            kept.append(word)
    return shlex.join(kept)
