"""A screenplay as a `.sb` script: declarations, scenes, shots."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from storyboard.catalog import Model
from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.names import clean_name, fold, is_name
from storyboard.compiler.parse import parse
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.settings import DEFAULT_MODEL
from storyboard.compiler.syntax import heading_start_in_any_case
from storyboard.compiler.text import Source
from storyboard.screenplay.comments import find_comments, without_comments
from storyboard.screenplay.mentions import MentionMarker, escape_at
from storyboard.screenplay.names import DeclaredName, Naming, in_title_case, spellings
from storyboard.screenplay.places import is_only_time, loosely, place_of, room_of
from storyboard.screenplay.reading_time import shot_seconds
from storyboard.screenplay.script import (
    Action,
    Comment,
    Element,
    Heading,
    Screenplay,
    Section,
    Speech,
    Synopsis,
    Transition,
    as_note,
    emphasised,
)
from storyboard.screenplay.shot_breaks import ShotDraft, cut_scene

#: The name of a place of which the screenplay says nothing, and of a speaker whose cue has no letter.
_NOWHERE, _NOBODY = "Somewhere", "Unnamed"
# The innermost first: no sign of its own kind stands inside.
_EMPHASIS = re.compile(
    r"(?<![^\W_]|\*)(?:(\*{1,3})(?=[^\s*])([^*]+)(?<=[^\s*])\1|_(?=[^\s_])([^_]+)(?<=[^\s_])_)(?![^\W_])"
)
_OFF = re.compile(r"V\.?\s?O\.?|O\.?\s?[SC]\.?", re.IGNORECASE)
_DASH = " - "


@dataclass(frozen=True, slots=True)
class Imported:
    """The script, and what it declares."""

    text: str
    declared: tuple[DeclaredName, ...]
    scenes: int
    speeches: int
    shots: int
    seconds: int

    def summary(self, drawn: int = 0) -> str:
        """One line on what was found; `drawn` counts the stand-in pictures."""
        parts = [
            _count(self.scenes, "scene"),
            _count(self.speeches, "speech", "speeches"),
            f"{_count(self.shots, 'shot')} of {self.seconds // 60}:{self.seconds % 60:02} minutes in all",
            _count(len(self.declared), "name declared", "names declared"),
        ]
        return ", ".join([*parts, *([f"{_count(drawn, 'stand-in picture')} drawn"] if drawn else [])])


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


@dataclass(slots=True)
class _Scene:
    heading: Heading | None
    elements: list[Element] = field(default_factory=list)


def import_screenplay(screenplay: Screenplay, model: Model, with_todos: bool = True) -> Imported:
    """Write a screenplay as a script. `with_todos` puts a TODO at every picture that is still to be made."""
    return _Import(screenplay, model, with_todos).run()


class _Import:
    """One import: gathers names, then writes scene after scene."""

    def __init__(self, screenplay: Screenplay, model: Model, with_todos: bool) -> None:
        self.screenplay = screenplay
        self.model = model
        self.with_todos = with_todos
        self.naming = Naming()
        self.cues: dict[str, DeclaredName] = {}
        self.places: dict[str, DeclaredName] = {}
        self.rooms: defaultdict[str, set[str]] = defaultdict(set)
        self.cue_lines: dict[tuple[str, str], str] = {}
        self.readings: dict[tuple[str, ...], bool] = {}
        self.shots = self.seconds = 0

    @cached_property
    def most(self) -> int:
        """How many subjects a shot may have."""
        one_place = (self.model.visual_inputs or 0) - 1
        return min(most for most in (self.model.api_elements, self.model.elements, one_place) if most and most > 0)

    def run(self) -> Imported:
        elements = self.screenplay.elements
        action = [line for element in elements if isinstance(element, Action) for line in element.lines]
        self._name_speakers([element for element in elements if isinstance(element, Speech)], action)
        self.marker = MentionMarker(self.naming, action)
        self._find_rooms([element for element in elements if isinstance(element, Heading)])
        scenes = list(_scenes(elements))
        body = [block for scene in scenes for block in self._scene(scene)]
        speeches = sum(isinstance(element, Speech) for element in elements)
        blocks = [*self._title(has_dialogue=bool(speeches)), *self._declarations(), *body]
        return Imported(
            "\n\n".join(blocks) + "\n",
            tuple(self.naming.declared.values()),
            sum(scene.heading is not None for scene in scenes),
            speeches,
            self.shots,
            self.seconds,
        )

    # ---- Names ----

    def _name_speakers(self, speeches: Sequence[Speech], action: Iterable[str]) -> None:
        cleaned: dict[str, str] = {}
        best: dict[str, str] = {}
        for speech in speeches:
            name = cleaned.setdefault(speech.name, clean_name(flatten(speech.name)) or _NOBODY)
            known = best.setdefault(fold(name), name)
            if name.count(".") > known.count("."):
                best[fold(name)] = name
        written = spellings((name for name in best.values() if name == name.upper()), action)
        for typed, name in cleaned.items():
            key = fold(name)
            spelled = written.get(key, in_title_case(best[key]))
            if best[key].count(".") > spelled.count("."):
                spelled = in_title_case(best[key])
            self.cues[typed] = self.naming.add(Kind.CHARACTER, spelled)

    def _find_rooms(self, headings: Iterable[Heading]) -> None:
        """Which parts of each place there are: `HOUSE - KITCHEN` and `HOUSE - HALL` are two places, and have two
        pictures. The whole of it counts as one too."""
        for heading in headings:
            parts = [part.string for part in _read_heading(heading)[1].parts]
            self.rooms[loosely(_place_name(parts))].add(loosely(room_of(parts) or ""))

    # ---- The top of the script ----

    def _title(self, has_dialogue: bool) -> Iterator[str]:
        lines: list[str] = []
        seen: set[str] = set()
        for key, value in self.screenplay.title:
            plain = " ".join(key.lower().split())
            said = " ".join(value)
            if plain in ("title", *keys.FACTS) and plain not in seen and without_comments(said).strip():
                seen.add(plain)
                said = _without_emphasis(said) if plain == "title" else said
                lines.append(f"{key.strip()}: {said}")
            elif said or key:
                lines += [as_note(f"{key}: {without_comments(said, ' ').strip()}"), *find_comments(said)]
        if DEFAULT_MODEL not in (self.model.id, *self.model.aliases):
            lines.append(f"Model: {self.model.short_name}")
        if has_dialogue and self.model.audio == "choice":
            lines.append("Audio: on")
        if lines:
            yield "\n".join(lines)

    def _declarations(self) -> Iterator[str]:
        for kind in (Kind.CHARACTER, Kind.LOCATION):
            for one in self.naming.declared.values():
                if one.kind is kind:
                    key = "image" if kind is Kind.LOCATION else "front"
                    todo = f" [[TODO a picture of {one.name}]]" if self.with_todos else ""
                    yield f"{kind.upper()} {one.name}\n{key}: {one.picture}{todo}"

    # ---- Scenes ----

    def _scene(self, scene: _Scene) -> Iterator[str]:
        if scene.heading is not None:
            yield self._heading(scene.heading)
        for part in cut_scene([_spoken_or_not(one) for one in scene.elements], self.model, self.most):
            yield from self._shot(part, scene) if isinstance(part, ShotDraft) else [self._beside(part)]

    def _heading(self, heading: Heading) -> str:
        line, block = _read_heading(heading)
        label = f" #{heading.number}#" if heading.number else ""
        place, brings = self._place(heading, [part.string for part in block.parts])
        return f"{line}{label}" + (f"\n[[allow SB206]]\nwith: {place.name}" if brings else "")

    def _place(self, heading: Heading, parts: list[str]) -> tuple[DeclaredName, bool]:
        """The location of a heading, and whether the heading has to bring it in with a property, because its words
        are not the name."""
        typed = parts[0]
        if heading.forced and len(parts) == 1 and self.last_place and is_only_time(typed):
            return self.last_place, True
        name = in_title_case(_place_name(parts))
        room = room_of(parts)
        if room and len(self.rooms[loosely(name)]) > 1:
            name, typed = _DASH.join((name, in_title_case(room))), _DASH.join((typed, room))
        one = self.places.get(loosely(name))
        if one is None:
            one = self.places[loosely(name)] = self.naming.add(Kind.LOCATION, name)
        self.last_place = one
        return one, not is_name(" ".join(flatten(typed).split())) or fold(typed) != fold(one.name)

    last_place: DeclaredName | None = None

    # ---- Shots ----

    def _shot(self, shot: ShotDraft, scene: _Scene) -> Iterator[str]:
        seconds = shot_seconds(shot.seconds, self.model)
        self.shots += 1
        self.seconds += seconds
        blocks = []
        speakers = {self.cues[item.name].name for item in shot.items if isinstance(item, Speech)}
        marked: set[str] = set()
        for item in shot.items:
            if isinstance(item, Action):
                blocks.append(self._action(item, marked, speakers))
            elif isinstance(item, Speech):
                blocks.append(self._speech(item))
            else:
                blocks.append(self._beside(item))
        seen = {self.cues[item.name].name for item in shot.items if isinstance(item, Speech) and not _is_off(item)}
        head = f"SHOT {seconds}s"
        if scene.heading is None and not marked and not seen:
            head += f"\nwith: {self.naming.add(Kind.LOCATION, _NOWHERE).name}"
        first, *rest = blocks
        yield f"{head}\n{first}"
        yield from rest

    def _action(self, action: Action, marked: set[str], speakers: set[str]) -> str:
        """A paragraph, with marks, and with ! where the script would take a line for something else."""
        others = len(speakers - marked)
        lines = [self.marker.mark(line, marked, self.most - others + len(marked & speakers)) for line in action.lines]
        if not action.forced and self._reads_as_action(tuple(lines)):
            return "\n".join(lines)
        return "\n".join(f"!{line}" for line in lines)

    def _reads_as_action(self, lines: tuple[str, ...]) -> bool:
        """Whether the lines are one paragraph, and raise no doubt, wherever in a shot they stand."""
        text = "\n".join(lines)
        script = parse(Source("", f"SHOT 5s\n{text}\n\n{text}\n"))
        if len(script.blocks) != 2:
            return _is_beside(text)
        block = script.blocks[1][1]
        words = _letters(without_comments(text))
        if len(block.body) == 2 and all(
            isinstance(beat, parsed.Paragraph) and _letters(beat.text.string) == words for beat in block.body
        ):
            return not block.findings and not block.properties
        return _is_beside(text)

    def _speech(self, speech: Speech) -> str:
        one = self.cues[speech.name]
        note = f" {as_note(speech.name)}" if fold(speech.name) != fold(one.name) else ""
        note += f" {speech.note}" if speech.note else ""
        after = "".join(f" {extension}" for extension in speech.extensions) + (" ^" if speech.dual else "")
        return "\n".join(
            [f"{self._cue(speech.name, one, after)}{note}", *_protected(escape_at(line) for line in speech.lines)]
        )

    def _cue(self, typed: str, one: DeclaredName, after: str) -> str:
        """The cue line: the name as typed where that can be read as this speaker's, else as a mention."""
        if (typed, after) not in self.cue_lines:
            names = [name for name in (typed, clean_name(flatten(typed))) if fold(name) == fold(one.name)]
            self.cue_lines[typed, after] = next(
                (f"{name}{after}" for name in names if _reads_as_cue(f"{name}{after}")),
                f"@{names[-1] if names and names[-1] else one.name}{after}",
            )
        return self.cue_lines[typed, after]

    def _beside(self, element: Element) -> str:
        """What is not filmed."""
        match element:
            case Section(level, text):
                return f"{'#' * level} {_without_line_ends(text)}"
            case Synopsis(text):
                return f"= {_without_line_ends(text)}"
            case Transition(text):
                return _without_line_ends(text)
            case Comment(text):
                return text
            case Action():
                return self._action(element, set(), set())
        raise AssertionError(element)


@lru_cache(maxsize=4096)  # a film comes back to its places, and each heading is read twice
def _read_heading(heading: Heading) -> tuple[str, parsed.Heading]:
    """The line of a heading, without its label, and how it will be read."""
    text = " ".join(_without_line_ends(heading.text).split())
    prefix = heading_start_in_any_case().match(text)
    line = f"{text[: prefix.end()].upper()}{text[prefix.end() :]}" if prefix else f".{text}"
    block = _first_block(line)
    if not isinstance(block, parsed.Heading) or block.findings or not block.parts:
        line = f'."{text}"'
        block = _first_block(line)
    assert isinstance(block, parsed.Heading)
    return line, block


def _place_name(parts: Sequence[str]) -> str:
    return clean_name(flatten(place_of(parts[0]))) or _NOWHERE


def _without_emphasis(text: str) -> str:
    while (bare := _EMPHASIS.sub(r"\2\3", text)) != text:
        text = bare
    return text


def _is_off(speech: Speech) -> bool:
    return any(
        _OFF.fullmatch(part.strip())
        for extension in speech.extensions
        for part in flatten(extension).strip("()").split(",")
    )


def _scenes(elements: Iterable[Element]) -> Iterator[_Scene]:
    scene = _Scene(None)
    for element in elements:
        if isinstance(element, Heading):
            if scene.heading or scene.elements:
                yield scene
            scene = _Scene(element)
        else:
            scene.elements.append(element)
    if scene.heading or scene.elements:
        yield scene


def _spoken_or_not(element: Element) -> Element:
    """A cue without a speech is action; a paragraph that is a transition or a title on the screen is not filmed."""
    if isinstance(element, Speech) and not any(without_comments(line).strip() for line in element.lines):
        words = " ".join([element.name, *element.extensions])
        return Action((words, *element.lines, *([element.note] if element.note else [])), forced=True)
    if isinstance(element, Action) and not element.forced and _is_beside("\n".join(element.lines)):
        return Transition("\n".join(element.lines))
    return element


def _is_beside(text: str) -> bool:
    """Whether all lines are transitions or titles on the screen."""
    block = _first_block(f"SHOT 5s\n{text}")
    return (
        isinstance(block, parsed.Shot)
        and bool(block.body)
        and not block.properties
        and all(isinstance(beat, parsed.Transition | parsed.Title) for beat in block.body)
    )


def _letters(text: str) -> str:
    return "".join(text.split())


def _reads_as_cue(line: str) -> bool:
    block = _first_block(f"SHOT 5s\n{line}\nWords.\n")
    return (
        isinstance(block, parsed.Shot)
        and not block.findings
        and len(block.body) == 1
        and isinstance(block.body[0], parsed.Speech)
    )


def _first_block(text: str) -> parsed.Block | None:
    """The block of a text that begins with its header."""
    blocks = parse(Source("", f"{text}\n")).blocks
    return blocks[1][1] if len(blocks) == 2 else None


def _without_line_ends(text: str) -> str:
    return " ".join(text.split("\n")) if "\n" in without_comments(text) else text


def _protected(lines: Iterable[str]) -> Iterator[str]:
    """Lines of a speech of which none is a header: headers end a speech."""
    for line in lines:
        if line.lstrip().startswith("//"):
            yield f"[[]]{line}"
        elif len(parse(Source("", f"SHOT 5s\n{line}\n")).blocks) == 2:
            yield line
        else:
            word, _, rest = line.partition(" ")
            yield f"{emphasised(word)}{' ' if rest else ''}{rest}"
