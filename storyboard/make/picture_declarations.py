"""Picture lines added to scripts for everybody with a look and no picture."""

from __future__ import annotations

from storyboard.compiler.fixing import FixedFile, FixResult, apply_edits, compatible_edits
from storyboard.compiler.pipeline import Analysis

_CODE = "SB208"


def declare_pictures(analysis: Analysis) -> FixResult:
    """The scripts with a `front:` or `image:` line below the look of everybody who has no picture: one line each,
    nothing else touched. Nothing is written."""
    applied, edits = compatible_edits(one for one in analysis.diagnostics if one.code == _CODE)
    texts = {source.path: source.text for source in analysis.sources}
    files = (FixedFile(path, texts[path], apply_edits(texts[path], edits[path])) for path in edits if path in texts)
    return FixResult(tuple(applied), tuple(files))
