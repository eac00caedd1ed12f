"""The meaning of a script without its layout, to compare two texts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Block, Text
from storyboard.compiler.names import fold
from storyboard.compiler.parse import BlockCache, BlockKey, parse
from storyboard.compiler.parse.comments import Comment, strip_comments
from storyboard.compiler.text import Source, Span

#: A title page as Fountain writes it, then what the film is made with.
_TITLE_PAGE = (
    "title", "credit", "author", "authors", "source", "draft date", "date", "revision", "contact", "copyright", "notes",
    *keys.FILM_SETTINGS, *keys.SETTINGS, "music", "loudness",
)  # fmt: skip

#: Texts that are cached: every step of formatting reads the result of the one before.
_KEPT = 4

Blocks = tuple[tuple[int, Block], ...]


class _ReadText(NamedTuple):
    """What was read from a text: its blocks, each with its offset, and its comments."""

    blocks: Blocks
    comments: Sequence[Comment]


class _TrimmedBlocks(BlockCache):
    """Blocks that differ only in the blank lines below them are one: nothing is read from those."""

    def recall(self, key: BlockKey) -> Block | None:
        return super().recall(_trimmed(key))

    def keep(self, key: BlockKey, block: Block) -> None:
        super().keep(_trimmed(key), block)


def _trimmed(key: BlockKey) -> BlockKey:
    return key._replace(path="", plain=key.plain.rstrip(), written=key.written.rstrip(), size=0)


class ScriptReader:
    """Reads a text and then what formatting makes of it, each block once. `known` are blocks that have been read, and
    need not be read again."""

    def __init__(self, known: Iterable[tuple[BlockKey, Block]] = ()) -> None:
        self._cache = _TrimmedBlocks()
        for key, block in known:
            self._cache.keep(key, block)
        self._readings: dict[str, _ReadText] = {}
        self._said: dict[Block, object] = {}

    def read(self, text: str) -> _ReadText:
        """The blocks and the comments of a script."""
        reading = self._readings.get(text)
        if reading is None:
            self._cache.turn()
            blocks = parse(Source("", text), self._cache).blocks
            reading = _ReadText(blocks, strip_comments(text).comments)
            while len(self._readings) >= _KEPT:
                del self._readings[next(iter(self._readings))]
            self._readings[text] = reading
        return reading

    def blocks(self, text: str) -> Blocks:
        """The blocks of a script."""
        return self.read(text).blocks

    def comments(self, text: str) -> tuple[str, ...]:
        """All comments as they stand; a `//` line without the blanks around it."""
        return tuple(text[comment.start : comment.end].strip() for comment in self.read(text).comments)

    def said(self, text: str) -> tuple[object, ...]:
        """What a script says, block by block, without its layout and the capitals of its headings."""
        return tuple(self._said_by(block) for _, block in filled_blocks(self.blocks(text)))

    def _said_by(self, block: Block) -> object:
        if block not in self._said:
            self._said[block] = _meaning(block)
        return self._said[block]


def filled_blocks(blocks: Iterable[tuple[int, Block]]) -> list[tuple[int, Block]]:
    """The blocks that hold anything."""
    return [(offset, block) for offset, block in blocks if not isinstance(block, parsed.LooseText) or block.body]


def is_same(one: Block, other: Block) -> bool:
    """Whether two blocks differ in nothing but where their parts stand: the compiler makes the same of both."""
    return one is other or _exactly(one) == _exactly(other)


def _exactly(block: Block) -> object:
    properties = [(one.key, one.value.string) for one in block.properties]
    found = [finding.code for finding in block.findings]
    return (type(block).__name__, _typed_head(block), properties, [_plain(beat) for beat in block.body], found)


def _typed_head(block: Block) -> object:
    match block:
        case parsed.Declaration():
            return (block.kind, block.typed.string)
        case parsed.Heading():
            return (block.line.string, block.label)
    return _head(block)


def _meaning(block: Block) -> object:
    known = known_keys(block)
    rank = cache(lambda key: known.index(key) if key in known else len(known))
    properties = sorted(((rank(one.key), one.key, _value(one)) for one in block.properties), key=lambda one: one[0])
    return (type(block).__name__, _head(block), properties, [_plain(beat) for beat in block.body], len(block.findings))


def _value(one: parsed.Property) -> object:
    if one.key in keys.LISTS:
        return tuple(part.strip() for part in one.value.string.split(","))
    return one.value.string


def _head(block: Block) -> object:
    match block:
        case parsed.Declaration():
            return (block.kind, " ".join(block.typed.string.split()))
        case parsed.Include():
            return block.path.string if block.path else None
        case parsed.Section():
            return (block.level, block.title.string)
        case parsed.Heading():
            return (fold(block.line.string), block.label)
        case parsed.Shot():
            return (block.duration, block.camera.string if block.camera else None, block.label)
    return None


def _plain(value: object) -> object:
    """A part of a block with texts in place of their places."""
    if isinstance(value, Text):
        return value.string
    if isinstance(value, Span):
        return None
    if isinstance(value, parsed.Speech):
        return (_plain(value.cue), _plain(value.lines), _plain(value.as_action))
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def known_keys(block: Block) -> tuple[str, ...]:
    """The keys that a block takes, in the order in which they are written."""
    match block:
        case parsed.TitlePage():
            return _TITLE_PAGE
        case parsed.Heading():
            return keys.SCENE
        case parsed.Shot():
            return keys.SHOT
        case parsed.Declaration():
            return keys.DECLARATION[block.kind]
    return ()
