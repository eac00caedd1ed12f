"""Requests of the page about making a film: its cast, stills, plans, ceilings, cut and products."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from storyboard.catalog.picture_models import most_takes
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.project.ceilings import budget_of
from storyboard.project.daily_ceiling import CeilingNotSet, set_daily_ceiling
from storyboard.render.folders import sibling_folder
from storyboard.spend.budget import committed_usd, day_of
from storyboard.spend.ledger import LedgerUnusable
from storyboard.studio import cast
from storyboard.studio.cut import PlayerMedia, described_cut, lay_out_page_cut
from storyboard.studio.make_offer import MakeChoice, offer_making
from storyboard.studio.media import MediaFiles
from storyboard.studio.offers import Offer, Offers, ledger_to_read
from storyboard.studio.products import PRODUCTS, ProductRuns
from storyboard.studio.render_offer import RUN_IS_ON, RenderChoice, offer_render
from storyboard.studio.runs import RunLog, start_run
from storyboard.studio.sounds import choose_sound
from storyboard.studio.stills import approve_still, list_stills
from storyboard.studio.takes import StudioRefusal

Handler = Callable[[dict[str, Any]], Awaitable[object]]
#: US dollars that a ceiling may be at most: more is a slip of the hand.
_LARGEST_CEILING = 100_000.0


class Production:
    """The film of one script.

    `folder` returns the folder of its takes, given whether they are the sandbox's; `is_sandbox` and `analysis` return
    the page's state; `tell` sends a message to the page.
    """

    def __init__(
        self,
        script: Path,
        options: Options,
        folder: Callable[[bool], Path],
        is_sandbox: Callable[[], bool],
        analysis: Callable[[], Analysis],
        media: MediaFiles,
        tell: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self._script = script
        self._options = options
        self._folder = folder
        self._is_sandbox = is_sandbox
        self._analysis = analysis
        self._media = media
        self._tell = tell
        self._offers = Offers(self._start, time.monotonic)
        self._products = ProductRuns(script, tell, media.product)
        self._player = PlayerMedia(tell, media.made)
        self._runs: dict[Path, subprocess.Popen[bytes]] = {}
        self._logs: dict[Path, RunLog] = {}

    def handlers(self) -> Mapping[str, Handler]:
        """The handlers of requests, by name."""
        return {
            "cast": self._cast,
            "choose-picture": self._choose_picture,
            "choose-sound": self._choose_sound,
            "declare": self._declare,
            "stills": self._stills,
            "approve": self._approve,
            "plan": self._plan,
            "plan-making": self._plan_making,
            "start": self._accept,
            "ceiling": self._ceiling,
            "set-ceiling": self._set_ceiling,
            "cut": self._cut,
            "close-player": self._close_player,
            "products": self._list_products,
            "product": self._make_product,
        }

    async def relay_run(self) -> None:
        """Tell the page what the run in the current folder has said since the last call."""
        folder = self._folder(self._is_sandbox())
        if folder not in self._logs:
            self._logs[folder] = RunLog(folder)
        if news := await asyncio.to_thread(self._logs[folder].news):
            await self._tell({"run": news, "free": self._is_sandbox()})

    async def close(self) -> None:
        """Stop the studio's child processes; runs that pay continue."""
        await self._player.close()
        await self._products.close()

    def _here(self) -> Path:
        return self._folder(self._is_sandbox())

    def _other(self) -> Path:
        return self._folder(not self._is_sandbox())

    async def _cast(self, _: dict[str, Any]) -> object:
        shown = self._media.picture, self._media.take
        return await asyncio.to_thread(cast.list_cast, self._analysis(), self._here(), self._other(), *shown)

    async def _choose_picture(self, body: dict[str, Any]) -> object:
        name, number = str(body["picture"]), int(body["number"])
        choose = partial(cast.choose_picture, self._analysis(), self._here(), self._other(), name, number)
        return {"clips": await asyncio.to_thread(choose)}

    async def _choose_sound(self, body: dict[str, Any]) -> object:
        choose = partial(choose_sound, self._analysis(), self._here(), str(body["sound"]), int(body["number"]))
        await asyncio.to_thread(choose)
        return {}

    async def _declare(self, _: dict[str, Any]) -> object:
        return {"text": await asyncio.to_thread(cast.declared_text, self._analysis())}

    async def _stills(self, _: dict[str, Any]) -> object:
        paid = self._folder(False)
        return {"stills": await asyncio.to_thread(list_stills, self._analysis(), paid, self._media.picture)}

    async def _approve(self, body: dict[str, Any]) -> object:
        change = partial(approve_still, is_approved=bool(body["approved"]))
        await asyncio.to_thread(change, self._analysis(), self._folder(False), str(body["clip"]))
        return {}

    async def _plan(self, body: dict[str, Any]) -> object:
        only = body.get("only")
        choice = RenderChoice(_names(body.get("retake", [])), None if only is None else _names(only))
        sandbox = self._is_sandbox()
        return await self._offer(
            partial(offer_render, self._script, self._options, self._here(), choice, sandbox=sandbox), sandbox=sandbox
        )

    async def _plan_making(self, body: dict[str, Any]) -> object:
        """Answer with the offer of pictures and sounds."""
        copies = int(body.get("copies", 1))
        if not 1 <= copies <= most_takes():
            raise ValueError(copies)
        choice = MakeChoice(_names(body.get("only", [])), _names(body.get("retake", [])), copies)
        sandbox = self._is_sandbox()
        return await self._offer(
            partial(offer_making, self._script, self._options, self._here(), self._other(), choice, sandbox=sandbox),
            sandbox=sandbox,
        )

    async def _offer(self, prepare: Callable[[], Awaitable[Offer]], *, sandbox: bool) -> object:
        """Answer with an offer, made in a thread, for the current mode."""

        async def unless_run() -> Offer:
            offer = await prepare()
            return offer._replace(why_not=RUN_IS_ON) if self._is_running(offer.folder) else offer

        offer = await self._offers.make(unless_run)
        shown = {
            key: getattr(offer, key) for key in ("digest", "plan", "usd", "calls", "fetched", "why_not", "balance")
        }
        ceiling = {} if sandbox else await asyncio.to_thread(self._ceilings)
        return {**shown, "sandbox": sandbox, "ceiling": ceiling}

    async def _accept(self, body: dict[str, Any]) -> object:
        offer = await self._offers.accept(str(body["digest"]))
        return {"calls": offer.calls, "usd": offer.usd}

    def _is_running(self, folder: Path) -> bool:
        """Whether a run of this studio goes on in a folder, even if it does not hold it yet."""
        run = self._runs.get(folder)
        return run is not None and run.poll() is None

    def _start(self, offer: Offer) -> None:
        self._runs[offer.folder] = start_run(offer.command, offer.folder)
        self._logs.setdefault(offer.folder, RunLog(offer.folder)).restart()

    def _ceilings(self) -> dict[str, Any]:
        """The ceilings of the project, and what has been spent of them."""
        folder, now = self._folder(False), time.time()
        budget = budget_of(str(self._script), folder, [sibling_folder(folder)])
        try:
            with ledger_to_read(folder) as ledger:
                entries = ledger.entries() if ledger else ()
        except LedgerUnusable as problem:
            raise StudioRefusal(f"{problem}.") from None
        return {
            "day": budget.day,
            "today": round(budget.elsewhere_today() + committed_usd(entries, day_of(now)), 4),
            "film": budget.film,
            "so_far": round(budget.elsewhere_film() + committed_usd(entries), 4),
        }

    async def _ceiling(self, _: dict[str, Any]) -> object:
        return await asyncio.to_thread(self._ceilings)

    async def _set_ceiling(self, body: dict[str, Any]) -> object:
        """Write the ceiling for a day into the project file."""
        usd = body["usd"]
        if usd is not None and not (isinstance(usd, int | float) and 0 <= usd <= _LARGEST_CEILING):
            raise StudioRefusal(f"A ceiling is a sum from 0 to {_LARGEST_CEILING:,.0f} US dollars.")
        try:
            await asyncio.to_thread(set_daily_ceiling, self._script, None if usd is None else round(float(usd), 2))
        except CeilingNotSet as problem:
            raise StudioRefusal(f"{problem}.") from None
        return await asyncio.to_thread(self._ceilings)

    async def _cut(self, _: dict[str, Any]) -> object:
        """The cut as it stands. Its sound and its animatic are made, and told when they are there."""
        here = self._here()
        cut = await asyncio.to_thread(lay_out_page_cut, self._analysis(), here, sibling_folder(here))
        return {**described_cut(cut.film, self._media.take), "player": self._player.begin(cut)}

    async def _close_player(self, body: dict[str, Any]) -> object:
        self._player.stop(int(body["number"]))
        return {}

    async def _list_products(self, _: dict[str, Any]) -> object:
        return {"products": [{"name": one.name, "title": one.title, "group": one.group} for one in PRODUCTS.values()]}

    async def _make_product(self, body: dict[str, Any]) -> object:
        self._products.start(str(body["product"]), sandbox=self._is_sandbox())
        return {}


def _names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError("a list of names")
    return tuple(value)
