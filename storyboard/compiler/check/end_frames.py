"""SB309: start and end frames that the model does not take."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.catalog import find_model
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.planned import ScenePlan

CODES = ("SB309",)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """A frame given to a model that takes none."""
    model = find_model(plan.scene.settings.model)
    assert model is not None, "settings hold known models only"
    if model.frames:
        return
    for shot in plan.scene.shots:
        for word, span in (
            ("start", shot.start.at if shot.start else shot.from_last_frame),
            ("end", shot.end.at if shot.end else None),
        ):
            if span is not None:
                message = f"{model.name} takes no {word} frame."
                yield Finding("SB309", span, message, "Delete the line, or choose a model that takes one.")
