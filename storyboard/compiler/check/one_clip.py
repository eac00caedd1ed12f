"""SB308: a scene that is to be one clip and cannot."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.planned import ScenePlan

CODES = ("SB308",)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """Under `clips: one`, the first shot that would begin a second clip."""
    if plan.scene.settings.one_clip and len(plan.clips) > 1:
        shot = plan.clips[1].shots[0]
        message = f"This shot would begin a second clip, because {plan.split[0]}."
        yield Finding("SB308", shot.header, message, "Shorten the scene, or write clips: auto.")
