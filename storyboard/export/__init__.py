"""The film for other programs: timelines for editing, a shot list, the board on paper.

    formats         one module for each format: its name, signature and writer; `FORMATS` lists them
    edit            the cut as editing programs have it ─▶ timeline (OpenTimelineIO), fcpxml
                    (edit_sound, fcp7_sound, media_urls)
    timecode        frames as editing rooms count them
    pdf, pdf_grid   the storyboard ─▶ pages (pdf_page, pdf_text), also six or nine panels each
    shotlist        the storyboard ─▶ a table
    subtitles, screenplay   speeches; the script as other programs read it

Every writer takes an `ExportRequest` and returns an `ExportResult`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from storyboard.files.signatures import Signature

if TYPE_CHECKING:
    from storyboard.compiler.pipeline import Analysis
    from storyboard.film.laid_sounds import MadeSounds
    from storyboard.film.takes import Take


#: The packages that `pip` builds if OpenTimelineIO has no wheel.
OTIO_PACKAGES = ("opentimelineio", "otio-cmx3600-adapter", "otio-fcp-adapter")


class ExportRequest(NamedTuple):
    """What to export: a script and its finished takes; `paper` is `a4` or `letter`, for what is printed; `names`: who
    speaks stands in the subtitles. `others` are the takes of a clip that were not chosen; `folder` is where the file
    goes, None for one that goes nowhere yet. `panels` are those of a printed page, 6 or 9, 0 for as many as fit.
    `forced`: subtitles hold the titles on the screen and no speech. `made` are the sounds that were made of words.
    """

    analysis: Analysis
    takes: tuple[Take, ...] = ()
    paper: str = "a4"
    names: bool = False
    others: tuple[Take, ...] = ()
    folder: Path | None = None
    panels: int = 0
    forced: bool = False
    made: MadeSounds | None = None


class ExportResult(NamedTuple):
    """The content of a file, and lines about what it could not hold. Without content no file is written."""

    data: bytes
    problems: tuple[str, ...] = ()


class ExportFormat(NamedTuple):
    """A format of `sbc export`: all that the command and the guard of files know about it.

    `name` is what `--to` takes and the suffix of its files; `title` its line in the help; `signature` what tells its
    files from a user's; `write` makes one, and imports what it needs when it is called. `extra` are the packages that
    have to be installed by hand on a Python for which sbc does not bring them.
    """

    name: str
    title: str
    signature: Signature
    write: Callable[[ExportRequest], ExportResult]
    extra: tuple[str, ...] = ()

    @property
    def suffix(self) -> str:
        """Of the files that it writes, with the dot."""
        return f".{self.name}"


class NotInstalled(Exception):
    """A library that an export needs is not installed; the message names it."""
