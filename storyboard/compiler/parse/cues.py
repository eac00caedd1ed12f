"""The inside of a speech: its cue, its words and its parentheticals."""

from __future__ import annotations

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.ir.parsed import Cue, CueForm, SpeechLine, Text
from storyboard.compiler.names import has_case
from storyboard.compiler.parse.comments import flatten

_CUE = lazy_pattern(r"(?P<name>[^()^]*+)(?P<extensions>(?:\([^()]*+\)\s*+)*+)\^?\s*")
_EXTENSION = lazy_pattern(r"\(([^()]*)\)")


def read_cue(line: Text) -> Cue:
    """`MIRA (O.S.) ^`: name, extensions, and the form, which says how certain the cue is."""
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


def read_speech(spoken: Text) -> list[SpeechLine]:
    """The lines of a speech in order: words, and parentheticals."""
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
