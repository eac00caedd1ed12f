"""Rename: change a name in every file of every script that knows it, or in none, with the reason."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from storyboard.compiler.diagnostics import Severity
from storyboard.compiler.incremental import user_cache
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import LETTER, fold, has_case, is_name, is_word
from storyboard.compiler.parse.comments import strip_comments
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.compiler.spelling import quote
from storyboard.lsp.locate import spot_at
from storyboard.lsp.occurrences import NameForm, Occurrence, occurrence_at, occurrences


class RenameRefused(Exception):
    """The name cannot be changed like that. The message tells the writer why."""


class RenameChange(NamedTuple):
    """Characters `start` to `end` of a file, and what to write there."""

    start: int
    end: int
    text: str


class RenameTarget(NamedTuple):
    """What a rename would change: a plain name, or the word of a variant (`is_word`).

    `start` to `end` is its place under the cursor.
    """

    entity: Entity
    is_word: bool
    start: int
    end: int


def target_at(analysis: Analysis, path: str, at: int) -> RenameTarget | None:
    """What a rename at a character of a file is about."""
    spot = spot_at(analysis, path, at)
    found = occurrence_at(analysis, spot.block, at) if spot else None
    if found is None:
        return None
    word_at = found.variant_at
    if word_at is not None and found.entity.base is not None:
        if at >= word_at:
            return RenameTarget(found.entity, True, word_at, found.end)
        return RenameTarget(found.entity.base, False, found.start, word_at - 1)
    return RenameTarget(found.entity, False, found.start, found.end)


def same_entity(analysis: Analysis, other: Analysis, entity: Entity) -> Entity | None:
    """An entity of `other` in `analysis`, told by the place of its declaration."""
    place = _place(other, entity)
    return next((one for one in analysis.film.cast if _place(analysis, one) == place), None)


def _place(analysis: Analysis, entity: Entity) -> tuple[str, int]:
    source, start, _ = analysis.layout.locate(entity.declared)
    return source.path, start


def rename(
    analysis: Analysis, target: RenameTarget, new: str, others: Sequence[Analysis]
) -> dict[str, list[RenameChange]]:
    """The changes, by path, that give the target its new name in its own script and in `others`. Raises
    RenameRefused."""
    name = _checked(target, " ".join(new.split()))
    scripts = [(analysis, target.entity)]
    for other in others:
        entity = same_entity(other, analysis, target.entity)
        if entity is not None and other.path != analysis.path:
            scripts.append((other, entity))
    for script, entity in scripts:
        _check_free(script, entity, target, name)
    problem = ""
    for braces in (False, True):
        changes: dict[str, list[RenameChange]] = {}
        for script, entity in scripts:
            for path, change in _changes(script, entity, target, name, braces):
                if change not in changes.setdefault(path, []):
                    changes[path].append(change)
        problems = (_misread(script, entity, target, name, changes) for script, entity in scripts)
        problem = next((one for one in problems if one), "")
        if not problem:
            return changes
    raise RenameRefused(problem)


def _checked(target: RenameTarget, new: str) -> str:
    """The new plain name or variant's word. Raises RenameRefused where it cannot be one."""
    if target.is_word and target.entity.base is not None:
        base, dot, word = new.rpartition(".")
        if dot and fold(base) == fold(target.entity.base.name):
            new = word
    if not new:
        raise RenameRefused("A name needs at least one letter or digit.")
    if target.is_word and not is_word(new):
        raise RenameRefused(
            f"{quote(new)} cannot be a variant's word: one word of letters and digits, without a full stop."
        )
    if not target.is_word and not is_name(new):
        raise RenameRefused(
            f"{quote(new)} cannot be a name: letters and digits with single spaces, and - _ ' & . inside; "
            "it starts with a letter or a digit."
        )
    return new


def _full(entity: Entity, target: RenameTarget, name: str) -> str:
    """What an entity is called once the target has its new name."""
    if target.is_word:
        base = entity.base.name if entity.base else ""
        return f"{base}.{name}"
    return name


def _check_free(analysis: Analysis, entity: Entity, target: RenameTarget, name: str) -> None:
    """Raise RenameRefused if another declaration has the new name."""
    full = _full(entity, target, name)
    taken = analysis.whole.names.cast.find(full)
    if taken is None or taken is entity:
        return
    source, start, _ = analysis.layout.locate(taken.declared)
    line = source.position(start).line
    file = source.path.replace("\\", "/").rpartition("/")[2]
    raise RenameRefused(
        f"{quote(full)} is taken: it is already declared, as a {taken.kind.value}, in {file}, line {line}. "
        "Choose another name."
    )


def _changes(
    analysis: Analysis, entity: Entity, target: RenameTarget, name: str, braces: bool
) -> Iterator[tuple[str, RenameChange]]:
    for one in occurrences(analysis):
        if one.entity is entity or one.entity.base is entity:
            yield one.source.path, _change(one, target, name, entity.name, braces)


def _change(one: Occurrence, target: RenameTarget, name: str, declared: str, braces: bool) -> RenameChange:
    """The change of one occurrence, with the @, braces and capitals that it needs."""
    start, end = one.start, one.end
    word_at = one.variant_at
    if target.is_word and word_at is not None:
        start = word_at
    elif word_at is not None:
        end = word_at - 1
    typed = one.source.text[start:end]
    text = _spelled(one, typed, name, declared)
    text += "".join(f" {typed[note.start : note.end]}" for note in strip_comments(typed).comments)
    if one.form is NameForm.MENTION and not one.braced and (braces or _runs_on(one, text, end)):
        whole = one.source.text[one.start : start] + text + one.source.text[end : one.end]
        return RenameChange(one.start, one.end, f"{{{whole}}}")
    return RenameChange(start, end, text)


def _spelled(one: Occurrence, typed: str, name: str, declared: str) -> str:
    """The new name as the old one was typed: in capitals in a cue or a heading, and where a text shouts."""
    in_capitals = typed == typed.upper()
    if one.form in (NameForm.CUE, NameForm.HEADING) and one.outer[0] == one.start:
        return name.upper() if in_capitals else name
    shouts = has_case(typed) and in_capitals and not declared.endswith(typed) and len(typed) > 1
    return name.upper() if shouts and one.form is not NameForm.DECLARATION else name


def _runs_on(one: Occurrence, text: str, end: int) -> bool:
    """Whether a letter follows that would be read as the name's."""
    return re.match(LETTER, one.source.text[end : end + 1]) is not None and text[-1:].isalnum()


def apply_rename(text: str, changes: Sequence[RenameChange]) -> str:
    """A text with changes that do not touch each other."""
    for one in sorted(changes, reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    return text


def _misread(
    analysis: Analysis, entity: Entity, target: RenameTarget, name: str, changes: dict[str, list[RenameChange]]
) -> str | None:
    """Why the changed script would not say the same; None where it does."""
    texts = {source.path: apply_rename(source.text, changes.get(source.path, [])) for source in analysis.sources}
    after = analyze_text(texts[analysis.path], analysis.path, analysis.options, user_cache(), texts)
    wanted = [(_renamed(one.entity, entity, target, name), one.form, one) for one in occurrences(analysis)]
    found = [(fold(one.entity.name), one.form) for one in occurrences(after)]
    for index, (full, form, one) in enumerate(wanted):
        if index >= len(found) or found[index] != (full, form):
            return _told(one, name)
    if len(found) > len(wanted):
        return f"Other words of the script would then be read as {quote(name)}. Choose another name."
    for scene, other in zip(analysis.film.scenes, after.film.scenes, strict=False):
        before = fold(scene.location.name) if scene.location else None
        renamed = _renamed(scene.location, entity, target, name) if scene.location else None
        if renamed != (fold(other.location.name) if other.location else None):
            heading = quote(scene.heading or "")
            return f"The heading {heading} would then mean another place than {quote(before or 'none')}."
    more = _errors(after) - _errors(analysis)
    return f"The script would then have a new error ({', '.join(more)})." if more else None


def _renamed(one: Entity, entity: Entity, target: RenameTarget, name: str) -> str:
    if one is entity:
        return fold(_full(entity, target, name))
    if one.base is entity:
        return fold(f"{name}{one.name[len(entity.name) :]}")
    return fold(one.name)


def _told(one: Occurrence, name: str) -> str:
    line = one.source.position(one.start).line
    file = one.source.path.replace("\\", "/").rpartition("/")[2]
    return f"With the name {quote(name)}, {file}, line {line}, would be read differently. Choose another name."


def _errors(analysis: Analysis) -> Counter[str]:
    return Counter(one.code for one in analysis.diagnostics if one.severity is Severity.ERROR)
