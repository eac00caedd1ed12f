"""A screenplay as a sequence of elements, whatever program wrote it.

Texts keep the writer's spelling. A note in them is `[[ … ]]` and a boneyard `/* … */`, as in Fountain and `.sb` files.
An opener that does not begin a comment has a space inside (`[ [`), so everything that looks like a comment is one.

    Heading             INT. HOUSE - KITCHEN - NIGHT
    Action              a paragraph, line by line
    CameraDirection     CLOSE ON THE POT
    Speech              a cue with its extensions, parentheticals and lines
    Transition          CUT TO:, and centred lines
    Section, Synopsis   # Act One, = what happens
    Comment             notes and boneyards on lines of their own
    OmittedScene        a scene that the screenplay leaves out
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

#: Characters without width, which editors leave at the ends of lines; none of them joins letters.
_ZERO_WIDTH = "\u00ad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_NO_WIDTH = str.maketrans(dict.fromkeys(_ZERO_WIDTH))


class Unimportable(Exception):
    """The file is not a screenplay. The message tells the writer what it is and what to do."""


class Heading(NamedTuple):
    """A scene heading as typed, without the forcing full stop. `number` is the scene number."""

    text: str
    number: str | None = None
    forced: bool = False


class Action(NamedTuple):
    """A paragraph of action, line by line. `starts_shot` says whether the screenplay asks for a new shot here."""

    lines: tuple[str, ...]
    forced: bool = False
    starts_shot: bool = False


class CameraDirection(NamedTuple):
    """A line that begins a shot with a camera direction: `CLOSE ON THE POT`."""

    text: str


class Speech(NamedTuple):
    """A cue and its speech.

    `name` is as typed, `extensions` include their brackets, `lines` include parentheticals. `dual` marks the second
    speech of dual dialogue; `note` holds comments from the cue line.
    """

    name: str
    extensions: tuple[str, ...]
    dual: bool
    lines: tuple[str, ...]
    note: str = ""


class Transition(NamedTuple):
    """`CUT TO:`, or a centred line, kept as `> THE END <`. `text` is the line as `.sb` writes it."""

    text: str


class Section(NamedTuple):
    """A section, as in `# Act One`; `level` counts the signs."""

    level: int
    text: str


class Synopsis(NamedTuple):
    """A synopsis, as in `= what happens`."""

    text: str


class Comment(NamedTuple):
    """Notes and boneyards on lines of their own, with their brackets."""

    text: str


class OmittedScene(NamedTuple):
    """A scene that the screenplay leaves out, as a boneyard."""

    text: str


Element = Heading | Action | CameraDirection | Speech | Transition | Section | Synopsis | Comment | OmittedScene


@dataclass(frozen=True, slots=True)
class Screenplay:
    """A screenplay as its elements.

    `title` holds the entries of the title page, each a key with its lines; `above` are comments over it.
    """

    title: tuple[tuple[str, tuple[str, ...]], ...]
    elements: tuple[Element, ...]
    above: str = ""


def as_note(text: str) -> str:
    """A text as a note, with a space inside brackets that would end it early."""
    parted = re.sub(r"\[(?=\[)|\](?=\])", r"\g<0> ", text)
    return f"[[{parted}{' ' if parted.endswith(']') else ''}]]"


def emphasise(text: str) -> str:
    """A text in emphasis: a lyric, or a word that must not begin its line."""
    mark = "_" if "*" in text or text.endswith("/") else "*"
    return f"{mark}{text}{mark}" if text else ""


def trim_invisible(line: str) -> str:
    """A line without spaces and zero-width characters at its ends."""
    bare = line.strip(_ZERO_WIDTH)
    while bare != line:
        line, bare = bare, bare.strip(_ZERO_WIDTH)
    return line


def drop_invisible(text: str) -> str:
    """A name or heading without zero-width characters."""
    return text if text.isascii() else text.translate(_NO_WIDTH)
