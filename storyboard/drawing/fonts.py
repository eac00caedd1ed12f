"""Fonts for captions: DejaVu is part of the package, and characters that it lacks are found in the system's fonts."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from PIL import ImageFont

from storyboard.child_process import child_environment
from storyboard.compiler.names import clusters

_OURS = Path(__file__).with_name("fonts")
_PLAIN, _BOLD = _OURS / "DejaVuSansCondensed.ttf", _OURS / "DejaVuSansCondensed-Bold.ttf"
_PROBE = 24  # pixels
_MOST_FONTS = 400  # that are tried where the system has no fontconfig
#: Where systems without fontconfig keep fonts.
_FOLDERS = (
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", r"C:\Windows\Fonts",
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
)  # fmt: skip


class FontFace(NamedTuple):
    """A font file, and which of its fonts."""

    path: str
    number: int


class FontRun(NamedTuple):
    """Consecutive characters in one font."""

    text: str
    face: FontFace


def font_runs(text: str, bold: bool = False) -> tuple[tuple[FontRun, ...], frozenset[str]]:
    """A text divided where its font changes, and the characters that no font of this machine has."""
    own = FontFace(str(_BOLD if bold else _PLAIN), 0)
    parts: list[FontRun] = []
    missing = set()
    for cluster in clusters(text):
        face = _face_for(cluster, own)
        if face is None:
            face = _face_for(cluster[0], own) or own
            missing |= {letter for letter in _inked(cluster) if not _has(face, letter)}
        if parts and (parts[-1].face == face or _joins(cluster)):
            parts[-1] = FontRun(parts[-1].text + cluster, parts[-1].face)
        else:
            parts.append(FontRun(cluster, face))
    return tuple(parts), frozenset(missing)


@cache
def load_font(face: FontFace, size: int) -> ImageFont.FreeTypeFont:
    """A font at a size in pixels."""
    return ImageFont.truetype(face.path, size, index=face.number)


def _joins(cluster: str) -> bool:
    """Whether a blank or an invisible character belongs to the run before it, whatever font that has."""
    return cluster == " " or unicodedata.category(cluster[0]) == "Cf"


_INKLESS = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs"})


def _inked(cluster: str) -> str:
    return "".join(letter for letter in cluster if unicodedata.category(letter) not in _INKLESS)


@cache
def _face_for(cluster: str, own: FontFace) -> FontFace | None:
    """The first font that has a letter and all that goes onto it."""
    letters = _inked(cluster)
    if _has_all(own, letters):
        return own
    return _system_face(letters)


@cache
def _system_face(letters: str) -> FontFace | None:
    for face in _found:
        if _has_all(face, letters):
            return face
    for face in _candidates(letters):
        if _has_all(face, letters):
            _found.append(face)
            return face
    return None


_found: list[FontFace] = []  # fonts that have served already: most texts need one


def _candidates(letters: str) -> Iterator[FontFace]:
    """Fonts of this machine that may have these letters, the likeliest first."""
    if shutil.which("fc-match"):
        asked = f":charset={' '.join(f'{ord(letter):x}' for letter in letters)}"
        said = subprocess.run(
            ["fc-match", "-f", "%{file}\t%{index}", asked],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            env=child_environment(),
        ).stdout
        file, _, index = said.partition("\t")
        if file:
            yield FontFace(file, int(index) & 0xFFFF if index.isdecimal() else 0)
        return
    yield from _installed()


@cache
def _installed() -> tuple[FontFace, ...]:
    found = []
    for folder in _FOLDERS:
        for place, _, names in os.walk(Path(folder).expanduser()):
            found += [
                FontFace(os.path.join(place, name), 0) for name in sorted(names) if name.lower()[-4:] in _SUFFIXES
            ]
    return tuple(found[:_MOST_FONTS])


_SUFFIXES = frozenset({".ttf", ".otf", ".ttc"})


def _has_all(face: FontFace, letters: str) -> bool:
    return all(_has(face, letter) for letter in letters)


def _has(face: FontFace, letter: str) -> bool:
    return ord(letter) in _characters(face)


@cache
def _characters(face: FontFace) -> frozenset[int]:
    """The characters of a font by its own table. What is drawn tells less: HarfBuzz takes letters apart (a Thai sara
    am) and puts lone signs on a dotted circle. None where the font has no outlines that can be drawn at any size."""
    import uharfbuzz

    try:
        load_font(face, _PROBE)
        return frozenset(uharfbuzz.Face(uharfbuzz.Blob.from_file_path(face.path), face.number).unicodes)
    except (OSError, ValueError):
        return frozenset()
