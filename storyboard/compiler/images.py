"""The pictures of a film: each read, checked and encoded once, however many clips it is in."""

from __future__ import annotations

import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.large_images import FORMATS, in_child, is_large, limit_child
from storyboard.compiler.loader import Loader, Unreadable
from storyboard.compiler.spelling import WordList
from storyboard.files.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from PIL import Image

#: The largest picture file that is read, in bytes; a request of all pictures may have 35 MB.
LARGEST_PICTURE = 64 * 1024 * 1024

_Result = TypeVar("_Result")
_MIME = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_JPEG_QUALITY = 92
#: Pictures in memory at once; one of 20 megapixels takes 60 MB.
_AT_ONCE = 4
#: No encoder used here writes more bytes for a pixel than these, base64 included.
_MOST_BYTES_A_PIXEL = 6


class ImageFacts(NamedTuple):
    """What is known of a picture file. `problem` is None, `missing`, or what is wrong, as in `is empty`."""

    problem: str | None
    width: int = 0
    height: int = 0
    format: str = ""


class ImageCache:
    """The pictures of one project."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._facts: dict[str, ImageFacts] = {}
        self._digests: dict[str, str] = {}
        self._data_urls: dict[str, str] = {}
        self._stamps: dict[str, Stamp] = {}
        self._folders: dict[str, tuple[Stamp | None, WordList]] = {}

    def refresh(self) -> None:
        """Forget the pictures whose files have changed since they were read."""
        for path in list(self._facts):
            if self._stamps.get(path) != stamp_of(self._loader.locate(path)):
                for known in (self._facts, self._digests, self._data_urls, self._stamps):
                    known.pop(path, None)

    def file(self, picture: Picture) -> Path | None:
        """Where a picture lies on disk; None for an address on the web and for one that cannot be used."""
        if picture.is_url or not picture.path or self.look(picture).problem:
            return None
        return self._loader.locate(picture.path)

    def look(self, picture: Picture) -> ImageFacts:
        """Read and decode a picture file. Never raises: what is wrong is said in the facts."""
        if picture.path not in self._facts:
            self._learn([picture.path])
        return self._facts[picture.path]

    def look_at(self, pictures: Iterable[Picture]) -> None:
        """Look at many pictures side by side, so that each is known when it is asked for."""
        paths = dict.fromkeys(one.path for one in pictures if one.path and not one.is_url)
        self._learn([path for path in paths if path not in self._facts])

    def _learn(self, paths: Sequence[str]) -> None:
        for path in paths:
            if (stamp := stamp_of(self._loader.locate(path))) is not None:
                self._stamps[path] = stamp
        self._facts.update(self._side_by_side(self._look, paths))

    def near(self, picture: Picture) -> tuple[str, ...]:
        """Pictures in the same folder that a misspelt path may mean."""
        folder, name = os.path.split(picture.path)
        stamp = stamp_of(self._loader.locate(folder))
        known = self._folders.get(folder)
        if known is None or known[0] != stamp:
            try:
                names = sorted(os.listdir(self._loader.locate(folder)))
            except OSError:
                names = []
            known = self._folders[folder] = stamp, WordList(names)
        return tuple(os.path.join(folder, one) for one in known[1].nearest(name))

    def digest(self, picture: Picture) -> str:
        """`sha256:…` of the file's own bytes; the address itself for a picture on the web."""
        if picture.is_url:
            return picture.path
        if picture.path not in self._digests:
            from hashlib import sha256

            data = self._loader.read_picture(picture.path, LARGEST_PICTURE)
            self._digests[picture.path] = f"sha256:{sha256(data).hexdigest()}"
        return self._digests[picture.path]

    def data_url(self, picture: Picture) -> str:
        """The picture as the service takes it: upright, without metadata, as a data URL; the address itself for one
        on the web."""
        if picture.is_url:
            return picture.path
        if picture.path not in self._data_urls:
            self._data_urls[picture.path] = self._encode(picture.path)
        return self._data_urls[picture.path]

    def link(self, picture: Picture) -> str:
        """`file:` and the path relative to the project root; the address itself for a picture on the web."""
        return picture.path if picture.is_url else f"file:{picture.path}"

    def request_size(self, pictures: Iterable[Picture], most: int) -> int:
        """Bytes that the pictures take in a request body. Exact where it may come near `most`, else an upper bound."""
        local = [one for one in pictures if not one.is_url and one.path and not self.look(one).problem]
        bound = sum(self.look(one).width * self.look(one).height * _MOST_BYTES_A_PIXEL for one in local)
        if bound <= most:
            return bound
        paths = dict.fromkeys(one.path for one in local)
        self._data_urls.update(
            self._side_by_side(self._encode, [path for path in paths if path not in self._data_urls])
        )
        return sum(len(self.data_url(one)) for one in local)

    def _look(self, path: str) -> ImageFacts:
        try:
            data = self._loader.read_picture(path, LARGEST_PICTURE)
        except Unreadable as problem:
            said = str(problem).removeprefix(f"{path}: ")
            return ImageFacts("missing" if said == "there is no such file" else said)
        if not data:
            return ImageFacts("is empty")
        if not is_large(data):
            return look(data)
        from storyboard.child_process import ChildFailed

        try:
            return ImageFacts(*json.loads(in_child(__name__, "look", data=data)))
        except ChildFailed as problem:
            return ImageFacts(f"cannot be opened safely: {problem}")

    def _encode(self, path: str) -> str:
        data = self._loader.read_picture(path, LARGEST_PICTURE)
        if not is_large(data):
            return encode(data)
        return in_child(__name__, "encode", data=data).decode()

    def _side_by_side(self, work: Callable[[str], _Result], paths: Sequence[str]) -> Iterator[tuple[str, _Result]]:
        """Something done with each picture file. Pillow leaves the other processors free meanwhile."""
        if len(paths) < 2:
            return zip(paths, map(work, paths), strict=True)
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(min(len(paths), _AT_ONCE, os.cpu_count() or 1)) as pool:
            return zip(paths, list(pool.map(work, paths)), strict=True)


def run(verb: str) -> None:
    """Be the child process that looks at, or encodes, the large picture on its standard input."""
    limit_child()
    data = sys.stdin.buffer.read()
    sys.stdout.buffer.write((encode(data) if verb == "encode" else json.dumps(look(data))).encode())


def look(data: bytes) -> ImageFacts:
    """What a picture is, or what is wrong with it. Never raises."""
    try:
        image = _decode(data)
    except _NotAPicture as problem:
        return ImageFacts(str(problem))
    width, height = image.size
    if _orientation(image) in _ON_ITS_SIDE:
        width, height = height, width
    return ImageFacts(None, width, height, image.format or "")


#: The tag of Exif 2.32 (CIPA DC-008, 4.6.4) that says how the camera was held: 1 upright, 2 to 8 as in `turn_upright`.
_ORIENTATION = 0x0112
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})


def turn_upright(image: Image.Image) -> Image.Image:
    """A picture as it was seen, however the camera was held. Pillow's `exif_transpose` writes the camera's notes anew
    as well, and fails on odd ones."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(_orientation(image))
    return image if turn is None else image.transpose(turn)


def _orientation(image: Image.Image) -> int:
    try:
        told = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 # the notes of a camera may hold anything, and Pillow stumbles in many ways
        return 1
    return told if isinstance(told, int) else 1


class _NotAPicture(Exception):
    """The bytes are no picture that the service takes; the message says why, as in `is cut off`."""


def _decode(data: bytes) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if Image.MAX_IMAGE_PIXELS and image.width * image.height > Image.MAX_IMAGE_PIXELS:
            raise _NotAPicture("has too many pixels to be opened safely")
        image.load()
    except UnidentifiedImageError:
        raise _NotAPicture("is no PNG, JPEG or WebP picture, whatever its name says") from None
    except Image.DecompressionBombError:
        raise _NotAPicture("has too many pixels to be opened safely") from None
    except (OSError, SyntaxError, ValueError, MemoryError) as problem:
        said = "is cut off" if "truncated" in str(problem).lower() else "is damaged and cannot be shown"
        raise _NotAPicture(said) from None
    return image


def encode(data: bytes) -> str:
    """A picture that can be decoded, as a data URL: upright, in eight bits, without metadata."""
    from base64 import b64encode

    from PIL import Image

    image = _decode(data)
    kind = image.format or "PNG"
    upright = turn_upright(image)
    has_alpha = "A" in upright.getbands() or "transparency" in upright.info
    bare = upright.convert("RGBA" if has_alpha and kind != "JPEG" else "RGB")
    clean = Image.new(bare.mode, bare.size)
    clean.paste(bare)
    body = io.BytesIO()
    if kind == "JPEG":
        clean.save(body, "JPEG", quality=_JPEG_QUALITY)
    elif kind == "WEBP":
        clean.save(body, "WEBP", quality=_JPEG_QUALITY)
    else:
        clean.save(body, "PNG")
    return f"data:{_MIME[kind]};base64,{b64encode(body.getvalue()).decode('ascii')}"
