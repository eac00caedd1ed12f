"""SB508: speech that nobody will hear.

Dialogue while the sound is off, or on a model that makes silent clips, and not laid over the film: once for each scene,
at its first cue. The fix turns the sound on, which costs more and is therefore not safe.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.check.craft.scene_text import SceneText
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Severity
from storyboard.compiler.ir.resolved import Dialogue, Scene
from storyboard.compiler.text import Span

CODES = (Code("SB508", "Dialogue with audio off", Severity.WARNING),)


def check(reading: SceneText) -> Iterator[Finding]:
    """Dialogue in a scene without sound: once, at its first cue, since one setting fixes all of it."""
    scene = reading.plan.scene
    if not scene.settings.model_is_known:
        return
    model = scene.settings.model
    if scene.settings.is_heard:
        return
    if model.has_sound:
        message = "Nobody will hear this: the sound is off."
        advice = "Sound costs more."
    else:
        message = f"Nobody will hear this: {model.name} makes silent clips only."
        advice = "Other models have sound; the words could be shown with SUPER:"
    for shot in scene.shots:
        spoken = next((beat for beat in shot.beats if isinstance(beat, Dialogue) and _is_lost(beat)), None)
        if spoken is not None:
            yield Finding("SB508", spoken.cue, message, advice, fix=_audio_on(scene) if model.has_sound else None)
            return


def _is_lost(speech: Dialogue) -> bool:
    """Whether a speech in a silent clip is not heard; one that is laid over the film is."""
    return bool(speech.lines) and not speech.is_laid_over(is_heard=False)


def _audio_on(scene: Scene) -> Fix | None:
    """The fix that turns the sound on: where it was turned off, or else under the heading."""
    if scene.settings.audio_at is not None:
        return Fix(False, (Edit(scene.settings.audio_at, "on"),))
    if scene.at is None:
        return None
    end = Span(scene.at.anchor, scene.at.end, scene.at.end)
    return Fix(False, (Edit(end, "\naudio: on"),))
