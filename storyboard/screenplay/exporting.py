"""A script as Fountain, and such a Fountain file as the script that it came from.

The screenplay shows as it is meant: headings, action, dialogue, transitions, sections, notes. What Fountain has no
line for (shots, declarations, settings of a scene) stands in notes, in the words of the script; mentions are plain
names, and a note at the end of their line says which they are. A word joiner (U+2060, which no page shows) marks what
the export has put in, so that it can be taken out again to the letter; in a file that was edited in between, what is
marked still is, and everything else is as edited.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import NamedTuple

from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.names import fold
from storyboard.compiler.parse.comments import flatten, strip_comments
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.resolve.cast import Cast
from storyboard.screenplay.fountain import is_cue_line, is_heading_line

FORMAT = "storyboard/1"
_J = "\u2060"
#: Begins a note of ours that does not begin with a word of the script's.
_OURS = "\u2061"
_RAW = re.compile(
    r"(?:(?:CHARACTER|PROP|LOCATION|INCLUDE)\s|SHOT(?=[\s,:—–-])|={3,}|//"
    rf"|(?i:{'|'.join(sorted({*keys.SCENE, *keys.SHOT}))})\s*[:：])"
)
#: Notes of the writer's that would be taken for ours.
_OWN_NOTE = re.compile(rf"\[\[(?=\s*[@＠=/A-Za-z])(?=[@＠]|\s*{_RAW.pattern})")
_NOTE_START = re.compile(r"^\[\[", re.MULTILINE)
_NOTE_END = re.compile(r"\]\]$", re.MULTILINE)
_SPLIT = {"[[": f"[{_J}[", "]]": f"]{_J}]", "/*": f"/{_J}*", "*/": f"*{_J}/"}
_MENTIONS = re.compile(r" \[\[([@＠][^\]\n]*)\]\](?=\n|\Z)")
_AROUND = "@＠{}｛｝"
_TOKEN = re.compile(r"(.*?)(?: \((\d+)\))?")


class _Line(NamedTuple):
    kind: str
    text: str


# ---- Out -----------------------------------------------------------------------------------------------------------


def export_fountain(analysis: Analysis) -> str:
    """The compiled file (not what it includes) as Fountain."""
    source = analysis.sources[0]
    text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    lines = list(_classified(analysis, source.text, text))
    first = next((at for at, line in enumerate(lines) if line.kind == "title"), None)
    out: list[str] = []
    if first is None:
        out += [f"Format: {FORMAT}", ""]
    else:
        end = next((at for at in range(first, len(lines)) if lines[at].kind != "title"), len(lines))
        out += [_title_line(line.text) for line in lines[first:end]]
        out.append(f"Format: {FORMAT}")
        out += [f"   {_J}{_escape(line.text)}" for line in lines[:first]]
        lines = lines[end:]
        if lines and lines[0].kind != "blank":
            out += ["", f"[[{_J}]]", ""]
    _write_body(lines, out)
    return "\n".join(out) + "\n"


def _classified(analysis: Analysis, original: str, text: str) -> Iterator[_Line]:
    """Every line of the file with what it is."""
    kinds = _kinds(analysis, original)
    cast = analysis.whole.names.cast
    pattern = analysis.whole.names.after_at
    for typed, kind in zip(text.removesuffix("\n").split("\n"), kinds, strict=False):
        if kind == "blank":
            yield _Line(kind, "")  # a screenplay takes a line of blanks for none
            continue
        line = typed if kind == "raw" else _OWN_NOTE.sub(f"[[{_J}{_J}", typed)
        if kind in ("text", "speech") and ("@" in line or "＠" in line):
            yield _Line(kind, _without_marks(line, cast, pattern))
        else:
            yield _Line(kind, line)


def _kinds(analysis: Analysis, text: str) -> list[str]:
    source = analysis.sources[0]
    starts = source.line_starts
    count = len(starts)
    kinds = ["text"] * count

    def number(offset: int) -> int:
        return source.position(offset).line - 1

    inside = _commented(source.text, starts)
    for at in range(count):
        if not source.line(at + 1).strip() and at not in inside:
            kinds[at] = "blank"
        elif source.line(at + 1).lstrip().startswith("//") and at not in inside:
            kinds[at] = "raw"
        elif at in inside:
            kinds[at] = "comment"
    characters = analysis.whole.names.cast
    for offset, block in analysis.scripts[source.path].blocks:
        head = number(offset + block.header.start)
        last = max(
            [head, *(number(offset + max(one.key_span.end, one.value.span().end) - 1) for one in block.properties)]
        )
        match block:
            case parsed.TitlePage():
                first = number(offset + block.properties[0].key_span.start) if block.properties else head
                kinds[first : last + 1] = ["title"] * (last + 1 - first)
                continue
            case parsed.Declaration() | parsed.Include() | parsed.Shot() | parsed.Break():
                kinds[head : last + 1] = ["raw"] * (last + 1 - head)
            case parsed.Heading():
                kinds[head : last + 1] = ["heading", *["raw"] * (last - head)]
            case parsed.Section():
                kinds[head] = "section"
        for beat in block.body:
            _beat(beat, offset, number, kinds, characters)
    return kinds


def _commented(text: str, starts: list[int]) -> set[int]:
    """Lines that are, or begin in, a note or a boneyard that began above."""
    found = set()
    for comment in strip_comments(text).comments:
        for at, start in enumerate(starts):
            if comment.start < start < comment.end:
                found.add(at)
    return found


def _beat(beat: parsed.Beat, offset: int, number: Callable[[int], int], kinds: list[str], cast: Cast) -> None:
    if isinstance(beat, parsed.Speech):
        entity = cast.find(flatten(beat.cue.name.string).lstrip("@").strip("{}"))
        if beat.cue.form is not parsed.CueForm.CAPITALS and (
            entity is None or entity.kind is not parsed.Kind.CHARACTER
        ):
            return
        first, last = number(offset + beat.at.start), number(offset + beat.at.end - 1)
        for at in range(first, last + 1):
            if kinds[at] == "text":
                kinds[at] = "speech"
        kinds[first] = "cue"
    else:
        at = number(offset + beat.text.span().start)
        if isinstance(beat, parsed.Transition):
            kinds[at] = "transition"
        elif isinstance(beat, parsed.Synopsis):
            kinds[at] = "synopsis"


def _without_marks(line: str, cast: Cast, pattern: re.Pattern[str]) -> str:
    """The line with plain names, and a note that says which of them are mentions."""
    plain = flatten(line)
    pieces: list[str] = []
    tokens: list[str] = []
    at = 0
    while (found := plain.find("@", at)) >= 0:
        end, name = _mention(plain, found, cast, pattern)
        pieces.append(line[at:found])
        if name is None:
            pieces.append(line[found:end])
        else:
            before = "".join(pieces)[_done(tokens, "".join(pieces)) :]
            skip = before.count(name)
            pieces.append(name)
            typed = line[found:end]
            tokens.append(f"{typed}={name}" if typed.strip(_AROUND) != name else typed)
            tokens[-1] += f" ({skip})" if skip else ""
        at = end
    pieces.append(line[at:])
    return "".join(pieces) + (f" [[{', '.join(tokens)}]]" if tokens else "")


def _done(tokens: list[str], text: str) -> int:
    """How far a text is read once these tokens have been found in it."""
    at = 0
    for token in tokens:
        _, name, skip = _read_token(token)
        for _ in range(skip + 1):
            at = text.find(name, at) + len(name)
    return at


def _read_token(token: str) -> tuple[str, str, int]:
    found = _TOKEN.fullmatch(token)
    assert found, "the pattern takes everything"
    typed, _, name = found[1].partition("=")
    return typed, name or typed.strip(_AROUND), int(found[2] or 0)


def _mention(plain: str, at: int, cast: Cast, pattern: re.Pattern[str]) -> tuple[int, str | None]:
    """Where what begins at an @ ends, and the name that it says; nothing for a plain @."""
    if plain[at + 1 : at + 2] == "@":
        return at + 2, "@"
    if plain[at + 1 : at + 2] == "{" and (close := plain.find("}", at)) > 0:
        entity = cast.find(plain[at + 2 : close].strip())
        return close + 1, entity.spoken_name if entity else None
    if plain[at - 1 : at].isascii() and plain[at - 1 : at].isalnum():
        return at + 1, None
    known = pattern.match(plain, at + 1)
    if known is None:
        return at + 1, None
    typed = plain[at + 1 : known.end()]
    entity = cast.find(typed)
    if entity is None:
        return known.end(), None
    return known.end(), typed if fold(typed) == fold(entity.spoken_name) else entity.spoken_name


def _title_line(line: str) -> str:
    """Continued lines are indented by three blanks at least in Fountain; a comment is kept in a note."""
    if line.lstrip().startswith("//"):
        return f"[[{_escape(line)}]]"
    return f"   {_J}{line}" if line[:1].isspace() else line


def _escape(text: str) -> str:
    for mark, parted in _SPLIT.items():
        text = text.replace(mark, parted)
    return text or _J


def _unescape(text: str) -> str:
    if text == _J:
        return ""
    for mark, parted in _SPLIT.items():
        text = text.replace(parted, mark)
    return text


_NEEDS_ABOVE = {"heading", "cue", "transition", "section"}
_NEEDS_BELOW = {"heading", "transition"}


def _write_body(lines: list[_Line], out: list[str]) -> None:
    before = "blank"
    at = 0
    while at < len(lines):
        kind = lines[at].kind
        if kind == "raw":
            end = at
            while end < len(lines) and lines[end].kind == "raw" and (end == at or not _starts(lines[end].text)):
                end += 1
            note = "\n".join(_escape(line.text) for line in lines[at:end])
            note = note if _RAW.match(lines[at].text.lstrip()) else f"{_OURS}{note}"
            if before in ("cue", "speech", "heading"):
                out += ["", f"[[{_J}{note}]]"]
            else:
                out.append(f"[[{note}]]")
            at = end
            before = "raw"
            continue
        if kind != "blank" and before != "blank" and (kind in _NEEDS_ABOVE or before in _NEEDS_BELOW):
            if before == "raw":
                out[-1] = f"{out[-1][:-2]}{_J}]]"
                out.append("")
            else:
                out += ["", f"[[{_J}]]", ""]
        following = lines[at + 1].kind if at + 1 < len(lines) else "blank"
        out.append(_shown(lines[at], before, following))
        before = kind
        at += 1


def _starts(text: str) -> bool:
    """Whether a line begins a note of its own: a header, or a comment."""
    return bool(re.match(r"[^\S\n]*(?:(?:CHARACTER|PROP|LOCATION|INCLUDE)\s|SHOT(?=[\s,:—–-])|={3,}|//)", text))


def _shown(line: _Line, before: str, following: str) -> str:
    """A line that the screenplay shows, with Fountain's marks where it needs them."""
    text = line.text
    bare = text.strip()
    if line.kind == "transition" and not bare.startswith(">") and not bare.endswith("TO:"):
        return f"> {_J}{text}"
    if line.kind == "cue" and not bare.startswith(("@", "＠")) and bare.upper() == bare.lower():
        return f"@{_J}{text}"
    if line.kind == "text":
        is_first = before in ("blank", "raw")
        if bare.startswith(("~", "@")) or (
            is_first and (is_heading_line(bare) or (following != "blank" and is_cue_line(bare)))
        ):
            return f"!{_J}{text}"
    return text


# ---- Back ----------------------------------------------------------------------------------------------------------


def restore(text: str) -> str | None:
    """The script that a Fountain text was exported from; nothing where it was not."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    head, gap, body = text.partition("\n\n")
    lines = head.split("\n")
    at = next((at for at, line in enumerate(lines) if line.strip() == f"Format: {FORMAT}"), None)
    if at is None:
        return None
    above = [_unescape(line[len(_J) + 3 :]) for line in lines[at + 1 :] if line.startswith(f"   {_J}")]
    title = [*map(_title_back, lines[:at]), *(line for line in lines[at + 1 :] if not line.startswith(f"   {_J}"))]
    body = _body_back(f"\n{body}" if title else body, gap)
    if title:
        body = "\n".join([*above, *title]) + (f"\n{body}" if gap else "\n")
    return body.replace(f"[[{_J}{_J}", "[[")


def _title_back(line: str) -> str:
    if line.startswith(f"   {_J}"):
        return line[len(_J) + 3 :]
    return _unescape(line[2:-2]) if line.startswith("[[//") and line.endswith("]]") else line


def _body_back(body: str, gap: str) -> str:
    body = f"\n{body}" if gap else body
    body = body.replace(f"\n\n[[{_J}]]\n\n", "\n")
    body = re.sub(rf"\n\n\[\[{_J}(?!{_J})", "\n[[", body)
    body = body.replace(f"{_J}]]\n\n", "]]\n")
    body = body.removeprefix("\n")
    return "\n".join(map(_line_back, "".join(_notes_back(body)).split("\n")))


def _notes_back(body: str) -> Iterator[str]:
    """A body in pieces: notes of ours that begin a line and end one are what they were, everything else as it is."""
    ends = [found.end() for found in _NOTE_END.finditer(body)]
    done = 0
    for opener in _NOTE_START.finditer(body):
        if opener.start() < done:
            continue
        at = bisect_left(ends, opener.end() + 2)
        if at == len(ends):
            break
        yield body[done : opener.start()]
        yield _raw_back(body[opener.end() : ends[at] - 2])
        done = ends[at]
    yield body[done:]


def _raw_back(note: str) -> str:
    inner = note.removeprefix(_OURS)
    return _unescape_all(inner) if inner != note or _RAW.match(inner.lstrip()) else f"[[{note}]]"


def _unescape_all(text: str) -> str:
    return "\n".join(map(_unescape, text.split("\n")))


def _line_back(line: str) -> str:
    for mark in (f"!{_J}", f"> {_J}", f"@{_J}"):
        line = line.removeprefix(mark)
    found = _MENTIONS.search(line)
    if found is None or not line.endswith("]]"):
        return line
    text, pieces, at = line[: found.start()], [], 0
    for token in found[1].split(", "):
        typed, name, skip = _read_token(token)
        place = at
        for _ in range(skip):
            place = text.find(name, place) + len(name)
        place = text.find(name, place)
        if place < at:
            continue
        pieces += [text[at:place], typed]
        at = place + len(name)
    return "".join([*pieces, text[at:]])
