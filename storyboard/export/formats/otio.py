"""OpenTimelineIO, the interchange format of editing programs."""

from __future__ import annotations

from storyboard.export import OTIO_PACKAGES, ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import Signature


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.timeline import write_otio

    return write_otio(request)


FORMAT = ExportFormat(
    name="otio",
    title="OpenTimelineIO",
    signature=Signature(b'"storyboard": {'),
    write=_write,
    extra=OTIO_PACKAGES,
)
