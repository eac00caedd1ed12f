"""Pictures as phones, cameras, scanners and drawing programs write them: each by name, as bytes."""

from __future__ import annotations

import io
import random
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, PngImagePlugin

WIDTH, HEIGHT = 320, 240
#: Upper left, upper right, lower left, lower right: one sees at once whether it is turned, grey, or of other colours.
QUARTERS = ((40, 180, 70), (200, 60, 40), (240, 220, 180), (50, 70, 200))


def plain(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Four quarters, each of one colour."""
    image = Image.new("RGB", (width, height))
    for k, colour in enumerate(QUARTERS):
        left, top = k % 2 * width // 2, k // 2 * height // 2
        image.paste(colour, (left, top, left + width // 2, top + height // 2))
    return image


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    body = io.BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


def profile_of(primaries: dict[bytes, tuple[float, float, float]]) -> bytes:
    """sRGB's ICC profile with other primaries (XYZ, adapted to D50)."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for k in range(struct.unpack_from(">I", data, 128)[0]):
        name, offset, _ = struct.unpack_from(">4sII", data, 132 + 12 * k)
        if name in primaries:
            packed = (struct.pack(">i", round(x * 65536)) for x in primaries[name])
            data[offset + 8 : offset + 20] = b"".join(packed)
    return bytes(data)


DISPLAY_P3 = {
    b"rXYZ": (0.51512, 0.2412, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.1571, 0.06657, 0.78407),
}
ADOBE_RGB = {
    b"rXYZ": (0.60974, 0.31111, 0.01947),
    b"gXYZ": (0.20528, 0.62567, 0.06087),
    b"bXYZ": (0.14919, 0.06322, 0.74457),
}


def grey_sixteen() -> bytes:
    grey = plain().convert("L").tobytes()
    return saved(
        Image.frombytes("I;16", (WIDTH, HEIGHT), struct.pack(f"<{len(grey)}H", *(v * 257 for v in grey))), "PNG"
    )


def colour_sixteen() -> bytes:
    """A PNG of 16 bits a channel, which Pillow does not write."""
    pixels = plain().tobytes()
    row = WIDTH * 3
    lines = (b"\0" + b"".join(bytes((v, v)) for v in pixels[y * row : y * row + row]) for y in range(HEIGHT))
    return png_of(struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0), zlib.compress(b"".join(lines)))


def png_of(header: bytes, pixels: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    parts = [(b"IHDR", header), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    packed = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def with_gamma() -> bytes:
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    row, pixels = WIDTH * 3, plain().tobytes()
    lines = b"".join(b"\0" + pixels[y * row : y * row + row] for y in range(HEIGHT))
    return png_of(header, zlib.compress(lines), (b"gAMA", struct.pack(">I", 100_000)))


def with_long_note() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("workflow", "ab" * 1_000_000, zip=True)
    return saved(plain(), "PNG", pnginfo=notes)


def turned(orientation: int, kind: str = "JPEG") -> bytes:
    """Stored so that it is upright only when the note about the camera is read."""
    back: dict[int, Any] = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    note = Image.Exif()
    note[0x112] = orientation
    return saved(plain().transpose(back[orientation]), kind, exif=note, quality=95)


def seen_through() -> Image.Image:
    image = plain().convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image


def heic(image: Image.Image, **options: Any) -> bytes:
    body = io.BytesIO()
    pillow_heif.from_pillow(image).save(body, quality=95, **options)
    return body.getvalue()


def palette_with_hole() -> bytes:
    image = plain().convert("P", palette=Image.Palette.ADAPTIVE, colors=8)
    return saved(image, "PNG", transparency=image.getpixel((2, 2)))


def noisy_photo(width: int, height: int) -> bytes:
    noise = Image.frombytes("L", (600, 400), random.Random(7).randbytes(600 * 400)).resize((width, height))
    photo = Image.blend(plain(width, height), Image.merge("RGB", (noise, noise, noise)), 0.2)
    return saved(photo, "JPEG", quality=97, subsampling=0)


#: What a browser shows, so that it can be the judge: name and content.
SHOWN: dict[str, Callable[[], bytes]] = {
    "plain.png": lambda: saved(plain(), "PNG"),
    "plain.jpg": lambda: saved(plain(), "JPEG", quality=95),
    "progressive.jpg": lambda: saved(plain(), "JPEG", quality=95, progressive=True),
    "grey.jpg": lambda: saved(plain().convert("L"), "JPEG", quality=95),
    "cmyk.jpg": lambda: saved(plain().convert("CMYK"), "JPEG", quality=95),
    "two-in-one.jpg": lambda: saved(plain(), "MPO", save_all=True, append_images=[plain().rotate(180)]),
    "display-p3.jpg": lambda: saved(plain(), "JPEG", quality=97, icc_profile=profile_of(DISPLAY_P3)),
    "adobe-rgb.png": lambda: saved(plain(), "PNG", icc_profile=profile_of(ADOBE_RGB)),
    "broken-profile.jpg": lambda: saved(plain(), "JPEG", quality=95, icc_profile=b"no profile at all"),
    "grey16.png": grey_sixteen,
    "colour16.png": colour_sixteen,
    "gamma.png": with_gamma,
    "long-note.png": with_long_note,
    "palette.png": lambda: saved(plain().convert("P", palette=Image.Palette.ADAPTIVE, colors=8), "PNG"),
    "palette-with-hole.png": palette_with_hole,
    "two-colours.png": lambda: saved(plain().convert("1", dither=Image.Dither.NONE), "PNG"),
    "grey-and-alpha.png": lambda: saved(seen_through().convert("LA"), "PNG"),
    "alpha.png": lambda: saved(seen_through(), "PNG"),
    "plain.webp": lambda: saved(plain(), "WEBP", quality=95),
    "alpha.webp": lambda: saved(seen_through(), "WEBP", lossless=True),
    "moving.webp": lambda: saved(plain(), "WEBP", save_all=True, append_images=[plain().rotate(180)], lossless=True),
    "moving.gif": lambda: saved(plain(), "GIF", save_all=True, append_images=[plain().rotate(180)], duration=60_000),
    "old.bmp": lambda: saved(plain(), "BMP"),
    "palette.bmp": lambda: saved(plain().convert("P", palette=Image.Palette.ADAPTIVE, colors=8), "BMP"),
    "still.avif": lambda: saved(plain(), "AVIF", quality=90),
    "turned.webp": lambda: turned(6, "WEBP"),
    "turned.png": lambda: turned(6, "PNG"),
    "turned.avif": lambda: turned(6, "AVIF"),
    **{f"turned-{number}.jpg": partial(turned, number) for number in range(2, 9)},
}
#: What no browser here shows, or not whole: the picture is the plain one.
UNSHOWN: dict[str, Callable[[], bytes]] = {
    "no-end-marker.jpg": lambda: saved(plain(), "JPEG", quality=95)[:-2],
    "phone.heic": lambda: heic(plain()),
    "deep.heic": lambda: heic(plain(), bit_depth=10),
    "scan.tiff": lambda: saved(plain(), "TIFF"),
    "packed.tiff": lambda: saved(plain(), "TIFF", compression="tiff_lzw"),
    "pages.tiff": lambda: saved(plain(), "TIFF", save_all=True, append_images=[plain().rotate(180)]),
}
