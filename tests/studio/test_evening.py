"""A whole evening in the studio: from a screenplay to a film, with an editor that writes over it and a studio that dies.

Pictures of the page at three widths are left in the test's folder, to be looked at.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.studio.conftest import running_studio

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

#: Seconds are short on a busy machine.
_PATIENCE = 120_000
WIDTHS = (390, 1400, 2560)
SCREENPLAY = """\
Title: The Ferry
Author: M. Sorel

EXT. DOCK - DAWN

NORA, a pilot in a yellow coat, coils a rope at the end of the dock.

NORA
One more crossing.

She looks at the water.
"""


def _listen(page: Page, complaints: list[str]) -> Page:
    page.set_default_timeout(_PATIENCE)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def _is_ready(page: Page) -> None:
    page.locator(".panel").first.wait_for(state="attached")
    page.locator("#saved", has_text=re.compile("^saved$")).wait_for()


def _look(page: Page, folder: Path, name: str) -> None:
    """Keep what the page looks like at each width. Nothing may be wider than the page."""
    folder.mkdir(exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(200)
        page.screenshot(path=folder / f"{name}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
    page.set_viewport_size({"width": 1400, "height": 900})


def _room(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.locator("#dialog-title", has_text=re.compile(f"^{name}$")).wait_for()


def _close(page: Page) -> None:
    page.keyboard.press("Escape")
    page.locator("#dialog[open]").wait_for(state="detached")


def _run(page: Page, button: str) -> None:
    """Start what the dialog offers, and wait until the run has ended."""
    page.evaluate("document.getElementById('news').textContent = ''")
    page.locator("#dialog .pay", has_text=button).click()
    page.locator("#news", has_text="The run has ended").wait_for(state="attached")
    page.locator("#status[data-kind=rendering]").wait_for(state="detached")


def test_an_evening(tmp_path: Path, browser: Browser) -> None:
    films, seen = tmp_path / "films", tmp_path / "seen"
    films.mkdir()
    (tmp_path / "ferry.fountain").write_text(SCREENPLAY)
    cache = str(tmp_path / "cache")
    complaints: list[str] = []
    with running_studio(films, XDG_CACHE_HOME=cache) as studio:
        page = _listen(browser.new_page(viewport={"width": 1400, "height": 900}), complaints)
        page.goto(studio.address)
        _import(page, tmp_path / "ferry.fountain")
        script = films / "ferry.sb"
        _is_ready(page)
        _cast(page, seen)
        _write(page, script)
        _disagree(page, script, seen)
        page.close()
    with running_studio(script, XDG_CACHE_HOME=cache, ends=False) as studio:
        page = _listen(browser.new_page(viewport={"width": 1400, "height": 900}), complaints)
        page.goto(studio.address)
        _is_ready(page)
        page.locator("#plan").click()
        page.locator("#dialog .pay").wait_for()
        _look(page, seen, "plan")
        page.locator("#dialog .pay").click()
        page.locator("#status[data-kind=rendering]").wait_for()
        studio.process.kill()
        page.locator("#status", has_text="the studio has ended").wait_for()
        complaints.clear()  # the browser says that the address is gone
        page.close()
    with running_studio(script, XDG_CACHE_HOME=cache) as studio:
        page = _listen(browser.new_page(viewport={"width": 1400, "height": 900}), complaints)
        page.goto(studio.address)
        _is_ready(page)
        _choose(page, seen)
        _play(page, seen)
        _export(page, seen)
        page.close()
    assert complaints == []


def _import(page: Page, screenplay: Path) -> None:
    page.get_by_role("button", name=re.compile("^Import")).first.click()
    page.locator("#dialog input[type=file]").set_input_files(screenplay)
    page.locator("#dialog input[type=checkbox]").uncheck()
    page.locator("#dialog button", has_text=re.compile("^Import$")).click()
    page.locator("#dialog button", has_text="Open it").click()


def _cast(page: Page, seen: Path) -> None:
    """Everybody is named and made in the sandbox, two takes each; of one the second is chosen."""
    _room(page, "Cast")
    if (name := page.get_by_role("button", name=re.compile("^Name ")).first).count():
        name.click()
        page.locator("#dialog .no-picture").first.wait_for()
    page.locator("#dialog select").select_option("2")
    page.get_by_role("button", name="Make what is missing…").click()
    page.locator("#dialog .pay").wait_for()
    _run(page, "Make")
    second = page.locator(".candidate button[aria-label*='Take 2']").first
    second.click()
    page.locator(".candidate button[aria-label*='Take 2'][aria-pressed=true]").first.wait_for()
    _look(page, seen, "cast")
    _close(page)


def _write(page: Page, script: Path) -> None:
    """Ten edits by keyboard; the board shows each."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    for number in range(10):
        page.keyboard.press("Enter")
        page.keyboard.type(f"Gull {number} cries.")
        page.locator(".panel", has_text=f"Gull {number} cries.").first.wait_for(state="attached")
    for _ in range(10):
        page.keyboard.press("Control+z")
    page.keyboard.press("Control+End")
    page.keyboard.type("\nThe rope is wet.")
    page.locator(".panel", has_text="The rope is wet.").first.wait_for(state="attached")
    page.keyboard.press("Control+s")
    page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
    assert "The rope is wet." in script.read_text()


def _disagree(page: Page, script: Path, seen: Path) -> None:
    """Another program writes the script while there is unsaved text: the person chooses, part by part."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" It smells of tar.")
    page.locator("#saved", has_text="not saved").wait_for()
    script.write_text(script.read_text().replace("yellow coat", "green coat"))
    page.get_by_role("button", name="Compare").click()
    page.locator(".cm-merge-revert button").first.wait_for()
    _look(page, seen, "merge")
    page.locator(".cm-merge-revert button").first.click()
    page.get_by_role("button", name="Use the right side").click()
    page.locator(".panel", has_text="It smells of tar.").first.wait_for(state="attached")
    page.keyboard.press("Control+s")
    page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
    assert "green coat" in script.read_text()
    assert "It smells of tar." in script.read_text()


def _choose(page: Page, seen: Path) -> None:
    """What was on its way has arrived, once; a second take is made, both are played, and the other one is picked."""
    _room(page, "Takes")
    page.locator("#dialog video").first.wait_for()
    assert page.locator("#dialog .clip-takes").first.locator("video").count() == 1
    page.locator("#dialog .approve").first.click()
    page.locator("#dialog .approve.given").first.wait_for()
    page.get_by_role("button", name=re.compile("^Retake…")).first.click()
    page.locator("#dialog .pay").wait_for()
    _run(page, "Render 1 clip")
    _room(page, "Takes")
    clip = page.locator("#dialog .clip-takes").first
    clip.locator("video").nth(1).wait_for()
    clip.get_by_role("button", name="Play together").click()
    page.wait_for_timeout(500)
    assert all(clip.locator("video").evaluate_all("all => all.map(one => !one.paused)"))
    other = clip.locator("article.take:not(.chosen):not(.still)")
    label = other.get_attribute("aria-label") or ""
    other.get_by_role("button", name="Pick").click()
    page.locator(f"article.take.chosen[aria-label='{label}']").wait_for()
    _look(page, seen, "takes")
    _close(page)


def _play(page: Page, seen: Path) -> None:
    page.get_by_role("button", name="Play", exact=True).click()
    page.locator(".player .shots button").first.wait_for()
    _look(page, seen, "cut")
    page.locator(".player .shots button").last.click()
    page.locator(".player [aria-current=true]").last.wait_for()
    page.get_by_role("button", name="Go to its line").click()
    page.locator(".cm-focused .cm-activeLine", has_text="SHOT").wait_for()


def _export(page: Page, seen: Path) -> None:
    _room(page, "Export")
    for product, ending in (("film", "ferry.mp4"), ("board", "ferry-board.html")):
        line = page.locator(f"[data-product={product}]")
        line.get_by_role("button").click()
        line.locator("a", has_text="Open").wait_for()
        assert ending in line.inner_text()
    _look(page, seen, "export")
    with page.expect_popup() as opened:
        page.locator("[data-product=board] a", has_text="Open").click()
    opened.value.locator("h1", has_text="The Ferry").wait_for()
    opened.value.close()
    _close(page)
