"""The pictures of a page: each once, small enough, as WebP.

The code of the animatic draws them: a panel is the still of its shot. A picture that cannot be shown does not stop
anything; a placeholder is drawn for it.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from av import FFmpegError
from PIL import Image

from storyboard.board.image_sources import ClipFrame, ImageSource, PanelView, PictureFile, Portrait
from storyboard.board.posters import read_frame
from storyboard.compiler.images import user_store
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.compositing import compose_still
from storyboard.drawing.images import read_picture
from storyboard.drawing.placeholders import draw_stand_in, draw_stand_in_place
from storyboard.drawing.stage import MissingPicture
from storyboard.drawing.still import Subject
from storyboard.drawing.version import drawing_version
from storyboard.files.stamps import stamp_of

_PAGE_BYTES = 6_500_000  # of pictures; base64 adds a third, and a page should stay below 10 MB
_LARGEST, _SMALLEST = 960, 160  # the longer side, in pixels: a panel that fills a desktop, one that is still to be seen
_PIXELS = 48_000_000  # of all pictures: more would not fit, and take long to draw
_PORTRAIT = 320  # the longer side of a picture in the cast
_QUALITY = 76
_DIGEST = 24  # hexadecimal digits of a picture's name
_WORKERS = 2
_KEPT = 2048  # pictures in memory, for who draws the page again after an edit
_PAGE_IMAGE = "page image"  # what a picture of the page is called in the store


class PageImage(NamedTuple):
    """A picture as the page holds it; `width` and `height` are pixels."""

    id: str
    width: int
    height: int
    webp: bytes

    @property
    def url(self) -> str:
        """The picture as a data URL."""
        return "data:image/webp;base64," + base64.b64encode(self.webp).decode("ascii")


class EncodedImages(NamedTuple):
    """The image of every source, each drawn once, and the pictures that cannot be read."""

    by_source: dict[ImageSource, PageImage]
    gaps: tuple[MissingPicture, ...]


class _Drawn(NamedTuple):
    width: int
    height: int
    webp: bytes
    lost: tuple[MissingPicture, ...]


def encode_images(sources: Iterable[ImageSource]) -> EncodedImages:
    """Draw every source once, as large as a page has room for them all."""
    wanted = list(dict.fromkeys(sources))
    large = sum(not isinstance(one, Portrait) for one in wanted)
    side = min(_LARGEST, max(_SMALLEST, round((_PIXELS / max(1, large)) ** 0.5)))
    while True:
        drawn = _draw_all(wanted, side)
        size = sum(len(one.webp) for one in drawn)
        if size <= _PAGE_BYTES or side <= _SMALLEST:
            break
        side = max(_SMALLEST, round(side * min(0.9, (_PAGE_BYTES / size) ** 0.5 * 0.95)))
    images = {
        source: PageImage(f"p{number}", one.width, one.height, one.webp)
        for number, (source, one) in enumerate(zip(wanted, drawn, strict=True), 1)
    }
    return EncodedImages(images, tuple(dict.fromkeys(gap for one in drawn for gap in one.lost)))


def image_digest(source: ImageSource) -> str:
    """A name for the image of a source at its largest; it changes with the source and with each of its files."""
    return _key(source, _stamps(source), _LARGEST)[:_DIGEST]


def draw_image(source: ImageSource) -> bytes:
    """The image of a source at its largest, as WebP."""
    return _draw(source, _stamps(source), _LARGEST).webp


def _draw_all(sources: list[ImageSource], side: int) -> list[_Drawn]:
    with ThreadPoolExecutor(_WORKERS) as pool:
        return list(pool.map(lambda one: _draw(one, _stamps(one), side), sources))


def _stamps(source: ImageSource) -> tuple[object, ...]:
    """When the files of a source were changed last, so that a picture drawn before counts as long as they stay."""
    if isinstance(source, ClipFrame | PictureFile):
        paths: list[object] = [source.path]
    elif isinstance(source, Portrait):
        paths = [source.subject.picture]
    else:
        subjects = (source.still.backdrop, source.still.end, *(one.subject for one in source.still.figures))
        paths = [one.picture for one in subjects if one]
    return tuple(stamp_of(path) for path in paths if isinstance(path, Path))


@lru_cache(_KEPT)
def _draw(source: ImageSource, stamps: tuple[object, ...], side: int) -> _Drawn:
    """A picture of the page. It is kept from run to run: a take or a photo takes long to decode."""
    store, key = user_store(), _key(source, stamps, side)
    kept = store.encoded(key, _PAGE_IMAGE)
    if kept is not None and (known := _from_webp(kept)) is not None:
        return known
    drawn = _draw_anew(source, side)
    if not drawn.lost:
        store.keep_encoded(key, _PAGE_IMAGE, drawn.webp)
    return drawn


def _key(source: ImageSource, stamps: tuple[object, ...], side: int) -> str:
    return sha256(repr((drawing_version(), source, stamps, side, _QUALITY)).encode("utf-8", "replace")).hexdigest()


def _from_webp(data: bytes) -> _Drawn | None:
    try:
        with Image.open(io.BytesIO(data), formats=("WEBP",)) as image:
            return _Drawn(*image.size, data, ())
    except (OSError, ValueError):
        return None


def _draw_anew(source: ImageSource, side: int) -> _Drawn:
    picture, lost = _picture(source, side)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    stream = io.BytesIO()
    picture.save(stream, "WEBP", quality=_QUALITY, method=2)
    return _Drawn(*picture.size, stream.getvalue(), lost)


def _picture(source: ImageSource, side: int) -> tuple[Image.Image, tuple[MissingPicture, ...]]:
    if isinstance(source, PanelView):
        share = side / max(source.width, source.height)
        composed = compose_still(
            source.still, max(1, round(source.width * share)), max(1, round(source.height * share))
        )
        return composed.picture, tuple(MissingPicture("unreadable", name) for name in composed.lost)
    if isinstance(source, Portrait):
        return _portrait(source.subject)
    if isinstance(source, PictureFile):
        return _whole(source.path, side)
    try:
        return read_frame(source.path, source.second), ()
    except (OSError, ValueError, ArithmeticError, FFmpegError):
        gap = MissingPicture("unreadable", source.path.name, "cannot be read as a clip")
        return draw_stand_in_place(source.path.name, "take unreadable", side, round(side * 9 / 16)), (gap,)


def _whole(path: Path, side: int) -> tuple[Image.Image, tuple[MissingPicture, ...]]:
    try:
        return read_picture(path).copy(), ()
    except UnreadableImage:
        gap = MissingPicture("unreadable", path.name)
        return draw_stand_in_place(path.name, "picture unreadable", side, round(side * 9 / 16)), (gap,)


def _portrait(subject: Subject) -> tuple[Image.Image, tuple[MissingPicture, ...]]:
    lost: tuple[MissingPicture, ...] = ()
    if subject.picture is not None:
        try:
            picture = read_picture(subject.picture).copy()
        except UnreadableImage:
            lost = (MissingPicture("unreadable", subject.name),)
        else:
            picture.thumbnail((_PORTRAIT, _PORTRAIT), Image.Resampling.LANCZOS, reducing_gap=2.0)
            return picture, ()
    if subject.kind == "location":
        return draw_stand_in_place("", None, _PORTRAIT, _PORTRAIT * 9 // 16, subject.name), lost
    return draw_stand_in(subject._replace(name="", note=None), _PORTRAIT, _PORTRAIT, subject.name), lost
