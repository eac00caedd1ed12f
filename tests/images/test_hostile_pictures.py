"""Pictures that mean harm, or that another program writes meanwhile: each is named, none takes the machine down."""

from __future__ import annotations

import base64
import io
import struct
import threading
import time
import zlib
from collections.abc import Callable
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from storyboard import Unreadable, compile_file
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.images.reader import read_image
from tests.images.odd_pictures import QUARTERS, WIDTH, heic, plain, png_of, saved

SIDE = 30_000  # 900 megapixels
SCRIPT = "CHARACTER Mira\nfront: mira.png\n\nSHOT 5s close-up\n@Mira waits at the window of the kitchen.\n"


def png_bomb() -> bytes:
    return png_of(struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0), zlib.compress(bytes(1_000_000)))


def jpeg_bomb() -> bytes:
    """A JPEG whose frame header (SOF0: height and width behind its length and precision) says so."""
    data = bytearray(saved(plain(), "JPEG"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", SIDE, SIDE)
    return bytes(data)


def gif_bomb() -> bytes:
    data = bytearray(saved(plain(), "GIF"))
    data[6:10] = struct.pack("<HH", 65_535, 65_535)
    return bytes(data)


def bmp_bomb() -> bytes:
    data = bytearray(saved(plain(), "BMP"))
    data[18:26] = struct.pack("<ii", SIDE, SIDE)
    return bytes(data)


def tiff_bomb() -> bytes:
    """A TIFF with both sides (tags 256 and 257) made larger."""
    data = bytearray(saved(plain(), "TIFF"))
    start = struct.unpack_from("<I", data, 4)[0]
    for entry in range(struct.unpack_from("<H", data, start)[0]):
        at = start + 2 + 12 * entry
        tag, kind = struct.unpack_from("<HH", data, at)
        if tag in (256, 257):
            struct.pack_into("<H" if kind == 3 else "<I", data, at + 8, SIDE)
    return bytes(data)


def webp_bomb() -> bytes:
    """An extended WebP (VP8X): its canvas is 16,384 pixels a side, as large as the format allows."""
    image = plain().convert("RGBA")
    image.putalpha(128)
    data = bytearray(saved(image, "WEBP"))
    at = data.index(b"VP8X") + 12
    data[at : at + 6] = (16_383).to_bytes(3, "little") * 2
    return bytes(data)


def boxed_bomb(data: bytes) -> bytes:
    """A HEIC or AVIF whose image extents (`ispe`: version, width, height) say so."""
    changed = bytearray(data)
    at = changed.index(b"ispe") + 8
    changed[at : at + 8] = struct.pack(">II", SIDE, SIDE)
    return bytes(changed)


BOMBS: dict[str, Callable[[], bytes]] = {
    "png": png_bomb,
    "jpeg": jpeg_bomb,
    "gif": gif_bomb,
    "bmp": bmp_bomb,
    "tiff": tiff_bomb,
    "webp": webp_bomb,
    "heic": lambda: boxed_bomb(heic(plain())),
    "avif": lambda: boxed_bomb(saved(plain(), "AVIF")),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_before_it_is_unpacked(kind: str) -> None:
    before = time.process_time()
    with pytest.raises(UnreadableImage) as refused:
        read_image(BOMBS[kind](), 2048)
    assert str(refused.value).startswith(("has ", "is ", "cannot be opened safely"))
    assert time.process_time() - before < 5, "nothing of its size was unpacked"


def broken_profiles() -> dict[str, bytes]:
    from PIL import ImageCms

    whole = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lost = bytearray(whole)
    lost[128:132] = struct.pack(">I", 0x7FFFFFFF)  # the number of its tags
    far = bytearray(whole)
    for tag in range(struct.unpack_from(">I", whole, 128)[0]):
        far[136 + 12 * tag : 140 + 12 * tag] = struct.pack(">I", 0xFFFFFF00)  # where each of them is
    return {"cut off": whole[: len(whole) // 2], "too many tags": bytes(lost), "tags elsewhere": bytes(far)}


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("how", broken_profiles())
def test_a_damaged_profile_counts_for_nothing(kind: str, how: str) -> None:
    seen = read_image(saved(plain(), kind, icc_profile=broken_profiles()[how], quality=95), 2048).pixels
    for quarter, colour in enumerate(QUARTERS):
        at = WIDTH // 4 + quarter % 2 * WIDTH // 2, seen.height // 4 + quarter // 2 * seen.height // 2
        shown = seen.getpixel(at)
        assert isinstance(shown, tuple)
        assert all(abs(one - other) < 12 for one, other in zip(shown, colour, strict=True))


@pytest.mark.slow
def test_a_phones_48_megapixels() -> None:
    body = io.BytesIO()
    pillow_heif.from_pillow(plain(8064, 6048)).save(body, quality=50)
    seen = read_image(body.getvalue(), 2048)
    assert (seen.width, seen.height) == (8064, 6048)
    assert seen.pixels.size == (2048, 1536)


def test_a_picture_that_changes_while_it_is_read(tmp_path: Path) -> None:
    """Whatever a run meets, it sends one of the two pictures or says what is wrong; the next run knows the last one."""
    red = saved(Image.linear_gradient("L").convert("RGB").point([255] * 256 + list(range(256)) * 2), "PNG")
    blue = saved(Image.linear_gradient("L").convert("RGB").point(list(range(256)) * 2 + [255] * 256), "PNG")
    file, script = tmp_path / "mira.png", tmp_path / "film.sb"
    script.write_text(SCRIPT, encoding="utf-8")
    file.write_bytes(red)
    is_over = threading.Event()
    said: list[str] = []

    def change() -> None:
        while not is_over.is_set():
            for data in (blue, red):
                file.write_bytes(data)  # in place, as a careless program does it: for a moment it is empty

    writer = threading.Thread(target=change)
    writer.start()
    try:
        for _ in range(12):
            try:
                done = compile_file(script, images="embed")
            except Unreadable as problem:
                said.append(str(problem))
                continue
            if done.manifest is None:
                assert {one.code for one in done.diagnostics} & {"SB402", "SB401"}
            else:
                assert colour_sent(done.manifest.clips[0].payload) in ("red", "blue")
    finally:
        is_over.set()
        writer.join()
    assert all(one.startswith("mira.png ") for one in said)
    file.write_bytes(blue)
    last = compile_file(script, images="embed")
    assert last.manifest is not None
    assert colour_sent(last.manifest.clips[0].payload) == "blue"


def colour_sent(payload: dict[str, object]) -> str:
    elements = payload["elements"]
    assert isinstance(elements, list)
    body = base64.b64decode(elements[0]["frontal_image_url"].partition("base64,")[2])
    shown = Image.open(io.BytesIO(body)).convert("RGB").getpixel((4, 4))
    assert isinstance(shown, tuple)
    return {0: "red", 2: "blue"}.get(shown.index(max(shown)), "neither")
