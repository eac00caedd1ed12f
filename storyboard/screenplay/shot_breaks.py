"""Action and dialogue divided into shots by reading time.

A shot ends where the writer ends it (a camera direction, a section, a heading), at the model's longest length, after a
paragraph once it has a comfortable length, or where more people would speak than a shot allows. A paragraph or speech
that is longer than the longest shot is cut after a sentence, or else after a clause, or else at a space. Seconds are
reading time. Nothing is reordered or dropped.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate

from storyboard.catalog import Model
from storyboard.screenplay.comments import comment_spans, without_comments
from storyboard.screenplay.reading_time import action_seconds, longest_shot, read_pace, reading_speed, speech_seconds
from storyboard.screenplay.script import (
    Action,
    CameraDirection,
    Comment,
    Element,
    OmittedScene,
    Section,
    Speech,
    Synopsis,
    Transition,
)
from storyboard.screenplay.script_lines import is_unfilmed

_BRACKET = re.compile(r"\([^()]*\)|（[^（）]*）")
#: Where a text may be cut, the best places first: after a sentence, after a part of one, at a blank, anywhere
#: between wide characters.
_CUTS = (
    re.compile(r"""(?<=[.!?…])["'”’»)\]*_]*\s+|(?<=[。！？])(?![」』）”])"""),
    re.compile(r"(?<=[,;:–—])\s+|(?<!\s)\s+(?=[–—])|(?<=[、，；：])"),
    re.compile(r"\s+"),
    re.compile(r"(?<=[\u3040-\u9fff\uac00-\ud7af])(?=[\u3040-\u9fff\uac00-\ud7af])"),
)
#: An item of a series of shots: `A) Mira runs`, `-- Mira runs`.
_LISTED = re.compile(r"(?:[A-Z0-9]{1,2}[.)]|--?|[–—•*])\s+\S")
#: What an insert shows is filmed; `INSERT` alone is a word for the reader.
_INSERT = re.compile(r"INSERT\W+\w")
#: A longer line, in characters, is not a camera direction.
_LONGEST_CAMERA = 120
_LAST_WORD = re.compile(r"(?<![^\W_])([^\W\d_]+)\.\Z")
_LONGEST_ABBREVIATION = 12
#: Words of one capital that sentences end with: the first person.
_I = frozenset("IЯ")


@dataclass(slots=True)
class ShotDraft:
    """A shot being gathered: its content, and the seconds of reading time.

    `camera` is the camera direction that began it; `speakers` are the names of its cues, in one case.
    """

    items: list[Element] = field(default_factory=list)
    camera: str = ""
    seconds: float = 0.0
    speakers: set[str] = field(default_factory=set)


def cut_scene(elements: Iterable[Element], model: Model, most_speakers: int) -> Iterator[ShotDraft | Element]:
    """The shots of a scene in order, and between them the elements that belong to none.

    Those are elements before the first shot, and sections, each of which ends a shot. `model` gives the longest shot;
    no shot has more than `most_speakers` speakers.

    Comments, synopses and omitted scenes wait for the next filmed element, so that they stay above it: a full shot does
    not keep what is about the next one.
    """
    shot: ShotDraft | None = None
    longest = longest_shot(model)
    waiting: list[Element] = []
    for element in elements:
        if isinstance(element, Section):
            if shot:
                yield shot
                shot = None
            yield from waiting
            waiting = []
            yield element
        elif isinstance(element, CameraDirection):
            if shot:
                yield shot
            yield from waiting
            waiting = []
            shot = ShotDraft(camera=element.text)
        elif is_filmed(element):
            assert isinstance(element, Action | Speech)
            for piece in _pieces(element, longest):
                if shot is None or _is_full(shot, piece, longest, most_speakers):
                    if shot:
                        yield shot
                    yield from waiting
                    waiting = []
                    shot = ShotDraft()
                shot.items += waiting
                waiting = []
                _put(shot, piece)
        elif isinstance(element, Comment | OmittedScene | Synopsis | Action) or shot is None:
            waiting.append(element)
        else:
            shot.items += [*waiting, element]
            waiting = []
    if shot:
        shot.items += waiting
        yield shot
    else:
        yield from waiting


def camera_directions(elements: Iterable[Element]) -> Iterator[Element]:
    """The elements, with lines in capitals such as `CLOSE ON MIRA` turned into camera directions.

    Each line of a montage becomes a shot; elements that are only for the reader of the screenplay are left out.
    """
    in_montage = ends_montage = False
    for element in elements:
        if not isinstance(element, Action):
            yield element
            continue
        line = element.lines[0].strip()
        bare = without_comments(line).strip()
        is_for_reader = not element.forced and is_unfilmed("\n".join(element.lines)) and not _INSERT.match(bare)
        if is_for_reader:
            ends_montage = in_montage
            in_montage = _montage().match(bare) is not None
            yield Transition("\n".join(element.lines))
        elif (
            len(element.lines) == 1 and (element.starts_shot or _calls_for_shot(bare)) and len(line) <= _LONGEST_CAMERA
        ):
            yield CameraDirection(line)
        elif in_montage and len(element.lines) > 1:
            yield from (Action((one,), element.forced, starts_shot=True) for one in element.lines)
        else:
            is_listed = in_montage or ends_montage or _LISTED.match(bare) is not None
            ends_montage = False
            yield element._replace(starts_shot=element.starts_shot or is_listed)


def _calls_for_shot(line: str) -> bool:
    """Whether a line in capitals asks for a shot, by the words of `reading_time.toml` (`CLOSE ON`, `… POV`)."""
    return len(line) <= _LONGEST_CAMERA and line == line.upper() and _calls().match(line) is not None


@cache
def _montage() -> re.Pattern[str]:
    """The pattern of words that begin a montage, each line of which is a shot."""
    words = "|".join(map(re.escape, read_pace()["montage"]["words"]))
    return re.compile(rf"\(?(?:(?:BEGIN|START)\s+)?(?:{words})\b")


@cache
def _calls() -> re.Pattern[str]:
    """The pattern of words that a camera direction begins or ends with."""
    calls = read_pace()["calls"]
    begin, end = ("|".join(map(re.escape, calls[key])) for key in ("begin", "end"))
    return re.compile(rf"(?:{begin})(?!\w)|.{{1,60}}(?<!\w)(?:{end})\W*$")


def _put(shot: ShotDraft, piece: Action | Speech) -> None:
    shot.items.append(piece)
    shot.seconds += seconds_of(piece)
    if isinstance(piece, Speech):
        shot.speakers.add(piece.name.casefold())


def _is_full(shot: ShotDraft, piece: Action | Speech, longest: int, most_speakers: int) -> bool:
    """Whether a piece begins a new shot.

    It does if the shot would be longer than the model allows or have too many speakers, if the piece asks for a shot,
    or if the shot has reached a comfortable length. The second half of dual dialogue stays with the first if the limits
    allow.
    """
    if shot.seconds + seconds_of(piece) > longest:
        return True
    if isinstance(piece, Speech):
        if len(shot.speakers | {piece.name.casefold()}) > most_speakers:
            return True
        if piece.dual:
            return False
    elif piece.starts_shot and shot.items:
        return True
    return shot.seconds >= reading_speed().comfortable


def seconds_of(piece: Action | Speech) -> float:
    """The seconds of a paragraph or a speech."""
    text = " ".join(piece.lines)
    return speech_seconds(text) if isinstance(piece, Speech) else action_seconds(text)


def is_filmed(element: Element) -> bool:
    """Whether an element is seen or heard; a paragraph of signs alone (`* * *`) is not."""
    if isinstance(element, Action):
        return any(character.isalnum() for character in without_comments(" ".join(element.lines)))
    return isinstance(element, Speech)


# ---- Too long for a shot -------------------------------------------------------------------------------------------


def _pieces(element: Action | Speech, longest: int) -> Iterator[Action | Speech]:
    """The element, or parts of it that each fit into a shot."""
    if seconds_of(element) <= longest:
        yield element
        return
    cut = [part for line in element.lines for part in _cut(line, longest, isinstance(element, Speech))]
    lines: list[str] = []
    is_first = True
    for part in cut:
        if lines and seconds_of(element._replace(lines=(*lines, part))) > longest:
            yield _part(element, lines, is_first)
            is_first, lines = False, []
        lines.append(part)
    if lines:
        yield _part(element, lines, is_first)


def _part(element: Action | Speech, lines: list[str], is_first: bool) -> Action | Speech:
    """A part of a divided paragraph or speech.

    Every part of a speech but the first has a cue with (CONT'D); what belongs to the whole speech (dual dialogue, the
    note) stays with the first.
    """
    if isinstance(element, Action):
        return Action(tuple(lines), element.forced, element.starts_shot and is_first)
    if is_first:
        return element._replace(lines=tuple(lines))
    return element._replace(lines=tuple(lines), extensions=_continued(element.extensions), dual=False, note="")


def _continued(extensions: tuple[str, ...]) -> tuple[str, ...]:
    """The extensions of a cue whose speech continues from the shot before."""
    if any("CONT" in extension.upper() for extension in extensions):
        return extensions
    return (*extensions, "(CONT'D)")


def _cut(line: str, longest: int, is_speech: bool) -> list[str]:
    """A line in parts that each fit into a shot, if it can be cut; never inside a comment or brackets."""
    seconds = speech_seconds if is_speech else action_seconds
    parts = [line]
    for cuts in _CUTS:
        parts = [
            piece for part in parts for piece in (_split(part, cuts) if seconds(part) > longest else [part]) if piece
        ]
    return _joined(parts, longest, is_speech)


def _split(text: str, cuts: re.Pattern[str]) -> list[str]:
    """A text cut at the places of one kind, never inside a comment or brackets, and never after an abbreviation.

    `closed` maps the starts of uncuttable stretches to their ends. `ends` has the furthest end among those that start
    earlier, so that one lookup says whether a place is inside any of them.
    """
    closed = sorted([*comment_spans(text), *(found.span() for found in _BRACKET.finditer(text))])
    starts = [start for start, _ in closed]
    ends = list(accumulate((end for _, end in closed), max))
    pieces: list[str] = []
    at = 0
    for found in cuts.finditer(text):
        before = bisect_left(starts, found.end())
        inside = before > 0 and ends[before - 1] > found.start()
        if not inside and found.start() > at and not (cuts is _CUTS[0] and _is_abbreviated(text, found.start())):
            end = found.start() + len(found[0].rstrip())
            pieces.append(text[at:end].strip())
            at = found.end()
    pieces.append(text[at:].strip())
    return pieces


def _is_abbreviated(text: str, end: int) -> bool:
    """Whether the full stop before a place belongs to an abbreviation or initial, as in `Mrs.`, and ends no
    sentence."""
    found = _LAST_WORD.search(text, max(end - _LONGEST_ABBREVIATION, 0), end)
    if found is None:
        return False
    word = found[1]
    return word in _abbreviations() or (len(word) == 1 and word.isupper() and word not in _I)


@cache
def _abbreviations() -> frozenset[str]:
    return frozenset(read_pace()["abbreviations"]["words"])


def _joined(parts: list[str], longest: int, is_speech: bool) -> list[str]:
    """Adjacent parts joined again if they fit, so that a speech is cut as rarely as possible."""
    seconds = speech_seconds if is_speech else action_seconds
    joined: list[str] = []
    for part in parts:
        if joined and seconds(f"{joined[-1]} {part}") <= longest:
            joined[-1] = f"{joined[-1]} {part}"
        else:
            joined.append(part)
    return joined
