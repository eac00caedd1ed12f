"""Ctrl-C while a film or an animatic is made: what is done is kept, and nothing half-written is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SHOT = "SHOT 4s wide, push in\nThe harbor lies still, seen for the {}th time.\n\n"


@pytest.mark.parametrize(("command", "folder"), [("animatic", "segments"), ("film", "film")])
def test_a_stop_keeps_what_is_done(tmp_path: Path, command: str, folder: str) -> None:
    """A film without takes is drawn scene by scene, each its own clip."""
    scenes = (f"EXT. PLACE {number} - DAY\n\nSHOT 3s wide\nIt is the {number}th place.\n\n" for number in range(40))
    (tmp_path / "film.sb").write_text("".join(scenes))
    cache = tmp_path / "cache" / "sbc" / folder
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    process = subprocess.Popen(
        [sys.executable, "-m", "storyboard.cli", command, "film.sb"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + 100
        while len(list(cache.glob("*.mp4"))) < 3:
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < end, "nothing is kept"
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130, said
    assert b"stopped; what is" in said
    assert b"Traceback" not in said
    assert len(list(cache.glob("*.mp4"))) >= 3
    assert not list(cache.glob(".new-*"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "film.sb"]
