"""Placement: the chosen take, copied to the path in the script. Files that sbc did not write are never replaced."""

from __future__ import annotations

import io
import os
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from storyboard.files.atomic import create, save
from storyboard.files.signatures import is_placeholder

#: The kinds of pictures that a file's name can ask for, by Pillow's name.
_KINDS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".gif": "GIF", ".bmp": "BMP", ".tif": "TIFF"}
_STARTS = {b"\x89PN": "PNG", b"\xff\xd8\xff": "JPEG", b"RIF": "WEBP"}
_QUALITY = 95


class NotPlaced(Exception):
    """A picture cannot be put at its path, whose content is unchanged. The message says why."""


class Copy(NamedTuple):
    """A take as it is put at a path, and its digest."""

    data: bytes
    digest: str


def copy_for(path: str, data: bytes) -> Copy:
    """A take in the format that the name of its path asks for; unchanged if it has that format already."""
    kind, has = _KINDS.get(Path(path).suffix.lower()), _STARTS.get(data[:3])
    if kind is not None and kind != has:
        data = _converted(data, kind)
    return Copy(data, sha256(data).hexdigest())


def _converted(data: bytes, kind: str) -> bytes:
    from PIL import Image

    body = io.BytesIO()
    with Image.open(io.BytesIO(data)) as picture:
        whole = picture if kind in ("PNG", "WEBP") else picture.convert("RGB")
        whole.save(body, kind, quality=_QUALITY)
    return body.getvalue()


def why_not_place(root: Path, path: str) -> str:
    """Why nothing can be put at a path of a script, before anything is paid; empty where it can. What is at the path
    is judged elsewhere (`takes.picture_standing`)."""
    target = root / path
    real_root = os.path.realpath(root)
    real = os.path.realpath(target.parent)
    if real != real_root and not real.startswith(os.path.join(real_root, "")):
        return f"{path} is outside the project folder"
    for parent in [*reversed(target.relative_to(root).parents)][1:]:
        if (root / parent).exists() and not (root / parent).is_dir():
            return f"{parent} is a file, and {path} needs it to be a folder"
    if target.is_dir():
        return f"{path} is a folder"
    same = _other_case(target)
    return f"{path} and {same} differ only in capitals, and would be one file on other machines" if same else ""


def _other_case(target: Path) -> str:
    """A file beside it whose name is the same but for its case."""
    try:
        names = os.listdir(target.parent)
    except OSError:
        return ""
    if target.name in names:
        return ""
    return next((name for name in names if name.casefold() == target.name.casefold()), "")


def place_take(root: Path, path: str, copy: Copy, known: frozenset[str]) -> None:
    """Put a take at its path, whole or not at all. A file that is there is replaced only if its digest is one of
    `known` or it is a placeholder, and still is at that moment. Raises NotPlaced, OSError."""
    if problem := why_not_place(root, path):
        raise NotPlaced(problem)
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if not os.path.lexists(target):
        try:
            create(target, copy.data)
        except FileExistsError:
            raise NotPlaced(f"{path} exists now, and sbc did not write it") from None
        return
    try:
        there = target.read_bytes()
    except OSError as unread:
        raise NotPlaced(f"{path} exists, but cannot be read ({unread.strerror})") from None
    digest = sha256(there).hexdigest()
    if digest == copy.digest:
        return
    if digest not in known and not is_placeholder(there):
        raise NotPlaced(f"{path} exists, and sbc did not write it; it is kept")
    save(target, copy.data, expected=there)
