"""A run of `make` in a process of its own, which kills itself at a named point, or is killed from outside.

Arguments: folder, address, point (empty for none, `?` to name them all), how often the point is passed before; `cut-out`
for a run that only makes cut-outs.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from storyboard.compiler.pipeline import analyze_file
from storyboard.make.cut_outs import wanted_cut_outs
from storyboard.make.planning import PictureOptions
from storyboard.make.run import make_pictures
from storyboard.make.session import MakeEnvironment
from storyboard.spend.budget import Budget
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from tests.render.run_fixture import IMPATIENT, KEY, FastClock, killing_at


def main(folder: str, address: str, point: str, times: str, *options: str) -> int:
    home = Path(folder)
    analysis = analyze_file(home / "film.sb")
    outcome = asyncio.run(
        make_pictures(
            analysis,
            home / "out" / "film",
            home / "out" / "film-sandbox",
            Account(address, Secret(KEY), "the sandbox"),
            Selection(),
            PictureOptions(cut_outs=wanted_cut_outs(analysis) if "cut-out" in options else None),
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
