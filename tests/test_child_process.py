"""Limits of child processes, also where the system has none to ask for."""

from __future__ import annotations

import subprocess
import sys

import pytest

_WITHOUT_LIMITS = "import sys; sys.modules['resource'] = None\nfrom storyboard.child_process import limit_itself\n"


@pytest.mark.parametrize(
    ("limits", "work"),
    [("1, 10**10", "while True: pass"), ("None, 10**8", "kept = [bytes(10**6) * 400]\nimport time; time.sleep(60)")],
    ids=["time", "memory"],
)
def test_a_child_ends_that_takes_too_much_where_the_system_has_no_limits(limits: str, work: str) -> None:
    code = f"{_WITHOUT_LIMITS}limit_itself({limits})\n{work}\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=50, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stderr == b""


def test_a_child_that_takes_little_comes_to_its_end() -> None:
    code = f"{_WITHOUT_LIMITS}limit_itself(30, 10**10)\nimport time; time.sleep(0.7)\nprint('done')\n"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=50, check=False)
    assert done.stdout.strip() == b"done", done.stderr
