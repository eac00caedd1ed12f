"""The takes of a film, for board, film and exports."""

from __future__ import annotations

from pathlib import Path

from storyboard.compiler.pipeline import Analysis
from storyboard.film.takes import Take
from storyboard.render.clip_takes import read_film_takes
from storyboard.render.files import FileState, file_state, take_path
from storyboard.render.jobs import build_jobs


def chosen_takes(analysis: Analysis, folder: Path) -> tuple[Take, ...]:
    """The take that stands for each clip that has one in a folder, in the order of the film; none for a script with
    errors. Raises ledger.Unusable."""
    if analysis.has_errors:
        return ()
    jobs = build_jobs(analysis)
    film = read_film_takes(jobs, folder)
    if film is None:
        return ()
    found = []
    for job in jobs:
        takes = film.of(job)
        if takes.take is not None and file_state(folder, takes.take) is not FileState.GONE:
            remarks = film.notes.get(takes.take.id, ())
            path = take_path(folder, takes.take)
            found.append(Take(job.id, path, takes.take.number or 1, remarks, takes.is_locked, takes.is_of_other_text))
    return tuple(found)
