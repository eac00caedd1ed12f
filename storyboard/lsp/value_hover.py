"""Hover on the values of properties: what a model can do and costs, and the picture that a path names."""

from __future__ import annotations

from pathlib import Path

from storyboard.catalog.video_models import Model
from storyboard.compiler.ir.parsed import Property
from storyboard.compiler.pipeline import Analysis
from storyboard.lsp.locate import BlockLocation
from storyboard.lsp.markdown import Hover, escape, image
from storyboard.lsp.outline import links
from storyboard.lsp.pictures import thumbnail
from storyboard.wording import listed, money

_MODEL_KEYS = frozenset({"model", "text model"})


def value_at(analysis: Analysis, spot: BlockLocation, at: int, *, with_pictures: bool) -> Hover | None:
    """What is known of the model or the file that a property names at a place."""
    for one in spot.block.properties:
        if one.key in _MODEL_KEYS and (found := _model(analysis, spot, one, at)):
            return found
    link = next((one for one in links(analysis, spot.source.path) if one.start <= at <= one.end), None)
    if link is None or link.file is None:
        return None
    shown = thumbnail(Path(link.file))
    if shown is None:
        return None
    name = f"**{escape(Path(link.file).name)}**"
    return Hover(f"{name}\n\n{image(shown)}" if with_pictures else name, link.start, link.end)


def _model(analysis: Analysis, spot: BlockLocation, one: Property, at: int) -> Hover | None:
    if not one.value.string:
        return None
    span = one.value.span()
    start, end = spot.offset + span.start, spot.offset + span.end
    model = analysis.options.models.find(one.value.string)
    return Hover(describe_model(model), start, end) if model and start <= at <= end else None


def describe_model(model: Model) -> str:
    """A model in Markdown: what it is, how long its clips are, what a second costs, and whose figures these are."""
    a_second = model.price.a_second(model.resolution, sound=model.audio != "none")
    facts = [
        f"clips of at most {model.clip_seconds} s",
        f"{listed(model.aspects)}" if model.aspects else "",
        f"{money(a_second, 3)} a second" if a_second is not None else "price unknown",
    ]
    lines = [
        f"**{escape(model.name)}** · `{model.id}`",
        escape("; ".join(filter(None, facts))),
        f"*{escape(model.price.basis)}*",
    ]
    return "\n\n".join(lines)
