"""The cast: every declared name, and guesses at misspelt ones.

Characters, props and locations share one name space. Names compare in Unicode NFC, regardless of case, with all
apostrophes equal, and without a full stop before a space or at the end: `MR DARCY` is Mr. Darcy.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from storyboard.compiler.diagnostics import Edit, Fix
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import (
    LONGEST_NAME,
    fold,
    is_name,
    is_word,
)
from storyboard.compiler.spelling import WordList, distance
from storyboard.compiler.text import Span


@dataclass(slots=True)
class Cast:
    """All declared names, and what is known about those that could not be declared.

    `by_name` maps folded names to entities; `variants` maps a base to its variants by folded word. `refused` holds
    folded names and first words of declarations with an error, whose uses are not reported again. `is_whole` is False
    if an include could not be read, because a name may be declared there. `place` is where one more declaration goes.
    """

    by_name: dict[str, Entity] = field(default_factory=dict)
    variants: dict[Entity, dict[str, Entity]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    is_whole: bool = True
    place: Span | None = None
    _lists: dict[tuple[Kind | None, int | None], WordList] = field(default_factory=dict)
    _variant_lists: dict[Entity, WordList] = field(default_factory=dict)

    def add(self, entity: Entity) -> None:
        """Declare an entity, also in the lists of names that guesses have already built."""
        self.by_name[fold(entity.name)] = entity
        for (kind, words), known in self._lists.items():
            if _belongs(entity, kind, words):
                known.add(entity.name)
        if entity.base:
            word = fold(entity.name[len(entity.base.name) + 1 :])
            self.variants.setdefault(entity.base, {})[word] = entity
            self._variant_lists.pop(entity.base, None)

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Everybody and everything, in the order of declaration."""
        return tuple(self.by_name.values())

    def find(self, name: str) -> Entity | None:
        """The entity with a name, regardless of case, Unicode form and apostrophe; None if nobody has it."""
        return self.by_name.get(fold(name))

    def near(self, name: str, kind: Kind | None = None, words: int | None = None) -> tuple[str, ...]:
        """Declared names that a misspelt one may mean, nearest first.

        `kind` and `words`, the number of words, narrow the guess; None allows any.
        """
        known = self._lists.get((kind, words))
        if known is None:
            wanted = (entity.name for entity in self.by_name.values() if _belongs(entity, kind, words))
            known = self._lists[kind, words] = WordList(wanted)
        return known.nearest(name)

    def variants_near(self, base: Entity, word: str) -> list[str]:
        """Full names of the variants of an entity that a misspelt word may mean."""
        words = self.variants.get(base, {})
        known = self._variant_lists.get(base)
        if known is None:
            known = self._variant_lists[base] = WordList(words)
        return [words[one].name for one in known.nearest(word.casefold())]

    def speakers_near(self, name: str) -> list[str]:
        """Names of characters that a name in a cue may mean: one edit away, or containing all the typed words."""
        folded = fold(name)
        near = [(one, fold(one)) for one in self.near(name, Kind.CHARACTER)]
        return [one for one, known in near if f" {folded} " in f" {known} " or distance(folded, known, 1) <= 1]

    def declaring(self, kind: Kind, name: str) -> Fix | None:
        """The fix that declares a name; None if the text cannot be a name."""
        if self.place is None or not is_name(name) or len(name) > LONGEST_NAME:
            return None
        return Fix(False, (Edit(self.place, f"{kind.value.upper()} {name}\n\n"),))

    def declaring_variant(self, entity: Entity, word: str) -> Fix | None:
        """The fix that declares a variant directly below its base; None if the word cannot be one."""
        if not is_word(word):
            return None
        return Fix(False, (Edit(entity.end, f"{entity.kind.value.upper()} {entity.name}.{word}\n\n"),))

    def is_excused(self, name: str) -> bool:
        """Whether an unknown name may belong to a declaration or a file that has an error."""
        folded = fold(name)
        return folded in self.refused or folded.split(" ")[0].split(".")[0] in self.refused


def as_declared(typed: str) -> str:
    """A name in capitals as a declaration spells it: `OLD TOM` as `Old Tom`."""
    return " ".join(word[:1] + word[1:].lower() for word in typed.split())


def _belongs(entity: Entity, kind: Kind | None, words: int | None) -> bool:
    """Whether an entity has this kind and its name this number of words; None allows any."""
    return (kind is None or entity.kind is kind) and (words is None or len(entity.name.split()) == words)
