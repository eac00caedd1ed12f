"""SB308: a scene that is to be one clip and cannot.

Once a scene, at the first shot that would begin a second clip, with the limit that made it begin. Where a `===` is
the reason, the fix takes it out.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix
from storyboard.compiler.ir.planned import ScenePlan

CODES = (Code("SB308", "More than one clip under clips: one"),)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """Under `clips: one`, the first shot that would begin a second clip."""
    if plan.scene.settings.one_clip and len(plan.clips) > 1:
        shot = plan.clips[1].shots[0]
        message = f"This shot would begin a second clip, because {plan.split[0]}."
        fix = Fix(False, (Edit(shot.break_above, ""),)) if shot.break_above else None
        advice = None if fix else "A shorter scene would fit into one, and clips: auto takes as many as it needs."
        yield Finding("SB308", shot.header, message, advice, fix=fix)
