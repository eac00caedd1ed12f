"""The playground in a browser: first diagnostics, fixes, pictures, sharing, no network, and text that would like to be
code. Python is loaded for each page, so these are slow."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.board.conftest import browser, paint
from tests.board.test_page_in_browser import HOSTILE
from tests.studio.playground_site import PYODIDE, build_playground, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

__all__ = ["browser"]

pytestmark = pytest.mark.slow

#: Seconds are short on a busy machine.
_PATIENCE = 180_000
_NEW = "\nSHOT 6s wide shot\n@Mria looks back at the harbor.\n"


class Visitor(NamedTuple):
    """Somebody at the playground, in a browser profile of their own; what their browser complained of."""

    page: Page
    context: BrowserContext
    complaints: list[str]

    def open(self, address: str) -> None:
        self.page.goto(address)
        self.page.locator(".panel").first.wait_for(state="attached")

    def write(self, text: str) -> None:
        """Write at the end of the script."""
        self.page.locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        self.page.keyboard.insert_text(text)

    def share(self) -> str:
        """The address of the film as it is."""
        self.page.get_by_role("button", name="Share…").click()
        address = self.page.get_by_role("textbox", name="The address").input_value()
        self.page.keyboard.press("Escape")
        return address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not PYODIDE.exists():
        pytest.skip("Pyodide is not installed (npm ci in storyboard/studio/web): the playground is not built")
    return build_playground(tmp_path_factory.mktemp("site") / "playground")


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    with served(folder) as port:
        yield f"http://127.0.0.1:{port}/"


def _visitor(browser: Browser, width: int = 1400, scheme: str = "light") -> Visitor:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # a literal in the caller
    page, complaints = context.new_page(), list[str]()
    page.set_default_timeout(_PATIENCE)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return Visitor(page, context, complaints)


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Visitor]:
    found = _visitor(browser)
    yield found
    found.context.close()


def test_a_visitor_writes_mends_sees_the_price_and_comes_back(visitor: Visitor, site: str) -> None:
    page = visitor.page
    visitor.open(site)
    assert page.locator(".panel").count() == 13
    assert page.locator(".panel svg.laid image").count() > 13, "places and figures are laid in the panels"
    assert "not a quote" in page.locator("#basis").inner_text()
    before = page.locator("#sums").inner_text()
    visitor.write(_NEW)
    page.locator("#problems li", has_text="Mria").wait_for()
    page.get_by_role("button", name=re.compile("Change .*Mria")).click()
    page.locator(".panel.here", has_text="Mira looks back").wait_for(state="attached")
    page.locator("#problems li", has_text="Mria").wait_for(state="detached")
    assert page.locator("#sums").inner_text() != before
    page.locator("#news", has_text="kept in this browser").wait_for()
    page.get_by_role("button", name="Render, film…").click()
    assert "Install sbc" in page.locator("#dialog").inner_text()
    page.keyboard.press("Escape")
    page.reload()
    page.locator(".panel", has_text="Mira looks back").wait_for(state="attached")
    assert visitor.complaints == []


def test_a_film_is_shared_by_its_address(visitor: Visitor, browser: Browser, site: str) -> None:
    visitor.open(site)
    visitor.write("\nSHOT 6s wide shot\n@Mira says Grüße, 你好 😀.\n")
    visitor.page.locator(".panel", has_text="你好 😀").wait_for(state="attached")
    address = visitor.share()
    other = _visitor(browser)
    other.open(address)
    other.page.locator(".panel", has_text="Grüße, 你好 😀").wait_for(state="attached")
    assert other.page.locator("#problems li.error").count() == 0, "the pictures of the example came with it"
    other.write("\nSHOT 2s\n@Mira leaves.\n")
    other.page.locator("#news", has_text="kept").wait_for()
    assert "#" not in other.page.url, "what is shown is not what the address says any more"
    assert (visitor.complaints, other.complaints) == ([], [])
    other.context.close()


@pytest.mark.parametrize(
    "fragment",
    [
        "script=%00%ff!!",
        "script=AAAA",
        "script=",
        "script=%3Cscript%3Eboom()%3C/script%3E&example=%3Cb%3E",
        "example=__proto__",
        "example=../../../etc/passwd",
        # 4 MB of zeros, packed into 4 KB: more than a script can be
        "script=" + "7cEBDQAAAMKg909tDwcUAAAAAAAAAAAAAAAA" + "A" * 5000,
    ],
)
def test_an_address_that_holds_anything_does_no_harm(visitor: Visitor, site: str, fragment: str) -> None:
    visitor.open(f"{site}#{fragment}")
    assert visitor.page.locator(".panel").count(), "the first example is shown"
    assert visitor.complaints == []


def test_a_script_that_is_too_long_for_an_address_is_said(visitor: Visitor, site: str, tmp_path: Path) -> None:
    """It is opened as a file, beside what was written before."""
    page = visitor.page
    visitor.open(site)
    visitor.write("\n// mine\n")
    page.locator("#news", has_text="kept in this browser").wait_for()
    film = tmp_path / "long.sb"
    numbers = random.Random(1)
    shots = (f"SHOT 3s\nNumber {numbers.getrandbits(320):x} goes by.\n\n" for _ in range(600))
    film.write_text("Title: Numbers\n\nEXT. SEA - DAY\n\n" + "".join(shots), encoding="utf-8")
    page.get_by_role("button", name="Open…").click()
    page.get_by_label("A script of yours").set_input_files(film)
    page.locator("#film", has_text="Numbers").wait_for()
    page.get_by_role("button", name="Share…").click()
    page.locator("#news", has_text="too long for an address").wait_for()
    page.get_by_role("button", name="Open…").click()
    page.locator(".films").get_by_role("button", name="The Lantern Keeper", exact=True).click()
    page.locator("#film", has_text="The Lantern Keeper").wait_for()
    assert visitor.complaints == []


def test_the_page_works_when_the_server_is_gone(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    with served(folder) as port:
        address = f"http://127.0.0.1:{port}/"
        visitor.open(address)
        page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.goto("about:blank")
    visitor.open(address)
    assert page.locator(".panel").count() == 13
    visitor.write(_NEW)
    page.locator("#problems li", has_text="Mria").wait_for()
    shown = "Array.from(document.querySelectorAll('.panel image'), one => fetch(one.href.baseVal).then(answer => answer.ok))"
    assert all(page.evaluate(f"Promise.all({shown})")), "the pictures are there, too"
    assert visitor.complaints == []


def test_two_tabs_do_not_write_over_each_other(visitor: Visitor, site: str) -> None:
    visitor.open(site)
    visitor.write("\n// of the first tab\n")
    visitor.page.locator("#news", has_text="kept in this browser").wait_for()
    second = visitor.context.new_page()
    second.set_default_timeout(_PATIENCE)
    other = Visitor(second, visitor.context, [])
    other.open(site)
    second.locator(".cm-content").click()
    second.keyboard.press("Control+End")
    second.locator(".cm-line", has_text="of the first tab").wait_for()
    other.write("\n// of the second tab\n")
    second.locator("#news", has_text="kept in this browser").wait_for()
    visitor.write("\n// of the first again\n")
    second.get_by_role("button", name="Open…").click()
    drafts = second.locator("section", has=second.get_by_role("heading", name="What you wrote here")).locator("li")
    drafts.first.wait_for()
    assert drafts.count() == 2


def test_a_picture_stays_in_the_browser(visitor: Visitor, site: str, tmp_path: Path) -> None:
    page = visitor.page
    visitor.open(site)
    visitor.write("\nCHARACTER Ghost\nlook: a pale figure in grey\n\nSHOT 4s medium shot\n@Ghost waits.\n")
    page.locator("[aria-label='A picture of Ghost']").wait_for(state="attached")
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    page.locator("[aria-label='A picture of Ghost']").set_input_files(str(broken))
    page.locator("#news", has_text="damaged").wait_for()
    page.locator("[aria-label='A picture of Ghost']").set_input_files(paint(tmp_path / "g.png", (600, 800)))
    page.locator(".panel image[href^='blob:']").first.wait_for(state="attached")
    page.locator(".cm-line", has_text="front: refs/ghost.png").wait_for()
    page.locator("#news", has_text="kept in this browser").wait_for()
    page.get_by_role("button", name="Share…").click()
    page.locator("#dialog", has_text="1 picture of yours is in this browser only").wait_for()
    page.reload()
    page.locator(".panel image[href^='blob:']").first.wait_for(state="attached")
    assert page.locator("#problems li.error").count() == 0
    assert visitor.complaints == []


def test_hostile_text_stays_text(visitor: Visitor, site: str) -> None:
    visitor.open(site)
    visitor.page.evaluate("void (window.boom = () => { window.exploded = true; })")
    lines = "".join(
        f"\nCHARACTER N{number} {text}\nlook: {text}\nfront: refs/{text}\n\nSHOT 3s {text}\n@N{number} {text}\n"
        for number, text in enumerate(HOSTILE[:25])
    )
    visitor.write(f"{lines}\nEXT. {HOSTILE[0]} - DAY\n\nSHOT 3s\nSomebody waits.\n")
    visitor.page.locator(".panel", has_text="Somebody waits").wait_for(state="attached")
    assert visitor.page.evaluate("window.exploded") is None
    assert (
        visitor.page.locator(
            "#board script, #board iframe, #board form, #board base, #board a[href^='javascript']"
        ).count()
        == 0
    )
    assert not [one for one in visitor.complaints if "evil.example" in one]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1400, 2560])
def test_the_page_fits(browser: Browser, site: str, width: int, scheme: str, tmp_path: Path) -> None:
    visitor = _visitor(browser, width, scheme)
    visitor.open(site)
    page = visitor.page
    visitor.write(_NEW)
    page.locator("#problems li", has_text="Mria").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    axe = PYODIDE.parent / "axe-core" / "axe.min.js"
    if axe.exists():
        for name in (None, "Open…", "Share…", "Render, film…"):
            if name:
                page.get_by_role("button", name=name).click()
                page.locator("#dialog[open]").wait_for()
            page.evaluate(axe.read_text(encoding="utf-8"))
            found = page.evaluate(
                "axe.run().then(found => found.violations.map(one => [one.id, one.nodes.map(node => node.html)]))"
            )
            assert found == [], (width, scheme, name)
            page.keyboard.press("Escape")
    page.screenshot(path=str(tmp_path / f"{width}-{scheme}.png"))
    visitor.context.close()
