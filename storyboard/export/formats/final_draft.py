"""Final Draft screenplays."""

from __future__ import annotations

from storyboard.export import ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import Signature


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.screenplay import write_fdx

    return write_fdx(request)


FORMAT = ExportFormat(
    name="fdx",
    title="Final Draft, likewise",
    signature=Signature(b"<Text>storyboard/1"),
    write=_write,
)
