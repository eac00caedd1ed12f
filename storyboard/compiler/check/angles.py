"""SB512: an element that the model sees from one side only.

Information, once for each declaration. Kling's elements take one front image and up to three more of the same subject
(Reference to Video guide, `elements[].reference_image_urls`); the guide's tips ask for the front, the side and 45°. The
model invents what no picture shows, differently in every clip. Silent if no model of the film takes angles, and for
unused names.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.diagnostics import Code, Finding, Severity

CODES = (Code("SB512", "An element without angles", Severity.INFORMATION),)


def check(view: FilmView) -> Iterator[Finding]:
    """An element in use whose only picture is its front, if a model takes angles; once for each declaration."""
    models = view.models
    for entity in view.cast:
        own_front = "front" in entity.places and (entity.base is None or entity.pictures != entity.base.pictures)
        if entity.is_location or len(entity.pictures) != 1 or not own_front:
            continue
        if any(model.angles and not model.is_flat for model in models.get(entity, ())):
            message = f"{entity.name} has one picture, so the model invents the other sides."
            advice = "Pictures from the side and at 45° keep the look steady: angles: refs/side.png, refs/45.png"
            yield Finding("SB512", entity.declared, message, advice)
