"""Faults on demand, to rehearse what a network and a service can do to a run.

A fault is written `CALL:WHAT`, as in `queue:500`, with a value if it needs one (`retrieve:429=120`), the number of the
first call that it affects (`queue:reset@2`, counted from 1) and how often it occurs (`retrieve:404x3`, `x*` for ever).
Faults of a clip (`retrieve:stub`) count the answers with clips, all others the calls.

On `queue` and the calls for pictures, an answer that means "not charged" is not charged; after every other fault except
`reset-early` the call is charged, which is the worse case for the sender.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from storyboard.compiler.spelling import listed_or, nearest, quote
from storyboard.sandbox.fault_replies import BODIES, PLAYS, SHAPES, FaultReply, play_status

#: Calls that cost money: for a clip, for pictures, for a speech, for a transcript.
PAID = ("queue", "generate", "edit", "multi-edit", "background-remove", "speech", "transcriptions")
CALLS = (*PAID, "retrieve", "download", "quote", "complete", "models", "rate_limits", "usage-history")

#: Statuses of a paid call that say: not charged. The three that are missing may come from the edge, with the call on
#: its way to the service.
_NOT_CHARGED = frozenset({*range(400, 500), 503}) - {408, 425, 499}
_FORM = re.compile(
    r"(?P<call>[A-Za-z_-]+):(?P<what>[\w-]+?)(?:=(?P<value>.*?))?(?:@(?P<first>[0-9]{1,9}))?(?:x(?P<times>[0-9]{1,9}|\*))?",
    re.DOTALL,
)
_STATUS = re.compile(r"[2-5][0-9][0-9]")


class BadFault(ValueError):
    """A fault that the sandbox does not know; the message says what it knows."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `last` is the number of the last call that it is played at, None for ever."""

    call: str
    what: str
    value: str
    first: int
    last: int | None

    @property
    def status(self) -> int | None:
        """The status that it answers, where it is one."""
        return int(self.what) if _STATUS.fullmatch(self.what) else None

    @property
    def on_video(self) -> bool:
        """Whether it counts the answers that are clips."""
        return self.status is None and PLAYS[self.what].on_video

    @property
    def is_early(self) -> bool:
        """Whether it is played before the body of the request is read."""
        return self.what == "reset-early"

    @property
    def keeps_the_service_out(self) -> bool:
        """Whether the call does not reach the service at all, and charges nothing."""
        if self.status is not None:
            return self.call not in PAID or self.status in _NOT_CHARGED
        return self.is_early

    def is_due(self, number: int) -> bool:
        """Whether the fault affects the call of this number, counted from 1."""
        return number >= self.first and (self.last is None or number <= self.last)

    def play(self, reply: FaultReply) -> FaultReply:
        """The answer as the fault has it."""
        status = self.status
        return PLAYS[self.what].play(reply, self.value) if status is None else play_status(status, self.value)


def read_fault(text: str) -> Fault:
    """A fault as it is written. Raises BadFault."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise BadFault(f"{quote(text)} is not a fault; one looks like queue:500@2 or retrieve:404x3")
    call = _known(text, "call", found["call"].lower(), CALLS)
    what = found["what"].lower()
    if not _STATUS.fullmatch(what):
        what = _known(text, "fault", what, [*PLAYS, "503"])
    _check_value(text, what, found["value"])
    first = int(found["first"] or 1)
    times = None if found["times"] == "*" else int(found["times"] or 1)
    if first < 1 or times == 0:
        raise BadFault(f"{quote(text)}: calls are counted from 1, and a fault is played once at least")
    return Fault(call, what, found["value"] or "", first, None if times is None else first + times - 1)


def _known(text: str, kind: str, name: str, names: Iterable[str]) -> str:
    listed = list(names)
    if name in listed:
        return name
    near = nearest(name, listed)
    known = f"did you mean {listed_or(near)}?" if near else f"there are {', '.join(sorted(listed))}"
    raise BadFault(f"{quote(text)}: there is no {kind} “{name}”; {known}")


def _check_value(text: str, what: str, value: str | None) -> None:
    wanted = "text?" if _STATUS.fullmatch(what) else PLAYS[what].value
    if not value and wanted and not wanted.endswith("?"):
        raise BadFault(f"{quote(text)}: {what} takes a value, as in {what}=…")
    if value is not None and not wanted:
        raise BadFault(f"{quote(text)}: {what} takes no value")
    most = {"seconds?": 3600.0, "hundredths?": 100.0}.get(wanted)
    if value and most is not None and not (re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,6})?", value) and float(value) <= most):
        raise BadFault(f"{quote(text)}: {what} takes a number of {wanted.rstrip('?')}, at most {most:g}")
    if value and ("\r" in value or "\n" in value or not value.isascii()):
        raise BadFault(f"{quote(text)}: a value is plain ASCII in one line")


def fault_table() -> list[tuple[str, str]]:
    """Every fault as it is written, and what it does."""
    spelt = {"": "", "seconds?": "[=SECONDS]", "hundredths?": "[=HUNDREDTHS]", "text": "=TEXT", "text?": "[=TEXT]"}
    status = f"this status; VALUE is a body ({', '.join([*SHAPES, *BODIES])}), a Retry-After, or where 3xx leads"
    return [("200…599[=VALUE]", status), *((f"{name}{spelt[play.value]}", play.about) for name, play in PLAYS.items())]


class FaultSchedule:
    """Which faults are due: counts calls, and answers that are clips."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self._faults = tuple(faults)
        self._calls: dict[str, int] = {}
        self._videos: dict[str, int] = {}

    def count(self, call: str) -> int:
        """The number of a call that comes in, from 1."""
        self._calls[call] = self._calls.get(call, 0) + 1
        return self._calls[call]

    def before(self, call: str, number: int) -> Fault | None:
        """The fault that keeps a call from the service."""
        due = self._due(call, number, on_video=False)
        return next((one for one in due if one.keeps_the_service_out), None)

    def after(self, call: str, number: int, reply: FaultReply) -> FaultReply:
        """An answer of the service with the faults that are due."""
        due = self._due(call, number, on_video=False)
        if reply.is_video:
            self._videos[call] = self._videos.get(call, 0) + 1
            due += self._due(call, self._videos[call], on_video=True)
        for fault in due:
            reply = fault.play(reply)
        return reply

    def _due(self, call: str, number: int, *, on_video: bool) -> list[Fault]:
        return [one for one in self._faults if one.call == call and one.on_video == on_video and one.is_due(number)]
