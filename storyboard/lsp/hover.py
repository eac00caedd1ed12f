"""Hover: a name, a shot or a code under the pointer."""

from __future__ import annotations

import re
from pathlib import Path

import storyboard
from storyboard.compiler.codes import TITLES
from storyboard.compiler.ir import parsed
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.pipeline import Analysis
from storyboard.lsp.language_hover import describe_camera, key_at
from storyboard.lsp.locate import BlockLocation, plan_at, spot_at, timed_shots
from storyboard.lsp.markdown import Hover, escape
from storyboard.lsp.occurrences import Occurrence, occurrence_at
from storyboard.lsp.pictures import thumbnails
from storyboard.lsp.takes import TakesById, brief_takes, told_takes
from storyboard.lsp.value_hover import value_at
from storyboard.report.prices import with_sources
from storyboard.wording import clock, price

_CODE = re.compile(r"SB[0-9]{3}(?![0-9])")


def hover_at(
    analysis: Analysis, path: str, at: int, *, with_pictures: bool, takes: TakesById | None = None
) -> Hover | None:
    """The hover at a place, or None.

    It is about a code in a note, a name, a model, a picture, a key, or the header of a shot or scene, with the `takes`
    of its clips; otherwise about the problem there. Pictures are shown or linked.
    """
    spot = spot_at(analysis, path, at)
    if spot is None:
        return None
    return (
        _code(spot, at)
        or _name(analysis, spot, at, with_pictures)
        or value_at(analysis, spot, at, with_pictures=with_pictures)
        or key_at(spot, at)
        or _shot(analysis, spot, at, takes or {})
        or _scene(analysis, spot, at, takes or {})
        or _problem(analysis, spot, at)
    )


def page_of(code: str) -> str:
    """The explanation of a code, in Markdown."""
    return (Path(storyboard.__file__).parent / "compiler" / "explain" / f"{code}.md").read_text(encoding="utf-8")


def _code(spot: BlockLocation, at: int) -> Hover | None:
    text = spot.source.text
    start = max(text.rfind("\n", 0, at) + 1, at - 5)
    for found in _CODE.finditer(text, start, at + 5):
        if found.start() <= at <= found.end() and found[0] in TITLES:
            return Hover(page_of(found[0]), *found.span())
    return None


def _problem(analysis: Analysis, spot: BlockLocation, at: int) -> Hover | None:
    for one in analysis.diagnostics:
        if one.file == spot.source.path and one.start.offset <= at <= one.end.offset:
            return Hover(page_of(one.code), one.start.offset, one.end.offset)
    return None


def _name(analysis: Analysis, spot: BlockLocation, at: int, with_pictures: bool) -> Hover | None:
    found = occurrence_at(analysis, spot.block, at)
    if found is None:
        return None
    meant = _meant(analysis, found)
    lines = [describe(analysis, meant, with_pictures=with_pictures)]
    tags = _tags(analysis, spot, found, meant)
    return Hover("\n\n".join([*lines, *tags]), *found.outer)


def describe(analysis: Analysis, entity: Entity, *, with_pictures: bool) -> str:
    """A name and its declaration in Markdown; its pictures are shown or linked."""
    lines = [f"**{escape(entity.name)}** · {entity.kind.value}"]
    if entity.look:
        lines.append(escape(entity.look))
    if entity.voice:
        lines.append(f"*Voice:* {escape(entity.voice)}")
    shown = thumbnails(analysis, entity, are_shown=with_pictures)
    if shown:
        lines.append(" ".join(shown))
    elif not entity.pictures:
        lines.append("*No picture: described in words only.*")
    else:
        lines.append("*Its picture cannot be shown.*")
    return "\n\n".join(lines)


def _meant(analysis: Analysis, found: Occurrence) -> Entity:
    """Whom a name means in its scene: a variant, perhaps."""
    for scene in analysis.film.scenes:
        for mention in (*scene.appearances, *(one for shot in scene.shots for one in shot.appearances)):
            if mention.at == found.span:
                return mention.entity
    return found.entity


def _tags(analysis: Analysis, spot: BlockLocation, found: Occurrence, meant: Entity) -> list[str]:
    """The tag that stands for a name in the clips of this place."""
    if isinstance(spot.block, parsed.Declaration | parsed.TitlePage) or spot.source.path != analysis.path:
        return [_use(analysis, meant)]
    shown = timed_shots(analysis).get(spot.block.anchor)
    if shown is not None:
        return [_tag(shown.clip, meant)] if shown.clip else []
    plan = plan_at(analysis, spot.source.path, found.start)
    return [_tag(clip, meant) for clip in plan.clips] if plan else []


def _tag(clip: Clip, entity: Entity) -> str:
    for one in clip.references:
        if one.entity is entity or one.entity.base is entity:
            return f"`{one.tag}` in clip {clip.id}"
    if entity in clip.present:
        return f"In clip {clip.id} by its words alone"
    return f"Not in the picture of clip {clip.id}"


def _use(analysis: Analysis, entity: Entity) -> str:
    clips = [clip for clip in analysis.clips if entity in clip.present]
    if not clips:
        return "In no clip"
    listed = ", ".join(clip.id for clip in clips[:8])
    return f"In {len(clips)} clip{'s' if len(clips) > 1 else ''}: {listed}{' …' if len(clips) > 8 else ''}"


def _shot(analysis: Analysis, spot: BlockLocation, at: int, takes: TakesById) -> Hover | None:
    """The hover on a shot's header: length, time in the film, clip, price and takes."""
    if not isinstance(spot.block, parsed.Shot):
        return None
    start, end = spot.offset + spot.block.header.start, spot.offset + spot.block.header.end
    shown = timed_shots(analysis).get(spot.block.anchor)
    if not start <= at <= end or shown is None:
        return None
    shot, clip = shown.shot, shown.clip
    lines = [f"**Shot {shot.number}** · {shot.duration} s" if shot.duration else f"**Shot {shot.number}**"]
    until = shown.start + (shot.duration or 0)
    lines.append(f"{clock(shown.start)} to {clock(until)} of the film ({until} s so far)")
    if camera := describe_camera(shot):
        lines.append(camera)
    if clip is not None:
        until = shown.in_clip + (shot.duration or 0)
        count = f"shot {shown.number} of {len(clip.shots)}"
        lines.append(
            f"Clip **{clip.id}** · {count}, {shown.in_clip} to {until} s of {clip.duration} s · {clip.model.name}"
        )
        lines.append(f"Price: {price(shown.usd)} of the clip's {with_sources(price(clip.usd), [clip])}")
        if told := told_takes(takes.get(clip.id), analysis.path, clip.id):
            lines.append(told)
    else:
        lines.append("In no clip yet: a shot of this scene does not say how long it is.")
    return Hover("\n\n".join(lines), start, end)


def _scene(analysis: Analysis, spot: BlockLocation, at: int, takes: TakesById) -> Hover | None:
    """The hover on a scene's heading: seconds, clips and price."""
    start, end = spot.offset + spot.block.header.start, spot.offset + spot.block.header.end
    plan = next((one for one in analysis.plans if one.scene.at and one.scene.at.anchor is spot.block.anchor), None)
    if plan is None or not start <= at <= end:
        return None
    seconds = sum(shot.duration or 0 for shot in plan.scene.shots)
    lines = [f"**Scene {plan.scene.number}** · {seconds} s · shots: {len(plan.scene.shots)}"]
    if plan.clips:
        prices = [clip.usd for clip in plan.clips]
        known = [usd for usd in prices if usd is not None]
        whole = with_sources(price(sum(known) if len(known) == len(prices) else None), plan.clips)
        clips = ((clip.id, brief_takes(takes.get(clip.id))) for clip in plan.clips)
        lines.append(f"Clips: {', '.join(f'{id_} ({brief})' if brief else id_ for id_, brief in clips)} · {whole}")
    return Hover("\n\n".join(lines), start, end)
