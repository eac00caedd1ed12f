"""The workspace: open files, the script of each, and the last analysis of every script.

A file that an open script includes is read as part of that script; any other is a script by itself. A script is
checked again when one of its texts has changed, from the memory of the check before.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from storyboard.compiler.dependencies import named_files
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.incremental import user_cache
from storyboard.compiler.ir.parsed import Block
from storyboard.compiler.loader import LARGEST_SCRIPT
from storyboard.compiler.parse import BlockKey
from storyboard.compiler.pipeline import Analysis, CompilerCache, Options, analyze_text
from storyboard.compiler.text import Source
from storyboard.files.stamps import Stamp, stamp_of
from storyboard.lsp.documents import Document, Documents
from storyboard.lsp.positions import TextDocument
from storyboard.lsp.takes import TakesById, takes_of
from storyboard.project.file import in_project
from storyboard.render.folders import clips_folder, ledger_files


@dataclass(slots=True)
class _Script:
    """What is kept of a script between two checks."""

    memory: CompilerCache = field(default_factory=user_cache)
    analysis: Analysis | None = None
    takes: TakesById | None = None
    stamps: dict[str, Stamp | None] = field(default_factory=dict)


class Workspace:
    """Everything open, checked. `options` hold for every script; without a root in them, a script's root is the folder
    of its project file, else the one of `folders`, the editor's, that it lies in, else its own folder."""

    def __init__(self, documents: Documents, options: Options | None = None, folders: Iterable[str] = ()) -> None:
        self.documents = documents
        self.options = options or Options()
        self._folders = sorted({os.path.abspath(one) for one in folders}, key=len, reverse=True)
        self._scripts: dict[str, _Script] = {}

    def options_for(self, script: str) -> Options:
        """The options of the script at an absolute path."""
        options = in_project(script, self.options)
        if options.root is not None:
            return options
        folder = next((one for one in self._folders if script.startswith(os.path.join(one, ""))), None)
        return options._replace(root=Path(folder)) if folder else options

    def changed(self, path: str) -> None:
        """A text has changed: the scripts that are made of it are to be checked again."""
        for own, script in self._scripts.items():
            if script.analysis and (own == path or path in script.stamps):
                script.analysis = None

    def forget(self, path: str) -> None:
        """A file has been closed: its memory goes, and others read it from disk again."""
        self._scripts.pop(path, None)
        self.changed(path)

    def stale_files(self) -> list[str]:
        """Files of checked scripts that have changed on disk since."""
        return [
            path
            for script in self._scripts.values()
            for path, stamp in script.stamps.items()
            if self.documents.at(path) is None and stamp_of(path) != stamp
        ]

    def analysis_of(self, document: Document) -> Analysis:
        """What is known of a file as a script by itself; of one that is too large to be a script, nothing."""
        script = self._scripts.setdefault(document.path, _Script())
        if script.analysis is None:
            text = document.text if len(document.text) <= LARGEST_SCRIPT else ""
            options, unsaved = self.options_for(document.path), self.documents.texts()
            script.analysis = analyze_text(text, document.path, options, script.memory, unsaved)
            files = [
                *map(str, named_files(script.analysis)),
                *map(str, sorted(ledger_files(clips_folder(document.path)))),
            ]
            script.stamps = {path: stamp_of(path) for path in files}
            script.takes = None
        return script.analysis

    def blocks_of(self, document: Document) -> list[tuple[BlockKey, Block]]:
        """The blocks that the last check of a file has read."""
        script = self._scripts.get(document.path)
        return list(script.memory.blocks) if script else []

    def takes_for(self, document: Document) -> TakesById:
        """The takes of the script that a file belongs to."""
        analysis = self.analysis_for(document)
        script = self._scripts[analysis.path]
        if script.takes is None:
            script.takes = takes_of(analysis)
        return script.takes

    def scripts(self) -> list[Document]:
        """Open files that no other open script includes. Of two that include each other, the one opened first."""
        opened = list(self.documents)
        scripts: list[Document] = []
        for document in opened:
            rest = [one for one in opened if one is not document]
            if not any(
                self._includes(other, document) and not (self._includes(document, other) and other not in scripts)
                for other in rest
            ):
                scripts.append(document)
        return scripts

    def _includes(self, script: Document, part: Document) -> bool:
        return any(one.path == part.path for one in self.analysis_of(script).sources[1:])

    def analysis_for(self, document: Document) -> Analysis:
        """The analysis of the script that a file belongs to."""
        for script in self.scripts():
            if script is document or self._includes(script, document):
                return self.analysis_of(script)
        return self.analysis_of(document)

    def found(self) -> dict[str, list[Diagnostic]]:
        """The diagnostics by absolute path: of every open file, and of every file of an open script.

        A diagnostic that several scripts share is listed once.
        """
        found: dict[str, dict[Diagnostic, None]] = {document.path: {} for document in self.documents}
        for script in self.scripts():
            analysis = self.analysis_of(script)
            for source in analysis.texts:
                found.setdefault(source.path, {})
            for one in analysis.diagnostics:
                found.setdefault(one.file, {})[one] = None
        return {path: list(diagnostics) for path, diagnostics in found.items()}

    def page_at(self, path: str) -> TextDocument:
        """A file of an open script, by its absolute path."""
        for script in self.scripts():
            for source in self.analysis_of(script).texts:
                if source.path == path:
                    return self.page(source)
        document = self.documents.at(path)
        return document.page if document else TextDocument("", self.documents.encoding)

    def page(self, source: Source) -> TextDocument:
        """A file of a script in the editor's units."""
        document = self.documents.at(source.path)
        if document is not None and document.text == source.text:
            return document.page
        return TextDocument(source.text, self.documents.encoding)
