"""How the cost of every construct grows, and what a cold start costs.

    python -m tests.benchmarks.growth                # every construct with `check`
    python -m tests.benchmarks.growth fmt "fix all"  # with other work, by the names of tests/growth/work.py
    python -m tests.benchmarks.growth --start        # the start alone

Processor time, user and system; ratios are of one run. A start is the least of seven.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from math import log2
from pathlib import Path

from tests.benchmarks.scripts import script_of_size
from tests.growth.inputs import PAIRS, SCREENPLAYS, SCRIPTS
from tests.growth.measure import MOST, growth
from tests.growth.work import IMPORTS, WORK

ROUNDS = 7


def table(names: list[str]) -> None:
    print(f"{'n':>6} {'seconds':>8} {'for 2 n':>8} {'ratio':>6} {'exponent':>8}")
    for name in names:
        for series in SCREENPLAYS if name in IMPORTS else (*SCRIPTS, *PAIRS):
            prepare = (WORK | IMPORTS)[name]
            found = growth(prepare(series.text(series.n)), prepare(series.text(2 * series.n)))
            ratio = found.twice / found.once
            mark = "  too much" if found.ratio >= MOST else ""
            print(
                f"{series.n:6} {found.once:8.3f} {found.twice:8.3f} {ratio:6.2f} {log2(ratio):8.2f}  {name}: {series.name}{mark}"
            )


def start() -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "film.sb").write_text(script_of_size(30_000), encoding="utf-8")
        python, lark = _cost(folder, "-c", "pass"), _cost(folder, "-c", "import lark")
        version = _cost(folder, "-m", "storyboard", "--version")
        check = _cost(folder, "-m", "storyboard", "check", "film.sb")
    print(f"sbc --version: {version * 1000:.0f} ms, {version / python:.1f} times bare Python")
    print(f"sbc check of 30 KB: {check * 1000:.0f} ms, {check / lark:.2f} times `import lark`")


def _cost(folder: str, *arguments: str) -> float:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    costs = []
    for _ in range(ROUNDS):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], cwd=folder, env=environment, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(costs)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("work", nargs="*", help=", ".join(WORK | IMPORTS))
    arguments.add_argument("--start", action="store_true")
    chosen = arguments.parse_args()
    start()
    if not chosen.start:
        table(chosen.work or ["check"])
