"""Requests to the sandbox, as a client sends them."""

from __future__ import annotations

import base64
import io
from typing import Any

import httpx
from PIL import Image

from storyboard.sandbox.server import SandboxServer

KEY = {"Authorization": "Bearer any"}


def picture(width: int = 400, height: int = 500, colour: tuple[int, int, int] = (180, 90, 40)) -> str:
    """A data URL of a plain picture."""
    held = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(held, "PNG")
    return "data:image/png;base64," + base64.b64encode(held.getvalue()).decode()


def kling(**fields: Any) -> dict[str, Any]:
    """A body for a model with elements, which answers retrieve with the clip."""
    return {
        "model": "kling-o3-pro-reference-to-video",
        "prompt": "Shot 1 (3s): @Element1 waits.\n\nShot 2 (3s): @Element1 leaves.",
        "duration": "6s",
        "aspect_ratio": "9:16",
        "audio": True,
        "elements": [{"frontal_image_url": picture()}],
        **fields,
    }


def grok(**fields: Any) -> dict[str, Any]:
    """A body for a model with one row of pictures and a download_url."""
    return {
        "model": "grok-imagine-reference-to-video-private",
        "prompt": "@Image1 waits.",
        "duration": "5s",
        "aspect_ratio": "16:9",
        "resolution": "480p",
        "reference_image_urls": [picture()],
        **fields,
    }


def seedance(**fields: Any) -> dict[str, Any]:
    """A body for a model that refuses pictures of people."""
    own = {"model": "seedance-2-0-reference-to-video-basic", "prompt": "<Image 1> waits.", "resolution": "720p"}
    return grok(**own, audio=False, **fields)


def post(server: SandboxServer, call: str, body: dict[str, Any], headers: dict[str, str] = KEY) -> httpx.Response:
    """A call of the video API."""
    return send("POST", f"{server.base_url}/video/{call}", json=body, headers=headers)


def send(method: str, url: str, **said: Any) -> httpx.Response:
    """A request to a server on this machine, which needs no certificates: reading them takes longer than the rest."""
    return httpx.request(method, url, timeout=30, trust_env=False, verify=False, **said)
