"""SB207: one subject in two looks in one clip.

A warning, once for each clip and name, at the shot that brings in the second look: the model would see two subjects
with two sets of pictures and mix them. This applies to a name and its variant, and to two variants.

A `===` between the shots separates the looks; a variant for the whole scene (`variants: Mira.winter`) makes them one.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Note, Severity
from storyboard.compiler.ir.planned import Clip, ScenePlan
from storyboard.compiler.ir.resolved import Entity, Mention
from storyboard.compiler.plan import appearances
from storyboard.compiler.text import Span

CODES = (Code("SB207", "A name and its variant in one clip", Severity.WARNING),)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """A name and its variant, or two variants, in one clip; once for each clip and name."""
    for clip in plan.clips:
        by_base: dict[Entity, list[Mention]] = {}
        for mention in appearances(clip.scene, clip.shots):
            by_base.setdefault(mention.entity.base or mention.entity, []).append(mention)
        for base, mentions in by_base.items():
            if len(mentions) > 1:
                yield _two_looks(clip, base, mentions[0], mentions[1])


def _two_looks(clip: Clip, base: Entity, first: Mention, second: Mention) -> Finding:
    """SB207, with a note at each look."""
    shot = next((shot for shot in clip.shots if any(one.at == second.at for one in shot.appearances)), clip.shots[0])
    message = f"{base.name} is in this clip in two looks: {first.entity.name} and {second.entity.name}."
    related = (
        Note(f"{first.entity.name} appears here.", first.at),
        Note(f"{second.entity.name} appears here.", second.at),
    )
    is_everywhere = any(one.at == first.at for one in clip.scene.appearances)
    start = Span(shot.header.anchor, shot.header.start, shot.header.start)
    can_part = shot is not clip.shots[0] and not is_everywhere and not clip.scene.settings.one_clip
    fix = Fix(False, (Edit(start, "===\n\n"),)) if can_part else None
    advice = None if fix else "A shot shows one of the two."
    return Finding("SB207", shot.header, message, advice, related, fix)
