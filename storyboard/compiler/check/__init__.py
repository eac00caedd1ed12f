"""The rules: one module a rule, each with its `CODES` (id, title, severity) and a `check` that yields findings.

A new rule is a module, its place in one of the tuples here, and the page of its code in `storyboard/compiler/explain/`;
everything else that names codes is derived from the tuples, and a test tells what is missing.

A scene rule sees one scene with its clips, a craft rule its text too; a film rule sees everything. A look rule asks
about looks, which are typed in one place and told in every clip: it is run again where an answer is another (`looks`).

Which rules run on a scene depends on its model: where the script names one that the catalogue does not have, nobody can
say what it lacks, and MODEL_RULES are silent. A rule never fails and never reads a file but through the view's cache;
it looks at resolved values and plans, not at text, and the order of its findings does not matter (they are sorted by
place). A rule whose findings another declared name may take away says so in its codes (`of_names`), for the cache of
scenes; what a note `[[allow SB501]]` allows is taken out afterwards, in `suppressions`.
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
    @property
    def CODES(self) -> tuple[Code, ...]: ...  # noqa: N802 # a constant of the module

    def check(self, plan: ScenePlan) -> Iterator[Finding]: ...


class FilmRule(Protocol):
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
    """Everything that is wrong with one scene, whatever the looks, and what the looks make of it."""
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
    """Everything that only the whole film shows."""
    return [finding for rule in FILM_RULES for finding in rule.check(view)]
