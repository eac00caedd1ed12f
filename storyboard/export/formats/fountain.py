"""Fountain screenplays."""

from __future__ import annotations

from storyboard.export import ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import Signature


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.screenplay import write_fountain

    return write_fountain(request)


FORMAT = ExportFormat(
    name="fountain",
    title="a Fountain screenplay: shots in notes, the cast in notes at its end; sbc import reads it back",
    signature=Signature(b"Format: storyboard/1"),
    write=_write,
)
