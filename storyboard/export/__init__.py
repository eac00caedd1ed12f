"""The film for other programs: timelines for an editor, a shot list, the board on paper.

Every writer takes an `ExportRequest` and gives a `ExportResult`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis
    from storyboard.film.takes import Take


class ExportRequest(NamedTuple):
    """What to export: a script and its finished takes; `paper` is `a4` or `letter`, for what is printed; `names`: who
    speaks stands in the subtitles."""

    analysis: Analysis
    takes: tuple[Take, ...] = ()
    paper: str = "a4"
    names: bool = False


class ExportResult(NamedTuple):
    """A file's content, and what could not be put in it, a line each. Without content there is no file."""

    data: bytes
    problems: tuple[str, ...] = ()


class NotInstalled(Exception):
    """A part that an export needs is not installed; the message says which, and how to get it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f'{what} is not installed. It comes with: pip install "storyboard-compiler[{extra}]"')
