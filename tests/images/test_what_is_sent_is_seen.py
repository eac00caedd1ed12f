"""What a request holds is what a person sees: the same size and colours as on the board, and as a browser shows it."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageStat

from storyboard import compile_file
from storyboard.catalog.video_models import find_model
from storyboard.drawing.images import read_picture
from tests.board.conftest import CHROMIUM, QUIET
from tests.images.odd_pictures import SHOWN, UNSHOWN, noisy_photo, plain, saved

if TYPE_CHECKING:
    from playwright.sync_api import Page

#: How far colours may be apart, 0 to 255 a channel: lossy encoders and two colour engines.
CLOSE = 4
MODEL = find_model("kling-o3-pro")
assert MODEL is not None
SIDES = MODEL.sides
SCRIPT = "CHARACTER Mira\nfront: {}\n\nSHOT 5s close-up\n@Mira waits at the window of the kitchen.\n"

#: Draws an image as a page shows it, over white, and gives its size and the mean colour of each quarter.
_LOOK = """async (url) => {
  const image = new Image(); image.src = url; await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
  const pen = canvas.getContext('2d'); pen.fillStyle = 'white'; pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(image, 0, 0);
  const [w, h] = [canvas.width / 2, canvas.height / 2], means = [];
  for (const [x, y] of [[0, 0], [w, 0], [0, h], [w, h]]) {
    const data = pen.getImageData(x, y, w, h).data, sum = [0, 0, 0];
    for (let k = 0; k < data.length; k += 4) for (let c = 0; c < 3; c++) sum[c] += data[k + c];
    means.push(sum.map(one => one * 4 / data.length));
  }
  return {size: [canvas.width, canvas.height], means};
}"""


def quarters(image: Image.Image) -> list[list[float]]:
    """The mean colour of each quarter, over white."""
    ground = Image.new("RGBA", image.size, "white")
    shown = Image.alpha_composite(ground, image.convert("RGBA")).convert("RGB")
    w, h = shown.width // 2, shown.height // 2
    boxes = [(x, y, x + w, y + h) for y in (0, h) for x in (0, w)]
    return [ImageStat.Stat(shown.crop(box)).mean for box in boxes]


def alike(one: Any, other: Any, within: float = CLOSE) -> bool:
    return all(abs(a - b) <= within for x, y in zip(one, other, strict=True) for a, b in zip(x, y, strict=True))


def sent(folder: Path, name: str, data: bytes) -> Image.Image:
    """The picture in the request of a script that names it."""
    (folder / name).write_bytes(data)
    script = folder / "film.sb"
    script.write_text(SCRIPT.format(name), encoding="utf-8")
    done = compile_file(script, images="embed")
    assert done.manifest is not None, [one.message for one in done.diagnostics]
    assert not [one for one in done.diagnostics if one.code < "SB500" and one.code != "SB403"], done.diagnostics
    url = done.manifest.clips[0].payload["elements"][0]["frontal_image_url"]
    head, _, body = url.partition(";base64,")
    image = Image.open(io.BytesIO(base64.b64decode(body)))
    assert head == f"data:image/{(image.format or '').lower()}"
    return image


@cache
def content(name: str) -> bytes:
    return (SHOWN | UNSHOWN)[name]()


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, play.chromium.launch(executable_path=CHROMIUM, args=QUIET) as browser:
        yield browser.new_page()


@pytest.mark.parametrize("name", [*SHOWN, *UNSHOWN])
def test_a_request_is_plain(tmp_path: Path, name: str) -> None:
    image = sent(tmp_path, name, content(name))
    assert image.format in ("PNG", "JPEG", "WEBP")
    assert image.mode in ("RGB", "RGBA")
    assert getattr(image, "n_frames", 1) == 1
    assert not image.getexif()
    assert not {"icc_profile", "exif", "xmp", "gamma", "workflow", "comment"} & image.info.keys()


@pytest.mark.parametrize("name", [*SHOWN, *UNSHOWN])
def test_the_board_shows_what_is_sent(tmp_path: Path, name: str) -> None:
    request = sent(tmp_path, name, content(name))
    board = read_picture(tmp_path / name)
    assert board.size == request.size
    assert alike(quarters(board), quarters(request))


@pytest.mark.parametrize("name", SHOWN)
def test_a_browser_shows_what_is_sent(tmp_path: Path, page: Page, name: str) -> None:
    request = sent(tmp_path, name, content(name))
    kind = {"jpg": "jpeg"}.get(name.rpartition(".")[2], name.rpartition(".")[2])
    seen = page.evaluate(_LOOK, f"data:image/{kind};base64,{base64.b64encode(content(name)).decode()}")
    assert seen["size"] == list(request.size)
    assert alike(seen["means"], quarters(request)), (seen["means"], quarters(request))


@pytest.mark.parametrize("name", UNSHOWN)
def test_a_phones_picture_is_the_picture(tmp_path: Path, name: str) -> None:
    request = sent(tmp_path, name, content(name))
    assert request.size == plain().size
    assert alike(quarters(request), quarters(plain()))


def test_large_photos_are_made_smaller_until_the_request_is_small_enough(tmp_path: Path) -> None:
    photo = noisy_photo(4000, 3000)
    cast = [f"CHARACTER {name}\nfront: {name}-0.jpg\nangles: {name}-1.jpg, {name}-2.jpg\n" for name in ("Ann", "Tom")]
    for name in ("Ann", "Tom"):
        for number in range(3):
            (tmp_path / f"{name}-{number}.jpg").write_bytes(photo + bytes([number]))
    script = tmp_path / "film.sb"
    script.write_text("\n".join(cast) + "\nSHOT 5s wide\n@Ann on the left and @Tom on the right wait.\n")
    done = compile_file(script, images="embed")
    assert done.manifest is not None
    assert "SB405" not in {one.code for one in done.diagnostics}
    urls = [done.manifest.clips[0].payload["elements"][k]["frontal_image_url"] for k in range(2)]
    assert all(len(url) < 35_000_000 / 8 for url in urls)
    picture = Image.open(io.BytesIO(base64.b64decode(urls[0].partition("base64,")[2])))
    assert max(picture.size) == SIDES.most


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"%PDF-1.4\n%%EOF", "PDF"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\0\0\0\x20ftypisom" + bytes(40), "video"),
        (b"\0\0\0\x18ftypcrx " + bytes(40), "raw photo"),
        (b"8BPS" + bytes(40), "Photoshop"),
        (b"PK\x03\x04" + bytes(40), "ZIP"),
        (b"\xff\x0a" + bytes(40), "JPEG XL"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"hello", "text file"),
        (bytes(64), "whatever its name says"),
        (saved(plain(), "PNG")[:300], "cut off"),
        (saved(plain(), "JPEG")[:2000], "cut off"),
        (content("phone.heic")[:900], ""),
        (content("still.avif")[:300], ""),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_not_a_picture_is_named(tmp_path: Path, data: bytes, says: str) -> None:
    (tmp_path / "mira.png").write_bytes(data)
    script = tmp_path / "film.sb"
    script.write_text(SCRIPT.format("mira.png"), encoding="utf-8")
    found = [one for one in compile_file(script).diagnostics if one.code == "SB402"]
    assert len(found) == 1
    assert says in found[0].message
    assert found[0].help


def test_the_same_file_under_another_name_is_the_front_again(tmp_path: Path) -> None:
    for name in ("front.png", "side.png"):
        (tmp_path / name).write_bytes(saved(plain(640, 480), "PNG"))
    script = tmp_path / "film.sb"
    script.write_text(SCRIPT.format("front.png\nangles: side.png"), encoding="utf-8")
    found = [one for one in compile_file(script).diagnostics if one.code == "SB408"]
    assert [(one.start.line, one.related[0].start.line) for one in found] == [(3, 2)]


@pytest.mark.parametrize(
    "script",
    [SCRIPT.format("mira.png"), "LOCATION Hall\nimage: mira.png\n\nINT. HALL - DAY\n\nSHOT 5s wide\nDust.\n"],
    ids=["front", "place"],
)
@pytest.mark.parametrize(("colour", "words"), [((120, 120, 120), "one colour"), ((3, 3, 4), "nearly black")])
def test_a_picture_that_shows_nothing(tmp_path: Path, colour: tuple[int, int, int], words: str, script: str) -> None:
    Image.new("RGB", (640, 480), colour).save(tmp_path / "mira.png")
    (tmp_path / "film.sb").write_text(script, encoding="utf-8")
    found = [one for one in compile_file(tmp_path / "film.sb").diagnostics if one.code == "SB408"]
    assert len(found) == 1
    assert words in found[0].message
