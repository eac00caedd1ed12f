"""Submit clips: one queue call at a time, recorded before it leaves, its answer recorded before anything else."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path

from storyboard.compiler.emit.payloads import start_field
from storyboard.files.atomic import save
from storyboard.film.edge_frames import Undecodable
from storyboard.render.files import FRAMES, next_take, take_path
from storyboard.render.jobs import PictureChanged
from storyboard.render.outcome import Exit
from storyboard.render.planning import PlanItem, PlannedAction
from storyboard.render.retrieve import Services
from storyboard.spend.answers import KeptAnswer
from storyboard.spend.budget import Budget
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.ledger import Full, Unusable
from storyboard.spend.settlement import settle
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer, Busy, Queued, QueueOutcome, Refused, Unknown, read_notices, read_queue
from storyboard.venice.rate_limit import Turn
from storyboard.venice.service import service
from storyboard.venice.transport import Departure, NeverSent, NoAnswer
from storyboard.wording import money

#: The last frame of a clip, as a PNG. Raises Undecodable.
LastFrame = Callable[[Path], Awaitable[bytes]]


class Sender:
    """Sends the clips of one run. `spent` is what it committed, in US dollars; `stopped` why it sends nothing more,
    empty while it does, and `reasons` what that means for the exit code; `refused` are the ids of clips that were.
    `is_idle` is set while no call is open."""

    def __init__(self, tools: Services, budget: Budget, last_frame: LastFrame) -> None:
        self.spent = 0.0
        self.stopped = ""
        self.reasons: set[Exit] = set()
        self.refused: list[str] = []
        self.is_idle = asyncio.Event()
        self.is_idle.set()
        self._tools = tools
        self._budget = budget
        self._last_frame = last_frame
        self._line = asyncio.Lock()
        self._busy_since: float | None = None
        self._told = -float("inf")
        self._noticed: set[str] = set()

    def close(self, why: str, reason: Exit) -> None:
        """Send nothing more; what is paid is collected all the same."""
        self.reasons.add(reason)
        if not self.stopped:
            self.stopped = why
            self._tools.listen(Event("stopped", "", why))

    async def send(self, item: PlanItem, start: Entry | None) -> Entry | None:
        """Queue one clip, which starts from the last frame of `start`. None where that did not come about. Raises
        Full, OSError where the disk does not take it."""
        async with self._line:
            return await self._send(item, start)

    async def _send(self, item: PlanItem, start: Entry | None) -> Entry | None:
        """Queue one clip; None where that did not come about."""
        try:
            body, frame = await self._body(item, start)
        except (PictureChanged, Undecodable) as problem:
            self._refuse(item, str(problem))
            return None
        entry = self._new_entry(item, start, frame)
        for tries in count(1):
            turn = await self._tools.pace.turn("queue")
            if self._is_closed_for(item):
                self._tools.pace.close("queue", turn, 200, {})
                break
            if tries == 1:  # not before it is sure that the clip is sent again
                await self._give_up_unknown(item)
            # Told before the intent is written: nothing but the call itself stands between the intent and its answer.
            self._tell("sending", item, usd=entry.usd)
            entry = await self._tools.writer.write(partial(self._tools.ledger.intend, entry))
            self.is_idle.clear()
            try:
                entry, outcome = await self._call(entry, item, turn, body)
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

    async def _call(self, entry: Entry, item: PlanItem, turn: Turn, body: bytes) -> tuple[Entry, QueueOutcome | None]:
        """Call, and write the answer down. The outcome is None where nobody knows it. Raises NeverSent, and whatever
        the ledger raises."""
        tools, ledger, departure = self._tools, self._tools.ledger, Departure()
        answer: Answer | None = None
        try:
            # While the ledger was held, the run may have been stopped.
            answer = None if self.stopped else await tools.transport.queue(body, departure)
        except NeverSent as problem:
            said = str(problem)
            await tools.writer.write(lambda: ledger.step(entry, State.PLANNED, said))
            raise
        except NoAnswer as problem:
            return await self._unknown(entry, item, str(problem)), None
        except asyncio.CancelledError:
            self._give_up_call(entry, item, departure)
            raise
        finally:
            tools.pace.close("queue", turn, answer and answer.status, answer.headers if answer else {})
        if answer is None:
            return await tools.writer.write(lambda: ledger.step(entry, State.PLANNED, self.stopped)), None
        # On disk before anybody acts on it: this answer is given once. Without the key, which some services repeat.
        kept = KeptAnswer(answer.status, tools.hide(answer.body))
        outcome = read_queue(answer, tools.clock.wall())
        if isinstance(outcome, Queued | Unknown):
            self._spend(entry)
        entry = await tools.writer.keep_answer(entry, kept)
        settled = await tools.writer.write(lambda: settle(ledger, entry, outcome, tools.words, next_take))
        self._tell_notices(answer, entry.model)
        return settled, outcome

    def _tell_notices(self, answer: Answer, model: str) -> None:
        """What the service says about a model, once a run."""
        for words in read_notices(answer, model):
            if words not in self._noticed:
                self._noticed.add(words)
                self._tools.listen(Event("notice", "", self._tools.words(words)))

    def _give_up_call(self, entry: Entry, item: PlanItem, departure: Departure) -> None:
        """The person does not wait for the answer to the open call. Whatever the ledger does not take is known by its
        intent."""
        ledger, why = self._tools.ledger, "the run was stopped before the answer came"
        with suppress(Full, OSError, Unusable):
            if departure.has_left:
                ledger.step(entry, State.UNKNOWN, why, said=why)
            else:
                ledger.step(entry, State.PLANNED, "stopped before it was sent")
        if departure.has_left:
            self._spend(entry)
            self._tell("unknown", item, why, usd=entry.usd)

    def _tell_outcome(self, item: PlanItem, entry: Entry, outcome: Queued | Refused | Unknown) -> Entry | None:
        """Say what became of a call, which is on disk already."""
        match outcome:
            case Queued():
                expected = self._tools.averages.of(entry.model)
                self._tools.listen(Event("queued", item.order.id, "", entry.usd, expected, entry.number))
                return entry
            case Refused(status, _, stops):
                self._refuse(item, entry.said or "")
                if stops:
                    no_credit = status == service("queue")["no_credit"]
                    self.close(_stop_words(status, entry.said or ""), Exit.NO_MONEY if no_credit else Exit.INCOMPLETE)
            case Unknown():
                self._tell("unknown", item, entry.said or "", usd=entry.usd)
        return None

    def _refuse(self, item: PlanItem, words: str) -> None:
        self.refused.append(item.order.id)
        self._tell("refused", item, words)

    async def _unknown(self, entry: Entry, item: PlanItem, why: str) -> Entry:
        ledger = self._tools.ledger
        entry = await self._tools.writer.write(lambda: ledger.step(entry, State.UNKNOWN, why, said=why))
        self._spend(entry)
        self._tell("unknown", item, why, usd=entry.usd)
        return entry

    def _spend(self, entry: Entry) -> None:
        self.spent += entry.usd or 0.0

    async def _give_up_unknown(self, item: PlanItem) -> None:
        ledger = self._tools.ledger
        for entry in item.unknown if item.action is PlannedAction.RESEND else ():
            await self._tools.writer.write(partial(ledger.step, entry, State.LOST, "sent again at the person's word"))

    def _is_closed_for(self, item: PlanItem) -> bool:
        """Whether nothing more is sent; a clip that would pass a ceiling closes the run."""
        usd, now = item.price, self._tools.clock.wall()
        if self.stopped or not self._budget.is_set:
            return bool(self.stopped)
        if usd is None:
            self.close(f"nobody knows the price of {item.order.id}, so no ceiling can be kept", Exit.NO_MONEY)
        elif why := self._budget.why_not(usd, self.spent, self._tools.ledger.entries(), now):
            self.close(f"{item.order.id} costs {money(usd)}, and {why}", Exit.NO_MONEY)
        return bool(self.stopped)

    async def _pause_to_connect(self, words: str, tries: int) -> None:
        """Wait for a connection, longer each time; after some times nothing more is sent."""
        facts = service("queue")
        if tries >= facts["connect_tries"]:
            self.close(f"{words} to the service; is this machine online?", Exit.INCOMPLETE)
            return
        pause = min(facts["connect_pause_seconds"] * 2 ** (tries - 1), facts["connect_longest_pause_seconds"])
        self._tools.listen(Event("waiting", "", f"{words} to the service, tried again in {pause:g} s"))
        await self._tools.clock.sleep(pause)

    def _hold(self, busy: Busy, item: PlanItem) -> None:
        """Hold the queue for as long as the service asks. Where that is longer than a run waits, or goes on and on,
        nothing more is sent."""
        facts, now = service("queue"), self._tools.clock.now()
        seconds = max(facts["wait_seconds"] if busy.wait is None else busy.wait, facts["shortest_pause_seconds"])
        self._busy_since = now if self._busy_since is None else self._busy_since
        if seconds > service("timeouts")["longest_wait_seconds"]:
            self.close(f"the service asks to wait {round(seconds / 60)} minutes", Exit.INCOMPLETE)
        elif now + seconds - self._busy_since > facts["busy_minutes"] * 60:
            self.close(f"the service has been busy for {round((now - self._busy_since) / 60)} minutes", Exit.INCOMPLETE)
        else:
            self._tools.pace.hold("queue", seconds)
            if now - self._told >= facts["told_seconds"]:
                self._told = now
                self._tell("waiting", item, f"the service is busy, sent again in {seconds:.0f} s")

    async def _body(self, item: PlanItem, start: Entry | None) -> tuple[bytes, str | None]:
        """The request as bytes, and the digest of the frame that it starts from. Raises PictureChanged, Undecodable."""
        body = await asyncio.to_thread(item.order.body)
        frame: str | None = None
        if start is not None:
            self._tools.mark("frame.before")
            picture = await self._last_frame(take_path(self._tools.folder, start))
            frame = sha256(picture).hexdigest()
            folder = self._tools.folder / FRAMES
            folder.mkdir(exist_ok=True)
            await asyncio.to_thread(save, folder / f"{frame}.png", picture)
            body[start_field("api")] = f"data:image/png;base64,{b64encode(picture).decode('ascii')}"
            self._tools.mark("frame.after")
        data = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
        if len(data) > service("limits")["request_bytes"]:
            raise PictureChanged(
                f"with its start frame the request has {len(data) / 1e6:.0f} MB, more than the service takes"
            )
        return data, frame

    def _new_entry(self, item: PlanItem, start: Entry | None, frame: str | None) -> Entry:
        order, clip = item.order, item.order.clip
        references = [{"tag": one.tag, "name": one.name, "kind": one.kind} for one in clip.references]
        return Entry(
            id=0,
            fingerprint=clip.fingerprint,
            clip_id=clip.id,
            own=order.own if item.action is PlannedAction.RETAKE else None,
            stem=order.stem,
            state=State.PLANNED,
            model=clip.model,
            seconds=clip.duration,
            aspect=order.aspect,
            usd=item.price,
            basis=item.basis,
            request=order.request(),
            refs=json.dumps(references, ensure_ascii=False),
            shots=" ".join(shot.number for shot in clip.shots),
            start_entry=start.id if start else None,
            start_frame=frame,
        )

    def _tell(self, kind: str, item: PlanItem, words: str = "", *, usd: float | None = None) -> None:
        self._tools.listen(Event(kind, item.order.id, words, usd))


def _stop_words(status: int, said: str) -> str:
    means = {401: "the service does not know this key", 402: "the credit is used up", 403: "the key may not do this"}
    if service("billing")["key_limit_words"] in said.lower():
        return f"the spending limit of this key is reached, whatever the account holds ({said})"
    return f"{means.get(status, 'refused')} ({said})"
