"""Doubts: lines of action that may be cues or slug lines, depending on the declared names.

The grammar knows no names, so such lines are only marked here, each with its form; `resolve.doubts` judges them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.parsed import Doubt, DoubtForm, Text
from storyboard.compiler.names import has_case, is_name
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.parse.grammar import is_cue
from storyboard.compiler.parse.near_misses import TypedLine

_EXTENSIONS = r"v\.?\s?o\.?|o\.?\s?s\.?|o\.?\s?c\.?|off[- ]?screen|off|voice[- ]?over|cont['’]?d\.?"
_BARE_EXTENSION = lazy_pattern(rf"(?P<name>[^\W_][^\n()^,:;]*?)[\s,]+(?P<extension>{_EXTENSIONS})", re.IGNORECASE)
_OPEN_EXTENSION = lazy_pattern(r"(?P<name>[^\W_][^\n()\[\]^,:;]*?)\s*(?:\([^()\n]*|\[[^\[\]\n]+\])")
#: A name, and extensions perhaps.
_SMALL = lazy_pattern(r"(?P<name>[^\n()^]+?)\s*(?:\([^()\n]*\)\s*)*")
_INLINE = lazy_pattern(r"(?P<name>@?[^\W\d_][^:：\n]{0,60}?)(?:\s*[:：]\s*|\s+[-–—]+\s+)(?=\S)")
_COLON = lazy_pattern(r"(?P<name>@?[^\W\d_][^:：()\n]{0,60}?)\s*(?:\([^()\n]*\)\s*)?[:：]\s*")
_MOST_WORDS_OF_A_SLUG = 5


def find_doubts(lines: Sequence[TypedLine], slips: Sequence[Finding]) -> Iterator[Doubt]:
    """Lines of action that may be cues, depending on the declared names, and single lines in capitals."""
    told = {slip.span.start for slip in slips}
    for index, line in enumerate(lines):
        if line.role != "text" or (told and line.text.span().start in told):
            continue
        below = lines[index + 1].text if not line.is_last and index + 1 < len(lines) else None
        plain = flatten(line.text.string)
        form, name = _doubt(line, plain, below is not None)
        if form is not None:
            yield Doubt(form, name, line.text, line.is_first, line.blanks, below)


def _doubt(line: TypedLine, plain: str, has_below: bool) -> tuple[DoubtForm | None, Text]:
    """The form in which a line may be a cue or slug line, and the name in it."""
    text = line.text
    is_upper = has_case(plain) and plain == plain.upper()
    may_be_name = has_below and plain[:1].isalnum() and plain[:2] == plain[:2].upper()
    if may_be_name and (found := _BARE_EXTENSION.fullmatch(plain)) and found["name"].isupper():
        return DoubtForm.BARE_EXTENSION, text.slice(0, found.end("name"))
    if is_upper and is_cue(plain):
        name = text.slice(0, len(re.split(r"[(^]", plain)[0]))
        if has_below and not line.is_first:
            return DoubtForm.UNDER_ACTION, name
        if line.is_first and line.is_last:
            return (DoubtForm.CUT_OFF if line.leads_to_text else DoubtForm.CAPITALS), name
    elif has_below and line.is_first and not is_upper and has_case(plain) and (small := _name_of_small(text, plain)):
        return DoubtForm.SMALL, small
    if may_be_name and (found := _OPEN_EXTENSION.fullmatch(plain)) and found["name"].isupper():
        return DoubtForm.OPEN_EXTENSION, text.slice(0, found.end("name"))
    has_colon = ":" in plain or "：" in plain
    if has_below and has_colon and (found := _COLON.fullmatch(plain)) is not None:
        return DoubtForm.COLON, text.slice(0, found.end("name"))
    has_dash = "-" in plain or "–" in plain or "—" in plain
    if (has_colon or has_dash) and (inline := _INLINE.match(plain)) is not None:
        return DoubtForm.INLINE, text.slice(0, inline.end("name"))
    return (DoubtForm.CAPITALS if is_upper and line.is_first and line.is_last else None), text


def _name_of_small(text: Text, plain: str) -> Text | None:
    """The name of a line that is a cue but for its capitals."""
    found = _SMALL.fullmatch(plain)
    return text.slice(0, found.end("name")) if found and is_name(" ".join(found["name"].split())) else None


def is_alone_in_capitals(text: str) -> bool:
    """Whether a single line looks like a slug line: a few words in capitals, without a final mark, digits or
    brackets."""
    plain = flatten(text)
    words = plain.split()
    return (
        len(words) <= _MOST_WORDS_OF_A_SLUG
        and has_case(plain)
        and plain == plain.upper()
        and plain[-1] not in ".!?…"
        and not any(letter.isdigit() or letter in "()[]{}@" for letter in plain)
    )
