"""`sbc sandbox` as a process."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from tests.sandbox.requests import KEY, kling, send


@contextmanager
def running(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The command at work, and the address that it says."""
    words = [sys.executable, "-m", "storyboard.cli", "sandbox", *arguments]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.kill()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_stopped(stop: signal.Signals) -> None:
    with running("--render-seconds", "120", "--speed", "1000", "--plain") as (process, address):
        queued = send("POST", f"{address}/video/queue", json=kling(), headers=KEY).json()
        answer: httpx.Response | None = None
        for _ in range(50):
            answer = send("POST", f"{address}/video/retrieve", json=queued, headers=KEY)
            if answer.headers["content-type"] == "video/mp4":
                break
            time.sleep(0.05)
        assert answer is not None
        assert answer.content[4:8] == b"ftyp"
        process.send_signal(stop)
        said, problems = process.communicate(timeout=20)
        assert process.returncode == 0
        assert "The sandbox has ended." in said
        assert problems == ""


def test_a_fault_can_be_given_and_the_faults_be_listed() -> None:
    with running("--fault", "quote:503") as (_, address):
        assert send("POST", f"{address}/video/quote", json={}).status_code == 503
    listed = subprocess.run(
        [sys.executable, "-m", "storyboard.cli", "sandbox", "--faults"], capture_output=True, text=True, check=True
    ).stdout
    assert "trickle[=SECONDS]" in listed


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = str(held.getsockname()[1])
        words = [sys.executable, "-m", "storyboard.cli", "sandbox", "--port", port]
        ended = subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)
    assert ended.returncode == 2
    assert f"cannot use port {port}" in ended.stderr
    assert "Traceback" not in ended.stderr
