"""`sbc status --bill`: compare the service's bill with the ledger."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from storyboard.cli.streams import fail
from storyboard.cli.terminal import echo

if TYPE_CHECKING:
    from storyboard.spend.bill import Bill, BillMatch
    from storyboard.spend.ledger import Ledger

NO_BILL = 3


def show_bill(folder: Path, service: str, base_url: str | None) -> None:
    """Read the bill of a folder's takes, put the charges down, show them, and ask about what is perhaps paid. Whatever
    stands in the way ends the command."""
    from storyboard.render.report_bill import write_bill
    from storyboard.spend.ledger import DiskFull, Ledger, LedgerUnusable
    from storyboard.spend.lock import FolderLocked, LockUnavailable, hold_folder
    from storyboard.spend.settings import SANDBOX

    if service == SANDBOX:
        fail("nothing is paid in the sandbox, so there is no bill")
    try:
        with hold_folder(folder), Ledger.create(folder, service, time.time) as ledger:
            bill = _read(ledger, base_url)
            for match in bill.matches:
                if match.usd is not None and match.is_certain and match.entry.queue_id is not None:
                    ledger.bill(match.entry, match.usd)
            now = time.time()
            for line in write_bill(bill, now):
                echo(line)
            for match in bill.matches:
                _settle(ledger, match, now)
    except FolderLocked:
        fail(f"a run is using {folder}; try again when it has ended", 6)
    except (LedgerUnusable, DiskFull, LockUnavailable) as problem:
        fail(str(problem))


def _read(ledger: Ledger, base_url: str | None) -> Bill:
    import asyncio

    from storyboard.spend.bill import BillUnavailable, match_bill, read_bill
    from storyboard.spend.settings import MissingSetting, choose_base_url, find_billing_key
    from storyboard.venice.transport import Transport

    async def read() -> Bill:
        address = choose_base_url(base_url)
        async with Transport(address, find_billing_key(address, os.environ, Path.cwd())) as transport:
            rows, skipped = await read_bill(transport, ledger.entries())
        return match_bill(ledger.entries(), rows, skipped)

    try:
        return asyncio.run(read())
    except MissingSetting as problem:
        fail(str(problem))
    except BillUnavailable as problem:
        fail(str(problem), NO_BILL)


def _settle(ledger: Ledger, match: BillMatch, now: float) -> None:
    """Ask the person about a payment that is unknown; without a terminal it is only said."""
    from storyboard.render.report_bill import bill_proposal
    from storyboard.spend.states import State

    said = bill_proposal(match, now)
    if said is None:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        echo(f"{said}. Run this at a terminal to confirm it.")
        return
    if click.confirm(f"{said}. Record it as such?", err=True):
        if match.usd is None:
            ledger.step(match.entry, State.UNPAID, "not on the bill, confirmed by you")
        else:
            ledger.bill(match.entry, match.usd)
            ledger.step(match.entry, State.LOST, "on the bill, confirmed by you")
