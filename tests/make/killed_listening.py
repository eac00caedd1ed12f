"""A run that listens, in a process of its own, which kills itself at a named point.

Arguments: folder, address, point, how often the point is passed before.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from storyboard.make.session import MakeEnvironment
from tests.make.listening_fixture import listen
from tests.render.run_fixture import IMPATIENT, FastClock, killing_at


def main(folder: str, address: str, point: str, times: str) -> int:
    environment = MakeEnvironment(
        clock=FastClock(), timeouts=IMPATIENT, mark=killing_at(point, int(times)), is_limited=False
    )
    return int(asyncio.run(listen(Path(folder), address, environment)).outcome.code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
