"""Several shots in a clip, in each family's own spelling."""

from __future__ import annotations

import pytest

from storyboard.compiler.emit import build_manifest
from storyboard.compiler.pipeline import analyze_text

CAST = "CHARACTER Mira\nfront: https://example.com/mira.png\n\n"
TWO = "EXT. HARBOR - DAY\n\nSHOT 5s\n@Mira waits.\n\nSHOT 10s\n@Mira leaves.\n"


def prompts(model: str, shots: str = TWO, head: str = "") -> list[str]:
    analysis = analyze_text(f"Model: {model}\nStyle: ink\n{head}\n{CAST}{shots}", "film.sb")
    assert not analysis.has_errors, analysis.diagnostics
    return [clip.payload["prompt"] for clip in build_manifest(analysis).clips]


@pytest.mark.parametrize(
    ("model", "labels"),
    [
        ("kling-o3-pro", ("Shot 1 (5s): ", "Shot 2 (10s): ")),
        ("wan-3-0", ("Shot 1 [0-5s]: ", "Shot 2 [5-15s]: ")),
        ("wan-3-0-prime-pro", ("Shot 1 [0-5s]: ", "Shot 2 [5-15s]: ")),
        ("seedance-2-0", ("Shot 1: ", "Shot 2: ")),
        ("seedance-2-5", ("Shot 1: ", "Shot 2: ")),
        ("minimax-h3", ("0-5s: ", "5-15s: ")),
    ],
)
def test_two_shots_are_one_clip(model: str, labels: tuple[str, str]) -> None:
    (prompt,) = prompts(model)
    lines = prompt.splitlines()
    first, second = (next(i for i, line in enumerate(lines) if line.startswith(label)) for label in labels)
    setting = next(i for i, line in enumerate(lines) if "harbor" in line.lower() and "Style: ink" in line)
    assert first < second
    assert (setting < first) == model.startswith("wan"), "Wan wants an overall line first"


@pytest.mark.parametrize("model", ["grok-imagine", "minimax-h3-max", "happyhorse-1-1", "kling-o3-pro"])
def test_where_one_shot_is_a_clip_it_has_no_label(model: str) -> None:
    shots = TWO.replace("10s", "5s").replace("\nSHOT 5s\n@Mira leaves", "\n===\n\nSHOT 5s\n@Mira leaves")
    for prompt in prompts(model, shots):
        assert "Shot 1" not in prompt
        assert "0-5s" not in prompt


def test_a_single_shot_of_a_model_that_cuts_by_itself_says_that_it_is_one() -> None:
    (one, two) = prompts("wan-3-0", TWO.replace("\nSHOT 10s", "\n===\n\nSHOT 10s"))
    assert "One continuous take." in one
    assert "One continuous take." in two
    assert "continuous" not in prompts("wan-3-0")[0]
    assert "continuous" not in prompts("minimax-h3")[0]


def test_a_clip_has_a_length_that_its_model_lists() -> None:
    shots = "".join(f"SHOT {n}s\n@Mira waits.\n\n" for n in (5, 10, 5, 2, 15, 15, 5))
    analysis = analyze_text(f"Model: wan-3-0\n\n{CAST}{shots}", "film.sb")
    assert [clip.duration for clip in analysis.clips] == [20, 2, 30, 5]
