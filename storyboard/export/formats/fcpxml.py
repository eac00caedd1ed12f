"""FCPXML, which Final Cut Pro and Resolve read."""

from __future__ import annotations

from storyboard.export import ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import Signature


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.fcpxml import write_fcpxml

    return write_fcpxml(request)


FORMAT = ExportFormat(
    name="fcpxml",
    title="Final Cut Pro, Resolve",
    signature=Signature(b'key="org.storyboard-compiler.'),
    write=_write,
)
