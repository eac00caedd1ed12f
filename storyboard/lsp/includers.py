"""Scripts that include a file, open in the editor or on disk."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from storyboard.compiler.incremental import user_cache
from storyboard.compiler.loader import LARGEST_SCRIPT, Unreadable, decode, read_bytes
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.lsp.project_files import files_below
from storyboard.lsp.workspace import Workspace

_INCLUDE = re.compile(r"^[^\S\r\n]*INCLUDE[^\S\r\n]+(\S[^\r\n]*)", re.MULTILINE)
# To the end of the line where nothing closes it: nobody waits for a closer to be looked for from every opener.
_NOTE = re.compile(r"\[\[(?:(?!\]\]).)*+(?:\]\])?|/\*(?:(?!\*/).)*+(?:\*/)?")


def scripts_with(path: str, files: Workspace, first: Analysis) -> list[Analysis]:
    """Every script that the file at `path` is part of, open or on disk, after the script `first`."""
    opened = [files.analysis_of(one) for one in files.scripts()]
    known = {source.path for analysis in opened for source in analysis.sources}
    texts = files.documents.texts()
    folders = [files.documents.folder, os.path.dirname(path)]
    closed = [
        analyze_text(text, script, files.options_for(script), user_cache(), texts)
        for script, text in scripts_including(path, folders, texts).items()
        if script not in known
    ]
    rest = [one for one in (*opened, *closed) if any(source.path == path for source in one.sources)]
    return [first, *(one for one in rest if one.path != first.path)]


def scripts_including(path: str, folders: Iterable[str], texts: Mapping[str, str]) -> dict[str, str]:
    """The scripts in these folders, by path with their text, from which INCLUDE lines lead to the file at `path`.
    `texts` are unsaved texts by absolute path."""
    known = _read(folders, texts)
    named = {script: _named(script, text) for script, text in known.items()}
    found: set[str] = {path}
    while True:
        more = {script for script, names in named.items() if names & found} - found
        if not more:
            break
        found |= more
    return {script: known[script] for script in sorted(found - {path})}


def _read(folders: Iterable[str], texts: Mapping[str, str]) -> dict[str, str]:
    """The scripts in these folders by path, with unsaved texts instead of saved ones."""
    known: dict[str, str] = {}
    for folder in dict.fromkeys(folders):
        for name in files_below(Path(folder), "", Path(folder), "scripts"):
            script = os.path.normpath(os.path.join(folder, name))
            try:
                known[script] = texts.get(script) or decode(read_bytes(script, LARGEST_SCRIPT), name)
            except Unreadable:
                continue
    return known


def _named(script: str, text: str) -> set[str]:
    folder = os.path.dirname(script)
    typed = (_NOTE.sub("", found[1]).strip() for found in _INCLUDE.finditer(text))
    return {os.path.normpath(os.path.join(folder, name)) for name in typed if "\0" not in name}
