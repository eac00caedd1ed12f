"""axe looks at the list of films, at the page of guests and at the tabs of included files, in both schemes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.studio.conftest import SCRIPT, running_studio, write_film
from tests.studio.test_accessibility import AXE, FOUND
from tests.studio.test_guests import HOST

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow

_PATIENCE = 120_000
_WIDTHS = (390, 1400, 2560)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_beside_the_studio(tmp_path: Path, browser: Browser, scheme: Any) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed (npm ci in storyboard/studio/web): the pages are not looked at")
    script = write_film(tmp_path)
    (tmp_path / "cast.sb").write_text("CHARACTER Tom\nlook: an old sailor\n")
    (tmp_path / "bytes.sb").write_bytes(b"\xff")
    script.write_text(SCRIPT.replace("CHARACTER Mira", "INCLUDE cast.sb\n\nCHARACTER Mira", 1))
    context = browser.new_context(color_scheme=scheme, bypass_csp=True)
    page, guest = context.new_page(), context.new_page()
    found: dict[str, Any] = {}

    def look(one: Any, state: str) -> None:
        for width in _WIDTHS:
            one.set_viewport_size({"width": width, "height": 900})
            one.evaluate(AXE.read_text())
            if problems := one.evaluate(FOUND):
                found[f"{state}, {width}"] = problems

    try:
        for one in (page, guest):
            one.set_default_timeout(_PATIENCE)
        cache = str(tmp_path / "cache")
        with running_studio(script, "--lan", HOST, XDG_CACHE_HOME=cache) as studio:
            page.goto(studio.address)
            page.locator("#files button", has_text="cast.sb").click()
            look(page, "an included file")
            guest.goto(re.findall(r"guests: (\S+)", studio.said)[0])
            guest.locator(".panel .comment").first.wait_for()
            look(guest, "guest")
            guest.locator(".panel .comment").first.click()
            guest.get_by_label("Your comment").fill("Sooner?")
            look(guest, "a comment")
            guest.get_by_role("button", name="Send").click()
            page.locator("#comments").click()
            page.locator(".guest-comment").wait_for()
            look(page, "comments")
        with running_studio(tmp_path, XDG_CACHE_HOME=cache) as films:
            page.goto(films.address)
            page.locator("#list dd").first.wait_for()
            look(page, "films")
            for name in ("New film…", "Import a screenplay…"):
                page.get_by_role("button", name=name).click()
                look(page, name)
                page.keyboard.press("Escape")
    finally:
        context.close()
    assert found == {}
