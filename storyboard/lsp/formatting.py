"""The one style, as the fewest changes to what is in the editor."""

from __future__ import annotations

from difflib import SequenceMatcher

from storyboard.compiler.pipeline import Options, analyze_text
from storyboard.format import format_script
from storyboard.lsp.renaming import RenameChange

#: Lines that are compared one by one; more are replaced as a whole, which is as right and much faster.
_MOST_LINES = 3000


def formatting(text: str, path: str, options: Options, texts: dict[str, str]) -> list[RenameChange]:
    """What to change so that a script is in the one style. `texts` are unsaved texts by absolute path. Raises
    Unformatted where it is to be left alone."""
    formatted = format_script(text, lambda script: analyze_text(script, path, options, texts=texts))
    return differences(text, formatted)


def differences(before: str, after: str) -> list[RenameChange]:
    """Changes, line by line, that turn one text into another."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(old), len(new)) > _MOST_LINES:
        return [] if before == after else [RenameChange(0, len(before), after)]
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        RenameChange(starts[i], starts[j], "".join(new[k:m]))
        for what, i, j, k, m in matcher.get_opcodes()
        if what != "equal"
    ]
