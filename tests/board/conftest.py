"""A small project on disk, and a browser to look at its board."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

LANTERN = """\
Title: The Lantern Keeper
Author: M. Sorel
Audio: on

CHARACTER Mira
look: a young lantern keeper in a red wool coat
voice: low and hoarse
front: refs/mira.png

CHARACTER Policeman
look: a policeman in a dark cape

PROP Storm Lantern
look: a dented brass storm lantern
front: https://pictures.example/lantern.png

LOCATION Harbor
look: a foggy stone harbor
image: refs/harbor.png

# Act One

= Mira keeps the light one more night.

EXT. HARBOR - DUSK #7A#
light: last blue light, lamps just lit

FADE IN:

Wet cobbles. A bell somewhere out on the water.

SHOT 5s wide, slow push forward
@Mira stands at the edge of the quay, foreground left, with @Storm Lantern in her hand.

SHOT 4s close-up
sound: a bell buoy, far off
@Mira turns toward the camera.

MIRA (softly)
I never left.

DISSOLVE TO:

EXT. HARBOR - NIGHT

SHOT 12s tracking shot
@Mira walks away at the right. @Policeman looks after her.

SUPER: Twenty years later

POLICEMAN (O.S.)
Good night, miss.
"""


def paint(path: Path, size: tuple[int, int] = (640, 480), colour: str = "#8899aa", mode: str = "RGB") -> Path:
    """A picture with something on it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new(mode, size, colour)
    ImageDraw.Draw(image).ellipse((size[0] * 0.3, size[1] * 0.2, size[0] * 0.7, size[1] * 0.8), fill="#cc4433")
    image.save(path)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The folder of a script `lantern.sb` whose pictures are there."""
    paint(tmp_path / "refs" / "mira.png", (600, 800))
    paint(tmp_path / "refs" / "harbor.png", (1280, 720), "#334455")
    (tmp_path / "lantern.sb").write_text(LANTERN, encoding="utf-8")
    return tmp_path


@pytest.fixture
def painter() -> Callable[..., Path]:
    return paint


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium of the system; tests that look at pages are skipped where there is none. Its library keeps a
    loop running until the module ends, in which no other one can be started."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: the page is not looked at")
    api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: the page is not looked at")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield running
        running.close()


@pytest.fixture
def clip_file(project: Path) -> Path:
    """A take of nine seconds with a picture that changes, in a file whose name needs care."""
    import av

    path = project / "take #3.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast", "g": "48"})
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        for number in range(9 * 24):
            image = Image.new("RGB", (320, 180), (number, 255 - number, 80))
            container.mux(stream.encode(av.VideoFrame.from_image(image)))
        container.mux(stream.encode())
    return path
