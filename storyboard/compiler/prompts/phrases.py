"""A clip in phrases: what a prompt says, every name a tag, in the order in which it is read.

A template only puts the phrases together. `look` follows its tag at the first mention in the clip, word for word the
same in every clip, so that the model meets one description of one thing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Action, Dialogue, Entity, Mention, Prose, Scene, Shot
from storyboard.compiler.names import is_wide

_END = re.compile(r"""[.!?…。！？．:;,—–-]["'”’」』)]*$""")
_SAID_OF_PLACE = re.compile(r"[.,;:]+$")


class ShotPhrases(NamedTuple):
    """What is said of one shot. Each phrase is a sentence or empty; `lines` are actions and speeches in order. `label`
    precedes it where its clip has several shots, as the model's family writes it."""

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
        """All of it, as our own templates put it."""
        return " ".join(filter(None, (self.camera, *self.lines, self.also, self.light, self.sound, self.style)))


class Phrases(NamedTuple):
    """What is said of a clip; `light`, `sound` and `style` stand here where all shots share them. `setting_first` says
    that what is common precedes the shots; `single_shot` is a sentence that says that the clip is one shot, where its
    model wants it."""

    shots: tuple[ShotPhrases, ...]
    setting_first: bool
    single_shot: str
    setting: str
    light: str
    sound: str
    style: str

    def as_data(self) -> dict[str, Any]:
        """What a template sees."""
        shots = [{**shot._asdict(), "text": shot.text} for shot in self.shots]
        common = " ".join(filter(None, (self.setting, self.light, self.sound, self.style)))
        return {**self._asdict(), "shots": shots, "common": common}


#: Clips are worded to count their words and once more to be sent; it is the same wording.
_WORDED: WeakKeyDictionary[Clip, Phrases] = WeakKeyDictionary()


def phrase(clip: Clip) -> Phrases:
    """Word a clip."""
    known = _WORDED.get(clip)
    if known is None:
        known = _WORDED[clip] = _phrase(clip)
    return known


def _phrase(clip: Clip) -> Phrases:
    speaker = _Voice(clip)
    shared_light = _shared([shot.light for shot in clip.shots])
    shared_sound = _shared([shot.sound for shot in clip.shots])
    model = clip.model
    setting = _setting(speaker, clip.scene) if model.setting_first else ""
    shots = [
        _shot(speaker, shot, number, shared_light is None, shared_sound is None)._replace(label=label)
        for number, (shot, label) in enumerate(zip(clip.shots, _labels(clip), strict=True), 1)
    ]
    common = all(shot.style for shot in clip.shots)
    setting = setting or _setting(speaker, clip.scene)
    light, sound = speaker.prose(shared_light or ()), speaker.prose(shared_sound or ())
    _add_the_silent(speaker, clip, shots)
    return Phrases(
        tuple(shots),
        model.setting_first,
        model.single_shot if len(shots) == 1 else "",
        setting,
        _labelled("Light", light),
        _labelled("Sound", sound),
        "" if common else _labelled("Style", clean(clip.scene.settings.style or "")),
    )


def _labels(clip: Clip) -> Iterator[str]:
    """What precedes each shot of a clip of several."""
    start = 0
    for number, shot in enumerate(clip.shots, 1):
        seconds = shot.duration or 0
        yield clip.model.shot_label.format(number=number, start=start, end=start + seconds, seconds=seconds)
        start += seconds


def _add_the_silent(voice: _Voice, clip: Clip, shots: list[ShotPhrases]) -> None:
    """Those whom no words mention (`with`, a scene's cast), in the first shot that brings them in."""
    for index, shot in enumerate(clip.shots):
        brought = clip.scene.appearances if index == 0 else ()
        entities = dict.fromkeys(mention.entity for mention in (*brought, *shot.appearances))
        missing = [entity for entity in entities if entity not in voice.met]
        if missing:
            names = _listed([voice.name(entity) for entity in missing])
            shots[index] = shots[index]._replace(also=f"Also in the picture: {names}.")


def _shared(values: list[Prose]) -> Prose | None:
    """What all shots have in common, None where they differ."""
    first = values[0]
    return first if all(value is first or value == first for value in values) else None


class _Voice:
    """Names things in one clip: by their tags, with the look at the first mention."""

    def __init__(self, clip: Clip) -> None:
        self.tags: dict[Entity, str] = {reference.entity: reference.tag for reference in clip.references}
        self.present = frozenset(clip.present)
        self.met: set[Entity] = set()

    def name(self, entity: Entity) -> str:
        tag = self.tags.get(entity, entity.spoken_name)
        if entity in self.met:
            return tag
        self.met.add(entity)
        return f"{tag} ({clean(entity.look).rstrip('.')})" if entity.look else tag

    def sentence(self, text: str) -> str:
        """Text as a sentence; a tag at its beginning keeps its case, which counts."""
        return ended(text) if text.startswith(tuple(self.tags.values())) else sentence(text)

    def prose(self, prose: Prose) -> str:
        if len(prose) == 1 and isinstance(prose[0], str):
            return clean(prose[0])
        return clean(
            "".join(part if isinstance(part, str) else self._mention(part, prose, i) for i, part in enumerate(prose))
        )

    def _mention(self, mention: Mention, prose: Prose, index: int) -> str:
        """A name in its sentence. A possessive's look waits for the next mention: `@Element1's hand`."""
        entity = mention.entity
        following = prose[index + 1] if index + 1 < len(prose) else ""
        if isinstance(following, str) and following[:2] in ("'s", "’s") and entity not in self.met:
            later = any(isinstance(part, Mention) and part.entity is entity for part in prose[index + 1 :])
            if later:
                return self.tags.get(entity, entity.spoken_name)
        return self.name(entity)


def _shot(voice: _Voice, shot: Shot, number: int, own_light: bool, own_sound: bool) -> ShotPhrases:
    camera = voice.sentence(voice.prose(shot.camera))
    lines = []
    for beat in shot.beats:
        if isinstance(beat, Action):
            lines.append(voice.sentence(voice.prose(beat.prose)))
        elif isinstance(beat, Dialogue):
            lines.append(_speech(voice, beat))
    return ShotPhrases(
        number,
        shot.duration or 0,
        "",
        camera,
        tuple(line for line in lines if line),
        "",
        _labelled("Light", voice.prose(shot.light)) if own_light else "",
        _labelled("Sound", voice.prose(shot.sound)) if own_sound else "",
        _labelled("Style", voice.prose(shot.style)),
    )


def _speech(voice: _Voice, dialogue: Dialogue) -> str:
    """`@Element1 says (low and hoarse, whispering): "I never left."`"""
    entity = dialogue.speaker
    if entity is None or not dialogue.lines:
        return ""
    seen = entity in voice.present
    who = voice.name(entity) if seen else entity.spoken_name
    if dialogue.off:
        who = f"{who}, off screen," if seen else f"The voice of {who}, off screen,"
    parts = []
    for index, line in enumerate(dialogue.lines):
        how = [clean(entity.voice), clean(dialogue.manner or "")] if index == 0 else []
        how = [part.rstrip(".") for part in [*how, clean(line.manner or "")] if part]
        said = f" ({', '.join(how)})" if how else ""
        text = ended(clean(line.text).replace('"', "'"))
        if index == 0:
            parts.append(f'{who} says{said}: "{text}"')
        else:
            parts.append(f'then{said}: "{text}"')
    return ", ".join(parts)


def whereabouts(scene: Scene) -> tuple[Entity | str, ...]:
    """Where and when a scene plays, in the order in which its prompts say it: the location, or the heading's words for
    a place that is none."""
    parts: list[Entity | str] = []
    if scene.location is not None:
        parts.append(scene.location)
    elif scene.place:
        parts.append(clean(scene.place))
    if scene.detail:
        parts.append(clean(scene.detail))
    if scene.interior is not None and scene.place is not None:
        parts.append("interior" if scene.interior else "exterior")
    if scene.time:
        parts.append(scene.time)
    return tuple(parts)


def _setting(voice: _Voice, scene: Scene) -> str:
    parts = [part if isinstance(part, str) else voice.name(part) for part in whereabouts(scene)]
    text = voice.sentence(voice.prose(scene.setting))
    where = f"Setting: {', '.join(_SAID_OF_PLACE.sub('', part) for part in parts)}." if parts else ""
    return " ".join(part for part in (where, text) if part)


def _labelled(label: str, text: str) -> str:
    return sentence(f"{label}: {text}") if text else ""


@lru_cache(maxsize=4096)  # a film says the same looks and styles again and again
def clean(text: str) -> str:
    """Text for a prompt: emphasis marks dropped, blanks run together, none before a full stop or a comma."""
    text = " ".join(drop_marks(text).split())
    return re.sub(r" ([.,;!?])(?![.\w])", r"\1", text) if " ." in text or " ," in text else text


def sentence(text: str) -> str:
    """Text as a sentence: a capital first, a full stop at the end unless it has an end already."""
    if not text:
        return ""
    if text[0].islower():
        text = text[0].upper() + text[1:]
    if text[-1] in ",;:—–-" and not text.endswith(("...", "…")):
        text = text.rstrip(",;:—–- ") or text
    return ended(text)


def ended(text: str) -> str:
    """Text with a full stop at its end, in its own script, unless it has an end already."""
    if not text or _END.search(text):
        return text
    return f"{text}{'。' if is_wide(text[-1]) else '.'}"


def _listed(names: list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
