"""SB401 to SB403 and SB405: the pictures themselves."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.catalog import Model
from storyboard.compiler.check.view import FilmView
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.spelling import offer

CODES = ("SB401", "SB402", "SB403", "SB405")

#: The largest request body that the service takes, in bytes (API reference: 35 MB).
LARGEST_REQUEST = 35 * 1000 * 1000


def check(view: FilmView) -> Iterator[Finding]:
    """A picture that is missing, cannot be read or is too small; a clip whose pictures are too large together."""
    models = view.models_of()
    shots = [shot for plan in view.plans for shot in plan.scene.shots]
    frames = [frame for shot in shots for frame in (shot.start, shot.end) if frame is not None]
    view.album.look_at([*(picture for entity in view.cast for picture in entity.pictures), *frames])
    for entity in view.cast:
        for picture in entity.pictures:
            yield from _picture(view, picture, models.get(entity) or [view.default])
    for frame in frames:
        yield from _picture(view, frame, [view.default])
    for plan in view.plans:
        for clip in plan.clips:
            yield from _size(view, clip)


def _picture(view: FilmView, picture: Picture, models: list[Model]) -> Iterator[Finding]:
    if picture.is_url or not picture.path:
        return
    facts = view.album.look(picture)
    if facts.problem == "missing":
        near = view.album.near(picture)
        advice = (
            f"Did you mean {offer(near)}?" if near else "The path is read from the folder of the file that names it."
        )
        yield Finding("SB401", picture.at, f"There is no picture {picture.path}.", advice)
    elif facts.problem:
        advice = "Use a PNG, JPEG or WebP picture that opens in an image viewer."
        yield Finding("SB402", picture.at, f"{picture.path} {facts.problem}.", advice)
    else:
        for model in models:
            said = _too_small(facts.width, facts.height, model)
            if said:
                advice = "The model may turn it down; use a larger or wider picture."
                yield Finding(
                    "SB403", picture.at, f"{picture.path} is {facts.width} × {facts.height} pixels; {said}.", advice
                )
                return


def _too_small(width: int, height: int, model: Model) -> str | None:
    if min(width, height) < model.short_side:
        return f"{model.name} wants {model.short_side} on the shorter side"
    narrow, wide = model.ratio
    if not narrow <= width / height <= wide:
        return f"{model.name} wants a width between {narrow:g} and {wide:g} times the height"
    return None


def _size(view: FilmView, clip: Clip) -> Iterator[Finding]:
    pictures = [picture for reference in clip.references for picture in _sent(clip, reference.entity.pictures)]
    pictures += [frame for frame in (clip.start, clip.end) if frame is not None]
    size = view.album.request_size(pictures, LARGEST_REQUEST)
    if size > LARGEST_REQUEST:
        message = f"The pictures of this clip make a request of {size / 1e6:.0f} MB; the service takes 35 MB."
        yield Finding(
            "SB405", clip.shots[0].header, message, "Use smaller pictures; 2,000 pixels on the longer side are plenty."
        )


def _sent(clip: Clip, pictures: tuple[Picture, ...]) -> tuple[Picture, ...]:
    return pictures[: 1 + clip.model.angles]
