"""A film in one line: `13 shots, 5 clips, 1:03, $8.82 (Reference to Video guide, 2026-08-20)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from storyboard.report.prices import with_sources
from storyboard.wording import clock, count, money

if TYPE_CHECKING:
    from storyboard.compiler.ir.planned import Clip
    from storyboard.compiler.pipeline import Analysis


def totals_line(analysis: Analysis) -> str:
    """Shots, clips, length and price of a script, as far as it is without errors."""
    shots = [shot for scene in analysis.film.scenes for shot in scene.shots]
    seconds = sum(shot.duration or 0 for shot in shots)
    clips = analysis.clips
    return f"{count(len(shots), 'shot')}, {count(len(clips), 'clip')}, {clock(seconds)}, {price_of_clips(clips)}"


def price_of_clips(clips: Sequence[Clip]) -> str:
    """The price of clips by the catalogue, in words, with its source and date."""
    known = [clip.usd for clip in clips if clip.usd is not None]
    return with_sources(price_line(len(clips), sum(known), len(clips) - len(known)), clips)


def price_line(clips: int, usd: float, unpriced: int) -> str:
    """`$2.10`; `no clips yet`; `price unknown`; `$2.10 and 2 unpriced` where the catalogue lacks the price of some."""
    if not clips:
        return "no clips yet"
    if unpriced == clips:
        return "price unknown"
    return f"{money(usd)} and {unpriced:,} unpriced" if unpriced else money(usd)
