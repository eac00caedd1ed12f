"""Who is in a shot is seen in every aspect: no face behind somebody else, no head under the slate, closer is larger."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from PIL import Image, ImageDraw

from storyboard.drawing.blocking import size_of
from storyboard.drawing.compositing import compose_still
from storyboard.drawing.overlays import FrameSize, bar_height
from storyboard.drawing.still import PlacedSubject, Still, Subject

FRAMES = {"16:9": (640, 360), "9:16": (360, 640), "1:1": (480, 480)}
BUST = 420  # pixels of the figure below that are seen of a bust
FACES = ((250, 40, 40), (40, 250, 40), (40, 40, 250), (250, 250, 40))


def person(face: tuple[int, int, int], tall: int = 1000) -> bytes:
    """Somebody on transparent ground, down to so many pixels: a face of one colour, a grey body."""
    image = Image.new("RGBA", (400, tall), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((60, 170, 340, image.height), 60, fill=(120, 120, 120, 255))
    pen.ellipse((130, 0, 270, 180), fill=(*face, 255))
    body = io.BytesIO()
    image.save(body, "PNG")
    return body.getvalue()


def shot(sides: Sequence[float], height: float, frame: tuple[int, int], bust: bool = False) -> Image.Image:
    people = tuple(
        PlacedSubject(Subject(f"P{n}", "character", person(face, BUST if bust else 1000)), x, 0.96, height)
        for n, (x, face) in enumerate(zip(sides, FACES, strict=False))
    )
    return compose_still(Still(None, people), *frame).picture


def box(picture: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Where a colour is seen; the test fails where it is not."""
    bands = [
        band.point(lambda v, c=c: 255 if abs(v - c) < 40 else 0)
        for band, c in zip(picture.split(), colour, strict=False)
    ]
    mask = Image.merge("RGB", bands[:3]).convert("L").point(lambda v: 255 if v > 250 else 0)
    found = mask.getbbox()
    assert found is not None
    return found


def shape(found: tuple[int, int, int, int]) -> float:
    return (found[2] - found[0]) / (found[3] - found[1])


@pytest.mark.parametrize("aspect", FRAMES)
@pytest.mark.parametrize("sides", [(0.5,), (0.22, 0.78), (0.4, 0.5), (0.2, 0.5, 0.8), (0.1, 0.3, 0.6, 0.9)])
@pytest.mark.parametrize("height", [0.3, 0.46, 0.6, 0.7, 0.84, 0.94])
def test_every_face_is_seen_whole_and_below_the_slate(aspect: str, sides: tuple[float, ...], height: float) -> None:
    frame = FRAMES[aspect]
    picture = shot(sides, height, frame)
    faces = [box(picture, colour) for colour in FACES[: len(sides)]]
    for left, top, right, _ in faces:
        assert top >= bar_height(FrameSize(*frame))
        assert 0 <= left < right <= frame[0]
    for found in faces:
        assert shape(found) == pytest.approx(140 / 180, abs=0.16), "the face is hidden in part"
    assert [found[0] for found in faces] == sorted(found[0] for found in faces), "they change sides"


@pytest.mark.parametrize("aspect", FRAMES)
@pytest.mark.parametrize("bust", [False, True])
def test_closer_is_larger_and_eyes_are_on_the_upper_third(aspect: str, bust: bool) -> None:
    frame = FRAMES[aspect]
    close = box(shot((0.5,), 1.2, frame, bust), FACES[0])
    closest = box(shot((0.5,), 1.6, frame, bust), FACES[0])
    medium = box(shot((0.5,), 0.84, frame), FACES[0])
    widths = [found[2] - found[0] for found in (medium, close, closest)]
    assert widths == sorted(widths)
    assert close[1] >= bar_height(FrameSize(*frame))
    eyes = (close[1] + close[3]) / 2
    assert eyes == pytest.approx(frame[1] / 3, abs=frame[1] * 0.09)


def lamp(width: int = 160) -> bytes:
    """A thing of one colour on transparent ground."""
    picture = Image.new("RGB", (width, 160), (250, 40, 250)).convert("RGBA")
    picture.putpixel((0, 0), (0, 0, 0, 0))
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


def holding(height: float, frame: tuple[int, int], thing: bytes, grip: str = "hand", bust: bool = False) -> Image.Image:
    holder = PlacedSubject(Subject("Mira", "character", person(FACES[0], BUST if bust else 1000)), 0.3, 0.96, height)
    held = PlacedSubject(Subject("Lamp", "prop", thing), 0.3, 0.96, 0.1 * height, "Mira", grip)
    return compose_still(Still(None, (holder, held)), *frame).picture


@pytest.mark.parametrize("aspect", FRAMES)
@pytest.mark.parametrize("height", [0.46, 0.6, 0.84])
def test_a_thing_in_a_hand_is_a_tenth_of_its_holder_and_at_it(aspect: str, height: float) -> None:
    frame = FRAMES[aspect]
    picture = holding(height, frame, lamp())
    left, top, right, bottom = box(picture, (250, 40, 250))
    face = box(picture, FACES[0])
    whole = (face[2] - face[0]) * 1000 / 140  # of a face as broad as in `person`
    assert bottom - top == pytest.approx(max(0.1 * whole, 0.04 * frame[1]), rel=0.12, abs=2)
    assert top > face[3]
    assert bottom < 0.9 * frame[1], "no caption covers it"
    assert left < face[2] + (face[2] - face[0])
    assert right > face[2]


@pytest.mark.parametrize("aspect", FRAMES)
def test_of_a_bust_too_the_whole_person_counts(aspect: str) -> None:
    frame = FRAMES[aspect]
    whole, bust = (box(holding(0.6, frame, lamp(), bust=bust), (250, 40, 250)) for bust in (False, True))
    assert bust[3] - bust[1] > 1.2 * (whole[3] - whole[1])


def test_a_thing_held_over_the_head_is_there() -> None:
    picture = holding(0.6, FRAMES["16:9"], lamp(), "head")
    assert box(picture, (250, 40, 250))[3] <= box(picture, FACES[0])[1] + 8


@pytest.mark.parametrize("aspect", FRAMES)
def test_nearer_two_shots_are_larger_also_where_the_frame_is_narrow(aspect: str) -> None:
    """A camera that is near cuts through outer shoulders, never through faces."""
    frame = FRAMES[aspect]
    faces = [
        [box(shot((0.22, 0.78), height, frame, bust=True), colour) for colour in FACES[:2]] for height in (0.46, 0.84)
    ]
    for far, near in zip(*faces, strict=True):
        assert near[2] - near[0] > 1.1 * (far[2] - far[0])
        assert shape(near) == pytest.approx(140 / 180, abs=0.16)


def test_nobody_towers_above_a_neighbour_whom_the_frame_cuts_too() -> None:
    frame = FRAMES["16:9"]
    people = [
        PlacedSubject(Subject(f"P{n}", "character", person(face, tall)), x, 0.96, 0.84)
        for n, (x, face, tall) in enumerate(zip((0.22, 0.78), FACES, (240, 720), strict=False))
    ]
    picture = compose_still(Still(None, tuple(people)), *frame).picture
    short, tall = (box(picture, colour) for colour in FACES[:2])
    assert tall[1] < short[1]
    assert short[1] - tall[1] <= 1.15 * (tall[3] - tall[1])


@pytest.mark.parametrize("side", [0.22, 0.78])
def test_a_close_up_at_a_side_is_not_cut_there(side: float) -> None:
    frame = FRAMES["9:16"]
    left, _, right, _ = box(shot((side,), 1.2, frame, bust=True), FACES[0])
    assert left > 0
    assert right < frame[0]


@pytest.mark.parametrize("aspect", FRAMES)
@pytest.mark.parametrize("size", [(1600, 900), (1500, 1000), (1000, 1000), (900, 1600)])
def test_a_place_fills_the_frame(aspect: str, size: tuple[int, int]) -> None:
    place = io.BytesIO()
    Image.new("RGB", size, (90, 160, 200)).save(place, "PNG")
    picture = compose_still(Still(Subject("Harbor", "location", place.getvalue())), *FRAMES[aspect]).picture
    assert picture.size == FRAMES[aspect]
    assert picture.getextrema() == ((90, 90), (160, 160), (200, 200))


def test_sizes_have_an_order() -> None:
    order = [
        "extreme wide shot",
        "wide shot",
        "full shot",
        "medium shot",
        "medium close-up",
        "close-up",
        "extreme close-up",
    ]
    found = [size_of((one,)) for one in order]
    nears = [one.near for one in found if one]
    assert len(nears) == len(order)
    assert nears == sorted(nears)
