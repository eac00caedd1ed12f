"""How fast the playground's compiler answers: CPU in WebAssembly, as a browser's worker runs it.

    python -m tests.benchmarks.playground            # 150 keys
    python -m tests.benchmarks.playground --keys 60

The playground is built; its files are loaded by Node, which has the same WebAssembly as Chromium. A script of 30 KB is
opened and typed in. Seconds are of CPU in all threads of the process, those that compile WebAssembly included.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.scripts import script_of_size
from tests.studio.playground_site import build_playground

SIZE = 30_000
KEYS = 150
#: Seconds of CPU to the first diagnostics; milliseconds to those of each further key, once the code is warm.
FIRST_LIMIT, KEY_LIMIT = 6.0, 15.0
_WARM = 20  # keys, after which WebAssembly is compiled for speed


def main() -> int:
    """Print the figures; 1 where one is over its limit."""
    parser = argparse.ArgumentParser(description="Time the playground's compiler.")
    parser.add_argument("--keys", type=int, default=KEYS)
    keys = parser.parse_args().keys
    with tempfile.TemporaryDirectory() as folder:
        site, script = build_playground(Path(folder) / "site"), Path(folder) / "film.sb"
        script.write_text(script_of_size(SIZE), encoding="utf-8")
        command = ["node", str(Path(__file__).with_suffix(".mjs")), str(site), str(script), str(keys)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=900)
    found = json.loads(done.stdout)
    warm = found["keys"][_WARM:]
    key, board = (statistics.median(1000 * one[at] for one in warm) for at in (0, 1))
    print(f"first diagnostics of {SIZE // 1000} KB: {found['first']:.2f} s CPU (limit {FIRST_LIMIT:.0f})")
    print(f"each further key: {key:.1f} ms CPU to its diagnostics (limit {KEY_LIMIT:.0f}), {board:.1f} ms to its board")
    return int(found["first"] > FIRST_LIMIT or key > KEY_LIMIT)


if __name__ == "__main__":
    raise SystemExit(main())
