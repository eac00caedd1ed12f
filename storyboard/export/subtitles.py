"""What is said, as subtitles."""

from __future__ import annotations

from storyboard.export import ExportRequest, ExportResult
from storyboard.film.subtitles import write_srt, write_vtt
from storyboard.film.timeline import lay_out


def write_subrip(order: ExportRequest) -> ExportResult:
    """The film's speeches as SubRip."""
    timeline = lay_out(order.analysis)
    return _result(write_srt(timeline.speeches, timeline.seconds, names=order.names))


def write_webvtt(order: ExportRequest) -> ExportResult:
    """The film's speeches as WebVTT."""
    timeline = lay_out(order.analysis)
    return _result(write_vtt(timeline.speeches, timeline.seconds))


def _result(text: str) -> ExportResult:
    return ExportResult(text.encode(), () if text else ("nobody speaks in this script: there are no subtitles",))
