"""The cache between two runs of one script, and what of it is still valid.

A scene is worked out again where something has changed that it depends on: its own blocks, its number, the time of day
and the clip before it, the settings of the title page, or a name. A name concerns the scenes that know whom it means,
and those with its words in them, which may mean it now or have meant it before. So a letter typed in a declaration
costs the scenes that it is about.

A look is in every prompt of those scenes, and changes none of them: its letters are typed in one place and put into the
prompts last; so is the path of a picture. So the entities of two runs that differ in these alone have one identity. A
scene that knows such an entity stays; only what its rules have asked about looks is asked again (`check.looks`), and it
gets the entity of now when somebody wants to see it (`CachedScene.plan_with`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.check import judge_again
from storyboard.compiler.check.looks import Judgement, Looks
from storyboard.compiler.codes import OF_NAMES
from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.headings import TimeOfDay
from storyboard.compiler.images import ImageCache, ImageStore, user_store
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.ir.renewal import renewed
from storyboard.compiler.ir.resolved import Dialogue, Entity, Identity
from storyboard.compiler.names import LETTERS, fold, is_wide, nfc
from storyboard.compiler.parse import BlockCache as ParsedBlocks
from storyboard.compiler.resolve import Cast, GatheredScripts, NamePatterns, SceneBlocks
from storyboard.compiler.text import Anchor

_WORD = lazy_pattern(LETTERS)


@dataclass(eq=False)
class CachedScene:
    """A scene with its results: its clips and findings, the names that it uses or may mean, and its time of day.

    `plan` has the entities of the run that made it; `judgements` are the findings about the current looks.
    """

    plan: ScenePlan
    findings: tuple[Finding, ...]
    judgements: tuple[Judgement, ...]
    used: frozenset[Entity]
    time: TimeOfDay | None
    _renewed: tuple[dict[Entity, Entity], ScenePlan] | None = None

    @property
    def all_findings(self) -> Iterator[Finding]:
        """Everything that is wrong with it."""
        yield from self.findings
        for one in self.judgements:
            yield from one.findings

    def plan_with(self, entities: Mapping[Identity, Entity]) -> ScenePlan:
        """The plan with the entities of a run."""
        now = {one: other for one in self.entities if (other := entities.get(one.identity, one)) is not one}
        if not now:
            return self.plan
        if self._renewed is None or self._renewed[0] != now:
            self._renewed = now, renewed(self.plan, now)
        return self._renewed[1]

    @cached_property
    def entities(self) -> frozenset[Entity]:
        """Everybody and everything in it, as they were when it was worked out; what a variant varies, too."""
        scene = self.plan.scene
        mentions = chain(scene.appearances, *(shot.appearances for shot in scene.shots))
        bare = chain(scene.bare, *(shot.bare for shot in scene.shots))
        speakers = (beat.speaker for shot in scene.shots for beat in shot.beats if isinstance(beat, Dialogue))
        known = {mention.entity for mention in mentions} | {name.entity for name in bare}
        known |= (
            {speaker for speaker in speakers if speaker} | self.used | ({scene.location} if scene.location else set())
        )
        return frozenset(known | {one.base for one in known if one.base})

    @cached_property
    def uses(self) -> frozenset[Identity]:
        """Who and what of them is used."""
        return frozenset(one.identity for one in self.used)

    @cached_property
    def places(self) -> tuple[Identity, ...]:
        """The locations among them."""
        return tuple(one.identity for one in self.entities if one.is_location)

    @cached_property
    def knows(self) -> frozenset[Identity]:
        """Who and what they are."""
        return frozenset(one.identity for one in self.entities)

    @cached_property
    def far_anchors(self) -> tuple[Anchor, ...]:
        """The blocks outside of it that its findings speak of."""
        own = self._own_anchors
        return tuple(anchor for anchor in _anchors(self.findings) if anchor not in own)

    @cached_property
    def _own_anchors(self) -> frozenset[Anchor]:
        scene = self.plan.scene
        return frozenset(one.anchor for one in (scene.at, *(shot.header for shot in scene.shots)) if one is not None)

    def judge(self, looks: Looks, gathered: GatheredScripts) -> None:
        """Ask again what the rules have asked about looks."""

        def is_placed(judgement: Judgement) -> bool:
            return all(anchor in gathered.locations for anchor in _anchors(judgement.findings))

        self.judgements = judge_again(self.plan, looks, self.judgements, is_placed)

    @cached_property
    def is_open(self) -> bool:
        """Whether a name in it is unknown or reported, so that any other name may remove the problem."""
        scene = self.plan.scene
        is_nowhere = scene.place is not None and scene.location is None
        is_complete = scene.is_complete and all(shot.is_complete for shot in scene.shots)
        return is_nowhere or not is_complete or any(one.code in OF_NAMES for one in self.findings)


class _Changes(NamedTuple):
    """What is new about the cast: entities that are no longer what they were, those that are declared in other words
    or places, the words of every name that came or went, and whether an unknown name may be judged otherwise than
    before."""

    gone: frozenset[Identity] = frozenset()
    retold: frozenset[Identity] = frozenset()
    names: tuple[tuple[str, ...], ...] = ()
    unknown: bool = False


@dataclass(slots=True)
class CompilerCache:
    """Blocks that stay the same are not read again, and scenes that nothing new concerns are not worked out again."""

    blocks: ParsedBlocks = field(default_factory=ParsedBlocks)
    images: ImageCache | None = None
    image_store: ImageStore | None = None
    _names: NamePatterns | None = None
    _changes: _Changes = field(default_factory=_Changes)
    _scenes: dict[object, CachedScene] = field(default_factory=dict)

    def adopt(self, names: NamePatterns) -> NamePatterns:
        """The names of this run, with the entities of the last one wherever a declaration says the same."""
        before = self._names
        old = before.cast if before else Cast()
        cast = _with_known(names.cast, old)
        if before and cast.entities == old.entities and _bounds(cast) == _bounds(old):
            self._changes = _Changes()
            return before
        if before is None:
            self._names = NamePatterns(cast)
            return self._names
        came_or_went = [
            one.base or one
            for here, there in ((old, cast), (cast, old))
            for key, one in here.by_name.items()
            if key not in there.by_name or _called(there.by_name[key]) != _called(one)
        ]
        here, there = _identities(cast), _identities(old)
        gone = there.keys() - here.keys()
        retold = {who for who, one in here.items() if who in there and there[who] is not one}
        words = tuple(tuple(_WORD.findall(fold(one.name))) for one in came_or_went)
        self._changes = _Changes(frozenset(gone), frozenset(retold), words, _bounds(cast) != _bounds(old))
        self._names = NamePatterns(cast)
        return self._names

    def recall(self, key: object, blocks: SceneBlocks, gathered: GatheredScripts, looks: Looks) -> CachedScene | None:
        """The cached results of a scene with this key, if they are still valid; `looks` are the current ones."""
        known = self._scenes.get(key)
        if known is None or self._concerns(known, blocks, gathered):
            return None
        if not all(anchor in gathered.locations for anchor in known.far_anchors):
            return None
        if not known.knows.isdisjoint(self._changes.retold):
            known.judge(looks, gathered)
        return known

    def replace(self, scenes: dict[object, CachedScene]) -> None:
        """Keep these scenes, and no others, for the next run."""
        self._scenes = scenes

    def _concerns(self, known: CachedScene, blocks: SceneBlocks, gathered: GatheredScripts) -> bool:
        """Whether a change of the cast affects a scene.

        It does if the scene uses a name that is gone, if it has an unknown name and there are new ones, or if its text
        has the words of a new or changed name. (A word in the text may not be a name; then the scene is resolved again
        with the same result.)
        """
        changes = self._changes
        if (known.is_open and changes.unknown) or not known.knows.isdisjoint(changes.gone):
            return True
        if not changes.names:
            return False
        text = _folded(_text_of(blocks, gathered))
        return any(all(_has(text, word) for word in words) for words in changes.names)


def _with_known(cast: Cast, old: Cast) -> Cast:
    """A cast in which everybody who is the same as before is the one from before, and has the identity from before who
    differs in the look alone."""
    kept: dict[Entity, Entity] = {}
    for key, one in cast.by_name.items():
        now = replace(one, base=kept[one.base]) if one.base else one
        known = old.by_name.get(key)
        if known is not None and known.declares_as(now):
            now = known
        elif known is not None and known.plans_as(now):
            now = replace(now, identity=known.identity)
        kept[one] = now
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


def _identities(cast: Cast) -> dict[Identity, Entity]:
    return {one.identity: one for one in cast.by_name.values()}


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


def _text_of(blocks: SceneBlocks, gathered: GatheredScripts) -> str:
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
    """A new cache for commands and editors, which also keeps facts about images in the user's cache folder."""
    return CompilerCache(image_store=user_store())
