"""What the service says about a model besides: that it ends, what takes its place, which one made the clip."""

from __future__ import annotations

import json
from typing import Any

import pytest

from storyboard.venice.protocol import Answer, read_notices, words_of

ASKED = "kling-o3-pro-reference-to-video"
QUEUED = {"model": ASKED, "queue_id": "a"}


def answer(status: int = 200, body: Any = QUEUED, **headers: str) -> Answer:
    return Answer(status, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps(body).encode())


@pytest.mark.parametrize(
    ("given", "notices"),
    [
        (answer(), ()),
        (
            answer(x_venice_deprecated="true", x_venice_model_deprecation_date="2027-01-01"),
            (f"{ASKED} ends on 2027-01-01",),
        ),
        (answer(x_venice_deprecated="false"), ()),
        (answer(x_venice_deprecated_replacement="kling-o4"), (f"kling-o4 replaces {ASKED}",)),
        (
            answer(x_venice_model_deprecation_warning="Use\x1b[2J another\none."),
            (f"the service says about {ASKED}: Use\N{REPLACEMENT CHARACTER}[2J another one.",),
        ),
        (
            answer(body={"model": "kling-o4", "queue_id": "a"}),
            (f"the service makes this clip with kling-o4, not with {ASKED}",),
        ),
        (answer(body={"model": 7, "queue_id": "a"}), ()),
        (answer(400, {"error": "No", "model": "x"}), ()),
        (answer(body=[]), ()),
        (Answer(200, {}, b"\xff"), ()),
    ],
)
def test_notices(given: Answer, notices: tuple[str, ...]) -> None:
    assert read_notices(given, ASKED) == notices


def test_a_recommended_model_is_shown() -> None:
    nested = {"error": {"message": "Refused.", "type": "provider_content_policy", "recommended_model": "wan-3-0"}}
    assert words_of(answer(422, nested)) == "Refused. It recommends the model wan-3-0"
    flat = {"error": "Refused", "recommended_model": "wan-3-0"}
    assert words_of(answer(422, flat)) == "Refused. It recommends the model wan-3-0"
    assert words_of(answer(422, {"error": "Refused", "recommended_model": 3})) == "Refused"
