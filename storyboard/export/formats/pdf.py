"""The board on paper."""

from __future__ import annotations

from storyboard.export import ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import Signature


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.pdf import write_pdf

    return write_pdf(request)


FORMAT = ExportFormat(
    name="pdf",
    title="the board on paper, A4 or Letter",
    signature=Signature(b"/Creator (sbc export)"),
    write=_write,
)
