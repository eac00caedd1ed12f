"""Renaming: a declared name in every script that knows it, and files that scripts name."""

from __future__ import annotations

from lsprotocol import types

from storyboard.lsp.documents import path_of
from storyboard.lsp.editor import Editor
from storyboard.lsp.file_renames import follow_files
from storyboard.lsp.handlers.open_file import Answer, OpenFile, on_open_file, refusal, text_edits, workspace_edit
from storyboard.lsp.includers import scripts_with
from storyboard.lsp.rename import RenameRefused, rename, target_at


def _prepare_rename(file: OpenFile, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
    target = target_at(file.analysis, file.path, file.page.offset(params.position))
    if target is None:
        return None
    name = target.entity.name
    placeholder = name.rpartition(".")[2] if target.is_word else name
    return types.PrepareRenamePlaceholder(file.page.range(target.start, target.end), placeholder)


def _rename(file: OpenFile, params: types.RenameParams) -> types.WorkspaceEdit:
    """The edits that rename the name at a position. A refused rename is an error with its reason."""
    target = target_at(file.analysis, file.path, file.page.offset(params.position))
    if target is None:
        raise refusal("There is no declared name here. Put the cursor on one: after an @, in a cue or a declaration.")
    declared_in = file.analysis.layout.locate(target.entity.declared)[0].path
    scripts = scripts_with(declared_in, file.editor.files, file.analysis)
    try:
        changes = rename(file.analysis, target, params.new_name, scripts[1:])
    except RenameRefused as reason:
        raise refusal(str(reason)) from None
    pages = {source.path: file.editor.files.page(source) for script in scripts for source in script.sources}
    return workspace_edit(file.editor, {path: text_edits(pages[path], some) for path, some in changes.items()})


def _rename_files(editor: Editor, params: types.RenameFilesParams) -> types.WorkspaceEdit | None:
    """The lines of open scripts, and of what they include, that name the files by their paths."""
    places = ((path_of(one.old_uri), path_of(one.new_uri)) for one in params.files)
    moved = {old: new for old, new in places if old and new}
    edits: dict[str, list[types.TextEdit]] = {}
    for script in editor.files.scripts():
        analysis = editor.files.analysis_of(script)
        for source in analysis.sources:
            changes = follow_files(analysis, source.path, moved)
            if changes:
                edits[source.path] = text_edits(editor.files.page(source), changes)
    return workspace_edit(editor, edits) if edits else None


_ANY_FILE = types.FileOperationRegistrationOptions(
    [types.FileOperationFilter(types.FileOperationPattern("**/*"), scheme="file")]
)

ANSWERS: tuple[Answer, ...] = (
    (types.TEXT_DOCUMENT_PREPARE_RENAME, on_open_file(_prepare_rename), None),
    (types.WORKSPACE_WILL_RENAME_FILES, _rename_files, _ANY_FILE),
    (types.TEXT_DOCUMENT_RENAME, on_open_file(_rename), types.RenameOptions(prepare_provider=True)),
)
