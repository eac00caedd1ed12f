"""From what the grammar found to `storyboard.compiler.ir.parsed`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, cast

from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir import parsed
from storyboard.compiler.ir.parsed import (
    Beat,
    Block,
    Cue,
    CueForm,
    Paragraph,
    Property,
    Remark,
    Speech,
    SpeechLine,
    Text,
)
from storyboard.compiler.names import has_case
from storyboard.compiler.parse import grammar
from storyboard.compiler.parse.automaton import Node, Token
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.parse.headers import read_declaration, read_heading, read_shot
from storyboard.compiler.parse.near_misses import TypedLine, find_slips
from storyboard.compiler.parse.raw_text import Raw, join
from storyboard.compiler.syntax import is_transition
from storyboard.compiler.text import Span

_KEY = re.compile(r"\s*([^\W\d_]+(?: [^\W\d_]+)*)\s*:")
_CUE = re.compile(r"(?P<name>[^()^]*+)(?P<extensions>(?:\([^()]*+\)\s*+)*+)\^?\s*")
_EXTENSION = re.compile(r"\(([^()]*)\)")
_TITLE = re.compile(r"(SUPER|TITLE|CHYRON)\s*:\s*")


class Parts(NamedTuple):
    """What every block is made of, gathered."""

    anchor: Any
    size: int
    header: Span
    remarks: tuple[Remark, ...]
    findings: tuple[Finding, ...]
    properties: tuple[Property, ...]
    body: tuple[Beat, ...]


def build_block(kind: str, raw: Raw, size: int, remarks: tuple[Remark, ...], findings: tuple[Finding, ...]) -> Block:
    """Read one block; `kind` is the rule of the grammar."""
    reading = _Reading(raw)
    is_empty = kind == "loose" and not raw.plain.strip()
    start = "title_page" if kind == "title_page" else "block"
    header = None if is_empty else reading.take(grammar.load().read(raw.plain, start))
    slips = find_slips(kind, reading.lines, header.span() if header else Span(raw.anchor, 0, 0))
    parts = Parts(
        raw.anchor,
        size,
        header.span() if header else Span(raw.anchor, 0, 0),
        remarks,
        (*findings, *reading.findings, *slips),
        tuple(reading.properties),
        tuple(reading.body),
    )
    return _BUILDERS[kind](parts, header)


class _Reading:
    """Walks the tokens of a block in order."""

    def __init__(self, raw: Raw) -> None:
        self.raw = raw
        self.properties: list[Property] = []
        self.body: list[Beat] = []
        self.findings: list[Finding] = []
        self.lines: list[TypedLine] = []
        self.after_blank = False

    def take(self, block: Node) -> Text | None:
        header: Text | None = None
        for part in block.parts:
            if isinstance(part, Node):
                lines = cast("Sequence[Token]", part.parts)
                if part.rule == "speech":
                    self.body.append(self.speech(lines))
                else:
                    self.text(lines)
                self.after_blank = False
            elif part.kind in _READERS:
                _READERS[part.kind](self, part)
            elif part.kind == "BLANK":
                self.after_blank = True
            else:
                header = self.line(part)
        return header

    def line(self, token: Token) -> Text:
        return self.raw.text(token.start, token.start + len(token.text))

    def property(self, token: Token) -> None:
        """A property with the lines that continue it."""
        found = _KEY.match(token.text)
        assert found, "the grammar takes no other property"
        lines = []
        at = token.start + found.end()
        for line in token.text[found.end() :].removesuffix("\n").split("\n"):
            lines.append(self.raw.text(at, at + len(line)))
            at += len(line) + 1
        span = self.raw.span(token.start + found.start(1), token.start + found.end(1))
        self.properties.append(Property(found[1].lower(), span, join(lines)))

    def stray(self, token: Token) -> None:
        line = self.line(token)
        message = "This line is no `key: value`, and only such lines stand here."
        self.findings.append(
            Finding("SB101", line.span(), message, "Begin it with a key, or put a blank line above it.")
        )

    def synopsis(self, token: Token) -> None:
        line = self.line(token)
        text = line.slice(len(line.string) - len(line.string.lstrip("=")), len(line.string))
        self.body.append(parsed.Synopsis(text))

    def text(self, tokens: Sequence[Token]) -> None:
        """Lines that stand together: action, broken by transitions, titles and synopses."""
        run: list[Text] = []
        forced = False
        first = True
        for token in tokens:
            if token.kind in ("TEXT", "FORCED"):
                line = self.line(token)
                if token.kind == "FORCED":
                    if run and not forced:
                        self.body.append(Paragraph(join(run)))
                        run = []
                    forced = True
                    line = line.slice(1, len(line.string))
                else:
                    self.lines.append(TypedLine(line, "text", first and not self.after_blank))
                run.append(line)
            else:
                if run:
                    self.body.append(Paragraph(join(run), forced))
                    run, forced = [], False
                _READERS[token.kind](self, token)
            first = False
        if run:
            self.body.append(Paragraph(join(run), forced))

    def transition(self, token: Token) -> None:
        line = self.line(token)
        plain = flatten(line.string)
        text = line.slice(1, len(plain)) if plain.startswith(">") else line
        if text.string.endswith("<"):
            text = text.slice(0, len(text.string) - 1)
        self.body.append(parsed.Transition(text))

    def title(self, token: Token) -> None:
        line = self.line(token)
        found = _TITLE.match(flatten(line.string))
        assert found, "the grammar takes no other title"
        self.body.append(parsed.Title(found[1], line.slice(found.end(), len(line.string))))

    def speech(self, tokens: Sequence[Token]) -> Speech:
        lines = [self.line(token) for token in tokens]
        cue = _read_cue(lines[0])
        for line in lines[1:]:
            self.lines.append(TypedLine(line, "speech", False))
        spoken = join(lines[1:]) if len(lines) > 1 else lines[0].slice(0, 0)
        return Speech(cue, tuple(_read_speech(spoken)), join(lines).span(), self.as_action(cue, tokens))

    def as_action(self, cue: Cue, tokens: Sequence[Token]) -> tuple[Beat, ...]:
        """What the lines of an unsure speech are if its cue names nobody."""
        if cue.form is CueForm.CAPITALS:
            return ()
        other = _Reading(self.raw)
        other.text([*map(_as_text, tokens)])
        return tuple(other.body)


_READERS: dict[str, Callable[[_Reading, Token], None]] = {
    "SETTING": _Reading.property,
    "PROPERTY": _Reading.property,
    "SCENE_PROPERTY": _Reading.property,
    "SHOT_PROPERTY": _Reading.property,
    "STRAY": _Reading.stray,
    "SYNOPSIS": _Reading.synopsis,
    "TRANSITION": _Reading.transition,
    "TITLE": _Reading.title,
}


def _as_text(token: Token) -> Token:
    """A line of a speech as the line of a paragraph that it is without its cue."""
    line = token.text.strip()
    if line.startswith("!"):
        kind = "FORCED"
    elif line.startswith("="):
        kind = "SYNOPSIS"
    elif _TITLE.match(line):
        kind = "TITLE"
    elif line.startswith(">") or is_transition(line):
        kind = "TRANSITION"
    else:
        kind = "TEXT"
    return token._replace(kind=kind)


def _read_cue(line: Text) -> Cue:
    plain = flatten(line.string)
    found = _CUE.fullmatch(plain)
    assert found, "the grammar takes no other cue"
    name = line.slice(*found.span("name"))
    start = found.start("extensions")
    extensions = tuple(
        line.slice(start + part.start(1), start + part.end(1)) for part in _EXTENSION.finditer(found["extensions"])
    )
    spelled = flatten(name.string)
    if spelled.startswith("@"):
        form = CueForm.MENTION
    elif not has_case(spelled) or spelled.endswith("."):
        form = CueForm.CASELESS
    else:
        form = CueForm.CAPITALS
    return Cue(form, name, extensions, line)


def _read_speech(spoken: Text) -> list[SpeechLine]:
    lines: list[SpeechLine] = []
    at = 0
    for found in _EXTENSION.finditer(flatten(spoken.string)):
        before = spoken.slice(at, found.start())
        if before.string:
            lines.append(SpeechLine(before, False))
        lines.append(SpeechLine(spoken.slice(*found.span(1)), True))
        at = found.end()
    rest = spoken.slice(at, len(spoken.string))
    if rest.string:
        lines.append(SpeechLine(rest, False))
    return lines


def _with(parts: Parts, findings: tuple[Finding, ...]) -> Parts:
    return parts._replace(findings=(*findings, *parts.findings))


def _declaration(parts: Parts, header: Text | None) -> Block:
    assert header is not None
    named = read_declaration(header)
    return parsed.Declaration(*_with(parts, named.findings), named.kind, named.name, named.variant, named.typed)


def _include(parts: Parts, header: Text | None) -> Block:
    assert header is not None
    path = header.slice(len("INCLUDE"), len(header.string))
    if path.string:
        return parsed.Include(*parts, path)
    problem = Finding("SB101", header.span(), "This INCLUDE names no file.", "Write its path: INCLUDE cast.sb")
    return parsed.Include(*_with(parts, (problem,)), None)


def _section(parts: Parts, header: Text | None) -> Block:
    assert header is not None
    level = len(header.string) - len(header.string.lstrip("#"))
    return parsed.Section(*parts, level, header.slice(level, len(header.string)))


def _heading(parts: Parts, header: Text | None) -> Block:
    assert header is not None
    place = read_heading(header)
    return parsed.Heading(*_with(parts, place.findings), place.line, place.prefix, place.parts, place.label)


def _shot(parts: Parts, header: Text | None) -> Block:
    assert header is not None
    shot = read_shot(header)
    return parsed.Shot(*_with(parts, shot.findings), shot.duration, shot.duration_span, shot.camera, shot.label)


_BUILDERS: dict[str, Callable[[Parts, Text | None], Block]] = {
    "title_page": lambda parts, header: parsed.TitlePage(*parts),
    "loose": lambda parts, header: parsed.Loose(*parts),
    "break": lambda parts, header: parsed.Break(*parts),
    "declaration": _declaration,
    "include": _include,
    "section": _section,
    "heading": _heading,
    "shot": _shot,
}
