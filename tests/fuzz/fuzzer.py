"""Rounds of a target, each from a seed of its own, so that any of them can be had again by itself."""

from __future__ import annotations

import random
import tempfile
import time
import traceback
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.targets import TARGETS

#: Seconds of processor time that a round may take.
LONGEST = 20.0


class Failure(NamedTuple):
    """A round that raised or took too long: how to have it again, and what was raised, with the line of ours."""

    target: str
    seed: int
    what: str

    @property
    def key(self) -> str:
        return f"{self.target}: {self.what.splitlines()[-1][:160]}"


def one_round(target: str, seed: int) -> Failure | None:
    chance = random.Random(seed)
    start = time.process_time()
    try:
        with tempfile.TemporaryDirectory() as folder:
            TARGETS[target](chance, Path(folder))
    except Exception:  # whatever is raised is what is looked for
        return Failure(target, seed, traceback.format_exc())
    spent = time.process_time() - start
    return Failure(target, seed, f"took {spent:.1f} s") if spent > LONGEST else None
