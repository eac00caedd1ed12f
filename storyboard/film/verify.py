"""Whether a file is the clip that was asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.film.decode import Undecodable, ask_decoder
from storyboard.film.limits import limits


class Verdict(NamedTuple):
    """What is to be said of a clip.

    `problem` says why it is none, in words that follow its name (`it is cut off`), None where it is one. `warning` is
    something that it can be used with all the same. Sizes are pixels as shown; `seconds` is what it lasts; `frames`
    are those that could be decoded; `rate` is frames a second. All are 0 where there is a problem.
    """

    problem: str | None
    warning: str | None = None
    seconds: float = 0.0
    frames: int = 0
    width: int = 0
    height: int = 0
    rate: float = 0.0
    has_sound: bool = False

    @property
    def is_clip(self) -> bool:
        return self.problem is None


def verify_clip(path: str | Path, seconds: float, aspect: str) -> Verdict:
    """Decode a file whole, in a child process with limits, and compare it with what was asked for: `seconds` and an
    `aspect` such as `16:9`. Never raises: what is wrong is said in the verdict."""
    try:
        facts = json.loads(ask_decoder("facts", Path(path)))
    except Undecodable as problem:
        return Verdict(str(problem))
    if "problem" in facts:
        return Verdict(facts["problem"])
    if abs(facts["seconds"] - seconds) > limits().length_tolerance + 1e-6:
        return Verdict(f"it is {facts['seconds']:.2f} s long, not {seconds:g} s")
    return Verdict(
        None,
        _aspect_warning(facts, aspect),
        facts["seconds"],
        facts["frames"],
        facts["width"],
        facts["height"],
        facts["rate"],
        facts["sound"],
    )


def _aspect_warning(facts: dict[str, Any], aspect: str) -> str | None:
    across, _, down = aspect.partition(":")
    if not (across.isdecimal() and down.isdecimal() and int(across) and int(down)):
        return None
    asked = int(across) / int(down)
    if abs(facts["shape"] / asked - 1) <= limits().aspect_tolerance:
        return None
    return f"its picture is {facts['width']} × {facts['height']}, not {aspect}"
