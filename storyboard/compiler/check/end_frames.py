"""SB309: start and end frames that the model does not accept.

An error at the frame: the service would refuse the request, since it accepts only the fields of each model (API
reference). `start: last-frame` counts as a start frame.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.diagnostics import Code, Finding
from storyboard.compiler.ir.planned import ScenePlan

CODES: tuple[Code, ...] = ()


def check(plan: ScenePlan) -> Iterator[Finding]:
    """A frame for a model that accepts none of its kind."""
    model = plan.scene.settings.model
    for shot in plan.scene.shots:
        for word, is_taken, span in (
            ("start", model.takes_start, shot.start.at if shot.start else shot.from_last_frame),
            ("end", model.end_frame, shot.end.at if shot.end else None),
        ):
            if span is not None and not is_taken:
                message = f"{model.name} takes no {word} frame."
                yield Finding("SB309", span, message, "Other models take one: `sbc models` lists them.")
