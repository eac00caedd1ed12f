"""Verdicts: whether what came is the picture that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.images.reader import read_image
from storyboard.make.models import ratio_of
from storyboard.venice.pictures import is_flagged
from storyboard.venice.protocol import Answer

if TYPE_CHECKING:
    from PIL import Image

#: Formats that a picture may come in, by Pillow's name, and how their files are called.
SUFFIXES = {"PNG": ".png", "JPEG": ".jpg", "WEBP": ".webp"}
#: Pixels of the longer side at which a picture is looked at.
_JUDGED_SIDE = 512


class PictureVerdict(NamedTuple):
    """What a picture is. `problem` is None, or why it cannot stand by itself, as in `is nearly black`; `suffix` is that
    of its kind, whatever a header says, empty where it cannot be read."""

    problem: str | None
    width: int = 0
    height: int = 0
    suffix: str = ""


def judge_picture(data: bytes, answer: Answer, aspect: str, resolution: str | None) -> PictureVerdict:
    """Look at a picture that was paid for: does it open, is it one of the kinds and of the shape that were asked for,
    and more than a placeholder?"""
    try:
        seen = read_image(data, _JUDGED_SIDE)
    except UnreadableImage as unreadable:
        return PictureVerdict(str(unreadable))
    suffix = SUFFIXES.get(seen.format, "")
    facts = read_table("made_pictures.toml")["judged"]
    problem: str | None = None
    if is_flagged(answer, "blurred"):
        problem = "was blurred by the service"
    elif not suffix:
        problem = f"is a {seen.format}, which was not asked for"
    elif abs(seen.width / seen.height / ratio_of(aspect) - 1) > facts["aspect_slack"]:
        problem = f"is {seen.width} × {seen.height}, not {aspect}"
    elif len(data) < _least_bytes(facts, suffix, resolution):
        problem = f"has {len(data):,} bytes, as placeholders have"
    else:
        problem = _blank(seen.pixels.convert("RGB").getextrema())
    return PictureVerdict(problem, seen.width, seen.height, suffix)


def judge_cut_out(data: bytes, aspect: str) -> PictureVerdict:
    """Look at a cut-out that was paid for: does it open, is it of the shape of its picture (`3024:4032`), and is there
    something left of it, and something gone?"""
    try:
        seen = read_image(data, _JUDGED_SIDE)
    except UnreadableImage as unreadable:
        return PictureVerdict(str(unreadable))
    facts = read_table("made_pictures.toml")
    clear = _share_clear(seen.pixels)
    problem: str | None = None
    if abs(seen.width / seen.height / ratio_of(aspect) - 1) > facts["judged"]["aspect_slack"]:
        problem = f"is {seen.width} × {seen.height}, another shape than its picture"
    elif clear < facts["cut_out"]["least_clear"]:
        problem = "still has its background"
    elif clear > facts["cut_out"]["most_clear"]:
        problem = "is empty"
    return PictureVerdict(problem, seen.width, seen.height, SUFFIXES.get(seen.format, ""))


def _share_clear(picture: Image.Image) -> float:
    """How much of a picture is transparent, 0 to 1."""
    if picture.mode != "RGBA":
        return 0.0
    return sum(picture.getchannel("A").histogram()[:128]) / (picture.width * picture.height)


def _least_bytes(facts: dict[str, dict[str, int]], suffix: str, resolution: str | None) -> float:
    stub = facts["stub_bytes"]
    least = stub.get(resolution or "", min(stub.values()))
    return least * (float(facts["webp_share"]) if suffix == ".webp" else 1.0)  # type: ignore[arg-type]  # one row of the table is a number


def _blank(extrema: object) -> str | None:
    """What is said of a picture that shows nothing."""
    assert isinstance(extrema, tuple), "of three channels"
    limits = read_table("image_files.toml")["judged"]
    if max(high for _, high in extrema) < limits["black_below"]:
        return "is nearly black"
    if max(high - low for low, high in extrema) < limits["one_colour_range"]:
        return "is of one colour"
    return None
