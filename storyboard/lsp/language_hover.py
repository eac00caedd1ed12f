"""Hover for the language's own words: the key of a property, and the camera direction of a shot."""

from __future__ import annotations

from storyboard.catalog import read_table
from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.resolved import Shot, plain
from storyboard.compiler.prompts.camera import sizes_as_phrases
from storyboard.compiler.prompts.sentences import clean_text
from storyboard.drawing.camera_moves import move_of
from storyboard.lsp.locate import BlockLocation
from storyboard.lsp.markdown import Hover, escape

_TABLES: tuple[tuple[type[parsed.Block], str], ...] = (
    (parsed.TitlePage, "title_page"),
    (parsed.Declaration, "declaration"),
    (parsed.Heading, "scene"),
    (parsed.Shot, "shot"),
)


def key_at(spot: BlockLocation, at: int) -> Hover | None:
    """What the key of a property says, and what holds where it is not set."""
    for one in spot.block.properties:
        start, end = spot.offset + one.key_span.start, spot.offset + one.key_span.end
        if start <= at <= end and (said := describe_key(spot.block, one.key)):
            return Hover(f"**{escape(one.key)}**: {said}", start, end)
    return None


def describe_key(block: parsed.Block, key: str) -> str:
    """A key in Markdown, for its kind of block; empty for a key that the block does not have."""
    if isinstance(block, parsed.TitlePage) and key in keys.FACTS:
        return "for the reader; it changes nothing"
    known = next((name for kind, name in _TABLES if isinstance(block, kind)), None)
    if known is None or (isinstance(block, parsed.Declaration) and key not in keys.DECLARATION[block.kind]):
        return ""
    table = read_table("keys.toml")
    said: str = table[known].get(key, "")
    is_of_film = isinstance(block, parsed.TitlePage) and key in table["unset"]
    return f"{said} (where it is not set: {table['unset'][key]})" if is_of_film else said


def describe_camera(shot: Shot) -> str:
    """How prompts write a shot's camera direction, and how the animatic moves; empty without a direction."""
    if shot.direction is None or not shot.direction.string.strip():
        return ""
    camera = escape(clean_text(plain(sizes_as_phrases(shot.camera))))
    return f"In the prompt: {camera} · in the animatic the camera {move_of(plain(shot.camera)).says}"
