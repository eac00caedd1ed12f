"""Request bodies: valid by the API reference, and the guide's own samples field for field."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path

import jsonschema
import pytest

from storyboard import Options, compile_text
from storyboard.catalog import GUIDE, SERVICE, Model, models

SCHEMA = json.loads((Path(__file__).parent / "wire" / "queue-request.schema.json").read_text())

CAST = """
CHARACTER Ann
front: https://example.com/character-front.jpg
angles: https://example.com/character-side.jpg, https://example.com/character-angle.jpg

LOCATION Park
image: https://example.com/scene-background.jpg
"""


def payload(script: str, wire: str) -> dict[str, object]:
    film = compile_text(script, options=Options(wire=wire))
    assert film.manifest is not None, film.diagnostics
    (clip,) = film.manifest.clips
    return clip.payload


def test_the_guides_first_sample() -> None:
    body = payload(f"Audio: on\n{CAST}\nINT. PARK\n\nSHOT 8s tracking shot from behind\n@Ann walks.\n", "guide")
    assert "@Element1" in str(body.pop("prompt"))
    assert body == {
        "model": "kling-o3-pro-reference-to-video",
        "duration": "8",
        "aspect_ratio": "16:9",
        "audio": True,
        "elements": [
            {
                "frontal_image_url": "https://example.com/character-front.jpg",
                "reference_image_urls": [
                    "https://example.com/character-side.jpg",
                    "https://example.com/character-angle.jpg",
                ],
            }
        ],
        "image_urls": ["https://example.com/scene-background.jpg"],
    }


def test_the_guides_second_sample() -> None:
    script = """Model: grok-imagine

CHARACTER A
front: https://example.com/character-a.jpg

CHARACTER B
front: https://example.com/character-b.jpg

SHOT 8s cinematic tracking shot
@A and @B walking through a park.
"""
    body = payload(script, "guide")
    assert "@Image1" in str(body["prompt"])
    assert "@Image2" in str(body.pop("prompt"))
    assert body == {
        "model": "grok-imagine-reference-to-video",
        "duration": "8",
        "aspect_ratio": "16:9",
        "referenceImageUrls": ["https://example.com/character-a.jpg", "https://example.com/character-b.jpg"],
    }


def test_frames_have_the_fields_of_their_wire() -> None:
    script = f"{CAST}\nSHOT 5s\nstart: https://example.com/a.png\nend: https://example.com/b.png\n@Ann walks.\n"
    api, guide = payload(script, "api"), payload(script, "guide")
    assert api["image_url"] == guide["imageUrl"] == "https://example.com/a.png"
    assert api["end_image_url"] == guide["end_image_url"] == "https://example.com/b.png"
    assert api["duration"] == "5s"
    assert guide["duration"] == "5"


def test_a_resolution_is_always_sent_to_the_api_and_where_it_is_set_to_the_guide() -> None:
    script = f"Model: grok-imagine\n{CAST}\nSHOT 5s\n@Ann walks.\n"
    assert payload(script, "api")["resolution"] == "480p"
    assert payload(script, "api")["model"] == "grok-imagine-reference-to-video-private"
    assert "resolution" not in payload(script, "guide")
    assert payload(f"Resolution: 720p\n{script}", "guide")["resolution"] == "720p"


ALL_LIMITS = [(model, limits) for limits in (GUIDE, SERVICE) for model in models(limits)]
RESOLUTIONS = SCHEMA["properties"]["resolution"]["enum"]


def test_models_newer_than_the_api_reference_have_resolutions_that_it_does_not_know() -> None:
    newer = {(model.line, size) for model, _ in ALL_LIMITS for size in {*model.resolutions} - {*RESOLUTIONS}}
    max_sizes = {(line, size) for line in ("minimax-h3-max", "minimax-h3-max-turbo") for size in ("480P", "1080P")}
    assert newer == {*max_sizes, ("wan-3-0-pro", "2k"), ("wan-3-0-prime-pro", "2k")}


@pytest.mark.parametrize(("model", "limits"), ALL_LIMITS, ids=lambda one: getattr(one, "id", one))
def test_every_model_gets_a_body_that_the_api_reference_takes(model: Model, limits: str) -> None:
    seconds = 5 if 5 in model.lengths else model.lengths[0]
    extra = "Negative: blur\n" if model.negative else ""
    frame = "start: https://example.com/s.png\n" if model.takes_start else ""
    script = f"Limits: {limits}\nModel: {model.id}\n{extra}{CAST}\nEXT. PARK - DAY\n\nSHOT {seconds}s wide\n{frame}@Ann walks.\n"
    film = compile_text(script)
    assert film.manifest is not None, film.diagnostics
    (clip,) = film.manifest.clips
    body = clip.payload
    schema = copy.deepcopy(SCHEMA)
    schema["properties"]["resolution"]["enum"] += model.resolutions
    jsonschema.validate(body, schema)
    assert ("audio" in body) == (model.audio == "choice")
    assert ("resolution" in body) == bool(model.resolutions)
    assert ("aspect_ratio" in body) == bool(model.aspects)
    assert ("elements" in body) == (model.references == "elements")
    assert ("reference_image_urls" in body) == (model.references == "flat")
    assert ("image_url" in body) == model.takes_start
    tags = set(re.findall(r"@Element\d+|@Image\d+|<Image \d+>|(?:Image |character)\d+", str(body["prompt"])))
    assert tags == {one.tag for one in clip.references}
    assert clip.estimate.usd


def test_the_wires_name_the_same_clip_by_different_fingerprints_and_moves_keep_them() -> None:
    head = f"{CAST}\nEXT. PARK - DAY\n\nSHOT 5s\n@Ann walks.\n"
    moved = (
        f"{CAST}\nEXT. PARK - NIGHT\n\nSHOT 6s\n@Ann runs.\n\n[[ a note ]]\nEXT. PARK - DAY\n\nSHOT 5s\n@Ann walks.\n"
    )
    one, two = compile_text(head).manifest, compile_text(moved).manifest
    assert one is not None
    assert two is not None
    assert one.clips[0].fingerprint == two.clips[1].fingerprint
    assert one.clips[0].fingerprint != two.clips[0].fingerprint


def test_a_chained_clip_changes_with_the_clip_before_it() -> None:
    script = f"{CAST}\nSHOT 5s\n@Ann walks.\n\nSHOT 5s\nstart: last-frame\n@Ann turns.\n"
    one, two = compile_text(script).manifest, compile_text(script.replace("walks", "runs")).manifest
    assert one is not None
    assert two is not None
    assert one.clips[1].start_from == "s01c01"
    assert "image_url" not in one.clips[1].payload
    assert one.clips[1].fingerprint != two.clips[1].fingerprint
