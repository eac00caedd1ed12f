"""The strip over a clip: every picture that was sent, under the tag that the prompt calls it by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from av.video.frame import VideoFrame
from PIL import Image, ImageOps

from storyboard.film.caption import Size, bar_height, even
from storyboard.film.colour import to_frame
from storyboard.film.figures import on_grey
from storyboard.film.lettering import fit, write
from storyboard.film.pictures import NoPicture, read_picture
from storyboard.sandbox.bodies import Queue
from storyboard.sandbox.fitness import image_bytes

_INK, _AMBER, _GROUND, _BLANK = (250, 248, 244, 255), (255, 200, 110, 255), (16, 17, 21), (70, 72, 80)
_HEIGHT_SHARE = 0.14  # of the frame's shorter side: a picture in the strip
_LETTERS_SHARE = 0.15  # of that: the tag under it
_SMALLEST = 12, 8  # pixels: a picture, letters


class Sent(NamedTuple):
    """A picture as it was sent, and its tag."""

    tag: str
    url: str


def pictures_of(body: Queue) -> Iterator[Sent]:
    """All pictures of a request, in the order of the tags."""
    if body.image_url:
        yield Sent("start", body.image_url)
    for number, element in enumerate(body.elements or (), 1):
        if element.frontal_image_url:
            yield Sent(f"@Element{number}", element.frontal_image_url)
        yield from (Sent("angle", url) for url in element.reference_image_urls)
        if element.video_url:
            yield Sent("video", element.video_url)
    images = [*(body.scene_image_urls or ()), *(body.reference_image_urls or ())]
    yield from (Sent(image_tag(body.prompt, number), url) for number, url in enumerate(images, 1))
    if body.end_image_url:
        yield Sent("end", body.end_image_url)


def image_tag(prompt: str, number: int) -> str:
    """How a prompt calls its picture of a number: `<Image 1>` where it says so, else `@Image1`."""
    spelt = f"<Image {number}>"
    return spelt if spelt in prompt else f"@Image{number}"


def under_strip(frames: Iterable[VideoFrame], body: Queue, size: Size) -> Iterator[VideoFrame]:
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


def _strip(sent: list[Sent], size: Size) -> Image.Image:
    """All pictures in one row, as small as it takes."""
    gap = max(2, size.short // 80)
    cell = min(round(size.short * _HEIGHT_SHARE), (size.width - gap) // len(sent) - gap)
    cell = max(_SMALLEST[0], cell)
    letters = max(_SMALLEST[1], round(cell * _LETTERS_SHARE))
    strip = Image.new("RGB", (size.width, even(cell + round(letters * 1.6) + 2 * gap)), _GROUND)
    left = gap
    for one in sent:
        strip.paste(_small(one, cell), (left, gap))
        colour = _AMBER if one.tag[0] in "@<" else _INK
        write(strip, fit(one.tag, cell + gap, 1, letters, True), left + cell // 2, gap + cell, colour, "middle")
        left += cell + gap
    return strip


def _small(one: Sent, side: int) -> Image.Image:
    """A picture in a square, whole; an empty one where there is nothing to show."""
    data = image_bytes(one.url)
    try:
        picture = on_grey(read_picture(data)) if data else None
    except NoPicture:
        picture = None
    if picture is None:
        return _on_the_web(side)
    return ImageOps.pad(picture, (side, side), Image.Resampling.BILINEAR, color=_BLANK)


def _on_the_web(side: int) -> Image.Image:
    square = Image.new("RGB", (side, side), _BLANK)
    write(square, fit("on the web", side, 2, max(_SMALLEST[1], side // 5)), side // 2, side // 3, _INK, "middle")
    return square
