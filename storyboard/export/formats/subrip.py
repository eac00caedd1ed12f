"""SubRip subtitles."""

from __future__ import annotations

from storyboard.export import ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import SUBRIP


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.subtitles import write_subrip

    return write_subrip(request)


FORMAT = ExportFormat(
    name="srt",
    title="subtitles: SubRip",
    signature=SUBRIP,
    write=_write,
)
