"""Commands that an editor runs by name: `workspace/executeCommand`.

- `sbc.plan`, `sbc.stats`, `sbc.board`, `sbc.animatic` take a script's URI. They answer what the command says, and the
  file that it made, which is shown where the editor can show it.
- `sbc.clips` takes a URI and a position: the clips that use the name there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from lsprotocol import types

from storyboard.lsp.clips import clips_of_name
from storyboard.lsp.commands import SCRIPT_COMMANDS, ScriptCommand, run_command
from storyboard.lsp.documents import Document
from storyboard.lsp.editor import Editor
from storyboard.lsp.handlers.open_file import refusal
from storyboard.wording import count

#: A command's name, and what runs it with the arguments of the request.
Command = tuple[str, Callable[..., Awaitable[dict[str, Any]]]]


def _script_command(command: ScriptCommand) -> Command:
    """The handler that runs an `sbc` command on a saved script."""

    async def run(editor: Editor, uri: object = None, *_: object) -> dict[str, Any]:
        document = _document(editor, uri)
        analysis = editor.files.analysis_for(document)
        path = analysis.path
        files = {source.path for source in analysis.sources}
        if any(one.text != _saved_text(one.path) for one in editor.files.documents if one.path in files):
            raise refusal(f"sbc {command.name} reads the saved script: save it first")
        result = await run_command(command, path, editor.files.options_for(path))
        product = editor.files.documents.uri(str(result.product)) if result.product else None
        if product and _shows_documents(editor):
            await editor.window_show_document_async(types.ShowDocumentParams(product, external=True))
        return {"text": result.text, "exitCode": result.exit_code, "product": product}

    return f"sbc.{command.name}", run


async def _clips(editor: Editor, uri: object = None, position: Any = None, *_: object) -> dict[str, Any]:  # noqa: ANN401
    """The clips of a name. `position` comes as the editor sent it, for it is an argument of a command."""
    document = _document(editor, uri)
    analysis = editor.files.analysis_for(document)
    at = document.page.offset(types.Position(int(_field(position, "line")), int(_field(position, "character"))))
    uses = clips_of_name(analysis, document.path, at)
    if uses is None:
        raise refusal("there is no declared name here")
    rows = []
    for clip, header in uses.uses:
        source, start, end = analysis.layout.locate(header)
        where = {"uri": editor.files.documents.uri(source.path), "range": editor.files.page(source).range(start, end)}
        rows.append({"clip": clip.id, "location": where})
    return {"text": f"{uses.name}: {count(len(rows), 'clip')}, {uses.price}", "clips": rows}


def _document(editor: Editor, uri: object) -> Document:
    document = editor.files.documents.find(uri) if isinstance(uri, str) else None
    if document is None:
        raise refusal("open the script first")
    return document


def _field(value: Any, name: str) -> Any:  # noqa: ANN401 # JSON, as an object or as a dict
    found = value.get(name) if isinstance(value, dict) else getattr(value, name, None)
    if not isinstance(found, int):
        raise refusal(f"the position has no {name}")
    return found


def _saved_text(path: str) -> str | None:
    try:
        return Path(path).read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None


def _shows_documents(editor: Editor) -> bool:
    window = editor.client_capabilities.window
    return bool(window and window.show_document and window.show_document.support)


COMMANDS: tuple[Command, ...] = (*map(_script_command, SCRIPT_COMMANDS), ("sbc.clips", _clips))
