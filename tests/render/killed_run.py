"""A run in a process of its own, which kills itself at a named point, or is killed from outside.

Arguments: folder, address, point (empty for none), how often the point is passed before, jobs.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from storyboard.render.engine import RunOptions
from storyboard.render.run import Environment, render
from storyboard.spend.events import Event
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from tests.render.run_fixture import IMPATIENT, KEY, FastClock, accept_any_clip, clip_jobs, killing_at


def main(folder: str, address: str, point: str, times: str, jobs: str, real: str) -> int:
    def tell(event: Event) -> None:
        if point != "?":
            print(event.kind, flush=True)

    environment = Environment(
        clock=FastClock(),
        timeouts=IMPATIENT,
        mark=killing_at(point, int(times)),
        verify=None if real == "real" else accept_any_clip,
    )
    outcome = asyncio.run(
        render(
            clip_jobs(Path(folder) / "film.sb"),
            Path(folder) / "out",
            Account(address, Secret(KEY), "the sandbox"),
            Selection(),
            RunOptions(int(jobs)),
            lambda plan: True,
            tell,
            environment,
        )
    )
    return int(outcome.code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
