"""SB501: a prompt that says too little or too much.

50 to 150 words work best (Reference to Video guide). The words are those of the prompt as our templates write it,
including looks and setting, since that is what the model reads.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.catalog import read_table
from storyboard.compiler.check.craft.scene_text import SceneText
from storyboard.compiler.check.looks import Looks
from storyboard.compiler.diagnostics import Code, Finding, Severity
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.prompts import prompt_words
from storyboard.wording import count

CODES = (Code("SB501", "Prompt outside 50 to 150 words", Severity.WARNING),)


def check(reading: SceneText, looks: Looks) -> Iterator[Finding]:
    """A clip's prompt outside the recommended length, at its first shot.

    A clip with a misspelt name is skipped: its prompt will change when the name is corrected.
    """
    scene = reading.plan.scene
    if not scene.is_complete:
        return
    limits = read_table("craft.toml")["prompt"]
    fewest, most = limits["fewest_words"], limits["most_words"]
    for clip in reading.plan.clips:
        if not all(shot.is_complete for shot in clip.shots):
            continue
        words = looks.ask(_outside, clip, fewest, most)
        if not words:
            continue
        wrong = "only " if words < fewest else ""
        message = f"The prompt of this clip has {wrong}{count(words, 'word')}; {fewest} to {most} work best."
        yield Finding("SB501", clip.shots[0].header, message, _too_few(clip) if words < fewest else _too_many(clip))


def _outside(looks: Looks, clip: Clip, fewest: int, most: int) -> int:
    """The words of a prompt that has too few or too many, else 0."""
    words = prompt_words(clip, looks.of)
    return 0 if fewest <= words <= most else words


def _too_few(clip: Clip) -> str:
    """The advice for a prompt that is too short: what the script has not described yet."""
    missing = []
    if not clip.scene.setting:
        missing.append("the place, under the heading")
    if not any(shot.light for shot in clip.shots):
        missing.append("the light (light: …)")
    if not all(entity.look for entity in clip.present):
        missing.append("how everybody looks (look: …)")
    what = f"Describe {', '.join(missing)}" if missing else "Say more about what is seen"
    return f"{what}: the model makes up what the script leaves open."


def _too_many(clip: Clip) -> str:
    if len(clip.shots) > 1:
        return "Put a === between its shots, or say less: the model drops parts of a long prompt."
    return "Say less, or divide the shot in two: the model drops parts of a long prompt."
