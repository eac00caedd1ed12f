"""Mentions as plain names, with a note at the end of the line that lists the mentions.

    @Mira waits for @{Old Tom}.   ─▶   Mira waits for Old Tom. [[@Mira, @{Old Tom}]]

A number in brackets counts earlier occurrences of the same letters that are not a mention. Reading reverses writing
exactly; a name that an edited line no longer contains is skipped.
"""

from __future__ import annotations

import re

from storyboard.compiler.names import fold
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.name_patterns import NamePatterns

_AROUND = "@＠{}｛｝"
_TOKEN = re.compile(r"(.*?)(?: \((\d+)\))?")


def take_mentions(line: str, names: NamePatterns) -> str:
    """The line with plain names, and the note if it has mentions."""
    if "@" not in line and "＠" not in line:
        return line
    line, boneyard = _without_open_boneyard(line)
    plain = flatten(line)
    last_brace = plain.rfind("}")
    pieces: list[str] = []
    between: list[str] = []
    tokens: list[str] = []
    at = 0
    while (found := plain.find("@", at)) >= 0:
        end, name = _mention(plain, found, last_brace, names)
        between.append(line[at:found])
        if name is None:
            between.append(line[found:end])
        else:
            text = "".join(between)
            skipped = _count(text + name, name) - 1
            pieces += (text, name)
            between = []
            typed = line[found:end]
            token = f"{typed}={name}" if typed.strip(_AROUND) != name else typed
            tokens.append(f"{token} ({skipped})" if skipped else token)
        at = end
    shown = "".join([*pieces, *between, line[at:]])
    return (f"{shown} [[{', '.join(tokens)}]]" if tokens else shown) + boneyard


def give_mentions(line: str) -> str:
    """The inverse of `take_mentions`; a line without such a note is unchanged."""
    line, boneyard = _without_open_boneyard(line)
    note = line.rfind(" [[") if line.endswith("]]") else -1
    if note < 0 or not is_mention_note(line[note + 3 :]):
        return line + boneyard
    text, at = line[:note], 0
    pieces: list[str] = []
    for token in line[note + 3 : -2].split(", "):
        typed, name, skipped = _read(token)
        place = text.find(name, at)
        for _ in range(skipped if name else 0):
            if place < 0:
                break
            place = text.find(name, place + 1)
        if place < 0 or not name:
            continue
        pieces += (text[at:place], typed)
        at = place + len(name)
    return "".join([*pieces, text[at:], boneyard])


def _without_open_boneyard(line: str) -> tuple[str, str]:
    """A line, and the boneyard that begins on it and continues below; a note inside it would not be read."""
    opener = line.rfind("/*")
    return (line[:opener], line[opener:]) if opener > line.rfind("*/") else (line, "")


def is_mention_note(inner: str) -> bool:
    """Whether the text of a note lists mentions."""
    return inner.startswith(("@", "＠"))


def _count(text: str, name: str) -> int:
    """The number of occurrences of a name in a text, overlapping ones included."""
    count, at = 0, text.find(name)
    while at >= 0:
        count, at = count + 1, text.find(name, at + 1)
    return count


def _read(token: str) -> tuple[str, str, int]:
    found = _TOKEN.fullmatch(token)
    assert found, "the pattern takes everything"
    typed, _, name = found[1].partition("=")
    return typed, name or typed.strip(_AROUND), int(found[2] or 0)


def _mention(plain: str, at: int, last_brace: int, names: NamePatterns) -> tuple[int, str | None]:
    """The end of what begins at an @, and its name; None for a plain @."""
    if plain[at + 1 : at + 2] == "@":
        return at + 2, "@"
    if plain[at + 1 : at + 2] == "{" and last_brace > at:
        close = plain.find("}", at)
        entity = names.cast.find(plain[at + 2 : close].strip())
        return close + 1, entity.spoken_name if entity else None
    if plain[at - 1 : at].isascii() and plain[at - 1 : at].isalnum():
        return at + 1, None
    known = names.after_at(plain).match(plain, at + 1)
    if known is None:
        return at + 1, None
    typed = plain[at + 1 : known.end()]
    entity = names.cast.find(typed)
    if entity is None:
        return known.end(), None
    return known.end(), typed if fold(typed) == fold(entity.spoken_name) else entity.spoken_name
