"""Looks as rules read them, so that a letter typed in a look judges again only what it changes.

A look is in every prompt of a film, so a rule that read the text would depend on each letter of it. What rules ask is
less: how many words a prompt has, whether it is too long, whether a coat in it is red. `Looks.ask` keeps every question
with its answer beside what the rule has found; while the answers stay the same, the findings do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar, TypeVarTuple

from storyboard.compiler.diagnostics import Finding
from storyboard.compiler.ir.resolved import Entity, Identity

About = TypeVarTuple("About")
Said = TypeVar("Said")


class _Answer(NamedTuple):
    question: Callable[..., object]
    about: tuple[object, ...]
    said: object


class Looks:
    """The looks of a film: `entities` are those of this run by their identity. A scene may be remembered from a run in
    which a look was another; what it has of an entity besides, it has still (`Entity.plans_as`)."""

    def __init__(self, entities: Mapping[Identity, Entity]) -> None:
        self._entities = entities
        self._asked: list[_Answer] = []

    def now(self, entity: Entity) -> Entity:
        """An entity as this run declares it."""
        return self._entities.get(entity.identity, entity)

    def of(self, entity: Entity) -> str:
        """The look of an entity. For questions: what a rule reads without asking is not noticed when it changes."""
        return self.now(entity).look

    def ask(self, question: Callable[[Looks, *About], Said], *about: *About) -> Said:
        """The answer to a question about looks."""
        said = question(self, *about)
        self._asked.append(_Answer(question, about, said))
        return said

    def judge(self, rule: Callable[[], Iterable[Finding]]) -> Judgement:
        """What a rule finds, with what it asks."""
        self._asked = []
        return Judgement(tuple(rule()), tuple(self._asked))


class Judgement(NamedTuple):
    """What a rule has found in a scene, and the answers on which that rests."""

    findings: tuple[Finding, ...]
    asked: tuple[_Answer, ...]

    def holds(self, looks: Looks) -> bool:
        """Whether every question has the same answer now."""
        return all(one.question(looks, *one.about) == one.said for one in self.asked)
