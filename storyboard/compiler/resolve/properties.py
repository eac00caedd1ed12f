"""Properties of a block by key: repeated, empty and unknown ones are reported, and lists are divided.

A block takes the keys that `ir.keys` lists for it. Only the keys of `LISTS` may be given on several lines; their values
are divided at commas, and `list_items` gives each item with its place, so that a finding marks only the wrong one. An
unknown key that is a known synonym or a misspelling (`looks:`, `photo:`) is read as the key that is meant, so that its
value is not lost as well: SB102 names the key, and the fix corrects it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from storyboard.compiler.diagnostics import Edit, Finding, Fix, Note, commented_out
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Property, Text
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.parse.near_keys import meant_key
from storyboard.compiler.spelling import nearest, quote
from storyboard.compiler.text import Span


def collect_properties(
    properties: Sequence[Property], known: Sequence[str], findings: list[Finding], owner: str
) -> dict[str, list[Property]]:
    """Properties by key.

    Repeated and empty ones are reported and left out. An unknown one is reported and read as the most similar known
    key. Only lists may have several. `owner` names the block in messages, as in “a shot”.
    """
    found: dict[str, list[Property]] = {}
    given = {one.key for one in properties}
    for one in properties:
        line = Span(one.key_span.anchor, one.key_span.start, one.value.span().end)
        if one.key not in known:
            finding, meant = _unknown_key(one, line, known, owner, given)
            findings.append(finding)
            if meant is not None and one.value.string:
                found.setdefault(meant, []).append(one._replace(key=meant))
        elif not one.value.string:
            start = Span(line.anchor, line.start, line.start)
            fix = Fix(False, (Edit(start, "// "),))
            findings.append(Finding("SB104", one.key_span, f"“{one.key}:” is empty.", fix=fix))
        elif one.key in found and one.key not in keys.LISTS:
            note = Note("It is given here first.", found[one.key][0].key_span)
            message = f"{quote(one.key)} is given twice."
            findings.append(Finding("SB104", one.key_span, message, None, (note,), without_line(one, line)))
        else:
            found.setdefault(one.key, []).append(one)
    return found


def _unknown_key(
    one: Property, line: Span, known: Sequence[str], owner: str, given: set[str]
) -> tuple[Finding, str | None]:
    """SB102 for an unknown key, and the key that it is read as.

    Correcting a known synonym or misspelling is a safe fix; otherwise the fix turns the line into a comment.
    """
    message = f"{owner[0].upper()}{owner[1:]} has no property {quote(one.key)}."
    meant = meant_key(one.key, known)
    if meant is not None and (meant not in given or meant in keys.LISTS):
        fix = Fix(True, (Edit(one.key_span, meant),))
        return Finding("SB102", one.key_span, message, fix=fix), meant
    near = nearest(one.key, known)
    advice = f"It has {', '.join(near or known)}."
    return Finding("SB102", one.key_span, message, advice, fix=without_line(one, line)), None


def without_line(one: Property, line: Span) -> Fix | None:
    """The fix that turns a property into a comment; None if its line already contains a comment."""
    is_plain = one.value.span().end - one.value.span().start == len(one.value.string)
    return commented_out(line, line, one.value.string) if is_plain else None


def list_items(properties: Sequence[Property]) -> Iterator[Text]:
    """The items of a list, without empty ones, each with its place."""
    for one in properties:
        start = 0
        plain = flatten(one.value.string)
        for comma in [*(index for index, letter in enumerate(plain) if letter == ","), len(plain)]:
            item = one.value.slice(start, comma)
            if item.string:
                yield item
            start = comma + 1
