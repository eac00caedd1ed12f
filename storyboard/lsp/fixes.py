"""Code actions: the fixes of diagnostics, an `[[allow …]]` note, a missing declaration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from storyboard.compiler.diagnostics import Diagnostic, PlacedEdit, Severity
from storyboard.compiler.fixing import safe_edits
from storyboard.compiler.ir import parsed
from storyboard.compiler.names import is_name
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.spelling import quote
from storyboard.lsp.locate import spot_at
from storyboard.lsp.rename import RenameChange
from storyboard.wording import printable


class FixAction(NamedTuple):
    """A code action for a diagnostic: its title, the changes by path, and whether it keeps the writer's meaning."""

    title: str
    diagnostic: Diagnostic
    changes: dict[str, list[RenameChange]]
    is_safe: bool


def fix_actions(analysis: Analysis, path: str, start: int, end: int) -> Iterator[FixAction]:
    """Code actions for the diagnostics that touch the characters `start` to `end` of a file, the most certain first.

    If none does, those for the same line, because the cursor is at its end after typing.
    """
    touched = _touching(analysis, path, start, end) or _touching(
        analysis, path, *_whole_lines(analysis, path, start, end)
    )
    for one in touched:
        if one.fix is not None:
            yield FixAction(_title(analysis, one.fix.edits), one, _by_file(one.fix.edits), one.fix.safe)
    for one in touched:
        yield from _declarations(analysis, path, one)
    for one in touched:
        allowed = _allow(analysis, path, one)
        if allowed is not None:
            yield allowed


def _touching(analysis: Analysis, path: str, start: int, end: int) -> list[Diagnostic]:
    return [
        one for one in analysis.diagnostics if one.file == path and one.start.offset <= end and start <= one.end.offset
    ]


def _whole_lines(analysis: Analysis, path: str, start: int, end: int) -> tuple[int, int]:
    text = next((source.text for source in analysis.sources if source.path == path), "")
    last = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, last if last >= 0 else len(text)


def all_safe(analysis: Analysis, path: str) -> list[RenameChange]:
    """The safe fixes that change this file alone, as one step."""
    own = (one for one in analysis.diagnostics if one.fix and all(edit.file == path for edit in one.fix.edits))
    _, edits = safe_edits(own)
    return _by_file(tuple(edits[path]))[path] if edits.get(path) else []


def _by_file(edits: tuple[PlacedEdit, ...]) -> dict[str, list[RenameChange]]:
    found: dict[str, list[RenameChange]] = {}
    for one in edits:
        found.setdefault(one.file, []).append(RenameChange(one.start.offset, one.end.offset, one.text))
    return found


def _title(analysis: Analysis, edits: tuple[PlacedEdit, ...]) -> str:
    """The title of a code action, in the words of its edits."""
    if len(edits) != 1:
        return "Fix this"
    one = edits[0]
    text = next((source.text for source in analysis.sources if source.path == one.file), "")
    old, new = (_shown(words) for words in (text[one.start.offset : one.end.offset], one.text))
    if not old.strip("“”"):
        return f"Insert {new}"
    return f"Delete {old}" if not new.strip("“”") else f"Change {old} to {new}"


def _shown(words: str) -> str:
    return printable(quote(" ".join(words.split())))


def _allow(analysis: Analysis, path: str, one: Diagnostic) -> FixAction | None:
    """A note on the header line of the block."""
    if one.severity is not Severity.WARNING:
        return None
    spot = spot_at(analysis, path, one.start.offset)
    if spot is None or not isinstance(spot.block, parsed.Shot | parsed.Heading | parsed.Declaration):
        return None
    at = spot.offset + spot.block.header.end
    where = {parsed.Shot: "shot", parsed.Heading: "scene"}.get(type(spot.block), "declaration")
    change = RenameChange(at, at, f" [[allow {one.code}]]")
    return FixAction(f"Allow {one.code} for this {where}", one, {path: [change]}, False)


def _declarations(analysis: Analysis, path: str, one: Diagnostic) -> Iterator[FixAction]:
    """A declaration for a name that nobody has, above the first scene."""
    if one.code not in ("SB201", "SB206") or path != analysis.path:
        return
    source = analysis.sources[0]
    typed = source.text[one.start.offset : one.end.offset]
    name = " ".join(typed.lstrip("@＠").strip("{}").split())
    if not is_name(name) or analysis.whole.names.cast.find(name) is not None:
        return
    if one.code == "SB201" and typed[:1] in ("@", "＠"):
        kinds: tuple[str, ...] = ("CHARACTER", "PROP", "LOCATION")
    else:
        kinds = ("LOCATION",) if one.code == "SB206" else ("CHARACTER",)
        name = " ".join(word[:1] + word[1:].lower() for word in name.split()) if name == name.upper() else name
    at = _above_scenes(analysis)
    end = "\r\n" if "\r\n" in source.text else "\n"
    above = "" if source.text[:at].endswith(f"{end}{end}") or not at else end
    for kind in kinds:
        change = RenameChange(at, at, f"{above}{kind} {name}{end}{end}")
        yield FixAction(f"Declare {kind} {name}", one, {path: [change]}, False)


def _above_scenes(analysis: Analysis) -> int:
    """Where the first block stands that is neither title page nor declaration."""
    blocks = analysis.scripts[analysis.path].blocks
    for offset, block in blocks:
        if isinstance(block, parsed.Section | parsed.Heading | parsed.Shot | parsed.Break):
            return offset
    return blocks[-1][0] + blocks[-1][1].size
