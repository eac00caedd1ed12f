"""The inside of header lines: declared names, the parts of headings, the durations of shots.

The grammar has recognized the line; here patterns take it apart, so that every problem has its own place and fix.
`grammar/lines.lark` specifies the same lines, and a property test compares the two. What a part means (which place,
which model) is decided in `resolve`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.headings import divide_heading, read_prefix
from storyboard.compiler.ir.parsed import Kind, Text
from storyboard.compiler.names import LONGEST_NAME, clean_name, is_name, is_word
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

_DECLARATION = lazy_pattern(r"(CHARACTER|PROP|LOCATION)\s*(.*)", re.DOTALL)
_BEHIND_NUMBER = lazy_pattern(r"[\s:.)–—-]+")
_IN_BRACKETS = lazy_pattern(r"[(（\[][^()（）\[\]]*[)）\]]")
_VARIANT = lazy_pattern(r"(.*?[^\s.])\.(?=[^\s.])(.*)", re.DOTALL)
_LABEL = lazy_pattern(r"#([^#\n]+)#$")
_DASH_FIRST = lazy_pattern(r"[-–—]+(?:\s|$)")
_SHOT = lazy_pattern(r"SHOT[\s,:—–-]*")
_NUMBER_LIKE = lazy_pattern(
    r"\(?[-+]?(?:[0-9]+,[0-9]+|[0-9][^\s,;:—–()]*|\.[0-9]+\w*)(?:\s*(?:seconds?|secs?|s|minutes?|min|m)\.?(?![^\W_]))?\)?",
    re.IGNORECASE,
)
#: Parts that dashes divide a heading into.
_MOST_PARTS = 50


class NamedHeader(NamedTuple):
    """A declaration: `name` and `variant` as typed, both None where they cannot be used; `typed` is all that follows
    the keyword."""

    kind: Kind
    name: Text | None
    variant: Text | None
    typed: Text
    findings: tuple[Finding, ...]


def read_declaration(line: Text) -> NamedHeader:
    """`CHARACTER Mira.winter`: kind, name, variant. SB101 where the name is missing, SB109 where it cannot be one."""
    plain = flatten(line.string)
    found = _DECLARATION.fullmatch(plain)
    assert found, "the grammar takes no other declaration"
    kind = Kind(found[1].lower())
    name = line.slice(*found.span(2))
    if not name.string:
        advice = f"The name comes after it: {found[1]} Mira"
        problem = Finding("SB101", line.span(), f"This {found[1]} has no name.", advice)
        return NamedHeader(kind, None, None, name, (problem,))
    spelled = " ".join(flatten(name.string).split())
    if is_name(spelled):
        return NamedHeader(kind, name, None, name, ())
    split = _VARIANT.fullmatch(flatten(name.string))
    if split and is_name(" ".join(split[1].split())) and is_word(split[2]):
        return NamedHeader(kind, name.slice(*split.span(1)), name.slice(*split.span(2)), name, ())
    return NamedHeader(kind, None, None, name, (_bad_name(name),))


def _bad_name(name: Text) -> Finding:
    """SB109. The fix writes the nearest name that is legal: without brackets, and without the characters that a name
    cannot have."""
    advice = (
        "A name is letters and digits with single spaces, and - _ ' & . inside; it starts with a letter or a digit."
    )
    if len(name.string) > LONGEST_NAME:
        message = f"This name has {len(name.string):,} characters; a name has at most {LONGEST_NAME}."
        return Finding("SB109", name.span(), message, "Its look can say more.")
    legal = clean_name(_IN_BRACKETS.sub("", name.string)) or clean_name(name.string)
    fix = Fix(False, (Edit(name.span(), legal),)) if legal else None
    return Finding("SB109", name.span(), f"{quote(name.string)} cannot be a name.", None if fix else advice, fix=fix)


class HeadingParts(NamedTuple):
    """A heading taken apart. `line` is its text without the label and the forcing full stop, `prefix` the INT. or EXT.
    that it begins with; `parts` lie between the dashes, `label` between the `#`."""

    line: Text
    prefix: str | None
    parts: tuple[Text, ...]
    label: str | None
    findings: tuple[Finding, ...]


def read_heading_parts(line: Text) -> HeadingParts:
    """`EXT. HARBOR - DUSK #12#`: its prefix, the parts between its dashes, its label. SB101 for a heading without a
    place, or with more than `_MOST_PARTS` parts, of which the first are kept."""
    plain = flatten(line.string)
    start, end = int(plain.startswith(".")), len(plain)
    label = None
    if found := _LABEL.search(plain):
        label, end = found[1].strip() or None, found.start()
    text = line.slice(start, end)
    plain = flatten(text.string)
    prefix, at = read_prefix(plain)
    rest = plain[at:]
    if not rest.strip() or _DASH_FIRST.match(rest):
        said = "no place" if rest.strip() else "nothing"
        after = f" after {quote(plain[:at].strip())}" if prefix else ""
        problem = Finding(
            "SB101",
            line.span(),
            f"This scene heading has {said}{after}.",
            "The place comes after it: INT. KITCHEN - NIGHT",
        )
        return HeadingParts(text, prefix, (), label, (problem,))
    parts = tuple(text.slice(part.start, part.end) for part in divide_heading(plain, at))
    if len(parts) > _MOST_PARTS:
        message = f"This scene heading has {len(parts):,} parts between its dashes; it has at most {_MOST_PARTS}."
        problem = Finding("SB101", line.span(), message, "Place and time are enough.")
        return HeadingParts(text, prefix, parts[:_MOST_PARTS], label, (problem,))
    return HeadingParts(text, prefix, parts, label, ())


class ShotParts(NamedTuple):
    """A shot header taken apart. `duration` is in seconds, None where it cannot be read; `duration_span` is where it
    is, or where it is missing. `camera` is None without a word."""

    duration: int | None
    duration_span: Span
    camera: Text | None
    label: str | None
    findings: tuple[Finding, ...]


def read_shot(line: Text) -> ShotParts:
    """`SHOT 5s wide, slow push forward #4A#`: seconds, camera direction, label. SB103 where the seconds are missing or
    are not whole ones."""
    plain = flatten(line.string)
    end, label = len(plain), None
    if found := _LABEL.search(plain):
        label, end = found[1].strip() or None, found.start()
    head = _SHOT.match(plain)
    assert head, "the grammar takes no other shot"
    at = head.end()
    seconds = _seconds().match(plain, at, end)
    findings: tuple[Finding, ...] = ()
    if seconds:
        duration: int | None = int(seconds["number"])
        span, at = line.span(*seconds.span(0)), seconds.end()
    else:
        duration = None
        span, at, problem = _bad_duration(line, plain, at, end)
        findings = (problem,)
    while at < end and (plain[at].isspace() or plain[at] in ",:—–-"):
        at += 1
    camera = line.slice(at, end)
    has_words = any(character.isalnum() for character in camera.string)
    return ShotParts(duration, span, camera if has_words else None, label, findings)


@cache
def _seconds() -> re.Pattern[str]:
    """A whole number of seconds in all the spellings of the table, in brackets or not: the group `number`."""
    units = "|".join(sorted(map(re.escape, read_table("words.toml")["seconds"]["units"]), key=len, reverse=True))
    one = rf"(?<![0-9])(?P<number>[0-9]{{1,6}})[ \t]*(?:{units})(?![^\W_])\.?"
    return re.compile(rf"(?:(?P<opened>\()\s*)?{one}(?(opened)\s*\))", re.IGNORECASE)


@cache
def _number_words() -> re.Pattern[str]:
    """A number of seconds in words, with or without its unit."""
    words: dict[str, int] = read_table("words.toml")["seconds"]["numbers"]
    units = "|".join(sorted(map(re.escape, read_table("words.toml")["seconds"]["units"]), key=len, reverse=True))
    return re.compile(rf"\(?\b({'|'.join(words)})(?:[ -](?:{units})(?![^\W_]))?\)?(?![^\W_-])", re.IGNORECASE)


def _bad_duration(line: Text, plain: str, at: int, end: int) -> tuple[Span, int, Finding]:
    """SB103 for a shot whose length cannot be read: the place of the length, where the camera direction begins, and the
    finding. It has a fix where exactly one number can be meant: `SHOT 5`, `SHOT five seconds`, `SHOT wide, 5s`, `SHOT
    12. 5s` (the 12 numbers the shot)."""
    number = _NUMBER_LIKE.match(plain, at, end)
    if number is not None:
        span = line.span(*number.span())
        typed = number.group().strip("() ")
        whole = re.fullmatch(r"0*([0-9]{1,4})\s*(?:s\w*\.?)?", typed, re.IGNORECASE)
        behind = _BEHIND_NUMBER.match(plain, number.end(), end)
        if typed.isdigit() and behind and _seconds().match(plain, behind.end(), end):
            message = f"{quote(typed)} is the number of a shot, not its length."
            gone = Fix(False, (Edit(line.span(number.start(), behind.end()), ""),))
            return span, behind.end(), Finding("SB103", span, message, "Shots are numbered automatically.", fix=gone)
        fix = Fix(False, (Edit(span, f"{int(whole[1])}s"),)) if whole else None
        advice = None if fix else "A shot takes whole seconds."
        return (
            span,
            number.end(),
            Finding("SB103", span, f"{quote(typed)} is not the length of a shot.", advice, fix=fix),
        )
    span = line.span(0, len("SHOT"))
    message = "This shot does not say how long it is."
    if (word := _number_words().match(plain, at, end)) is not None:
        seconds = read_table("words.toml")["seconds"]["numbers"][word[1].lower()]
        edit = Edit(line.span(*word.span()), f"{seconds}s")
        return span, word.end(), Finding("SB103", span, message, fix=Fix(False, (edit,)))
    others = list(_seconds().finditer(plain, at, end))
    if len(others) != 1:
        return span, at, Finding("SB103", span, message, "Whole seconds come directly after SHOT: SHOT 4s")
    seconds = others[0]["number"]
    start = others[0].start()
    while start > at and (plain[start - 1].isspace() or plain[start - 1] in ",;:—–-"):
        start -= 1
    put = Edit(Span(span.anchor, span.end, span.end), f" {seconds}s")
    fix = Fix(False, (put, Edit(line.span(start, others[0].end()), "")))
    return span, at, Finding("SB103", span, message, fix=fix)
