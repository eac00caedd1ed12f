"""Privacy: what happens to data that is sent to a model, in words."""

from __future__ import annotations

_MEANS = {
    "private": "Venice does not keep it",
    "anonymized": "Venice passes it on to another company, without your name",
}


def privacy_of(model: str, privacy: str) -> str:
    """A sentence: `kling-o3-pro is anonymized: Venice passes it on to another company, without your name.`"""
    means = _MEANS.get(privacy)
    return f"{model} is {privacy}{f': {means}' if means else ''}."
