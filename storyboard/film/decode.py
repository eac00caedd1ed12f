"""Calls to the decoder's child process, and its reports."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

from storyboard.child_process import child_command, child_environment, own_process_group
from storyboard.film.limits import clip_file_limits


class Undecodable(Exception):
    """A clip cannot be read; the message says why in words that follow a name, as in `it is cut off`.

    `is_unjudged` says that the decoder did not finish, which says nothing about the clip.
    """

    def __init__(self, message: str, *, is_unjudged: bool = False) -> None:
        super().__init__(message)
        self.is_unjudged = is_unjudged


def ask_decoder(verb: str, *paths: Path) -> bytes:
    """What `storyboard.film.decode_child` reports; raises Undecodable where it reports nothing in its limits."""
    try:
        child = subprocess.Popen(
            child_command("storyboard.film.decode_child", verb, *map(str, paths)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            close_fds=True,
            env=child_environment(),
            **own_process_group(),
        )
    except OSError as problem:
        raise Undecodable(f"its decoder cannot be started ({problem.strerror})", is_unjudged=True) from None
    with child:
        try:
            return _report_of(child)
        finally:
            child.kill()


def _report_of(child: subprocess.Popen[bytes]) -> bytes:
    """What a child writes, within limits of size and time."""
    assert child.stdin is not None, "it is a pipe"
    assert child.stdout is not None, "it is a pipe"
    most = clip_file_limits().largest_report
    is_late = threading.Event()

    def stop() -> None:
        is_late.set()
        child.kill()

    watch = threading.Timer(clip_file_limits().wall_seconds, stop)
    watch.start()
    try:
        report = child.stdout.read(most + 1)
        if len(report) > most:
            raise Undecodable("its decoder says more than it may")
        code = child.wait()
    finally:
        watch.cancel()
        child.stdin.close()  # only now: the child takes its end for the parent's
    if is_late.is_set():
        raise Undecodable("decoding it takes too long", is_unjudged=True)
    if code != 0 or not report:
        raise Undecodable("it cannot be decoded", is_unjudged=code < 0)
    return report
