"""The view of the whole film that film rules look at.

Scene rules see a plan, the scene with its clips; what only the whole film shows (whether a name is used, which models a
picture is sent to) needs this. Everything in it is there before the first rule runs, but for the images, which are
looked at when a rule asks for them.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import NamedTuple

from storyboard.catalog import Model
from storyboard.compiler.images import ImageCache
from storyboard.compiler.ir.parsed import Script
from storyboard.compiler.ir.planned import ScenePlan
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.loader import Loader
from storyboard.compiler.text import Anchor


class FilmView(NamedTuple):
    """A film with its plans. `used` are the names in use; `own_blocks` the blocks of the compiled file itself;
    `default` is the model of the title page; `scripts` are all files as parsed."""

    plans: tuple[ScenePlan, ...]
    cast: tuple[Entity, ...]
    used: AbstractSet[Entity]
    own_blocks: AbstractSet[Anchor]
    default: Model
    images: ImageCache
    scripts: tuple[Script, ...]
    loader: Loader

    def models_of(self) -> dict[Entity, list[Model]]:
        """The models that every entity is sent to."""
        found: dict[Entity, list[Model]] = {}
        for plan in self.plans:
            for entity, models in plan.models.items():
                known = found.setdefault(entity, [])
                known += (model for model in models if model not in known)
        return found
