"""Speeches as subtitles."""

from __future__ import annotations

from storyboard.export import ExportRequest, ExportResult
from storyboard.film.subtitles import write_srt, write_vtt
from storyboard.film.timeline import Timeline, lay_out
from storyboard.film.timing import TimedSpeech


def write_subrip(request: ExportRequest) -> ExportResult:
    """The film's speeches as SubRip, or its titles as forced captions."""
    timeline = lay_out(request.analysis)
    return _result(write_srt(_spoken(timeline, request), timeline.seconds, names=request.names), request)


def write_webvtt(request: ExportRequest) -> ExportResult:
    """The film's speeches as WebVTT, or its titles as forced captions."""
    timeline = lay_out(request.analysis)
    return _result(write_vtt(_spoken(timeline, request), timeline.seconds), request)


def _spoken(timeline: Timeline, request: ExportRequest) -> tuple[TimedSpeech, ...]:
    """What the subtitles hold."""
    return timeline.titles if request.forced else timeline.speeches


def _result(text: str, request: ExportRequest) -> ExportResult:
    missing = "this script has no titles" if request.forced else "nobody speaks in this script"
    return ExportResult(text.encode(), () if text else (f"{missing}: there are no subtitles",))
