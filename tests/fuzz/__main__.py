"""Fuzzing by hand.

python -m tests.fuzz --minutes 60                 # all targets in turn, from a new seed
python -m tests.fuzz --minutes 5 script editor    # some of them
python -m tests.fuzz --again script:1234          # one round once more, with its traceback
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter

from tests.fuzz.fuzzer import Failure, one_round
from tests.fuzz.targets import TARGETS


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    arguments.add_argument("--minutes", type=float, default=1.0, help="processor time to spend")
    arguments.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 40))
    arguments.add_argument("--again", metavar="TARGET:SEED")
    chosen = arguments.parse_args()
    if chosen.again:
        target, _, seed = chosen.again.partition(":")
        failure = one_round(target, int(seed))
        print(failure.what if failure else "fine")
        return bool(failure)
    rounds: Counter[str] = Counter()
    known: dict[str, Failure] = {}
    seed = chosen.seed
    targets = chosen.targets or list(TARGETS)
    start = time.process_time()
    while (spent := time.process_time() - start) < chosen.minutes * 60:
        target = targets[seed % len(targets)]
        failure = one_round(target, seed)
        rounds[target] += 1
        seed += 1
        if failure and failure.key not in known:
            known[failure.key] = failure
            print(f"{failure.key}\n    python -m tests.fuzz --again {target}:{failure.seed}", flush=True)
    print(f"{spent / 60:.1f} minutes of processor time, {dict(rounds)} rounds, {len(known)} kinds of failures")
    return bool(known)


if __name__ == "__main__":
    raise SystemExit(main())
