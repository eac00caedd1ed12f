"""A run of `make` in a process of its own, which kills itself at a named point, or is killed from outside.

Arguments: folder, address, point (empty for none, `?` to name them all), how often the point is passed before.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from pathlib import Path

from storyboard.compiler.pipeline import analyze_file
from storyboard.make.planning import PictureOptions
from storyboard.make.run import MakeEnvironment, make_pictures
from storyboard.spend.budget import Budget
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from tests.render.run_fixture import IMPATIENT, KEY, FastClock


def main(folder: str, address: str, point: str, times: str) -> int:
    passed: Counter[str] = Counter()

    def mark(name: str) -> None:
        if not passed:
            print("begun", flush=True)
        passed[name] += 1
        if name == point and passed[name] > int(times):
            os.kill(os.getpid(), signal.SIGKILL)
        if point == "?":
            print(name, flush=True)

    home = Path(folder)
    outcome = asyncio.run(
        make_pictures(
            analyze_file(home / "film.sb"),
            home / "out" / "film",
            home / "out" / "film-sandbox",
            Account(address, Secret(KEY), "the sandbox"),
            Selection(),
            PictureOptions(),
            Budget(),
            lambda plan: True,
            lambda event: None,
            MakeEnvironment(clock=FastClock(), timeouts=IMPATIENT, mark=mark, is_limited=False),
        )
    )
    return int(outcome.code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
