"""The run: every clip of an agenda sent at most once, collected, and recorded at each step.

One coroutine a clip. It waits for the clip that it starts from, takes a place among the clips in work, sends (one call
at a time, whoever sends), and collects. All that it knows afterwards stands in the ledger.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.emit.payloads import start_field
from storyboard.film.frames import Undecodable
from storyboard.render.collecting import Collector, LongWait, Tools
from storyboard.render.events import Event
from storyboard.render.files import FRAMES, free_number, take_path
from storyboard.render.ledger import Entry, Full
from storyboard.render.order import Changed
from storyboard.render.outcome import Exit, Outcome
from storyboard.render.planning import SENT, Action, Agenda, Item
from storyboard.render.states import ENDED_BADLY, RUNNING, State
from storyboard.saving import save
from storyboard.venice.pace import Turn
from storyboard.venice.protocol import Answer, Busy, Queued, Refused, Unknown, read_queue
from storyboard.venice.service import service
from storyboard.venice.transport import NeverSent, NoAnswer

#: The last frame of a clip, as a PNG. Raises Undecodable.
LastFrame = Callable[[Path], Awaitable[bytes]]


class Wishes(NamedTuple):
    """What the person wants of a run: clips in work at a time, and what it may cost at most, in US dollars."""

    jobs: int
    max_cost: float | None = None


class Engine:
    """Runs one agenda once. `stop` may be called from anywhere in the same loop."""

    def __init__(self, tools: Tools, agenda: Agenda, wishes: Wishes, last_frame: LastFrame) -> None:
        self._tools = tools
        self._agenda = agenda
        self._wishes = wishes
        self._last_frame = last_frame
        self._outcome = Outcome()
        self._places = asyncio.Semaphore(wishes.jobs)
        self._sender = asyncio.Lock()
        self._ends: dict[str, asyncio.Future[Entry | None]] = {}
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._halt = asyncio.Event()
        self._halt_at_once = asyncio.Event()

    async def run(self) -> Outcome:
        """Do everything that the agenda says. Never raises for what the service or the disk does."""
        loop = asyncio.get_running_loop()
        for item in self._agenda.items:
            self._ends[item.order.id] = loop.create_future()
        everything, halted = asyncio.create_task(self._do_all()), asyncio.create_task(self._halt.wait())
        await asyncio.wait([everything, halted], return_when=asyncio.FIRST_COMPLETED)
        if not everything.done():
            await self._say_farewell()
            everything.cancel()
        halted.cancel()
        with suppress(asyncio.CancelledError):
            await everything
        self._sum_up()
        return self._outcome

    def stop(self) -> None:
        """Send nothing more, and come to an end: the first time in good order, the second time at once."""
        if self._halt.is_set():
            self._halt_at_once.set()
        self._close("stopped by you", Exit.INTERRUPTED)
        self._halt.set()

    async def _say_farewell(self) -> None:
        """An open queue call gets some time for its answer, which is worth money; everything else can be taken up
        again later."""
        waiting = [asyncio.create_task(one.wait()) for one in (self._halt_at_once, self._is_idle)]
        seconds = service("run")["farewell_seconds"]
        _, left = await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in left:
            task.cancel()

    async def _do_all(self) -> None:
        async with asyncio.TaskGroup() as group:
            for item in self._agenda.items:
                if work := self._work(item):
                    group.create_task(self._guard(item.order.id, work))
                else:
                    self._ends[item.order.id].set_result(item.take)
            for entry in self._agenda.strays:
                group.create_task(self._guard(None, self._collect(entry, None, entry.clip_id, is_new=False)))

    def _work(self, item: Item) -> Coroutine[Any, Any, Entry | None] | None:
        if item.action in (Action.RUNNING, Action.GONE):
            return self._collect_known(item)
        if item.action in SENT:
            return self._make(item)
        return self._share(item) if item.leader else None

    async def _guard(self, clip: str | None, work: Coroutine[Any, Any, Entry | None]) -> None:
        """Do one clip's work; what stops the whole run is said once, what stops the clip reaches those after it."""
        entry: Entry | None = None
        try:
            entry = await work
        except (Full, OSError) as problem:
            words = str(problem) if isinstance(problem, Full) else f"{problem.strerror or problem}"
            self._close(f"the disk does not take it: {words}", Exit.INCOMPLETE)
        except LongWait as problem:
            self._close(str(problem), Exit.INCOMPLETE)
            self._halt.set()
        finally:
            end = self._ends.get(clip or "")
            if end is not None and not end.done():
                end.set_result(entry)

    async def _collect_known(self, item: Item) -> Entry:
        assert item.current is not None, "it runs, or its file is gone"
        entry = item.current
        place = item.order.place if item.take is not None or entry.own is not None else None
        return await self._collect(entry, place, item.order.id, is_new=False)

    async def _collect(self, entry: Entry, place: int | None, clip: str, *, is_new: bool) -> Entry:
        return await Collector(self._tools, entry, place, is_new=is_new, clip=clip).collect()

    async def _share(self, item: Item) -> Entry | None:
        assert item.leader is not None, "it shares"
        return await asyncio.shield(self._ends[item.leader])

    async def _make(self, item: Item) -> Entry | None:
        """Send a clip when what it starts from is there, and collect it."""
        start: Entry | None = None
        if item.order.clip.start_from:
            start = await asyncio.shield(self._ends[item.order.clip.start_from])
            if start is None or start.state is not State.SAVED:
                self._tell("blocked", item, f"{item.order.clip.start_from}, from which it starts, is not there")
                return None
        async with self._places:
            async with self._sender:
                entry = await self._send(item, start)
            if entry is None:
                return None
            is_choice = item.action is Action.RETAKE or entry.own is not None
            return await self._collect(entry, item.order.place if is_choice else None, item.order.id, is_new=True)

    async def _send(self, item: Item, start: Entry | None) -> Entry | None:
        """Queue one clip; None where that did not come about."""
        try:
            body, frame = await self._body(item, start)
        except (Changed, Undecodable) as problem:
            self._refused(item, str(problem))
            return None
        self._give_up_unknown(item)
        entry = self._new_entry(item, start, frame)
        for tries in count(1):
            turn = await self._tools.pace.turn("queue")
            if self._is_closed_for(item):
                self._tools.pace.close("queue", turn, 200, {})
                break
            entry = self._tools.ledger.intend(entry)
            self._tell("sending", item, usd=entry.usd)
            try:
                answer = await self._call(turn, body)
            except NeverSent as problem:
                entry = self._tools.ledger.step(entry, State.PLANNED, str(problem))
                await self._pause_to_connect(str(problem), tries)
                continue
            except NoAnswer as problem:
                self._unknown(entry, item, str(problem), None)
                break
            except asyncio.CancelledError:
                self._unknown(entry, item, "the run was stopped before the answer came", None)
                raise
            outcome = read_queue(answer, self._tools.clock.wall())
            if not isinstance(outcome, Busy):
                return self._settle(item, entry, outcome, answer)
            entry = self._tools.ledger.step(entry, State.PLANNED, f"answered {answer.status}")
            self._hold(outcome, item)
        return None

    async def _call(self, turn: Turn, body: bytes) -> Answer:
        """The queue call itself. Raises NeverSent, NoAnswer."""
        answer: Answer | None = None
        self._is_idle.clear()
        try:
            answer = await self._tools.transport.queue(body)
        finally:
            self._is_idle.set()
            status, headers = (answer.status, answer.headers) if answer else (None, {})
            self._tools.pace.close("queue", turn, status, headers)
        return answer

    def _settle(self, item: Item, entry: Entry, outcome: Queued | Refused | Unknown, answer: Answer) -> Entry | None:
        """Put the answer down, before anything else happens."""
        ledger, folder = self._tools.ledger, self._tools.folder
        kept = answer.body[: service("timeouts")["kept_bytes"]]
        match outcome:
            case Queued(queue_id, url):
                number = free_number(folder, entry.stem, ledger.next_number(entry.stem))
                entry = ledger.queue(entry, queue_id, url, answer=answer.body, number=number)
                self._spend(entry)
                expected = self._tools.averages.expected(entry.model)
                self._tools.listen(Event("queued", item.order.id, "", entry.usd, expected, entry.number))
                return entry
            case Refused(status, words, stops):
                said = self._tools.words(words)
                ledger.step(entry, State.REFUSED, f"answered {status}", said=said, answer=kept)
                self._refused(item, said)
                if stops:
                    no_credit = status == service("queue")["no_credit"]
                    self._close(_stop_words(status, said), Exit.NO_MONEY if no_credit else Exit.INCOMPLETE)
            case Unknown(why):
                self._unknown(entry, item, f"the service {why}", kept)
        return None

    def _refused(self, item: Item, words: str) -> None:
        self._outcome.refused.append(item.order.id)
        self._tell("refused", item, words)

    def _unknown(self, entry: Entry, item: Item, why: str, kept: bytes | None) -> None:
        self._tools.ledger.step(entry, State.UNKNOWN, why, said=why, answer=kept)
        self._spend(entry)
        self._tell("unknown", item, why, usd=entry.usd)

    def _spend(self, entry: Entry) -> None:
        self._outcome.spent += entry.usd or 0.0

    def _give_up_unknown(self, item: Item) -> None:
        if item.action is Action.RESEND:
            for entry in item.unknown:
                self._tools.ledger.step(entry, State.LOST, "sent again at the person's word")

    def _is_closed_for(self, item: Item) -> bool:
        """Whether nothing more is sent; a clip that would pass the budget closes the run."""
        most, usd = self._wishes.max_cost, item.order.clip.estimate.usd
        if self._outcome.stopped or most is None:
            return bool(self._outcome.stopped)
        if usd is None:
            self._close(f"{item.order.id} has no price in the table, so --max-cost cannot be kept", Exit.NO_MONEY)
        elif self._outcome.spent + usd > most + _CENT / 100:
            left = max(0.0, most - self._outcome.spent)
            self._close(f"{item.order.id} costs ${usd:.2f}, and ${left:.2f} of --max-cost is left", Exit.NO_MONEY)
        return bool(self._outcome.stopped)

    async def _pause_to_connect(self, words: str, tries: int) -> None:
        """Wait for a connection, longer each time; after some times nothing more is sent."""
        facts = service("queue")
        if tries >= facts["connect_tries"]:
            self._close(f"{words} to the service; is this machine online?", Exit.INCOMPLETE)
            return
        pause = min(facts["connect_pause_seconds"] * 2 ** (tries - 1), facts["connect_longest_pause_seconds"])
        self._tools.listen(Event("waiting", "", f"{words} to the service, tried again in {pause:g} s"))
        await self._tools.clock.sleep(pause)

    def _hold(self, busy: Busy, item: Item) -> None:
        """Hold the queue for as long as the service asks. Raises LongWait where that is longer than a run waits."""
        seconds = service("queue")["wait_seconds"] if busy.wait is None else busy.wait
        if seconds > service("timeouts")["longest_wait_seconds"]:
            raise LongWait(f"the service asks to wait {round(seconds / 60)} minutes")
        self._tools.pace.hold("queue", seconds)
        self._tell("waiting", item, f"the service is busy, sent again in {seconds:.0f} s")

    async def _body(self, item: Item, start: Entry | None) -> tuple[bytes, str | None]:
        """The request as bytes, and the digest of the frame that it starts from. Raises Changed, Undecodable."""
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
            raise Changed(f"with its start frame the request has {len(data) / 1e6:.0f} MB, more than the service takes")
        return data, frame

    def _new_entry(self, item: Item, start: Entry | None, frame: str | None) -> Entry:
        order, clip = item.order, item.order.clip
        references = [{"tag": one.tag, "name": one.name, "kind": one.kind} for one in clip.references]
        return Entry(
            id=0,
            fingerprint=clip.fingerprint,
            clip_id=clip.id,
            own=order.own if item.action is Action.RETAKE else None,
            stem=order.stem,
            state=State.PLANNED,
            model=clip.model,
            seconds=clip.duration,
            aspect=order.aspect,
            usd=clip.estimate.usd,
            request=order.request(),
            refs=json.dumps(references, ensure_ascii=False),
            shots=" ".join(shot.number for shot in clip.shots),
            start_entry=start.id if start else None,
            start_frame=frame,
        )

    def _close(self, why: str, reason: Exit) -> None:
        """Send nothing more; what is paid is collected all the same."""
        self._outcome.reasons.add(reason)
        if not self._outcome.stopped:
            self._outcome.stopped = why
            self._tools.listen(Event("stopped", "", why))

    def _tell(self, kind: str, item: Item, words: str = "", *, usd: float | None = None) -> None:
        self._tools.listen(Event(kind, item.order.id, words, usd))

    def _sum_up(self) -> None:
        """Sort the clips by what became of them, as the ledger has it."""
        outcome = self._outcome
        of_fingerprint: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self._tools.ledger.entries():
            of_fingerprint[entry.fingerprint].append(entry)
        outcome.running += [one.clip_id for one in map(self._now, self._agenda.strays) if one.state in RUNNING]
        for item in self._agenda.items:
            entries = of_fingerprint[item.order.clip.fingerprint]
            self._sort(item, [one for one in entries if one.own in (None, item.order.place)])

    def _now(self, entry: Entry) -> Entry:
        return self._tools.ledger.entry(entry.id)

    def _sort(self, item: Item, entries: list[Entry]) -> None:
        """Put a clip where it belongs, `entries` being those made for it, the oldest first."""
        outcome, clip = self._outcome, item.order.id
        states = {one.state for one in entries}
        end = self._ends[clip]
        made = end.result() if end.done() and not end.cancelled() else None
        if states & {State.UNKNOWN, State.INTENDED}:
            outcome.unknown.append(clip)
        elif states & RUNNING:
            outcome.running.append(clip)
        elif clip in outcome.refused or item.action is Action.LEFT_OUT:
            return
        elif made is not None and made.state is State.SAVED:
            outcome.saved.append(clip)
        elif (made is not None and made.state in ENDED_BADLY) or item.action is Action.ENDED:
            outcome.failed.append(clip)
        else:
            outcome.unsent.append(clip)


#: Prices are compared to a hundredth of this, so that sums of fractions do not decide.
_CENT = 0.01


def _stop_words(status: int, said: str) -> str:
    means = {401: "the service does not know this key", 402: "the credit is used up", 403: "the key may not do this"}
    return f"{means.get(status, 'refused')} ({said})"
