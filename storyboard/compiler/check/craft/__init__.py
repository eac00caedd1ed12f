"""SB501 to SB510: what the model will handle badly, though every rule of the language is kept.

The advice is the Reference to Video guide's; the word lists and thresholds are data (`craft.toml`). A warning that
cries wolf is worse than none: where a rule cannot be sure, it is silent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from storyboard.compiler.check.craft import (
    actions,
    camera_moves,
    camera_terms,
    contradictions,
    descriptions,
    late_camera,
    positions,
    prompt_words,
    silent_dialogue,
    speech_length,
)
from storyboard.compiler.check.craft.scene_text import SceneText
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.planned import ScenePlan

_RULES: tuple[tuple[tuple[str, ...], Callable[[SceneText], Iterator[Finding]]], ...] = tuple(
    (rule.CODES, rule.check)
    for rule in (
        prompt_words,
        camera_terms,
        camera_moves,
        contradictions,
        late_camera,
        positions,
        actions,
        descriptions,
        silent_dialogue,
        speech_length,
    )
)
CODES = tuple(code for codes, _ in _RULES for code in codes)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """Everything in a scene that could be said in a way that the model handles better."""
    if not plan.scene.shots:
        return
    reading = SceneText(plan)
    for _, rule in _RULES:
        yield from rule(reading)
