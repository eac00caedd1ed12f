"""Growth, measured: what a piece of work costs on twice the input, as a multiple of what it costs on the input."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import NamedTuple

#: Twice the input may cost so many times as much. Linear work stays below 2; work that looks at everything again for
#: everything comes near 4.
MOST = 2.6
#: Seconds below which a figure is noise: what takes less on twice the input is not judged.
_TOO_SHORT = 0.03
_ROUNDS = 6


class Growth(NamedTuple):
    """Seconds of processor time on an input and on twice the input."""

    once: float
    twice: float

    @property
    def ratio(self) -> float:
        return self.twice / self.once if self.once and self.twice >= _TOO_SHORT else 0.0


def seconds(work: Callable[[], object]) -> float:
    """Processor time of this process, its system calls too."""
    gc.collect()
    start = time.process_time()
    work()
    return time.process_time() - start


def growth(once: Callable[[], object], twice: Callable[[], object]) -> Growth:
    """The least of some rounds of each, taken in turn. A busy machine makes single rounds dearer, so another is taken
    as long as the ratio is too high: what is truly too dear stays so.

    What the process holds already is kept from the garbage collector, which would look at all of it again while the
    work goes on, and oftener the more the work keeps."""
    gc.freeze()
    try:
        best = Growth(min(seconds(once), seconds(once)), seconds(twice))
        for _ in range(_ROUNDS):
            if best.ratio < MOST:
                break
            best = Growth(min(best.once, seconds(once)), min(best.twice, seconds(twice)))
        return best
    finally:
        gc.unfreeze()
