"""Pictures of the sandbox, drawn from the request alone, so that one sees what was sent.

A person is a figure in the colours of the words, a thing a solid with its name (`figures`), a place a stage with its
time of day (`places`). The same request gives the same bytes.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Sequence
from hashlib import sha256

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.compositing import compose_still
from storyboard.drawing.images import read_picture
from storyboard.drawing.plain_ground import cut_from_plain_ground
from storyboard.drawing.still import Still, Subject, spread_subjects
from storyboard.sandbox.figures import draw_person, draw_thing
from storyboard.sandbox.picture_words import mentions_word_of
from storyboard.sandbox.places import change_place, draw_place

#: Pixels of a picture at 1K; of the longer side at 2K and 4K.
_AREA, _LONG = 1 << 20, {"2K": 2048, "4K": 4096}
_GRAIN = 2  # values by which a point differs from what was drawn: a camera's picture is never smooth
_BLOCK = 16
_SOFT = 8  # a mask with soft edges is drawn at an eighth of the size
_PLACE = re.compile(r"Picture ([0-9]+) is the place")


def draw_from_words(
    prompt: str, aspect: str, resolution: str | None, kind: str, size: tuple[int, int] | None, seed: int | None
) -> bytes:
    """The picture of a prompt: a place where the words say so, a thing, else a person."""
    width, height = size or _size(aspect, resolution)
    said = prompt.lower()
    if mentions_word_of(said, "place"):
        picture = draw_place(prompt, width, height, seed)
    elif mentions_word_of(said, "thing"):
        picture = draw_thing(prompt, width, height, seed)
    else:
        picture = draw_person(prompt, width, height, seed)
    return _encoded(picture, kind, prompt)


def draw_edit(prompt: str, pictures: Sequence[bytes], aspect: str | None, resolution: str | None, kind: str) -> bytes:
    """A picture made from others: the same place at another time or from elsewhere; the same person or thing from
    another side or in another look; several together in one frame."""
    said = prompt.lower()
    first = _read(pictures[0]) if pictures else None
    width, height = (
        _size(aspect, resolution) if aspect and ":" in aspect else (first.size if first else _size("1:1", None))
    )
    if said.startswith("one frame of a film") or len(pictures) > 1:
        return _encoded(_frame(prompt, pictures, width, height), kind, prompt)
    if mentions_word_of(said, "place") and first is not None:
        return _encoded(change_place(first, prompt, width, height), kind, prompt)
    if mentions_word_of(said, "thing"):
        return _encoded(draw_thing(prompt, width, height, None), kind, prompt)
    return _encoded(draw_person(prompt, width, height, None, first), kind, prompt)


def draw_cut_out(data: bytes) -> bytes | None:
    """Somebody or something without the room behind, as a PNG with transparency; where this machine finds no outline,
    what a soft oval holds. None where it is not a picture."""
    picture = _read(data)
    if picture is None:
        return None
    mask = cut_from_plain_ground(picture)
    if mask is None:
        mask = _vignette(picture.size)
    picture.putalpha(mask)
    body = io.BytesIO()
    picture.save(body, "PNG", compress_level=3)
    return body.getvalue()


def _vignette(size: tuple[int, int]) -> Image.Image:
    """A mask with soft edges: opaque in the middle and below, nothing left in the upper corners."""
    width, height = (max(8, side // _SOFT) for side in size)
    oval = Image.new("L", (width, height), 0)
    ImageDraw.Draw(oval).ellipse((width // 6, height // 12, width - width // 6, height + height // 6), fill=255)
    soft = oval.filter(ImageFilter.GaussianBlur(min(width, height) / 14))
    return soft.resize(size, Image.Resampling.BICUBIC)


def _size(aspect: str, resolution: str | None) -> tuple[int, int]:
    across, down = (int(part) for part in aspect.split(":"))
    ratio = across / down
    if long := _LONG.get(resolution or ""):
        width, height = (long, long / ratio) if ratio >= 1 else (long * ratio, long)
    else:
        width, height = (_AREA * ratio) ** 0.5, (_AREA / ratio) ** 0.5
    return round(width / _BLOCK) * _BLOCK, round(height / _BLOCK) * _BLOCK


def _frame(prompt: str, pictures: Sequence[bytes], width: int, height: int) -> Image.Image:
    """Several pictures in one frame: the place is the one that the prompt names, else the first that shows nobody
    before a plain ground."""
    named = _PLACE.search(prompt)
    number = int(named[1][:2]) - 1 if named else next((n for n, one in enumerate(pictures) if not _is_figure(one)), -1)
    places = [data for n, data in enumerate(pictures) if n == number]
    figures = [data for n, data in enumerate(pictures) if n != number]
    subjects = tuple(Subject(f"picture {number}", "character", data) for number, data in enumerate(figures, 1))
    backdrop = Subject("place", "location", places[0]) if places else None
    return compose_still(Still(backdrop, spread_subjects(subjects)), width, height).picture.convert("RGB")


def _is_figure(data: bytes) -> bool:
    """Whether a picture shows somebody or something before a plain ground."""
    picture = _read(data)
    return picture is not None and cut_from_plain_ground(picture) is not None


def _read(data: bytes) -> Image.Image | None:
    try:
        return read_picture(data).convert("RGB")
    except UnreadableImage:
        return None


def _encoded(picture: Image.Image, kind: str, prompt: str) -> bytes:
    """The bytes of a picture, with a little grain, as a camera's has: what is drawn is as large a file as what is
    photographed."""
    digest = sha256(prompt.encode("utf-8", "surrogatepass")).digest()
    grain = random.Random(digest).randbytes(picture.width * picture.height)  # noqa: S311 # grain
    noise = Image.frombytes("L", picture.size, grain).point(lambda value: value * (_GRAIN + 1) // 256)
    grained = ImageChops.add(picture.filter(ImageFilter.SMOOTH), Image.merge("RGB", (noise, noise, noise)))
    body = io.BytesIO()
    if kind == "png":
        grained.save(body, "PNG", compress_level=3)
    else:
        grained.save(body, kind.upper(), quality=96)
    return body.getvalue()
