"""The content of a still: subjects, and where each is in the frame."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Subject(NamedTuple):
    """Somebody, something or a place. `kind` is `character`, `prop`, `location` or `frame`; `picture` a file or the
    bytes of one, None where there is none; `note` says in a word or two why, if a stand-in should say so. `words` are
    what a place without a picture looks like; `cut_out` is a file in which the service has cut the subject out."""

    name: str
    kind: str
    picture: Path | bytes | None
    note: str | None = None
    words: str = ""
    cut_out: Path | None = None


class PlacedSubject(NamedTuple):
    """A subject in the frame: the middle of its foot, and its height, as shares of the frame. From height 1 on it
    fills the frame. A thing that is held has the name of its `holder`, and a `grip`: `hand` or `head`."""

    subject: Subject
    x: float
    foot: float
    height: float
    holder: str | None = None
    grip: str | None = None


class Still(NamedTuple):
    """What a shot shows: a backdrop, figures before it, the farthest first, and an end frame in the corner."""

    backdrop: Subject | None
    figures: tuple[PlacedSubject, ...] = ()
    end: Subject | None = None


def spread_subjects(subjects: tuple[Subject, ...], height: float = 0.72) -> tuple[PlacedSubject, ...]:
    """Subjects side by side, where nothing says where they stand."""
    count = max(1, len(subjects))
    return tuple(
        PlacedSubject(
            one, 0.09 + 0.82 * (number + 0.5) / count, 0.96, height * (0.6 if one.kind == "prop" and count > 1 else 1)
        )
        for number, one in enumerate(subjects)
    )
