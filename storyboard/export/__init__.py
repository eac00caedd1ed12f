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
    """A library that an export needs is not installed; the message says which, and what to do."""

    def __init__(self, what: str, *, is_ready_made: bool = True) -> None:
        remedy = "It comes with sbc: install sbc again"
        if not is_ready_made:
            remedy = (
                "It comes with sbc on Python 3.11 to 3.13; on a later one `pip install opentimelineio "
                "otio-cmx3600-adapter otio-fcp-adapter` builds it, with CMake and a C++ compiler. "
                "--to fcpxml works without it"
            )
        super().__init__(f"{what} is not installed. {remedy}")
