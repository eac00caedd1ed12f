"""The film shot by shot: the final take, else the draft, else the animatic."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file
from storyboard.film.assembly import FilmResult, make_film
from storyboard.film.cut import lay_out_cut
from storyboard.film.takes import DraftShot, Take
from storyboard.film.timeline import lay_out
from tests.film.clip_reading import MakeClip, beeps, length, levels


def cut(script: Path, takes: list[Take], drafts: list[DraftShot]) -> tuple[Path, FilmResult]:
    analysis = analyze_file(script)
    target = script.with_name("out.mp4")
    return target, make_film(lay_out_cut(analysis, lay_out(analysis), takes, drafts), target)


def test_drafts_fill_the_shots_of_clips_without_a_take(project: Path, make_clip: MakeClip) -> None:
    final = [Take("s01c01", make_clip("final.mp4", 3), 1)]
    draft = make_clip("draft.mp4", 15)
    film, made = cut(project, final, [DraftShot("1.1", draft, 0), DraftShot("1.2", draft, 5)])
    assert made.drafts == ("shot 1.2",), "a final take goes before a draft"
    assert made.missing == ("s01c03",)
    assert not made.problems
    assert length(film)[:2] == (240, 10)
    counted = levels(film)
    assert counted[:72] == pytest.approx(list(range(72)), abs=2)
    assert counted[72:144] == pytest.approx(list(range(120, 192)), abs=2), "from the second at which the shot begins"


def test_the_sound_of_a_draft_begins_with_its_shot(project: Path, make_clip: MakeClip) -> None:
    draft = make_clip("draft.mp4", 6)
    film, made = cut(project, [], [DraftShot("1.1", draft, 0), DraftShot("1.2", draft, 3), DraftShot("1.3", draft, 0)])
    assert made.drafts == ("shot 1.1", "shot 1.2", "shot 1.3")
    assert beeps(film) == pytest.approx([0, 6], abs=0.05), "a clip beeps when it begins"


def test_a_draft_that_ends_early_holds_its_last_picture(project: Path, make_clip: MakeClip) -> None:
    draft = make_clip("draft.mp4", 4)
    film, made = cut(project, [], [DraftShot("1.1", draft, 3), DraftShot("1.2", draft, 10), DraftShot("1.3", draft, 0)])
    assert len(made.drafts) == 3
    counted = levels(film)
    assert counted[:24] == pytest.approx(list(range(72, 96)), abs=2)
    assert counted[24:144] == pytest.approx([95] * 120, abs=2)


def test_a_draft_that_cannot_be_read_is_told(project: Path, tmp_path: Path) -> None:
    broken = tmp_path / "draft.mp4"
    broken.write_bytes(b"nothing")
    _, made = cut(project, [], [DraftShot("1.2", broken, 0)])
    assert made.drafts == ()
    assert made.missing == ("s01c01", "shot 1.2", "s01c03")
    assert any("draft.mp4: cannot be used" in one for one in made.problems)
