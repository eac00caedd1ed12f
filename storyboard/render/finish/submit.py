"""Submit pieces of takes: quotes before, and the paid calls with their ledger entries."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from storyboard.catalog.upscale_models import upscale_call
from storyboard.film.upscale import CannotUpscale
from storyboard.render.finish.bodies import queue_body, quote_body
from storyboard.render.finish.jobs import FinishJob, TakePiece
from storyboard.render.finish.planning import FinishItem, FinishPlan
from storyboard.spend.answers import KeptAnswer
from storyboard.spend.entry import Entry
from storyboard.spend.events import Event
from storyboard.spend.ledger import Ledger
from storyboard.spend.purchase import CannotSend, Outcome, Purchase
from storyboard.spend.quotes import ask_quotes
from storyboard.spend.services import Services
from storyboard.spend.settlement import settle_entry
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer, Delivered, read_queue
from storyboard.venice.transport import Departure, Transport


class FinishQuotes(NamedTuple):
    """The service's prices by clip and number of a piece; `problem` says why some are missing."""

    prices: dict[str, dict[int, float]]
    problem: str


async def ask_finish_quotes(plan: FinishPlan, transport: Transport, scratch: Path) -> FinishQuotes:
    """Ask for the price of each piece, one after the other, since each call contains its clip.

    Prices that do not arrive in time are missing. Raises OSError if a take cannot be read.
    """
    rows = [(item, piece) for item in plan.sent for piece in item.to_send]
    bodies = [await asyncio.to_thread(quote_body, item.job, piece, scratch) for item, piece in rows]
    quotes = await ask_quotes(bodies, transport, seconds=upscale_call()["quote_seconds"], with_key=True)
    prices: dict[str, dict[int, float]] = defaultdict(dict)
    for (item, piece), body in zip(rows, bodies, strict=True):
        if (price := quotes.of(body)) is not None:
            prices[item.clip][piece.number] = price
    return FinishQuotes(prices, quotes.problem)


def no_number(_ledger: Ledger, _entry: Entry) -> None:
    """None: a finished take is named after its take and needs no number."""


async def piece_purchase(services: Services, item: FinishItem, piece: TakePiece, scratch: Path) -> Purchase:
    """The queue call of a piece. Raises CannotSend, and OSError if the take cannot be read."""
    job = item.job
    try:
        body = await asyncio.to_thread(queue_body, job, piece, scratch)
    except CannotUpscale as problem:
        raise CannotSend(str(problem)) from None

    async def call(transport: Transport, departure: Departure) -> Answer:
        return await transport.charge("video/queue", body, upscale_call()["queue_seconds"], departure)

    async def keep(entry: Entry, answer: Answer) -> Entry:
        return await services.writer.keep_answer(entry, KeptAnswer(answer.status, answer.body))

    def settle_piece(ledger: Ledger, entry: Entry, outcome: Outcome) -> Entry:
        assert not isinstance(outcome, Delivered), "a piece is queued"
        return settle_entry(ledger, entry, outcome, services.words, no_number)

    part = f"part {piece.number} of {len(job.pieces)}, in progress" if len(job.pieces) > 1 else "paid, in progress"
    return Purchase(
        id=item.clip,
        entry=_new_entry(item, piece),
        limit="queue",
        call=call,
        keep=keep,
        read=read_queue,
        settle=settle_piece,
        bought=lambda paid: Event("queued", paid.clip_id, part, paid.usd, take=job.take.number),
        perhaps_paid=tuple(one for one in item.given_up if one.fingerprint == piece.fingerprint),
    )


def _new_entry(item: FinishItem, piece: TakePiece) -> Entry:
    """The ledger entry for a piece that is about to be sent."""
    job: FinishJob = item.job
    return Entry(
        id=0,
        kind="finish",
        fingerprint=piece.fingerprint,
        clip_id=job.clip,
        own=None,
        stem=job.take.stem,
        state=State.PLANNED,
        model=job.model.id,
        seconds=round(piece.seconds),
        aspect=job.take.aspect,
        usd=item.price(piece),
        basis=item.basis(piece),
        request=job.request(piece),
        refs="[]",
        shots=job.take.shots,
        start_entry=job.take.id,
    )
