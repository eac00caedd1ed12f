"""Outline, folding ranges, document links and inlay hints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Block, Property, Text
from storyboard.compiler.ir.resolved import Scene
from storyboard.compiler.parse.comments import strip_comments
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.resolve.pictures import is_url
from storyboard.compiler.resolve.properties import list_items
from storyboard.compiler.text import Anchor
from storyboard.lsp.locate import TimedShot, source_at, timed_shots
from storyboard.lsp.takes import TakesById, brief_takes, told_takes
from storyboard.report.prices import with_sources
from storyboard.wording import clock, count, price

_PICTURE_KEYS = keys.PICTURES - keys.LISTS


class OutlineEntry(NamedTuple):
    """An entry of the outline.

    `start` to `end` is the whole part, `name_start` to `name_end` its header; `parts` are inside it. `level` orders
    nesting: sections by their signs, then scenes, then shots.
    """

    name: str
    detail: str
    kind: str
    start: int
    end: int
    name_start: int
    name_end: int
    level: int
    parts: list[OutlineEntry]


_SCENE, _SHOT = 100, 101


def outline(analysis: Analysis, path: str) -> list[OutlineEntry]:
    """Title page, cast, sections, scenes and shots of a file."""
    source = source_at(analysis, path)
    if source is None:
        return []
    shots = timed_shots(analysis)
    scenes = {scene.at.anchor: scene for scene in analysis.film.scenes if scene.at is not None}
    top: list[OutlineEntry] = []
    stack: list[OutlineEntry] = []
    for offset, block in analysis.scripts[path].blocks:
        entry = _entry(offset, block, scenes, shots, analysis)
        if entry is None:
            continue
        while stack and stack[-1].level >= entry.level:
            stack.pop()
        (stack[-1].parts if stack else top).append(entry)
        if entry.kind in ("section", "scene", "shot"):
            stack.append(entry)
    return [_closed(entry) for entry in top]


def _closed(entry: OutlineEntry) -> OutlineEntry:
    """An entry whose range holds its parts."""
    parts = [_closed(part) for part in entry.parts]
    return entry._replace(parts=parts, end=max([entry.end, *(part.end for part in parts)]))


def _entry(
    offset: int, block: Block, scenes: dict[Anchor, Scene], shots: dict[Anchor, TimedShot], analysis: Analysis
) -> OutlineEntry | None:
    """The outline entry of a block; None if the outline leaves it out."""
    match block:
        case parsed.TitlePage():
            title = next((one.value.string for one in block.properties if one.key == "title"), "")
            said = (title or "Title page", _total(analysis), "title", _SCENE)
        case parsed.Declaration():
            said = (block.typed.string or "?", block.kind.value, block.kind.value, _SCENE)
        case parsed.Include():
            said = (f"INCLUDE {block.path.string if block.path else ''}".strip(), "", "include", _SCENE)
        case parsed.Section():
            said = (block.title.string or "#", "", "section", block.level)
        case parsed.Heading():
            said = (" ".join(block.line.string.split()) or ".", _scene(scenes.get(block.anchor)), "scene", _SCENE)
        case parsed.Shot():
            said = (*_shot(block, shots), "shot", _SHOT)
        case _:
            return None
    name, detail, kind, level = said
    start = offset + block.header.start
    end = max(offset + block.header.end, offset + block.size)
    if isinstance(block, parsed.TitlePage) and block.properties:
        start = offset + block.properties[0].key_span.start
        header_end = offset + block.properties[0].value.span().end
        return OutlineEntry(name, detail, kind, start, max(end, header_end), start, header_end, level, [])
    return OutlineEntry(" ".join(name.split()), detail, kind, start, end, start, offset + block.header.end, level, [])


def _total(analysis: Analysis) -> str:
    seconds = sum(shot.duration or 0 for scene in analysis.film.scenes for shot in scene.shots)
    return f"{seconds} s"


def _scene(scene: Scene | None) -> str:
    if scene is None:
        return ""
    seconds = sum(shot.duration or 0 for shot in scene.shots)
    return f"{seconds} s · {count(len(scene.shots), 'shot')}"


def _shot(block: parsed.Shot, shots: dict[Anchor, TimedShot]) -> tuple[str, str]:
    known = shots.get(block.anchor)
    camera = block.camera.string if block.camera else ""
    name = " ".join(f"{known.shot.number if known else 'SHOT'} {camera}".split())
    seconds = f"{block.duration} s" if block.duration else "no seconds"
    return name, f"{seconds}, {known.clip.id}" if known and known.clip else seconds


class Fold(NamedTuple):
    """Lines `first` to `last` of a file, from 0, that may be folded away."""

    first: int
    last: int
    kind: str


def folds(analysis: Analysis, path: str) -> list[Fold]:
    """Title page, declarations, sections, scenes, shots, and comments over several lines."""
    source = source_at(analysis, path)
    if source is None:
        return []
    found: list[Fold] = []

    def add(start: int, end: int, kind: str) -> None:
        while kind == "region" and end > start and source.text[end - 1].isspace():
            end -= 1
        first, last = source.position(start).line - 1, source.position(max(start, end)).line - 1
        if last > first:
            found.append(Fold(first, last, kind))

    def take(entries: list[OutlineEntry]) -> None:
        for entry in entries:
            add(entry.start, entry.end, "region")
            take(entry.parts)

    take(outline(analysis, path))
    for comment in strip_comments(source.text).comments:
        add(comment.start, comment.end, "comment")
    return sorted(set(found))


class Link(NamedTuple):
    """Characters `start` to `end` of a file that name another file, or an address on the web."""

    start: int
    end: int
    file: str | None
    address: str | None


def links(analysis: Analysis, path: str) -> list[Link]:
    """Includes, pictures and videos of a file, in the order of the text."""
    source = source_at(analysis, path)
    if source is None:
        return []
    folder = Path(os.path.dirname(path))
    return [
        _link(offset, text, folder)
        for offset, block in analysis.scripts[path].blocks
        for text in _named(block)
        if text.string and text.string.lower() != "last-frame" and "\0" not in text.string
    ]


def _named(block: Block) -> Iterator[Text]:
    if isinstance(block, parsed.Include) and block.path is not None:
        yield block.path
    if isinstance(block, parsed.Declaration | parsed.Shot):
        for one in block.properties:
            yield from _files(one)


def _files(one: Property) -> Iterator[Text]:
    if one.key in _PICTURE_KEYS or (one.key == "video" and is_url(one.value.string)):
        yield one.value
    elif one.key == "angles":
        yield from list_items([one])


def _link(offset: int, text: Text, folder: Path) -> Link:
    span = text.span()
    start, end = offset + span.start, offset + span.end
    if is_url(text.string):
        return Link(start, end, None, text.string)
    return Link(start, end, os.path.normpath(folder / text.string), None)


class Hint(NamedTuple):
    """Words to show behind the character before `at`, and what they mean."""

    at: int
    label: str
    tooltip: str


def hints(analysis: Analysis, path: str, start: int, end: int, takes: TakesById | None = None) -> list[Hint]:
    """The hints at every SHOT line from `start` to `end`.

    They show the running time and, where a clip begins, its id, length, price and take, and why it begins there.
    """
    if path != analysis.path:
        return []
    reasons = {
        clip.id: reason for plan in analysis.plans for clip, reason in zip(plan.clips[1:], plan.split, strict=False)
    }
    found = []
    for anchor, shown in timed_shots(analysis).items():
        source, _, at = analysis.layout.locate(shown.shot.header)
        if start <= at <= end and source.path == path and anchor is not None:
            found.append(_hint(at, shown, reasons, takes or {}, path))
    return found


def _hint(at: int, shown: TimedShot, reasons: dict[str, str], takes: TakesById, path: str) -> Hint:
    """The inlay hint at the header of a shot."""
    time = clock(shown.start)
    clip = shown.clip
    if clip is None:
        return Hint(at, time, "Where this shot begins in the film.")
    if shown.number > 1:
        tooltip = f"Shot {shown.number} of clip {clip.id}; it begins at {time} of the film."
        return Hint(at, time, tooltip)
    own = takes.get(clip.id)
    facts = (time, clip.id, f"{clip.duration} s", price(clip.usd), brief_takes(own))
    paid = with_sources(price(clip.usd), [clip])
    because = f" It begins here because {reasons[clip.id]}." if clip.id in reasons else ""
    shots = count(len(clip.shots), "shot")
    about = f"Clip {clip.id}: {shots} in one request, paid together: {paid}.{because} {told_takes(own, path, clip.id)}"
    return Hint(at, " · ".join(filter(None, facts)), about.rstrip())
