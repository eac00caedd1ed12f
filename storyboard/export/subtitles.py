"""Speeches as subtitles."""

from __future__ import annotations

from storyboard.export import ExportRequest, ExportResult
from storyboard.film.subtitles import write_srt, write_vtt
from storyboard.film.timeline import Timeline, lay_out
from storyboard.film.timing import TimedSpeech


def write_subrip(order: ExportRequest) -> ExportResult:
    """The film's speeches as SubRip, or its titles as forced captions."""
    timeline = lay_out(order.analysis)
    return _result(write_srt(_spoken(timeline, order), timeline.seconds, names=order.names), order)


def write_webvtt(order: ExportRequest) -> ExportResult:
    """The film's speeches as WebVTT, or its titles as forced captions."""
    timeline = lay_out(order.analysis)
    return _result(write_vtt(_spoken(timeline, order), timeline.seconds), order)


def _spoken(timeline: Timeline, order: ExportRequest) -> tuple[TimedSpeech, ...]:
    """What the subtitles hold."""
    return timeline.titles if order.forced else timeline.speeches


def _result(text: str, order: ExportRequest) -> ExportResult:
    missing = "this script has no titles" if order.forced else "nobody speaks in this script"
    return ExportResult(text.encode(), () if text else (f"{missing}: there are no subtitles",))
