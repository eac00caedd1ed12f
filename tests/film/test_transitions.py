"""Fades, dissolves, wipes, cuts to black and titles in the film's frames, decoded by ffmpeg."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.compiler.ir.resolved import Transition
from storyboard.compiler.pipeline import analyze_text
from storyboard.export import ExportRequest
from storyboard.export.fcpxml import write_fcpxml
from storyboard.film import segment_child
from storyboard.film.cut import FilmCut, lay_out_cut
from storyboard.film.segment_child import encode_segment
from storyboard.film.subtitles import write_srt
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from storyboard.film.timing import screen_timing
from storyboard.film.transitions import segment_tasks
from tests.ffmpeg import ffmpeg, needs_ffmpeg

pytestmark = needs_ffmpeg

WIDTH, HEIGHT = 64, 36
HEADING = "EXT. HARBOR - DAY\n\n"
SHOT = "SHOT 3s wide\nThe harbor lies still.\n\n"
DARK, LIGHT = 60, 180


def grey(folder: Path, level: int) -> Path:
    path = folder / f"grey-{level}.mp4"
    drawn = f"color=black:s={WIDTH}x{HEIGHT}:r=24:d=3,format=yuv420p,geq=lum={level}:cb=128:cr=128"
    ffmpeg("-f", "lavfi", "-i", drawn, "-c:v", "libx264", "-crf", "4", "-preset", "ultrafast", "-an", path)
    return path


def cut_of(text: str, *takes: Path) -> FilmCut:
    analysis = analyze_text(HEADING + text, "film.sb")
    chosen = [Take(clip.id, path, 1) for clip, path in zip(analysis.clips, takes, strict=True)]
    return lay_out_cut(analysis, lay_out(analysis), chosen)


def frames(cut: FilmCut, name: str, folder: Path) -> list[bytes]:
    """The luma of every frame of a clip that is encoded."""
    task = dict(segment_tasks(cut.clips, cut.size, cut.rate, cut.colour.matrix))[name]
    path = folder / f"{name}.mp4"
    encode_segment(task, path, 1)
    data = ffmpeg("-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-").stdout
    size = WIDTH * HEIGHT * 3 // 2
    return [data[at : at + WIDTH * HEIGHT] for at in range(0, len(data), size)]


def middle(frame: bytes, x: int = WIDTH // 2) -> int:
    return frame[WIDTH * (HEIGHT // 4) + x]


def test_a_wipe_pushes_the_old_picture_out(tmp_path: Path) -> None:
    text = f"{SHOT}===\n\nWIPE TO:\n\n{SHOT}"
    cut = cut_of(text, grey(tmp_path, DARK), grey(tmp_path, LIGHT))
    assert [clip.reason for clip in cut.clips] == ["it is wiped", "it is wiped"]
    before, after = frames(cut, "s01c01", tmp_path), frames(cut, "s01c02", tmp_path)
    assert (len(before), len(after)) == (72, 72)
    edges = [sum(value > (DARK + LIGHT) / 2 for value in frame[:WIDTH]) for frame in (*before[58:], *after[:14])]
    assert edges == sorted(edges), "it goes one way"
    assert edges[0] == 0
    assert edges[-1] == WIDTH
    assert edges[13] == pytest.approx(WIDTH / 2, abs=4)
    assert all(value in range(DARK - 6, DARK + 7) or value in range(LIGHT - 6, LIGHT + 7) for value in before[70][:24])


def test_a_cut_to_black_is_black_at_once(tmp_path: Path) -> None:
    cut = cut_of(f"{SHOT}CUT TO BLACK.\n", grey(tmp_path, LIGHT))
    found = [middle(frame) for frame in frames(cut, "s01c01", tmp_path)]
    assert found[:60] == pytest.approx([LIGHT] * 60, abs=4)
    assert found[60:] == pytest.approx([16] * 12, abs=2)


def test_a_dissolve_within_a_clip(tmp_path: Path) -> None:
    """Two shots of one take: around their change each is seen in the other."""
    path = tmp_path / "two.mp4"
    drawn = f"color=black:s={WIDTH}x{HEIGHT}:r=24:d=6,format=yuv420p,geq=lum='if(lt(T,3),{DARK},{LIGHT})':cb=128:cr=128"
    ffmpeg("-f", "lavfi", "-i", drawn, "-c:v", "libx264", "-crf", "4", "-preset", "ultrafast", "-an", path)
    found = [middle(frame) for frame in frames(cut_of(f"{SHOT}DISSOLVE TO:\n\n{SHOT}", path), "s01c01", tmp_path)]
    assert len(found) == 144
    assert found[:59] == pytest.approx([DARK] * 59, abs=4)
    assert found[85:] == pytest.approx([LIGHT] * 59, abs=4)
    assert found[60:84] == pytest.approx([DARK + (LIGHT - DARK) * (n + 0.5) / 24 for n in range(24)], abs=5)


@pytest.mark.parametrize("key", ["SUPER", "TITLE", "CHYRON"])
def test_a_title_comes_and_goes(tmp_path: Path, key: str) -> None:
    cut = cut_of(f"{SHOT}{key}: One year later\n", grey(tmp_path, DARK))
    assert cut.clips[0].reason == "it shows a title"
    brightest = [max(frame) for frame in frames(cut, "s01c01", tmp_path)]
    assert max(brightest[20:40]) > 2 * DARK, "light letters"
    assert brightest[2] < 0.8 * max(brightest), "it comes softly"
    assert max(brightest[62:]) < DARK + 10, "it has gone after two seconds and a half"


def test_a_fade_is_even(tmp_path: Path) -> None:
    cut = cut_of(f"FADE IN:\n\n{SHOT}FADE TO WHITE.\n", grey(tmp_path, LIGHT))
    found = [middle(frame) for frame in frames(cut, "s01c01", tmp_path)]
    assert found[:24] == pytest.approx([16 + (LIGHT - 16) * (n + 0.5) / 24 for n in range(24)], abs=5)
    assert found[24:48] == pytest.approx([LIGHT] * 24, abs=4)
    assert found[48:] == pytest.approx([LIGHT + (235 - LIGHT) * (n + 0.5) / 24 for n in range(24)], abs=5)


def test_no_panel_is_drawn_behind_a_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing costs as much as decoding: a take that fills its place needs none."""
    monkeypatch.setattr(segment_child, "draw_frames", lambda *_: pytest.fail("a panel is drawn"))
    cut = cut_of(f"FADE IN:\n\n{SHOT}", grey(tmp_path, LIGHT))
    assert len(frames(cut, "s01c01", tmp_path)) == 72


TRANSITIONS = [text for name, row in screen_timing()["transitions"].items() if isinstance(row, list) for text in row]
CUTS = ["CUT TO:", "SMASH CUT TO:", "MATCH CUT TO:", "JUMP CUT TO:"]


@pytest.mark.parametrize("text", [*TRANSITIONS, *CUTS, "STAR WIPE TO:", "SPIN TO:"])
def test_every_transition_is_in_the_film_or_named_as_left_out(text: str) -> None:
    analysis = analyze_text(f"{HEADING}{SHOT}===\n\n> {text}\n\n{SHOT}", "film.sb")
    cut = lay_out_cut(analysis, lay_out(analysis), ())
    tasks = [task for _, task in segment_tasks(cut.clips, cut.size, cut.rate, cut.colour.matrix)]
    is_shown = any(task.fades or task.blend_in or task.blend_out or task.black is not None for task in tasks)
    is_cut = ("CUT" in text and "BLACK" not in text) or text in screen_timing()["transitions"]["cuts"]
    is_told = any("is a plain cut in the film" in line for line in cut.notes)
    is_unknown = text in ("STAR WIPE TO:", "SPIN TO:")
    assert (is_shown, is_told) == (not (is_cut or is_unknown), is_unknown)


@pytest.mark.parametrize("text", [text for text in TRANSITIONS if text[-1] in ".:"])
def test_every_transition_of_the_film_is_read_without_its_mark(text: str) -> None:
    """But for those that are slugs."""
    shots = analyze_text(f"{HEADING}{SHOT}{text}\n\n{SHOT}").film.scenes[0].shots
    found = [beat.text for beat in shots[0].beats if isinstance(beat, Transition)]
    assert found == ([] if text in ("INTERCUT:", "INTERCUT WITH:", "LATER:", "CONTINUOUS:") else [text])


def test_titles_transitions_and_speeches_are_in_film_timeline_and_subtitles(tmp_path: Path) -> None:
    said = "SUPER: One year later\n\nTITLE CARD: The End\n\nMIRA\nI never left.\n\nWIPE TO:\n\n"
    analysis = analyze_text(f"CHARACTER Mira\nlook: a keeper\n\n{HEADING}FADE IN:\n\n{SHOT}{said}{SHOT}FADE OUT.\n")
    timeline = lay_out(analysis)
    cut = lay_out_cut(analysis, timeline, ())
    ((_, task),) = segment_tasks(cut.clips, cut.size, cut.rate, cut.colour.matrix)
    assert [(title.text, title.is_card) for title in task.titles] == [("One year later", False), ("The End", True)]
    assert [(fade.colour, fade.opens) for fade in task.fades] == [("black", True), ("black", False)]
    assert [one.is_wipe for one in task.inner] == [True]
    document = write_fcpxml(ExportRequest(analysis)).data.decode()
    for text in ("One year later", "The End", "Fade in", "Fade out", "FADE IN:; WIPE TO:; FADE OUT."):
        assert text in document, text
    assert "I never left." in write_srt(timeline.speeches)
