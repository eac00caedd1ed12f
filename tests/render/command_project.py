"""A project with a sandbox, and `sbc` in processes of its own, for the tests of the commands."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.render.engine import RunOptions
from storyboard.render.run import Environment, render
from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.server import SandboxServer
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.outcome import ExitCode, Outcome
from storyboard.spend.session import Account, Selection
from storyboard.spend.settings import service_name
from storyboard.venice.secret import Secret
from tests.render.run_fixture import (
    IMPATIENT,
    KEY,
    SPEED,
    FastClock,
    accept_any_clip,
    account_at_guide_prices,
    clip_jobs,
    draw_ready_clip,
    write_script,
)

REPOSITORY = Path(__file__).parents[2]
HASTY = ("-m", "tests.render.fast_polling_sbc")
#: The first terminal that the leader of a session opens is the one whose Ctrl-C reaches it.
_AT_TERMINAL = """
import os, runpy
os.open(os.ttyname(0), os.O_RDWR)
runpy.run_module("tests.render.fast_polling_sbc", run_name="__main__", alter_sys=True)
"""
NEVER = 1e12


class CommandEnd(NamedTuple):
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """What it said on standard error, in one line, without the report about the script."""
        return " ".join(self.err.split())

    def data(self) -> Any:
        return json.loads(self.out)

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class CommandProject:
    """A film in a folder, and the sandbox at which it is rendered under the sandbox's name for a paid service."""

    folder: Path
    script: Path
    server: SandboxServer
    clock: FastClock
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def out(self) -> Path:
        return self.folder / "out" / "film"

    @property
    def url(self) -> str:
        return self.server.base_url

    def environment(self, key: str | None = KEY, **more: str) -> dict[str, str]:
        """As a shell has it: a home of its own, and nothing of the outside."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT", "TMPDIR") if name in os.environ}
        base = {"HOME": str(self.folder / "home"), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "150", "TERM": "xterm"}
        return {**kept, **base, **({"VENICE_API_KEY": key} if key else {}), **more}

    def sbc(
        self, *words: str, key: str | None = KEY, program: tuple[str, ...] = HASTY, **environment: str
    ) -> CommandEnd:
        """Run a command without a terminal to its end."""
        done = subprocess.run(
            [sys.executable, *program, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=self.environment(key, **environment),
            timeout=60,
            check=False,
        )
        result = CommandEnd(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert "Traceback" not in result.err, result.err
        return result

    def render(self, *words: str, key: str | None = KEY) -> CommandEnd:
        """Render at the sandbox as if it were paid."""
        return self.sbc("render", "film.sb", "--base-url", self.url, *words, key=key)

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        """Begin a command; `end_of_command` takes it to its end."""
        process = subprocess.Popen(
            [sys.executable, *HASTY, *words],
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment(),
        )
        self._running.append(process)
        return process

    def start_render(self, *words: str) -> subprocess.Popen[bytes]:
        return self.start("render", "film.sb", "--base-url", self.url, "--yes", *words)

    def prepare(self, **selection: Iterable[str]) -> Outcome:
        """Render all clips quickly, in this process, as `render` with --yes would."""
        run = render(
            clip_jobs(self.script),
            self.out,
            Account(self.url, Secret(KEY), service_name(self.url)),
            Selection(**{name: frozenset(clips) for name, clips in selection.items()}),
            RunOptions(8),
            lambda plan: True,
            lambda event: None,
            Environment(clock=self.clock, timeouts=IMPATIENT, verify=accept_any_clip),
        )
        return asyncio.run(run)

    def rendered(self) -> None:
        assert self.prepare().code is ExitCode.FINE

    def edit(self, old: str, new: str) -> None:
        text = self.script.read_text()
        assert old in text
        self.script.write_text(text.replace(old, new))

    def is_slow(self, seconds: float = NEVER) -> None:
        """From now on a render takes so long at the service."""
        self.server.sandbox.settings = replace(self.server.sandbox.settings, render_seconds=seconds)

    @property
    def paths(self) -> list[str]:
        """The calls that came, by the end of their address."""
        return [call.path.rpartition("/")[2] for call in self.server.memory.calls]

    @property
    def charged(self) -> int:
        return sum(self.server.memory.charges.values())

    def clips(self) -> list[str]:
        return sorted(path.name for path in (self.out / "clips").glob("*.mp4"))

    def entries(self) -> tuple[Entry, ...]:
        ledger = Ledger.read(self.out)
        assert ledger is not None
        with ledger:
            return ledger.entries()

    def end(self) -> None:
        for process in self._running:
            if process.poll() is None:
                process.kill()
            process.communicate()


@contextmanager
def commands(
    folder: Path,
    clips: int = 2,
    *,
    faults: Iterable[str] = (),
    chained: Iterable[int] = (),
    model: str = "",
) -> Iterator[CommandProject]:
    """A project with a film of so many clips."""
    script = write_script(folder, clips, chained=chained, model=model)
    clock = FastClock(SPEED)
    settings = SandboxSettings(
        render_seconds=1.0, limited=False, draw=draw_ready_clip, account=account_at_guide_prices()
    )
    with SandboxServer(settings, clock.now, faults=faults) as server:
        here = CommandProject(folder, script, server, clock)
        try:
            yield here
        finally:
            here.end()


def end_of_command(process: subprocess.Popen[bytes], seconds: float = 30) -> CommandEnd:
    """Wait for a command to end."""
    out, err = process.communicate(timeout=seconds)
    assert b"Traceback" not in err, err.decode()
    return CommandEnd(process.returncode, out.decode(), err.decode())


def wait_until(is_so: Callable[[], object], process: subprocess.Popen[bytes], seconds: float = 30) -> None:
    """Wait for something to become true while a command runs; it has to."""
    end = time.monotonic() + seconds
    while not is_so():
        assert process.poll() is None, process.communicate()[1].decode()
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


class Terminal:
    """A command at a terminal of its own, which one can read from and type into."""

    def __init__(self, here: CommandProject, *words: str, **environment: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, b"\x28\x00\x96\x00\x00\x00\x00\x00")
        self.text = ""
        self._process = subprocess.Popen(
            [sys.executable, "-c", _AT_TERMINAL, *words],
            cwd=here.folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=here.environment(**environment),
            start_new_session=True,
        )
        os.close(slave)

    def read_until(self, words: str, seconds: float = 30) -> None:
        """Read until these words stand there."""
        end = time.monotonic() + seconds
        while words not in self.shown:
            assert time.monotonic() < end, self.shown
            assert self._read(0.2), self.shown

    def type(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def finish(self, seconds: float = 30) -> int:
        """Read to the end; the exit code."""
        end = time.monotonic() + seconds
        while self._read(0.2):
            assert time.monotonic() < end, self.shown
        os.close(self._master)
        return self._process.wait(5)

    def kill(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        with suppress(OSError):
            os.close(self._master)

    @property
    def shown(self) -> str:
        """What was written, without colours and moves of the cursor."""
        return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", self.text).replace("\r\n", "\n")

    def _read(self, seconds: float) -> bool:
        """Read what is there; false at the end."""
        if not select.select([self._master], [], [], seconds)[0]:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.text += data.decode(errors="replace")
        return bool(data)


@contextmanager
def terminal(here: CommandProject, *words: str, **environment: str) -> Iterator[Terminal]:
    """A terminal that is closed at the end, whatever happens."""
    at = Terminal(here, *words, **environment)
    try:
        yield at
    finally:
        at.kill()
