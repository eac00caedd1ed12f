"""A clip in phrases: what a prompt says, with every name as a tag, in reading order.

A template only puts the phrases together. A `look` follows its tag at the first mention in the clip, word for word the
same in every clip, so that the model reads one description of one thing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Action, Dialogue, Entity, Prose, Scene, Shot
from storyboard.compiler.prompts.camera import sizes_as_phrases
from storyboard.compiler.prompts.dialogue import characters_in_shot, speech
from storyboard.compiler.prompts.look_slots import LookOf, LookSlots, has_slot, own_look
from storyboard.compiler.prompts.sentences import clean_text, labelled_sentence
from storyboard.compiler.prompts.tags import Tagger
from storyboard.compiler.word_count import count_words
from storyboard.wording import listed

_NO_MUSIC = "No music."
#: Punctuation at the end of a place, which its sentence does not need.
_ENDINGS = ".,;:"


class ShotPhrases(NamedTuple):
    """The phrases of one shot, each a sentence or empty.

    `lines` are actions and speeches in order. `label` comes before the shot if its clip has several, in the form of the
    model's family.
    """

    number: int
    seconds: int
    label: str
    camera: str
    lines: tuple[str, ...]
    also: str
    light: str
    sound: str
    style: str

    @property
    def text(self) -> str:
        """All phrases, in the order of our own templates."""
        return " ".join(filter(None, (self.camera, *self.lines, self.also, self.light, self.sound, self.style)))


class Phrases(NamedTuple):
    """The phrases of a clip.

    `light`, `sound` and `style` are those that all shots share. `setting_first` says whether common phrases come before
    the shots; `single_shot` is a sentence that says that the clip is one shot, for models that need it.
    """

    shots: tuple[ShotPhrases, ...]
    setting_first: bool
    single_shot: str
    setting: str
    light: str
    sound: str
    style: str

    def as_data(self) -> dict[str, Any]:
        """The phrases as a template sees them."""
        shots = [{**shot._asdict(), "text": shot.text} for shot in self.shots]
        common = " ".join(filter(None, (self.setting, self.light, self.sound, self.style)))
        return {**self._asdict(), "shots": shots, "common": common}

    def map(self, change: Callable[[str], str]) -> Phrases:
        """The same with every phrase changed in which a look may stand."""
        shots = tuple(
            shot._replace(
                camera=change(shot.camera),
                lines=tuple(map(change, shot.lines)),
                also=change(shot.also),
                light=change(shot.light),
                sound=change(shot.sound),
                style=change(shot.style),
            )
            for shot in self.shots
        )
        return self._replace(
            shots=shots,
            setting=change(self.setting),
            light=change(self.light),
            sound=change(self.sound),
            style=change(self.style),
        )


#: What our own templates put between phrases at most, in characters: for a clip and for a shot.
_FRAME, _FRAME_OF_A_SHOT = 8, 24


class Wording:
    """A clip in phrases with slots for the looks, each of which a letter in a declaration changes in every clip.

    It is made once a clip; a look that is typed is put into its slots, and words and characters are counted anew only
    in the phrases that have one.
    """

    def __init__(self, clip: Clip, look_of: LookOf) -> None:
        self._slots = LookSlots()
        self._phrases = _phrase(clip, self._slots, look_of)
        self._counted: tuple[tuple[str, ...], int, int] | None = None

    def fits(self, look_of: LookOf) -> bool:
        """Whether these looks have slots here: each is there or not as it was, and ends as it did."""
        return self._slots.fit(look_of)

    def phrases(self, look_of: LookOf) -> Phrases:
        """The phrases with their looks."""
        return self._phrases.map(lambda text: self._slots.fill(text, look_of))

    def size(self, look_of: LookOf) -> tuple[int, int]:
        """The words of all phrases, and at most so many characters with what our own templates put between them."""
        looks = self._slots.looks(look_of)
        if self._counted is None or self._counted[0] != looks:
            words, characters, with_slots = self._fixed
            filled = [self._slots.fill(text, look_of) for text in with_slots]
            words, characters = words + sum(map(count_words, filled)), characters + sum(map(len, filled))
            self._counted = looks, words, characters
        return self._counted[1:]

    @cached_property
    def _fixed(self) -> tuple[int, int, tuple[str, ...]]:
        """The words and characters of what has no slots, and the texts that have some."""
        said = self._phrases
        shots, common = [shot.text for shot in said.shots], (said.setting, said.light, said.sound, said.style)
        texts = [*shots, *common]
        fixed = [text for text in texts if not has_slot(text)]
        frame = _FRAME + len(said.single_shot) + _FRAME_OF_A_SHOT * len(shots)
        return sum(map(count_words, fixed)), frame + sum(map(len, fixed)), tuple(filter(has_slot, texts))

    @cached_property
    def is_empty(self) -> bool:
        """Whether no shot has anything to film."""
        return not any(shot.text for shot in self._phrases.shots)


#: Clips are worded to count their words and once more to be sent; it is the same wording.
_WORDED: WeakKeyDictionary[Clip, Wording] = WeakKeyDictionary()


def wording(clip: Clip, look_of: LookOf = own_look) -> Wording:
    """The wording of a clip that has slots for its looks as they are."""
    known = _WORDED.get(clip)
    if known is None or not known.fits(look_of):
        known = _WORDED[clip] = Wording(clip, look_of)
    return known


def clip_phrases(clip: Clip, look_of: LookOf = own_look) -> Phrases:
    """The phrases of a clip, with the looks that `look_of` returns."""
    return wording(clip, look_of).phrases(look_of)


def _phrase(clip: Clip, slots: LookSlots, look_of: LookOf) -> Phrases:
    """The phrases of a clip: first shot by shot, because a look belongs to the first mention, then what all shots
    share.

    For a model that reads the setting first, the setting is phrased first, too. Light and sound are common if every
    shot has the same; a sound is not if music plays over only some shots.
    """
    tagger = Tagger(clip, slots, look_of)
    scene, model = clip.scene, clip.model
    light = _shared([shot.light for shot in clip.shots])
    sound = _shared([shot.sound for shot in clip.shots])
    if len({shot.music is None for shot in clip.shots}) > 1:
        sound = None  # there is music over some of the shots
    style = labelled_sentence("Style", clean_text(scene.settings.style or ""))
    has_own_style = any(shot.style for shot in clip.shots)
    setting = _setting(tagger, scene) if model.setting_first else ""
    shots = []
    for number, (shot, label) in enumerate(zip(clip.shots, _labels(clip), strict=True), 1):
        camera, lines = _camera_and_lines(tagger, scene, shot, is_heard=clip.settings.is_heard)
        shots.append(
            ShotPhrases(
                number,
                shot.duration or 0,
                label,
                camera,
                lines,
                "",
                labelled_sentence("Light", tagger.prose(shot.light)) if light is None else "",
                _heard(tagger, clip, shot.sound, shot) if sound is None else "",
                labelled_sentence("Style", tagger.prose(shot.style)) or (style if has_own_style else ""),
            )
        )
        shots[-1] = shots[-1]._replace(also=tagger.described_last())
    setting = setting or _setting(tagger, scene)
    said_light = tagger.prose(light or ())
    said_sound = _heard(tagger, clip, sound, clip.shots[0]) if sound is not None else ""
    _add_the_silent(tagger, clip, shots)
    return Phrases(
        tuple(shots),
        model.setting_first,
        model.single_shot if len(shots) == 1 else "",
        setting,
        labelled_sentence("Light", said_light),
        said_sound,
        "" if has_own_style else style,
    )


def _camera_and_lines(tagger: Tagger, scene: Scene, shot: Shot, *, is_heard: bool) -> tuple[str, tuple[str, ...]]:
    """The camera direction, actions and speeches of a shot as sentences.

    The actions before a speech are collected, because they may say how it is spoken.
    """
    camera = tagger.sentence(tagger.prose(sizes_as_phrases(shot.camera)))
    lines = []
    above: list[Action] = []
    present = characters_in_shot(scene, shot)
    for beat in shot.beats:
        if isinstance(beat, Action):
            above.append(beat)
            lines.append(tagger.sentence(tagger.prose(beat.prose)))
        elif isinstance(beat, Dialogue):
            lines.append(speech(tagger, beat, above, present, is_heard=is_heard))
    return camera, tuple(line for line in lines if line)


def _labels(clip: Clip) -> Iterator[str]:
    """The label before each shot of a clip with several."""
    start = 0
    for number, shot in enumerate(clip.shots, 1):
        seconds = shot.duration or 0
        yield clip.model.shot_label.format(number=number, start=start, end=start + seconds, seconds=seconds)
        start += seconds


def _heard(tagger: Tagger, clip: Clip, sound: Prose, shot: Shot) -> str:
    """What a clip with sound sounds like. If the script lays music over the film, the clip is told to have none."""
    if not clip.settings.is_heard:
        return ""
    said = labelled_sentence("Sound", tagger.prose(sound))
    return f"{said} {_NO_MUSIC}".lstrip() if shot.music is not None else said


def _add_the_silent(tagger: Tagger, clip: Clip, shots: list[ShotPhrases]) -> None:
    """Add everybody whom no words mention (`with`, a scene's cast) to the first shot that brings them in."""
    for index, shot in enumerate(clip.shots):
        brought = clip.scene.appearances if index == 0 else ()
        entities = dict.fromkeys(mention.entity for mention in (*brought, *shot.appearances))
        missing = [entity for entity in entities if entity not in tagger.met]
        if missing:
            names = listed([tagger.name(entity) for entity in missing])
            also = f"Also in the picture: {names}."
            shots[index] = shots[index]._replace(also=f"{shots[index].also} {also}".lstrip())


def _shared(values: list[Prose]) -> Prose | None:
    """The value that all shots have in common, or None."""
    first = values[0]
    return first if all(value is first or value == first for value in values) else None


def setting_phrase(scene: Scene) -> tuple[Entity | str, ...]:
    """Place and time of a scene in the order of its prompts: the location, or the heading's words for an undeclared
    place."""
    parts: list[Entity | str] = []
    if scene.location is not None:
        parts.append(scene.location)
    elif scene.place:
        parts.append(clean_text(scene.place))
    if scene.detail:
        parts.append(clean_text(scene.detail))
    if scene.interior is not None and scene.place is not None:
        parts.append("interior" if scene.interior else "exterior")
    if scene.time:
        parts.append(scene.time)
    return tuple(parts)


def _setting(tagger: Tagger, scene: Scene) -> str:
    """`Setting: the harbor, exterior, dusk.` and the text under the heading.

    A part that repeats the end of the one before is left out (`the harbor at dusk`, `dusk`).
    """
    parts = [part if isinstance(part, str) else tagger.name(part) for part in setting_phrase(scene)]
    text = tagger.sentence(tagger.prose(scene.setting))
    parts = [part.rstrip(_ENDINGS) for part in parts]
    parts = [part for index, part in enumerate(parts) if not index or not parts[index - 1].lower().endswith(part)]
    where = f"Setting: {', '.join(parts)}." if parts else ""
    return " ".join(part for part in (where, text) if part)
