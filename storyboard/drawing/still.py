"""The content of a still: subjects, and the place of each in the frame."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Subject(NamedTuple):
    """A person, thing or place.

    `kind` is `character`, `prop`, `location` or `frame`. `picture` is a file or the bytes of one, or None; then `note`
    says briefly why, for the placeholder. `words` describe a place without a picture; `cut_out` is a file in which the
    service has cut the subject out.
    """

    name: str
    kind: str
    picture: Path | bytes | None
    note: str | None = None
    words: str = ""
    cut_out: Path | None = None


class PlacedSubject(NamedTuple):
    """A subject in the frame: the middle of its foot, and its height, as fractions of the frame; from 1 on it fills the
    frame.

    A held thing has the name of its `holder`, and a `grip`: `hand` or `head`.
    """

    subject: Subject
    x: float
    foot: float
    height: float
    holder: str | None = None
    grip: str | None = None


class Still(NamedTuple):
    """The content of a shot: a backdrop, figures in front of it, the farthest first, and an end frame in the corner."""

    backdrop: Subject | None
    figures: tuple[PlacedSubject, ...] = ()
    end: Subject | None = None


def spread_subjects(subjects: tuple[Subject, ...], height: float = 0.72) -> tuple[PlacedSubject, ...]:
    """Subjects side by side, for a shot that does not say where they are."""
    count = max(1, len(subjects))
    return tuple(
        PlacedSubject(
            one, 0.09 + 0.82 * (number + 0.5) / count, 0.96, height * (0.6 if one.kind == "prop" and count > 1 else 1)
        )
        for number, one in enumerate(subjects)
    )
