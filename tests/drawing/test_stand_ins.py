"""Stand-ins for pictures that are missing, under the camera and the captions of the animatic."""

from __future__ import annotations

import pytest
from PIL import Image, ImageChops

from storyboard.drawing.camera_moves import move_named
from storyboard.drawing.placeholders import draw_stand_in, stand_in_breadth, write_place
from storyboard.drawing.still import Subject

_CAPTIONS = 0.74  # of a frame's height, from which two lines of captions may stand
_FOOT, _MEDIUM = 0.96, 0.66  # of a figure in a medium shot


@pytest.mark.parametrize("kind", ["character", "prop"])
@pytest.mark.parametrize("name", ["Mira", "The Old Lantern Keeper"])
def test_a_name_stands_above_the_captions(kind: str, name: str) -> None:
    subject = Subject(name, kind, None)
    high = 480
    size = round(high * stand_in_breadth(subject)), high
    named, plain = draw_stand_in(subject, *size), draw_stand_in(subject._replace(name=""), *size, whose=name)
    box = ImageChops.difference(named.convert("RGB"), plain.convert("RGB")).getbbox()
    assert box is not None
    assert _FOOT - _MEDIUM + _MEDIUM * box[3] / high < _CAPTIONS


@pytest.mark.parametrize("move", ["drift", "push", "pull", "handheld"])
def test_a_places_words_stay_in_the_frame(move: str) -> None:
    size = 854, 480
    stage = Image.new("RGB", size, "white")
    write_place(stage, Subject("The End of the Harbor Wall", "location", None), Image.new("L", size))
    box = ImageChops.invert(stage).getbbox()
    assert box is not None
    for view in (move_named(move).start, move_named(move).end):
        left, top = (view.x * (1 - 1 / view.zoom), view.y * (1 - 1 / view.zoom))
        assert (box[0] / size[0] - left) * view.zoom > 0
        assert (box[2] / size[0] - left) * view.zoom < 1
        assert (box[1] / size[1] - top) * view.zoom > 0.06, "below the slate"
