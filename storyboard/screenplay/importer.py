"""A screenplay as a `.sb` script: declarations, scenes, shots.

elements ─▶ people for cues ─▶ looks ─▶ scenes ─▶ shots ─▶ lines ─▶ checked script

    INT. HOUSE - KITCHEN - NIGHT                        INT. HOUSE - KITCHEN - NIGHT

    MIRA (24), a lantern keeper in a red coat,          SHOT 5s
    stands at the window. Mira waits.            ─▶     @MIRA stands at the window. @Mira waits.

    MIRA                                                MIRA
    (low)                                               (low)
    I never left.                                       I never left.

and above it `CHARACTER Mira` with that look and a picture to be made, and `LOCATION House`. People are declared in the
order of their first cues; somebody who is only heard gets no picture. No word is dropped or moved, except looks, which
move to the declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from storyboard.catalog import Model
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.names import clean_name, fold
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.scene_settings import DEFAULT_MODEL
from storyboard.screenplay.comments import find_comments, without_comments
from storyboard.screenplay.import_check import check_import
from storyboard.screenplay.import_report import ImportedScript, count_elements
from storyboard.screenplay.looks import extract_looks
from storyboard.screenplay.mentions import MentionMarker, escape_at
from storyboard.screenplay.names import DeclaredName, Naming, in_title_case, spellings
from storyboard.screenplay.places import NOWHERE, Places
from storyboard.screenplay.reading_time import shot_seconds
from storyboard.screenplay.script import (
    Action,
    Comment,
    Element,
    Heading,
    OmittedScene,
    Screenplay,
    Section,
    Speech,
    Synopsis,
    Transition,
    as_note,
)
from storyboard.screenplay.script_lines import (
    is_unfilmed,
    on_one_line,
    reads_as_action,
    reads_as_camera,
    reads_as_cue,
    spoken_lines,
)
from storyboard.screenplay.shot_breaks import ShotDraft, camera_directions, cut_scene
from storyboard.screenplay.speakers import is_off_screen, is_unseen, with_people

#: The name of a speaker whose cue has no letter.
_NOBODY = "Unnamed"


@dataclass(slots=True)
class _Scene:
    heading: Heading | None
    elements: list[Element] = field(default_factory=list)


def import_screenplay(screenplay: Screenplay, model: Model, with_todos: bool = True) -> ImportedScript:
    """Write a screenplay as a script. `with_todos` adds a TODO to every picture that does not exist yet."""
    return _Import(screenplay, model, with_todos).run()


class _Import:
    """One import: gathers names, then writes scene by scene."""

    def __init__(self, screenplay: Screenplay, model: Model, with_todos: bool) -> None:
        self.screenplay = screenplay
        self.model = model
        self.with_todos = with_todos
        self.naming = Naming()
        self.cues: dict[str, DeclaredName] = {}
        self.cue_lines: dict[tuple[str, str], str] = {}
        self.looks: dict[str, str] = {}
        self.heard: set[str] = set()
        self.shots = self.seconds = 0

    @cached_property
    def most(self) -> int:
        """The largest number of subjects in a shot."""
        one_place = (self.model.visual_inputs or 0) - 1
        return min(most for most in (self.model.api_elements, self.model.elements, one_place) if most and most > 0)

    def run(self) -> ImportedScript:
        """The whole import: people, looks, places, then scene by scene.

        Last, the script is checked, and lines that would mean something else are neutralized.
        """
        elements = [_spoken_or_not(one) for one in with_people(self.screenplay.elements)]
        self._name_speakers(elements)
        elements, self.looks = extract_looks(elements, [one.name for one in self.naming.declared.values()])
        headings = [one for one in elements if isinstance(one, Heading)]
        self.places = Places(headings, self.naming)
        body = [block for scene in _scenes(elements) for block in self._scene(scene)]
        speeches = sum(isinstance(one, Speech) for one in elements)
        blocks = [*self._title(has_dialogue=bool(speeches)), *self._declarations(), *body]
        checked = check_import("\n\n".join(blocks) + "\n", self.model)
        return ImportedScript(
            text=checked.text,
            declared=tuple(self.naming.declared.values()),
            only_heard=len(self.heard),
            scenes=len(headings),
            without_place=self.places.without_place,
            speeches=speeches,
            shots=self.shots,
            seconds=self.seconds,
            counts=count_elements(self.screenplay),
            not_carried=checked.not_carried,
        )

    # ---- Names ----

    def _name_speakers(self, elements: Sequence[Element]) -> None:
        """Declare everybody who speaks, spelled as the action spells them; those who are only heard get no picture."""
        speeches = [one for one in elements if isinstance(one, Speech)]
        action = [line for one in elements if isinstance(one, Action) for line in one.lines]
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
        self.marker = MentionMarker(self.naming, action)
        seen = {fold(self.cues[one.name].name) for one in speeches if not is_off_screen(one)}
        seen |= self.marker.mentioned(action)
        for key, one in self.naming.declared.items():
            if key not in seen or is_unseen(one.name):
                self.heard.add(key)
                self.naming.declared[key] = replace(one, picture=None)
        self.cues = {typed: self.naming.declared[fold(one.name)] for typed, one in self.cues.items()}

    # ---- The top of the script ----

    def _title(self, has_dialogue: bool) -> Iterator[str]:
        """The title page, with the comments above it.

        Keys that the language does not have become notes; comments in values follow them.
        """
        lines = [self.screenplay.above] if self.screenplay.above else []
        seen: set[str] = set()
        for key, value in self.screenplay.title:
            plain = " ".join(key.lower().split())
            said = " ".join(value)
            words = " ".join(without_comments(said, " ").split())
            if plain in ("title", *keys.FACTS) and plain not in seen and words:
                seen.add(plain)
                lines.append(f"{key.strip()}: {drop_marks(words) if plain == 'title' else words}")
            elif said or key:
                lines.append(as_note(f"{key}: {words}"))
            lines += find_comments(said)
        if DEFAULT_MODEL not in (self.model.id, *self.model.aliases):
            lines.append(f"Model: {self.model.short_name}")
        if has_dialogue and self.model.audio == "choice":
            lines.append("Audio: on")
        if lines:
            yield "\n".join(lines)

    def _declarations(self) -> Iterator[str]:
        """Declarations of all speakers and places, characters first. Somebody who is only heard gets no picture."""
        for kind in (Kind.CHARACTER, Kind.LOCATION):
            for key, one in self.naming.declared.items():
                if one.kind is not kind:
                    continue
                lines = [f"{kind.upper()} {one.name}"]
                if look := self.looks.get(key):
                    lines.append(f"look: {look}")
                if one.picture:
                    todo = f" [[TODO a picture of {one.name}]]" if self.with_todos else ""
                    lines.append(f"{'image' if kind is Kind.LOCATION else 'front'}: {one.picture}{todo}")
                yield "\n".join(lines)

    # ---- Scenes ----

    def _scene(self, scene: _Scene) -> Iterator[str]:
        """The blocks of a scene: its heading, then shots by reading time."""
        if scene.heading is not None:
            yield self._heading(scene.heading)
        for part in cut_scene(camera_directions(scene.elements), self.model, self.most):
            yield from self._shot(part, scene) if isinstance(part, ShotDraft) else [self._beside(part)]

    def _heading(self, heading: Heading) -> str:
        """A heading with its label; if its words do not name the declared place, `with:` does."""
        written = self.places.write(heading)
        label = f" #{heading.number}#" if heading.number else ""
        return f"{written.line}{label}" + (f"\nwith: {written.place.name}" if written.says_place else "")

    # ---- Shots ----

    def _shot(self, shot: ShotDraft, scene: _Scene) -> Iterator[str]:
        """A shot with its text.

        A shot that shows nothing with a picture would be SB301, so outside every scene it names a place.
        """
        seconds = shot_seconds(shot.seconds, self.model)
        self.shots += 1
        self.seconds += seconds
        speeches = [item for item in shot.items if isinstance(item, Speech)]
        speakers = {self.cues[one.name].name for one in speeches}
        marked: set[str] = set()
        camera = self._camera(shot.camera, marked, speakers) if shot.camera else ""
        head = f"SHOT {seconds}s {camera}".strip()
        items = shot.items
        if shot.camera and not camera:
            items = [Action((shot.camera,), forced=True), *items]
        blocks = [self._item(item, marked, speakers) for item in items]
        seen = {self.cues[one.name] for one in speeches if not is_off_screen(one)}
        seen |= {one for name in marked if (one := self.naming.find(Kind.CHARACTER, name))}
        if scene.heading is None and not any(one.picture for one in seen):
            head += f"\nwith: {self.naming.add(Kind.LOCATION, NOWHERE).name}"
        first, *rest = blocks or [""]
        yield f"{head}\n{first}".rstrip("\n")
        yield from rest

    def _item(self, item: Element, marked: set[str], speakers: set[str]) -> str:
        """One element inside a shot."""
        if isinstance(item, Action):
            return self._action(item, marked, speakers)
        return self._speech(item) if isinstance(item, Speech) else self._beside(item)

    def _camera(self, typed: str, marked: set[str], speakers: set[str]) -> str:
        """A camera direction for the header of a shot; empty if it would be read as something else there."""
        text = on_one_line(typed)
        line = self._mark(text if find_comments(text) else self.marker.in_small_letters(text), marked, speakers)
        return line if reads_as_camera(line) else ""

    def _mark(self, line: str, marked: set[str], speakers: set[str]) -> str:
        """A line with mentions of as many people as the shot allows besides its speakers."""
        return self.marker.mark(line, marked, self.most - len(speakers - marked))

    def _action(self, action: Action, marked: set[str], speakers: set[str]) -> str:
        """A paragraph with mentions, and with ! if the script would read a line as something else."""
        lines = [self._mark(line, marked, speakers) for line in action.lines]
        if not action.forced and reads_as_action(tuple(lines)):
            return "\n".join(lines)
        return "\n".join(f"!{line}" for line in lines)

    def _speech(self, speech: Speech) -> str:
        """A speech under its declared name; a cue with another spelling is kept in a note."""
        one = self.cues[speech.name]
        note = f" {as_note(speech.name)}" if fold(speech.name) != fold(one.name) and not speech.note else ""
        note += f" {speech.note}" if speech.note else ""
        after = "".join(f" {escape_at(extension)}" for extension in speech.extensions) + (" ^" if speech.dual else "")
        return "\n".join(
            [f"{self._cue(speech.name, one, after)}{note}", *spoken_lines(escape_at(line) for line in speech.lines)]
        )

    def _cue(self, typed: str, one: DeclaredName, after: str) -> str:
        """The cue line: the name as typed if it is read as this speaker's, or else a mention."""
        if (typed, after) not in self.cue_lines:
            names = [name for name in (typed, clean_name(flatten(typed))) if fold(name) == fold(one.name)]
            self.cue_lines[typed, after] = next(
                (f"{name}{after}" for name in names if reads_as_cue(f"{name}{after}")),
                f"@{names[-1] if names and names[-1] else one.name}{after}",
            )
        return self.cue_lines[typed, after]

    def _beside(self, element: Element) -> str:
        """The lines of an element that is not filmed."""
        match element:
            case Section(level, text):
                return f"{'#' * level} {on_one_line(text)}"
            case Synopsis(text):
                return f"= {on_one_line(text)}"
            case Transition(text):
                if is_unfilmed(text):
                    return text
                line = on_one_line(text)
                return line if line.startswith(">") else f"> {line}"
            case Comment(text) | OmittedScene(text):
                return text
            case Action():
                return self._action(element, set(), set())
        raise AssertionError(element)


def _scenes(elements: Iterable[Element]) -> Iterator[_Scene]:
    """Elements grouped by heading; those above the first heading form a scene without one."""
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
    """The element, with a cue without a speech turned into action."""
    if isinstance(element, Speech) and not any(without_comments(line).strip() for line in element.lines):
        words = " ".join([element.name, *element.extensions])
        return Action((words, *element.lines, *([element.note] if element.note else [])), forced=True)
    return element
