"""The shot list, a table that a spreadsheet opens."""

from __future__ import annotations

from storyboard.export import ExportFormat, ExportRequest, ExportResult
from storyboard.files.signatures import Signature


def _write(request: ExportRequest) -> ExportResult:
    from storyboard.export.shotlist import write_csv

    return write_csv(request)


FORMAT = ExportFormat(
    name="csv",
    title="the shot list",
    signature=Signature(b"scene,shot,size,camera,seconds,characters,location,action,dialogue,clip,price"),
    write=_write,
)
