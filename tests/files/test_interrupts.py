"""Commands that are interrupted: by Ctrl-C, by SIGTERM, by a terminal that is closed. Nothing half-written stays."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has no such signals")

_SCRIPT = "".join(f"INT. ROOM {number} - DAY\n\nSHOT 3s\nA door.\n\n" for number in range(3))
_PLAY = "\n".join(f"INT. ROOM {number} - DAY\n\nPERSON {number}\nGood day.\n" for number in range(12))
#: Each command, with what stands in its folder before, and what does when it has been left to itself.
_COMMANDS = {
    "new": (["new", "project"], {}, {"project"}),
    "import": (["import", "play.fountain", "--stand-ins"], {"play.fountain": _PLAY}, {"play.sb", "refs"}),
    "animatic": (
        ["animatic", "film.sb", "-o", "a.mp4", "--stills", "stills"],
        {"film.sb": _SCRIPT},
        {"a.mp4", "a.srt", "a.vtt", "stills"},
    ),
    "compile": (["compile", "film.sb", "-o", "film.json"], {"film.sb": "Title: x\n"}, {"film.json"}),
    "fmt": (["fmt", "film.sb"], {"film.sb": "title: x\n"}, set()),
}
#: Sends this process a signal when the data of its n-th file is on its way to the disk.
_SHIM = """
import os, sys
number, at, *arguments = sys.argv[1:]
sync, calls = os.fsync, []
def interrupted(handle):
    calls.append(handle)
    if len(calls) == int(at):
        os.kill(os.getpid(), int(number))
    sync(handle)
os.fsync = interrupted
from storyboard.cli import main
main(arguments, prog_name="sbc")
"""


def prepare(folder: Path, command: str) -> tuple[list[str], dict[str, str]]:
    arguments, files, _ = _COMMANDS[command]
    for name, text in files.items():
        (folder / name).write_text(text)
    return arguments, {**os.environ, "XDG_CACHE_HOME": str(folder.parent / f"{folder.name}-cache")}


def check(folder: Path, command: str, said: bytes) -> None:
    """Everything that is there is whole, and nothing temporary is there."""
    _, files, products = _COMMANDS[command]
    found = {one.name for one in folder.iterdir()}
    assert found <= {*files, *products}, said
    assert not [one for one in folder.rglob(".*") if one.name != ".gitignore"]
    assert b"Traceback" not in said
    if command == "new":
        project = folder / "project"
        assert not project.exists() or len(list(project.rglob("*"))) == 10
    if command == "import":
        pictures = len(list(folder.glob("refs/*")))
        assert pictures == 24 or (pictures == 0 and "play.sb" not in found)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)
@pytest.mark.parametrize(("command", "at"), [("new", 3), ("import", 5), ("animatic", 1), ("compile", 1), ("fmt", 1)])
def test_nothing_half_written_stays(tmp_path: Path, command: str, at: int, number: signal.Signals) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    arguments, environment = prepare(folder, command)
    shim = [sys.executable, "-c", _SHIM, str(int(number)), str(at), *arguments]
    done = subprocess.run(shim, cwd=folder, env=environment, capture_output=True, check=False, timeout=120)
    assert done.returncode not in (0, -number), done.stderr
    check(folder, command, done.stdout + done.stderr)
    if command == "fmt":
        assert (folder / "film.sb").read_text() == "title: x\n"


def test_an_ignored_signal_stays_ignored(tmp_path: Path) -> None:
    """As under `nohup`."""
    (tmp_path / "film.sb").write_text("Title: x\n")
    shim = _SHIM.replace("sync, calls", "import signal; signal.signal(1, signal.SIG_IGN); sync, calls")
    command = [sys.executable, "-c", shim, "1", "1", "compile", "film.sb", "-o", "film.json"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("command", _COMMANDS)
def test_nothing_half_written_stays_at_any_moment(tmp_path: Path, command: str) -> None:
    random.seed(command)
    folder = tmp_path / "whole"
    folder.mkdir()
    arguments, environment = prepare(folder, command)
    start = time.perf_counter()
    full = [sys.executable, "-m", "storyboard.cli", *arguments]
    subprocess.run(full, cwd=folder, env=environment, capture_output=True, check=False, timeout=120)
    takes = time.perf_counter() - start
    for number in range(40):
        folder = tmp_path / f"work{number}"
        folder.mkdir()
        arguments, environment = prepare(folder, command)
        with subprocess.Popen(full, cwd=folder, env=environment, stdout=-1, stderr=subprocess.STDOUT) as process:
            time.sleep(random.uniform(0.3, 1.1) * takes)
            process.send_signal(random.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP]))
            said, _ = process.communicate(timeout=120)
        check(folder, command, said if b"storyboard/cli/commands.py" in said else b"")
