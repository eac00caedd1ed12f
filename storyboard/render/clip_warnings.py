"""Warnings by clip, shown in the plan so that the person agrees knowing them."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping
from operator import itemgetter

from storyboard.compiler.diagnostics import Diagnostic, Severity
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.pipeline import Analysis


def warnings_by_clip(analysis: Analysis) -> Mapping[str, tuple[Diagnostic, ...]]:
    """The warnings of a film by clip id, in script order.

    A warning belongs to the clip of the shot above it; between a scene's heading and its first shot, to the scene's
    first clip; above all scenes, to none.
    """
    begins = [one for clip in analysis.clips for one in _beginnings(analysis, clip)]
    begins.sort(key=itemgetter(0, 1))
    found: dict[str, list[Diagnostic]] = {}
    for one in analysis.diagnostics:
        index = bisect(begins, (one.file, one.start.line), key=itemgetter(0, 1)) - 1
        if one.severity is Severity.WARNING and index >= 0 and begins[index][0] == one.file:
            found.setdefault(begins[index][2], []).append(one)
    return {clip: tuple(warnings) for clip, warnings in found.items()}


def _beginnings(analysis: Analysis, clip: Clip) -> list[tuple[str, int, str]]:
    """File and line of every shot of a clip, and of its scene's heading if the clip is the scene's first."""
    spans = [shot.header for shot in clip.shots]
    if clip.scene.at is not None and clip.scene.shots[0] is clip.shots[0]:
        spans.append(clip.scene.at)
    located = (analysis.layout.locate(span) for span in spans)
    return [(source.path, source.position(start).line, clip.id) for source, start, _ in located]
