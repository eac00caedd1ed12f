"""The open file that a request is about, and answers in the editor's units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol, TypeVar

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from storyboard.compiler.pipeline import Analysis
from storyboard.lsp.documents import Document
from storyboard.lsp.editor import Editor
from storyboard.lsp.positions import TextDocument
from storyboard.lsp.rename import RenameChange
from storyboard.lsp.takes import TakesById
from storyboard.wording import printable

#: A method of the protocol, its handler, and its options for the editor (None if it has none).
#: A handler takes the editor and the request's parameters, of a type that differs from method to method.
Answer = tuple[str, Callable[[Editor, Any], Any], object]


class AboutFile(Protocol):
    """Parameters that name a file."""

    text_document: types.TextDocumentIdentifier


class OpenFile(NamedTuple):
    """An open file with the analysis of the script that it belongs to."""

    editor: Editor
    document: Document
    analysis: Analysis

    @property
    def path(self) -> str:
        """Where the file lies."""
        return self.document.path

    @property
    def page(self) -> TextDocument:
        """The text as it is now."""
        return self.document.page

    @property
    def takes(self) -> TakesById:
        """The takes of the script's clips."""
        return self.editor.files.takes_for(self.document)

    def page_at(self, path: str) -> TextDocument:
        """Any file of the script."""
        source = next((one for one in self.analysis.sources if one.path == path), None)
        return self.editor.files.page(source) if source else self.editor.files.page_at(path)


_Params = TypeVar("_Params", bound=AboutFile)
_Result = TypeVar("_Result")


def on_open_file(handler: Callable[[OpenFile, _Params], _Result]) -> Callable[[Editor, _Params], _Result | None]:
    """A handler for requests about open files; requests about other files get no answer."""

    def answer(editor: Editor, params: _Params) -> _Result | None:
        document = editor.files.documents.find(params.text_document.uri)
        if document is None:
            return None
        return handler(OpenFile(editor, document, editor.files.analysis_for(document)), params)

    return answer


def refusal(reason: str) -> JsonRpcException:
    """An error that tells the writer why a request is not done; the editor shows it."""
    return JsonRpcException(printable(reason), types.LSPErrorCodes.RequestFailed)


def text_edits(page: TextDocument, changes: Iterable[RenameChange]) -> list[types.TextEdit]:
    """Changes of one file, from its beginning to its end."""
    return [types.TextEdit(page.range(one.start, one.end), one.text) for one in sorted(changes)]


def workspace_edit(editor: Editor, by_path: dict[str, list[types.TextEdit]]) -> types.WorkspaceEdit:
    """Changes of several files, with the versions that they are for where the editor knows versions."""
    documents = editor.files.documents
    workspace = editor.client_capabilities.workspace
    if not (workspace and workspace.workspace_edit and workspace.workspace_edit.document_changes):
        return types.WorkspaceEdit(changes={documents.uri(path): edits for path, edits in by_path.items()})
    changed = []
    for path, edits in by_path.items():
        document = documents.at(path)
        which = types.OptionalVersionedTextDocumentIdentifier(
            documents.uri(path), document.version if document else None
        )
        changed.append(types.TextDocumentEdit(which, list(edits)))
    return types.WorkspaceEdit(document_changes=list(changed))
