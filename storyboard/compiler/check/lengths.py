"""SB307 and SB310: a shot length that the model does not make.

SB310 if the model lists its durations, SB307 if it has a range; never both. Durations are whole seconds. The fix is the
nearest length that the model makes; it is not safe, because it changes the running time and the price of the film.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.catalog import Model
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.ir.resolved import Shot
from storyboard.compiler.spelling import listed_or

CODES = (Code("SB307", "Shot too short or too long"), Code("SB310", "Duration not among the model's"))


def check(plan: ScenePlan) -> Iterator[Finding]:
    """A shot whose length its model does not make, at the length."""
    models: dict[Shot, Model] = {shot: clip.model for clip in plan.clips for shot in clip.shots}
    for shot in plan.scene.shots:
        if shot.duration is None:
            continue
        model = models.get(shot, plan.scene.settings.model)
        if model.durations:
            if shot.duration not in model.durations:
                said = listed_or(f"{seconds}" for seconds in model.durations)
                if len(model.durations) > 3 and model.durations[-1] - model.durations[0] + 1 == len(model.durations):
                    said = f"{model.durations[0]} to {model.durations[-1]}"
                nearest = min(model.durations, key=lambda seconds: (abs(seconds - shot.duration), seconds))  # type: ignore[operator] # not None, see above
                message = f"{model.name} makes shots of {said} seconds, not {shot.duration}."
                fix = Fix(False, (Edit(shot.duration_at, f"{nearest}s"),))
                yield Finding("SB310", shot.header, message, fix=fix)
        elif model.shot_seconds is not None:
            shortest, longest = model.shot_seconds
            if not shortest <= shot.duration <= longest:
                wrong = "short" if shot.duration < shortest else "long"
                message = f"A shot of {shot.duration} s is too {wrong}: {model.name} makes {shortest} to {longest} s."
                fix = Fix(False, (Edit(shot.duration_at, f"{shortest if wrong == 'short' else longest}s"),))
                yield Finding("SB307", shot.header, message, fix=fix)
