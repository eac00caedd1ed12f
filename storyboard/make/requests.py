"""Requests for pictures: the endpoint and the body. Pure except for reading input pictures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from storyboard.catalog import read_table
from storyboard.catalog.picture_models import PictureModel
from storyboard.catalog.video_models import SideLimits
from storyboard.compiler.images.encoder import SizeStep, choose_encoding, encode_image
from storyboard.compiler.images.reader import read_image
from storyboard.make.fingerprint import fingerprint_of
from storyboard.make.models import ratio_of, resolution_for, shape_for
from storyboard.make.wanted_pictures import WantedPicture

#: What the service is asked to send, by how the file's name ends; a PNG where that is nothing it makes.
_FORMATS = {".png": "png", ".jpg": "jpeg", ".jpeg": "jpeg", ".webp": "webp"}
_BEST = SizeStep(92, 1.0, png=False)


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """A request for a picture.

    `body` is complete except for the seed and the input pictures, which are `inputs` in order; `aspect` and
    `resolution` are those requested.
    """

    path: str
    model: PictureModel
    body: dict[str, Any]
    inputs: int
    aspect: str
    resolution: str | None

    @property
    def usd(self) -> float | None:
        """US dollars by the model list; None where it has no price."""
        return self.model.price(self.resolution, self.inputs)

    def told(self, inputs: Sequence[str]) -> str:
        """The request as JSON, each input picture by its path and digest, for ledger and sidecar."""
        return json.dumps({**self.body, "inputs": list(inputs)}, ensure_ascii=False, sort_keys=True)

    def fingerprint(self, inputs: Sequence[str]) -> str:
        """What names the picture that is generated: the same request of the same input pictures has the same."""
        return fingerprint_of(self.path, self.told(inputs))

    def seed(self, fingerprint: str, take: int) -> int | None:
        """A seed that tells one take from another, None where the model heeds none."""
        if self.model.seed != "heeded" or self.inputs:
            return None
        most: int = read_table("made_pictures.toml")["call"]["largest_seed"]
        return int.from_bytes(sha256(f"{fingerprint} {take}".encode()).digest()[:4]) % most

    def filled(self, inputs: Sequence[str], seed: int | None) -> bytes:
        """The body as bytes, with its input pictures as data addresses."""
        body = dict(self.body)
        if seed is not None:
            body["seed"] = seed
        if len(inputs) == 1:
            body["image"] = inputs[0]
        elif inputs:
            body["images"] = list(inputs)
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")


def build_request(wanted: WantedPicture, model: PictureModel, prompt: str) -> PictureRequest:
    """The request for a picture from a model."""
    inputs = min(len(wanted.sources), max(1, model.inputs))
    aspect, resolution = shape_for(wanted.aspect, model), resolution_for(wanted, model)
    kind = _FORMATS.get(wanted.suffix, "png")
    body: dict[str, Any] = {"prompt": prompt}
    if inputs:
        body |= {"modelId" if inputs > 1 else "model": model.id, "output_format": kind}
    else:
        body |= {"model": model.id, "format": kind, "return_binary": False, "safe_mode": True}
        if model.negative:
            body["negative_prompt"] = "people, text" if _is_place(wanted) else "text, border"
    if model.sizing == "pixels" and not inputs:
        body["width"], body["height"] = _pixels(aspect)
    elif aspect in model.aspects:
        body["aspect_ratio"] = aspect
    if resolution is not None and model.resolutions:
        body["resolution"] = resolution
    if any("hide_watermark" in note for note in model.notes):
        body["hide_watermark"] = True
    path = "image/generate" if not inputs else "image/edit" if inputs == 1 else "image/multi-edit"
    return PictureRequest(path, model, body, inputs, aspect, resolution)


def _is_place(wanted: WantedPicture) -> bool:
    return wanted.entity is not None and wanted.entity.is_location


def _pixels(aspect: str) -> tuple[int, int]:
    """Width and height of an aspect, as large as a model that is asked for pixels makes them."""
    facts = read_table("made_pictures.toml")["call"]
    longest, divisor = facts["longest_side"], facts["divisor"]
    ratio = ratio_of(aspect)
    width, height = (longest, longest / ratio) if ratio >= 1 else (longest * ratio, longest)
    return round(width / divisor) * divisor, round(height / divisor) * divisor


def input_address(data: bytes) -> str:
    """A picture as the service is given it: as it is seen, without metadata, no larger than it can use, as a data
    address. Raises UnreadableImage."""
    most = read_table("made_pictures.toml")["call"]["input_side"]
    seen = read_image(data, most)
    sides = SideLimits(0, most)
    encoding = choose_encoding(seen.width, seen.height, seen.format, _BEST, sides, opaque=seen.pixels.mode == "RGB")
    return encode_image(data, encoding)


def is_too_large(inputs: Sequence[str]) -> bool:
    """Whether input pictures are more than one request may hold."""
    whole = sum(len(one) for one in inputs if one.startswith("data:"))
    most: int = read_table("made_pictures.toml")["call"]["input_bytes"]
    return whole * 3 > most * 4  # base64: four characters for three bytes
