"""The pictures of a page: each once, small enough, as WebP.

A picture that cannot be shown is no reason to stop. It leaves a `Gap`, which the page draws and names.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageOps

from storyboard.album import Album
from storyboard.ir.resolved import Picture

_PAGE_BYTES = 6_500_000  # of pictures; base64 adds a third, and a page should stay below 10 MB
_SIDES = (960, 640, 420, 280, 180)  # the longer side, in pixels, from a panel that fills a desktop down
_BUSY = {960: 60, 640: 160}  # more pictures than this are not worth trying at that side
_QUALITY = 74


class Frame(NamedTuple):
    """The picture of a finished clip at `second`."""

    path: Path
    second: int


class Print(NamedTuple):
    """A picture as the page holds it. `width` and `height` are pixels; `has_holes`: one sees through parts of it."""

    id: str
    width: int
    height: int
    has_holes: bool
    webp: bytes

    @property
    def data_url(self) -> str:
        return "data:image/webp;base64," + base64.b64encode(self.webp).decode("ascii")


class Gap(NamedTuple):
    """A picture that cannot be shown. `reason` is `url`, `missing` or `unreadable`; `name` is what it is called."""

    reason: str
    name: str

    def __str__(self) -> str:
        said = {"url": "is on the web", "missing": "not found"}.get(self.reason, "cannot be read as a picture")
        return f"{self.name}: {said}; a stand-in is drawn for it"


Subject = Picture | Frame
FrameReader = Callable[[Path, int], Image.Image]


class Gallery:
    """All pictures of a page. The same file is one `Print`, however often the page shows it."""

    def __init__(self, subjects: Iterable[Subject], album: Album, read_frame: FrameReader) -> None:
        self._album = album
        self._keys: dict[Subject, Path | Frame | Gap] = {}
        self._prints: dict[Path | Frame, Print | Gap] = {}
        for subject in subjects:
            self._keys[subject] = self._key(subject)
        self._develop(read_frame)

    @property
    def prints(self) -> tuple[Print, ...]:
        """Every picture that can be shown."""
        return tuple(found for found in self._prints.values() if isinstance(found, Print))

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every file that cannot be shown, once."""
        lost = [found for found in (*self._keys.values(), *self._prints.values()) if isinstance(found, Gap)]
        return tuple(dict.fromkeys(gap for gap in lost if gap.reason != "url"))

    def show(self, subject: Subject) -> Print | Gap:
        """What the page shows of `subject`."""
        key = self._keys[subject]
        return key if isinstance(key, Gap) else self._prints[key]

    def _key(self, subject: Subject) -> Path | Frame | Gap:
        if isinstance(subject, Frame):
            return subject
        if subject.is_url:
            return Gap("url", subject.path)
        problem = self._album.look(subject).problem if subject.path else "missing"
        if problem:
            return Gap("missing" if problem == "missing" else "unreadable", subject.path or "picture")
        return self._album.file(subject) or Gap("missing", subject.path)

    def _develop(self, read_frame: FrameReader) -> None:
        names = {key: _name(subject) for subject, key in self._keys.items() if not isinstance(key, Gap)}
        sides = [side for side in _SIDES if len(names) <= _BUSY.get(side, len(names))]
        for side in sides:
            self._prints = {
                key: _print(f"p{index}", key, name, side, read_frame)
                for index, (key, name) in enumerate(names.items(), 1)
            }
            if sum(len(found.webp) for found in self.prints) <= _PAGE_BYTES:
                return


def _name(subject: Subject) -> str:
    return subject.path.name if isinstance(subject, Frame) else subject.path


def _print(ident: str, key: Path | Frame, name: str, side: int, read_frame: FrameReader) -> Print | Gap:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = read_frame(*key) if isinstance(key, Frame) else _read(key, side)
    except (OSError, ValueError, SyntaxError, ArithmeticError, Image.DecompressionBombError):
        return Gap("unreadable", name)
    image.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=_QUALITY, method=4)
    return Print(ident, *image.size, _has_holes(image), stream.getvalue())


def _read(path: Path, side: int) -> Image.Image:
    with Image.open(path) as opened:
        opened.draft("RGB", (side * 2, side * 2))
        return as_eight_bit(ImageOps.exif_transpose(opened))


def as_eight_bit(image: Image.Image) -> Image.Image:
    """An image of any mode as RGB, or RGBA where one sees through parts of it."""
    if image.mode.startswith("I;16"):
        image = image.convert("I")
    if image.mode == "I":
        return image.point(lambda value: value * (1 / 257)).convert("L").convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _has_holes(image: Image.Image) -> bool:
    if image.mode != "RGBA":
        return False
    darkest = image.getchannel("A").getextrema()[0]
    return isinstance(darkest, int | float) and darkest < 250
