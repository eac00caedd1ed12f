"""How fast the writing tools are: `python tests/benchmarks/writing.py`.

The import is timed as a whole process, stand-in pictures included; the check of `sbc watch` as the program itself times
it, on real saves of a script of 30 KB.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from storyboard.compiler.pipeline import analyze_text
from storyboard.format import format_script
from storyboard.screenplay.script import Speech
from tests.benchmarks.compile import say
from tests.benchmarks.scripts import script_of_size

ROUNDS = 12
_SAID = (
    "I counted the lights twice, and there was one too many.",
    "No boat has come in since Tuesday, Captain. You know that as well as I do, and so does everybody in this town.",
    "Then who rang the bell?",
)


def feature(scenes: int = 190, speeches: int = 770) -> str:
    """A Fountain screenplay as long as a film: 60 places, 32 who speak."""
    parts = ["Title: The Long Harbor\nCredit: written by\nAuthor: Nobody\n"]
    said = 0
    for number in range(scenes):
        parts.append(
            f"{'INT.' if number % 3 else 'EXT.'} PLACE {number % 60 + 100} - {'NIGHT' if number % 2 else 'DAY'} #{number + 1}#\n"
        )
        parts.append(
            f"Wet boards, {number} of them. CAPTAIN {number % 32 + 200} comes in, sees the empty hook and stops. A bell, far out.\n"
        )
        while said < speeches * (number + 1) // scenes:
            parts.append(
                f"CAPTAIN {said % 32 + 200}\n{'(low)' if said % 5 == 0 else ''}\n{_SAID[said % 3]}\n".replace(
                    "\n\n", "\n"
                )
            )
            said += 1
        parts.append(f"He reads the {number}th line of the log and closes it.\n")
    return "\n".join(parts)


def time_import(folder: Path, form: str) -> float:
    """Seconds of a whole `sbc import --stand-ins`."""
    for old in folder.glob("refs/*"):
        old.unlink()
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "storyboard.cli", "import", f"film.{form}", "--stand-ins", "--force", "-o", "film.sb"],
        cwd=folder, env=_environment(), check=True, capture_output=True,
    )  # fmt: skip
    return time.perf_counter() - start


def _environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def imports(folder: Path) -> None:
    from storyboard.screenplay.fountain import read_fountain

    text = feature()
    elements = read_fountain(text).elements
    assert sum(isinstance(one, Speech) for one in elements) == 770
    (folder / "film.fountain").write_text(text, encoding="utf-8")
    say("import of a feature (Fountain), s", min(time_import(folder, "fountain") for _ in range(3)), 3.0)
    subprocess.run(
        [sys.executable, "-m", "storyboard.cli", "export", "film.sb", "--to", "fdx", "-o", "whole.fdx"],
        cwd=folder, env=_environment(), check=True, capture_output=True,
    )  # fmt: skip
    # Without its mark the export is a screenplay like any other.
    plain = (folder / "whole.fdx").read_text(encoding="utf-8").replace("Format: storyboard/1", "Format: none")
    (folder / "film.fdx").write_text(plain, encoding="utf-8")
    say("import of a feature (Final Draft), s", min(time_import(folder, "fdx") for _ in range(3)), 3.0)


def watching(folder: Path) -> None:
    """What `sbc watch` says of its checks, and the time from a save to what it says."""
    file = folder / "watched.sb"
    text = script_of_size(30_000)
    file.write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "storyboard.cli", "watch", "watched.sb"],
        cwd=folder, env=_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    patience = threading.Timer(120, process.kill)
    patience.start()
    saved = 0.0
    checks, waits = [], []
    try:
        assert process.stderr is not None
        for round_ in range(ROUNDS + 1):
            line = process.stderr.readline()
            while "checked in" not in line:
                line = process.stderr.readline()
            if round_:
                waits.append((time.perf_counter() - saved) * 1000)
                checks.append(float(re.findall(r"checked in (\d+) ms", line)[0]))
            time.sleep(0.2)
            middle = len(text) // 2 + round_
            saved = time.perf_counter()
            file.write_text(
                text[:middle].replace("rolls in", f"rolls in {round_} times") + text[middle:], encoding="utf-8"
            )
    finally:
        patience.cancel()
        process.kill()
        process.wait()
    say("watch: a check after a save of 30 KB, ms", statistics.median(checks), 100.0, f"the slowest {max(checks):g}")
    say("watch: from the save to the news, ms", statistics.median(waits), 400.0, "saves within 60 ms count as one")


def formatting() -> None:
    text = script_of_size(250_000)
    start = time.perf_counter()
    format_script(text, analyze_text)
    say("formatting 250 KB, s", time.perf_counter() - start, 5.0)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        imports(Path(made))
        watching(Path(made))
    formatting()
