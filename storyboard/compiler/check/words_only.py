"""SB208: a declaration that the model knows by words only.

Information, once for each declaration, except variants. Such a name is not an image and looks different in every clip.
Somebody who is only heard needs no picture and is not reported.

A picture whose line cannot be read, or whose file is missing, counts as a picture: the problem is reported there.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Severity
from storyboard.compiler.ir.keys import main_picture_key
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import picture_path
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

CODES = (Code("SB208", "Described in words only", Severity.INFORMATION),)


def check(view: FilmView) -> Iterator[Finding]:
    """Names without a picture, except variants; once each, and not somebody who is only heard."""
    taken = {picture.path for entity in view.cast for picture in entity.pictures}
    for entity in view.cast:
        key = main_picture_key(entity.kind)
        if entity.base or entity.pictures or key in entity.places or (entity in view.heard and entity not in view.seen):
            continue
        what = "its name and look" if entity.look else "its name"
        message = f"{quote(entity.name)} has no picture: {what} alone will tell the model who or what it is."
        advice = f"With {key}: it looks the same in every clip."
        yield Finding("SB208", entity.declared, message, advice, fix=_named(entity, key, taken))


def _named(entity: Entity, key: str, taken: set[str]) -> Fix | None:
    """The fix that names a picture below a look, for `sbc make` to draw; None without a look that says what to draw."""
    look = entity.places.get("look")
    if look is None or not entity.look:
        return None
    path = picture_path(entity.name, taken)
    taken.add(path)
    return Fix(False, (Edit(Span(look.anchor, look.end, look.end), f"\n{key}: {path}"),))
