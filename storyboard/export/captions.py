"""What is said, as subtitles."""

from __future__ import annotations

from storyboard.export import Order, Written
from storyboard.film.reel import lay_out
from storyboard.film.subtitles import write_srt, write_vtt


def write_subrip(order: Order) -> Written:
    """The film's speeches as SubRip."""
    return Written(write_srt(lay_out(order.analysis).speeches).encode())


def write_webvtt(order: Order) -> Written:
    """The film's speeches as WebVTT."""
    return Written(write_vtt(lay_out(order.analysis).speeches).encode())
