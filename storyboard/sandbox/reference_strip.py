"""The reference strip over a clip: every image that was sent, with its tag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from av.video.frame import VideoFrame
from PIL import Image, ImageOps

from storyboard.catalog import find_model
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.figures import flatten_on_grey
from storyboard.drawing.images import read_picture
from storyboard.drawing.overlays import FrameSize, bar_height, nearest_even
from storyboard.drawing.text_layout import draw_text, fit_text
from storyboard.film.colour import to_frame
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.validation import image_bytes

_INK, _AMBER, _GROUND, _BLANK = (250, 248, 244, 255), (255, 200, 110, 255), (16, 17, 21), (70, 72, 80)
_HEIGHT_SHARE = 0.14  # of the frame's shorter side: a picture in the strip
_LEAST_SHARE, _MOST_ROWS = 0.1, 3  # where one row leaves less, there are more rows
_LETTERS_SHARE = 0.15  # of that: the tag under it
_SMALLEST = 12, 8  # pixels: a picture, letters


class SentPicture(NamedTuple):
    """A picture as it was sent, and its tag."""

    tag: str
    url: str


def pictures_of(body: QueueBody) -> Iterator[SentPicture]:
    """All pictures of a request, in the order of the tags."""
    if body.image_url:
        yield SentPicture("start", body.image_url)
    for number, element in enumerate(body.elements or (), 1):
        if element.frontal_image_url:
            yield SentPicture(f"@Element{number}", element.frontal_image_url)
        yield from (SentPicture("angle", url) for url in element.reference_image_urls)
        if element.video_url:
            yield SentPicture("video", element.video_url)
    images = [*(body.scene_image_urls or ()), *(body.reference_image_urls or ())]
    yield from (SentPicture(image_tag(body.model, number), url) for number, url in enumerate(images, 1))
    if body.end_image_url:
        yield SentPicture("end", body.end_image_url)


def image_tag(model: str, number: int) -> str:
    """How prompts of a model call their picture of a number: `@Image1`, or `<Image 1>`."""
    row = find_model(model)
    return (row.image_tag if row else "@Image{n}").format(n=number)


def under_strip(frames: Iterable[VideoFrame], body: QueueBody, size: FrameSize) -> Iterator[VideoFrame]:
    """Frames of a size with the strip of a request over them, below the slate. The frames are changed in place."""
    sent = list(pictures_of(body))
    strip = to_frame(_strip(sent, size)) if sent else None
    for frame in frames:
        if strip is not None:
            _stamp(frame, strip, bar_height(size))
        yield frame


def _stamp(frame: VideoFrame, strip: VideoFrame, top: int) -> None:
    """Put the strip's rows in place of the frame's from `top` on."""
    for number, (plane, rows) in enumerate(zip(frame.planes, strip.planes, strict=True)):
        into, out = memoryview(plane), memoryview(rows)
        first = top // (1 if number == 0 else 2)
        width = min(plane.line_size, rows.line_size)
        for row in range(rows.height):
            start = (first + row) * plane.line_size
            into[start : start + width] = out[row * rows.line_size : row * rows.line_size + width]


def _strip(sent: list[SentPicture], size: FrameSize) -> Image.Image:
    """All pictures in one row, or in as many as it takes for them to be seen."""
    gap = max(2, size.short // 80)
    for rows in range(1, _MOST_ROWS + 1):
        across = -(-len(sent) // rows)
        cell = min(round(size.short * _HEIGHT_SHARE), (size.width - gap) // across - gap)
        if cell >= size.short * _LEAST_SHARE:
            break
    cell = max(_SMALLEST[0], cell)
    letters = max(_SMALLEST[1], round(cell * _LETTERS_SHARE))
    pitch = cell + round(letters * 1.6) + gap
    strip = Image.new("RGB", (size.width, nearest_even(rows * pitch + gap)), _GROUND)
    for number, one in enumerate(sent):
        left, top = gap + number % across * (cell + gap), gap + number // across * pitch
        strip.paste(_small(one, cell), (left, top))
        colour = _AMBER if one.tag[0] in "@<" else _INK
        draw_text(
            strip, fit_text(one.tag, cell + gap, 1, letters, True), left + cell // 2, top + cell, colour, "middle"
        )
    return strip


def _small(one: SentPicture, side: int) -> Image.Image:
    """A picture in a square, whole; an empty one where there is nothing to show."""
    data = image_bytes(one.url)
    try:
        picture = flatten_on_grey(read_picture(data)) if data else None
    except UnreadableImage:
        picture = None
    if picture is None:
        return _on_the_web(side)
    return ImageOps.pad(picture, (side, side), Image.Resampling.BILINEAR, color=_BLANK)


def _on_the_web(side: int) -> Image.Image:
    square = Image.new("RGB", (side, side), _BLANK)
    draw_text(
        square, fit_text("on the web", side, 2, max(_SMALLEST[1], side // 5)), side // 2, side // 3, _INK, "middle"
    )
    return square
