"""A run of `make` in a process of its own, which kills itself at a named point, or is killed from outside.

Arguments: folder, address, point (empty for none, `?` to name them all), how often the point is passed before.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from storyboard.compiler.pipeline import analyze_file
from storyboard.make.planning import PictureOptions
from storyboard.make.run import make_pictures
from storyboard.make.session import MakeEnvironment
from storyboard.spend.budget import Budget
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from tests.render.run_fixture import IMPATIENT, KEY, FastClock, killing_at


def main(folder: str, address: str, point: str, times: str) -> int:
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
            MakeEnvironment(
                clock=FastClock(), timeouts=IMPATIENT, mark=killing_at(point, int(times)), is_limited=False
            ),
        )
    )
    return int(outcome.code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
