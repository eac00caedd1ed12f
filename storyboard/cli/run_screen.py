"""Displays of a run: a live terminal, plain lines, or JSON."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from storyboard.cli.output import Output
from storyboard.cli.process import STOPPED, WRONG_USE
from storyboard.cli.streams import fail

if TYPE_CHECKING:
    from storyboard.render.planning import RunPlan
    from storyboard.spend.events import Event

NO_PRICE = 3

_Result = TypeVar("_Result")


class PlanPage(NamedTuple):
    """A plan as it is shown and agreed to: its `lines` and its `data`; whether it `sends` anything; the `question`;
    the `estimate` that has to be accepted by name, empty where the prices are the service's. `clips` is the plan of a
    render, None for other runs."""

    lines: Callable[[], Iterable[str]]
    data: Callable[[], dict[str, Any]]
    sends: bool
    question: str
    estimate: str = ""
    clips: RunPlan | None = None


class RunScreen:
    """Shows the plan of a run, asks, and then shows what happens to each clip, or to whatever it is `about`.
    `leaves_with` is the exit code of a person who does not agree; `is_paid` is false in the sandbox."""

    def __init__(self, form: str, stack: ExitStack, *, is_paid: bool, about: str = "clip") -> None:
        self._page: PlanPage | None = None
        self._about = about
        self.leaves_with = WRONG_USE
        self.is_paid = is_paid
        self._form = form
        self._stack = stack
        self._has_begun = False
        self._listen: Callable[[Event], None] | None = None
        self._data, self._words = Output(err=False), Output(err=True)

    def listen(self, event: Event) -> None:
        """Show an event. Raises whatever the terminal does."""
        if not self._has_begun:
            self._has_begun = True
            self._begin()
        if self._listen is not None:
            self._listen(event)

    def say(self, line: str) -> None:
        """A line for the person, on standard error."""
        self._words.line(line)

    def say_data(self, data: dict[str, object]) -> None:
        """A line of JSON on standard output."""
        self._data.data(json.dumps(data, ensure_ascii=False))

    def flush(self) -> None:
        """Hand over everything that was said."""
        self._data.flush()
        self._words.flush()

    def agrees(self, page: PlanPage, *, asks: bool, accepts_estimate: bool = True) -> bool:
        """Show the plan, and ask where something is paid. Consent in advance holds for the service's own prices; a
        price that the service does not tell is consented to by its own name."""
        self._page = page
        if self._form == "json":
            self.say_data({"event": "plan", **page.data()})
        else:
            for line in page.lines():
                self.say(line)
        is_unsure = self.is_paid and bool(page.estimate) and not accepts_estimate
        if is_unsure and not asks:
            fail(f"nothing was sent. {page.estimate} Add --accept-estimate to send anyway", NO_PRICE)
        if page.sends and (asks or is_unsure):
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                fail(
                    f"nothing was sent, because there is no terminal to ask you at: {page.question} Add --yes to agree"
                )
            if not self._confirms(page.question):
                return False
        return True

    def _confirms(self, text: str) -> bool:
        """Ask. Ctrl-C means no, and is remembered; the end of the input means no."""
        # The loop around us would take the first Ctrl-C for itself, and the question would stay.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            self._words.ask(f"{text} [y/N]: ")
            self._words.flush()
            answer = _read_answer()
            if not answer.endswith("\n"):
                self.say("")
            return answer.strip().lower() in ("y", "yes")
        except KeyboardInterrupt:
            self.say("")
            self.leaves_with = STOPPED
            return False
        finally:
            signal.signal(signal.SIGINT, before)

    def _begin(self) -> None:
        from storyboard.render.progress import LiveProgress, tell_json, tell_plainly

        clips = self._page.clips if self._page is not None else None
        if self._form == "json":
            self._listen = tell_json(self._data.data, time.time, self._about)
        elif clips and sys.stderr is not None and sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
            from rich.console import Console

            with suppress(OSError):  # the terminal has been closed
                live = self._stack.enter_context(LiveProgress(Console(stderr=True), clips, time.monotonic))
                self._listen = live.listen
        else:
            self._listen = tell_plainly(self.say)


def run_or_leave(run: Coroutine[Any, Any, _Result], screen: RunScreen) -> _Result:
    """Run something that is paid to its end. Where it cannot begin, is declined or is stopped, the command ends with a
    message and its exit code."""
    from storyboard.cli.account import LOCKED
    from storyboard.spend.ledger import LedgerUnusable
    from storyboard.spend.session import FolderInUse, PlanDeclined

    try:
        return asyncio.run(run)
    except FolderInUse as problem:
        fail(str(problem), LOCKED)
    except LedgerUnusable as problem:
        fail(str(problem))
    except PlanDeclined:
        screen.say("Nothing was sent.")
        sys.exit(screen.leaves_with)
    except KeyboardInterrupt:
        fail("stopped; everything so far is recorded, and the same command continues", STOPPED)


def _read_answer() -> str:
    """A line of the terminal; nothing where it has been closed."""
    with suppress(OSError):
        return sys.stdin.readline()
    return ""
