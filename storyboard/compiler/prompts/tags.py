"""Names in a prompt: tags instead of names, each with its look once in the clip.

    @Element1 (a young lantern keeper in a red coat) waits.     the first mention in the clip: a tag, and the look
    @Element1 waits.                                            every later one
    Tom (an old man) waits.                                     somebody without a picture: the name is a word

The numbers are those of the references in the request, in the order in which the clip brings them in.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterator
from functools import cached_property

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Action, Dialogue, Entity, Mention, Prose, Shot, unmarked
from storyboard.compiler.names import is_wide
from storyboard.compiler.prompts.look_slots import LookOf, LookSlots
from storyboard.compiler.prompts.sentences import clean_text, outer_brackets, sentence, tidy_blanks
from storyboard.wording import listed

_APOSTROPHES = "'’ʼ＇"
#: What belongs to the name before it: `'s`, `'ll`, `-like`.
_ATTACHED = lazy_pattern(rf"[{_APOSTROPHES}]\w|-\w")
_SIBILANTS = "sxzß"
#: Text in brackets directly after a name, `@Mira (soaked)`.
_ASIDE = lazy_pattern(r"\s*[(（]([^()（）]+)[)）]")


class Tagger:
    """Names the entities of one clip: by their tags, with the look at the first mention that can take it.

    A look follows its tag in brackets. It cannot come between a name and its `'s`, nor inside other brackets; an entity
    that is mentioned only there is described at the end of the shot (`described_last`).
    """

    def __init__(self, clip: Clip, slots: LookSlots, look_of: LookOf) -> None:
        self._slots = slots
        self._look_of = look_of
        self.tags: dict[Entity, str] = {one.entity: one.tag for one in clip.references if not one.view}
        self.views: dict[Entity, list[str]] = {}
        for one in clip.references:
            if one.view:
                self.views.setdefault(one.entity, []).append(one.tag)
        self.present = frozenset(clip.present)
        self.met: set[Entity] = set()
        self._clip = clip
        self._all_tags = tuple(self.tags.values())
        self._waiting: dict[Entity, None] = {}

    @cached_property
    def _described(self) -> frozenset[Entity]:
        """The entities whose look finds a place after a mention; computed only if one finds none."""
        return frozenset(_bearing(self._clip))

    def tag(self, entity: Entity) -> str:
        """The tag alone; the plain name of somebody without a picture."""
        return self.tags.get(entity, entity.spoken_name)

    def name(self, entity: Entity, aside: str = "") -> str:
        """The tag, with the look at the first mention; `aside` is what the script says about it in brackets here."""
        tag = self.tag(entity)
        is_first = entity not in self.met
        self.met.add(entity)
        look = self._slots.slot(entity, self._look_of) if is_first else ""
        views = f"also in {listed(self.views[entity])}" if is_first and entity in self.views else ""
        said = ", ".join(part for part in (look, views, aside) if part)
        return f"{tag} ({said})" if said else tag

    def prose(self, prose: Prose) -> str:
        """Prose with tags instead of names."""
        if len(prose) == 1 and isinstance(prose[0], str):
            return clean_text(prose[0])
        if any("*" in part or "_" in part for part in prose if isinstance(part, str)):
            prose = unmarked(prose)
        parts: list[str] = []
        carried: str | None = None
        bracketed = _bracketed(prose)
        for index, part in enumerate(prose):
            if isinstance(part, str):
                parts.append(part if carried is None else carried)
                carried = None
                continue
            following = prose[index + 1] if index + 1 < len(prose) else ""
            said, carried = self._mention(part.entity, following, is_bracketed=bracketed[index])
            parts.append(said)
            if not isinstance(following, str):
                parts.append(" ")
        return tidy_blanks("".join(parts))

    def sentence(self, text: str) -> str:
        """Prose as a sentence; a tag at its beginning keeps its case, which matters."""
        return sentence(text, keeps_case=text.startswith(self._all_tags))

    def described_last(self) -> str:
        """The looks of those whom the shot mentions only where no look fits."""
        waiting = [self.name(entity) for entity in self._waiting if entity not in self.met]
        self._waiting = {}
        return f"In the picture: {listed(waiting)}." if waiting else ""

    def _mention(self, entity: Entity, following: str | Mention, *, is_bracketed: bool) -> tuple[str, str]:
        """A name in its sentence, inside brackets or not, and the text after it."""
        text = following if isinstance(following, str) else ""
        if not is_bracketed and _can_bear_look(entity, text):
            aside = (
                _ASIDE.match(text) if entity not in self.met and self._slots.has_look(entity, self._look_of) else None
            )
            if aside:
                return self.name(entity, clean_text(aside[1])), _apart(text[aside.end() :])
            return self.name(entity), _apart(text)
        if entity not in self.met and entity not in self._described:
            self._waiting[entity] = None
        return self.tag(entity), f"'s{text[1:]}" if _is_genitive(entity, text) else _joined(text)


def _is_genitive(entity: Entity, following: str) -> bool:
    """Whether an apostrophe alone makes the genitive, as in `Dennis' sling`."""
    is_mark = following != "" and following[0] in _APOSTROPHES and not following[1:2].isalnum()
    return is_mark and entity.spoken_name[-1:].lower() in _SIBILANTS


def _can_bear_look(entity: Entity, following: str) -> bool:
    """Whether a look may directly follow a mention outside brackets."""
    letter = following[:1]
    is_joined = letter.isalnum() and not is_wide(letter)
    return not (is_joined or _ATTACHED.match(following) or _is_genitive(entity, following))


def _bracketed(prose: Prose) -> list[bool]:
    """For each part, whether it begins inside the writer's own brackets."""
    if not any("(" in part or "（" in part for part in prose if isinstance(part, str)):
        return [False] * len(prose)
    text = "".join(part if isinstance(part, str) else "@" for part in prose)
    pairs = outer_brackets(text)
    opened = [start for start, _ in pairs]
    bracketed, at = [], 0
    for part in prose:
        index = bisect(opened, at) - 1
        bracketed.append(index >= 0 and at < pairs[index][1])
        at += len(part) if isinstance(part, str) else 1
    return bracketed


def _joined(following: str) -> str:
    """The text after a tag without its look: an ending gets an apostrophe, so that no letter touches the tag."""
    return f"'{following}" if following[:1].isalnum() else _apart(following)


def _apart(following: str) -> str:
    """The text after a tag, with no letter directly after it or after its full stop."""
    if following[:1].isalnum():
        return f" {following}"
    if following[:1] == "." and following[1:2].isalnum():
        return f". {following[1:]}"
    return following


def _bearing(clip: Clip) -> Iterator[Entity]:
    """The entities with a mention in the clip that can take a look."""
    scene = clip.scene
    if scene.location is not None:
        yield scene.location
    yield from _bearing_in(scene.setting)
    for shot in clip.shots:
        for prose in _texts(shot, is_heard=clip.settings.is_heard):
            yield from _bearing_in(prose)
        for beat in shot.beats:
            if isinstance(beat, Dialogue) and beat.speaker is not None and beat.lines:
                is_unsaid = clip.settings.is_heard and beat.is_laid_over(is_heard=True)
                yield from () if is_unsaid else (beat.speaker,)


def _texts(shot: Shot, *, is_heard: bool) -> Iterator[Prose]:
    yield shot.camera
    yield from (beat.prose for beat in shot.beats if isinstance(beat, Action))
    yield shot.light
    yield shot.style
    if is_heard:
        yield shot.sound


def _bearing_in(prose: Prose) -> Iterator[Entity]:
    for index, (part, is_bracketed) in enumerate(zip(prose, _bracketed(prose), strict=True)):
        if isinstance(part, Mention) and not is_bracketed:
            following = prose[index + 1] if index + 1 < len(prose) else ""
            if _can_bear_look(part.entity, following if isinstance(following, str) else ""):
                yield part.entity
