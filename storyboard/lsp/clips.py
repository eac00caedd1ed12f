"""The clips that use a name, and that an edit of its look would make again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Entity, Shot
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.text import Span
from storyboard.lsp.locate import spot_at
from storyboard.lsp.occurrences import occurrence_at
from storyboard.report.totals import price_of_clips


class ClipUses(NamedTuple):
    """A name, the clips that use it, each with the header of its first shot there, and their price together in US
    dollars."""

    name: str
    uses: tuple[tuple[Clip, Span], ...]
    price: str


def clips_of_name(analysis: Analysis, path: str, at: int) -> ClipUses | None:
    """The clips that use the name at a position in a file; None if there is no name."""
    spot = spot_at(analysis, path, at)
    found = occurrence_at(analysis, spot.block, at) if spot else None
    if found is None:
        return None
    wanted = found.entity
    uses = tuple((clip, _first_shot(clip, wanted).header) for clip in analysis.clips if _is_in(wanted, clip.present))
    return ClipUses(wanted.name, uses, price_of_clips([clip for clip, _ in uses]))


def _first_shot(clip: Clip, wanted: Entity) -> Shot:
    """The first shot of a clip that mentions somebody; the first of all for the place in its heading."""
    mentioning = (shot for shot in clip.shots if _is_in(wanted, (one.entity for one in shot.appearances)))
    return next(mentioning, clip.shots[0])


def _is_in(wanted: Entity, entities: Iterable[Entity]) -> bool:
    """Whether somebody, or a variant of them, is among the entities."""
    return any(wanted in (one, one.base) for one in entities)
