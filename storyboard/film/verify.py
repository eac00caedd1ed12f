"""Verification of a clip: whether it is the one that was requested."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.compiler.aspect import read_aspect
from storyboard.film.decode import Undecodable, ask_decoder
from storyboard.film.limits import clip_file_limits


class Verdict(NamedTuple):
    """What a file is, compared with the requested clip. It only ranks the file: what is paid for is kept in any case.

    `problem` says why the file is not usable as it is, in words that follow its name (`it is cut off`), or is None.
    `warning` is a smaller flaw. `width` and `height` are displayed pixels, `seconds` the length, `frames` the number
    that could be decoded, `rate` frames a second; all are 0 if nothing could be decoded. `is_unjudged` says that the
    decoder gave up, which says nothing about the file.
    """

    problem: str | None
    warning: str | None = None
    seconds: float = 0.0
    frames: int = 0
    width: int = 0
    height: int = 0
    rate: float = 0.0
    has_sound: bool = False
    is_unjudged: bool = False

    @property
    def is_clip(self) -> bool:
        """Whether the file is usable in the film."""
        return self.problem is None

    @property
    def can_be_chosen(self) -> bool:
        """Whether a person may put it into the film anyway."""
        return self.frames > 0 or self.is_unjudged


def verify_clip(path: str | Path, seconds: float, aspect: str) -> Verdict:
    """Decode a whole file, in a child process with limits, and compare it with the request.

    `seconds` and `aspect`, such as `16:9`, are those requested. Never raises: problems are in the verdict.
    """
    try:
        facts = json.loads(ask_decoder("facts", Path(path)))
    except Undecodable as refusal:
        return Verdict(str(refusal), is_unjudged=refusal.is_unjudged)
    if "undecodable" in facts:
        return Verdict(facts["undecodable"], is_unjudged=facts["unjudged"])
    problem, warnings = facts["problem"], []
    longer = facts["seconds"] - seconds
    if longer < -clip_file_limits().length_tolerance - 1e-6:
        problem = problem or f"it is {facts['seconds']:.2f} s long, not {seconds:g} s"
    elif longer > clip_file_limits().length_tolerance + 1e-6:
        warnings.append(f"it is {facts['seconds']:.2f} s long, and the film shows {seconds:g} s of it")
    if facts["format"] != "MP4":
        warnings.append(f"it is {facts['format']}, not MP4")
    return Verdict(
        problem,
        "; ".join(filter(None, (*warnings, _aspect_warning(facts, aspect)))) or None,
        facts["seconds"],
        facts["frames"],
        facts["width"],
        facts["height"],
        facts["rate"],
        facts["sound"],
    )


def _aspect_warning(facts: dict[str, Any], aspect: str) -> str | None:
    asked = read_aspect(aspect)
    if asked is None or abs(facts["shape"] / asked - 1) <= clip_file_limits().aspect_tolerance:
        return None
    return f"its picture is {facts['width']} × {facts['height']}, not {aspect}"
