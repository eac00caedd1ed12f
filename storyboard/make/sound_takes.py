"""Takes of sounds: what ledger and disk have for a speech, music or an effect, by its fingerprint."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from storyboard.make.actions import PictureAction
from storyboard.make.takes import SOUNDS
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.session import Selection
from storyboard.spend.states import CHOOSABLE, ENDED_BADLY, RUNNING, State


class SoundStanding(NamedTuple):
    """What a run does with a sound, and why. `take` is the one that is heard, `unknown` are those that are perhaps
    paid."""

    action: PictureAction
    why: str = ""
    take: Entry | None = None
    unknown: tuple[Entry, ...] = ()


def sound_standing(
    name: str, fingerprint: str, ledger: Ledger | None, folder: Path, selection: Selection
) -> SoundStanding:
    """Say what a run into `folder` does about the sound of an id."""
    entries = sound_entries(fingerprint, ledger)
    unknown = tuple(entry for entry in entries if entry.state in (State.UNKNOWN, State.INTENDED))
    take = chosen_sound(fingerprint, ledger, folder)
    if running := [entry for entry in entries if entry.state in RUNNING]:
        return SoundStanding(PictureAction.COLLECTED, "paid before", running[-1])
    if name in selection.resend and unknown:
        return SoundStanding(PictureAction.RESEND, unknown=unknown)
    if name in selection.retake:
        return SoundStanding(PictureAction.RETAKE, take=take)
    if take is not None:
        return SoundStanding(PictureAction.FINISHED, f"take {take.number}", take)
    if selection.only is not None and name not in selection.only:
        return SoundStanding(PictureAction.LEFT_OUT)
    if unknown:
        why = f"perhaps paid: --resend-unknown {name} sends it again"
        return SoundStanding(PictureAction.UNKNOWN, why, unknown=unknown)
    if entries and entries[-1].state in ENDED_BADLY and entries[-1].state is not State.LOST:
        return SoundStanding(PictureAction.ENDED, f"--retake {name} pays for a new one ({entries[-1].said})")
    return SoundStanding(PictureAction.NEW)


def is_queued(entry: Entry) -> bool:
    """Whether a sound comes by the audio queue; a speech comes with the answer to its call."""
    return "input" not in json.loads(entry.request)


def sound_entries(fingerprint: str, ledger: Ledger | None) -> list[Entry]:
    """The takes of a sound, the oldest first."""
    entries = ledger.entries("sound") if ledger else ()
    return [one for one in entries if one.fingerprint == fingerprint and one.state is not State.PLANNED]


def chosen_sound(fingerprint: str, ledger: Ledger | None, folder: Path) -> Entry | None:
    """The take of a sound that is heard: the chosen one, else the latest that is not rejected; None where no file is
    there."""
    if ledger is None:
        return None
    chosen = ledger.choices().get((fingerprint, 0))
    there = [one for one in choosable_sounds(fingerprint, ledger) if (folder / SOUNDS / str(one.file)).is_file()]
    saved = [one for one in there if one.state is State.SAVED]
    return next((one for one in there if one.id == chosen), saved[-1] if saved else None)


def choosable_sounds(fingerprint: str, ledger: Ledger) -> list[Entry]:
    """The takes of a sound that a person may pick, the oldest first."""
    return [one for one in sound_entries(fingerprint, ledger) if one.state in CHOOSABLE and one.file]
