"""SB309: pictures of subjects and places that the scene's model does not accept.

A warning: text-to-video and image-to-video models have no field for references, so only the words are sent. The clip
can still be filmed, with somebody that the model invents.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.diagnostics import Code, Finding, Severity
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.plan import appearances

CODES: tuple[Code, ...] = ()


def check(plan: ScenePlan) -> Iterator[Finding]:
    """Somebody with pictures in a scene of a text-to-video or image-to-video model; once, at the first mention."""
    for clip in plan.clips:
        if clip.model.takes_references:
            continue
        shown = [mention for mention in appearances(clip.scene, clip.shots) if mention.entity.pictures]
        if shown:
            besides = " but a start frame" if clip.model.needs_start else ""
            message = f"{clip.model.name} takes no pictures{besides}, so those of {shown[0].entity.name} are left out."
            advice = "The clip has only the words; a reference-to-video model takes the pictures."
            yield Finding("SB309", shown[0].at, message, advice, severity=Severity.WARNING)
            return
