"""Figures cut from the grounds they stand on."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from storyboard.drawing.cutouts import read_cut_out
from storyboard.drawing.plain_ground import cut_from_plain_ground

SIZE = (480, 640)
GROUND = (232, 228, 220)


def figure(ground: tuple[int, int, int] = GROUND) -> Image.Image:
    """Somebody in a red coat, with a pale beard, on legs with a gap between, in a soft shadow."""
    picture = Image.new("RGB", SIZE, ground)
    pen = ImageDraw.Draw(picture)
    shade = tuple(channel - 28 for channel in ground)
    pen.ellipse((130, 575, 350, 610), fill=shade)
    pen.ellipse((190, 90, 290, 190), fill=(216, 170, 140))
    pen.rectangle((205, 160, 275, 215), fill=(238, 236, 230))  # the beard
    pen.rectangle((205, 160, 275, 172), fill=(216, 170, 140))
    pen.rounded_rectangle((150, 214, 330, 450), 20, fill=(180, 40, 40))
    pen.rectangle((190, 450, 232, 590), fill=(60, 60, 80))
    pen.rectangle((250, 450, 292, 590), fill=(60, 60, 80))
    return picture


def cut(picture: Image.Image) -> Image.Image | None:
    """The cut-out; None where there is only a portrait with soft edges."""
    body = io.BytesIO()
    picture.save(body, "PNG")
    found = read_cut_out(body.getvalue(), "prop")
    return None if found.is_soft else found.picture


def test_a_figure_is_cut_from_a_plain_ground() -> None:
    found = cut(figure())
    assert found is not None
    assert found.width == pytest.approx(182, abs=10)  # the coat is the widest: no shadow beside the feet
    assert found.height == pytest.approx(500, abs=12)
    alpha = found.getchannel("A")
    middle = found.width // 2
    assert alpha.getpixel((middle, 300)) == 255, "the coat"
    assert alpha.getpixel((middle, 430)) == 0, "between the legs"
    assert alpha.getpixel((3, 40)) == 0, "beside the head"


def test_a_pale_beard_before_a_pale_ground_stays() -> None:
    found = cut(figure())
    assert found is not None
    assert found.getpixel((found.width // 2, 108))[3] == 255  # type: ignore[index]  # a colour


def test_one_sees_through_a_handle() -> None:
    picture = Image.new("RGB", SIZE, GROUND)
    pen = ImageDraw.Draw(picture)
    pen.arc((150, 80, 330, 380), 180, 360, fill=(140, 100, 40), width=10)
    pen.rectangle((160, 250, 320, 560), fill=(190, 150, 70))
    found = cut(picture)
    assert found is not None
    assert found.getchannel("A").getpixel((found.width // 2, 80)) == 0


def test_a_view_is_not_a_plain_ground() -> None:
    picture = Image.effect_noise(SIZE, 90).convert("RGB")
    picture.paste((200, 30, 30), (150, 200, 330, 600))
    assert cut_from_plain_ground(picture) is None
