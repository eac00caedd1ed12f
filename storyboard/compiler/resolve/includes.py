"""Included files: each read once, however they are chained.

Paths follow the rules of images: relative to the file that names them, never out of the project root, links followed.
Reading goes by a stack of its own and not by recursion, so that a chain of thousands of files ends in a message and
not in a traceback. A file that is missing, includes itself, or holds more than declarations is SB105 once, and what
it declares is taken all the same.

Declarations come in the order in which the text would stand if every INCLUDE were written out, so that a variant finds
its base in a file above, and the first of two declarations of one name is the one that holds. Each knows the folder of
its file: its pictures are named relative to that.
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
    """All files of a compilation, in the order of inclusion, the compiled one first.

    `declarations` come in the order in which the text would stand if every include were written out, each with the
    folder of its file relative to the root. `is_whole` is False where a file could not be read.
    """

    files: list[tuple[Source, Script]]
    declarations: list[tuple[str, Declaration]]
    findings: list[Finding]
    locations: dict[Anchor, Location]
    is_whole: bool


class _File(NamedTuple):
    """A file under way: its path relative to the root, its source, the blocks still to come."""

    path: str
    source: Source
    blocks: list[Block]
    chain: frozenset[str]


def gather_scripts(source: Source, path: str, loader: Loader, memory: BlockCache | None) -> GatheredScripts:
    """The compiled file (`path` is relative to the root) and everything that it includes."""
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
    """Parse a file, place its blocks in the layout, and report what an included one may not hold (SB105)."""
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
    """The included file; True where it has been read before, False where it cannot be. `room` is how many characters
    the film may still grow by."""
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
        advice = "Everything that a script names is in its project folder; --root names a wider one."
        result.findings.append(Finding("SB404", block.path.span(), message, advice))
        return False
    path = loader.first_path(path)
    if path in file.chain:
        message = f"{quote(typed)} includes this file again, so it would never end."
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
        advice = "The path is read from the folder of the file that names it."
        near = loader.scripts_near(typed, os.path.dirname(file.path))
        meant = Fix(False, (Edit(block.path.span(), near[0]),)) if len(near) == 1 else None
        result.findings.append(Finding("SB105", block.header, message, None if meant else advice, fix=meant))
        return None


def _report_foreign(script: Script, result: GatheredScripts) -> None:
    """SB105 at the first line of an included file that is not a declaration; its own findings otherwise."""
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
        message = "An included file holds declarations only, and this is something else."
        advice = "It may have CHARACTER, PROP, LOCATION, INCLUDE, sections, synopses and comments."
        result.findings.append(Finding("SB105", foreign, message, advice))


def _first_line(block: Block) -> Span | None:
    """Where the first text of a block is, synopses apart; None where it has none."""
    for beat in block.body:
        if isinstance(beat, Synopsis):
            continue
        return beat.cue.line.span() if isinstance(beat, Speech) else beat.text.span()
    return None
