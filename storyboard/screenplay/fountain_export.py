"""A script as Fountain, written so that every Fountain reader understands it.

The screenplay is plain Fountain: headings, action, dialogue, transitions, sections, notes. Lines that Fountain has no
form for become one-line notes in the words of the script (`note_lines`): shots and settings in their places, the title
page's settings and the cast at the end. Mentions become plain names (`mention_notes`). A speech that continues in the
next shot becomes one speech. `restore` reads such a file back exactly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.resolve.name_patterns import NamePatterns
from storyboard.screenplay.fountain import is_cue_line, is_heading_line
from storyboard.screenplay.line_kinds import IN_NOTES, LineKind, ScriptLine, classify_lines
from storyboard.screenplay.mention_notes import take_mentions
from storyboard.screenplay.note_lines import FORMAT, GOES_ON, JOINER, is_own_heading, to_note

_BACK_MATTER = f"[[{FORMAT}{JOINER}: the cast and the settings of the script stand below; sbc import reads them back]]"
_PREAMBLE = frozenset({LineKind.TITLE, LineKind.DECLARATION})
_UNSEEN = frozenset({LineKind.BLANK, LineKind.SLASHED, LineKind.HIDDEN, LineKind.INSIDE})
#: Lines that stand under a blank one in Fountain, and lines that have one below.
_BLANK_ABOVE = (
    {LineKind.HEADING, LineKind.CUE, LineKind.TRANSITION, LineKind.SLUG, LineKind.SECTION, LineKind.SYNOPSIS} | IN_NOTES
) - {LineKind.SLASHED}
_BLANK_BELOW = frozenset(
    {
        LineKind.HEADING,
        LineKind.TRANSITION,
        LineKind.SLUG,
        LineKind.SECTION,
        LineKind.SYNOPSIS,
        LineKind.SETTING,
        LineKind.DECLARATION,
    }
)
_PLAIN_CUE = re.compile(r"[A-Z][A-Z0-9 .'-]*(?:\([^()]*\)\s*)*\^?\s*")
#: Headings that every reader of Fountain knows; one in another language is forced.
_FOUNTAIN_HEADING = re.compile(r"(?:INT\.?/EXT|INT|EXT|EST|I/E)[. ]", re.IGNORECASE)
_SHOT = re.compile(r"SHOT[\s,:—–-]")
_CUE_NAME = re.compile(r"[^(^]*")


def export_fountain(analysis: Analysis, parting: str = " ") -> str:
    """The compiled file, without its includes, as Fountain.

    `parting` separates the parts of a speech that continues in the next shot from the notes between them.
    """
    lines = classify_lines(analysis)
    above, body = _split_preamble(lines)
    out = [*_title_page(analysis), f"Format: {FORMAT}", ""]
    out += _body(body, analysis.whole.names, parting)
    out += ["", _BACK_MATTER, "", *_back_matter(above)]
    return "\n".join(out) + "\n"


def _title_page(analysis: Analysis) -> Iterator[str]:
    """The entries that readers of a screenplay expect; other settings go to the end."""
    for _, block in analysis.scripts[analysis.sources[0].path].blocks:
        if isinstance(block, parsed.TitlePage):
            for one in block.properties:
                if one.key in ("title", *keys.FACTS) and one.value.string.strip():
                    yield f"{one.key.capitalize()}: {' '.join(one.value.string.split())}"


def _split_preamble(lines: list[ScriptLine]) -> tuple[list[ScriptLine], list[ScriptLine]]:
    """The title page and the cast with the blank lines below them, and the rest."""
    end = 0
    for at, line in enumerate(lines):
        if line.kind in _PREAMBLE:
            end = at + 1
        elif line.kind not in _UNSEEN:
            break
    while end and end < len(lines) and lines[end].kind is LineKind.BLANK:
        end += 1
    return lines[:end], lines[end:]


def _back_matter(lines: list[ScriptLine]) -> list[str]:
    """The notes at the end, each in its own paragraph, because some readers take two consecutive notes for action."""
    out: list[str] = []
    before = LineKind.BLANK
    for line in lines:
        if LineKind.BLANK not in (before, line.kind) and line.kind is not LineKind.INSIDE:
            out[-1] = _joined(out[-1])
            out.append("")
        out.append(to_note(line.typed, line.is_first) if line.kind in IN_NOTES else line.text)
        before = line.kind
    if lines and before is not LineKind.BLANK:
        out[-1] = _joined(out[-1])
    return out


# ---- The body ------------------------------------------------------------------------------------------------------


def _body(lines: Sequence[ScriptLine], names: NamePatterns, parting: str) -> list[str]:
    """The lines of the screenplay.

    Blank lines are added for readers that recognize a cue or a heading only by the blank line above it. A speech that
    an import divided over several shots becomes one speech again, with its shots in notes between.
    """
    out: list[str] = []
    before = LineKind.BLANK
    continued = _continued_speeches(lines)
    speech: list[str] = []
    for at, (line, below) in enumerate(pairwise([*lines, ScriptLine(LineKind.BLANK, "", "")])):
        if at in continued:
            if line.kind is not LineKind.BLANK:
                speech.append(_shown_between(line, names))
            if at + 1 not in continued:
                out[-1] = parting.join([out[-1], *speech])
                speech = []
        else:
            shown = _shown(line, before, _stands_below(line, below), names)
            if at and _wants_blank(before, line):
                _part(out, lines[at - 1], line, shown)
            else:
                out.append(shown)
        before = _kind_after(before, line)
    return out


def _shown_between(line: ScriptLine, names: NamePatterns) -> str:
    """A line inside a speech that continues from above."""
    return take_mentions(line.text, names) if line.kind is LineKind.SPEECH else to_note(line.typed, is_first=True)


def _part(out: list[str], above: ScriptLine, line: ScriptLine, shown: str) -> None:
    """Add a line below a blank one, with a mark saying that the export added the blank line.

    The mark is placed only where every reader of Fountain takes it for a letter: never in a heading, transition or cue.
    """
    if out[-1].endswith("]]") or above.kind not in (LineKind.HEADING, LineKind.TRANSITION):
        out[-1] = _joined(out[-1])
        out += ["", shown]
    elif line.kind in IN_NOTES:
        out += ["", f"[[{JOINER}{shown[2:]}"]
    elif line.kind is LineKind.TEXT:
        out += ["", f"{JOINER}{shown}"]
    else:
        out += ["", f"[[{JOINER}]]", "", shown]


def _joined(line: str) -> str:
    """A line with the mark at its end which says that the export added what is below it."""
    return f"{line[:-2]}{JOINER}]]" if line.endswith("]]") else f"{line}{JOINER}"


def _wants_blank(before: LineKind, line: ScriptLine) -> bool:
    """Whether Fountain needs a blank line between a line and the one above it."""
    kind = line.kind
    if LineKind.BLANK in (before, kind) or kind is LineKind.INSIDE:
        return False
    return kind in _BLANK_ABOVE or before in _BLANK_BELOW


def _kind_after(before: LineKind, line: ScriptLine) -> LineKind:
    """The kind that a line has for the line below it: a comment continues the line above."""
    if line.kind in (LineKind.SLASHED, LineKind.HIDDEN, LineKind.INSIDE) and before is not LineKind.BLANK:
        return LineKind.SPEECH if before is LineKind.CUE else before
    return line.kind


def _stands_below(line: ScriptLine, below: ScriptLine) -> bool:
    """Whether a reader sees the next line directly under this one."""
    return below.kind is not LineKind.BLANK and not _wants_blank(line.kind, below)


def _shown(line: ScriptLine, before: LineKind, has_below: bool, names: NamePatterns) -> str:
    """A line with the Fountain marks that it needs to be read as what it is."""
    if line.kind in IN_NOTES:
        return to_note(line.typed, line.is_first)
    bare = line.text.strip()
    match line.kind:
        case LineKind.TRANSITION if not bare.startswith(">") and not bare.endswith("TO:"):
            return f"> {JOINER}{line.text}"
        case LineKind.HEADING:
            return _heading(line.text, bare)
        case LineKind.CUE if not bare.startswith(("@", "＠")) and not _PLAIN_CUE.fullmatch(bare):
            return f"@{JOINER}{line.text}"
        case LineKind.SPEECH:
            return take_mentions(line.text, names)
        case LineKind.TEXT:
            text = take_mentions(line.text, names)
            is_first = before is not LineKind.TEXT
            if bare.startswith(("~", "@@")) or (
                is_first and (is_heading_line(bare) or (has_below and is_cue_line(bare)))
            ):
                return f"!{JOINER}{text}"
            return text
    return line.text


def _heading(text: str, bare: str) -> str:
    """A heading, with Fountain's forcing full stop if other readers would not recognize it.

    A full stop that the script itself does not need is followed by no joiner, because some readers would take such a
    heading for action.
    """
    if bare.startswith(".") and is_own_heading(bare[1:]):
        return text.replace(".", f".{JOINER}{JOINER}", 1)
    if bare.startswith(".") or _FOUNTAIN_HEADING.match(bare):
        return text
    return f".{text}" if is_own_heading(bare) else f".{JOINER}{text}"


def _continued_speeches(lines: Sequence[ScriptLine]) -> set[int]:
    """Indices of lines that are joined to the line above: a speech that an import divided, with the headers and cues
    between its parts."""
    found: set[int] = set()
    speaker = ""
    at = 0
    while at < len(lines):
        if lines[at].kind is LineKind.CUE:
            speaker = _CUE_NAME.match(lines[at].text)[0].strip()  # type: ignore[index] # it matches everything
        if lines[at].kind is LineKind.SPEECH and (end := _next_part(lines, at, speaker)):
            found.update(range(at + 1, end + 1))
            at = end
        else:
            at += 1
    return found


def _next_part(lines: Sequence[ScriptLine], at: int, speaker: str) -> int:
    """The first line of the next part of a speech whose part ends on line `at`; 0 if the speech ends there."""
    blank, end = at + 1, at + 2
    if end >= len(lines) or lines[blank].kind is not LineKind.BLANK or not _SHOT.match(lines[end].typed):
        return 0
    end += 1
    while end < len(lines) and lines[end].kind is LineKind.SETTING and not _SHOT.match(lines[end].typed):
        end += 1
    if end + 1 >= len(lines) or lines[end].kind is not LineKind.CUE or lines[end + 1].kind is not LineKind.SPEECH:
        return 0
    cue = lines[end].text
    name = _CUE_NAME.match(cue)
    is_same = name is not None and name[0].strip() == speaker and GOES_ON.search(cue) is not None
    return end + 1 if is_same and all(line.typed == line.typed.strip() for line in lines[at : end + 2]) else 0
