"""SB205: a declared name in the text that brings nobody in, for want of an @."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

CODES = ("SB205",)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """A declared name without @ in a clip that does not have it otherwise: once per name and shot."""
    for clip in plan.clips:
        present = {entity.base or entity for entity in clip.present}
        for shot in clip.shots:
            seen: set[Entity] = set()
            for entity, span in shot.bare:
                if entity in present or entity in seen:
                    continue
                seen.add(entity)
                message = (
                    f"{quote(entity.name)} is written without an @, so the clip does not show the {entity.kind.value}."
                )
                fix = Fix(False, (Edit(Span(span.anchor, span.start, span.start), "@"),))
                yield Finding("SB205", span, message, f"Write @{entity.name} if it is meant.", fix=fix)
