"""Clips as the service takes them: request bodies, fingerprints, the manifest.

`manifest` is what `sbc compile` prints, `payloads` are request bodies, `sound` what is laid over the film.

Both public functions raise ValueError for an analysis with errors.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Any, Literal, cast

from storyboard.catalog.prices import rate_in_words
from storyboard.compiler.emit.manifest import (
    ClipEntry,
    Estimate,
    Manifest,
    ReferenceEntry,
    SceneEntry,
    ShotEntry,
    TitleEntry,
    Totals,
    TransitionEntry,
)
from storyboard.compiler.emit.payloads import build_body, start_field
from storyboard.compiler.emit.sound import sound_of
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Slug, Title, Transition
from storyboard.compiler.pipeline import Analysis, collector_paused
from storyboard.compiler.prompts import write_prompt

__all__ = ["Images", "Manifest", "build_manifest", "request_body", "start_field"]

Images = Literal["link", "embed"]


@collector_paused()
def build_manifest(analysis: Analysis, images: Images = "link") -> Manifest:
    """The manifest of a film without errors.

    With images `link`, pictures on disk are named by their path; with `embed`, they are included as data. Raises
    ValueError for an analysis with errors, and TemplateProblem if a template of the project cannot be filled.
    """
    _refuse_errors(analysis)
    fingerprints: dict[str, str] = {}
    entries: list[ClipEntry] = []
    waiting: list[Transition | Title | Slug] = []
    for plan in analysis.plans:
        waiting += plan.scene.opening
        for clip in plan.clips:
            entries.append(_entry(analysis, clip, waiting, images, fingerprints))
            waiting = []
    return Manifest(
        format="storyboard/1",
        title=analysis.film.title,
        wire=cast("Literal['api', 'guide']", analysis.options.spelling),
        clips=tuple(entries),
        totals=Totals(
            clips=len(entries),
            seconds=sum(clip.duration for clip in analysis.clips),
            usd=round(sum((clip.usd or 0.0 for clip in analysis.clips), 0.0), 4),
        ),
        sound=sound_of(analysis),
    )


def request_body(analysis: Analysis, clip: Clip, images: Images = "embed") -> dict[str, Any]:
    """The body of a clip's queue call, ready to send.

    It has no start image if the clip starts from the last frame of another one. Raises ValueError and TemplateProblem,
    as `build_manifest` does.
    """
    _refuse_errors(analysis)
    prompt = write_prompt(clip, analysis.options.templates)
    return _payload(analysis, clip, prompt, images)


def _payload(analysis: Analysis, clip: Clip, prompt: str, images: Images) -> dict[str, Any]:
    """A request body with its images as links, or embedded: reduced together as far as the request needs it."""
    cache, sides = analysis.images, clip.model.sides
    if images == "link":
        return build_body(clip, prompt, analysis.options.spelling, cache.link)
    step = cache.request_images(clip.pictures, sides).step
    return build_body(clip, prompt, analysis.options.spelling, lambda picture: cache.data_url(picture, sides, step))


def _refuse_errors(analysis: Analysis) -> None:
    if analysis.has_errors:
        raise ValueError("a script with errors has no requests")


def _entry(
    analysis: Analysis,
    clip: Clip,
    opening: Sequence[Transition | Title | Slug],
    images: Images,
    fingerprints: dict[str, str],
) -> ClipEntry:
    """One clip; `opening` are the transitions and titles above its first shot, of scenes without shots too."""
    prompt = write_prompt(clip, analysis.options.templates)
    by_digest = build_body(clip, prompt, analysis.options.spelling, analysis.images.digest)
    fingerprint = _fingerprint(by_digest, fingerprints.get(clip.start_from or ""))
    fingerprints[clip.id] = fingerprint
    return ClipEntry(
        id=clip.id,
        scene=SceneEntry(number=clip.scene.number, label=clip.scene.label, heading=clip.scene.heading),
        shots=tuple(_shots(analysis, clip)),
        duration=clip.duration,
        model=clip.model.wire_id(analysis.options.spelling),
        references=tuple(
            ReferenceEntry(tag=one.tag, name=one.entity.name, kind=one.entity.kind.value) for one in clip.references
        ),
        start_from=clip.start_from,
        transitions=tuple(_transitions(clip, opening)),
        titles=tuple(_titles(clip, opening)),
        estimate=_estimate(clip),
        fingerprint=fingerprint,
        payload=_payload(analysis, clip, prompt, images),
    )


def _fingerprint(body: dict[str, Any], before: str | None) -> str:
    """A name for what will be generated: a digest of the request, of its pictures, and of the clip that it starts
    from."""
    text = json.dumps([body, before], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def _shots(analysis: Analysis, clip: Clip) -> Iterator[ShotEntry]:
    for shot in clip.shots:
        source, start, _ = analysis.layout.locate(shot.header)
        yield ShotEntry(
            number=shot.number,
            label=shot.label,
            duration=shot.duration or 0,
            file=source.path,
            line=source.position(start).line,
        )


def _transitions(clip: Clip, opening: Sequence[Transition | Title | Slug]) -> Iterator[TransitionEntry]:
    for beat in opening:
        if isinstance(beat, Transition):
            yield TransitionEntry(text=beat.text, after=None)
    for shot in clip.shots:
        for one in shot.beats:
            if isinstance(one, Transition):
                yield TransitionEntry(text=one.text, after=shot.number)


def _titles(clip: Clip, opening: Sequence[Transition | Title | Slug]) -> Iterator[TitleEntry]:
    found = [(clip.shots[0], beat) for beat in opening if isinstance(beat, Title)]
    found += [(shot, beat) for shot in clip.shots for beat in shot.beats if isinstance(beat, Title)]
    for shot, title in found:
        kind = cast("Literal['SUPER', 'TITLE', 'CHYRON']", title.key.removesuffix(" CARD"))
        yield TitleEntry(kind=kind, text=title.text, shot=shot.number)


def _estimate(clip: Clip) -> Estimate:
    """The price by the catalogue, with where the figure is from."""
    price, settings = clip.model.price, clip.settings
    a_second = price.a_second(settings.size, settings.is_heard)
    if a_second is None:
        return Estimate(usd=None, basis=f"{clip.duration} s; the catalogue knows no price")
    return Estimate(usd=clip.usd, basis=f"{clip.duration} s at {rate_in_words(a_second)}/s ({price.basis})")
