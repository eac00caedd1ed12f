"""SB106 for lines of action that are cues judging by their names, and for single lines in capitals.

The grammar marks such lines as doubts, each with its form. Whether a doubt is a mistake depends on the cast, so it is
judged here. It is one if its words name a declared character:

    MIRA                    under a line of action: a cue needs a blank line above it
    MIRA ⏎ ⏎ I know.        cut off from its speech by a blank line
    Mira ⏎ I know.          not in capitals
    MIRA V.O. ⏎ I know.     an extension without brackets

A fix changes only the space between the words, or their case; it is safe if nothing else can be meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir.parsed import Doubt, DoubtForm, Kind, Text
from storyboard.compiler.names import has_case
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.parse.doubts import is_alone_in_capitals
from storyboard.compiler.resolve.cast import Cast, as_declared
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

#: A colon and a sentence, or words in quotation marks.
_SAID = lazy_pattern(r"\s*:\s*(?:[\"“„«]|[^\W\d_a-zà-öø-ÿ][^\n@]*[.!?…]\s*$)")


def judge_doubts(doubts: Sequence[Doubt], cast: Cast) -> Iterator[Finding]:
    """The mistakes among the lines of a shot that look like something other than action."""
    for doubt in doubts:
        finding = _JUDGES[doubt.form](doubt, cast)
        if finding is not None:
            yield finding


def _character(doubt: Doubt, cast: Cast) -> str | None:
    """The name in capitals if the line names a declared character, or None."""
    name = flatten(doubt.name.string).partition("(")[0].strip().removeprefix("@")
    entity = cast.find(name)
    return name.upper() if entity is not None and entity.kind is Kind.CHARACTER else None


def _finding(doubt: Doubt, edits: Sequence[Edit], safe: bool = True) -> Finding:
    message = f"{quote(doubt.line.string)} would be filmed as text. Is it meant as {doubt.form.value}?"
    return Finding("SB106", doubt.line.span(), message, fix=Fix(safe, tuple(edits)))


def _at(text: Text, index: int) -> Span:
    place = text.span().start if index == 0 else text.span().end
    return Span(text.anchor, place, place)


def _blank_line_above(doubt: Doubt) -> tuple[Edit, ...]:
    """The edit that separates a cue from the line above it in its paragraph."""
    return () if doubt.is_first else (Edit(_at(doubt.line, 0), "\n"),)


def _under_action(doubt: Doubt, cast: Cast) -> Finding | None:
    return _finding(doubt, _blank_line_above(doubt)) if _character(doubt, cast) else None


def _cut_off(doubt: Doubt, cast: Cast) -> Finding | None:
    """A name in capitals, a blank line, then text: a cue that lost its speech. The fix removes the blank lines."""
    if _character(doubt, cast) is None:
        return _capitals(doubt, cast)
    return _finding(doubt, [Edit(blank, "") for blank in doubt.blanks], safe=False)


def _small(doubt: Doubt, cast: Cast) -> Finding | None:
    name = _character(doubt, cast)
    return _finding(doubt, (Edit(doubt.name.span(), name),), safe=False) if name and has_case(name) else None


def _bare_extension(doubt: Doubt, cast: Cast) -> Finding | None:
    """`MIRA V.O.`: a cue whose extension lacks its brackets."""
    name = _character(doubt, cast)
    if name is None:
        return None
    said = doubt.line.slice(len(doubt.name.string), len(doubt.line.string))
    extension = said.string.strip(" ,").upper()
    gap = Span(said.anchor, doubt.name.span().end, said.span().end)
    return _finding(doubt, (*_blank_line_above(doubt), Edit(gap, f" ({extension})")))


def _open_extension(doubt: Doubt, cast: Cast) -> Finding | None:
    """`MIRA (whispering` or `MIRA [whispering]`: a cue whose extension is not in brackets that close."""
    if _character(doubt, cast) is None:
        return None
    plain = flatten(doubt.line.string)
    start = len(doubt.name.string)
    said = plain[start:].strip(" ()[]")
    edit = Edit(doubt.line.span(start, len(plain)), f" ({said})")
    return _finding(doubt, (*_blank_line_above(doubt), edit))


def _inline(doubt: Doubt, cast: Cast) -> Finding | None:
    """`MIRA: I never left.` or `MIRA - I never left.`: a cue and its speech on one line.

    With a colon, a declared name in ordinary letters counts too, and so does an undeclared word in capitals. With a
    dash only a declared name in capitals counts; otherwise ordinary prose would be questioned.
    """
    typed = doubt.name.string
    plain = flatten(doubt.line.string)
    words = doubt.line.slice(len(typed), len(plain))
    sign = flatten(words.string)[:1]
    bare = typed.partition("(")[0]
    speaker = _speaker(doubt, cast, 1 if sign == ":" else 0)
    if speaker is None or not _may_be_said(doubt, bare, sign, is_declared=not speaker.declaration):
        return None
    said = words.slice(len(words.string) - len(words.string.lstrip(":：-–— ")), len(words.string))
    extension = typed[len(typed.partition("(")[0]) :]
    head = f"{speaker.name} {extension}".rstrip()
    cue = Edit(Span(said.anchor, doubt.name.span().start, said.span().start), f"{head}\n")
    return _finding(doubt, (*_blank_line_above(doubt), cue, *speaker.declaration), safe=False)


def _may_be_said(doubt: Doubt, name: str, sign: str, *, is_declared: bool) -> bool:
    """Whether a name and a sign may begin a speech.

    A dash needs a name in capitals before it, a colon a name with a capital letter. After a mention or an undeclared
    word, the text after the colon must also read like speech, since prose uses colons after such words.
    """
    if sign != ":":
        return name == name.upper()
    if name.startswith("@") or not is_declared:
        return _SAID.match(flatten(doubt.line.string), len(doubt.name.string)) is not None
    return name[:1].isupper() or not has_case(name)


def _colon(doubt: Doubt, cast: Cast) -> Finding | None:
    """`MIRA:` on the line above her words: a cue with a colon."""
    speaker = _speaker(doubt, cast, 2)
    if speaker is None:
        return None
    is_same = doubt.name.string == speaker.name
    name = () if is_same else (Edit(doubt.name.span(), speaker.name),)
    plain = flatten(doubt.line.string)
    colon = Edit(doubt.line.span(len(plain.rstrip(": ")), len(plain)), "")
    edits = (*_blank_line_above(doubt), *name, colon, *speaker.declaration)
    return _finding(doubt, edits, safe=not speaker.declaration)


class _Speaker(NamedTuple):
    """Who a cue with a colon may mean: the name in capitals, and the fix that declares it if nobody has that name."""

    name: str
    declaration: tuple[Edit, ...] = ()


def _speaker(doubt: Doubt, cast: Cast, most_words: int) -> _Speaker | None:
    """A declared character, one with nearly that name, or a new one.

    A new speaker is offered only if the line begins with at most `most_words` words in capitals.
    """
    if name := _character(doubt, cast):
        return _Speaker(name)
    typed = " ".join(flatten(doubt.name.string).partition("(")[0].split())
    words = len(typed.split())
    is_name = typed == typed.upper() and has_case(typed) and len(typed) > 1 and 0 < words <= most_words
    if not is_name or cast.find(typed) or cast.is_excused(typed) or typed in read_table("words.toml")["slip"]["labels"]:
        return None
    if near := cast.speakers_near(typed):
        return _Speaker(near[0].upper())
    declared = cast.declaring(Kind.CHARACTER, as_declared(typed)) if cast.is_whole else None
    return _Speaker(typed, declared.edits) if declared else None


def _capitals(doubt: Doubt, cast: Cast) -> Finding | None:
    """A single line in capitals that is nothing else: probably a slug line that the word list lacks. `!` marks it as
    action."""
    if not is_alone_in_capitals(doubt.line.string) or cast.is_excused(doubt.line.string):
        return None
    if doubt.line.string.rstrip().endswith(":"):
        message = f"{quote(doubt.line.string)} would be filmed as text. Is it meant as a transition?"
        return Finding("SB106", doubt.line.span(), message, fix=Fix(False, (Edit(_at(doubt.line, 0), "> "),)))
    message = f"{quote(doubt.line.string)} is alone in capitals, like a slug line, and would be filmed as text."
    return Finding("SB106", doubt.line.span(), message, fix=Fix(False, (Edit(_at(doubt.line, 0), "!"),)))


_JUDGES = {
    DoubtForm.UNDER_ACTION: _under_action,
    DoubtForm.CUT_OFF: _cut_off,
    DoubtForm.SMALL: _small,
    DoubtForm.BARE_EXTENSION: _bare_extension,
    DoubtForm.OPEN_EXTENSION: _open_extension,
    DoubtForm.INLINE: _inline,
    DoubtForm.COLON: _colon,
    DoubtForm.CAPITALS: _capitals,
}
