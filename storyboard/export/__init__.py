"""The film for other programs: timelines for an editor, a shot list, the board on paper.

Every writer takes an `Order` and gives a `Written`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from storyboard.film.takes import Take
    from storyboard.pipeline import Analysis


class Order(NamedTuple):
    """What to export: a script and its finished takes; `paper` is `a4` or `letter`, for what is printed."""

    analysis: Analysis
    takes: tuple[Take, ...] = ()
    paper: str = "a4"


class Written(NamedTuple):
    """A file's content, and what could not be put in it, a line each."""

    data: bytes
    problems: tuple[str, ...] = ()


class NotInstalled(Exception):
    """A part that an export needs is not installed; the message says which, and how to get it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} is not installed. It comes with: pip install "storyboard-compiler[{extra}]"')
