"""Bodies in the spelling of the Reference to Video guide, translated into that of the API reference."""

from __future__ import annotations

import json
from typing import Any

from storyboard.catalog import models, read_table


def as_api(raw: bytes) -> bytes:
    """A body as the guide's samples write it, in the words of the API reference. What belongs to the other spelling
    alone is kept under a name that no call takes, so that it is refused."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return raw
    if not isinstance(body, dict):
        return raw
    names = _names()
    renamed = {names.get(key, f"{key} (not in the guide)" if key in names.values() else key): body[key] for key in body}
    if isinstance(renamed.get("duration"), str):
        said = renamed["duration"]
        renamed["duration"] = f"{said}s" if said.isdecimal() else f"{said} (not in the guide)"
    ids = {model.guide_id: model.api_id for model in models()}
    if isinstance(renamed.get("model"), str):
        renamed["model"] = ids.get(renamed["model"], f"{renamed['model']} (not in the guide)")
    return json.dumps(renamed).encode()


def as_guide(body: dict[str, Any]) -> dict[str, Any]:
    """The answer to a queue call in the guide's words."""
    back = {model.api_id: model.guide_id for model in models()}
    wire = read_table("wire.toml")
    names = {wire["api"]["queue_id"]: wire["guide"]["queue_id"]}
    return {names.get(key, key): back.get(value, value) if key == "model" else value for key, value in body.items()}


def _names() -> dict[str, str]:
    """The guide's name of a field, and that of the API reference, where they differ."""
    wire = read_table("wire.toml")
    fields = ("start", "end", "scene_images", "flat_images", "queue_id")
    pairs = {wire["guide"][field]: wire["api"][field] for field in fields}
    return {guide: api for guide, api in pairs.items() if guide != api}
