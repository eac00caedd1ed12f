"""The cursor of a completion, and the offers there."""

from __future__ import annotations

import re
from typing import NamedTuple

from storyboard.catalog import Model
from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import LETTERS
from storyboard.compiler.pipeline import Analysis
from storyboard.lsp.locate import BlockLocation, settings_at

WORD = re.compile(rf"(?:{LETTERS}|[-_'’]++)*+")
KEY_VALUE = re.compile(r"\s*(?P<key>[^\W\d_]+(?: [^\W\d_]+)*)\s*:\s*(?P<rest>.*)$")


class CompletionOffer(NamedTuple):
    """A text to write over the characters `start` to `end`. `kind` is one of those of `handlers.completion`. `name`, a
    declared name, or `file`, a picture, can be shown beside it. `snippet` is what an editor that knows snippets writes
    in place of the text, fields and all."""

    label: str
    kind: str
    text: str
    start: int
    end: int
    detail: str = ""
    name: str | None = None
    file: str | None = None
    snippet: str = ""


class Cursor(NamedTuple):
    """The cursor: the character `at` of the file of `spot`, and the halves of its line in plain forms."""

    analysis: Analysis
    spot: BlockLocation
    at: int
    before: str
    after: str

    @property
    def entities(self) -> list[Entity]:
        """The declared entities of the script."""
        return list(self.analysis.whole.names.cast.by_name.values())

    def end(self, more: re.Pattern[str]) -> int:
        """The end of what an offer replaces: of the word, or whatever `more` matches, that the cursor is in."""
        found = more.match(self.after)
        return self.at + (found.end() if found else 0)

    @property
    def model(self) -> Model:
        """The model of the scene at the cursor."""
        settings = settings_at(self.analysis, self.spot.source.path, self.at)
        return settings.model if settings else self.analysis.settings.default_model


def name_offer(entity: Entity, text: str, start: int, end: int) -> CompletionOffer:
    """The offer of a declared name, with its kind and look as details."""
    look = f" · {entity.look}" if entity.look else ""
    return CompletionOffer(entity.name, entity.kind.value, text, start, end, f"{entity.kind.value}{look}", entity.name)


def known_keys(place: Cursor) -> tuple[str, ...]:
    """The keys that the block at the cursor takes."""
    match place.spot.block:
        case parsed.Declaration(kind=kind):
            return keys.DECLARATION[kind]
        case parsed.Heading():
            return keys.SCENE
        case parsed.Shot():
            return keys.SHOT
        case parsed.TitlePage():
            return keys.TITLE_PAGE
        case parsed.LooseText() if not place.spot.source.text[: place.at].strip("\n\r \ufeff").count("\n"):
            return keys.TITLE_PAGE
    return ()
