"""Facts about media files, from the decoder's child process, for all files at once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from storyboard.drawing.overlays import FrameSize
from storyboard.film.decode import Undecodable, ask_decoder
from storyboard.film.media import TakeMedia


class ProbedClip(NamedTuple):
    """A file as it describes itself. `problem` says why it cannot be used, in words that follow its name; then the rest
    is empty. `channels` is 0 for a silent one, `sampling` in Hz."""

    problem: str
    media: TakeMedia | None = None
    channels: int = 0
    sampling: int = 0


def probe_clips(paths: Sequence[Path]) -> list[ProbedClip]:
    """Open files in a child and say what they are. Never raises."""
    if not paths:
        return []
    try:
        reports = json.loads(ask_decoder("probe", *paths))
    except Undecodable as problem:
        if len(paths) == 1:
            return [ProbedClip(str(problem))]
        return [one for path in paths for one in probe_clips([path])]  # one of them ended the child: the rest are fine
    return [_probed(path, report) for path, report in zip(paths, reports, strict=True)]


def _probed(path: Path, report: dict[str, str | int | bool]) -> ProbedClip:
    if "undecodable" in report:
        return ProbedClip(str(report["undecodable"]))
    size = FrameSize(int(report["width"]), int(report["height"]))
    channels = int(report["channels"])
    media = TakeMedia(
        path, Fraction(str(report["rate"])), int(report["frames"]), size, bool(report["upright"]), channels > 0
    )
    return ProbedClip("", media, channels, int(report["sampling"]))
