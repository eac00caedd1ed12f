"""The reference images of a film: each read, checked, hashed and encoded once, however many clips it is in.

reader    bytes ─▶ the picture as a person sees it (decoder): the only place that reads images
encoder   such a picture ─▶ the data URL of a request, as small as the model and the request need it
store     facts and encoded pictures from run to run, in the user's cache folder
cut_outs  what the service has cut out of an image, for boards

Reader and encoder are loaded where there is a picture on this disk to look at or to send: many scripts have none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from storyboard.catalog import read_table
from storyboard.catalog.video_models import SideLimits
from storyboard.compiler.images.store import ImageStore, user_store
from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.loader import Loader, Unreadable
from storyboard.compiler.spelling import WordList
from storyboard.files.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from storyboard.compiler.images.encoder import Encoding, SizeStep

__all__ = ["ImageCache", "ImageFacts", "ImageStore", "RequestImages", "user_store"]

_Key = TypeVar("_Key")
_Result = TypeVar("_Result")
#: Image files looked at side by side; the reader sees to it that large ones are decoded one at a time.
_AT_ONCE = 4
#: Pixels of a side that no image has which could be read: a file of the store that says more has been changed.
_LONGEST_SIDE = 1 << 20
#: Marks around a path that are not a part of it.
_QUOTES = "\"'“”„«»‹›‘’"
#: Where a missing image is looked for: so many folders deep, among so many files, and so many are offered.
_DEEPEST, _MOST_FILES, _MOST_OFFERED = 2, 2000, 3
_SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".heic", ".heif", ".avif", ".gif", ".tif", ".tiff", ".bmp"})


class ImageFacts(NamedTuple):
    """What is known of an image file.

    `problem` is None, `missing`, or what is wrong, as in `is empty`; `advice` is what to do, and may be empty. `width`
    and `height` are in pixels, upright. `format` is Pillow's name; `digest` is `sha256:…` of the file's own bytes.
    `is_opaque` says that one sees through no part of it. `spread` is the widest range of a channel over the image,
    `brightest` its largest value: 0 to 255.
    """

    problem: str | None
    advice: str = ""
    width: int = 0
    height: int = 0
    format: str = ""
    digest: str = ""
    is_opaque: bool = True
    spread: int = 255
    brightest: int = 255


class RequestImages(NamedTuple):
    """How the images of one request are sent: `step` of `size_steps` counts from 0, as they are; `size` is the sum of
    their characters, exact where it comes near what a request may hold, else an upper bound."""

    step: int
    size: int

    @property
    def reduction(self) -> SizeStep | None:
        """How far they are reduced so that the request fits; None where they need not be."""
        from storyboard.compiler.images.encoder import size_steps

        return size_steps()[self.step] if self.step else None


class ImageCache:
    """The image files of one project. `store` keeps results between runs."""

    def __init__(self, loader: Loader, store: ImageStore | None = None) -> None:
        self._loader = loader
        self._store = store or ImageStore(lambda: None)
        self._facts: dict[str, ImageFacts] = {}
        self._data_urls: dict[tuple[str, Encoding], str] = {}
        self._stamps: dict[str, Stamp] = {}
        self._folders: dict[str, tuple[Stamp | None, WordList]] = {}
        self._tree: dict[str, list[str]] | None = None
        self._cut_outs: dict[str, Path] | None = None
        self.made_in: tuple[Path, ...] = ()  # the folders that hold a folder of what is made for each script

    def refresh(self) -> None:
        """Forget the images whose files have changed since they were read."""
        self._tree = self._cut_outs = None
        for path in list(self._facts):
            if self._stamps.get(path) != stamp_of(self._loader.locate(path)):
                self._facts.pop(path, None)
                self._stamps.pop(path, None)
                for key in [key for key in self._data_urls if key[0] == path]:
                    del self._data_urls[key]

    def file(self, picture: Picture) -> Path | None:
        """Where an image really is on disk, links followed; None for an address on the web and for one that cannot be
        used."""
        if picture.is_url or not picture.path or self.look(picture).problem:
            return None
        return self._loader.real_file(picture.path)

    def look(self, picture: Picture) -> ImageFacts:
        """Read and decode an image file. Never raises: problems are in the facts."""
        if picture.path not in self._facts:
            self._learn([picture.path])
        return self._facts[picture.path]

    def look_at(self, pictures: Iterable[Picture]) -> None:
        """Look at many images side by side, so that each is known when it is asked for."""
        paths = dict.fromkeys(one.path for one in pictures if one.path and not one.is_url)
        self._learn([path for path in paths if path not in self._facts])

    def _learn(self, paths: Sequence[str]) -> None:
        unknown = []
        for path in paths:
            file = self._loader.locate(path)
            stamp = stamp_of(file)
            if stamp is None:
                unknown.append(path)
                continue
            self._stamps[path] = stamp
            known = _stored_facts(self._store.facts(file, stamp))
            if known is None:
                unknown.append(path)
            else:
                self._facts[path] = known
        for path, facts in self._side_by_side(self._look, unknown):
            self._facts[path] = facts
            if facts.problem is None and path in self._stamps:
                self._store.keep_facts(self._loader.locate(path), self._stamps[path], facts._asdict())

    def _look(self, path: str) -> ImageFacts:
        try:
            data = self._loader.read_picture(path, largest_image_file())
        except Unreadable as problem:
            said = str(problem).removeprefix(f"{path}: ")
            return ImageFacts("missing" if said == "there is no such file" else said)
        return _facts_of(data)

    def near(self, picture: Picture) -> tuple[str, ...]:
        """Files that a path may mean, as the script would write them: the path without quotation marks or with other
        slashes, a name in other letters or with another ending, the same name in another folder of the project."""
        typed = os.path.relpath(picture.path, picture.folder or ".").strip(_QUOTES).replace("\\", "/")
        meant = os.path.normpath(os.path.join(picture.folder, typed))
        if meant != os.path.normpath(picture.path) and self._is_file(meant):
            found: tuple[str, ...] = (meant,)
        else:
            found = self._near_in_folder(meant) or self._elsewhere(os.path.basename(meant))
        return tuple(os.path.relpath(one, picture.folder or ".").replace(os.sep, "/") for one in found)

    def _is_file(self, path: str) -> bool:
        return self._loader.within("", path) is not None and (self._loader.root / path).is_file()

    def _elsewhere(self, name: str) -> tuple[str, ...]:
        """Images of this name, whatever its case or ending, in the folders of the project."""
        stem = os.path.splitext(name)[0].casefold()
        found = self._images_by_stem().get(stem, [])
        exact = [path for path in found if os.path.basename(path).casefold() == name.casefold()]
        return tuple(exact or found)[:_MOST_OFFERED]

    def _images_by_stem(self) -> dict[str, list[str]]:
        """The image files of the project by their names without ending, looked up once a run."""
        if self._tree is None:
            self._tree = {}
            looked_at = 0
            for folder, folders, names in os.walk(self._loader.root):
                shown = os.path.relpath(folder, self._loader.root)
                is_deep = shown.count(os.sep) >= _DEEPEST
                folders[:] = [] if is_deep else sorted(one for one in folders if not one.startswith("."))
                looked_at += len(names)
                if looked_at > _MOST_FILES:
                    break
                for one in sorted(names):
                    stem, suffix = os.path.splitext(one)
                    if suffix.lower() in _SUFFIXES:
                        path = os.path.normpath(os.path.join(shown, one))
                        self._tree.setdefault(stem.casefold(), []).append(path)
        return self._tree

    def _near_in_folder(self, path: str) -> tuple[str, ...]:
        folder, name = os.path.split(path)
        stamp = stamp_of(self._loader.root / folder)
        known = self._folders.get(folder)
        if known is None or known[0] != stamp:
            try:
                names = sorted(os.listdir(self._loader.root / folder))
            except OSError:
                names = []
            known = self._folders[folder] = stamp, WordList(names)
        stem = os.path.splitext(name)[0].casefold()
        same = [one for one in known[1] if os.path.splitext(one)[0].casefold() == stem]
        return tuple(os.path.join(folder, one) for one in same[:_MOST_OFFERED] or known[1].nearest(name))

    def digest(self, picture: Picture) -> str:
        """`sha256:…` of the file's own bytes; the address itself for an image on the web."""
        return picture.path if picture.is_url else self.look(picture).digest

    def data_url(self, picture: Picture, sides: SideLimits, step: int = 0) -> str:
        """The image as the service takes it, as a data URL; the address itself for one on the web.

        `sides` are the model's, `step` is one of `request_images`. Raises Unreadable
        where the file cannot be read any more, or is not an image any more.
        """
        if picture.is_url:
            return picture.path
        key = picture.path, self._encoding(picture, step, sides)
        if key not in self._data_urls:
            self._data_urls[key] = self._encode(*key)
        return self._data_urls[key]

    def _encoding(self, picture: Picture, step: int, sides: SideLimits) -> Encoding:
        from storyboard.compiler.images.encoder import choose_encoding, size_steps

        facts = self.look(picture)
        if facts.problem:
            raise Unreadable(f"{picture.path} {facts.problem}")
        return choose_encoding(
            facts.width, facts.height, facts.format, size_steps()[step], sides, opaque=facts.is_opaque
        )

    def cut_out(self, picture: Picture) -> Path | None:
        """The file with the service's cut-out of a local image; None if there is none."""
        from storyboard.compiler.images.cut_outs import find_cut_outs

        if self._cut_outs is None:
            self._cut_outs = find_cut_outs(self.made_in)
        return self._cut_outs.get(self.digest(picture)) if self._cut_outs else None

    def link(self, picture: Picture) -> str:
        """`file:` and the path relative to the project root; the address itself for an image on the web."""
        return picture.path if picture.is_url else f"file:{picture.path}"

    def request_images(self, pictures: Iterable[Picture], sides: SideLimits) -> RequestImages:
        """The first step at which the images fit into one request; the last one where none does."""
        most = read_table("image_files.toml")["sent"]["request_bytes"]
        local = [one for one in pictures if not one.is_url and one.path and not self.look(one).problem]
        found = RequestImages(0, 0)
        if not local:
            return found
        from storyboard.compiler.images.encoder import size_steps

        for step in range(len(size_steps())):
            encodings = {one.path: self._encoding(one, step, sides) for one in local}
            bound = sum(encodings[one.path].largest_size for one in local)
            if bound <= most:
                return RequestImages(step, bound)
            self._encode_all({path: one for path, one in encodings.items() if not self._known_size(path, one)})
            found = RequestImages(step, sum(self._known_size(one.path, encodings[one.path]) for one in local))
            if found.size <= most:
                break
        return found

    def _known_size(self, path: str, encoding: Encoding) -> int:
        """Characters of an encoded image, 0 where nothing is known. The store is asked by the file's stamp alone: it is
        only a size, and what is sent is encoded from the bytes in any case."""
        url = self._data_urls.get((path, encoding))
        return len(url) if url is not None else self._store.size(self._facts[path].digest, _name_of(encoding))

    def _encode_all(self, encodings: Mapping[str, Encoding]) -> None:
        missing = [key for key in encodings.items() if key not in self._data_urls]
        for key, url in self._side_by_side(lambda key: self._encode(*key), missing):
            self._data_urls[key] = url

    def _encode(self, path: str, encoding: Encoding) -> str:
        """The data URL of a file, from the store where the file with its digest was encoded before. Whoever pays makes
        sure that the file still has that digest (`render.jobs`)."""
        from storyboard.compiler.images.decoder import UnreadableImage
        from storyboard.compiler.images.encoder import encode_image

        how = _name_of(encoding)
        known = self._store.encoded(self._facts[path].digest, how)
        if known is not None and known.startswith(b"data:image/"):
            return known.decode("ascii", "replace")
        data = self._loader.read_picture(path, largest_image_file())
        try:
            url = encode_image(data, encoding)
        except UnreadableImage as problem:
            raise Unreadable(f"{path} {problem}") from None
        self._store.keep_encoded(_digest(data), how, url.encode("ascii"))
        return url

    def _side_by_side(self, work: Callable[[_Key], _Result], keys: Sequence[_Key]) -> Iterator[tuple[_Key, _Result]]:
        """Something done for each key. Pillow leaves the other processors free meanwhile."""
        at_once = min(len(keys), _AT_ONCE, os.cpu_count() or 1)
        if at_once < 2:
            return zip(keys, map(work, keys), strict=True)
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(at_once) as pool:
            return zip(keys, list(pool.map(work, keys)), strict=True)


def _name_of(encoding: Encoding) -> str:
    return " ".join(map(str, encoding))


def largest_image_file() -> int:
    """Bytes of an image file that is read at most."""
    return int(read_table("image_files.toml")["read"]["bytes"])


def _stored_facts(kept: object) -> ImageFacts | None:
    """Facts from the store; None where they are not of our shape."""
    if not isinstance(kept, dict) or kept.keys() != set(ImageFacts._fields) or kept["problem"] is not None:
        return None
    facts = ImageFacts(**kept)
    numbers = (facts.width, facts.height, facts.spread, facts.brightest)
    words = (facts.advice, facts.format, facts.digest)
    is_sound = all(type(one) is int and one <= _LONGEST_SIDE for one in numbers) and all(
        isinstance(one, str) for one in words
    )
    is_sound = is_sound and isinstance(facts.is_opaque, bool) and min(facts.width, facts.height) > 0
    return facts if is_sound else None


def _facts_of(data: bytes) -> ImageFacts:
    """What an image file is, by its content. Never raises."""
    from storyboard.compiler.images.decoder import UnreadableImage
    from storyboard.compiler.images.reader import read_image

    try:
        seen = read_image(data, _JUDGED_SIDE)
    except UnreadableImage as problem:
        return ImageFacts(str(problem), problem.advice)
    bands = seen.pixels.convert("RGB").split()
    values = [[value for value, count in enumerate(band.histogram()) if count] for band in bands]
    return ImageFacts(
        None,
        width=seen.width,
        height=seen.height,
        format=seen.format,
        digest=_digest(data),
        is_opaque=seen.pixels.mode == "RGB",
        spread=max(band[-1] - band[0] for band in values),
        brightest=max(band[-1] for band in values),
    )


#: The longer side, in pixels, at which an image is judged: large enough to show its content.
_JUDGED_SIDE = 512


def _digest(data: bytes) -> str:
    """How the bytes of a file are named: `sha256:…`."""
    from hashlib import sha256  # loads OpenSSL, for which a script without pictures has no use

    return f"sha256:{sha256(data).hexdigest()}"
