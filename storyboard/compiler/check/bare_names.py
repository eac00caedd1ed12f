"""SB205: a declared name in the text without its @, which the model would read as an ordinary word.

A warning with a safe fix, because only one repair is likely and nothing is lost: the @ before every plain use of the
name in the shot. It is reported in every clip, whether the name is brought in elsewhere or not. A place is allowed in a
clip that has it, since prose often names places. Names count as whole words, as declared or in capitals, so `mist` is
never Mist. If the characters after a name could be read as part of it, the fix writes braces.

    Mira waits.             reported, even in a clip with Mira: the prompt would have a word where its tag belongs
    The harbor is empty.    silent in a clip that plays there
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Severity
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.ir.resolved import BareName, Entity
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

CODES = (Code("SB205", "A declared name written without @", Severity.WARNING),)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """The name of a character or prop without @, in every clip; that of a location, in a clip without the location.

    Once for each name and shot, and once for the text that sets the scene.
    """
    reported: set[Entity] = set()
    if not plan.clips:  # a length that cannot be read hides nothing here
        for shot in plan.scene.shots:
            yield from _bare(shot.bare, {mention.entity.base or mention.entity for mention in shot.appearances}, set())
    for clip in plan.clips:
        present = {entity.base or entity for entity in clip.present}
        yield from _bare(plan.scene.bare, present, reported)
        for shot in clip.shots:
            yield from _bare(shot.bare, present, set())


def _bare(names: Iterable[BareName], present: set[Entity], seen: set[Entity]) -> Iterator[Finding]:
    """SB205 once for every name in a clip, at its first place without an @, with a fix for all its places.

    `present` are the entities that are in the clip anyway: a place among them may be called by its name. `seen` are
    those already reported.
    """
    by_entity: dict[Entity, list[BareName]] = {}
    for one in names:
        by_entity.setdefault(one.entity, []).append(one)
    for entity, places in by_entity.items():
        if entity in seen or (entity.is_location and entity in present):
            continue
        seen.add(entity)
        unseen = f"so the clip does not show the {entity.kind.value}"
        if entity in present:
            message = f"{quote(entity.name)} is written without an @, so the model does not know who that is."
        else:
            message = f"{quote(entity.name)} is written without an @, {unseen}."
        edits = tuple(edit for one in places for edit in _marked(one))
        yield Finding("SB205", places[0].at, message, fix=Fix(True, edits))


def _marked(one: BareName) -> tuple[Edit, ...]:
    """The edits that make a name a mention, in braces if the next characters could be read as part of it."""
    start, end = Span(one.at.anchor, one.at.start, one.at.start), Span(one.at.anchor, one.at.end, one.at.end)
    return (Edit(start, "@{"), Edit(end, "}")) if one.needs_braces else (Edit(start, "@"),)
