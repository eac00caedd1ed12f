"""SB401 to SB403, SB405 and SB408: the images themselves.

What a file is, is told by its bytes (`storyboard.compiler.images`), never by its name. Addresses on the web are not
fetched, so nothing is said of them. Sizes are judged by the row of every model that the image is sent to: at least
300 pixels on the shorter side for most, and a width between 0.4 and 2.5 times the height (API reference, 2026-08-21).
SB405 comes only after the images of a clip were made as small as they may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storyboard.catalog import Model, read_table
from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Note, Severity
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Entity, Picture
from storyboard.compiler.spelling import listed_or
from storyboard.compiler.text import Span

CODES = (
    Code("SB401", "Image file not found"),
    Code("SB402", "Not an image that can be read"),
    Code("SB403", "Image smaller or narrower than the model wants", Severity.WARNING),
    Code("SB405", "Request too large"),
    Code("SB408", "A picture that cannot serve", Severity.WARNING),
)


def check(view: FilmView) -> Iterator[Finding]:
    """An image that is missing, cannot be read, is too small or cannot serve; a clip whose images are too large
    together."""
    models = view.models
    frames = [frame for plan in view.plans for frame in plan.frames]
    view.images.look_at([*(picture for entity in view.cast for picture in entity.pictures), *frames])
    for entity in view.cast:
        for picture in entity.pictures:
            yield from _picture(view, picture, models.get(entity) or [view.default], entity)
        yield from _repeated(view, entity)
    for frame in frames:
        yield from _picture(view, frame, [view.default])
    for plan in view.plans:
        for clip, files in plan.sent_files:
            yield from _size(view, clip, files)


def _picture(view: FilmView, picture: Picture, models: list[Model], entity: Entity | None = None) -> Iterator[Finding]:
    """What is wrong with one image, for each of the models that it is sent to: SB401 (missing), SB402 (not an image),
    SB403 (too small or narrow), SB408. Nothing for an address on the web, which is not fetched."""
    if picture.is_url or not picture.path:
        return
    facts = view.images.look(picture)
    if facts.problem == "missing":
        yield _missing(view, picture, entity)
        return
    if facts.problem:
        advice = facts.advice or "Use a picture that opens in an image viewer: PNG, JPEG, WebP, HEIC, AVIF, TIFF, BMP."
        yield Finding("SB402", picture.at, f"{picture.path} {facts.problem}.", advice)
        return
    for model in models:
        said = _too_small(facts.width, facts.height, model)
        if said:
            problem, advice = said
            message = f"{picture.path} is {facts.width} × {facts.height} pixels; {problem}."
            yield Finding("SB403", picture.at, message, f"The model may turn it down; {advice}.")
            return
    limits = read_table("image_files.toml")["judged"]
    if facts.brightest < limits["black_below"]:
        yield Finding("SB408", picture.at, f"{picture.path} is nearly black.", "Use a picture that is lit.")
    elif facts.spread < limits["one_colour_range"]:
        yield Finding("SB408", picture.at, f"{picture.path} is of one colour.", "Use a picture that shows something.")


def _missing(view: FilmView, picture: Picture, entity: Entity | None) -> Finding:
    message = f"There is no picture {picture.path}."
    parts = [part.strip() for part in picture.path.split(",")]
    if entity and len(parts) > 1 and "angles" not in entity.places and not entity.is_location:
        fix = Fix(False, (Edit(picture.at, f"{parts[0]}\nangles: {', '.join(parts[1:])}"),))
        return Finding("SB401", picture.at, f"{message} A front is one picture; more are angles.", fix=fix)
    near = view.images.near(picture)
    if not near and (entity is None or entity.look):
        return Finding("SB401", picture.at, message, "`sbc make` draws it from the words of the script.")
    if len(near) == 1:
        return Finding("SB401", picture.at, message, fix=Fix(False, (Edit(picture.at, near[0]),)))
    advice = f"There are {listed_or(near)}." if near else "The path is read from the folder of the file that names it."
    return Finding("SB401", picture.at, message, advice)


def _repeated(view: FilmView, entity: Entity) -> Iterator[Finding]:
    """Angles that are the front again, or another angle again: they show the model nothing new."""
    first: dict[str, Picture] = {}
    for picture in entity.pictures:
        if picture.is_url or not picture.path or view.images.look(picture).problem:
            continue
        known = first.setdefault(view.images.digest(picture), picture)
        if known is not picture:
            yield Finding(
                "SB408",
                picture.at,
                f"{picture.path} is the same picture as {known.path}.",
                "A picture from another side shows more.",
                (Note("The same picture is here.", known.at),),
                _left_out(entity, picture),
            )


def _left_out(entity: Entity, angle: Picture) -> Fix | None:
    """The edit that takes an angle out of its list, with the comma before it."""
    before = entity.pictures[entity.pictures.index(angle) - 1]
    is_listed = before is not entity.pictures[0] and before.at.anchor is angle.at.anchor
    return Fix(False, (Edit(Span(angle.at.anchor, before.at.end, angle.at.end), ""),)) if is_listed else None


def _too_small(width: int, height: int, model: Model) -> tuple[str, str] | None:
    """What a model misses in a picture of this size, and what to use instead; None where it takes it."""
    if min(width, height) < model.short_side:
        return f"{model.name} wants {model.short_side} on the shorter side", "use a larger picture"
    narrow, wide = model.ratio
    wants = f"{model.name} wants a width between {narrow:g} and {wide:g} times the height"
    if width / height < narrow:
        return wants, "use a wider picture"
    return (wants, "use a taller picture") if width / height > wide else None


def _size(view: FilmView, clip: Clip, files: Sequence[Picture]) -> Iterator[Finding]:
    most = read_table("image_files.toml")["sent"]["request_bytes"]
    size = view.images.request_images(files, clip.model.sides).size
    if size > most:
        message = (
            f"The pictures of this clip take {size / 1e6:.0f} MB of a request even when they are made smaller; "
            f"there is room for {most / 1e6:.0f} MB."
        )
        yield Finding("SB405", clip.shots[0].header, message, "Use fewer pictures, or smaller ones.")
