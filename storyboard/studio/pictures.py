"""Pictures given to the page: checked, and saved in `refs/` beside the script under new names."""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from itertools import count
from pathlib import Path

from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.images.reader import read_image
from storyboard.files.atomic import create
from storyboard.studio.takes import StudioRefusal

FOLDER = "refs"
#: What a file's name ends in, by Pillow's name of its kind.
_SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp", "HEIF": ".heic", "AVIF": ".avif"}
#: Bytes of the largest request with a picture in it.
LARGEST_REQUEST = 60_000_000
#: The longer side to which a picture is decoded to see that it can be.
_JUDGED_SIDE = 256


def keep_picture(script: Path, name: str, encoded: str) -> str:
    """Save a picture, given in base64, as a new file, and return its path for the script.

    `name` is the name of the person or thing in it. Existing files are never replaced. Raises StudioRefusal.
    """
    try:
        data = b64decode(encoded, validate=True)
        seen = read_image(data, _JUDGED_SIDE)
    except (binascii.Error, UnreadableImage) as problem:
        advice = getattr(problem, "advice", "")
        raise StudioRefusal(f"The picture {problem}. {advice}".rstrip()) from None
    suffix = _SUFFIXES.get(seen.format)
    if suffix is None:
        raise StudioRefusal(f"A picture of the kind {seen.format} cannot be sent; save it as PNG or JPEG.")
    if not (base := "-".join(re.findall(r"\w+", name.lower()))):
        raise ValueError(name)
    folder = script.parent / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        for number in count(1):
            path = folder / f"{base}{f'-{number}' if number > 1 else ''}{suffix}"
            try:
                create(path, data)
            except FileExistsError:
                continue
            return f"{FOLDER}/{path.name}"
    except OSError as problem:
        raise StudioRefusal(f"{folder} cannot be written ({problem.strerror or problem}).") from None
    raise AssertionError("there is always another number")
