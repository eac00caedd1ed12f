"""The takes of a film, for board, film and exports."""

from __future__ import annotations

from pathlib import Path

from storyboard.compiler.pipeline import Analysis
from storyboard.files.overwrite import LEDGER
from storyboard.film.takes import DraftShot, Take, TakesOnDisk
from storyboard.render.clip_takes import read_film_takes
from storyboard.render.files import FileState, file_state, take_path
from storyboard.render.finish.files import finished_take
from storyboard.render.jobs import build_jobs


def takes_on_disk(analysis: Analysis, folder: Path) -> TakesOnDisk:
    """The takes in a folder; none for a script with errors. Raises LedgerUnusable."""
    if analysis.has_errors:
        return TakesOnDisk()
    jobs = build_jobs(analysis)
    film = read_film_takes(jobs, folder)
    if film is None:
        return TakesOnDisk()
    chosen: list[Take] = []
    others: list[Take] = []
    for job in jobs:
        takes = film.of(job)
        for entry in dict.fromkeys((takes.take, *takes.choosable)):
            if entry is None or file_state(folder, entry) is FileState.GONE:
                continue
            is_chosen = entry is takes.take
            is_former = takes.is_of_other_text if is_chosen else entry in takes.former
            finished = finished_take(folder, entry) if is_chosen else None
            take = Take(
                job.id, take_path(folder, entry), entry.number or 1, film.notes.get(entry.id, ()),
                is_chosen and takes.is_locked, is_former, finished.path if finished else None,
            )  # fmt: skip
            (chosen if is_chosen else others).append(take)
    return TakesOnDisk(tuple(chosen), tuple(others))


def chosen_takes(analysis: Analysis, folder: Path) -> tuple[Take, ...]:
    """The chosen take of each clip that has one, in film order; none for a script with errors. Raises
    LedgerUnusable."""
    return takes_on_disk(analysis, folder).chosen


def draft_shots(final: Analysis, folder: Path) -> tuple[DraftShot, ...]:
    """The shots of a film that have a draft in a folder, each with its place in the draft's take. Raises
    LedgerUnusable."""
    from storyboard.compiler.drafts import NoDraft, compile_draft

    if final.has_errors or not (folder / LEDGER).exists():
        return ()
    try:
        draft = compile_draft(final)
    except NoDraft:
        return ()
    takes = {take.clip_id: take for take in chosen_takes(draft, folder)}
    found = []
    for clip in draft.clips:
        at = 0
        for shot in clip.shots:
            if clip.id in takes:
                found.append(DraftShot(shot.number, takes[clip.id].path, at))
            at += shot.duration or 0
    return tuple(found)
