"""`sbc doctor` says what is so, and what to do."""

from __future__ import annotations

import re
import subprocess
import sys
from email.utils import formatdate
from pathlib import Path

from storyboard.project.doctor import Condition, look_at_machine, look_at_service
from storyboard.venice.protocol import Answer

NOW = 1_790_000_000.0


def findings(folder: Path, environment: dict[str, str] | None = None) -> dict[str, tuple[Condition, str, str]]:
    return {one.thing: one[1:] for one in look_at_machine(folder, environment or {"XDG_CONFIG_HOME": str(folder)})}


def test_a_machine_without_a_key_can_use_the_sandbox(tmp_path: Path) -> None:
    found = findings(tmp_path)
    assert list(found) == ["Python", "sbc", "Fonts", "Voices", "Disk", "Project", "Key"]
    assert found["Disk"][0] is Condition.FINE
    condition, words, remedy = found["Key"]
    assert (condition, "sandbox" in words, "VENICE_API_KEY" in remedy) == (Condition.LIMITED, True, True)


def test_a_key_is_found_and_never_shown(tmp_path: Path) -> None:
    key = "k" * 40
    found = findings(tmp_path, {"VENICE_API_KEY": key})
    assert found["Key"][0] is Condition.FINE
    assert key not in str(found)


def test_the_project_file_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "sbc.toml").write_text("[limits]\nusd_per_day = 20\n")
    assert findings(tmp_path)["Project"][:2] == (Condition.FINE, f"{tmp_path / 'sbc.toml'}, with usd_per_day = 20")
    (tmp_path / "sbc.toml").write_text("[limits]\nusd_per_dy = 20\n")
    condition, words, remedy = findings(tmp_path)["Project"]
    assert condition is Condition.BROKEN
    assert "usd_per_dy" in words
    assert remedy


def test_the_service_and_the_clock(tmp_path: Path) -> None:
    def conditions(answer: Answer | str) -> list[tuple[str, Condition]]:
        return [(one.thing, one.condition) for one in look_at_service(lambda: answer, lambda: NOW)]

    right, wrong = ({"date": formatdate(NOW - late, usegmt=True)} for late in (2, 3600))
    assert conditions(Answer(200, right, b"")) == [("Network", Condition.FINE), ("Clock", Condition.FINE)]
    assert conditions(Answer(200, wrong, b"")) == [("Network", Condition.FINE), ("Clock", Condition.LIMITED)]
    assert conditions(Answer(503, {}, b"")) == [("Network", Condition.BROKEN)]
    assert conditions("it is not there") == [("Network", Condition.BROKEN)]


def test_the_command_says_a_line_a_thing(tmp_path: Path) -> None:
    script = tmp_path / "film.sb"
    script.write_text("EXT. QUAY - DAY\n")
    command = [sys.executable, "-m", "storyboard.cli", "doctor", str(script), "--offline"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(rf"Disk: .* in {re.escape(str(tmp_path))}$", done.stdout, re.MULTILINE)
    assert "Network" not in done.stdout
