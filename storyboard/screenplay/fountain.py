"""Fountain to a screenplay, line by line (https://fountain.io/syntax, version 1.1).

    text ─▶ comments numbered ─▶ title page, lines ─▶ what each line is ─▶ elements

Fountain is read as its writers mean it, in every language: a cue may be in the capitals of any script, a line entirely
in emphasis is what it is without it, and Beat's `!!` begins a shot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import NamedTuple

from storyboard.compiler.names import has_case, is_name, is_wide
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.syntax import heading_start, heading_start_in_any_case, is_transition, wrapped_lines
from storyboard.screenplay.fountain_comments import NumberedComments, leading_numbers, number_comments, without_numbers
from storyboard.screenplay.script import (
    Action,
    CameraDirection,
    Comment,
    Element,
    Heading,
    Screenplay,
    Section,
    Speech,
    Synopsis,
    Transition,
    drop_invisible,
    emphasise,
    trim_invisible,
)

_NO_CONTROLS = str.maketrans(dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 133, 8232, 8233), " "))
_KEY = re.compile(r"[^\W\d_][\w .'-]{0,39}?[^\S\n]*:")
_CUE = re.compile(r"(?P<name>[^()^]*)(?P<extensions>(?:\([^()]*\)\s*)*)(?P<dual>\^?)\s*")
_EXTENSION = re.compile(r"\([^()]*\)|（[^（）]*）")
_NUMBER = re.compile(r"#([^#\n]+)#\s*$")
#: The number before a heading on a page, sometimes also after it: `12A INT. HOUSE - DAY 12A`.
_NUMBER_FIRST = re.compile(r"([0-9]{1,4}[A-Z]?)[.)]?\s+(?=\S)")
#: The longest cue in a script without capitals, in characters: a longer line is a sentence.
_LONGEST_CASELESS_CUE = 12
#: A line in capitals of so many words that ends as a sentence does is one.
_SENTENCE_WORDS = 3
_SENTENCE_ENDS = (".", "!", "?", "…")


class _LineKind(Enum):
    """What a line of Fountain is by itself.

    `FORCED` is action that begins with `!`; `CAMERA` is a direction in capitals that asks for a new shot.
    """

    SECTION = auto()
    SYNOPSIS = auto()
    CENTRED = auto()
    TRANSITION = auto()
    HEADING = auto()
    CUE = auto()
    CAMERA = auto()
    FORCED = auto()
    ACTION = auto()


class _FountainLine(NamedTuple):
    """A line: `text` with the numbers of its comments, `bare` without them, `below` the next line that is more than
    comments.

    All are trimmed.
    """

    text: str
    bare: str
    below: str
    is_blank: bool

    @property
    def is_comment(self) -> bool:
        return not self.bare and bool(self.text)


def read_fountain(text: str) -> Screenplay:
    """Read a Fountain screenplay. Never raises: a line that is nothing else is action."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_NO_CONTROLS)
    if not plain.isascii():
        plain = "\n".join(trim_invisible(line) for line in plain.split("\n"))
    numbered = number_comments(plain)
    above, title, body = _take_title(numbered.text)
    lines = _lines(body.split("\n"))
    return Screenplay(
        tuple((key, tuple(map(numbered.restore, value))) for key, value in title),
        tuple(_elements(lines, numbered)),
        numbered.restore(above),
    )


def _lines(typed: list[str]) -> list[_FountainLine]:
    """Lines with the facts that decide what they are.

    Each has its text without numbers of comments, the next line that has text, and whether it is empty. They are read
    from the end, so that looking below takes constant time.
    """
    lines: list[_FountainLine] = []
    below = ""
    for line in reversed(typed):
        text = line.strip()
        bare = without_numbers(text).strip()
        lines.append(_FountainLine(text, bare, below, not line.strip() and len(line) < 2))
        if bare or not text:
            below = bare
    lines.reverse()
    return lines


# ---- The title page ------------------------------------------------------------------------------------------------


def _take_title(body: str) -> tuple[str, list[tuple[str, list[str]]], str]:
    """The comments above a title page, its entries, and the rest; without a title page the rest is the whole text."""
    start = leading_numbers(body)
    block, gap, rest = body[start:].lstrip().partition("\n\n")
    lines = block.split("\n")
    if not _KEY.match(lines[0]) or is_transition(lines[0].strip()) or is_heading_line(lines[0].strip()):
        return "", [], body
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _KEY.match(line)
        if found and not line[:1].isspace():
            value = line[found.end() :].strip()
            entries.append((found[0][:-1].strip(), [value] if value else []))
        elif line.strip():
            entries[-1][1].append(line.strip())
    return body[:start].strip(), entries, gap + rest


# ---- What a line is ------------------------------------------------------------------------------------------------


def _classify(line: _FountainLine, after_blank: bool) -> tuple[_LineKind, str]:
    """The kind of a line, and its text without the mark of that kind."""
    first = flatten(line.bare[0])
    if first == "#":
        return _LineKind.SECTION, line.text
    if first == "=":
        return _LineKind.SYNOPSIS, _without_first(line.text)
    if first == "~":
        return _LineKind.ACTION, _sung(line.text)
    if first == "!":
        bare = _without_first(line.text)
        return (_LineKind.CAMERA, _without_first(bare)) if line.bare.startswith("!!") else (_LineKind.FORCED, bare)
    if first == ">":
        is_centred = line.bare.endswith("<") and len(line.bare) > 1
        return (_LineKind.CENTRED if is_centred else _LineKind.TRANSITION), _without_first(line.text)
    if first == "." and not line.bare.startswith("..") and line.bare[1:].strip():
        return _LineKind.HEADING, line.text
    text, bare = _unwrapped(line)
    if after_blank and (is_heading_line(bare) or _is_numbered_heading(bare)):
        return _LineKind.HEADING, text
    if after_blank and not line.below and is_transition(bare):
        return _LineKind.TRANSITION, text
    if first == "@" and len(line.bare) > 1 and _CUE.fullmatch(flatten(line.bare[1:])):
        return _LineKind.CUE, _without_first(line.text)
    if after_blank and line.below and is_cue_line(bare):
        return _LineKind.CUE, text
    return _LineKind.ACTION, line.text


def _unwrapped(line: _FountainLine) -> tuple[str, str]:
    """A line without marks of emphasis around the whole of it: with its comments, and without."""
    wrapped = wrapped_lines(line.bare)
    if not wrapped:
        return line.text, line.bare
    inner = wrapped[0][3].strip()
    return line.text.replace(line.bare, inner, 1) if line.bare in line.text else inner, inner


def _is_numbered_heading(line: str) -> bool:
    found = _NUMBER_FIRST.match(line)
    return found is not None and is_heading_line(line[found.end() :])


def _without_first(line: str) -> str:
    """The line without its mark, which may come after a comment."""
    at = leading_numbers(line)
    at += len(line[at:]) - len(line[at:].lstrip())
    return f"{line[:at]}{line[at + 1 :].strip()}"


def _sung(line: str) -> str:
    """A lyric in emphasis, as it is printed."""
    return emphasise(_without_first(line))


def is_heading_line(line: str) -> bool:
    """Whether a line is a heading without the forcing mark: a prefix with a full stop in any case, or a prefix in
    capitals."""
    found = heading_start_in_any_case().match(line)
    return found is not None and (found[0].rstrip().endswith(".") or heading_start().match(line) is not None)


def is_cue_line(line: str) -> bool:
    """Whether a line is a cue without the forcing mark: a name in capitals, or a short one in a script without
    capitals.

    A line that ends like a sentence is a sentence: `A SHOT RINGS OUT.`
    """
    found = _CUE.fullmatch(flatten(line))
    if found is None:
        return False
    name = found["name"].strip()
    if not name or name != name.upper() or not any(character.isalpha() for character in name):
        return False
    if has_case(name):
        return not (name.endswith(_SENTENCE_ENDS) and len(name.split()) >= _SENTENCE_WORDS)
    return len(name) <= _LONGEST_CASELESS_CUE and is_name(name) and (is_wide(name[0]) or " " not in name)


# ---- Elements ------------------------------------------------------------------------------------------------------


def _elements(lines: list[_FountainLine], numbered: NumberedComments) -> Iterator[Element]:
    """Lines to elements, in one pass.

    A line is a cue only after a blank one; a comment alone on its line counts neither as blank nor as text. Action
    continues until a blank line or a line of another kind.
    """
    after_blank = True
    run: list[str] = []
    is_forced = False
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        kind, text = _classify(line, after_blank) if line.bare else (_LineKind.ACTION, line.text)
        starts_over = kind is _LineKind.FORCED and not is_forced
        if run and (not line.text or starts_over or kind not in (_LineKind.ACTION, _LineKind.FORCED)):
            yield from _paragraph(run, is_forced, numbered)
            run, is_forced = [], False
        if not line.text:
            after_blank = True
        elif kind in (_LineKind.ACTION, _LineKind.FORCED):
            is_forced = is_forced or kind is _LineKind.FORCED
            run.append(text)
            after_blank = after_blank and line.is_comment
        elif kind is _LineKind.CUE:
            end = _end_of_speech(lines, at)
            yield _speech(text, [one for one in lines[at:end] if one.text], numbered)
            at, after_blank = end, False
        else:
            yield _element(kind, text, numbered)
            after_blank = kind in (_LineKind.HEADING, _LineKind.SECTION, _LineKind.SYNOPSIS)
    if run:
        yield from _paragraph(run, is_forced, numbered)


def _end_of_speech(lines: list[_FountainLine], at: int) -> int:
    """The index of the line that ends a speech: the first empty one. A line of spaces does not end it."""
    while at < len(lines):
        line = lines[at]
        if not line.text and (line.is_blank or at + 1 == len(lines) or not lines[at + 1].text):
            return at
        at += 1
    return at


def _paragraph(run: list[str], is_forced: bool, numbered: NumberedComments) -> Iterator[Element]:
    """Consecutive lines of action; lines of comments alone are comments."""
    lines: list[str] = []
    for line in run:
        if without_numbers(line).strip():
            lines.append(numbered.restore(line))
            continue
        if lines:
            yield Action(tuple(lines), is_forced)
            lines = []
        if line.strip():
            yield Comment(numbered.restore(line))
    if lines:
        yield Action(tuple(lines), is_forced)


def _speech(cue: str, below: list[_FountainLine], numbered: NumberedComments) -> Speech:
    """A cue with the lines below it: extensions in brackets separated, `^` for dual dialogue, lyrics in emphasis."""
    line, note = numbered.take(cue)
    dual = line.endswith("^")
    line = line.removesuffix("^").strip()
    extensions = tuple(found[0] for found in _EXTENSION.finditer(line))
    plain = " ".join(_EXTENSION.sub(" ", line).split())
    said = (numbered.restore(_sung(one.text) if one.bare.startswith("~") else one.text) for one in below)
    return Speech(drop_invisible(plain), extensions, dual, tuple(line for line in said if line.strip()), note)


def _element(kind: _LineKind, text: str, numbered: NumberedComments) -> Element:
    """An element of one line, by its kind, with its comments back in their places."""
    match kind:
        case _LineKind.HEADING:
            return _heading(text, numbered)
        case _LineKind.TRANSITION:
            shown = numbered.restore(text)
            return Transition(shown if is_transition(shown) else f"> {shown}")
        case _LineKind.CENTRED:
            return Transition(f"> {numbered.restore(text.rstrip().removesuffix('<').strip())} <")
        case _LineKind.SECTION:
            bare = without_numbers(text).strip()
            level = len(bare) - len(bare.lstrip("#"))
            return Section(level, numbered.restore(text.replace("#" * level, "", 1)).strip())
        case _LineKind.SYNOPSIS:
            return Synopsis(numbered.restore(text))
        case _:
            return CameraDirection(numbered.restore(text))


def _heading(text: str, numbered: NumberedComments) -> Heading:
    """A heading without its forcing full stop.

    Its number is the one in `#…#`, or the one that some programs print before the heading and sometimes again at the
    end.
    """
    is_forced = flatten(without_numbers(text).strip()[:1]) == "."
    text = _without_first(text) if is_forced else text
    number = None
    if found := _NUMBER.search(text):
        number, text = found[1].strip() or None, text[: found.start()]
    elif not is_forced and not is_heading_line(text) and (found := _NUMBER_FIRST.match(text)):
        number, text = found[1], text[found.end() :].strip()
        text = text.removesuffix(f" {number}").removesuffix("\t" + number).strip()
    return Heading(drop_invisible(numbered.restore(text.strip())), number, is_forced)
