"""The live board of an editor that shows it in a view: requests that the protocol for every language has not got.

- `storyboard/board` with `uri` and `isNew`: what the view has to be told, as `order` and `new`.
- `storyboard/picture` with `uri` and `name`: a picture as `data`, base64 of WebP.
- `storyboard/take` with `uri` and `name`: the `path` of a take.
- `storyboard/shotAt` with `uri` and `position`: the number of the `shot` there.
- `storyboard/shot` with `uri` and `shot`: where it begins, as a location.
- `storyboard/editShot` with `uri`, `shot` and `action` (`insert`, `duplicate`, `moveUp`, `moveDown`, `remove`): the
  `edit` that does it, one of one file, and the `line` at which the shot then begins.
- `storyboard/noteShot` with `uri`, `shot` and `words`: the `edit` that puts them down as a TODO of the shot.
- `storyboard/namePicture` with `uri`, `name` and `picture`, a path: the `edit` that makes it the first picture of a
  declared name.

What is asked about something else has no answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from lsprotocol import types

from storyboard.lsp.editor import Editor
from storyboard.lsp.handlers.open_file import Answer, OpenFile, refusal, workspace_edit
from storyboard.lsp.live_board import BoardView, header_of, shot_at
from storyboard.lsp.picture_lines import NoPictureLine, name_picture
from storyboard.lsp.shot_edits import NoShotEdit, ShotEdit, edit_shot, note_shot
from storyboard.lsp.takes import takes_shown


def _on_script(handler: Callable[[OpenFile, Any], Any]) -> Callable[[Editor, Any], Any]:
    """A handler of a request of our own, whose parameters are JSON with a `uri`."""

    def answer(editor: Editor, params: Any) -> Any:  # noqa: ANN401 # as above
        document = editor.files.documents.find(str(getattr(params, "uri", "")))
        if document is None:
            return None
        return handler(OpenFile(editor, document, editor.files.analysis_for(document)), params)

    return answer


def _board(file: OpenFile, params: Any) -> dict[str, Any]:  # noqa: ANN401 # JSON
    view = file.editor.boards.setdefault(file.analysis.path, BoardView())
    update = view.update(file.analysis, takes_shown(file.analysis), is_new=bool(getattr(params, "isNew", False)))
    return {"order": update.order, "new": update.new}


async def _picture(editor: Editor, params: Any) -> dict[str, str] | None:  # noqa: ANN401 # JSON
    """Drawn in a thread, so that the next check need not wait for it."""
    document = editor.files.documents.find(str(getattr(params, "uri", "")))
    view = editor.boards.get(editor.files.analysis_for(document).path) if document else None
    data = await asyncio.to_thread(view.picture, str(getattr(params, "name", ""))) if view else None
    return None if data is None else {"data": data}


def _take(file: OpenFile, params: Any) -> dict[str, str] | None:  # noqa: ANN401 # JSON
    view = file.editor.boards.get(file.analysis.path)
    path = view.take(str(getattr(params, "name", ""))) if view else None
    return None if path is None else {"path": path}


def _shot_at(file: OpenFile, params: Any) -> dict[str, str] | None:  # noqa: ANN401 # JSON
    position = types.Position(int(params.position.line), int(params.position.character))
    number = shot_at(file.analysis, file.path, file.page.offset(position))
    return None if number is None else {"shot": number}


def _shot(file: OpenFile, params: Any) -> types.Location | None:  # noqa: ANN401 # JSON
    place = header_of(file.analysis, str(getattr(params, "shot", "")))
    if place is None:
        return None
    path, start = place
    return types.Location(file.editor.files.documents.uri(path), file.page_at(path).range(start, start))


def _edit_shot(file: OpenFile, params: Any) -> dict[str, Any]:  # noqa: ANN401 # JSON
    try:
        edit = edit_shot(file.analysis, str(getattr(params, "shot", "")), str(getattr(params, "action", "")))
    except NoShotEdit as problem:
        raise refusal(str(problem)) from None
    return _edit_data(file, edit)


def _note_shot(file: OpenFile, params: Any) -> dict[str, Any]:  # noqa: ANN401 # JSON
    try:
        edit = note_shot(file.analysis, str(getattr(params, "shot", "")), str(getattr(params, "words", "")))
    except NoShotEdit as problem:
        raise refusal(str(problem)) from None
    return _edit_data(file, edit)


def _edit_data(file: OpenFile, edit: ShotEdit) -> dict[str, Any]:
    page = file.page_at(edit.path)
    line = page.line_of(min(edit.start, edit.header)) + edit.text[: max(0, edit.header - edit.start)].count("\n")
    change = types.TextEdit(page.range(edit.start, edit.end), edit.text)
    return {"edit": workspace_edit(file.editor, {edit.path: [change]}), "line": line}


def _name_picture(file: OpenFile, params: Any) -> dict[str, Any]:  # noqa: ANN401 # JSON
    try:
        line = name_picture(file.analysis, str(getattr(params, "name", "")), str(getattr(params, "picture", "")))
    except NoPictureLine as problem:
        raise refusal(str(problem)) from None
    change = types.TextEdit(file.page_at(line.path).range(line.start, line.end), line.text)
    return {"edit": workspace_edit(file.editor, {line.path: [change]})}


ANSWERS: tuple[Answer, ...] = (
    ("storyboard/board", _on_script(_board), None),
    ("storyboard/picture", _picture, None),
    ("storyboard/take", _on_script(_take), None),
    ("storyboard/shotAt", _on_script(_shot_at), None),
    ("storyboard/shot", _on_script(_shot), None),
    ("storyboard/editShot", _on_script(_edit_shot), None),
    ("storyboard/noteShot", _on_script(_note_shot), None),
    ("storyboard/namePicture", _on_script(_name_picture), None),
)
