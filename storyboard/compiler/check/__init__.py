"""The rules: one module each, with its `CODES` (id, title, severity) and a `check` that yields findings.

A new rule is a module, its place in one of the tuples here, and the page of its code in `storyboard/compiler/explain/`.
Everything else that names codes is derived from the tuples, and a test reports what is missing.

A scene rule sees one scene with its clips; a film rule sees everything.

Which rules run on a scene depends on its model. If the catalogue does not have the model that the script names, its
limits are unknown, and MODEL_RULES are skipped. A rule never raises, and reads files only through the view's cache. It
looks at resolved values and plans, not at text. The order of its findings does not matter, because they are sorted by
place. A rule whose findings depend on other declared names marks its codes with `of_names`, for the cache of scenes.
Findings that a note such as `[[allow SB501]]` allows are removed afterwards, in `suppressions`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from storyboard.compiler.check import (
    angles,
    bare_names,
    craft,
    end_frames,
    ignored_pictures,
    lengths,
    limits,
    one_clip,
    pictures,
    prompt_length,
    recorded_speeches,
    recordings,
    subjects,
    todos,
    unused_declarations,
    variants,
    words_only,
)
from storyboard.compiler.check.craft import CraftRule, LookRule
from storyboard.compiler.check.craft.scene_text import SceneText
from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.check.looks import Judgement, Looks
from storyboard.compiler.diagnostics import Code, Finding
from storyboard.compiler.ir.planned import ScenePlan


class SceneRule(Protocol):
    """A rule that judges one scene by its plan: the scene and its clips."""

    @property
    def CODES(self) -> tuple[Code, ...]: ...  # noqa: N802 # a constant of the module

    def check(self, plan: ScenePlan) -> Iterator[Finding]: ...


class FilmRule(Protocol):
    """A rule that needs the whole film, such as whether a name is used anywhere."""

    @property
    def CODES(self) -> tuple[Code, ...]: ...  # noqa: N802 # a constant of the module

    def check(self, view: FilmView) -> Iterator[Finding]: ...


#: What the scene's model makes of it: silent where the script names a model that there is not.
MODEL_RULES: tuple[SceneRule, ...] = (limits, lengths, end_frames, ignored_pictures, one_clip)
SCENE_RULES: tuple[SceneRule, ...] = (variants, bare_names)
CRAFT_RULES: tuple[CraftRule, ...] = craft.RULES
#: The first is one of the model's.
LOOK_RULES: tuple[LookRule, ...] = (prompt_length, *craft.LOOK_RULES)
FILM_RULES: tuple[FilmRule, ...] = (
    unused_declarations,
    words_only,
    subjects,
    angles,
    pictures,
    recordings,
    recorded_speeches,
    todos,
)


RULES: tuple[SceneRule | CraftRule | LookRule | FilmRule, ...] = (
    *MODEL_RULES,
    *SCENE_RULES,
    *CRAFT_RULES,
    *LOOK_RULES,
    *FILM_RULES,
)


def check_scene(plan: ScenePlan, looks: Looks) -> tuple[list[Finding], tuple[Judgement, ...]]:
    """The findings of all scene rules for one scene."""
    rules = (*MODEL_RULES, *SCENE_RULES) if plan.scene.settings.model_is_known else SCENE_RULES
    findings = [finding for rule in rules for finding in rule.check(plan)]
    reading = SceneText(plan)
    if plan.scene.shots:
        findings += [finding for rule in CRAFT_RULES for finding in rule.check(reading)]
    return findings, tuple(_judge(rule, reading, looks) for rule in _look_rules(plan))


def judge_again(
    plan: ScenePlan, looks: Looks, known: Sequence[Judgement], is_placed: Callable[[Judgement], bool]
) -> tuple[Judgement, ...]:
    """What the looks make of a scene now. `known` is what they made of it before; it holds where every answer is the
    same and all that it speaks of `is_placed` still."""
    reading = SceneText(plan)
    return tuple(
        one if is_placed(one) and one.holds(looks) else _judge(rule, reading, looks)
        for rule, one in zip(_look_rules(plan), known, strict=True)
    )


def _look_rules(plan: ScenePlan) -> tuple[LookRule, ...]:
    if not plan.scene.shots:
        return ()
    return LOOK_RULES if plan.scene.settings.model_is_known else LOOK_RULES[1:]


def _judge(rule: LookRule, reading: SceneText, looks: Looks) -> Judgement:
    return looks.judge(lambda: rule.check(reading, looks))


def check_film(view: FilmView) -> list[Finding]:
    """The findings of all film rules."""
    return [finding for rule in FILM_RULES for finding in rule.check(view)]
