"""Clip takes: the take of each clip of a film, for plan, status, film, board, exports and editor alike.

The ledger knows takes by what was generated (the fingerprint), so a clip keeps its take wherever it is moved. A clip
with a changed text has a new fingerprint and no take of its own; the takes of its former text are found through the
name of its scene, or else through its place in the film.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from storyboard.render.files import FileState, file_state
from storyboard.render.folders import clip_command
from storyboard.render.jobs import Job
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.lock import is_held
from storyboard.spend.states import CHOOSABLE, ENDED_BADLY, RUNNING, State


@dataclass(frozen=True, slots=True)
class ClipTakes:
    """What the ledger and the disk have for a clip.

    `entries` were made for its current text, the oldest first; `former` for earlier texts, as far as known. `take` is
    the take in the film, or None; it `is_picked` by a person, or `is_locked`. `running` is paid and on its way, or
    being sent by another run right now; `unknown` are perhaps paid; `ended` is the latest that ended without a clip.
    """

    entries: tuple[Entry, ...] = ()
    former: tuple[Entry, ...] = ()
    take: Entry | None = None
    is_picked: bool = False
    is_locked: bool = False
    is_sending: bool = False

    @property
    def is_of_other_text(self) -> bool:
        """Whether the text of the clip has changed since its take was made."""
        return self.take is not None and all(self.take.id != entry.id for entry in self.entries)

    @property
    def choosable(self) -> tuple[Entry, ...]:
        """The takes that can be picked, those of earlier texts first."""
        return tuple(entry for entry in (*self.former, *self.entries) if entry.state in CHOOSABLE)

    @property
    def running(self) -> Entry | None:
        """The entry that is paid and will be collected, or None."""
        states = RUNNING | {State.INTENDED} if self.is_sending else RUNNING
        return next((entry for entry in self.entries if entry.state in states), None)

    @property
    def unknown(self) -> tuple[Entry, ...]:
        """The entries that may or may not have been charged."""
        states = {State.UNKNOWN} if self.is_sending else {State.UNKNOWN, State.INTENDED}
        return tuple(entry for entry in self.entries if entry.state in states)

    @property
    def ended(self) -> Entry | None:
        """The latest entry, if it ended without a usable clip."""
        return self.entries[-1] if self.entries and self.entries[-1].state in ENDED_BADLY else None


class FilmTakes:
    """The takes of a film; `of` returns those of a job.

    `notes` are people's notes by entry id. `is_sending` says whether another run is using the folder right now, so that
    what it is sending does not count as unknown.
    """

    def __init__(self, jobs: Sequence[Job], ledger: Ledger | None, folder: Path, *, is_sending: bool = False) -> None:
        self.folder = folder
        self.entries = ledger.entries("clip") if ledger else ()
        self._choices = ledger.choices() if ledger else {}
        self._locked = ledger.locked() if ledger else frozenset()
        self.notes = ledger.notes() if ledger else {}
        self._is_sending = is_sending
        self._by_id = {entry.id: entry for entry in self.entries}
        self._by_fingerprint: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            if entry.state is not State.PLANNED:
                self._by_fingerprint[entry.fingerprint].append(entry)
        self._former = dict(self._match_former(jobs))

    def of(self, job: Job) -> ClipTakes:
        """The takes of a clip: the one in the film, and those that could be."""
        entries = tuple(
            entry for entry in self._by_fingerprint.get(job.clip.fingerprint, ()) if entry.own in (None, job.place)
        )
        former = self._former.get(job.id, ())
        picked = self._by_id.get(self._choices.get((job.clip.fingerprint, job.place), 0))
        if picked is not None and picked.state not in CHOOSABLE:
            picked = None
        saved = [entry for entry in entries if entry.state is State.SAVED]
        own = [entry for entry in saved if entry.own == job.place]
        shared = [entry for entry in saved if entry.own is None]
        take = picked or next(iter([*own, *shared]), None)
        locked = next((one for one in (take, *former) if one is not None and self._is_locked(one)), None)
        return ClipTakes(
            entries,
            former,
            locked or take,
            is_picked=picked is not None,
            is_locked=locked is not None,
            is_sending=self._is_sending,
        )

    def file_state(self, entry: Entry) -> FileState:
        """The state of a take's file."""
        return file_state(self.folder, entry)

    def _is_locked(self, entry: Entry) -> bool:
        return entry.id in self._locked and entry.state in CHOOSABLE

    def _match_former(self, jobs: Sequence[Job]) -> Iterator[tuple[str, tuple[Entry, ...]]]:
        """For each clip without entries, those of its former text.

        They are entries that no clip of the film has now: first of a clip with the same scene name, then of the clip
        that was in its place. Each entry goes to one clip.
        """
        wanted = {job.clip.fingerprint for job in jobs}
        left: dict[str, list[Entry]] = {
            fingerprint: entries for fingerprint, entries in self._by_fingerprint.items() if fingerprint not in wanted
        }
        open_jobs = [job for job in jobs if job.clip.fingerprint not in self._by_fingerprint]
        for is_match in (_same_scene_and_place, _same_scene, _same_place):
            for job in tuple(open_jobs):
                # The latest first: what was made last for a clip is its former text.
                found = next((key for key in reversed(left) if is_match(job, left[key][-1])), None)
                if found is not None:
                    open_jobs.remove(job)
                    yield job.id, tuple(left.pop(found))


def read_film_takes(jobs: Sequence[Job], folder: Path) -> FilmTakes | None:
    """The takes in a folder, read-only; None if nothing has been rendered into it. Raises LedgerUnusable."""
    ledger = Ledger.read(folder)
    if ledger is None:
        return None
    with ledger:
        is_open = any(entry.state is State.INTENDED for entry in ledger.entries())
        return FilmTakes(jobs, ledger, folder, is_sending=is_open and is_held(folder))


def pick_command(job: Job, folder: Path, entry: Entry) -> str:
    """The command that puts a take into the film."""
    return clip_command("pick", job.script, folder, job.id, str(entry.number))


def _slug(stem: str) -> str:
    return stem.partition("-")[2]


def _same_scene_and_place(job: Job, entry: Entry) -> bool:
    return entry.clip_id == job.id and _same_scene(job, entry)


def _same_scene(job: Job, entry: Entry) -> bool:
    return _slug(entry.stem) == _slug(job.stem) != ""


def _same_place(job: Job, entry: Entry) -> bool:
    return entry.clip_id == job.id
