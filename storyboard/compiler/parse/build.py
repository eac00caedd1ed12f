"""Parse trees to the blocks of `ir.parsed`.

`_Reading` walks the tokens of a block once, in the order of the file, and collects what all blocks have: properties,
body, findings. A builder for each kind then reads the header. Lines of text are collected beside the body as
`TypedLine`, with everything that `near_misses` and `doubts` need to know about their neighbours (blank lines, position
in the paragraph), because a mistake can be told from action only by its surroundings.

A speech whose cue is not in capitals may be action. It is read both ways (`Speech`, `UnsureSpeech`), and `resolve`,
which knows the cast, decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any, NamedTuple, cast

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import (
    Beat,
    Block,
    CueForm,
    Doubt,
    Kind,
    Paragraph,
    Property,
    Remark,
    Speech,
    Text,
)
from storyboard.compiler.parse import grammar
from storyboard.compiler.parse.automaton import Node, Token
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.parse.cues import read_cue, read_speech
from storyboard.compiler.parse.doubts import find_doubts
from storyboard.compiler.parse.headers import read_declaration, read_heading_parts, read_shot
from storyboard.compiler.parse.near_misses import TypedLine, find_slips, odd_property
from storyboard.compiler.parse.raw_text import RawText, join
from storyboard.compiler.spelling import quote
from storyboard.compiler.syntax import is_slug, is_transition
from storyboard.compiler.text import Span

_KEY = lazy_pattern(r"\s*([^\W\d_]+(?: [^\W\d_]+)*)\s*:")
#: `front https://…`, whose only colon is the address's.
_ADDRESS = lazy_pattern(r"\s*[^\W\d_]+ https?://\S+\s*$")
_EFFECT = lazy_pattern(r"EFFECT\s*:\s*")
_TITLE = lazy_pattern(r"(SUPER|TITLE CARD|TITLE|CHYRON)\s*:\s*")
#: What may stand for the colon after a known key.
#: What helps with a line below a value that it was meant to go on with.
_CONTINUE = "Indent the line if it continues the one above."
_NO_COLON = r"({keys})(?:\s*[=;–—-]+\s*|\s+)(?=\S)"


class BlockParts(NamedTuple):
    """What every block has. `anchor` is the block's own origin: all spans in it count from there, so that a block that
    moves in its file stays the same block. `size` is its length in characters."""

    anchor: Any
    size: int
    header: Span
    remarks: tuple[Remark, ...]
    findings: tuple[Finding, ...]
    properties: tuple[Property, ...]
    body: tuple[Beat, ...]
    doubts: tuple[Doubt, ...]


def build_block(
    kind: str, raw: RawText, size: int, remarks: tuple[Remark, ...], findings: tuple[Finding, ...]
) -> Block:
    """Read one block.

    `kind` is its rule in the grammar, `raw` its text without comments, `size` its number of characters in the file;
    `remarks` are its comments, `findings` the problems with them.
    """
    reading = _Reading(raw, kind)
    is_empty = kind == "loose" and not raw.plain.strip()
    start = "title_page" if kind == "title_page" else "block"
    header = None if is_empty else reading.take(grammar.load().read(raw.plain, start))
    place = header.span() if header else Span(raw.anchor, 0, 0)
    slips = find_slips(kind, reading.lines, place)
    parts = BlockParts(
        raw.anchor,
        size,
        place,
        remarks,
        (*findings, *reading.findings, *slips),
        tuple(reading.properties),
        tuple(reading.body),
        tuple(find_doubts(reading.lines, slips)) if kind == "shot" else (),
    )
    return _BUILDERS[kind](parts, header)


class _Reading:
    """Walks the tokens of a block in order. `header` is the span of the header line, `after_blank` whether a blank line
    has just been read."""

    def __init__(self, raw: RawText, kind: str) -> None:
        self.raw = raw
        self.kind = kind
        self.properties: list[Property] = []
        self.body: list[Beat] = []
        self.findings: list[Finding] = []
        self.lines: list[TypedLine] = []
        self.after_blank = False
        self.header = Span(raw.anchor, 0, 0)

    def take(self, block: Node) -> Text | None:
        """Read all tokens; returns the header line, None for a block without one."""
        header: Text | None = None
        gap: tuple[Span, ...] = ()
        for index, part in enumerate(block.parts):
            if isinstance(part, Node):
                lines = cast("Sequence[Token]", part.parts)
                if part.rule == "speech":
                    self.body.append(self.speech(lines, block.parts[index + 1 :]))
                    gap = self.blanks(block.parts[index + 1 :])
                else:
                    before = len(self.lines)
                    self.text(lines)
                    self.mark_ends(before, block.parts[index + 1 :], gap)
                    gap = ()
                self.after_blank = False
            elif part.kind in _READERS:
                _READERS[part.kind](self, part)
            elif part.kind == "BLANK":
                self.after_blank = True
            else:
                header = self.line(part)
                self.header = header.span()
        return header

    def mark_ends(self, first: int, below: Sequence[Node | Token], gap: tuple[Span, ...] = ()) -> None:
        """Tell the lines of a paragraph, the ones from `first` on, where they are in it; `gap` are the blank lines
        between a speech and the first."""
        if first == len(self.lines):
            return
        blanks = self.blanks(below)
        after = below[len(blanks)] if len(blanks) < len(below) else None
        opening = after.parts[0] if isinstance(after, Node) and after.rule == "text" else None
        is_text = isinstance(opening, Token) and opening.kind == "TEXT" and not opening.text.strip().startswith("@")
        self.lines[first] = self.lines[first]._replace(is_first=True, gap=gap)
        self.lines[-1] = self.lines[-1]._replace(is_last=True, blanks=blanks, leads_to_text=is_text)

    def blanks(self, below: Sequence[Node | Token]) -> tuple[Span, ...]:
        """The blank lines that a block goes on with."""
        run = takewhile(lambda part: isinstance(part, Token) and part.kind == "BLANK", below)
        return tuple(self.blank(part) for part in run if isinstance(part, Token))

    def blank(self, token: Token) -> Span:
        """A blank line with its end."""
        start = self.raw.map.offset(token.start)
        return Span(self.raw.anchor, start, start + len(token.text))

    def line(self, token: Token) -> Text:
        """The line of a token, with its place in the file."""
        return self.raw.text(token.start, token.start + len(token.text))

    def property(self, token: Token) -> None:
        """A property with the lines that continue it."""
        found = _KEY.match(token.text)
        assert found, "the grammar takes no other property"
        if (address := _ADDRESS.match(token.text)) and self.kind in ("title_page", "declaration"):
            self.stray(token._replace(text=address[0]))
            return
        lines = []
        at = token.start + found.end()
        for line in token.text[found.end() :].removesuffix("\n").split("\n"):
            lines.append(self.raw.text(at, at + len(line)))
            at += len(line) + 1
        span = self.raw.span(token.start + found.start(1), token.start + found.end(1))
        self.properties.append(Property(found[1].lower(), span, join(lines)))

    def stray(self, token: Token) -> None:
        """A line of a title page or a declaration that is not a property. A known key without its colon (`front
        refs/a.png`) is read as the property it is meant to be, with a safe fix; anything else is SB101."""
        line = self.line(token)
        plain = flatten(line.string)
        found = re.compile(_NO_COLON.format(keys="|".join(self.known())), re.IGNORECASE).match(plain)
        if found is None:
            self.findings.append(self._not_a_property(line))
            return
        key, value = line.slice(*found.span(1)), line.slice(found.end(), len(plain))
        self.properties.append(Property(found[1].lower(), key.span(), value))
        gap = Span(line.anchor, key.span().end, value.span().start)
        message = f"A colon is missing after {quote(key.string)}."
        self.findings.append(Finding("SB101", line.span(), message, fix=Fix(True, (Edit(gap, ": "),))))

    def _not_a_property(self, line: Text) -> Finding:
        """SB101 for a line without a key. The first line of a declaration is most likely meant as its `look`."""
        span = line.span()
        if self.kind == "title_page":
            message = "This line is not a setting, and the title page contains nothing else."
            example = "A setting is a word, a colon and a value, as in Title: The Lighthouse."
            return Finding("SB101", span, message, f"{_CONTINUE} {example}")
        message = "This line is not a property, and a declaration contains nothing else."
        if self.properties or self.findings or not line.string[:1].isalpha():
            return Finding("SB101", span, message, f"{_CONTINUE} A property is a word, a colon and a value.")
        return Finding("SB101", span, message, f"If it describes the look, write look: {line.string}")

    def known(self) -> Sequence[str]:
        """The keys of a title page or a declaration, the longest first."""
        known: Sequence[str] = keys.TITLE_PAGE
        if self.kind != "title_page":
            known = keys.DECLARATION[Kind(self.raw.plain.split(None, 1)[0].lower())]
        return sorted(known, key=len, reverse=True)

    def odd(self, token: Token) -> None:
        """A line among the properties of a scene or a shot whose key they do not know: in a scene it is the property
        that it is nearest to, or none; in a shot it is text."""
        line = self.line(token)
        finding, meant = odd_property(line, self.kind)
        self.findings.append(finding)
        if self.kind == "shot":
            self.body.append(Paragraph(line))
        elif meant is not None:
            self.property(token)
            self.properties[-1] = self.properties[-1]._replace(key=meant)

    def synopsis(self, token: Token) -> None:
        """`= what happens`, for readers only. `==` alone is most likely a break with a sign too few (SB106)."""
        line = self.line(token)
        text = line.slice(len(line.string) - len(line.string.lstrip("=")), len(line.string))
        if line.string == "==":
            message = "“==” is a synopsis without words. Is it meant as a break, which begins a new clip?"
            self.findings.append(Finding("SB106", line.span(), message, fix=Fix(True, (Edit(line.span(), "==="),))))
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
                    self.lines.append(TypedLine(line, "text", False, False, first and not self.after_blank))
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
        """A transition (`CUT TO:`, `> FADE`) or a slug (`LATER`); `> centred <` loses its signs."""
        line = self.line(token)
        plain = flatten(line.string)
        text = line.slice(1, len(plain)) if plain.startswith(">") else line
        if text.string.endswith("<"):
            text = text.slice(0, len(text.string) - 1)
        self.body.append(parsed.Slug(text) if is_slug(plain) else parsed.Transition(text))

    def effect(self, token: Token) -> None:
        """`EFFECT: a bell`; without words, SB104. What follows is read as if a blank line were above it."""
        line = self.line(token)
        found = _EFFECT.match(flatten(line.string))
        assert found, "the grammar takes no other effect"
        text = line.slice(found.end(), len(line.string))
        if text.string:
            self.body.append(parsed.Effect(text, line.span()))
        else:
            message = "This effect does not say what is heard."
            advice = "Write words or a file after it: EFFECT: a bell"
            self.findings.append(Finding("SB104", line.span(), message, advice))
        self.after_blank = True

    def title(self, token: Token) -> None:
        """`SUPER: Years later`: the keyword and its words."""
        line = self.line(token)
        found = _TITLE.match(flatten(line.string))
        assert found, "the grammar takes no other title"
        self.body.append(parsed.Title(found[1], line.slice(found.end(), len(line.string))))

    def speech(self, tokens: Sequence[Token], below: Sequence[Node | Token]) -> Speech:
        """A cue and the lines under it; `below` are the tokens after them. With a cue in capitals it is a speech.
        Otherwise it is read as action too, with the slips that each reading has."""
        lines = [self.line(token) for token in tokens]
        cue = read_cue(lines[0])
        typed = [TypedLine(line, "speech", False, False, number=number) for number, line in enumerate(lines[1:], 1)]
        spoken = join(lines[1:]) if len(lines) > 1 else lines[0].slice(0, 0)
        if cue.form is CueForm.CAPITALS:
            self.lines += typed
            return Speech(cue, tuple(read_speech(spoken)), join(lines).span(), None)
        action = _Reading(self.raw, self.kind)
        action.header, action.after_blank = self.header, self.after_blank
        action.text([*map(_as_text, tokens)])
        action.mark_ends(0, below)
        slips = find_slips(self.kind, action.lines, self.header)
        unsure = parsed.UnsureSpeech(
            tuple(action.body),
            tuple(find_slips(self.kind, typed, self.header)),
            tuple(slips),
            tuple(find_doubts(action.lines, slips)),
        )
        return Speech(cue, tuple(read_speech(spoken)), join(lines).span(), unsure)


_READERS: dict[str, Callable[[_Reading, Token], None]] = {
    "SETTING": _Reading.property,
    "PROPERTY": _Reading.property,
    "SCENE_PROPERTY": _Reading.property,
    "SHOT_PROPERTY": _Reading.property,
    "STRAY": _Reading.stray,
    "ODD_PROPERTY": _Reading.odd,
    "SYNOPSIS": _Reading.synopsis,
    "TRANSITION": _Reading.transition,
    "TITLE": _Reading.title,
    "EFFECT": _Reading.effect,
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
    elif line.startswith(">") or is_transition(line) or is_slug(line):
        kind = "TRANSITION"
    else:
        kind = "TEXT"
    return token._replace(kind=kind)


def _with(parts: BlockParts, findings: tuple[Finding, ...]) -> BlockParts:
    return parts._replace(findings=(*findings, *parts.findings))


def _declaration(parts: BlockParts, header: Text | None) -> Block:
    assert header is not None
    named = read_declaration(header)
    return parsed.Declaration(*_with(parts, named.findings), named.kind, named.name, named.variant, named.typed)


def _include(parts: BlockParts, header: Text | None) -> Block:
    assert header is not None
    path = header.slice(len("INCLUDE"), len(header.string))
    if path.string:
        return parsed.Include(*parts, path)
    problem = Finding(
        "SB101", header.span(), "This INCLUDE does not name a file.", "The path comes after it: INCLUDE cast.sb"
    )
    return parsed.Include(*_with(parts, (problem,)), None)


def _section(parts: BlockParts, header: Text | None) -> Block:
    assert header is not None
    level = len(header.string) - len(header.string.lstrip("#"))
    return parsed.Section(*parts, level, header.slice(level, len(header.string)))


def _heading(parts: BlockParts, header: Text | None) -> Block:
    assert header is not None
    place = read_heading_parts(header)
    return parsed.Heading(*_with(parts, place.findings), place.line, place.prefix, place.parts, place.label)


def _shot(parts: BlockParts, header: Text | None) -> Block:
    assert header is not None
    shot = read_shot(header)
    return parsed.Shot(*_with(parts, shot.findings), shot.duration, shot.duration_span, shot.camera, shot.label)


_BUILDERS: dict[str, Callable[[BlockParts, Text | None], Block]] = {
    "title_page": lambda parts, header: parsed.TitlePage(*parts),
    "loose": lambda parts, header: parsed.LooseText(*parts),
    "break": lambda parts, header: parsed.Break(*parts),
    "declaration": _declaration,
    "include": _include,
    "section": _section,
    "heading": _heading,
    "shot": _shot,
}
