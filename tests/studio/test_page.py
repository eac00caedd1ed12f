"""The studio's page in a browser: writing, following, mending, and text that would like to be code."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from tests.studio.conftest import SCRIPT, Studio, running_studio, write_film

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page, Route

#: Seconds are short on a busy machine.
_PATIENCE = 60_000


def _open(browser: Browser, studio: Studio, complaints: list[str], width: int = 1400) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_default_timeout(_PATIENCE)
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(studio.address)
    page.locator(".panel").first.wait_for(state="attached")
    page.locator("#sums dd").first.wait_for(state="attached")
    return page


def test_a_writer_writes_mends_and_saves(studio: Studio, browser: Browser) -> None:
    complaints: list[str] = []
    page = _open(browser, studio, complaints)
    try:
        assert studio.token not in page.url, "the token has left the address"
        page.locator(".cm-content").click()
        page.keyboard.press("Control+End")
        page.keyboard.insert_text("\nSHOT 6s wide\n@Mria looks back at the harbor.\n")
        page.locator("#shot-1\\.3").wait_for(state="attached")
        page.locator("#problems li", has_text="Mria").wait_for()
        page.get_by_role("button", name=re.compile("Change .*Mria")).click()
        page.locator("#shot-1\\.3", has_text="Mira looks back").wait_for(state="attached")
        page.locator("#shot-1\\.3.here").wait_for(state="attached")
        page.locator("#sums", has_text="0:13").wait_for()
        page.keyboard.press("Control+s")
        page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
        assert "@Mira looks back" in studio.script.read_text()
        studio.script.write_text(studio.script.read_text().replace("looks back", "looks ahead"))
        page.locator("#shot-1\\.3", has_text="looks ahead").wait_for(state="attached")
        page.keyboard.press("Control+z")
        page.locator("#shot-1\\.3", has_text="looks back").wait_for(state="attached")
        studio.script.write_text(studio.script.read_text().replace("looks ahead", "looks up"))
        page.get_by_role("button", name="Keep mine").wait_for()
        page.keyboard.press("Control+s")
        assert "looks up" in studio.script.read_text(), "nothing is written before the person has chosen"
        page.get_by_role("button", name="Keep mine").click()
        page.keyboard.press("Control+s")
        page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
        assert "looks back" in studio.script.read_text()
    finally:
        page.close()
    assert complaints == []


def test_shots_are_changed_from_the_board_by_keyboard(studio: Studio, browser: Browser) -> None:
    """Each change is one edit of the text: one step back undoes it."""
    complaints: list[str] = []
    page = _open(browser, studio, complaints)

    def wait_for_focus(shot: str) -> None:
        page.locator(f".change:focus[aria-label='Change shot {shot}']").wait_for(state="attached")

    def choose(shot: str, downs: int) -> None:
        page.locator(f"#shot-{shot.replace('.', chr(92) + '.')} .change").focus()
        page.keyboard.press("Enter")
        page.locator("[role=menu] button").first.wait_for()
        for _ in range(downs):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")

    try:
        page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
        choose("1.1", 3)
        page.locator("#shot-1\\.2.here", has_text="walks along").wait_for(state="attached")
        wait_for_focus("1.2")
        choose("1.2", 1)
        wait_for_focus("1.3")
        choose("1.1", 5)
        page.locator("#shot-1\\.3").wait_for(state="detached")
        wait_for_focus("1.1")
        page.keyboard.press("Control+s")
        page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
        shots = re.findall("^SHOT .*", studio.script.read_text(), re.MULTILINE)
        assert shots == ["SHOT 3s wide shot", "SHOT 3s wide shot"]
        page.locator(".cm-content").focus()
        for _ in range(3):
            page.keyboard.press("Control+z")
        page.locator("#saved", has_text="not saved").wait_for()
        page.keyboard.press("Control+s")
        page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
        assert studio.script.read_text() == SCRIPT
        choose("1.2", 0)
        page.locator(".cm-focused .cm-activeLine", has_text="SHOT 4s").wait_for()
        page.keyboard.insert_text("close-up\n@Mira waits.")
        page.locator("#shot-1\\.3", has_text="Mira waits").wait_for(state="attached")
        page.emulate_media(media="print")
        assert page.locator(".change:visible").count() == 0
    finally:
        page.close()
    assert complaints == []


def test_parts_of_the_text_are_folded_and_listed(studio: Studio, browser: Browser) -> None:
    complaints: list[str] = []
    page = _open(browser, studio, complaints)
    try:
        page.locator(".cm-foldGutter span[title='Fold line']").nth(1).click()
        page.locator(".cm-foldPlaceholder").click()
        page.locator(".cm-foldPlaceholder").wait_for(state="detached")
        page.locator(".cm-content").click()
        page.keyboard.press("Control+End")
        page.keyboard.press("Control+Shift+O")
        page.locator("#dialog .outline button[aria-current=true]", has_text="1.2 close-up").wait_for()
        assert page.locator("#dialog .outline button").all_inner_texts()[:3] == ["The Quay", "Mira", "Harbor"]
        page.get_by_role("button", name="Mira", exact=True).focus()
        page.keyboard.press("Enter")
        page.locator(".cm-focused .cm-activeLine", has_text="CHARACTER Mira").wait_for()
    finally:
        page.close()
    assert complaints == []


def test_text_never_becomes_code(studio: Studio, browser: Browser) -> None:
    code = """<img src=x onerror="window.boom=1"><script>window.boom=1</script><svg onload=window.boom=1>"""
    studio.script.write_text(
        SCRIPT.replace("The Quay", f"Quay {code}")
        .replace("coat", f"coat {code}")
        .replace("pale morning light", f"pale {code}")
        .replace("SHOT 4s close-up", f"SHOT 4s close-up {code}\n\nMIRA\n({code})\n{code}\n")
        + f"\nSHOT 3s wide\n@Nobody{code} waits.\n\n# {code}\n"
    )
    complaints: list[str] = []
    for width in (390, 1400, 2560):
        page = _open(browser, studio, complaints, width)
        try:
            page.locator("#problems li").first.wait_for(state="attached")
            page.get_by_text("Mira").first.wait_for(state="attached")
            page.locator(".cm-content .cm-line", has_text="CHARACTER Mira").hover()
            page.wait_for_timeout(800)
            assert page.evaluate("window.boom") is None
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        finally:
            page.close()
    assert complaints == []


def test_no_key_pays(studio: Studio, browser: Browser) -> None:
    """Only the pointer presses the button that carries a sum; here the answer to the plan is one that could be paid."""
    complaints: list[str] = []
    page = _open(browser, studio, complaints)
    paid: list[str] = []
    clip = {"id": "s01c01", "scene": "", "seconds": 7, "action": "new", "why": "", "cost": 9.5}
    offer = {
        "digest": "d",
        "plan": {"clips": [clip, {**clip, "id": "s01c02", "action": "unknown", "cost": 0}]},
        "balance": None,
        "ceiling": {"day": None, "today": 0, "film": None, "so_far": 0},
        "usd": 9.5,
        "calls": 1,
        "fetched": 0,
        "why_not": "",
        "sandbox": False,
    }
    page.route("**/api/plan", lambda route: route.fulfill(json=offer))

    def pay(route: Route) -> None:
        paid.append(route.request.post_data or "")
        route.fulfill(json={"calls": 1, "usd": 9.5})

    page.route("**/api/start", pay)
    try:
        page.locator("#plan").click()
        button = page.locator("dialog .pay")
        button.wait_for()
        assert button.inner_text() == "Hold to pay $9.50 for 1 clip"
        page.locator("dialog .why", has_text="The page does not send them again").wait_for()
        for key in ("Enter", "Space", "Tab", "Enter", "Tab", "Space", "Tab", "Enter"):
            if page.evaluate("document.activeElement.textContent") == "Close" and key in {"Enter", "Space"}:
                continue
            page.keyboard.press(key)
            assert page.evaluate("document.activeElement.className") != "pay"
        button.evaluate("one => one.click()")
        button.click()
        assert paid == [], "a short press does not pay more than the limit"
        for _ in range(5):  # a plan that a key has asked for anew takes the place of the button that is held
            button.hover()
            page.mouse.down()
            page.wait_for_timeout(1500)
            page.mouse.up()
            if paid:
                break
        page.locator("#news", has_text="for at most $9.50").wait_for()
        assert paid == ['{"digest":"d"}']
    finally:
        page.close()
    assert complaints == []


def test_a_picture_is_given_to_somebody(studio: Studio, browser: Browser) -> None:
    """Chosen or dropped; whoever is declared in another file gets none, and nothing is kept."""
    refs = studio.script.parent / "refs"
    (studio.script.parent / "cast.sb").write_text("CHARACTER Tom\nlook: an old sailor\n")
    studio.script.write_text(SCRIPT.replace("CHARACTER Mira", "INCLUDE cast.sb\n\nCHARACTER Mira", 1))
    complaints: list[str] = []
    page = _open(browser, studio, complaints)
    dropped = page.evaluate_handle(
        """async () => {
            const card = [...document.querySelectorAll(".card")].find(one => one.querySelector("h3").textContent === "Harbor");
            const image = await (await fetch(card.querySelector("img").src)).blob();
            const given = new DataTransfer();
            given.items.add(new File([image], "harbor.webp", { type: image.type }));
            return given;
        }"""
    )
    try:
        page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
        page.get_by_label("A picture of Mira").set_input_files(refs / "harbor.png")
        page.locator(".cm-line", has_text="front: refs/mira-2.png").wait_for()
        page.locator(".card", has_text="Harbor").dispatch_event("drop", {"dataTransfer": dropped})
        page.locator(".cm-line", has_text="image: refs/harbor.webp").wait_for()
        page.locator(".card", has_text="Tom").dispatch_event("drop", {"dataTransfer": dropped})
        page.locator("#news", has_text="Tom is declared in another file").wait_for()
        assert sorted(one.name for one in refs.iterdir()) == ["harbor.png", "harbor.webp", "mira-2.png", "mira.png"]
        page.locator(".cm-content").focus()
        page.keyboard.press("Control+z")
        page.locator(".cm-line", has_text="image: refs/harbor.png").wait_for()
        page.locator(".cm-line", has_text="front: refs/mira-2.png").wait_for()
    finally:
        page.close()
    assert complaints == []


@pytest.mark.slow
def test_films_are_listed_found_begun_imported_and_opened(tmp_path: Path, browser: Browser) -> None:
    """By keyboard, at three widths; of 300 films those on the screen are looked at, and no name becomes code."""
    write_film(tmp_path)
    hostile = tmp_path / "<img src=x onerror=boom=1>"
    hostile.mkdir()
    (hostile / "<script>boom=1<!--.sb").write_text("Title: <svg onload=boom=1>\n\nSHOT 5s\nRain.\n")
    for number in range(300):
        (tmp_path / f"part {number}.sb").write_text("")
    os.utime(hostile / "<script>boom=1<!--.sb", (2e9, 2e9))
    complaints: list[str] = []
    asked: list[str] = []
    with running_studio(tmp_path, XDG_CACHE_HOME=str(tmp_path / "cache")) as films:
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(_PATIENCE)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/film") else None)
        page.goto(films.address)
        try:
            page.locator("#list li dd").first.wait_for()
            assert page.locator("#list li").count() == 302
            assert page.locator("#list li h2").first.inner_text() == "<svg onload=boom=1>"
            for width in (390, 1400, 2560):
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("window.boom") is None
            page.locator("#find").fill("FILM.sb")
            page.locator("#list li:visible dd", has_text="0:07").wait_for()
            assert page.locator("#list li:visible").count() == 1
            assert len(asked) < 150, "those that nobody has seen are not read"
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            page.locator("#shot-1\\.2").wait_for(state="attached")
            page.locator("header a", has_text="Films").click()
            page.locator("#list li").first.wait_for()
            given = page.evaluate_handle(
                """() => {
                    const given = new DataTransfer();
                    given.items.add(new File(["INT. LOFT - DAY\\n\\nTom waits.\\n\\nTOM\\nNo.\\n"], "loft.fountain"));
                    return given;
                }"""
            )
            page.dispatch_event("main", "drop", {"dataTransfer": given})
            page.keyboard.press("Enter")
            page.locator(".report li", has_text="1 scene").wait_for()
            page.keyboard.press("Escape")
            page.locator("#new").focus()
            page.keyboard.press("Enter")
            for name in ("loft/..", "Loft 2"):
                page.locator("dialog input").fill(name)
                page.keyboard.press("Enter")
                page.locator("dialog .why", has_text="cannot be").or_(page.locator(".panel").first).first.wait_for(
                    state="attached"
                )
            page.locator("#film", has_text="The Last Boat").wait_for()
        finally:
            page.close()
    assert (tmp_path / "loft.sb").is_file()
    assert (tmp_path / "Loft 2" / "film.sb").is_file()
    assert complaints == []


@pytest.mark.slow
def test_a_comment_of_a_guest_lands_as_a_note(tmp_path: Path, browser: Browser) -> None:
    """A guest looks and comments at three widths; the writer sees the comment, accepts it, and takes it back."""
    from tests.studio.test_guests import HOST, HOSTILE

    complaints: list[str] = []
    with running_studio(write_film(tmp_path), "--lan", HOST, XDG_CACHE_HOME=str(tmp_path / "cache")) as studio:
        page = _open(browser, studio, complaints)
        visitor = browser.new_page(viewport={"width": 390, "height": 800})
        visitor.set_default_timeout(_PATIENCE)
        visitor.on("pageerror", lambda error: complaints.append(str(error)))
        visitor.goto(re.findall(r"guests: (\S+)", studio.said)[0])
        try:
            for width in (390, 820, 2560):
                visitor.set_viewport_size({"width": width, "height": 800})
                visitor.locator(".panel .comment").first.wait_for()
                assert visitor.evaluate("document.documentElement.scrollWidth") <= width
            visitor.get_by_role("button", name="Comment on shot 1.2").click()
            visitor.get_by_label("Your name").fill("Anna <b>")
            visitor.get_by_label("Your comment").fill(HOSTILE)
            visitor.get_by_role("button", name="Send").click()
            visitor.locator("#status", has_text="has been sent").wait_for()
            page.locator("#comments", has_text="1 comment").click()
            page.locator(".guest-comment", has_text="<img src=x").wait_for()
            page.get_by_role("button", name="Accept as a note on 1.2").click()
            page.locator(".cm-line", has_text="[[TODO Anna <b>: <img src=x onerror=boom> ] ] SHOT 5s @Mira").wait_for()
            page.locator("#dialog").wait_for(state="hidden")
            page.locator("#comments").wait_for(state="hidden")
            assert page.locator(".panel").count() == 2
            page.keyboard.press("Control+z")
            page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
            assert page.locator(".cm-line", has_text="Anna").count() == 0
            page.locator(".cm-content").click()
            page.keyboard.press("Control+Home")
            page.keyboard.insert_text("// a line\n")
            page.locator("#saved", has_text="not saved").wait_for()
            assert visitor.evaluate("window.boom") is None
        finally:
            visitor.close()
            page.close()
    assert complaints == []


@pytest.mark.slow
def test_an_included_file_is_written_in_a_tab_of_its_own(tmp_path: Path, browser: Browser) -> None:
    """Gone to by its tab, by a problem and by going to a definition; a name is changed in both files; a conflict over
    one of them leaves the other alone."""
    script, cast = write_film(tmp_path), tmp_path / "cast.sb"
    tom = "CHARACTER Tom\nlook: an old sailor in a blue coat\nfront: refs/mira.png\n"
    cast.write_text(tom)
    script.write_text(
        SCRIPT.replace("CHARACTER Mira", "INCLUDE cast.sb\n\nCHARACTER Mira", 1) + "\nSHOT 3s wide\n@Tom waits.\n"
    )
    complaints: list[str] = []
    with running_studio(script, XDG_CACHE_HOME=str(tmp_path / "cache")) as studio:
        page = _open(browser, studio, complaints)
        tab = page.locator("#files button", has_text="cast.sb")
        saved = page.locator("#saved", has_text=re.compile("^saved$"))
        try:
            tab.click()
            page.locator(".cm-line", has_text="an old sailor").wait_for()
            page.locator(".cm-line", has_text="front: refs").click()
            page.keyboard.press("End")
            page.keyboard.insert_text("\nfrnt: x.png")
            page.locator("#files button", has_text="cast.sb •").wait_for()
            problem = page.locator("#problems li", has_text="cast.sb, line 4")
            problem.wait_for()
            page.locator("#files button", has_text="film.sb").click()
            page.locator(".cm-line", has_text="SHOT 4s").wait_for()
            problem.locator(".go").click()
            page.locator(".cm-activeLine", has_text="frnt").wait_for()
            page.keyboard.press("Control+z")
            page.keyboard.press("Control+s")
            saved.wait_for()
            assert cast.read_text() == tom
            page.locator("#files button", has_text="film.sb").click()
            page.locator(".cm-line", has_text="@Tom waits").click(position={"x": 20, "y": 8})
            page.keyboard.press("F12")
            page.locator(".cm-activeLine", has_text="CHARACTER Tom").wait_for()
            page.keyboard.press("F2")
            page.locator(".cm-panel input").fill("Thomas")
            page.keyboard.press("Enter")
            page.locator(".cm-line", has_text="CHARACTER Thomas").wait_for()
            page.locator("#shot-1\\.3", has_text="Thomas waits").wait_for(state="attached")
            page.keyboard.press("Control+s")
            saved.wait_for()
            assert (cast.read_text(), "@Thomas waits" in script.read_text()) == (tom.replace("Tom", "Thomas"), True)
            cast.write_text(tom.replace("Tom", "Thomas").replace("old", "young"))
            page.locator(".cm-line", has_text="young sailor").wait_for()
            page.locator(".cm-line", has_text="young sailor").click()
            page.keyboard.press("End")
            page.keyboard.insert_text(" with a pipe")
            page.locator("#saved", has_text="not saved").wait_for()
            cast.write_text(cast.read_text().replace("young", "tall"))
            page.locator("#conflict", has_text="Another program has changed cast.sb").wait_for()
            page.locator("#files button", has_text="film.sb").click()
            page.locator(".cm-line", has_text="@Thomas waits").click()
            page.keyboard.press("End")
            page.keyboard.insert_text(" alone")
            page.locator("#files button", has_text="film.sb •").wait_for()
            page.keyboard.press("Control+s")
            page.locator("#files button", has_text=re.compile("^film.sb$")).wait_for()
            assert "@Thomas waits. alone" in script.read_text()
            assert "tall" in cast.read_text()
            page.get_by_role("button", name="Keep mine").click()
            page.keyboard.press("Control+s")
            saved.wait_for()
            assert "young sailor in a blue coat with a pipe" in cast.read_text()
            page.set_viewport_size({"width": 390, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
        finally:
            page.close()
    assert complaints == []


def test_cast_stills_and_notes_by_keyboard(studio: Studio, browser: Browser) -> None:
    """The picture of whoever has none is named, a still is approved and the plan knows it, a note is put down."""
    studio.script.write_text(SCRIPT.replace("LOCATION Harbor", "PROP Lamp\nlook: a brass lamp\n\nLOCATION Harbor", 1))
    complaints: list[str] = []
    page = _open(browser, studio, complaints)

    def press(words: str) -> None:
        page.get_by_role("button", name=words).first.focus()
        page.keyboard.press("Enter")

    try:
        page.locator("#saved", has_text=re.compile("^saved$")).wait_for()
        press("Takes")
        press("Approve: the still of s01c01")
        page.locator("#dialog .approve.given:focus").wait_for()
        page.keyboard.press("Escape")
        press("Cast")
        page.locator(".person", has_text="Mira").locator("img").wait_for()
        press("Name a picture for Lamp")
        page.locator(".person", has_text="Lamp").locator(".no-picture").wait_for()
        assert "front: refs/lamp.png" in studio.script.read_text()
        press("Make… Lamp.front")
        page.locator("#dialog .pay", has_text="Make 2 pictures, free").wait_for()
        page.keyboard.press("Escape")
        page.locator(".change").first.focus()
        page.keyboard.press("Enter")
        page.locator("[role=menu] button", has_text="Write a note").focus()
        page.keyboard.press("Enter")
        page.keyboard.type("her left hand")
        press("Save the note")
        page.locator("#shot-1\\.1", has_text="her left hand").wait_for(state="attached")
        page.locator(".cm-line", has_text="[[TODO her left hand]]").wait_for()
    finally:
        page.close()
    assert complaints == []


@pytest.mark.slow
def test_ten_tabs_follow_one_stream_and_one_of_them_writes(studio: Studio, browser: Browser) -> None:
    """A browser opens six connections to a server: the tabs share the stream of one, and the next takes over from it."""
    streams: list[str] = []
    complaints: list[str] = []
    context = browser.new_context()
    context.set_default_timeout(_PATIENCE)
    context.on("request", lambda request: streams.append(request.url) if request.url.endswith("/events") else None)
    try:
        tabs = [context.new_page() for _ in range(10)]
        for tab in tabs:
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            tab.goto(studio.address)
        for tab in tabs:
            tab.locator("#shot-1\\.2").wait_for(state="attached")
        assert len(streams) == 1
        assert tabs[9].locator("#saved").inner_text() == "waiting: this film is open in another tab"
        tabs[0].locator(".cm-line", has_text="@Mira stops").click()
        tabs[0].keyboard.press("End")
        tabs[0].keyboard.insert_text(" She hums.")
        for tab in tabs:
            tab.locator("#shot-1\\.2", has_text="She hums").wait_for(state="attached")
        tabs[0].keyboard.press("Control+s")
        tabs[0].locator("#saved", has_text=re.compile("^saved$")).wait_for()
        tabs[0].close()
        page = tabs[1]
        page.locator(".cm-line", has_text="She hums").click()
        page.keyboard.press("End")
        page.keyboard.insert_text(" She waits.")
        for tab in tabs[1:]:
            tab.locator("#shot-1\\.2", has_text="She waits").wait_for(state="attached")
        assert len(streams) == 2
    finally:
        context.close()
    assert complaints == []
