"""The film, on clips with counters and tones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from storyboard.compiler.pipeline import analyze_file
from storyboard.film.assembly import FilmResult, make_film
from storyboard.film.cut import FilmOptions, lay_out_cut
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from tests.film.clip_reading import MakeClip, beeps, length, levels, turn_by_quarter

CLIPS = ("s01c01", "s01c02", "s01c03")


def cut(script: Path, *paths: Path | None) -> tuple[Path, FilmResult]:
    analysis = analyze_file(script)
    assert not analysis.has_errors
    takes = [Take(name, path, 1) for name, path in zip(CLIPS, paths, strict=False) if path]
    target = script.with_name("out.mp4")
    return target, make_film(lay_out_cut(analysis, lay_out(analysis), takes), target)


def test_clips_that_agree_are_joined_as_they_are(project: Path, make_clip: MakeClip) -> None:
    film, made = cut(project, make_clip("a.mp4", 3), make_clip("b.mp4", 3), make_clip("c.mp4", 4))
    assert made.copied
    assert length(film)[:2] == (240, 10)
    assert length(film)[2] == pytest.approx(10, abs=0.001)
    counted = levels(film)
    assert counted == pytest.approx([*range(72), *range(72), *range(96)], abs=2)
    assert beeps(film) == pytest.approx([0, 3, 6], abs=0.03)
    head = film.read_bytes()
    assert head.index(b"moov") < head.index(b"mdat")


def test_frames_beyond_the_clip_are_left_out_without_encoding(project: Path, make_clip: MakeClip) -> None:
    takes = [make_clip(f"{name}.mp4", seconds, extra_frames=1) for name, seconds in (("a", 3), ("b", 3), ("c", 4))]
    film, made = cut(project, *takes)
    assert made.copied
    assert length(film)[:2] == (240, 10)


def test_clips_with_references_forward_are_joined_in_step(project: Path, make_clip: MakeClip) -> None:
    options = {"preset": "medium", "bf": "3"}
    film, made = cut(project, *(make_clip(f"{n}.mp4", s, options=options) for n, s in (("a", 3), ("b", 3), ("c", 4))))
    assert made.copied
    assert levels(film) == pytest.approx([*range(72), *range(72), *range(96)], abs=3)
    assert length(film)[1] == 10


@pytest.mark.parametrize(
    "other",
    [
        {"rate": 30},
        {"size": (200, 360)},
        {"layout": None},
        {"layout": "5.1"},
        {"options": {"preset": "medium", "refs": "4"}},
        {"extra_frames": -3},
        {"extra_frames": 20},
    ],
    ids=str,
)
def test_clips_that_differ_are_encoded_in_step(project: Path, make_clip: MakeClip, other: dict[str, Any]) -> None:
    film, made = cut(project, make_clip("a.mp4", 3), make_clip("b.mp4", 3, **other), make_clip("c.mp4", 4))
    assert made.copied is (set(other) in ({"layout"}, {"extra_frames"}) and other != {"extra_frames": -3})
    assert length(film)[:2] == (240, 10)
    assert length(film)[2] == pytest.approx(10, abs=0.001)
    counted = levels(film)
    assert counted[:72] == pytest.approx(list(range(72)), abs=2)
    assert counted[144:] == pytest.approx(list(range(96)), abs=2)
    starts = [0, 6] if other.get("layout", "stereo") is None else [0, 3, 6]
    assert beeps(film) == pytest.approx(starts, abs=0.03)


@pytest.mark.parametrize("other", [{}, {"rate": 30}, {"layout": "5.1"}], ids=str)
def test_sound_is_in_step_to_the_end(project: Path, make_clip: MakeClip, other: dict[str, Any]) -> None:
    """Twelve clips, joined and encoded: the last one's picture begins with its sound, as the first one's does."""
    shot = "SHOT 3s\n@Mira waits.\n\n===\n\n"
    project.write_text(project.read_text().partition("SHOT")[0] + shot * 12)
    analysis = analyze_file(project)
    names = [clip.id for clip in analysis.clips]
    usual, odd = make_clip("a.mp4", 3, size=(160, 90)), make_clip("b.mp4", 3, size=(160, 90), **other)
    takes = [Take(name, odd if number == 4 else usual, 1) for number, name in enumerate(names)]
    target = project.with_name("out.mp4")
    made = make_film(lay_out_cut(analysis, lay_out(analysis), takes), target)
    assert made.copied is ("rate" not in other)
    counted = levels(target)
    assert len(counted) == 12 * 72
    starts = [index / 24 for index, level in enumerate(counted) if index % 72 == 0 and abs(level) <= 2]
    assert starts == [3 * number for number in range(12)]
    assert beeps(target) == pytest.approx(starts, abs=0.022)


@pytest.mark.slow
def test_flash_and_beep_are_together_over_25_minutes(project: Path, make_clip: MakeClip) -> None:
    """Three hundred takes of five seconds, their pictures copied: the last flash is with its beep as the first one is,
    within 10 ms."""
    shot = "SHOT 5s\n@Mira waits.\n\n===\n\n"
    project.write_text(project.read_text().partition("SHOT")[0] + shot * 300)
    analysis = analyze_file(project)
    clip = make_clip("a.mp4", 5, size=(160, 90))
    target = project.with_name("out.mp4")
    made = make_film(
        lay_out_cut(analysis, lay_out(analysis), [Take(one.id, clip, 1) for one in analysis.clips]), target
    )
    assert made.copied
    counted = levels(target)
    assert len(counted) == 25 * 60 * 24
    starts = [index / 24 for index, level in enumerate(counted) if index % 120 == 0 and abs(level) <= 2]
    assert starts == [5 * number for number in range(300)]
    assert beeps(target) == pytest.approx(starts, abs=0.010)


def test_a_retake_costs_one_take(
    project: Path, make_clip: MakeClip, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a film whose takes are all encoded, those that have not changed come from the cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    analysis = analyze_file(project)
    paths = [make_clip(f"{name}.mp4", seconds, size=(160, 90)) for name, seconds in (("a", 3), ("b", 3), ("c", 4))]

    def encoded() -> int:
        takes = [Take(clip.id, path, 1) for clip, path in zip(analysis.clips, paths, strict=True)]
        cut = lay_out_cut(analysis, lay_out(analysis), takes, options=FilmOptions(short_side=60))
        assert len(cut.encoded) == 3
        make_film(cut, project.with_name("out.mp4"))
        return len(list((tmp_path / "cache" / "sbc" / "film").glob("*.mp4")))

    assert encoded() == 3
    paths[1] = make_clip("b.mp4", 3, size=(160, 90), options={"crf": "20"})
    assert encoded() == 4, "the retake alone was encoded"


def test_a_turned_clip_is_shown_upright(project: Path, make_clip: MakeClip) -> None:
    turned = turn_by_quarter(make_clip("b.mp4", 3, size=(180, 320)))
    film, made = cut(project, make_clip("a.mp4", 3), turned, make_clip("c.mp4", 4))
    assert not made.copied
    assert levels(film)[72:144] == pytest.approx(list(range(72)), abs=2)
    with av.open(str(film)) as container:
        frame = list(container.decode(container.streams.video[0]))[100]
        row = bytes(frame.planes[0])[frame.planes[0].line_size * 90 :][: frame.width]
    assert (frame.width, frame.height) == (320, 180)
    assert min(row[3:-3]) > 40, "it fills the frame: nothing black beside it"


def test_another_rate_plays_at_the_same_speed(project: Path, make_clip: MakeClip) -> None:
    film, _ = cut(project, make_clip("a.mp4", 3), make_clip("b.mp4", 3, rate=30), make_clip("c.mp4", 4))
    assert levels(film)[72:144] == pytest.approx([index * 30 / 24 for index in range(72)], abs=3)


def test_a_missing_clip_is_filled_and_named(project: Path, make_clip: MakeClip) -> None:
    film, made = cut(project, make_clip("a.mp4", 3), None, make_clip("c.mp4", 4))
    assert made.missing == ("s01c02",)
    assert length(film)[:2] == (240, 10)
    assert levels(film)[144:] == pytest.approx(list(range(96)), abs=2)
    assert beeps(film) == pytest.approx([0, 6], abs=0.03)


def test_a_damaged_take_is_named_and_filled(project: Path, make_clip: MakeClip, tmp_path: Path) -> None:
    broken = tmp_path / "b.mp4"
    broken.write_bytes(make_clip("whole.mp4", 3).read_bytes()[:900])
    film, made = cut(project, make_clip("a.mp4", 3), broken, make_clip("c.mp4", 4))
    assert "s01c02" in made.problems[0]
    assert length(film)[:2] == (240, 10)


def test_a_take_of_another_length_is_named(project: Path, make_clip: MakeClip) -> None:
    _, made = cut(project, make_clip("a.mp4", 5), make_clip("b.mp4", 1), make_clip("c.mp4", 4))
    assert [problem.rsplit("; ")[1] for problem in made.problems] == [
        "it is cut",
        "its last frame is held for 2.00 s",
    ]


def test_fades_and_dissolves_take_no_time(project: Path, make_clip: MakeClip) -> None:
    text = project.read_text()
    project.write_text(text.replace("I never left.\n", "I never left.\n\nDISSOLVE TO:\n") + "\nFADE OUT.\n")
    film, made = cut(project, make_clip("a.mp4", 3), make_clip("b.mp4", 3), make_clip("c.mp4", 4))
    assert not made.copied
    counted = levels(film)
    assert len(counted) == 240
    assert counted[:60] == pytest.approx(list(range(60)), abs=2)
    assert counted[71] == pytest.approx((71 + 0) / 2, abs=3)
    assert counted[72] == pytest.approx((71 + 0) / 2, abs=3)
    assert counted[84:144] == pytest.approx(list(range(12, 72)), abs=2)
    assert counted[239] < -30
    assert beeps(film) == pytest.approx([0, 3, 6], abs=0.03)


def test_a_failure_leaves_what_was_there(project: Path, make_clip: MakeClip) -> None:
    target = project.with_name("out.mp4")
    target.mkdir()
    with pytest.raises(OSError, match="a folder"):
        cut(project, make_clip("a.mp4", 3))
    assert [path.name for path in project.parent.glob(".sbc-*")] == []
