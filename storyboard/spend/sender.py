"""Sender: makes paid calls one at a time, each recorded before it leaves, its answer recorded before anything else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from itertools import count

from storyboard.spend.budget import Budget
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.ledger import DiskFull, LedgerUnusable
from storyboard.spend.outcome import ExitCode
from storyboard.spend.purchase import CannotSend, Outcome, Purchase
from storyboard.spend.services import Services
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer, Busy, Delivered, Queued, Refused, Unknown, read_notices
from storyboard.venice.rate_limit import Turn
from storyboard.venice.service import service_facts
from storyboard.venice.transport import Departure, NeverSent, NoAnswer
from storyboard.wording import money

#: Makes a purchase when its turn has come. Raises CannotSend.
Prepare = Callable[[], Awaitable[Purchase]]


class Sender:
    """Makes the purchases of one run.

    `spent` is what the run has committed, in US dollars. `stopped` is why it sends nothing more, empty while it does,
    and `reasons` what that means for the exit code. `refused` are the ids of refused purchases. `is_idle` is set while
    no call is open.
    """

    def __init__(self, services: Services, budget: Budget) -> None:
        self.spent = 0.0
        self.stopped = ""
        self.reasons: set[ExitCode] = set()
        self.refused: list[str] = []
        self.is_idle = asyncio.Event()
        self.is_idle.set()
        self._services = services
        self._budget = budget
        self._line = asyncio.Lock()
        self._busy_since: float | None = None
        self._told = -float("inf")
        self._noticed: set[str] = set()

    def close(self, why: str, reason: ExitCode) -> None:
        """Send nothing more; what is paid is still collected."""
        self.reasons.add(reason)
        if not self.stopped:
            self.stopped = why
            self._services.listen(Event("stopped", "", why))

    async def send(self, id: str, prepare: Prepare) -> Entry | None:  # noqa: A002 # the id that events name
        """Make one purchase; None if it was not made. Raises DiskFull, and OSError if the disk does not accept a
        write."""
        async with self._line:
            try:
                purchase = await prepare()
            except CannotSend as problem:
                self._refuse(id, str(problem))
                return None
            return await self._send(purchase)

    async def _send(self, item: Purchase) -> Entry | None:
        """Record the intent, make the call, and record and report its outcome."""
        entry = item.entry
        for tries in count(1):
            turn = await self._services.pace.turn(item.limit)
            if self._is_closed_for(item):
                self._services.pace.close(item.limit, turn, 200, {})
                break
            if tries == 1:  # not before it is sure that it is sent again
                await self._give_up_unknown(item)
            # Reported before the intent is written, so that only the call itself is between the intent and its answer.
            self._tell("sending", item, usd=entry.usd)
            entry = await self._services.writer.write(partial(self._services.ledger.intend, entry))
            self._is_closed_for(item, entry)  # another run may have written its intent meanwhile, and sees this one now
            self.is_idle.clear()
            try:
                entry, outcome = await self._call(entry, item, turn)
            except NeverSent as problem:
                await self._pause_to_connect(str(problem), tries)
                continue
            finally:
                self.is_idle.set()
            if outcome is None:
                break
            if not isinstance(outcome, Busy):
                self._busy_since = None
                return self._tell_outcome(item, entry, outcome)
            self._hold(outcome, item)
        return None

    async def _call(self, entry: Entry, item: Purchase, turn: Turn) -> tuple[Entry, Outcome | None]:
        """Make the call and record its answer.

        The outcome is None if it is unknown. Raises NeverSent, and whatever the ledger raises.
        """
        services, ledger, departure = self._services, self._services.ledger, Departure()
        answer: Answer | None = None
        try:
            # While the ledger was held, the run may have been stopped.
            answer = None if self.stopped else await item.call(services.transport, departure)
        except NeverSent as problem:
            said = str(problem)
            await services.writer.write(lambda: ledger.step(entry, State.PLANNED, said))
            raise
        except NoAnswer as problem:
            return await self._unknown(entry, item, str(problem)), None
        except asyncio.CancelledError:
            self._give_up_call(entry, item, departure)
            raise
        finally:
            services.pace.close(item.limit, turn, answer and answer.status, answer.headers if answer else {})
        if answer is None:
            return await services.writer.write(lambda: ledger.step(entry, State.PLANNED, self.stopped)), None
        # On disk before anybody acts on it: this answer is given once. Without the key, which some services repeat.
        outcome = item.read(answer, services.clock.wall())
        if isinstance(outcome, Queued | Delivered | Unknown):
            self._spend(entry)
        entry = await item.keep(entry, answer._replace(body=services.hide(answer.body)))
        settled = await services.writer.write(lambda: item.settle(ledger, entry, outcome))
        self._tell_notices(answer, entry.model)
        return settled, outcome

    def _tell_notices(self, answer: Answer, model: str) -> None:
        """Report what the service says about a model, once in a run."""
        for words in read_notices(answer, model):
            if words not in self._noticed:
                self._noticed.add(words)
                self._services.listen(Event("notice", "", self._services.words(words)))

    def _give_up_call(self, entry: Entry, item: Purchase, departure: Departure) -> None:
        """Record that the person does not wait for the open call.

        If the ledger cannot record that, its intent is enough to know that a call may have been paid.
        """
        ledger, why = self._services.ledger, "the run was stopped before the answer came"
        with suppress(DiskFull, OSError, LedgerUnusable):
            if departure.has_left:
                ledger.step(entry, State.UNKNOWN, why, said=why)
            else:
                ledger.step(entry, State.PLANNED, "stopped before it was sent")
        if departure.has_left:
            self._spend(entry)
            self._tell("unknown", item, why, usd=entry.usd)

    def _tell_outcome(self, item: Purchase, entry: Entry, outcome: Outcome) -> Entry | None:
        """Report the outcome of a call, which is already on disk."""
        match outcome:
            case Queued() | Delivered():
                self._services.listen(item.bought(entry))
                return entry
            case Refused(status, _, stops):
                self._refuse(item.id, entry.said or "")
                if stops:
                    no_credit = status == service_facts("queue")["no_credit"]
                    self.close(
                        _stop_words(status, entry.said or ""), ExitCode.NO_MONEY if no_credit else ExitCode.INCOMPLETE
                    )
            case Unknown():
                self._tell("unknown", item, entry.said or "", usd=entry.usd)
        return None

    def _refuse(self, id: str, words: str) -> None:  # noqa: A002 # as above
        self.refused.append(id)
        self._services.listen(Event("refused", id, words))

    async def _unknown(self, entry: Entry, item: Purchase, why: str) -> Entry:
        ledger = self._services.ledger
        entry = await self._services.writer.write(lambda: ledger.step(entry, State.UNKNOWN, why, said=why))
        self._spend(entry)
        self._tell("unknown", item, why, usd=entry.usd)
        return entry

    def _spend(self, entry: Entry) -> None:
        self.spent += entry.usd or 0.0

    async def _give_up_unknown(self, item: Purchase) -> None:
        ledger = self._services.ledger
        for entry in item.perhaps_paid:
            await self._services.writer.write(
                partial(ledger.step, entry, State.LOST, "sent again because you asked for it")
            )

    def _is_closed_for(self, item: Purchase, intended: Entry | None = None) -> bool:
        """Whether nothing more is sent; a purchase that would exceed a ceiling closes the sender.

        `intended` is the purchase's own entry, once the ledger has it.
        """
        usd, now = item.dearest or item.entry.usd, self._services.clock.wall()
        if self.stopped or not self._budget.is_set:
            return bool(self.stopped)
        if usd is None:
            self.close(f"the price of {item.id} is not known, so the ceiling cannot be kept", ExitCode.NO_MONEY)
        elif why := self._budget.why_not(usd, self.spent, self._others(intended), now):
            self.close(f"{item.id} costs {money(usd)}, but {why}", ExitCode.NO_MONEY)
        return bool(self.stopped)

    def _others(self, intended: Entry | None) -> list[Entry]:
        return [one for one in self._services.ledger.entries() if intended is None or one.id != intended.id]

    async def _pause_to_connect(self, words: str, tries: int) -> None:
        """Wait before connecting again, longer each time; after a number of tries, send nothing more."""
        facts = service_facts("queue")
        if tries >= facts["connect_tries"]:
            self.close(f"{words} to the service; is this machine online?", ExitCode.INCOMPLETE)
            return
        pause = min(facts["connect_pause_seconds"] * 2 ** (tries - 1), facts["connect_longest_pause_seconds"])
        self._services.listen(Event("waiting", "", f"{words} to the service, tried again in {pause:g} s"))
        await self._services.clock.sleep(pause)

    def _hold(self, busy: Busy, item: Purchase) -> None:
        """Pause sending for as long as the service asks; send nothing more if that is too long or does not end."""
        facts, now = service_facts("queue"), self._services.clock.now()
        seconds = max(facts["wait_seconds"] if busy.wait is None else busy.wait, facts["shortest_pause_seconds"])
        self._busy_since = now if self._busy_since is None else self._busy_since
        if seconds > service_facts("timeouts")["longest_wait_seconds"]:
            self.close(f"the service asks for a wait of {round(seconds / 60)} minutes", ExitCode.INCOMPLETE)
        elif now + seconds - self._busy_since > facts["busy_minutes"] * 60:
            self.close(
                f"the service has been busy for {round((now - self._busy_since) / 60)} minutes", ExitCode.INCOMPLETE
            )
        else:
            self._services.pace.hold(item.limit, seconds)
            if now - self._told >= facts["told_seconds"]:
                self._told = now
                self._tell("waiting", item, f"the service is busy, sent again in {seconds:.0f} s")

    def _tell(self, kind: str, item: Purchase, words: str = "", *, usd: float | None = None) -> None:
        self._services.listen(Event(kind, item.id, words, usd))


def _stop_words(status: int, said: str) -> str:
    means = {401: "the service does not know this key", 402: "the credit is used up", 403: "the key may not do this"}
    if service_facts("billing")["key_limit_words"] in said.lower():
        return f"the spending limit of this key is reached, whatever the account holds ({said})"
    return f"{means.get(status, 'refused')} ({said})"
