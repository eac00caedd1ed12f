"""Displays of a run: a live terminal, plain lines, or JSON."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

from storyboard.cli.clock import today
from storyboard.cli.output import Output
from storyboard.cli.streams import STOPPED, WRONG_USE, fail

if TYPE_CHECKING:
    from storyboard.render.planning import RunPlan
    from storyboard.spend.events import Event

NO_PRICE = 3


class RunScreen:
    """Shows the plan of a run, asks, and then shows what happens. `leaves_with` is the exit code of a person who does
    not agree."""

    def __init__(self, form: str, stack: ExitStack, *, is_paid: bool) -> None:
        self.agenda: RunPlan
        self.leaves_with = WRONG_USE
        self._is_paid = is_paid
        self._form = form
        self._stack = stack
        self._has_begun = False
        self._listen: Callable[[Event], None] | None = None
        self._data, self._words = Output(err=False), Output(err=True)

    def listen(self, event: Event) -> None:
        """Show an event. Raises whatever the terminal does."""
        if not self._has_begun:
            self._has_begun = True
            self._begin(self.agenda)
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

    def agrees(self, agenda: RunPlan, *, asks: bool, accepts_estimate: bool) -> bool:
        """Show the plan, and ask where something is paid. Consent in advance holds for the service's own prices; a
        price that the service does not tell is consented to by its own name."""
        from storyboard.render.report_data import plan_data
        from storyboard.render.report_text import estimate_line, question, write_plan

        self.agenda = agenda
        if self._form == "json":
            self.say_data({"event": "plan", **plan_data(agenda)})
        else:
            for line in write_plan(agenda, today=today(), is_paid=self._is_paid):
                self.say(line)
        is_unsure = self._is_paid and bool(agenda.estimated) and not accepts_estimate
        if is_unsure and not asks:
            fail(f"nothing was sent. {estimate_line(agenda)} Add --accept-estimate to send all the same", NO_PRICE)
        if agenda.sent and (asks or is_unsure):
            if not (sys.stdin.isatty() and sys.stderr.isatty()):
                fail(f"nothing was sent, for there is no terminal to ask at: {question(agenda)} Add --yes to agree")
            if not self._confirms(question(agenda)):
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

    def _begin(self, agenda: RunPlan) -> None:
        from storyboard.render.progress import Live, tell_json, tell_plainly

        if self._form == "json":
            self._listen = tell_json(self._data.data, time.time)
        elif sys.stderr is not None and sys.stderr.isatty() and not os.environ.get("NO_COLOR"):
            from rich.console import Console

            with suppress(OSError):  # the terminal has been closed
                live = self._stack.enter_context(Live(Console(stderr=True), agenda, time.monotonic))
                self._listen = live.listen
        else:
            self._listen = tell_plainly(self.say)


def _read_answer() -> str:
    """A line of the terminal; nothing where it has been closed."""
    with suppress(OSError):
        return sys.stdin.readline()
    return ""
