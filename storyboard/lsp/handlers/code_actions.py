"""Code actions: quick fixes of the diagnostics at the cursor, and all safe fixes of a file at once."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from lsprotocol import types

from storyboard.lsp.diagnostics import published_diagnostic
from storyboard.lsp.fixes import all_safe, fix_actions
from storyboard.lsp.handlers.open_file import Answer, OpenFile, on_open_file, text_edits, workspace_edit


def _actions(file: OpenFile, params: types.CodeActionParams) -> list[types.CodeAction]:
    """The code actions for a range of the file."""
    wanted = params.context.only
    found: list[types.CodeAction] = []
    if _is_wanted(types.CodeActionKind.QuickFix, wanted):
        found += _quick_fixes(file, params.range)
    safe = all_safe(file.analysis, file.path)
    if safe and _is_wanted(types.CodeActionKind.SourceFixAll, wanted):
        edit = workspace_edit(file.editor, {file.path: text_edits(file.page, safe)})
        found.append(types.CodeAction("Fix all that is safe", types.CodeActionKind.SourceFixAll, edit=edit))
    return found


def _quick_fixes(file: OpenFile, place: types.Range) -> list[types.CodeAction]:
    """The fixes of diagnostics at a range, as the protocol has them."""
    start, end = file.page.offset(place.start), file.page.offset(place.end)
    page_at = functools.cache(file.page_at)
    return [
        types.CodeAction(
            one.title,
            types.CodeActionKind.QuickFix,
            [published_diagnostic(one.diagnostic, page_at, file.editor.files.documents.uri)],
            is_preferred=one.is_safe or None,
            edit=workspace_edit(
                file.editor, {path: text_edits(page_at(path), some) for path, some in one.changes.items()}
            ),
        )
        for one in fix_actions(file.analysis, file.path, start, end)
    ]


def _is_wanted(kind: str, wanted: Sequence[types.CodeActionKind | str] | None) -> bool:
    """Whether a kind or a parent of it is asked for: `source` asks for `source.fixAll` too."""
    return not wanted or any(kind == one or kind.startswith(f"{one}.") for one in map(_text, wanted))


def _text(kind: types.CodeActionKind | str) -> str:
    return kind.value if isinstance(kind, types.CodeActionKind) else kind


ANSWERS: tuple[Answer, ...] = (
    (
        types.TEXT_DOCUMENT_CODE_ACTION,
        on_open_file(_actions),
        types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix, types.CodeActionKind.SourceFixAll]),
    ),
)
