"""The board in a real browser: what it loads, how it lies on screens and paper, and that no text becomes code."""

from __future__ import annotations

import re
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from pypdf import PdfReader

from storyboard.board.page import draw_board
from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.film.takes import Take
from tests.board.test_board import pictures
from tests.film.clip_reading import turn_by_quarter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

WIDTHS = (360, 820, 1440)
PAGE_BYTES = 10_000_000
SECONDS_TO_OPEN = 2.0

_CODE = (
    "<script>boom()</script>",
    "</style><script>boom()</script>",
    "</title><script>boom()</script>",
    '"><img src=x onerror=boom()>',
    "' onmouseover='boom()",
    '" onfocus=boom() autofocus x="',
    "<svg/onload=boom()>",
    "</svg><script>boom()</script>",
    "<iframe srcdoc='<script>parent.boom()</script>'>",
    "javascript:boom()",
    "{{ boom() }}",
    "{% raw %}{{ boom }}",
    "--><script>boom()</script><!--",
    "]]><script>boom()</script>",
    "<math><mtext></p><style><img src=x onerror=boom()>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<form action=https://evil.example/><button>go",
    "&lt;script&gt;boom()&lt;/script&gt;",
    "\u003cscript\u003eboom()\u003c/script\u003e",
    "<a href=javascript:boom()>",
    "<details open ontoggle=boom()>",
    "<video src=x onerror=boom() autoplay>",
    "${boom()}",
)
_BEFORE = ("", '"', "'", ">", "</p>", "-->", "\u2028", "<![CDATA[")
HOSTILE = tuple(before + code for before in _BEFORE for code in _CODE)


class WatchedPage:
    """A page and everything that went wrong on it or left it."""

    def __init__(self, browser: Browser, width: int = 1280, scheme: str = "light") -> None:
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # a literal in the caller
        self.page: Page = context.new_page()
        self.console: list[str] = []
        self.requests: list[str] = []
        self.dialogs: list[str] = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.on("pageerror", lambda error: self.console.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, path: Path) -> float:
        """Load a file and say how many seconds it took until everything was there."""
        began = time.perf_counter()
        self.page.goto(path.as_uri(), wait_until="load")
        return time.perf_counter() - began

    @property
    def foreign(self) -> list[str]:
        return [url for url in self.requests[1:] if not url.startswith("data:")]


def write(folder: Path, html: str) -> Path:
    path = folder / "board.html"
    path.write_text(html, encoding="utf-8")
    return path


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_fits_loads_nothing_and_complains_of_nothing(browser: Browser, project: Path, width: int) -> None:
    path = write(project, draw_board(analyze_file(project / "lantern.sb")).html)
    watched = WatchedPage(browser, width)
    watched.open(path)
    page = watched.page
    assert watched.console == []
    assert watched.foreign == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    panels = page.evaluate(
        "[...document.querySelectorAll('.panel .frame')].map(e => e.getBoundingClientRect()).map(r => [r.x, r.width, r.height])"
    )
    columns = len({round(x) for x, _, _ in panels[:2]})
    assert columns == (1 if width < 600 else 2)
    for _, wide, high in panels:
        assert high == pytest.approx(wide * 9 / 16, rel=0.02)


def test_the_reader_with_a_keyboard_reaches_the_scenes(browser: Browser, project: Path) -> None:
    watched = WatchedPage(browser)
    watched.open(write(project, draw_board(analyze_file(project / "lantern.sb")).html))
    page = watched.page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "To the first scene"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#scene-1"
    page.keyboard.press("Enter")
    page.wait_for_url("**#scene-1")


def test_headings_and_pictures_have_words(browser: Browser, project: Path) -> None:
    watched = WatchedPage(browser)
    watched.open(write(project, draw_board(analyze_file(project / "lantern.sb")).html))
    page = watched.page
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(e => +e.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    unnamed = page.evaluate("[...document.querySelectorAll('[role=img], video')].filter(e => !e.ariaLabel).length")
    assert unnamed == 0
    assert page.get_by_role("img", name="Mira and Storm Lantern at Harbor").count() == 1
    assert page.get_by_role("heading", name="Shot 1.2").count() == 1
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_from_the_paper(browser: Browser, project: Path, scheme: str) -> None:
    watched = WatchedPage(browser, scheme=scheme)
    watched.open(write(project, draw_board(analyze_file(project / "lantern.sb")).html))
    pairs = watched.page.evaluate(
        """['.action', '.camera', '.name', '.cue', '.clip', '.sum', '.tags code', '.transition', '.scenes', '.where', 'dt']
        .flatMap(s => [...document.querySelectorAll(s)].slice(0, 3)
          .map(e => [s, getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]))"""
    )
    assert len(pairs) > 10
    for selector, ink, paper in pairs:
        assert contrast(ink, paper) >= 4.5, (selector, ink, paper)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.2, `rgb(r, g, b)` each."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    channels = [int(value) / 255 for value in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_on_paper_no_panel_is_cut(browser: Browser, tmp_path: Path) -> None:
    shots = "".join(
        f"SHOT 5s wide\nNumber {n} opens. {'A long line of action. ' * (n % 9)}Number {n} closes.\n\n"
        for n in range(1, 41)
    )
    watched = WatchedPage(browser)
    watched.open(write(tmp_path, draw_board(analyze_text(f"INT. ROOM - DAY\n\n{shots}")).html))
    watched.page.pdf(path=tmp_path / "board.pdf", prefer_css_page_size=True)
    reader = PdfReader(tmp_path / "board.pdf")
    width, height = reader.pages[0].mediabox[2:]
    assert (round(float(width)), round(float(height))) == (595, 842)
    pages = [" ".join((page.extract_text() or "").split()) for page in reader.pages]
    for number in range(1, 41):
        opens = next(index for index, text in enumerate(pages) if f"Number {number} opens" in text)
        assert f"Number {number} closes" in pages[opens], number


def test_on_paper_no_heading_stands_alone(browser: Browser, tmp_path: Path) -> None:
    scenes = "".join(
        f"INT. ROOM NO{n}NE - DAY\n\n= What happens in it.\n\nDust.\n\n"
        + "".join(
            f"SHOT 5s\nIn it, number {n} by {k}.\n{'A line of action. ' * (n * k * 7 % 23)}\n\n" for k in range(1, 4)
        )
        for n in range(1, 61)
    )
    watched = WatchedPage(browser)
    watched.open(write(tmp_path, draw_board(analyze_text(scenes)).html))
    watched.page.pdf(path=tmp_path / "board.pdf", prefer_css_page_size=True)
    pages = [" ".join((page.extract_text() or "").split()) for page in PdfReader(tmp_path / "board.pdf").pages]
    for number in range(1, 61):
        assert any(f"NO{number}NE" in page and f"number {number} by 1" in page for page in pages), number


def test_no_text_becomes_code(browser: Browser, tmp_path: Path) -> None:
    script = hostile_script()
    html = draw_board(analyze_text(script, tmp_path / "film.sb")).html
    assert len(HOSTILE) == 200
    assert html.count("boom") > 200 * 10
    watched = WatchedPage(browser)
    watched.page.add_init_script("window.boomed = 0; window.boom = () => { window.boomed++; }")
    watched.open(write(tmp_path, html))
    page = watched.page
    page.wait_for_timeout(300)
    assert page.evaluate("window.boomed") == 0
    assert watched.dialogs == []
    assert watched.console == []
    assert watched.foreign == []
    strange = (
        "script, iframe, form, base, math, object, [onerror], [onload], [onfocus], [onmouseover], a[href^=javascript]"
    )
    assert page.evaluate(f"document.querySelectorAll({strange!r}).length") == 0
    assert page.evaluate("document.querySelectorAll('meta[http-equiv]').length") == 1
    assert page.locator(".action", has_text="<script>boom()</script>").count() > 0


def hostile_script() -> str:
    """Every hostile string in every field that takes text."""
    lines = [f"Title: {HOSTILE[0]} {HOSTILE[2]}", *(f"{key}: {HOSTILE[n]}" for n, key in enumerate(
        ("Author", "Credit", "Source", "Draft date", "Contact", "Copyright", "Notes", "Style"), 1))]  # fmt: skip
    lines.append("")
    for number, text in enumerate(HOSTILE):
        lines += [f"CHARACTER Ana {number}", f"look: {text}", f"voice: {text}", f"front: {text}", ""]
        lines += [f"LOCATION Room {number}", f"look: {text}", f"image: https://pictures.example/{number}?{text}", ""]
    for number, text in enumerate(HOSTILE):
        lines += [
            f"# {text}",
            f"= {text}",
            f".ROOM {number} - {text} #{text.replace('#', '')}#",
            f"light: {text}",
            "",
            f"! {text}",
            "",
        ]
        lines += [
            f"SHOT 5s wide {text}",
            f"sound: {text}",
            f"style: {text}",
            f"start: {text}",
            f"!@Ana {number} says {text}",
            "",
        ]
        lines += [f"@Ana {number} ({text})", f"({text})", text, "", f"> {text}", "", f"SUPER: {text}", ""]
    return "\n".join(lines)


@pytest.mark.parametrize(("shots", "pictures"), [(200, 12), (1000, 0)])
def test_a_long_film_opens_at_once(browser: Browser, tmp_path: Path, shots: int, pictures: int) -> None:
    names = [f"Person {number}" for number in range(12)]
    for number in range(pictures):
        Image.effect_noise((1200, 900), 60).convert("RGB").save(tmp_path / f"{number}.jpg", quality=85)
    cast = "".join(
        f"CHARACTER {name}\nlook: somebody in a coat\n{f'front: {n}.jpg' if pictures else 'voice: low'}\n\n"
        for n, name in enumerate(names)
    )
    body = "".join(
        ("" if number % 10 else f"INT. ROOM {number} - DAY\n\n")
        + f"SHOT 5s wide\n@{names[number % 12]} waits at the left while @{names[(number + 7) % 12]} leaves.\n\n"
        for number in range(shots)
    )
    (tmp_path / "long.sb").write_text(f"{cast}{body}", encoding="utf-8")
    page = draw_board(analyze_file(tmp_path / "long.sb"))
    assert page.gaps == ()
    assert len(page.html.encode()) < PAGE_BYTES
    watched = WatchedPage(browser)
    seconds = watched.open(write(tmp_path, page.html))
    assert watched.console == []
    assert watched.page.locator(".panel").count() == shots
    assert seconds < SECONDS_TO_OPEN * shots / 200


def test_takes_play_in_place(browser: Browser, project: Path, clip_file: Path) -> None:
    page = draw_board(analyze_file(project / "lantern.sb"), [Take("s01c01", clip_file, 3)], project)
    watched = WatchedPage(browser)
    watched.open(write(project, page.html))
    assert watched.console == []
    assert watched.foreign == []
    videos = watched.page.evaluate("[...document.querySelectorAll('video')].map(v => v.getAttribute('src'))")
    assert videos == ["take%20%233.mp4#t=0,5", "take%20%233.mp4#t=5,9"]
    posters = watched.page.evaluate("[...document.querySelectorAll('video')].map(v => v.poster.slice(0, 15))")
    assert posters == ["data:image/webp"] * 2, "what one sees before it plays"
    label = watched.page.get_by_label("Play shot 1.2 of take 3")
    played = label.evaluate(
        "async v => { v.muted = true; await v.play(); await new Promise(r => setTimeout(r, 300)); return v.currentTime }"
    )
    assert 5 <= played < 7
    assert watched.console == []


def test_a_shot_shows_its_own_moment_of_the_take(project: Path, clip_file: Path) -> None:
    page = draw_board(analyze_file(project / "lantern.sb"), [Take("s01c01", clip_file, 3)], project)
    assert page.gaps == ()
    first, second = [panel.convert("RGB").getpixel((100, 90)) for panel in pictures(page.html)[-2:]]
    assert first == pytest.approx((0, 255, 80), abs=12)  # frame 0 of the take, and frame 120
    assert second == pytest.approx((120, 135, 80), abs=12)


def test_a_turned_take_stands_upright(project: Path, clip_file: Path) -> None:
    page = draw_board(analyze_file(project / "lantern.sb"), [Take("s01c01", turn_by_quarter(clip_file), 3)], project)
    assert [picture.size for picture in pictures(page.html)[-2:]] == [(180, 320)] * 2


def test_a_take_that_is_cut_off_is_marked(project: Path, clip_file: Path) -> None:
    clip_file.write_bytes(clip_file.read_bytes()[:300])
    page = draw_board(analyze_file(project / "lantern.sb"), [Take("s01c01", clip_file, 3)], project)
    assert {gap.reason for gap in page.gaps} == {"unreadable"}
