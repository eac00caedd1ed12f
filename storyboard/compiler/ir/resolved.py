"""A script with its names resolved: who is in a shot, where a scene plays, which settings apply.

Spans lead back to the text. Prose is a sequence of strings and mentions: the text, with every name that counts replaced
by its entity. Entities, shots and scenes are equal only to themselves: two people with the same look are two.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from storyboard.catalog import Model
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.parsed import Kind, Text
from storyboard.compiler.text import Span


class Picture(NamedTuple):
    """An image as the script names it: an `http(s)` URL, or a path relative to the project root with `/` between
    its parts. `at` is its place in the script."""

    path: str
    is_url: bool
    at: Span
    folder: str = ""


class AudioOptions(NamedTuple):
    """How a sound is laid over the film. `gain_db` is in decibels, the rest in seconds: where in the file it begins,
    where in its shot or run, how long it fades. `loops` is None where the script does not say."""

    gain_db: float = 0.0
    start_from: float = 0.0
    at_second: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 0.0
    loops: bool | None = None


class Audio(NamedTuple):
    """A sound that is laid over the film: the path of a file, relative to the project root with `/`, or `words` of
    which one is made. Both are empty where the script says that there is none. `at` is its place in the script."""

    path: str
    words: str
    options: AudioOptions
    at: Span

    @property
    def is_none(self) -> bool:
        """Whether the script asks for silence: `none`."""
        return not self.path and not self.words


class Identity:
    """Who somebody or something is, whatever its declaration says of it: equal to itself alone."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, eq=False)
class Entity:
    """A declared character, prop or location, or a variant of one; equal only to itself.

    `identity` is shared by the entities of successive runs that differ in nothing that a scene is read or planned by
    (`plans_as`). `name` is spelled as declared, a variant's with its full stop (`Mira.winter`); `base` is what a
    variant varies. Properties that a variant does not set are already taken over. `pictures` are the front image and
    the angles of a subject, or the image and the views of a location; empty where there is none. `video` is a URL.
    `speaker` is the voice of the speech model that speaks for a character. `light`, `sound` and `ambience` of a
    location hold for the scenes there that have none of their own. `declared` is the place of the name, `end` that of
    the end of its declaration; `places` of what the properties say, by key.
    """

    identity: Identity
    kind: Kind
    name: str
    base: Entity | None
    look: str
    voice: str
    pictures: tuple[Picture, ...]
    video: str | None
    speaker: str
    light: str
    sound: str
    ambience: Audio | None
    declared: Span
    end: Span
    places: dict[str, Span]

    @property
    def is_location(self) -> bool:
        """Whether the entity is a location."""
        return self.kind is Kind.LOCATION

    def declares_as(self, other: Entity) -> bool:
        """Whether both have every property in common, places and base included."""
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__ if name != "identity")

    def plans_as(self, other: Entity) -> bool:
        """Whether a scene is read and planned alike with either: both differ at most in the words of the look, in which
        files their pictures are, and in the places of what their declarations say."""
        return self._plan() == other._plan()

    def _plan(self) -> tuple[object, ...]:
        """All that a scene is read and planned by: whether there is a look, how many pictures there are, but not
        which."""
        base = self.base.identity if self.base else None
        told = (self.voice, bool(self.speaker), self.light, self.sound, self.ambience)
        return self.kind, self.name, base, len(self.pictures), bool(self.look), *told

    @property
    def spoken_name(self) -> str:
        """The plain name, as one says it: without the variant."""
        return self.base.name if self.base else self.name


class Mention(NamedTuple):
    """A name in the text that brings `entity` into the shot."""

    entity: Entity
    at: Span


Prose = tuple[str | Mention, ...]


#: Stands for a mention while marks are looked for. Like an `@name` it begins with a sign and ends with a letter; a NUL
#: stands in no script that is filmed (SB101).
_MENTIONED = "\0x"


def unmarked(prose: Prose) -> Prose:
    """Prose without marks of emphasis, which may go over mentions."""
    mentions = [part for part in prose if isinstance(part, Mention)]
    whole = "".join(part.replace("\0", " ") if isinstance(part, str) else _MENTIONED for part in prose)
    first, *texts = drop_marks(whole).split(_MENTIONED)
    parts: list[str | Mention] = [first]
    for mention, text in zip(mentions, texts, strict=True):
        parts += (mention, text)
    return tuple(part for part in parts if part != "")


def plain(prose: Prose) -> str:
    """Prose with names in place of mentions, as a person reads it."""
    return "".join(part if isinstance(part, str) else part.entity.spoken_name for part in unmarked(prose))


class Action(NamedTuple):
    """A paragraph of what happens. `text` is the same as typed, and knows the place of every word."""

    prose: Prose
    at: Span
    text: Text


class Line(NamedTuple):
    """Words spoken in one breath, and how; `manner` is the parenthetical above them."""

    text: str
    manner: str | None


class OffScreen(StrEnum):
    """How a speaker is heard and not seen speaking: as a voice-over, or from off screen (O.S., O.C.)."""

    VOICE_OVER = "V.O."
    OFF_SCREEN = "O.S."

    @property
    def words(self) -> str:
        """As a board and captions say it behind the speaker's name."""
        return "voice-over" if self is OffScreen.VOICE_OVER else "off screen"


class Dialogue(NamedTuple):
    """A speech.

    `speaker` is None if the cue names nobody (SB201 has been reported); `off` says how the speaker is heard without
    being seen, or is None; `manner` comes from the cue's extensions. `at` is the place of the whole speech, `cue` of
    its cue line. `recording` is its sound file, if it has one.
    """

    speaker: Entity | None
    off: OffScreen | None
    manner: str | None
    lines: tuple[Line, ...]
    at: Span
    cue: Span
    recording: Audio | None = None

    def is_laid_over(self, *, is_heard: bool) -> bool:
        """Whether the speech is laid over the film instead of being made with its clip; `is_heard` says that the clip
        has sound. It has a recording, or its speaker a voice and nobody's lips in the clip say it aloud."""
        has_voice = self.speaker is not None and bool(self.speaker.speaker)
        return self.recording is not None or (has_voice and (self.off is not None or not is_heard))


class Transition(NamedTuple):
    """A transition as typed, `CUT TO:`."""

    text: str
    at: Span


class Slug(NamedTuple):
    """A line for the reader of the screenplay (`MONTAGE - THE HARBOR WAKES`): on the board, in no prompt."""

    text: str
    at: Span


class Title(NamedTuple):
    """Words on the screen; `key` is SUPER, TITLE or CHYRON."""

    key: str
    text: str
    at: Span


class Effect(NamedTuple):
    """A sound that is heard once in a shot."""

    audio: Audio
    at: Span


class Synopsis(NamedTuple):
    """What happens, for the reader of the board."""

    text: str
    at: Span


Beat = Action | Dialogue | Transition | Title | Slug | Effect | Synopsis


class Settings(NamedTuple):
    """What holds for a scene or, where `Text model` is given, for its clips without any picture.

    `model` has the figures of the script's limits. `aspect` is the shape of the film's picture, sent where the model
    has aspects to choose from. The rest is None where the script says nothing and the model's own default counts.
    `model_is_known` is False where the script names a model that does not exist: the default stands in, and nobody
    can tell what the other one takes.
    """

    model: Model
    aspect: str
    resolution: str | None
    audio: bool
    audio_at: Span | None
    style: str | None
    negative: str | None
    one_clip: bool
    model_is_known: bool

    @property
    def size(self) -> str | None:
        """The resolution that clips are made in, None where the model has no choice."""
        return (self.resolution or self.model.resolution) if self.model.resolutions else None

    @property
    def is_heard(self) -> bool:
        """Whether clips have sound."""
        return self.model.makes_sound(self.audio)


class TextSettings(NamedTuple):
    """The settings of a scene's clips without pictures.

    `settings` is None if the script names an unusable text model; `findings` are problems that are reported only if
    there is such a clip.
    """

    settings: Settings | None
    findings: tuple[Finding, ...]


class BareName(NamedTuple):
    """A declared name in the text without an @.

    `needs_braces` says that the next characters would be read as part of the mention.
    """

    entity: Entity
    at: Span
    needs_braces: bool


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """One camera set-up.

    `number` is `2.1`: scene and place in it; `duration` is in whole seconds, None where it could not be read.
    `camera` has abbreviations written out, `direction` is the same as typed. `light` and `sound` are the shot's own or
    else the scene's, and so are `music` and `ambience`, which are None where nothing says what there is.
    `start` and `end` are the first and last frame; `from_last_frame` is the place of
    `start: last-frame`: the first frame is the last one of the clip before. `appearances` are the mentions that count,
    in the order of the text: header, properties, text and cues. `bare` are declared names that stand in action and
    camera direction without an @. `break_above` is the `===` above it; `duration_at` is where its seconds stand.
    `is_complete` is False where a name in it means nobody. `places` are those of the values of its own properties, by
    key.
    """

    number: str
    label: str | None
    duration: int | None
    duration_at: Span
    header: Span
    camera: Prose
    direction: Text | None
    light: Prose
    sound: Prose
    style: Prose
    beats: tuple[Beat, ...]
    start: Picture | None
    music: Audio | None
    ambience: Audio | None
    end: Picture | None
    from_last_frame: Span | None
    appearances: tuple[Mention, ...]
    bare: tuple[BareName, ...]
    break_above: Span | None
    is_complete: bool
    places: dict[str, Span]

    @property
    def has_start(self) -> bool:
        """Whether its first frame is given, by a picture or by the clip before."""
        return self.start is not None or self.from_last_frame is not None


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Shots under one heading, or those above any.

    `number` counts headings from 1; `heading` is None for shots without one. `interior` is True, False, or None where
    the heading does not say or says both; `place` is the heading's words for it, `time` the time of day in lower case
    or None, `detail` what else the heading says. `setting` is the text that sets the scene, `bare` are
    declared names in it without an @. `text_settings` hold for
    its clips without any picture, if a text model is given. `appearances` are the mentions of heading, properties and
    setting, which are in each of its clips. `sections` (level and title) stand above the heading or the shots,
    `synopses` in the scene, `opening` are transitions and titles above its first shot: all three for the reader.
    `is_complete` is False where a name in the heading's block means nobody. `places` are those of the values of the
    heading's properties, by key."""

    number: int
    heading: str | None
    label: str | None
    at: Span | None
    interior: bool | None
    location: Entity | None
    place: str | None
    time: str | None
    detail: str | None
    setting: Prose
    bare: tuple[BareName, ...]
    settings: Settings
    text_settings: TextSettings | None
    appearances: tuple[Mention, ...]
    shots: tuple[Shot, ...]
    sections: tuple[tuple[int, str], ...]
    synopses: tuple[str, ...]
    opening: tuple[Transition | Title | Slug, ...]
    is_complete: bool
    places: dict[str, Span]

    @property
    def can_be_grouped(self) -> bool:
        """Whether every shot says how long it is."""
        return all(shot.duration is not None for shot in self.shots)


class Film(NamedTuple):
    """The whole script. `facts` are the title page's lines for information, by their key as the language spells it;
    `cast` every declared name in the order of declaration."""

    title: str | None
    facts: dict[str, str]
    cast: tuple[Entity, ...]
    scenes: tuple[Scene, ...]
