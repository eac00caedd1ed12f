"""SB306 and SB309: angles and videos of an element that its model does not accept.

SB306 for more angles than the model's row allows, at the first one too many. SB309, a warning, for a `video` if the
model has no such field: the element is sent without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Severity
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.text import Span

CODES = (Code("SB306", "Too many angles"),)
#: So many pictures of a place beside its image.
_MOST_VIEWS = 3


def check(view: FilmView) -> Iterator[Finding]:
    """Too many angles of an element; a video of a subject for a model that does not accept one (a warning)."""
    models = view.models
    for entity in view.cast:
        if entity.is_location:
            yield from _views(entity)
            continue
        sent_to = models.get(entity) or [view.default]
        angles = entity.pictures[1:]
        for model in sent_to:
            if 0 < model.angles < len(angles) and "angles" in entity.places:
                message = f"{entity.name} has {len(angles)} angles; {model.name} takes {model.angles}."
                kept, extra = angles[model.angles - 1].at, angles[-1].at
                rest = Span(kept.anchor, kept.end, extra.end)
                fix = Fix(False, (Edit(rest, ""),)) if kept.anchor is extra.anchor else None
                yield Finding("SB306", angles[model.angles].at, message, fix=fix)
                break
        without = next((model for model in models.get(entity, ()) if not model.video), None)
        if entity.video and without and "video" in entity.places:
            message = f"{without.name} takes no video of a subject, so this one is left out."
            advice = "The pictures are still sent."
            yield Finding("SB309", entity.places["video"], message, advice, severity=Severity.WARNING)


def _views(place: Entity) -> Iterator[Finding]:
    """More views of a place than allowed."""
    views = place.pictures[1:]
    if len(views) > _MOST_VIEWS and "views" in place.places:
        kept, extra = views[_MOST_VIEWS - 1].at, views[-1].at
        fix = Fix(False, (Edit(Span(kept.anchor, kept.end, extra.end), ""),)) if kept.anchor is extra.anchor else None
        message = f"{place.name} has {len(views)} views; a place has at most {_MOST_VIEWS}."
        yield Finding("SB306", views[_MOST_VIEWS].at, message, fix=fix)
