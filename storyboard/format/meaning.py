"""The meaning of a script without its layout, to compare two texts."""

from __future__ import annotations

from functools import cache, lru_cache

from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Block, Text
from storyboard.compiler.names import fold
from storyboard.compiler.parse import parse
from storyboard.compiler.parse.comments import strip_comments
from storyboard.compiler.text import Source

#: A title page as Fountain writes it, then what the film is made with.
_TITLE_PAGE = (
    "title", "credit", "author", "authors", "source", "draft date", "date", "revision", "contact", "copyright", "notes",
    *keys.FILM_SETTINGS, *keys.SETTINGS, "music", "loudness",
)  # fmt: skip


#: A text is read by every step that looks at it, and most steps leave it as it is: so many are kept in mind.
_KEPT = 4


@lru_cache(_KEPT)
def read(text: str) -> tuple[tuple[int, Block], ...]:
    """The blocks of a script, each with its offset."""
    return parse(Source("", text)).blocks


@lru_cache(_KEPT)
def comments(text: str) -> tuple[str, ...]:
    """All comments as they stand; a `//` line without the blanks around it."""
    return tuple(text[comment.start : comment.end].strip() for comment in strip_comments(text).comments)


@lru_cache(_KEPT)
def said(text: str) -> tuple[object, ...]:
    """What a script says, block by block, without its layout and the capitals of its headings."""
    return tuple(_block(block) for _, block in read(text) if not _is_nothing(block))


def forget() -> None:
    """Let go of the texts that were read."""
    for function in (read, comments, said):
        function.cache_clear()


def _is_nothing(block: Block) -> bool:
    return isinstance(block, parsed.Loose) and not block.body


def _block(block: Block) -> object:
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
