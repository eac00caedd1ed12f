"""The view of the whole film for film rules.

Scene rules see a plan: the scene with its clips. Questions about the whole film (whether a name is used, which models
receive a picture) need this view. Everything in it exists before the first rule runs, except for the images, which are
read when a rule asks for them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from storyboard.catalog import Model
from storyboard.compiler.images import ImageCache
from storyboard.compiler.ir.parsed import Script
from storyboard.compiler.ir.planned import Clip, ScenePlan
from storyboard.compiler.ir.resolved import Entity, Identity, Picture
from storyboard.compiler.loader import Loader
from storyboard.compiler.text import Anchor


@dataclass(frozen=True)
class FilmView:
    """A film with its plans.

    Plans that are remembered may know somebody with an older look or picture; `cast`, `models`, `seen`, `heard` and
    `sent_files` have everybody as they are declared now. `used` are the names in use; `own_blocks` the blocks of the
    compiled file itself; `default` is the model of the title page; `scripts` are all files as parsed.
    """

    plans: tuple[ScenePlan, ...]
    cast: tuple[Entity, ...]
    used: AbstractSet[Identity]
    own_blocks: AbstractSet[Anchor]
    default: Model
    images: ImageCache
    scripts: tuple[Script, ...]
    loader: Loader

    @cached_property
    def models(self) -> dict[Entity, list[Model]]:
        """The models that every entity is sent to."""
        found: dict[Identity, list[Model]] = {}
        for plan in self.plans:
            for entity, models in plan.models.items():
                known = found.setdefault(entity.identity, [])
                known += (model for model in models if model not in known)
        return {self._now[identity]: models for identity, models in found.items()}

    @property
    def sent_files(self) -> Iterator[tuple[Clip, tuple[Picture, ...]]]:
        """The clips whose requests hold pictures that are files, with these."""
        for plan in self.plans:
            is_as_now = all(self._now[entity.identity] is entity for entity in plan.models)
            yield from plan.sent_files if is_as_now else plan.files_of(lambda entity: self._now[entity.identity])

    @cached_property
    def seen(self) -> frozenset[Entity]:
        """The entities that are in a picture."""
        return self._as_now(entity for plan in self.plans for entity in plan.seen)

    @cached_property
    def heard(self) -> frozenset[Entity]:
        """Who speaks and is not seen speaking."""
        return self._as_now(entity for plan in self.plans for entity in plan.heard)

    @cached_property
    def _now(self) -> Mapping[Identity, Entity]:
        return {entity.identity: entity for entity in self.cast}

    def _as_now(self, entities: Iterable[Entity]) -> frozenset[Entity]:
        return frozenset(self._now[identity] for identity in {entity.identity for entity in entities})
