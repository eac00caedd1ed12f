"""A screenplay as a sequence of elements, whatever program wrote it.

Texts keep the writer's own spelling. A note stands in them as `[[ … ]]` and a boneyard as `/* … */`, as in Fountain
and in a `.sb` file; an opener that is not a comment has been parted (`[ [`), so what looks like one is one.

    Heading             INT. HOUSE - KITCHEN - NIGHT
    Action              a paragraph, line by line
    CameraDirection     CLOSE ON THE POT
    Speech              a cue with its extensions, parentheticals and lines
    Transition          CUT TO:, and centred lines
    Section, Synopsis   # Act One, = what happens
    Comment             notes and boneyards that stand by themselves
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
    """A file that is not a screenplay. The message says why, in a writer's words."""


class Heading(NamedTuple):
    """A scene heading as typed, without the forcing full stop. `number` is the scene number."""

    text: str
    number: str | None = None
    forced: bool = False


class Action(NamedTuple):
    """A paragraph of what happens, line by line. `starts_shot` says that the screenplay calls for a new shot here."""

    lines: tuple[str, ...]
    forced: bool = False
    starts_shot: bool = False


class CameraDirection(NamedTuple):
    """A line that begins a shot, and says how the camera sees it: `CLOSE ON THE POT`."""

    text: str


class Speech(NamedTuple):
    """A cue and what is said: `name` as typed, `extensions` with their brackets, `lines` with parentheticals among
    them. `dual` marks the second of two who speak at once; `note` are comments that stood on the cue line."""

    name: str
    extensions: tuple[str, ...]
    dual: bool
    lines: tuple[str, ...]
    note: str = ""


class Transition(NamedTuple):
    """`CUT TO:`; also a centred line, which is kept as `> THE END <`. `text` is the line as `.sb` writes it."""

    text: str


class Section(NamedTuple):
    """`# Act One`."""

    level: int
    text: str


class Synopsis(NamedTuple):
    """`= what happens`."""

    text: str


class Comment(NamedTuple):
    """Notes and boneyards that stand by themselves, with their brackets."""

    text: str


class OmittedScene(NamedTuple):
    """A scene that the screenplay leaves out, as a boneyard."""

    text: str


Element = Heading | Action | CameraDirection | Speech | Transition | Section | Synopsis | Comment | OmittedScene


@dataclass(frozen=True, slots=True)
class Screenplay:
    """`title` are the lines of the title page, a key and its lines each; `above` are comments that stand over it."""

    title: tuple[tuple[str, tuple[str, ...]], ...]
    elements: tuple[Element, ...]
    above: str = ""


def as_note(text: str) -> str:
    """A text as a note. Brackets that would end it early are parted."""
    parted = re.sub(r"\[(?=\[)|\](?=\])", r"\g<0> ", text)
    return f"[[{parted}{' ' if parted.endswith(']') else ''}]]"


def emphasise(text: str) -> str:
    """A text in emphasis: a lyric, or a word that must not begin its line."""
    mark = "_" if "*" in text or text.endswith("/") else "*"
    return f"{mark}{text}{mark}" if text else ""


def trim_invisible(line: str) -> str:
    """A line without what has no width at its ends."""
    bare = line.strip(_ZERO_WIDTH)
    while bare != line:
        line, bare = bare, bare.strip(_ZERO_WIDTH)
    return line


def drop_invisible(text: str) -> str:
    """A name or a heading without what has no width, wherever it is."""
    return text if text.isascii() else text.translate(_NO_WIDTH)
