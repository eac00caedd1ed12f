"""SB308: a scene that should be one clip and cannot be.

Once for each scene, at the first shot that would begin a second clip, with the limit that causes it. If a `===` is the
reason, the fix removes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix
from storyboard.compiler.ir.planned import ScenePlan

CODES = (Code("SB308", "More than one clip under clips: one"),)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """The first shot that would begin a second clip under `clips: one`."""
    if plan.scene.settings.one_clip and len(plan.clips) > 1:
        shot = plan.clips[1].shots[0]
        message = f"This shot would begin a second clip, because {plan.split[0]}."
        fix = Fix(False, (Edit(shot.break_above, ""),)) if shot.break_above else None
        advice = None if fix else "A shorter scene would fit into one clip; clips: auto makes as many as it needs."
        yield Finding("SB308", shot.header, message, advice, fix=fix)
