"""How fast an edit is on the live board, in one run with a reload of the whole page: `python -m tests.benchmarks.board`.

An edit of one shot in the middle of a film of a thousand goes through the compiler, the board, the stream and a page
in Chromium. CPU seconds are counted, not waits: the server's is this process's own time; the browser's is what its
page spends on all its tasks (DevTools' `Performance.getMetrics`), with the changed panel on the screen, less what it spends
while nothing happens. The reload draws the board anew with `draw_board`, as `sbc board` does, and loads it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from playwright.async_api import CDPSession, async_playwright

from storyboard.board.live import LiveBoard
from storyboard.board.page import draw_board
from storyboard.compiler.incremental import user_cache
from storyboard.compiler.pipeline import Analysis, Options, analyze_text
from storyboard.watch.feed import BoardFeed
from storyboard.watch.server import make_app, open_script_socket, page_address, serve
from tests.benchmarks.scripts import script_of
from tests.board.conftest import CHROMIUM, QUIET

SHOTS, KEYS = 1000, 12
#: Seconds after which an edit is on the page for certain.
_SETTLES = 0.7
#: Milliseconds of CPU from a key to its changed panel.
SERVER_LIMIT, BROWSER_LIMIT = 20.0, 25.0


class Film:
    """The film, with the text of one panel changed by each key."""

    def __init__(self, folder: Path) -> None:
        self.path = str(folder / "film.sb")
        self._text = script_of(SHOTS)
        shot = self._text.index("SHOT", len(self._text) // 2)
        self._at = self._text.index("@", shot)
        self._memory = user_cache()

    def after(self, keys: int, in_look: int = 0) -> Analysis:
        """The film after so many keys in the shot, and in the look of who is in every scene."""
        text = self._text[: self._at] + "x" * keys + ("" if not keys else " ") + self._text[self._at :]
        text = text.replace("a young lantern", f"a young{'x' * in_look} lantern", 1)
        return analyze_text(text, self.path, Options(), self._memory)


def server_times(film: Film, *, in_look: bool = False) -> tuple[list[float], list[float], int]:
    """Milliseconds of the compiler, and of board and message, for each key, in a shot or in a look; bytes of a
    message."""
    board, seen = LiveBoard(), set[str]()
    board.draw(film.after(0))
    board.new_pieces(seen)
    gc.collect()
    gc.freeze()
    checks, draws, size = [], [], 0
    for key in range(1, KEYS + 1):
        start = time.process_time()
        analysis = film.after(0, key) if in_look else film.after(key)
        checked = time.process_time()
        board.draw(analysis)
        message = json.dumps({"order": board.order, "new": board.new_pieces(seen)})
        draws.append((time.process_time() - checked) * 1000)
        checks.append((checked - start) * 1000)
        size = len(message)
    return checks, draws, size


async def browser_times(film: Film) -> tuple[list[float], float]:
    """Milliseconds of the page for each key, and for loading the whole board anew."""
    opened = open_script_socket(film.path, 0)
    feed = BoardFeed(lambda _: ())
    serving = asyncio.create_task(serve(make_app(feed), feed, opened))
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = await browser.new_page(viewport={"width": 1400, "height": 900})
        cdp = await page.context.new_cdp_session(page)
        await cdp.send("Performance.enable")
        await feed.show(film.after(0))
        await page.goto(page_address(opened))
        await page.wait_for_selector(".panel", state="attached")
        await page.locator(".panel").nth(SHOTS // 2 + 1).scroll_into_view_if_needed()
        await asyncio.sleep(3)
        keys = [await _spent(cdp, partial(feed.show, film.after(key))) for key in range(1, KEYS + 1)]
        assert await page.get_by_text("x" * KEYS).count() == 1, "the last key is on the page"
        html = draw_board(film.after(KEYS + 1)).html
        whole = Path(film.path).with_suffix(".html")
        whole.write_text(html, encoding="utf-8")
        other = await browser.new_page(viewport={"width": 1400, "height": 900})
        session = await other.context.new_cdp_session(other)
        await session.send("Performance.enable")
        reload = await _spent(session, lambda: other.goto(whole.as_uri(), wait_until="load"))
        await browser.close()
    await feed.close()
    serving.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving
    return keys, reload


async def _spent(cdp: CDPSession, work: Callable[[], Awaitable[object]]) -> float:
    """The milliseconds that a page spends on something, less what it spends in the same time without."""
    start, before = time.monotonic(), await _task_seconds(cdp)
    await work()
    await asyncio.sleep(_SETTLES)
    seconds, spent = time.monotonic() - start, await _task_seconds(cdp) - before
    before = await _task_seconds(cdp)
    await asyncio.sleep(seconds)
    return max(0.0, spent - (await _task_seconds(cdp) - before)) * 1000


async def _task_seconds(cdp: CDPSession) -> float:
    metrics = {one["name"]: one["value"] for one in (await cdp.send("Performance.getMetrics"))["metrics"]}
    return float(metrics["TaskDuration"])


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        film = Film(Path(folder))
        checks, draws, size = server_times(film)
        looks = [check + draw for check, draw in zip(*server_times(film, in_look=True)[:2], strict=True)]
        start = time.process_time()
        draw_board(film.after(KEYS + 1))
        reload_server = (time.process_time() - start) * 1000
        keys, reload = asyncio.run(browser_times(film))
    check, draw, key = (statistics.median(one) for one in (checks, draws, keys))
    print(f"{SHOTS:,} shots, median of {KEYS} keys, CPU")
    print(
        f"server: compiler {check:.1f} ms, board and message {draw:.1f} ms ({size:,} bytes), together {check + draw:.1f} ms (target {SERVER_LIMIT:.0f})"
    )
    print(f"        in the look of who is in every scene {statistics.median(looks):.1f} ms")
    print(f"        whole page {reload_server:,.0f} ms: {reload_server / (check + draw):,.0f} times as much")
    print(f"browser: changed panel {key:.1f} ms (target {BROWSER_LIMIT:.0f})")
    print(f"        whole page {reload:,.0f} ms: {reload / key:,.0f} times as much")
    sys.exit(check + draw > SERVER_LIMIT or key > BROWSER_LIMIT)


if __name__ == "__main__":
    main()
