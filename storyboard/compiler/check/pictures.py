"""SB401 to SB403, SB405 and SB408: the picture files themselves.

The kind of a file is read from its bytes (`storyboard.compiler.images`), never from its name. Web addresses are not
downloaded and not judged. Sizes are judged by the row of every model that receives the picture: at least 300 pixels on
the shorter side for most, and a width between 0.4 and 2.5 times the height (API reference, 2026-08-21). SB405 is
reported only after the pictures of a clip have been made as small as allowed.
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
    """A picture that is missing, unreadable, too small or useless; a clip whose pictures are too large together."""
    models = view.models
    frames = [frame for plan in view.plans for frame in plan.frames]
    view.images.look_at([*(picture for entity in view.cast for picture in entity.pictures), *frames])
    for entity in view.cast:
        for picture in entity.pictures:
            yield from _picture(view, picture, models.get(entity) or [view.default], entity)
        yield from _repeated(view, entity)
    for frame in frames:
        yield from _picture(view, frame, [view.default])
    for clip, files in view.sent_files:
        yield from _size(view, clip, files)


def _picture(view: FilmView, picture: Picture, models: list[Model], entity: Entity | None = None) -> Iterator[Finding]:
    """The problems of one picture, for each model that receives it.

    SB401 (missing), SB402 (not a picture), SB403 (too small or narrow), SB408 (shows nothing). None for a web address,
    which is not downloaded.
    """
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
            yield Finding("SB403", picture.at, message, f"The model may refuse it; {advice}.")
            return
    limits = read_table("image_files.toml")["judged"]
    if facts.brightest < limits["black_below"]:
        yield Finding("SB408", picture.at, f"{picture.path} is nearly black.", "Use a brighter picture.")
    elif facts.spread < limits["one_colour_range"]:
        message = f"{picture.path} has only one colour."
        yield Finding("SB408", picture.at, message, "Use a picture that shows something.")


def _missing(view: FilmView, picture: Picture, entity: Entity | None) -> Finding:
    """SB401, with the most useful remedy: a similar file, a divided list of angles, or `sbc make`."""
    message = f"There is no picture {picture.path}."
    parts = [part.strip() for part in picture.path.split(",")]
    if entity and len(parts) > 1 and "angles" not in entity.places and not entity.is_location:
        fix = Fix(False, (Edit(picture.at, f"{parts[0]}\nangles: {', '.join(parts[1:])}"),))
        return Finding("SB401", picture.at, f"{message} A front is one picture; the others are angles.", fix=fix)
    near = view.images.near(picture)
    if not near and (entity is None or entity.look):
        return Finding("SB401", picture.at, message, "`sbc make` draws it from the words of the script.")
    if len(near) == 1:
        return Finding("SB401", picture.at, message, fix=Fix(False, (Edit(picture.at, near[0]),)))
    advice = f"Did you mean {listed_or(near)}?" if near else "A path starts from the folder of the file that names it."
    return Finding("SB401", picture.at, message, advice)


def _repeated(view: FilmView, entity: Entity) -> Iterator[Finding]:
    """Angles with the content of the front or of another angle, which show the model nothing new."""
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
    """The fix that removes an angle from its list, with the comma before it."""
    before = entity.pictures[entity.pictures.index(angle) - 1]
    is_listed = before is not entity.pictures[0] and before.at.anchor is angle.at.anchor
    return Fix(False, (Edit(Span(angle.at.anchor, before.at.end, angle.at.end), ""),)) if is_listed else None


def _too_small(width: int, height: int, model: Model) -> tuple[str, str] | None:
    """What is wrong with a size in pixels for a model, and what to use instead; None if it is accepted."""
    if min(width, height) < model.short_side:
        return f"{model.name} wants {model.short_side} on the shorter side", "use a larger picture"
    narrow, wide = model.ratio
    wants = f"{model.name} wants a width between {narrow:g} and {wide:g} times the height"
    if width / height < narrow:
        return wants, "use a wider picture"
    return (wants, "use a taller picture") if width / height > wide else None


def _size(view: FilmView, clip: Clip, files: Sequence[Picture]) -> Iterator[Finding]:
    """SB405 for a clip whose pictures do not fit into a request, however small they are made."""
    most = read_table("image_files.toml")["sent"]["request_bytes"]
    size = view.images.request_images(files, clip.model.sides).size
    if size > most:
        message = (
            f"The pictures of this clip need {size / 1e6:.0f} MB of a request even after they are made smaller; "
            f"there is room for {most / 1e6:.0f} MB."
        )
        yield Finding("SB405", clip.shots[0].header, message, "Use fewer pictures, or smaller ones.")
