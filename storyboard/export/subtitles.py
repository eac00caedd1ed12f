"""What is said, as subtitles."""

from __future__ import annotations

from storyboard.export import ExportRequest, ExportResult
from storyboard.film.subtitles import write_srt, write_vtt
from storyboard.film.timeline import lay_out


def write_subrip(order: ExportRequest) -> ExportResult:
    """The film's speeches as SubRip."""
    return ExportResult(write_srt(lay_out(order.analysis).speeches).encode())


def write_webvtt(order: ExportRequest) -> ExportResult:
    """The film's speeches as WebVTT."""
    return ExportResult(write_vtt(lay_out(order.analysis).speeches).encode())
