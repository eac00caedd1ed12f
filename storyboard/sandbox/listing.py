"""The sandbox's model list: the catalogue's rows in the shape of `GET /models?type=video`."""

from __future__ import annotations

from typing import Any

from storyboard.catalog import IMAGE, SERVICE, TEXT, Model, models


def model_listing(kind: str | None) -> dict[str, Any]:
    """The answer to the call; `kind` is what was asked for: all there are here are `video`."""
    listed = [_listed(model) for model in models(SERVICE)] if kind in (None, "all", "video") else []
    return {"object": "list", "type": kind or "all", "data": listed}


def _listed(model: Model) -> dict[str, Any]:
    return {
        "id": model.api_id,
        "type": "video",
        "object": "model",
        "owned_by": "venice.ai",
        "model_spec": {
            "name": model.name,
            "offline": False,
            "privacy": model.privacy,
            "constraints": {
                "model_type": TEXT if model.kind == TEXT else IMAGE,
                "aspect_ratios": list(model.aspects),
                "resolutions": list(model.resolutions),
                "durations": [f"{n}s" for n in model.lengths],
                "audio": model.has_sound,
                "audio_configurable": model.audio == "choice",
                "audio_input": False,
                "video_input": False,
                "prompt_character_limit": model.prompt_characters,
            },
        },
    }
