"""Final Cut 7's XML, which Premiere and Resolve read."""

from __future__ import annotations

from storyboard.export import OTIO_PACKAGES, ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import Signature


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.timeline import write_fcp7

    return write_fcp7(request)


FORMAT = ExportFormat(
    name="xml",
    title="Final Cut 7's XML: Premiere, Resolve",
    signature=Signature(b"<mastercomment1>source: "),
    write=_write,
    extra=OTIO_PACKAGES,
)
