"""The part of a script whose requests formatting may have changed: reworded scenes, and what they depend on."""

from __future__ import annotations

from typing import NamedTuple

from storyboard.compiler.ir import parsed
from storyboard.compiler.ir.parsed import Block
from storyboard.format.meaning import ScriptReader, filled_blocks, is_same


class Excerpt(NamedTuple):
    """A part of a script before and after formatting, block for block the same; `headings` are the numbers that its
    headings have in the whole script, counted from 0."""

    before: str
    after: str
    headings: tuple[int, ...]
    is_whole: bool = False


def whole_texts(before: str, after: str, reader: ScriptReader) -> Excerpt:
    """Both texts as they are."""
    headings = sum(isinstance(block, parsed.Heading) for _, block in reader.blocks(before))
    return Excerpt(before, after, tuple(range(headings)), True)


def changed_scenes(before: str, after: str, reader: ScriptReader) -> Excerpt | None:
    """Everything that is declared, the scenes in which a block differs, and those beside them: a scene may keep the
    time of day of the one before, and go on from its last clip. Nothing where no block differs. The texts say the
    same."""
    old, new = filled_blocks(reader.blocks(before)), filled_blocks(reader.blocks(after))
    blocks = [one for _, one in old]
    differing = [at for at, (one, (_, other)) in enumerate(zip(blocks, new, strict=True)) if not is_same(one, other)]
    if not differing:
        return None
    if any(_is_for_all(blocks[at]) for at in differing):
        return whole_texts(before, after, reader)
    scenes = _scene_numbers(blocks)
    wanted = {scenes[at] + beside for at in differing for beside in (-1, 0, 1)}
    kept = [at for at, one in enumerate(blocks) if scenes[at] in wanted or _is_for_all(one)]
    return Excerpt(
        _parts(before, [offset for offset, _ in old], kept),
        _parts(after, [offset for offset, _ in new], kept),
        tuple(scenes[at] - 1 for at in kept if isinstance(blocks[at], parsed.Heading)),
        len(kept) == len(blocks),
    )


def _is_for_all(block: Block) -> bool:
    """Whether a block may mean something to every scene."""
    return isinstance(block, parsed.TitlePage | parsed.Declaration | parsed.Include)


def _scene_numbers(blocks: list[Block]) -> list[int]:
    """How many headings there are up to each block."""
    numbers: list[int] = []
    number = 0
    for one in blocks:
        number += isinstance(one, parsed.Heading)
        numbers.append(number)
    return numbers


def _parts(text: str, offsets: list[int], kept: list[int]) -> str:
    ends = [*offsets[1:], len(text)]
    return "".join(text[offsets[at] : ends[at]] for at in kept)
