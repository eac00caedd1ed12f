"""What is done with a growing input: every command, and every answer of the language server, in this process.

A piece of work is made ready for a text and can then be done any number of times; what it needs to begin with (the
analysis that an export is made of, say) is not part of it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from storyboard.board.page import draw_board
from storyboard.catalog import shipped_catalog
from storyboard.compiler.diagnostics import first_to_show
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import to_json
from storyboard.compiler.fixing import apply_edits, safe_edits
from storyboard.compiler.pipeline import Analysis, Options, analyze_text
from storyboard.export import ExportRequest
from storyboard.export.fcpxml import write_fcpxml
from storyboard.export.screenplay import write_fdx, write_fountain
from storyboard.export.shotlist import write_csv
from storyboard.export.subtitles import write_subrip
from storyboard.export.timeline import write_edl, write_otio
from storyboard.format import Unformatted, format_script
from storyboard.lsp.diagnostics import published_diagnostic
from storyboard.lsp.documents import Documents
from storyboard.lsp.handlers import ANSWERS
from storyboard.lsp.workspace import Workspace
from storyboard.report.data import write_json, write_sarif
from storyboard.report.stats import count_film, write_stats
from storyboard.report.text import write_report
from storyboard.screenplay.final_draft import read_xml, to_screenplay
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.importer import import_screenplay
from storyboard.screenplay.restore import restore

Work = Callable[[], object]
Prepare = Callable[[str], Work]

#: A piece of work is done with a text and with twice as much of it: what both begin with is made once.
_TEXTS = 2


@lru_cache(_TEXTS)
def _analysis(text: str) -> Analysis:
    return analyze_text(text)


def check(text: str) -> Work:
    return lambda: analyze_text(text)


def report(text: str) -> Work:
    analysis = _analysis(text)

    def work() -> None:
        list(write_report(analysis.diagnostics, {source.path: source for source in analysis.sources}))
        write_json(analysis.diagnostics)
        write_sarif(analysis.diagnostics, "1")

    return work


def compile_(text: str) -> Work:
    analysis = _analysis(text)
    return lambda: analysis.has_errors or to_json(build_manifest(analysis))


def fmt(text: str) -> Work:
    def work() -> None:
        with contextlib.suppress(Unformatted):
            format_script(text, analyze_text)

    return work


def fix(text: str) -> Work:
    analysis = _analysis(text)

    def work() -> None:
        _, edits = safe_edits(analysis.diagnostics)
        for source in analysis.sources:
            apply_edits(source.text, edits.get(source.path, ()))

    return work


def board(text: str) -> Work:
    analysis = _analysis(text)
    return lambda: draw_board(analysis)


def stats(text: str) -> Work:
    analysis = _analysis(text)
    return lambda: list(write_stats(count_film(analysis.film, analysis.clips, lambda words: len(words.split()))))


def _export(write: Callable[[ExportRequest], object]) -> Prepare:
    def prepare(text: str) -> Work:
        order = ExportRequest(_analysis(text))
        return lambda: write(order)

    return prepare


def import_fountain(text: str) -> Work:
    model = shipped_catalog().find("kling-o3-pro")
    assert model is not None

    def work() -> None:
        if restore(text) is None:
            import_screenplay(read_fountain(text), model)

    return work


def import_final_draft(text: str) -> Work:
    model = shipped_catalog().find("kling-o3-pro")
    assert model is not None
    escaped = text.translate(
        {ord("&"): "&amp;", ord("<"): "&lt;", **dict.fromkeys([*range(9), 11, 12, *range(14, 32)])}
    )
    paragraphs = "".join(
        f'<Paragraph Type="{kind}"><Text>{line}</Text></Paragraph>'
        for line in escaped.split("\n")
        for kind in (("Action",) if not line.isupper() else ("Scene Heading", "Character", "Dialogue"))
    )
    data = (
        f'<?xml version="1.0"?><FinalDraft DocumentType="Script"><Content>{paragraphs}</Content></FinalDraft>'.encode()
    )
    return lambda: import_screenplay(to_screenplay(read_xml(data, "film.fdx"), "film.fdx"), model)


# ---- The editor ----------------------------------------------------------------------------------------------------

_URI = "file:///film/film.sb"
_ANSWERS: dict[str, Callable[[Any, Any], Any]] = {name: answer for name, answer, _ in ANSWERS}


class Editor:
    """A language server with one open file, spoken to without a wire."""

    def __init__(self, text: str) -> None:
        self.options = Options()
        self.files = Workspace(Documents(), self.options)
        self.document = self.files.documents.open(_URI, text, 1)
        self.client_capabilities = types.ClientCapabilities()
        self.shows_pictures = False
        self.hover_formats = self.documentation_formats = None

    def window_show_message(self, params: types.ShowMessageParams) -> None:
        """Nobody looks."""

    def publish(self) -> None:
        page_at = self.files.page_at
        for found in self.files.found().values():
            page = page_at(self.document.path)
            for one in first_to_show(found)[0]:
                published_diagnostic(one, lambda _, page=page: page, self.files.documents.uri)  # type: ignore[misc]

    def type(self, letter: str) -> None:
        """A letter into the middle of the file and out again, checked each time."""
        page = self.document.page
        place = page.position(len(page.text) // 2)
        after = types.Position(place.line, place.character + 1)
        for start, end, text in ((place, place, letter), (place, after, "")):
            change = types.TextDocumentContentChangePartial(types.Range(start, end), text)
            self.document.change([change], None)
            self.files.changed(self.document.path)
            self.publish()

    def ask(self, method: str, **more: object) -> None:
        for position in self._places():
            params = SimpleNamespace(
                text_document=types.TextDocumentIdentifier(_URI), position=position, range=types.Range(position, position),
                **more,
            )  # fmt: skip
            with contextlib.suppress(JsonRpcException):
                answer = _ANSWERS[method](self, params)
                if asyncio.iscoroutine(answer):
                    asyncio.run(answer)

    def _places(self) -> Iterator[types.Position]:
        """Behind the last mention, the end of the last line with words in the first half of the file, and the end of
        the file: what is there is of the same kind however long the file is."""
        page = self.document.page
        middle = len(page.text[: len(page.text) // 2].rpartition("\n")[0].rstrip())
        for offset in dict.fromkeys((page.text.rfind("@") + 2, middle, len(page.text) - 1)):
            yield page.position(offset)


@lru_cache(_TEXTS)
def _editor(text: str) -> Editor:
    """A server with this text, checked. Whatever is asked of it leaves it as it was."""
    editor = Editor(text)
    editor.publish()
    return editor


def _answers(*methods: str, **more: object) -> Prepare:
    def prepare(text: str) -> Work:
        editor = _editor(text)

        def work() -> None:
            for method in methods:
                editor.ask(method, **more)

        return work

    return prepare


def open_(text: str) -> Work:
    return lambda: Editor(text).publish()


def change(text: str) -> Work:
    editor = _editor(text)
    return lambda: editor.type("x")


#: All work, by the name of what it does.
WORK: dict[str, Prepare] = {
    "check": check,
    "report": report,
    "compile": compile_,
    "fmt": fmt,
    "fix": fix,
    "board": board,
    "stats": stats,
    "export fountain": _export(write_fountain),
    "export fdx": _export(write_fdx),
    "export csv": _export(write_csv),
    "export srt": _export(write_subrip),
    "export fcpxml": _export(write_fcpxml),
    "export otio": _export(write_otio),
    "export edl": _export(write_edl),
    "open": open_,
    "change": change,
    "hover": _answers(types.TEXT_DOCUMENT_HOVER),
    "complete": _answers(types.TEXT_DOCUMENT_COMPLETION),
    "find": _answers(types.TEXT_DOCUMENT_DEFINITION, types.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT),
    "references": _answers(types.TEXT_DOCUMENT_REFERENCES, context=types.ReferenceContext(True)),
    "rename": _answers(types.TEXT_DOCUMENT_RENAME, new_name="Zed"),
    "outline": _answers(
        types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.TEXT_DOCUMENT_FOLDING_RANGE, types.TEXT_DOCUMENT_DOCUMENT_LINK
    ),
    "hints": _answers(types.TEXT_DOCUMENT_INLAY_HINT),
    "fix all": _answers(types.TEXT_DOCUMENT_CODE_ACTION, context=types.CodeActionContext([], only=["source.fixAll"])),
    "quick fixes": _answers(types.TEXT_DOCUMENT_CODE_ACTION, context=types.CodeActionContext([])),
    "format": _answers(types.TEXT_DOCUMENT_FORMATTING),
}
#: What reads screenplays.
IMPORTS: dict[str, Prepare] = {"import fountain": import_fountain, "import fdx": import_final_draft}


def together(*works: Prepare) -> Prepare:
    """Several pieces of work as one."""

    def prepare(text: str) -> Work:
        ready = [one(text) for one in works]
        return lambda: [work() for work in ready]

    return prepare
