"""WebVTT subtitles."""

from __future__ import annotations

from storyboard.export import ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import WEBVTT


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.subtitles import write_webvtt

    return write_webvtt(request)


FORMAT = ExportFormat(
    name="vtt",
    title="subtitles: WebVTT",
    signature=WEBVTT,
    write=_write,
)
