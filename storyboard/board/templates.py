"""The templates of the board, and the parts that a page may leave out."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from storyboard.board.wording import audio_of, brief_line, price_of
from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.resolved import Mention, Prose, unmarked
from storyboard.wording import clean, clock, count

_FOLDER = Path(__file__).parent


class BoardContent(NamedTuple):
    """What a page shows besides the film: its `production` (clips, models, prices, references, remarks), and the
    `diagnostics` of the script."""

    production: bool = True
    diagnostics: bool = True


@cache
def template_environment() -> Environment:
    """The templates of the board, with their filters."""
    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    made.filters.update(clock=clock, price=price_of, counted=count, brief=brief_line, size=_size_class)
    made.filters.update(read=drop_marks, unmarked=unmarked, audio=audio_of)
    made.tests.update(mention=_is_mention)
    made.globals.update(shows=BoardContent())
    return made


def _printable(value: object) -> object:
    return clean(value) if type(value) is str else value


def _size_class(text: str) -> str:
    return "vast" if len(text) > 400 else "long" if len(text) > 60 else "short"


def _is_mention(part: Prose | object) -> bool:
    return isinstance(part, Mention)
