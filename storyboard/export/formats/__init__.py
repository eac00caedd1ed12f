"""The formats of `sbc export`: one module for each format, with its `FORMAT`.

A new format is a module here and its place in the tuple. The command, its help and the protection of files are derived
from it, and a test reports what is missing.
"""

from __future__ import annotations

from storyboard.export import ExportFormat
from storyboard.export.formats import (
    edl,
    fcp7,
    fcpxml,
    final_draft,
    fountain,
    otio,
    pdf,
    shot_list,
    subrip,
    webvtt,
)

MODULES = (otio, fcpxml, fcp7, edl, subrip, webvtt, shot_list, pdf, fountain, final_draft)

#: By the name that `--to` takes, in the order of the help.
FORMATS: dict[str, ExportFormat] = {one.FORMAT.name: one.FORMAT for one in MODULES}
