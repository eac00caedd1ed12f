"""axe looks at the studio at every width, in both schemes, and in every state: rooms, plans, menus, a conflict, errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from storyboard.studio.render_offer import RUN_IS_ON
from tests.studio.conftest import SCRIPT, Studio, running_studio, write_film
from tests.studio.test_production import wait

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.slow

AXE = Path(__file__).parents[2] / "storyboard" / "studio" / "web" / "node_modules" / "axe-core" / "axe.min.js"
#: Seconds are short on a busy machine.
_PATIENCE = 120_000
FOUND = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
    one => [one.id, ...one.nodes.map(node => `${node.target.join(" ")}: ${node.failureSummary}`)])"""
_CAST = (
    SCRIPT.replace("front: refs/mira.png", "front: refs/mira.png\nangles: refs/mira-side.png")
    .replace("LOCATION Harbor", "PROP Lamp\nlook: a brass lamp\n\nLOCATION Harbor")
    .replace("Model:", "Music: slow cello over rain, no drums\nModel:")
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A film with a picture and music of which there are two takes each, and a clip of which there is one."""
    folder = tmp_path_factory.mktemp("film")
    script = write_film(folder)
    script.write_text(_CAST)
    with running_studio(script, XDG_CACHE_HOME=str(folder / "cache")) as studio:
        studio.open()
        for name, body in (("plan-making", {"copies": 2}), ("plan", {})):
            offer = studio.ask(name, **body)
            assert not offer["why_not"]
            studio.ask("start", digest=offer["digest"])
            wait(studio, lambda name=name: studio.ask(name)["why_not"] != RUN_IS_ON)  # type: ignore[misc]
        yield studio


def _plan(route: Route) -> None:
    """A plan that could be paid, with a clip that is perhaps paid."""
    clip = {"id": "s01c01", "scene": "EXT. HARBOR - DAY", "seconds": 7, "action": "changed", "why": "text", "cost": 9.5}
    unknown = {**clip, "id": "s01c02", "action": "unknown", "cost": 0}
    offer: dict[str, Any] = {
        "digest": "d",
        "plan": {"clips": [clip, unknown]},
        "usd": 9.5,
        "calls": 1,
        "fetched": 0,
        "why_not": "",
    }
    ceiling = {"day": 20, "today": 3.5, "film": 50, "so_far": 3.5}
    route.fulfill(body=json.dumps({**offer, "sandbox": False, "balance": 12.25, "ceiling": ceiling}))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400, 2560])
def test_axe_finds_nothing(made: Studio, browser: Browser, width: int, scheme: Any) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci in storyboard/studio/web): the page is not looked at")
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    before = made.script.read_text()
    found: dict[str, Any] = {}

    def look(state: str) -> None:
        page.evaluate(AXE.read_text())
        if problems := page.evaluate(FOUND):
            found[state] = problems

    try:
        page.goto(made.address)
        page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
        page.locator("#problems li").first.wait_for(state="attached")
        look("the page")
        if page.get_by_role("button", name="Storyboard", exact=True).is_visible():
            page.get_by_role("button", name="Storyboard", exact=True).click()
            look("the board")
        _rooms(page, look)
        _disagreement(page, made, look)
        assert found == {}
    finally:
        context.close()
        made.script.write_text(before)


def _rooms(page: Page, look: Any) -> None:
    """Every room and dialog, and the menu of a shot."""
    for room, sign in (
        ("Cast", ".person"),
        ("Takes", ".clip-takes"),
        ("Export", ".products"),
        ("Outline", ".outline"),
        ("Play", ".player"),
    ):
        page.get_by_role("button", name=room, exact=True).click()
        page.locator(f"#dialog {sign}").first.wait_for()
        look(room)
        if room == "Cast":
            assert page.locator("#dialog .sound audio").count() == 2
            page.get_by_role("button", name=re.compile("^Compare")).first.click()
            page.locator("#dialog .large").wait_for()
            look("takes of a picture")
        page.keyboard.press("Escape")
    page.route("**/api/plan", _plan)
    page.locator("#plan").click()
    page.locator("#dialog .pay").wait_for()
    page.evaluate("document.body.classList.add('pays')")
    look("a plan that is paid")
    page.get_by_role("button", name="Change…").click()
    look("a ceiling that is set")
    page.keyboard.press("Escape")
    page.evaluate("document.body.classList.remove('pays')")
    page.locator(".change").first.click()
    look("the menu of a shot")
    page.get_by_role("menuitem", name="Write a note…").click()
    page.locator("#dialog textarea").wait_for()
    look("a note")
    page.keyboard.press("Escape")


def _disagreement(page: Page, made: Studio, look: Any) -> None:
    """Errors in the text, a conflict, the merge view, and what a run says."""
    if page.get_by_role("button", name="Script", exact=True).is_visible():
        page.get_by_role("button", name="Script", exact=True).click()
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nSHOT 3s wide\n@Nobody waits.\n")
    page.locator("#problems li.error").first.wait_for(state="attached")
    look("errors")
    made.script.write_text(_CAST.replace("red wool coat", "green wool coat"))
    page.get_by_role("button", name="Compare").wait_for()
    look("a conflict")
    page.get_by_role("button", name="Compare").click()
    page.locator(".cm-merge-revert button").first.wait_for()
    look("the merge view")
    page.keyboard.press("Escape")
