"""Lines of a script in Fountain notes, one line in each note: `[[SHOT 5s wide]]`.

The export keeps lines that Fountain has no form for in such notes. The first words of a note say what it is, so nothing
depends on a character that another program may drop:

    [[SHOT 5s wide]]  [[light: grey]]  [[// gone]]    a line of the script that begins with a word of the language
    [[: any text]]                                    a line of the script that does not
    [[+ any text]]                                    continues the note on the line above
    [[@Mira, @Old Tom=Tom]]                           which names on the line to its left are mentions
    [[note: light is late]]                           the writer's note, if it would be taken for one of the others

Comment brackets inside a note are written `⟦ ⟧` for notes and `⟨ ⟩` for boneyards, typed ones with a backslash.
"""

from __future__ import annotations

import re
from functools import cache

from storyboard.compiler.ir import keys
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.syntax import heading_start_in_any_case, wrapped_lines

#: The first words of the note that the end of an export begins with; the title key has the same value.
FORMAT = "storyboard/1"
#: U+2060, which no page shows, marks layout that the export has put in: blank lines, and marks that force a line to be
#: what it is. Where another program drops it, the script means the same and is laid out as the export was.
JOINER = "\u2060"

_BRACKETS = {"[[": "⟦", "]]": "⟧", "/*": "⟨", "*/": "⟩"}
_TYPED = {shown: typed for typed, shown in _BRACKETS.items()}
_ESCAPED = re.compile(r"(?<!\\)(\\*+)(\[\[|\]\]|/\*|\*/|[⟦⟧⟨⟩])")
_UNESCAPED = re.compile(r"(?<!\\)(\\*+)([⟦⟧⟨⟩])")
_DECLARATION = re.compile(r"\s*+(?:CHARACTER|PROP|LOCATION)\s")
_CONTINUES = re.compile(r"\+(?: |\Z)")
#: Begins a note that holds a line of the script which does not begin with a word of the language.
VERBATIM = ": "
#: What a cue has whose speech goes on in the next shot.
GOES_ON = re.compile(r"\(CONT['’.]?D?\.?\)", re.IGNORECASE)
_WRITERS = "note: "


@cache
def _script_line() -> re.Pattern[str]:
    """The pattern of a line whose first words say that it is a line of the script."""
    return re.compile(
        r"[^\S\n]*+(?:(?:CHARACTER|PROP|LOCATION|INCLUDE)\s|SHOT(?=[\s,:—–-])|={3,}|//"
        rf"|EFFECT[^\S\n]*+:|(?i:{'|'.join(sorted(_property_keys(), key=len, reverse=True))})[^\S\n]*+:)"
    )


@cache
def _reserved() -> re.Pattern[str]:
    """The pattern of words that a writer's own note may not begin with."""
    return re.compile(rf"\s*+(?:[@＠]|[:+]|note:|line \d+:|{re.escape(FORMAT)}|\Z)|{_script_line().pattern}")


def is_own_heading(line: str) -> bool:
    """Whether a line is a heading without a full stop before it, in any capitals."""
    start = heading_start_in_any_case()
    wrapped = wrapped_lines(line)
    return start.match(wrapped[0][3] if wrapped else line) is not None


def escape(text: str) -> str:
    """Text with comment brackets replaced."""
    return _ESCAPED.sub(
        lambda found: found[1] * 2 + (_BRACKETS[found[2]] if found[2] in _BRACKETS else f"\\{found[2]}"), text
    )


def unescape(text: str) -> str:
    """The inverse of `escape`."""
    return _UNESCAPED.sub(
        lambda found: found[1][: len(found[1]) // 2] + (found[2] if len(found[1]) % 2 else _TYPED[found[2]]), text
    )


def to_note(line: str, is_first: bool) -> str:
    """A line of the script as a note. `is_first` says whether a header or a property begins on it."""
    prefix = "" if _script_line().match(line) else VERBATIM if is_first else "+ "
    return f"[[{prefix}{_closed(escape(line))}]]"


def writers_note(inner: str) -> str:
    """A writer's note, given without its brackets, with each of its lines in a note of its own."""
    first, *rest = inner.split("\n")
    mark = _WRITERS if _reserved().match(first) else ""
    return "\n".join([f"[[{mark}{_closed(escape(first))}]]", *(f"[[+ {_closed(escape(line))}]]" for line in rest)])


def script_line(inner: str) -> str | None:
    """The line of the script in a note, given without its brackets; None for a writer's note."""
    if _script_line().match(inner):
        return unescape(_opened(inner))
    if inner.lstrip().startswith(":"):
        return unescape(_opened(inner.lstrip().removeprefix(":").removeprefix(" ")))
    return None


def continuation_of(inner: str) -> str | None:
    """What a note adds to the one on the line above; None if it is independent."""
    found = _CONTINUES.match(inner)
    return unescape(_opened(inner[found.end() :])) if found else None


def writers_text(inner: str) -> str:
    """A writer's note as it was typed, without its brackets."""
    return unescape(_opened(inner.removeprefix(_WRITERS)))


def is_property(line: str) -> bool:
    """Whether a line of the script is a `key: value`."""
    key, colon, _ = flatten(line).lstrip().partition(":")
    return bool(colon) and " ".join(key.lower().split()) in _property_keys()


def is_declaration(line: str) -> bool:
    """Whether a line of the script declares a name."""
    return _DECLARATION.match(line) is not None


@cache
def _property_keys() -> frozenset[str]:
    return frozenset(
        {*keys.TITLE_PAGE, *keys.SCENE, *keys.SHOT, *(key for one in keys.DECLARATION.values() for key in one)}
    )


def _closed(text: str) -> str:
    """Content with a space at its end if it would run into the closing brackets."""
    return f"{text} " if text.rstrip(" ").endswith("]") else text


def _opened(text: str) -> str:
    return text[:-1] if text.endswith(" ") and text.rstrip(" ").endswith("]") else text
