"""Fountain to a screenplay.

screenplay-tools reads the lines. It knows cues and forced headings in ASCII only, and takes some lines for what they
are not (a cue under a note, a parenthetical under another, a key on the first page). Fountain has marks that say what
a line is, so every line gets its own before the library sees it; what must pass as it is stands behind a character
that no text uses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from storyboard.compiler.names import has_case, is_name, is_wide
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.syntax import heading_start, heading_start_in_any_case, is_transition
from storyboard.screenplay.script import (
    Action,
    Comment,
    Element,
    Heading,
    Screenplay,
    Section,
    Speech,
    Synopsis,
    Transition,
    emphasised,
)

#: Characters of the private use area that stand for something while the library reads. A text that holds them loses
#: them: they mean nothing outside one font.
_GUARDS = "\ue000\ue001\ue002\ue003\ue004\ue005\ue006\ue007"
_NATURAL, _FORCED, _PLAIN = _GUARDS[0], _GUARDS[1], _GUARDS[2]
_NO_GUARDS = str.maketrans(dict.fromkeys(_GUARDS, " "))
_NO_CONTROLS = str.maketrans(dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, 133, 8232, 8233), " "))
_BRACKETS = str.maketrans("()^（）", _GUARDS[3:])
_BRACKETS_BACK = str.maketrans(_GUARDS[3:], "()^（）")

_OPENER = re.compile(r"\[\[|/\*")
_PAGE_BREAK = re.compile(r"^[^\S\n]*={3,}[^\S\n]*$", re.MULTILINE)
_TAG = re.compile(r"\[\[([0-9]+)\]\]")
_KEY = re.compile(r"[^\W\d_][\w .'-]{0,39}?[^\S\n]*:")
_CUE = re.compile(r"(?P<name>[^()^]*)(?P<extensions>(?:\([^()]*\)\s*)*)(?P<dual>\^?)\s*")
_EXTENSION = re.compile(r"\([^()]*\)|（[^（）]*）")
#: The longest cue in a script without capitals, in characters: a longer line is a sentence.
_LONGEST_CASELESS_CUE = 12


def read_fountain(text: str) -> Screenplay:
    """Read a Fountain screenplay. Every text is one: what is nothing else is action."""
    from screenplay_tools.fountain.parser import Parser  # type: ignore[import-untyped] # it has no types

    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_NO_CONTROLS).translate(_NO_GUARDS)
    body, comments = _take_comments(plain)
    body = _PAGE_BREAK.sub(lambda found: _numbered(found[0].strip(), comments), body)
    title, body = _take_title(body)
    parser = Parser()
    parser.mergeActions = False
    parser.add_lines(["", *_mark_lines(body.split("\n"))])
    notes = [note.text_raw for note in parser.script.notes]
    back = _Back(comments, notes)
    return Screenplay(
        tuple((key, tuple(back.unread(line) for line in lines)) for key, lines in title),
        tuple(_elements(parser.script.elements, back)),
    )


# ---- Comments ------------------------------------------------------------------------------------------------------


def _take_comments(text: str) -> tuple[str, list[str]]:
    """Every comment in one line and numbered, openers that close nowhere parted, and what the comments say."""
    pieces: list[str] = []
    comments: list[str] = []
    # Before these places nothing closes any more.
    open_until = {"[[": 0, "/*": 0}
    at = 0
    while opener := _OPENER.search(text, at):
        pieces.append(text[at : opener.start()])
        end = _closer(text, opener, open_until)
        if end < 0:
            pieces.append(f"{opener[0][0]} ")
            at = opener.start() + 1
            continue
        pieces.append(f"[[{len(comments)}]]")
        comments.append(_kept_comment(text[opener.start() : end]))
        at = end
    pieces.append(text[at:])
    return "".join(pieces), comments


def _numbered(page_break: str, comments: list[str]) -> str:
    """A page break is nothing to film, and in a script `===` begins a clip: it is kept in a note."""
    comments.append(f"[[{page_break}]]")
    return f"[[{len(comments) - 1}]]"


def _closer(text: str, opener: re.Match[str], open_until: dict[str, int]) -> int:
    """Where a comment ends, -1 if it does not. A note ends before an empty line; one with blanks it may run over."""
    kind = opener[0]
    if opener.start() < open_until[kind]:
        return -1
    limit = text.find("\n\n", opener.end()) if kind == "[[" else -1
    limit = limit if limit >= 0 else len(text)
    end = text.find("]]" if kind == "[[" else "*/", opener.end(), limit)
    if end < 0:
        open_until[kind] = limit
    return end + 2 if end >= 0 else -1


def _kept_comment(comment: str) -> str:
    """A comment as a `.sb` file can hold it: no blank line in a note."""
    if comment.startswith("/*"):
        return comment
    return "\n".join(line for line in comment.split("\n") if line.strip())


class _Back(NamedTuple):
    """Puts back what stood behind a number: the library numbers its notes, whose text is our number."""

    comments: list[str]
    notes: list[str]

    def text(self, text: str) -> str:
        text = _TAG.sub(lambda found: self.comments[int(self.notes[int(found[1])])], text) if self.notes else text
        return text.translate(_BRACKETS_BACK)

    def unread(self, text: str) -> str:
        """As `text`, for what the library has not seen."""
        return _TAG.sub(lambda found: self.comments[int(found[1])], text)

    def take(self, text: str) -> tuple[str, str]:
        """The text without its comments, and the comments."""
        found = [self.text(tag[0]) for tag in _TAG.finditer(text)]
        return " ".join(_TAG.sub(" ", text).translate(_BRACKETS_BACK).split()), " ".join(found)


# ---- The title page ------------------------------------------------------------------------------------------------


def _take_title(body: str) -> tuple[list[tuple[str, list[str]]], str]:
    """The entries of the title page, if there is one, and the rest."""
    lead = re.match(r"\s*", body)
    start = lead.end() if lead else 0
    block, gap, rest = body[start:].partition("\n\n")
    lines = block.split("\n")
    if not _KEY.match(lines[0]) or is_transition(lines[0].strip()) or is_heading_line(lines[0].strip()):
        return [], body
    entries: list[tuple[str, list[str]]] = []
    for line in lines:
        found = _KEY.match(line)
        if found and not line[:1].isspace():
            value = line[found.end() :].strip()
            entries.append((found[0][:-1].strip(), [value] if value else []))
        elif line.strip():
            entries[-1][1].append(line.strip())
    return entries, gap + rest


# ---- Marks ---------------------------------------------------------------------------------------------------------


def _mark_lines(lines: list[str]) -> Iterator[str]:
    """Every line with the mark that says what it is."""
    bare = [_TAG.sub("", line).strip() for line in lines]
    gone = [not text and bool(line.strip()) for text, line in zip(bare, lines, strict=True)]
    after_blank = True
    in_speech = False
    for at, line in enumerate(lines):
        if in_speech:
            if line.strip() or (len(line) > 1 and _goes_on(lines, at)):
                if line.strip():
                    yield f"{_PLAIN}{_sung(line.strip()) if bare[at].startswith('~') else line.strip()}"
                continue
            in_speech = False
        if not bare[at]:
            if not gone[at]:
                after_blank = True
                yield ""
            else:
                yield f"!{_NATURAL}{line.strip()}"
            continue
        kind, marked = _mark(line.strip(), bare, at, after_blank, gone)
        in_speech = kind == "cue"
        after_blank = kind in ("heading", "section", "synopsis")
        yield marked


def _goes_on(lines: list[str], at: int) -> bool:
    """Whether a line of blanks in a speech has more of the speech under it."""
    return at + 1 < len(lines) and bool(lines[at + 1].strip())


def _mark(line: str, bare: list[str], at: int, after_blank: bool, gone: list[bool]) -> tuple[str, str]:
    text = bare[at]
    below = next((bare[i] for i in range(at + 1, len(bare)) if not gone[i]), "")
    first = flatten(text[0])
    if first == "#":
        return "section", line
    if first == "=":
        return "synopsis", line
    if first == "~":
        return "lyric", f"!{_NATURAL}{_sung(line)}"
    if first == "!":
        return "action", f"!{_FORCED}{_without_first(line)}"
    if first == ">":
        return ("centred", line) if text.endswith("<") else ("transition", line)
    if re.match(r"\.(?!\.)\s*\S", text):
        return "heading", f".X{_FORCED}{_without_first(line)}"
    if after_blank and is_heading_line(text):
        return "heading", f".X{_NATURAL}{line}"
    if after_blank and not below and is_transition(text):
        return "transition", f">{line}"
    if first == "@" and len(text) > 1 and _CUE.fullmatch(flatten(text[1:])):
        return "cue", f"@{_FORCED}{_without_first(line).translate(_BRACKETS)}"
    if after_blank and below and is_cue_line(text):
        return "cue", f"@{_NATURAL}{line.translate(_BRACKETS)}"
    return "action", f"!{_NATURAL}{line}"


def _without_first(line: str) -> str:
    """The line without its mark, which may stand behind a comment."""
    tag = re.match(r"(?:\s*\[\[[0-9]+\]\]\s*)*", line)
    at = tag.end() if tag else 0
    return f"{line[:at]}{line[at + 1 :].strip()}"


def _sung(line: str) -> str:
    """A lyric as emphasis, which is how a page shows it."""
    return emphasised(_without_first(line))


def is_heading_line(line: str) -> bool:
    """Whether a line is a heading without the forcing mark: a prefix in any case with its full stop, or in capitals."""
    found = heading_start_in_any_case().match(line)
    return found is not None and (found[0].rstrip().endswith(".") or heading_start().match(line) is not None)


def is_cue_line(line: str) -> bool:
    found = _CUE.fullmatch(flatten(line))
    if found is None:
        return False
    name = found["name"].strip()
    if not name or name != name.upper() or not any(character.isalpha() for character in name):
        return False
    if has_case(name):
        return True
    return len(name) <= _LONGEST_CASELESS_CUE and is_name(name) and (is_wide(name[0]) or " " not in name)


# ---- Elements ------------------------------------------------------------------------------------------------------


def _elements(found: list[object], back: _Back) -> Iterator[Element]:
    run: list[str] = []
    forced = False
    at = 0
    while at < len(found):
        element = found[at]
        at += 1
        kind = type(element).__name__
        raw = str(getattr(element, "text_raw", ""))
        if kind == "Action" and not getattr(element, "centered", False) and raw.strip():
            mark, line = raw[0], raw[1:]
            if mark == _FORCED and run and not forced:
                yield from _paragraph(run, forced, back)
                run = []
            forced = forced or mark == _FORCED
            run.append(line)
            continue
        if run:
            yield from _paragraph(run, forced, back)
            run, forced = [], False
        if kind == "Character":
            lines: list[str] = []
            while at < len(found) and type(found[at]).__name__ == "Dialogue":
                lines += str(getattr(found[at], "text_raw", "")).split("\n")
                at += 1
            yield _speech(str(getattr(element, "name", "")), lines, back)
        elif raw.strip():
            yield _element(kind, element, raw, back)
    if run:
        yield from _paragraph(run, forced, back)


def _paragraph(run: list[str], forced: bool, back: _Back) -> Iterator[Element]:
    """Lines that stand together; those that are comments alone are no action."""
    lines: list[str] = []
    for line in run:
        if _TAG.sub("", line).strip():
            lines.append(back.text(line))
            continue
        if lines:
            yield Action(tuple(lines), forced)
            lines = []
        if line.strip():
            yield Comment(back.text(line))
    if lines:
        yield Action(tuple(lines), forced)


def _speech(name: str, lines: list[str], back: _Back) -> Speech:
    line, note = back.take(name.lstrip(f"{_FORCED}{_NATURAL}"))
    dual = line.endswith("^")
    line = line.removesuffix("^").strip()
    extensions = tuple(found[0] for found in _EXTENSION.finditer(line))
    plain = " ".join(_EXTENSION.sub(" ", line).split())
    said = (back.text(one.lstrip(_PLAIN)) for one in lines)
    return Speech(plain, extensions, dual, tuple(line for line in said if line.strip()), note)


def _element(kind: str, element: object, raw: str, back: _Back) -> Element:
    text = back.text(raw)
    if kind == "SceneHeading":
        number = getattr(element, "scene_number", None)
        return Heading(text[2:], str(number) if number else None, raw[1] == _FORCED)
    if kind == "Transition":
        return Transition(f"> {text}" if not is_transition(text) else text)
    if kind == "Section":
        return Section(int(getattr(element, "level", 1)), text)
    if kind == "Synopsis":
        return Synopsis(text)
    assert kind == "Action", "no other kind is marked"
    return Transition(f"> {text.strip()} <")
