"""A run in a process of its own, which kills itself at a named point, or is killed from outside.

Arguments: folder, address, point (empty for none), how often the point is passed before, jobs.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from storyboard.render.engine import RunOptions
from storyboard.render.run import Environment, render
from storyboard.spend.events import Event
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from tests.render.run_fixture import IMPATIENT, KEY, FastClock, orders_of, trusting


def main(folder: str, address: str, point: str, times: str, jobs: str, real: str) -> int:
    passed: Counter[str] = Counter()

    def mark(name: str) -> None:
        if not passed:
            print("begun", flush=True)
        passed[name] += 1
        if name == point and passed[name] > int(times):
            os.kill(os.getpid(), signal.SIGKILL)
        if point == "?":
            print(name, flush=True)

    def tell(event: Event) -> None:
        if point != "?":
            print(event.kind, flush=True)

    around = Environment(clock=FastClock(), timeouts=IMPATIENT, mark=mark, verify=None if real == "real" else trusting)
    outcome = asyncio.run(
        render(
            orders_of(Path(folder) / "film.sb"),
            Path(folder) / "out",
            Account(address, Secret(KEY), "the sandbox"),
            Selection(),
            RunOptions(int(jobs)),
            lambda agenda: True,
            tell,
            around,
        )
    )
    return int(outcome.code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
