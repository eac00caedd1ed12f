"""What the board says, without looking at it."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from storyboard.board.page import draw_board
from storyboard.compiler.pipeline import analyze_file, analyze_text


class Reader(HTMLParser):
    """Collects what a page says and what it holds."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden += tag in ("style", "title")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("style", "title")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


def said(html: str) -> str:
    return " ".join(" ".join(read(html).words).split())


def run(*args: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "storyboard.cli", *map(str, args)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=60)


def test_everything_a_reader_wants_to_know_is_on_the_page(project: Path) -> None:
    words = said(draw_board(analyze_file(project / "lantern.sb")).html)
    for expected in (
        "The Lantern Keeper", "M. Sorel", "0:21", "$2.94", "Kling O3 Pro R2V", "16:9", "with sound",
        "a young lantern keeper in a red wool coat", "low and hoarse", "Scenes 1 , 2",
        "Act One", "Mira keeps the light one more night.", "EXT. HARBOR - DUSK", "7A", "FADE IN:", "Wet cobbles.",
        "9 s 2 shots 1 clip $1.26", "s01c01 9 s $1.26", "s01c01, continued", "s02c01 12 s $1.68",
        "Shot 1.1 wide, slow push forward 5 s at 0:00",
        "stands at the edge of the quay, foreground left, with Storm Lantern in her hand.",
        "Mira (softly) I never left.", "Policeman off screen Good night, miss.", "DISSOLVE TO:",
        "Super Twenty years later", "Sound a bell buoy, far off", "Light last blue light, lamps just lit",
        "@Element1 Mira", "@Image1 Harbor",
    ):  # fmt: skip
        assert expected in words, expected


def test_names_are_marked_where_they_are_meant(project: Path) -> None:
    html = draw_board(analyze_file(project / "lantern.sb")).html
    assert '<b class="name character">Mira</b> stands at the edge' in html
    assert '<b class="name prop">Storm Lantern</b> in her hand.' in html


def test_a_finding_stands_at_its_shot(project: Path) -> None:
    script = (project / "lantern.sb").read_text(encoding="utf-8").replace("@Mira turns", "@Mirra turns")
    page = draw_board(analyze_text(script, project / "lantern.sb"))
    panel = page.html.split('id="shot-1.2"')[1].split("</article>")[0]
    assert "SB201" in panel
    assert page.html.count("SB201") == 1
    assert "1 error" in said(page.html)


def test_a_picture_is_in_the_page_once_however_often_it_is_shown(project: Path) -> None:
    script = (project / "lantern.sb").read_text(encoding="utf-8") + "\nSHOT 3s wide\nWater.\n\nSHOT 3s wide\nWind.\n"
    html = draw_board(analyze_text(script, project / "lantern.sb")).html
    found = re.findall(r'href="(data:image/webp[^"]+)"', html)
    assert len(found) == len(set(found)) == 4 + 4  # the cast; three shots of its people, and the empty harbor twice
    shown = [re.search(r'<use href="#(p\d+)"', panel) for panel in html.split('<article class="panel')[1:]]
    names = [one[1] for one in shown if one]
    assert len(names) == 5
    assert names[3] == names[4]


def test_the_page_loads_nothing_and_runs_nothing(project: Path) -> None:
    reader = read(draw_board(analyze_file(project / "lantern.sb")).html)
    names = {tag for tag, _ in reader.tags}
    assert not names & {"script", "iframe", "object", "embed", "form", "base"}
    assert not [attrs for tag, attrs in reader.tags if tag == "link" and attrs["href"] != "data:,"]
    assert not [name for _, attrs in reader.tags for name in attrs if name.startswith("on") or name == "style"]
    policy = next(
        attrs["content"] for tag, attrs in reader.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy


def test_a_picture_on_the_web_is_a_link_with_a_stand_in(project: Path) -> None:
    page = draw_board(analyze_file(project / "lantern.sb"))
    links = [attrs for tag, attrs in read(page.html).tags if tag == "a" and str(attrs.get("href")).startswith("http")]
    assert [link["href"] for link in links] == ["https://pictures.example/lantern.png"]
    assert links[0]["rel"] == "noopener noreferrer"
    assert "Picture on the web" in said(page.html)
    assert page.gaps == ()


def test_a_missing_picture_is_marked_and_the_command_says_so(project: Path) -> None:
    (project / "refs" / "mira.png").unlink()
    done = run("board", "lantern.sb", cwd=project)
    assert done.returncode == 1
    assert "refs/mira.png: not found; a stand-in is drawn for it" in done.stderr
    html = (project / "out" / "lantern" / "lantern-board.html").read_text(encoding="utf-8")
    assert said(html).count("Picture missing: refs/mira.png") == 1 + 3  # in the cast, and in her shots
    assert "SB401" in html


@pytest.mark.parametrize(
    ("name", "mode", "size", "colour", "seen"),
    [
        ("wide.png", "RGB", (20000, 400), (200, 30, 30), (200, 30, 30)),
        ("slim.png", "RGB", (1, 4000), (200, 30, 30), (200, 30, 30)),
        ("grey.png", "I;16", (800, 800), 40000, (156, 156, 156)),
        ("cmyk.jpg", "CMYK", (800, 600), (0, 255, 255, 40), (213, 0, 0)),
        ("clear.png", "RGBA", (600, 600), (200, 30, 30, 255), (200, 30, 30)),
        ("palette.png", "P", (600, 600), 0, (0, 0, 0)),
    ],
)
def test_every_kind_of_picture_is_shown_in_its_colours(
    tmp_path: Path,
    name: str,
    mode: str,
    size: tuple[int, int],
    colour: int | tuple[int, ...],
    seen: tuple[int, int, int],
) -> None:
    Image.new(mode, size, colour).save(tmp_path / name)
    script = f"CHARACTER Ana\nlook: a girl\nfront: {name}\n\nINT. ROOM\n\nSHOT 5s close-up\n@Ana waits.\n"
    page = draw_board(analyze_text(script, tmp_path / "film.sb"))
    assert page.gaps == ()
    panel, portrait = pictures(page.html)
    assert portrait.getpixel((portrait.width // 2, portrait.height // 2))[:3] == pytest.approx(seen, abs=12)  # type: ignore[index]  # a colour
    assert panel.getpixel((panel.width // 2, panel.height // 2))[:3] == pytest.approx(seen, abs=12)  # type: ignore[index]  # a colour
    assert max(portrait.size) <= 320


def pictures(html: str) -> list[Image.Image]:
    """The pictures of a page, in its order."""
    return [
        Image.open(io.BytesIO(base64.b64decode(found)))
        for found in re.findall(r'(?:href|poster)="data:image/webp;base64,([^"]+)"', html)
    ]


def test_one_sees_through_a_transparent_picture(tmp_path: Path) -> None:
    figure = Image.new("RGBA", (300, 600))
    figure.paste((200, 30, 30, 255), (100, 100, 200, 600))
    figure.save(tmp_path / "ana.png")
    Image.new("RGB", (800, 450), (30, 40, 160)).save(tmp_path / "room.png")
    script = (
        "CHARACTER Ana\nlook: a girl\nfront: ana.png\n\nLOCATION Room\nimage: room.png\n\n"
        "INT. ROOM\n\nSHOT 5s wide\n@Ana waits, in the middle.\n"
    )
    panel = pictures(draw_board(analyze_text(script, tmp_path / "film.sb")).html)[0].convert("RGB")
    row = [panel.getpixel((x, round(panel.height * 0.7))) for x in range(panel.width)]
    red = [x for x, (r, _, b) in enumerate(row) if r > 150 and b < 90]  # type: ignore[misc]  # colours
    assert 0.03 < len(red) / panel.width < 0.12  # she is there, as slim as she is, and no card behind her
    assert (red[0] + red[-1]) / 2 == pytest.approx(panel.width / 2, abs=panel.width * 0.02)


def test_an_animated_picture_shows_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (400, 400), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.webp", save_all=True, append_images=frames[1:], lossless=True)
    script = "CHARACTER Ana\nlook: a girl\nfront: moving.webp\n\nINT. ROOM\n\nSHOT 5s wide\n@Ana waits.\n"
    page = draw_board(analyze_text(script, tmp_path / "film.sb"))
    assert page.gaps == ()
    assert pictures(page.html)[1].convert("RGB").getpixel((60, 60)) == pytest.approx((255, 0, 0), abs=12)


def test_what_is_no_picture_is_marked(tmp_path: Path) -> None:
    (tmp_path / "notes.png").write_text("no picture")
    script = "CHARACTER Ana\nlook: a girl\nfront: notes.png\n\nINT. ROOM\n\nSHOT 5s wide\n@Ana waits.\n"
    page = draw_board(analyze_text(script, tmp_path / "film.sb"))
    assert [(gap.reason, gap.name) for gap in page.gaps] == [("unreadable", "notes.png")]
    assert "Picture unreadable: notes.png" in said(page.html)


def test_a_script_without_a_shot_has_a_board_that_says_so() -> None:
    assert "There is no shot yet." in said(draw_board(analyze_text("Title: Soon\n")).html)
    assert "There is no shot yet." in said(draw_board(analyze_text("")).html)


def test_a_shot_without_seconds_is_still_shown() -> None:
    words = said(draw_board(analyze_text("INT. ROOM\n\nSHOT wide\nA door.\n")).html)
    assert "? s" in words
    assert "In no clip yet" in words
    assert "SB103" in words


def test_a_vast_title_and_every_script_are_kept() -> None:
    script = f"Title: {'Endless ' * 625}\nAuthor: עדה לוי\n\nINT. 部屋 - 夜\n\nSHOT 5s\n太郎が振り向く。\n"
    html = draw_board(analyze_text(script)).html
    words = said(html)
    assert ("Endless " * 625).strip() in words
    assert "עדה לוי" in words
    assert "太郎が振り向く。" in words
    title = html.split("<title>")[1].split("</title>")[0]
    assert len(title) < 150


def test_control_characters_and_marks_that_turn_the_line_are_left_out() -> None:
    html = draw_board(analyze_text("Title: a\x07b\u202ec\x9bd\n\nINT. ROOM\n\nSHOT 5s\nA\x1b[31m door.\n")).html
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", html)
    assert "abcd" in html


def test_the_same_script_gives_the_same_bytes(project: Path) -> None:
    first = draw_board(analyze_file(project / "lantern.sb")).html
    assert draw_board(analyze_file(project / "lantern.sb")).html == first


def test_the_camera_s_move_is_drawn_on_the_panel(project: Path) -> None:
    html = draw_board(analyze_file(project / "lantern.sb")).html
    panels = html.split('<article class="panel')[1:]
    assert [re.findall(r'href="#heads-(\w+)"', panel) for panel in panels] == [["in"], [], ["right"]]


def test_a_transition_stands_at_the_end_of_its_shot(project: Path) -> None:
    script = (
        (project / "lantern.sb").read_text(encoding="utf-8").replace("SHOT 4s close-up", "SHOT 4s close-up\nlight: dim")
    )
    panel = draw_board(analyze_text(script, project / "lantern.sb")).html.split('id="shot-1.2"')[1]
    assert panel.index("never left") < panel.index("bell buoy") < panel.index("DISSOLVE TO:")


def test_what_is_heard_stands_under_each_shot() -> None:
    script = (
        "Music: slow cello (soft, fade in 2s)\n\nCHARACTER Mira\nlook: a keeper\n\nINT. ROOM\n\nSHOT 5s\nA door.\n\n"
        "EFFECT: door.wav (at 1s)\n\nMIRA (V.O., vo/one.wav)\nI never left.\n\nSHOT 3s\nmusic: none\nA wall.\n"
    )
    first, second = re.findall("<article.*?</article>", draw_board(analyze_text(script, "film.sb")).html, re.DOTALL)
    text = re.sub(r"\s+", " ", re.sub("<[^>]*>", " ", first))
    assert "Music slow cello (−12 dB, fade in 2 s)" in text
    assert "Effect door.wav (at 1 s)" in text
    assert "laid over: vo/one.wav" in text
    assert '<dt>Music</dt><dd dir="auto">none</dd>' in second


def test_tall_films_have_tall_panels() -> None:
    html = draw_board(analyze_text("Aspect: 9:16\n\nINT. ROOM\n\nSHOT 5s\nA door.\n")).html
    assert 'viewBox="0 0 900 1600"' in html
    assert 'class="panels tall"' in html


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("lantern.sb", "is the script itself"),
        ("refs", "is a folder"),
        ("refs/mira.png", "is a picture of the film"),
        ("nowhere/board.html", "there is no folder nowhere"),
    ],
)
def test_nothing_of_the_writers_is_overwritten(project: Path, output: str, message: str) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    done = run("board", "lantern.sb", "-o", output, cwd=project)
    assert done.returncode == 2
    assert message in done.stderr
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


def test_the_command_writes_to_the_home_of_products_and_says_what(project: Path) -> None:
    done = run("board", "lantern.sb", cwd=project)
    assert done.returncode == 0
    facts = "3 shots, 2 clips, 0:21, $2.94 (Reference to Video guide, 2026-08-20)"
    assert done.stderr == f"{Path('out', 'lantern', 'lantern-board.html')}: {facts}\n"
    assert run("board", "lantern.sb", "-o", "-", cwd=project).stdout.startswith("<!DOCTYPE html>")


def test_a_linked_script_is_the_script(project: Path, painter: Callable[..., Path]) -> None:
    (project / "alias.html").symlink_to(project / "lantern.sb")
    assert run("board", "lantern.sb", "-o", "alias.html", cwd=project).returncode == 2
    assert painter(project / "x.png").is_file()
