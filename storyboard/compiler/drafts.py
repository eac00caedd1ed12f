"""Drafts: the same script on another model, to see a film cheaply before paying for it in full.

A draft is a compilation of its own: clips are grouped and limits judged for the draft's model, lengths that it does not
make are changed, and features that it lacks are left out. `draft_losses` lists what that costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from storyboard.catalog import REFERENCE, Model
from storyboard.compiler.diagnostics import Severity
from storyboard.compiler.incremental import CompilerCache
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Scene, Shot
from storyboard.compiler.pipeline import Analysis, DraftModel, analyze_text
from storyboard.wording import listed

#: So many names or shots are listed of one loss.
_MOST_LISTED = 6


class NoDraft(Exception):
    """No model can film the script as drafts; the message says so."""


class DraftLoss(NamedTuple):
    """What a draft does without: `kind` is sound, elements, frames, lengths, aspect, negative, video or people; `words`
    say it."""

    kind: str
    words: str


def compile_draft(final: Analysis) -> Analysis:
    """A script without errors as its drafts: on the model that `Draft` names, else on the cheapest that films its cast.
    Raises NoDraft."""
    named = final.whole.given.get("draft")
    cache = CompilerCache()
    if named is not None:
        id_, _, size = named.value.partition(" ")
        return compile_on(final, DraftModel(id_, size or _cheapest_size(final, id_)), cache)
    best: Analysis | None = None
    for rate, draft in _by_rate(final):
        if best is not None and rate * sum(clip.duration for clip in final.clips) >= film_usd(best):
            break  # no dearer second makes a cheaper film
        analysis = compile_on(final, draft, cache)
        if not analysis.has_errors and (best is None or film_usd(analysis) < film_usd(best)):
            best = analysis
    if best is not None:
        return best
    raise NoDraft("no model can film this script as drafts; name one yourself: Draft: minimax-h3-max 480P")


def compile_on(final: Analysis, draft: DraftModel, cache: CompilerCache | None = None) -> Analysis:
    """A script as another model films it."""
    options = final.options._replace(model=None, draft=draft)
    return analyze_text(final.sources[0].text, final.path, options, cache)


def _cheapest_size(final: Analysis, id_: str) -> str | None:
    model = final.settings.model_of(id_)
    rates = [(model.price.a_second(size, True) or 0.0, size) for size in model.resolutions]
    return min(rates)[1] if rates else None


class ModelOption(NamedTuple):
    """The film on one model: how it is compiled there, and what it loses against the script as it is. `problem` says
    why the model cannot film it, empty where it can; `is_own` marks the script's own models."""

    model: Model
    resolution: str | None
    film: Analysis
    lost: tuple[DraftLoss, ...]
    problem: str
    is_own: bool


def compare_models(final: Analysis) -> tuple[ModelOption, ...]:
    """A script without errors on every reference-to-video model, by what the film costs there, the cheapest first; then
    the models that cannot film it."""
    cache = CompilerCache()
    own = {clip.model.id for clip in final.clips}
    options = []
    for model in final.options.models.models(final.settings.limits, REFERENCE):
        film = compile_on(final, DraftModel(model.id, model.resolution), cache)
        wrong = next((one for one in film.diagnostics if one.severity is Severity.ERROR), None)
        lost = () if wrong else draft_losses(final, film)
        options.append(
            ModelOption(model, model.resolution, film, lost, wrong.message if wrong else "", model.id in own)
        )
    return tuple(sorted(options, key=lambda one: (bool(one.problem), film_usd(one.film))))


def film_usd(analysis: Analysis) -> float:
    """What a film costs by the catalogue, in US dollars."""
    return sum(clip.usd or 0.0 for clip in analysis.clips)


def _by_rate(final: Analysis) -> Iterator[tuple[float, DraftModel]]:
    """The models that may take the cast's pictures, each at its cheapest resolution, after what a second costs, the
    cheapest first. Left out are models of which nobody knows how a prompt names a picture."""
    is_heard = any(clip.settings.is_heard for clip in final.clips)
    ranked: list[tuple[float, str, str | None]] = []
    for model in final.options.models.models(final.settings.limits, REFERENCE):
        size = _cheapest_size(final, model.id)
        rate = model.price.a_second(size, model.makes_sound(is_heard))
        if rate is not None and model.tags_documented and (model.persons or not _shows_people(final.clips)):
            ranked.append((rate, model.id, size))
    return ((rate, DraftModel(id_, size)) for rate, id_, size in sorted(ranked, key=lambda one: one[0]))


def _shows_people(clips: Iterable[Clip]) -> bool:
    return any(one.kind is Kind.CHARACTER and one.pictures for clip in clips for one in clip.present)


def draft_losses(final: Analysis, draft: Analysis) -> tuple[DraftLoss, ...]:
    """What the draft does without, compared with the film, the gravest first."""
    pairs = list(_pairs(final, draft))
    return tuple(
        DraftLoss(kind, words)
        for kind, words in (
            ("sound", _lost_sound(pairs)),
            ("elements", _flattened(final, draft)),
            ("frames", _lost_frames(pairs)),
            ("lengths", _changed_lengths(pairs)),
            ("aspect", _changed_aspect(pairs)),
            ("negative", _lost_negative(pairs)),
            ("people", _refused_people(draft)),
        )
        if words
    )


class _Pair(NamedTuple):
    """A shot of the film and the same one of the draft."""

    scene: Scene
    shot: Shot
    other_scene: Scene
    other: Shot


def _pairs(final: Analysis, draft: Analysis) -> Iterator[_Pair]:
    for scene, other_scene in zip(final.film.scenes, draft.film.scenes, strict=True):
        for shot, other in zip(scene.shots, other_scene.shots, strict=True):
            yield _Pair(scene, shot, other_scene, other)


def _lost_sound(pairs: list[_Pair]) -> str:
    silent = [one.shot.number for one in pairs if one.scene.settings.is_heard and not one.other_scene.settings.is_heard]
    if not silent:
        return ""
    return "no sound" if len(silent) == len(pairs) else f"no sound in {listed(silent, _MOST_LISTED)}"


def _flattened(final: Analysis, draft: Analysis) -> str:
    """Elements whose further pictures, or whose locks on looks, the draft has not."""
    sent: dict[str, Model] = {one.entity.name: clip.model for clip in draft.clips for one in clip.references}
    names = [
        one.entity.name
        for clip in final.clips
        for one in clip.references
        if clip.model.references == "elements"
        and not one.entity.is_location
        and not (one.entity.name in sent and sent[one.entity.name].references == "elements")
    ]
    flat = tuple(dict.fromkeys(names))
    return f"one plain picture, not an element, of {listed(flat, _MOST_LISTED)}" if flat else ""


def _lost_frames(pairs: list[_Pair]) -> str:
    lost = [
        one.shot.number
        for one in pairs
        if (one.shot.has_start and not one.other.has_start) or (one.shot.end is not None and one.other.end is None)
    ]
    return f"no start or end frame in {listed(lost, _MOST_LISTED)}" if lost else ""


def _changed_lengths(pairs: list[_Pair]) -> str:
    changed = [
        f"{one.shot.number} ({one.other.duration} s, not {one.shot.duration})"
        for one in pairs
        if one.shot.duration != one.other.duration
    ]
    return f"other lengths for {listed(changed, _MOST_LISTED)}" if changed else ""


def _changed_aspect(pairs: list[_Pair]) -> str:
    changed = {
        f"{one.other_scene.settings.aspect} instead of {one.scene.settings.aspect}": None
        for one in pairs
        if one.scene.settings.aspect != one.other_scene.settings.aspect
    }
    return listed(tuple(changed), _MOST_LISTED)


def _lost_negative(pairs: list[_Pair]) -> str:
    return (
        "no negative prompt"
        if any(one.scene.settings.negative and not one.other_scene.settings.negative for one in pairs)
        else ""
    )


def _refused_people(draft: Analysis) -> str:
    at_risk = any(not clip.model.persons and _shows_people([clip]) for clip in draft.clips)
    return "pictures of people may be refused" if at_risk else ""
