"""The sandbox's clips, by their decoded frames: a person sees what was sent."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import av
import pytest
from PIL import Image, ImageChops

from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.clips import draw_once, draw_requested_clip
from storyboard.sandbox.reference_strip import pictures_of
from tests.sandbox.requests import grok, kling, picture, seedance

RED, GREEN, BLUE = (200, 30, 30), (30, 160, 40), (30, 40, 190)


def frames_of(data: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(data), "r") as container:
        return [frame.to_image() for frame in container.decode(video=0)]


def drawn(
    body: dict[str, Any], make: Callable[[QueueBody, str, bool], bytes] = draw_requested_clip
) -> list[Image.Image]:
    return frames_of(make(QueueBody.model_validate(body), "3f2a9c11", False))


def strip_of(frame: Image.Image) -> Image.Image:
    """Where the pictures stand, below the slate and above their tags."""
    short = min(frame.size)
    return frame.crop((0, round(short * 0.08), frame.width, round(short * 0.2)))


def has(part: Image.Image, colour: tuple[int, int, int], share: float) -> bool:
    """Whether a share of a picture is about of one colour."""
    red, green, blue = ImageChops.difference(part.convert("RGB"), Image.new("RGB", part.size, colour)).split()
    furthest = ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()
    return sum(furthest[:40]) / sum(furthest) > share


def test_every_picture_that_was_sent_stands_in_the_strip_from_the_first_frame_to_the_last() -> None:
    body = kling(
        prompt="Tracking shot. @Element1 crosses @Image1.",
        aspect_ratio="16:9",
        duration="3s",
        elements=[{"frontal_image_url": picture(colour=RED), "reference_image_urls": [picture(colour=GREEN)]}],
        scene_image_urls=[picture(colour=BLUE)],
    )
    frames = drawn(body)
    for frame in (frames[0], frames[-1]):
        left, middle, right = (strip_of(frame).crop((at, 0, at + 68, 60)) for at in (4, 77, 150))
        assert has(left, RED, 0.4)
        assert has(middle, GREEN, 0.4)
        assert has(right, BLUE, 0.4)
    assert ImageChops.difference(frames[0].crop((0, 150, 854, 320)), frames[-1].crop((0, 150, 854, 320))).getbbox()


def test_tags_are_those_of_the_request() -> None:
    url = picture()
    elements = [{"frontal_image_url": url, "reference_image_urls": [url]}, {"frontal_image_url": url}]
    body = kling(elements=elements, scene_image_urls=[url], image_url=url, end_image_url=url)
    tags = [sent.tag for sent in pictures_of(QueueBody.model_validate(body))]
    assert tags == ["start", "@Element1", "angle", "@Element2", "@Image1", "end"]
    assert [sent.tag for sent in pictures_of(QueueBody.model_validate(seedance()))] == ["<Image 1>"]
    assert [sent.tag for sent in pictures_of(QueueBody.model_validate(grok()))] == ["@Image1"]


def test_captions_change_with_the_shots_of_the_prompt() -> None:
    prompt = "Shot 1 (3s): Static, @Element1 waits for hours.\nShot 2 (3s): Static, nobody is left."
    frames = drawn(kling(aspect_ratio="16:9", prompt=prompt))
    assert len(frames) == 6 * 24
    words = [frame.crop((0, frame.height * 7 // 10, frame.width, frame.height)) for frame in frames]

    def differ(one: int, other: int) -> int:
        return sum(ImageChops.difference(words[one], words[other]).convert("L").histogram()[100:])

    assert differ(3 * 24 - 12, 3 * 24 + 12) > 5 * max(1, differ(12, 3 * 24 - 12)), "the shots are three seconds each"


@pytest.mark.parametrize(
    "body",
    [
        kling(prompt="x" * 2500, duration="3s"),
        kling(prompt="Shot 1 (0s): Nothing.\nShot 2 (6s): All."),
        kling(prompt=".", duration="3s"),
        kling(prompt="\u202e\x00\x1b[31m 歩く 🎬", duration="3s"),
        kling(elements=[{"frontal_image_url": picture()}] * 4, scene_image_urls=[picture()] * 4, duration="3s"),
        kling(elements=[{"frontal_image_url": "https://example.com/a.png"}], duration="3s"),
        kling(image_url=picture(), end_image_url=picture(), duration="3s"),
        grok(reference_image_urls=[picture()] * 7, aspect_ratio="9:16"),
        {**seedance(reference_image_urls=[picture()] * 9), "aspect_ratio": "21:9"},
    ],
)
def test_whatever_is_sent_gives_a_clip_of_the_asked_length_and_aspect(body: dict[str, Any]) -> None:
    frames = drawn(body)
    across, down = map(int, body["aspect_ratio"].split(":"))
    assert len(frames) == int(body["duration"].rstrip("s")) * 24
    assert frames[0].width / frames[0].height == pytest.approx(across / down, rel=0.01)


def test_a_plain_clip_is_made_once_for_each_length_aspect_and_sound() -> None:
    body = QueueBody.model_validate(kling())
    first, *others = [draw_once(body, str(number), True) for number in range(1000)]
    assert all(clip is first for clip in others), "not one like it: the same"
    assert len(frames_of(first)) == 6 * 24
    assert draw_once(body.model_copy(update={"duration": "7s"}), "", True) != draw_once(body, "", True)
