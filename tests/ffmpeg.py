"""ffmpeg, the tool that we did not write: it makes clips of every kind and measures films."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")


def ffmpeg(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run ffmpeg. Fails the test where it fails."""
    command = ["ffmpeg", "-hide_banner", "-nostdin", "-y", "-threads", "1", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-2000:]
    return done
