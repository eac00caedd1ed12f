"""Included files: each read once, even if several files include it.

Paths follow the rules for pictures: relative to the file that names them, inside the project root, links resolved
first. The files are read with an explicit stack instead of recursion, so that a chain of thousands of files ends in a
message, not in a traceback. A file that is missing, includes itself, or contains more than declarations is SB105 once;
its declarations still count.

Declarations are in the order that the text would have with every INCLUDE written out. So a variant finds its base in a
file above, and the first of two declarations of a name counts. Each keeps the folder of its file, where its pictures'
paths start.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from storyboard.compiler.diagnostics import Edit, Finding, Fix, commented_out
from storyboard.compiler.ir.parsed import (
    Block,
    Break,
    Declaration,
    Heading,
    Include,
    LooseText,
    Script,
    Section,
    Shot,
    Speech,
    Synopsis,
    TitlePage,
)
from storyboard.compiler.loader import LARGEST_SCRIPT, LONGEST_PATH, Loader, Unreadable
from storyboard.compiler.parse import BlockCache, parse
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Anchor, Location, Source, Span


class GatheredScripts(NamedTuple):
    """All files of a compilation in the order of inclusion, the compiled one first.

    `declarations` are in the order that the text would have with every include written out, each with the folder of its
    file relative to the root. `locations` are the spans of INCLUDE paths. `is_whole` is False if a file could not be
    read.
    """

    files: list[tuple[Source, Script]]
    declarations: list[tuple[str, Declaration]]
    findings: list[Finding]
    locations: dict[Anchor, Location]
    is_whole: bool


class _File(NamedTuple):
    """A file being read: its path relative to the root, its source, and the blocks still to come."""

    path: str
    source: Source
    blocks: list[Block]
    chain: frozenset[str]


def gather_scripts(source: Source, path: str, loader: Loader, memory: BlockCache | None) -> GatheredScripts:
    """Read the compiled file and everything that it includes.

    `path` is relative to the root. `memory` keeps parsed files between compilations. Never raises for a file's content:
    problems are in the result's findings.
    """
    result = GatheredScripts([], [], [], {}, True)
    whole = True
    path = loader.first_path(path)
    stack = [_open(source, path, frozenset({path}), result, memory)]
    seen = {path}
    room = LARGEST_SCRIPT - len(source.text)
    while stack:
        file = stack[-1]
        if not file.blocks:
            stack.pop()
            continue
        block = file.blocks.pop()
        if isinstance(block, Declaration):
            result.declarations.append((os.path.dirname(file.path), block))
        elif isinstance(block, Include) and block.path is not None:
            opened = _include(block, file, seen, room, loader, result, memory)
            whole = whole and opened is not False
            if isinstance(opened, _File):
                room -= len(opened.source.text)
                stack.append(opened)
    return result._replace(is_whole=whole)


def _open(
    source: Source, path: str, chain: frozenset[str], result: GatheredScripts, memory: BlockCache | None
) -> _File:
    """Parse a file, place its blocks in the layout, and report what an included file may not contain (SB105)."""
    script = parse(source, memory)
    result.files.append((source, script))
    for offset, block in script.blocks:
        result.locations[block.anchor] = Location(source, offset)
    if len(result.files) > 1:
        _report_foreign(script, result)
    return _File(path, source, [block for _, block in reversed(script.blocks)], chain)


def _include(
    block: Include,
    file: _File,
    seen: set[str],
    room: int,
    loader: Loader,
    result: GatheredScripts,
    memory: BlockCache | None,
) -> _File | bool:
    """The included file; True if it has been read before, False if it cannot be read.

    `room` is the number of characters by which the film may still grow.
    """
    assert block.path is not None
    typed = block.path.string
    folder = os.path.dirname(file.path)
    if len(typed) > LONGEST_PATH:
        message = f"This path has {len(typed):,} characters; a path has at most {LONGEST_PATH:,}."
        result.findings.append(Finding("SB105", block.path.span(), message, "Give the file a shorter name."))
        return False
    path = loader.within(folder, typed)
    if path is None:
        message = f"{quote(typed)} is outside the project folder."
        advice = "A script can use only files in its project folder; --root names a wider one."
        result.findings.append(Finding("SB404", block.path.span(), message, advice))
        return False
    path = loader.first_path(path)
    if path in file.chain:
        message = f"{quote(typed)} includes this file again, and would never end."
        fix = commented_out(block.header, block.header)
        result.findings.append(Finding("SB105", block.header, message, fix=fix))
        return True
    if path in seen:
        return True
    source = _read(block, typed, path, file, loader, result)
    if source is None:
        return False
    if len(source.text) > room:
        message = (
            f"{quote(typed)} cannot be included: the files of this film have more than {LARGEST_SCRIPT:,} characters."
        )
        result.findings.append(Finding("SB105", block.header, message, "Divide the film into several scripts."))
        return False
    seen.add(path)
    return _open(source, path, file.chain | {path}, result, memory)


def _read(block: Include, typed: str, path: str, file: _File, loader: Loader, result: GatheredScripts) -> Source | None:
    """The text of an included file; None where it cannot be read, which is reported with the file that was probably
    meant."""
    assert block.path is not None
    shown = os.path.normpath(os.path.join(os.path.dirname(file.source.path), typed))
    try:
        return loader.read_include(path, shown)
    except Unreadable as problem:
        reason = str(problem).removeprefix(f"{loader.root / path}: ").removeprefix(f"{shown}: ")
        message = f"{quote(typed)} cannot be included: {reason}."
        advice = "A path starts from the folder of the file that names it."
        near = loader.scripts_near(typed, os.path.dirname(file.path))
        meant = Fix(False, (Edit(block.path.span(), near[0]),)) if len(near) == 1 else None
        result.findings.append(Finding("SB105", block.header, message, None if meant else advice, fix=meant))
        return None


def _report_foreign(script: Script, result: GatheredScripts) -> None:
    """SB105 at the first line of an included file that is not a declaration; else the file's own findings."""
    foreign: Span | None = None
    for _, block in script.blocks:
        if isinstance(block, Declaration | Include | Section | LooseText):
            result.findings.extend(block.findings if not isinstance(block, LooseText) or not block.body else ())
            if foreign is None and block.body:
                foreign = _first_line(block)
        elif foreign is None and isinstance(block, TitlePage | Heading | Shot | Break):
            foreign = (
                block.properties[0].key_span if isinstance(block, TitlePage) and block.properties else block.header
            )
    if foreign is not None:
        message = "An included file can hold declarations only, and this is not one."
        advice = "It may have CHARACTER, PROP, LOCATION, INCLUDE, sections, synopses and comments."
        result.findings.append(Finding("SB105", foreign, message, advice))


def _first_line(block: Block) -> Span | None:
    """The span of the first text of a block, ignoring synopses; None if it has none."""
    for beat in block.body:
        if isinstance(beat, Synopsis):
            continue
        return beat.cue.line.span() if isinstance(beat, Speech) else beat.text.span()
    return None
