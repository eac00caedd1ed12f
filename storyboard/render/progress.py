"""Progress of a run: a live display, plain lines, or one line of JSON for each event."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self

from storyboard.render.planning import SENT, PlannedAction, RunPlan
from storyboard.render.report_text import dollars
from storyboard.spend.events import Event
from storyboard.venice.service import service_facts
from storyboard.wording import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

Say = Callable[[str], None]

_WORDS = {
    "sending": "sending",
    "queued": "queued",
    "received": "received",
    "notice": "note",
    "running": "rendering",
    "fetching": "fetching",
    "saved": "saved",
    "waiting": "waiting",
    "blocked": "not sent",
    "refused": "refused",
    "unknown": "perhaps paid",
    "rejected": "rejected",
    "failed": "failed",
    "late": "still running",
    "stopped": "nothing more is sent",
}
_STYLES = {"saved": "green", "rejected": "red", "failed": "red", "refused": "red", "unknown": "bold yellow"}
#: After these a clip is over for this run.
_LAST = frozenset({"saved", "blocked", "refused", "unknown", "rejected", "failed", "late"})


def tell_json(say: Say, wall: Callable[[], float], key: str = "clip") -> Callable[[Event], None]:
    """A listener that writes a line of JSON for each event, with its time; `key` names the field of the event's
    subject."""

    def listen(event: Event) -> None:
        at = datetime.fromtimestamp(wall(), UTC).isoformat(timespec="milliseconds")
        facts = {
            key if name == "clip" else name: value for name, value in event._asdict().items() if value not in (None, "")
        }
        say(json.dumps({"event": facts.pop("kind"), "at": at, **facts}, ensure_ascii=False))

    return listen


def tell_plainly(say: Say) -> Callable[[Event], None]:
    """A listener that writes a line for each event of interest; polling is left out."""
    running: set[str] = set()

    def listen(event: Event) -> None:
        if event.kind == "running":
            if event.clip in running:
                return
            running.add(event.clip)
        say(printable(plain_line(event)))

    return listen


def plain_line(event: Event) -> str:
    """An event as a line."""
    what = event.file or event.words
    if event.kind == "queued":
        what = f"take {event.take}, {dollars(event.usd)}, {event.words or f'usually ready in {_expected(event)}'}"
    elif event.kind == "running":
        what = event.words or f"usually ready in {_expected(event)}"
    elif event.file and event.words:
        what = f"{event.file}; note that {event.words}"
    return ": ".join(part for part in (event.clip, _WORDS[event.kind], what) if part)


@dataclass(slots=True)
class _ClipLine:
    state: str
    since: float
    expected: float | None = None
    note: str = ""


class LiveProgress(AbstractContextManager["LiveProgress"]):
    """The live display: finished clips, a line for each clip in progress, and totals. `now` is a monotonic clock."""

    def __init__(self, console: Console, plan: RunPlan, now: Callable[[], float]) -> None:
        from rich.live import Live as RichLive

        self._now = now
        self._rows: dict[str, _ClipLine] = {}
        self._waiting = {item.job.id: item.after for item in plan.sent}
        self._total = sum(item.action in SENT or item.action in _COLLECTED for item in plan.items)
        self._over = 0
        self._spent = 0.0
        self._planned = plan.usd
        self._stopped = ""
        self._console = console
        self._live = RichLive(console=console, refresh_per_second=4, get_renderable=self._picture, transient=True)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(OSError, ValueError):  # the terminal has been closed
            self._live.stop()

    def listen(self, event: Event) -> None:
        """Show an event."""
        self._waiting.pop(event.clip, None)
        if event.kind in ("queued", "unknown", "failed"):
            self._spent += event.usd or 0.0
        if event.kind == "stopped":
            self._stopped = event.words
        elif not event.clip:
            self._say(event)
        elif event.kind in _LAST:
            self._rows.pop(event.clip, None)
            self._over += 1
            self._say(event)
        else:
            self._change(event)

    def _change(self, event: Event) -> None:
        old = self._rows.get(event.clip)
        since = old.since if old else self._now()
        expected = event.expected or (old.expected if old else None)
        self._rows[event.clip] = _ClipLine(_WORDS[event.kind], since, expected, event.words)

    def _say(self, event: Event) -> None:
        from rich.text import Text

        style = {"saved": "green", "failed": "red", "rejected": "red", "refused": "red", "unknown": "bold yellow"}.get(
            event.kind, ""
        )
        self._console.print(Text(printable(plain_line(event)), style=style))

    def _picture(self) -> RenderableType:
        """The display as rich renders it."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        table = Table.grid(padding=(0, 2))
        for clip, row in list(self._rows.items()):
            elapsed = self._now() - row.since
            expected = f"of about {_about(row.expected)}" if row.expected else ""
            cells = (clip, row.state, _watch(elapsed), expected, printable(row.note))
            table.add_row(*(Text(cell) for cell in cells))
        totals = f"{self._over} of {self._total} clips, {len(self._rows)} in progress, "
        totals += f"{dollars(self._spent)} of {dollars(self._planned)} committed"
        if self._stopped:
            totals += f"; nothing more is sent: {printable(self._stopped)}"
        return Group(table, *map(Text, self._waits()), Text(totals, style="bold"))

    def _waits(self) -> Iterator[str]:
        """How many clips are waiting: for their turn, or for a clip that they start from."""
        there = {*self._rows, *self._waiting}
        later = sum(first in there for first in self._waiting.values())
        soon = len(self._waiting) - later
        parts = [f"{soon} for {'its' if soon == 1 else 'their'} turn"] if soon else []
        parts += [f"{later} for a clip before {'it' if later == 1 else 'them'}"] if later else []
        if parts and not self._stopped:
            yield f"waiting: {', '.join(parts)}"


_COLLECTED = frozenset({PlannedAction.RUNNING, PlannedAction.GONE, PlannedAction.SHARES})


def _expected(event: Event) -> str:
    """How long a render takes: as measured by the service, or else by its guide."""
    if event.expected:
        return _about(event.expected)
    least, most = (round(seconds / 60) for seconds in service_facts("polling")["usual_seconds"])
    return f"{least}–{most} min"


def _watch(seconds: float) -> str:
    """A running time, as a stopwatch shows it."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02}"


def _about(seconds: float) -> str:
    """A waiting time, in round words."""
    return f"{round(seconds / 60)} min" if seconds >= _A_WHILE else f"{max(1, round(seconds))} s"


#: From here on minutes say enough.
_A_WHILE = 90
