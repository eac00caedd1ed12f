"""Drafts: the same film on a cheap model, with what it loses, in a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storyboard.compiler.drafts import NoDraft, compare_models, compile_draft, draft_losses, film_usd
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.pipeline import Analysis, analyze_text
from tests.render.command_project import commands

CAST = """\
CHARACTER Mira
front: https://example.com/mira.png
angles: https://example.com/side.png

PROP Lantern
front: https://example.com/lantern.png

LOCATION Harbor
image: https://example.com/harbor.png

"""
SHOTS = """\
EXT. HARBOR - DAY

SHOT 3s wide
@Mira waits with @Lantern.

SHOT 4s close-up
@Mira turns.
"""


def film(head: str = "", cast: str = CAST, shots: str = SHOTS) -> Analysis:
    analysis = analyze_text(f"{head}\n{cast}{shots}" if head else cast + shots, "film.sb")
    assert not analysis.has_errors, analysis.diagnostics
    return analysis


def words(final: Analysis, draft: Analysis) -> dict[str, str]:
    return {loss.kind: loss.words for loss in draft_losses(final, draft)}


def test_the_model_that_draft_names_with_its_own_groups_lengths_and_prices() -> None:
    final = film("Draft: minimax-h3-max 480P\nAudio: on\nNegative: blur\n")
    draft = compile_draft(final)
    assert not draft.has_errors
    assert len(final.clips) == 1
    assert [(clip.model.short_name, clip.settings.size, clip.duration) for clip in draft.clips] == [
        ("minimax-h3-max", "480P", 5),
        ("minimax-h3-max", "480P", 5),
    ], "one shot a clip, at lengths that it makes"
    assert film_usd(draft) == 0.6
    assert words(final, draft) == {
        "elements": "one plain picture, not an element, of Mira and Lantern",
        "lengths": "other lengths for 1.1 (5 s, not 3) and 1.2 (5 s, not 4)",
        "negative": "no negative prompt",
    }
    payload = build_manifest(draft).clips[0].payload
    assert payload["model"] == "minimax-h3-max-reference-to-video"
    assert "audio" not in payload
    assert payload["resolution"] == "480P"


def test_without_a_name_it_is_the_cheapest_that_takes_the_cast() -> None:
    final = film()
    draft = compile_draft(final)
    dearer = [one for one in compare_models(final) if not one.problem and film_usd(one.film) < film_usd(draft)]
    assert all(not one.model.tags_documented or not one.model.persons for one in dearer)
    things = film(cast=CAST.replace("CHARACTER", "PROP"))
    assert compile_draft(things).clips[0].model.short_name == "seedance-2-0-mini", "it refuses people only"
    crowd = "".join(f"PROP P{n}\nfront: https://example.com/{n}.png\n\n" for n in range(7))
    seven = film(cast=crowd, shots=f"SHOT 5s\n{' '.join(f'@P{n}' for n in range(7))} stand.\n")
    assert not compile_draft(seven).has_errors


def test_sound_frames_and_aspect_are_told_where_they_are_lost() -> None:
    final = film(
        "Draft: grok-imagine\nAudio: on\n",
        shots="EXT. HARBOR - DAY\n\nSHOT 5s\nstart: https://example.com/s.png\nend: https://example.com/e.png\n@Mira waits.\n",
    )
    assert words(final, compile_draft(final)) == {
        "sound": "no sound",
        "elements": "one plain picture, not an element, of Mira",
        "frames": "no start or end frame in 1.1",
    }
    tall = film("Draft: gemini-omni-flash\nAspect: 1:1\n")
    assert words(tall, compile_draft(tall))["aspect"] == "16:9 instead of 1:1"


def test_a_scene_from_a_start_frame_or_from_text_is_drafted_by_the_sibling() -> None:
    final = film(
        "Draft: minimax-h3-max 480P\nText model: kling-o3-pro-text-to-video\n",
        shots="EXT. SEA - NIGHT\n\nSHOT 5s\nA lighthouse.\n\n"
        "EXT. HARBOR - DAY\nmodel: kling-o3-pro-image-to-video\n\nSHOT 5s\nstart: https://example.com/s.png\nFog.\n",
    )
    draft = compile_draft(final)
    assert not draft.has_errors, draft.diagnostics
    assert [(clip.model.id, clip.settings.size) for clip in draft.clips] == [
        ("minimax-h3-max-text-to-video", "480P"),
        ("minimax-h3-max-image-to-video", "480P"),
    ]


def test_one_clip_a_scene_is_no_wish_for_drafts() -> None:
    draft = compile_draft(film("Clips: one\nDraft: minimax-h3-max 480P\n"))
    assert len(draft.clips) == 2
    assert not draft.has_errors


def test_where_nothing_can_film_it() -> None:
    crowd = "".join(f"CHARACTER P{n}\nfront: https://example.com/{n}.png\n\n" for n in range(40))
    final = analyze_text(f"{crowd}SHOT 5s\n{' '.join(f'@P{n}' for n in range(40))} stand.\n", "film.sb")
    with pytest.raises(NoDraft):
        compile_draft(final)


def test_plan_render_status_and_film_of_drafts(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        script = here.folder / "film.sb"
        script.write_text(f"Draft: minimax-h3-max 480P\n{script.read_text()}")
        plan = here.sbc("plan", "film.sb", "--draft", key=None)
        assert plan.code == 0, plan.err
        assert plan.out.startswith("Drafts on MiniMax H3 Max R2V at 480P. They lose:\n  - one plain picture,")
        assert "This run sends 2 clips for $0.60." in plan.out
        data = json.loads(here.sbc("plan", "film.sb", "--draft", "--format", "json", key=None).out)
        assert (data["draft"]["model"], data["draft"]["resolution"]) == ("minimax-h3-max-reference-to-video", "480P")
        assert [loss["kind"] for loss in data["draft"]["lost"]] == ["elements"]
        rendered = here.render("--draft", "--yes")
        assert rendered.code == 0, rendered.err
        assert "Drafts on MiniMax H3 Max R2V at 480P." in rendered.err
        drafts = here.folder / "out" / "film-draft"
        assert len(list(drafts.rglob("*.mp4"))) == 2
        assert not (here.folder / "out" / "film").exists(), "final takes have a folder of their own"
        assert "new" in here.sbc("plan", "film.sb", key=None).out
        assert here.sbc("status", "film.sb", "--draft").out.count("finished") == 2
        made = here.sbc("film", "film.sb")
        assert made.code == 0, made.err
        assert "filled from the drafts: shot 1.1 and shot 2.1" in made.err
        assert "animatic" not in made.err


def test_compare_shows_every_model(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        done = here.sbc("plan", "film.sb", "--compare", key=None)
        data = json.loads(here.sbc("plan", "film.sb", "--compare", "--format", "json", key=None).out)
    assert done.code == 0, done.err
    assert "kling-o3-pro (the script's)" in done.out
    assert "kling-v3-4k cannot film it: Kling V3 4K R2V starts from a picture" in done.out
    prices = done.out.splitlines()[-1]
    assert prices.startswith("Prices: ")
    assert "Reference to Video guide, 2026-08-20" in prices
    assert "Venice's published quotes, 2026-09-28" in prices
    assert len(data["models"]) == 23
    able = [one for one in data["models"] if one["problem"] is None]
    assert [one["usd"] for one in able] == sorted(one["usd"] for one in able)
    own = next(one for one in able if one["own"])
    assert (own["model"], own["clips"], own["seconds"], own["usd"], own["lost"]) == (
        "kling-o3-pro-reference-to-video",
        2,
        10,
        1.12,
        [],
    )
    assert "2026-08-20" in own["basis"]
