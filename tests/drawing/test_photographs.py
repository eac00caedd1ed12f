"""People and things in photographs: faces found, rooms behind taken away, and soft edges where that goes wrong."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from storyboard.child_process import ChildFailed
from storyboard.drawing import cutouts
from storyboard.drawing.compositing import compose_still
from storyboard.drawing.cutouts import CutOut, read_cut_out
from storyboard.drawing.heads import find_head
from storyboard.drawing.segmentation import find_face
from storyboard.drawing.still import PlacedSubject, Still, Subject

ASTRONAUT = Path(__file__).parent / "photos" / "astronaut.jpg"


@pytest.fixture(scope="module")
def astronaut() -> CutOut:
    return read_cut_out(ASTRONAUT, "character")


def png(picture: Image.Image) -> bytes:
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


def test_somebody_is_cut_from_the_room_behind(astronaut: CutOut) -> None:
    assert not astronaut.is_soft
    alpha = astronaut.picture.getchannel("A")
    head = find_head(astronaut)
    middle, eyes = round(head.middle), round(head.eyes)
    assert alpha.getpixel((middle, eyes)) == 255, "her face"
    assert alpha.getpixel((middle, 8)) == 255, "her hair"
    assert alpha.getpixel((middle, alpha.height - 60)) == 255, "her suit"
    assert alpha.getpixel((alpha.width - 12, 30)) == 0, "the space shuttle behind her"
    assert alpha.getpixel((middle + 110, eyes)) == 0, "the room beside her head"


def test_her_face_is_found(astronaut: CutOut) -> None:
    head = find_head(astronaut)
    assert head.height == pytest.approx(0.27 * astronaut.picture.height, rel=0.15), "from hair to chin, by eye"
    cheek = astronaut.picture.getpixel((round(head.middle), round(head.eyes + 0.18 * head.height)))
    assert isinstance(cheek, tuple)
    red, green, blue = cheek[:3]
    assert red > green > blue > 120, "her skin"
    assert not astronaut.is_whole, "a half-length portrait"


@pytest.mark.parametrize(("height", "least", "most"), [(1.2, 0.3, 0.55), (1.6, 0.55, 1.0)])
def test_a_close_up_has_the_eyes_on_the_upper_third(height: float, least: float, most: float) -> None:
    """And the nearer shot is nearer: her face is found in the panel as it was in the photograph."""
    still = Still(None, (PlacedSubject(Subject("Eileen", "character", ASTRONAUT), 0.5, 1.0, height),))
    panel = compose_still(still, 960, 540).picture
    face, is_from_front = find_face(np.ascontiguousarray(np.asarray(panel)[..., ::-1]))
    assert face is not None
    assert is_from_front
    assert least < face.height / panel.height < most
    assert face.top + 0.38 * face.height == pytest.approx(panel.height / 3, abs=0.06 * panel.height)
    assert face.middle == pytest.approx(panel.width / 2, abs=0.06 * panel.width)


def test_a_picture_in_which_nobody_is_found_has_soft_edges() -> None:
    noise = Image.effect_noise((480, 640), 120).convert("RGB").filter(ImageFilter.GaussianBlur(2))
    found = read_cut_out(png(noise), "character")
    assert found.is_soft
    assert found.face is None
    alpha = found.picture.getchannel("A")
    assert alpha.getpixel((alpha.width // 2, alpha.height // 2)) == 255
    assert max(alpha.getpixel((0, y)) for y in range(alpha.height)) < 40  # type: ignore[type-var, operator]  # grey


def test_a_thing_is_cut_from_a_busy_ground() -> None:
    picture = Image.effect_noise((640, 480), 60).convert("RGB").filter(ImageFilter.GaussianBlur(3))
    window = Image.new("RGB", (250, 480), (70, 130, 190))
    picture.paste(window, (0, 0), Image.linear_gradient("L").resize(window.size).rotate(180))
    ImageDraw.Draw(picture).ellipse((200, 120, 440, 360), fill=(210, 40, 30))
    found = read_cut_out(png(picture), "prop")
    assert not found.is_soft
    assert found.picture.width == pytest.approx(240, abs=16)
    assert found.picture.height == pytest.approx(240, abs=16)


def test_what_was_found_is_kept_from_run_to_run(monkeypatch: pytest.MonkeyPatch, astronaut: CutOut) -> None:
    def never(*arguments: object, **options: object) -> bytes:
        raise AssertionError("looked for again")

    monkeypatch.setattr(cutouts, "ask_child", never)
    again = read_cut_out(ASTRONAUT.read_bytes(), "character")  # bytes: another entry in this process's own memory
    assert again.picture.tobytes() == astronaut.picture.tobytes()


def test_without_the_child_there_is_a_portrait(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> bytes:
        raise ChildFailed("it takes too much memory or time")

    monkeypatch.setattr(cutouts, "ask_child", fail)
    with Image.open(ASTRONAUT) as photo:
        mirrored = png(photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    assert read_cut_out(mirrored, "character").is_soft
