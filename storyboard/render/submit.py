"""Submit clips: the request of each, made when its turn comes, and its ledger entry."""

from __future__ import annotations

import asyncio
import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path

from storyboard.compiler.emit.payloads import start_field
from storyboard.files.atomic import save
from storyboard.film.edge_frames import Undecodable
from storyboard.render.files import FRAMES, next_take, take_path
from storyboard.render.jobs import PictureChanged
from storyboard.render.planning import PlanItem, PlannedAction
from storyboard.render.retrieve import RenderServices
from storyboard.spend.answers import KeptAnswer
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.ledger import Ledger
from storyboard.spend.purchase import CannotSend, Outcome, Purchase
from storyboard.spend.settlement import settle_entry
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer, Delivered, read_queue
from storyboard.venice.service import service_facts
from storyboard.venice.transport import Departure, Transport

#: The last frame of a clip, as a PNG. Raises Undecodable.
LastFrame = Callable[[Path], Awaitable[bytes]]


async def clip_purchase(
    services: RenderServices, last_frame: LastFrame, item: PlanItem, start: Entry | None
) -> Purchase:
    """The queue call of a clip, which may start from the last frame of `start`.

    Raises CannotSend, and OSError if the disk does not accept the frame.
    """
    try:
        body, frame = await _body(services, last_frame, item, start)
    except (PictureChanged, Undecodable) as problem:
        raise CannotSend(str(problem)) from None

    async def call(transport: Transport, departure: Departure) -> Answer:
        return await transport.queue(body, departure)

    async def keep(entry: Entry, answer: Answer) -> Entry:
        return await services.writer.keep_answer(entry, KeptAnswer(answer.status, answer.body))

    def settle_clip(ledger: Ledger, entry: Entry, outcome: Outcome) -> Entry:
        assert not isinstance(outcome, Delivered), "a clip is queued"
        return settle_entry(ledger, entry, outcome, services.words, next_take)

    def bought(entry: Entry) -> Event:
        return Event("queued", item.job.id, "", entry.usd, services.averages.of(entry.model), entry.number)

    return Purchase(
        id=item.job.id,
        entry=_new_entry(item, start, frame),
        limit="queue",
        call=call,
        keep=keep,
        read=read_queue,
        settle=settle_clip,
        bought=bought,
        dearest=item.dearest,
        perhaps_paid=item.unknown if item.action is PlannedAction.RESEND else (),
    )


async def _body(
    services: RenderServices, last_frame: LastFrame, item: PlanItem, start: Entry | None
) -> tuple[bytes, str | None]:
    """The request as bytes, and the digest of the frame that it starts from. Raises PictureChanged, Undecodable."""
    body = await asyncio.to_thread(item.job.body)
    frame: str | None = None
    if start is not None:
        services.mark("frame.before")
        picture = await last_frame(take_path(services.folder, start))
        frame = sha256(picture).hexdigest()
        folder = services.folder / FRAMES
        folder.mkdir(exist_ok=True)
        await asyncio.to_thread(save, folder / f"{frame}.png", picture)
        body[start_field("api")] = f"data:image/png;base64,{b64encode(picture).decode('ascii')}"
        services.mark("frame.after")
    data = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if len(data) > service_facts("limits")["request_bytes"]:
        raise PictureChanged(
            f"with its start frame the request has {len(data) / 1e6:.0f} MB, more than the service accepts"
        )
    return data, frame


def _new_entry(item: PlanItem, start: Entry | None, frame: str | None) -> Entry:
    """The ledger entry for a clip that is about to be sent."""
    job, clip = item.job, item.job.clip
    references = [{"tag": one.tag, "name": one.name, "kind": one.kind} for one in clip.references]
    return Entry(
        id=0,
        fingerprint=clip.fingerprint,
        clip_id=clip.id,
        own=job.own if item.action is PlannedAction.RETAKE else None,
        stem=job.stem,
        state=State.PLANNED,
        model=clip.model,
        seconds=clip.duration,
        aspect=job.aspect,
        usd=item.price,
        basis=item.basis,
        request=job.request(),
        refs=json.dumps(references, ensure_ascii=False),
        shots=" ".join(shot.number for shot in clip.shots),
        start_entry=start.id if start else None,
        start_frame=frame,
    )
