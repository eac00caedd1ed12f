"""The sandbox takes what the compiler writes for every model, and quotes what Venice has published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from storyboard import compile_text
from storyboard.catalog import GUIDE, SERVICE, Model, models
from storyboard.sandbox.account import SandboxAccount
from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.server import SandboxServer
from tests.sandbox.requests import picture, post

MODELS = [(model, limits) for limits in (GUIDE, SERVICE) for model in models(limits)]
PICTURE = picture()


@pytest.fixture(scope="module")
def server() -> Iterator[SandboxServer]:
    rich = SandboxAccount(1e6, None, 1.0, lambda: 0.0)
    with SandboxServer(SandboxSettings(limited=False, account=rich), lambda: 0.0) as started:
        yield started


def body_of(model: Model, limits: str) -> dict[str, Any]:
    seconds = 5 if 5 in model.lengths else model.lengths[0]
    start = "start: https://example.com/s.png\n" if model.takes_start else ""
    end = "end: https://example.com/e.png\n" if model.end_frame else ""
    film = compile_text(
        f"Limits: {limits}\nModel: {model.id}\nAudio: {'on' if model.audio == 'choice' else 'off'}\n\n"
        "CHARACTER Ann\nfront: https://example.com/a.png\nangles: https://example.com/b.png\n\n"
        f"LOCATION Park\nimage: https://example.com/p.png\n\nEXT. PARK - DAY\n\nSHOT {seconds}s\n{start}{end}@Ann waits.\n"
    )
    assert film.manifest is not None, film.diagnostics
    (clip,) = film.manifest.clips
    return clip.payload


@pytest.mark.parametrize(("model", "limits"), MODELS, ids=lambda one: getattr(one, "id", one))
def test_a_request_is_taken_and_quoted(server: SandboxServer, model: Model, limits: str) -> None:
    body = body_of(model, limits)
    answer = post(server, "queue", body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == model.api_id
    assert ("download_url" in answer.json()) == model.download_url
    asked = {key: body[key] for key in ("model", "duration", "aspect_ratio", "resolution", "audio") if key in body}
    pictures = len(body.get("reference_image_urls", ())) or 1
    quoted = post(server, "quote", asked | {"reference_image_count": pictures}, {}).json()["quote"]
    service = next(one for one in models(SERVICE) if one.id == model.id)
    seconds = int(body["duration"].removesuffix("s"))
    assert quoted == service.price.of_clip(seconds, body.get("resolution"), service.makes_sound(True), pictures)


def test_a_price_for_each_picture(server: SandboxServer) -> None:
    asked = {"model": "grok-imagine-1-5-reference-to-video-private", "duration": "10s", "resolution": "480p"}
    assert post(server, "quote", asked, {}).json()["quote"] == 0.93
    assert post(server, "quote", asked | {"reference_image_count": 7}, {}).json()["quote"] == 1.0


def test_a_start_frame_is_needed_where_a_model_begins_with_one(server: SandboxServer) -> None:
    body = {"model": "kling-o3-pro-image-to-video", "prompt": "Fog.", "duration": "5s", "audio": False}
    refused = post(server, "queue", body)
    assert refused.status_code == 400
    assert "image_url" in refused.text
    assert post(server, "queue", body | {"image_url": PICTURE}).status_code == 200
    assert post(server, "queue", body | {"image_url": PICTURE, "aspect_ratio": "16:9"}).status_code == 400
    assert post(server, "queue", body | {"image_url": PICTURE, "reference_image_urls": [PICTURE]}).status_code == 400


def test_a_text_model_takes_no_picture(server: SandboxServer) -> None:
    body = {
        "model": "kling-o3-pro-text-to-video",
        "prompt": "Fog.",
        "duration": "5s",
        "aspect_ratio": "16:9",
        "audio": True,
    }
    assert post(server, "queue", body).status_code == 200
    assert post(server, "queue", body | {"image_url": PICTURE}).status_code == 400
