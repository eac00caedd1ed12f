"""The script as Fountain or Final Draft."""

from __future__ import annotations

from storyboard.compiler.pipeline import collector_paused
from storyboard.export import ExportRequest, ExportResult


@collector_paused()
def write_fountain(request: ExportRequest) -> ExportResult:
    """Fountain: shots and declarations in notes, mentions as plain names; `sbc import` reads it back to the letter."""
    from storyboard.screenplay.fountain_export import export_fountain

    return ExportResult(export_fountain(request.analysis).encode())


@collector_paused()
def write_fdx(request: ExportRequest) -> ExportResult:
    """Final Draft: the same in script notes."""
    from storyboard.screenplay.final_draft_export import export_final_draft

    return ExportResult(export_final_draft(request.analysis))
