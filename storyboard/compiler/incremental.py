"""The cache between two runs of one script, and what of it is still valid.

A scene is worked out again where something has changed that it depends on: its own blocks, its number, the time of day
and the clip before it, the settings of the title page, or a name. A name concerns the scenes that know whom it means,
and those with its words in them, which may mean it now or have meant it before. So a letter typed in a declaration
costs the scenes that it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.codes import OF_NAMES
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.headings import TimeOfDay
from storyboard.compiler.images import ImageCache, ImageStore, user_store
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import LETTERS, fold, is_wide, nfc
from storyboard.compiler.parse import BlockCache as ParsedBlocks
from storyboard.compiler.resolve import Blocks, Cast, GatheredScripts, Names
from storyboard.compiler.text import Anchor

_WORD = lazy_pattern(LETTERS)


@dataclass(frozen=True, eq=False)
class CachedScene:
    """A scene with all that was worked out for it: its clips and what is wrong, the names that it uses or is meant to,
    and the time of day that the next scene may keep."""

    plan: ScenePlan
    findings: tuple[Finding, ...]
    used: frozenset[Entity]
    time: TimeOfDay | None

    @cached_property
    def knows(self) -> frozenset[Entity]:
        """Everybody and everything in it."""
        scene = self.plan.scene
        mentions = chain(scene.appearances, *(shot.appearances for shot in scene.shots))
        bare = chain(scene.bare, *(shot.bare for shot in scene.shots))
        known = {mention.entity for mention in mentions} | {name.entity for name in bare}
        return frozenset(known | self.used | ({scene.location} if scene.location else set()))

    @cached_property
    def is_open(self) -> bool:
        """Whether a name in it is unknown or reported: any other name may mend that."""
        scene = self.plan.scene
        is_nowhere = scene.place is not None and scene.location is None
        is_complete = scene.is_complete and all(shot.is_complete for shot in scene.shots)
        return is_nowhere or not is_complete or any(one.code in OF_NAMES for one in self.findings)


class _Changes(NamedTuple):
    """What is new about the cast: entities that are no longer what they were, the words of every name that came or
    went, and whether an unknown name may be judged otherwise than before."""

    gone: frozenset[Entity] = frozenset()
    names: tuple[tuple[str, ...], ...] = ()
    unknown: bool = False


@dataclass(slots=True)
class CompilerCache:
    """Blocks that stay the same are not read again, and scenes that nothing new concerns are not worked out again."""

    blocks: ParsedBlocks = field(default_factory=ParsedBlocks)
    images: ImageCache | None = None
    image_store: ImageStore | None = None
    _names: Names | None = None
    _changes: _Changes = field(default_factory=_Changes)
    _scenes: dict[object, CachedScene] = field(default_factory=dict)

    def adopt(self, names: Names) -> Names:
        """The names of this run, with the entities of the last one wherever a declaration says the same."""
        before = self._names
        old = before.cast if before else Cast()
        cast = _with_known(names.cast, old)
        if before and _order(cast) == _order(old) and _bounds(cast) == _bounds(old):
            self._changes = _Changes()
            return before
        if before is None:
            self._names = Names(cast)
            return self._names
        came_or_went = [
            one.base or one
            for here, there in ((old, cast), (cast, old))
            for key, one in here.by_name.items()
            if key not in there.by_name or _called(there.by_name[key]) != _called(one)
        ]
        gone = frozenset(_order(old)) - frozenset(_order(cast))
        words = tuple(tuple(_WORD.findall(fold(one.name))) for one in came_or_went)
        self._changes = _Changes(gone, words, _bounds(cast) != _bounds(old))
        self._names = Names(cast)
        return self._names

    def recall(self, key: object, blocks: Blocks, gathered: GatheredScripts) -> CachedScene | None:
        """What is known of a scene with this key, if it still holds."""
        known = self._scenes.get(key)
        if known is None or self._concerns(known, blocks, gathered):
            return None
        return known if all(anchor in gathered.locations for anchor in _anchors(known.findings)) else None

    def replace(self, scenes: dict[object, CachedScene]) -> None:
        """Keep these scenes, and no others, for the next run."""
        self._scenes = scenes

    def _concerns(self, known: CachedScene, blocks: Blocks, gathered: GatheredScripts) -> bool:
        """Whether a change of the cast concerns a scene: it knows somebody who is gone, it has an unknown name and
        there are new ones, or its text has the words of a name that is new or different. (A word in the text may be no
        name; then the scene is worked out for nothing, and is the same.)"""
        changes = self._changes
        if (known.is_open and changes.unknown) or not known.knows.isdisjoint(changes.gone):
            return True
        if not changes.names:
            return False
        text = _folded(_text_of(blocks, gathered))
        return any(all(_has(text, word) for word in words) for words in changes.names)


def _with_known(cast: Cast, old: Cast) -> Cast:
    """A cast in which everybody who is the same as before is the one from before."""
    kept: dict[Entity, Entity] = {}
    for key, one in cast.by_name.items():
        now = replace(one, base=kept[one.base]) if one.base else one
        known = old.by_name.get(key)
        kept[one] = known if known is not None and known.declares_as(now) else now
    return Cast(
        {key: kept[one] for key, one in cast.by_name.items()},
        {kept[base]: {word: kept[one] for word, one in words.items()} for base, words in cast.variants.items()},
        cast.refused,
        cast.is_whole,
        cast.place,
    )


def _called(entity: Entity) -> tuple[str, Kind]:
    """How a name is spelled and what it is the name of: what the same letters in a text may be read as."""
    return entity.name, entity.kind


def _order(cast: Cast) -> tuple[Entity, ...]:
    return tuple(cast.by_name.values())


def _bounds(cast: Cast) -> object:
    """What decides how a name is judged that nobody is called: the names that there are, and may be."""
    return [(one.name, one.kind) for one in cast.by_name.values()], cast.refused, cast.is_whole, cast.place


def _has(text: str, word: str) -> bool:
    """Whether a word stands in a folded text. One of wide characters has no blanks around it."""
    if word not in text:
        return False
    return any(map(is_wide, word)) or word in _WORD.findall(text)


def _folded(text: str) -> str:
    """Text as names are compared: a name's words are found in it however they are typed."""
    return text.casefold() if text.isascii() else nfc(nfc(text).casefold())


def _text_of(blocks: Blocks, gathered: GatheredScripts) -> str:
    """A scene as it stands in its file, comments and all."""
    parts = []
    for block in (*((blocks.heading,) if blocks.heading else ()), *blocks.rest):
        source, offset = gathered.locations[block.anchor]
        parts.append(source.text[offset : offset + block.size])
    return "".join(parts)


def _anchors(findings: Iterable[Finding]) -> Iterator[Anchor]:
    """The blocks that findings speak of."""
    for one in findings:
        yield one.span.anchor
        yield from (note.span.anchor for note in one.related)
        if one.fix:
            yield from (edit.span.anchor for edit in one.fix.edits)


def user_cache() -> CompilerCache:
    """A new cache for commands and editors: what is known of images is kept in the user's cache folder, too."""
    return CompilerCache(image_store=user_store())
