"""Requests that pictures would make too large: the pictures are made smaller, and the plan says so."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from storyboard.catalog.video_models import SideLimits, find_model
from storyboard.cli import main
from storyboard.compiler.images.encoder import choose_encoding, size_steps


def test_a_picture_is_as_large_as_the_model_can_use() -> None:
    best = size_steps()[0]
    assert choose_encoding(6000, 4000, "JPEG", best, SideLimits(300, 2048), opaque=True)[2:] == (2048, 1365)
    assert choose_encoding(6000, 4000, "JPEG", best, SideLimits(300, 4096), opaque=True)[2:] == (4096, 2731)
    assert choose_encoding(640, 480, "JPEG", best, SideLimits(300, 4096), opaque=True)[2:] == (640, 480)


def test_no_step_goes_below_what_the_model_wants() -> None:
    worst = size_steps()[-1]
    sent = choose_encoding(6000, 1500, "JPEG", worst, SideLimits(400, 2048), opaque=True)
    assert sent.height == 400
    small = choose_encoding(640, 240, "JPEG", worst, SideLimits(400, 2048), opaque=True)
    assert small[2:] == (640, 240)


def test_every_model_says_how_large_its_pictures_may_be() -> None:
    model = find_model("kling-o3-pro")
    assert model is not None
    assert model.sides.most == 2048
    shown = CliRunner().invoke(main, ["models", "kling-o3-pro"])
    assert "2,048 on the longer one" in " ".join(shown.output.split())


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four drawings that cannot be compressed: 45 MB as they are."""
    folder = tmp_path_factory.mktemp("film")
    noise = Image.effect_noise((2048, 1365), 120)
    others = (noise.transpose(turn) for turn in (Image.Transpose.ROTATE_180, Image.Transpose.FLIP_LEFT_RIGHT))
    body = io.BytesIO()
    Image.merge("RGB", (noise, *others)).save(body, "PNG", compress_level=1)
    for number in range(4):
        (folder / f"{number}.png").write_bytes(body.getvalue() + bytes([number]))
    script = folder / "film.sb"
    script.write_text(
        "CHARACTER Ann\nlook: a keeper\nfront: 0.png\nangles: 1.png, 2.png, 3.png\n\nSHOT 5s wide\n@Ann waits at the window.\n"
    )
    return script


def test_the_plan_says_which_pictures_are_made_smaller(film: Path) -> None:
    shown = CliRunner().invoke(main, ["plan", str(film)])
    assert shown.exit_code == 0, shown.output
    assert "Pictures of s01c01 are made smaller, because the service accepts at most 35 MB" in " ".join(
        shown.output.split()
    )
    data = CliRunner().invoke(main, ["plan", str(film), "--format", "json"])
    assert json.loads(data.stdout)["clips"][0]["made_smaller"] == {"quality": 85, "share": 1.0, "png": False}


def test_what_is_sent_fits(film: Path) -> None:
    folder = film.parent / "requests"
    done = CliRunner().invoke(main, ["compile", str(film), "--requests", str(folder)])
    assert done.exit_code == 0, done.output
    assert (folder / "s01c01.json").stat().st_size < 35_000_000
