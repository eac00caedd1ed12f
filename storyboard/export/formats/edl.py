"""CMX 3600 edit decision lists."""

from __future__ import annotations

from storyboard.export import OTIO_PACKAGES, ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import Signature


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.timeline import write_edl

    return write_edl(request)


FORMAT = ExportFormat(
    name="edl",
    title="CMX 3600",
    signature=Signature(b"* SOURCE: "),
    write=_write,
    extra=OTIO_PACKAGES,
)
