"""Image decoding: from bytes to the picture as a person sees it.

That is the first frame, upright, in sRGB, with 8 bits a channel, RGB or RGBA. Metadata never makes an image unreadable:
it is applied if it changes the picture (orientation, colour profile, gamma) and dropped.

The colour rules are those of browsers: an embedded ICC profile counts, else a PNG's `gAMA` (PNG 3rd edition, 11.3.2),
else the values are sRGB.
"""

from __future__ import annotations

import io
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

from storyboard.catalog import read_table

if TYPE_CHECKING:
    from PIL.Image import Image

#: The tag of Exif 2.32 (CIPA DC-008, 4.6.4) that says how the camera was held: 1 upright, 2 to 8 as in `_turn_upright`.
_ORIENTATION = 0x0112
#: Formats in which that tag counts for nothing: libheif has turned a HEIC already, browsers leave a WebP as it is.
_NEVER_TURNED = frozenset({"HEIF", "WEBP"})
_TURNS = frozenset(range(2, 9))
_ON_ITS_SIDE = frozenset({5, 6, 7, 8})
_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_NOTES = frozenset({b"tEXt", b"zTXt", b"iTXt"})
_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"
#: The gamma of a PNG whose values are as good as sRGB's already, times 100,000 (PNG 3rd edition, table 14).
_GAMMA_OF_SRGB, _GAMMA_SLACK = 0.45455, 0.02
_SIXTEEN_BITS = 65535


class UnreadableImage(Exception):
    """The bytes are not a readable picture. The message says why, as in `is cut off`; `advice` says what to do, or is
    empty."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice


class SeenImage(NamedTuple):
    """A picture as it is seen. `width` and `height` are those of the file, upright, in pixels; `pixels` may be smaller
    than the file says, and is RGB or, where one sees through parts of it, RGBA. `format` is Pillow's name of
    the file's format; an MPO counts as JPEG."""

    pixels: Image
    width: int
    height: int
    format: str


class ClosedImage(NamedTuple):
    """An image whose head is read and whose pixels are not: Pillow's `image` and the `data` it comes from."""

    image: Image
    data: bytes

    @property
    def pixels(self) -> int:
        """How many it will have."""
        return self.image.width * self.image.height


def open_image(data: bytes) -> ClosedImage:
    """Read the head of an image. Raises UnreadableImage."""
    if not data:
        raise UnreadableImage("is empty")
    return ClosedImage(_open(data), data)


def decode_image(closed: ClosedImage, longest: int) -> SeenImage:
    """Decode an image. `longest` is the most pixels that the longer side of the result may have; a JPEG is decoded at a
    fraction of its size then. Raises UnreadableImage."""
    image, data = closed
    turned = 1 if image.format in _NEVER_TURNED else _orientation(image)
    width, height = (image.height, image.width) if turned in _ON_ITS_SIDE else image.size
    seen = _turn_upright(_seen(image, data, longest), turned)
    return SeenImage(seen, width, height, "JPEG" if image.format == "MPO" else image.format or "")


def _open(data: bytes) -> Image:
    """The picture, its pixels still undecoded where the format allows it."""
    from PIL import Image, UnidentifiedImageError

    try:
        if _is_heif(data):
            return _open_heif(data)
        if data.startswith(_PNG):
            data = _without_notes(data)
        return Image.open(io.BytesIO(data), formats=read_table("image_files.toml")["read"]["pillow"])
    except UnidentifiedImageError:
        raise _not_an_image(data) from None
    except Image.DecompressionBombError:
        raise UnreadableImage("has too many pixels to be opened safely") from None
    except Exception as problem:  # noqa: BLE001 # a header may hold anything, and decoders stumble in many ways
        raise _damaged(problem) from None


def _is_heif(data: bytes) -> bool:
    brands = read_table("image_files.toml")["read"]["heif_brands"]
    return data[4:8] == b"ftyp" and data[8:12].decode("latin-1") in brands and b"avif" not in data[8:64]


def _open_heif(data: bytes) -> Image:
    from PIL import Image
    from pillow_heif import register_heif_opener

    register_heif_opener(thumbnails=False)
    return Image.open(io.BytesIO(data), formats=("HEIF",))


def _seen(image: Image, data: bytes, longest: int) -> Image:
    """Decoded, in sRGB, 8 bits, no larger than asked; not yet turned."""
    if image.format in ("JPEG", "MPO"):
        image.draft(None, (longest, longest))
    try:
        image.load()
    except Exception as problem:  # noqa: BLE001 # see `_open`
        image = _without_end_marker(image, data, longest) or _raise(_damaged(problem))
    try:
        if max(image.size) > longest and not image.mode.startswith(("I", "F", "P", "1")):
            image.thumbnail((longest, longest), reducing_gap=2.0)
        plain = _to_srgb(image)
        if max(plain.size) > longest:
            plain.thumbnail((longest, longest), reducing_gap=2.0)
    except Exception as problem:  # noqa: BLE001 # see `_open`
        raise _damaged(problem) from None
    return plain


def _raise(problem: UnreadableImage) -> Image:
    raise problem from None


def _without_end_marker(image: Image, data: bytes, longest: int) -> Image | None:
    """A JPEG whose last two bytes are missing, and nothing else; None for one that is really cut off.

    Where every pixel is there, the bytes that a decoder meets after them change nothing.
    """
    from PIL import Image

    if image.format not in ("JPEG", "MPO") or not data.startswith(_JPEG_START):
        return None
    endings = []
    for filling in (b"", b"\x55" * 4096):
        again = Image.open(io.BytesIO(data + filling + _JPEG_END), formats=("JPEG",))
        again.draft(None, (longest, longest))
        try:
            again.load()
        except Exception:  # noqa: BLE001 # then more than the marker is missing
            return None
        endings.append(again)
    one, other = endings
    return one if one.tobytes() == other.tobytes() else None


def _to_srgb(image: Image) -> Image:
    """A decoded picture in sRGB with 8 bits a channel: RGB, or RGBA where one sees through parts of it."""
    profile, gamma = image.info.get("icc_profile"), image.info.get("gamma")
    image = _to_eight_bits(image)
    alpha = image.convert("RGBA").getchannel("A") if image.has_transparency_data else None
    if image.mode in ("P", "PA", "LA", "La", "RGBa"):
        image = image.convert("RGBA").convert("RGB")
    converted = _by_profile(image, profile) if isinstance(profile, bytes) and profile else None
    if converted is None:
        converted = image if image.mode == "RGB" else image.convert("RGB")
        if not profile and "srgb" not in image.info and isinstance(gamma, float):
            converted = _by_gamma(converted, gamma)
    if alpha is not None and alpha.getextrema() != (255, 255):
        converted.putalpha(alpha)
    elif converted is image:
        converted = image.copy()
    converted.info = {}
    return converted


def _to_eight_bits(image: Image) -> Image:
    """16 bits of grey, whole numbers and floats, as 8 bits; other modes as they are."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (255 / _SIXTEEN_BITS)).convert("L")
    if image.mode == "F":
        _, most = image.getextrema()
        unit = 255 if isinstance(most, int | float) and most <= 1 else 1
        return image.point(lambda value: value * unit).convert("L")
    return image


def _by_profile(image: Image, profile: bytes) -> Image | None:
    """The picture with its ICC profile applied; None where the profile cannot be used, as browsers ignore it then."""
    from PIL import ImageCms

    source = image if image.mode in ("RGB", "L", "CMYK", "LAB") else image.convert("RGB")
    try:
        found = ImageCms.profileToProfile(
            source,
            io.BytesIO(profile),
            _srgb_profile(),
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except Exception:  # noqa: BLE001 # a damaged profile, or one of another kind of picture
        return None
    return found


def _srgb_profile() -> Any:  # noqa: ANN401 # Pillow does not type its profiles
    from PIL import ImageCms

    return ImageCms.createProfile("sRGB")


def _by_gamma(image: Image, gamma: float) -> Image:
    """A picture whose values are light to the power of `gamma`, in the values of sRGB (IEC 61966-2-1)."""
    if not 0 < gamma < 1e3 or abs(gamma - _GAMMA_OF_SRGB) < _GAMMA_SLACK:
        return image

    def value(number: int) -> int:
        light = float((number / 255) ** (1 / gamma))
        return round(255 * (12.92 * light if light <= 0.0031308 else 1.055 * float(light ** (1 / 2.4)) - 0.055))

    return image.point([value(number) for number in range(256)] * 3)


def _orientation(image: Image) -> int:
    try:
        told = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 # the notes of a camera may hold anything, and Pillow stumbles in many ways
        return 1
    return int(told) if isinstance(told, int) and told in _TURNS else 1


def _turn_upright(image: Image, orientation: int) -> Image:
    """A picture as it was seen, however the camera was held."""
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    turn = turns.get(orientation)
    return image if turn is None else image.transpose(turn)


def _without_notes(data: bytes) -> bytes:
    """A PNG without its text chunks: image generators keep megabytes there, more than Pillow is willing to unpack."""
    kept, at = [data[: len(_PNG)]], len(_PNG)
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if kind not in _PNG_NOTES:
            kept.append(data[at:end])
        if kind == b"IEND":
            break
        at = end
    return b"".join(kept)


def _not_an_image(data: bytes) -> UnreadableImage:
    """What a file is that is not an image, by its first bytes."""
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for row in read_table("image_files.toml")["other"]:
        mark = row["starts"].encode("latin-1")
        if (data[row["at"] : row["at"] + len(mark)] == mark) if "at" in row else start.startswith(mark.lower()):
            return UnreadableImage(f"is {row['name']}, not a picture", row["advice"])
    if b"\0" not in data[:4096]:
        try:
            data[:4096].decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return UnreadableImage("is a text file, not a picture")
    return UnreadableImage("is not a picture that can be read, whatever its name says")


def _damaged(problem: Exception) -> UnreadableImage:
    words = str(problem).lower()
    cut = "truncated" in words or "end of file" in words or "premature" in words
    return UnreadableImage("is cut off" if cut else "is damaged and cannot be shown")
