"""`sbc stats` adds a film up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

_SCRIPT = """\
Title: Count

CHARACTER Mira
front: https://example.com/mira.png

CHARACTER Mira.winter
look: in a fur coat

CHARACTER Voice

LOCATION Harbor
image: https://example.com/harbor.png

EXT. HARBOR - DAY

SHOT 5s
@Mira.winter walks.

MIRA
One two three.

SHOT 4s
Gulls.

VOICE (V.O.)
(slowly)
Four five.

INT. CELLAR - NIGHT
with: Mira

SHOT 3s
It is dark.
"""


def stats(text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "storyboard.cli", "stats", "-", *arguments]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=60)


def test_figures_add_up(tmp_path: Path) -> None:
    done = stats(_SCRIPT, "--format", "json")
    assert done.returncode == 0, done.stderr
    data = json.loads(done.stdout)
    assert (data["title"], data["seconds"], data["scenes"], data["shots"], data["words"]) == ("Count", 12, 2, 3, 5)
    assert data["usd"] == round(12 * 0.112, 4)
    mira, voice = data["characters"]
    assert mira == {"name": "Mira", "words": 3, "speeches": 1, "shots": 1, "seconds": 5}
    assert (voice["words"], voice["seconds"]) == (2, 0), "a voice is heard, not seen"
    assert [(one["name"], one["seconds"]) for one in data["locations"]] == [("Harbor", 9), ("CELLAR", 3)]


def test_words_are_counted_where_no_blanks_stand_between_them() -> None:
    script = "CHARACTER 太郎\n\nSHOT 5s wide\n\n太郎\nこの髪を抜いてな。\n"
    assert json.loads(stats(script, "--format", "json").stdout)["words"] == 4


def test_a_table_for_a_person() -> None:
    done = stats(_SCRIPT)
    assert "0:12, 2 scenes, 2 clips, 3 shots, $1.34" in done.stdout
    assert "5 words of dialogue" in done.stdout


def test_what_is_laid_over_is_counted() -> None:
    script = _SCRIPT.replace("Title: Count\n", "Title: Count\nMusic: slow cello\n", 1)
    script = script.replace("SHOT 3s\n", "SHOT 3s\nmusic: none\nambience: dripping water\nEFFECT: a door\n\n", 1)
    script += "\nVOICE (V.O., one.wav)\nOne two three.\n"
    done = stats(script)
    assert "laid over: music 0:09, ambience 0:03, 1 effect, 1 speech (3 words)" in done.stdout, done.stdout
    assert json.loads(stats(script, "--format", "json").stdout)["sound"]["music_seconds"] == 9


def test_a_script_with_errors_is_counted_as_far_as_it_goes() -> None:
    done = stats(_SCRIPT + "\nSHOT soon\nX.\n")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Count" in done.stdout
