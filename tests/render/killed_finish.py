"""A run of `finish` in a process of its own, which kills itself at a named point. Arguments: folder, address, point."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from storyboard.catalog.upscale_models import upscale_models
from storyboard.render.finish.run import finish
from storyboard.render.run import Environment
from storyboard.spend.budget import Budget
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from tests.render.run_fixture import IMPATIENT, KEY, FastClock, clip_jobs, killing_at


def main(folder: str, address: str, point: str) -> int:
    environment = Environment(clock=FastClock(), timeouts=IMPATIENT, mark=killing_at(point, 0))
    outcome = asyncio.run(
        finish(
            clip_jobs(Path(folder) / "film.sb"),
            Path(folder) / "out",
            Account(address, Secret(KEY), "the sandbox"),
            Selection(),
            upscale_models()[0],
            2,
            Budget(),
            lambda plan: True,
            lambda event: None,
            environment=environment,
        )
    )
    return int(outcome.code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
