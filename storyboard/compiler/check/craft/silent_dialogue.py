"""SB508: words that nobody will hear."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.check.craft.scene_text import SceneText
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.resolved import Dialogue

CODES = ("SB508",)


def check(reading: SceneText) -> Iterator[Finding]:
    """Dialogue in a scene without sound: once a scene, at its first cue, since one setting mends all of it."""
    scene = reading.plan.scene
    if not scene.settings.model_is_known:
        return
    model = scene.settings.model
    if scene.settings.is_heard:
        return
    if model.has_sound:
        message = "Nobody will hear this: the sound is off."
        advice = "Write audio: on, on the title page or under the heading. It costs more."
    else:
        message = f"Nobody will hear this: {model.name} makes silent clips only."
        advice = "Choose a model with sound, or show the words with SUPER: …"
    for shot in scene.shots:
        spoken = next((beat for beat in shot.beats if isinstance(beat, Dialogue) and beat.lines), None)
        if spoken is not None:
            yield Finding("SB508", spoken.cue, message, advice)
            return
