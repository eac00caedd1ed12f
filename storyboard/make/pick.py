"""The choice among the takes of a picture or a sound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from storyboard.make.delivery import put_take_file
from storyboard.make.sound_takes import choosable_sounds, chosen_sound
from storyboard.make.sounds import WantedSound
from storyboard.make.speeches import WantedSpeech
from storyboard.make.takes import choice_of, take_file, takes_of
from storyboard.make.wanted_pictures import WantedPicture
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.states import State
from storyboard.wording import money

#: What a script names or says, and `sbc make` makes.
Wanted = WantedPicture | WantedSpeech | WantedSound


class NoSuchMadeTake(ValueError):
    """There is no such take, or it cannot be put in place; the message says why."""


class ChoosableTakes(NamedTuple):
    """The takes that a person may pick, the oldest first, and the current one."""

    takes: Sequence[Entry]
    chosen: Entry | None


def choosable_takes(wanted: Wanted, ledger: Ledger) -> ChoosableTakes:
    """The finished takes of a picture, or of a sound as its words are now."""
    if isinstance(wanted, WantedPicture):
        found = takes_of(wanted, ledger)
        return ChoosableTakes(found.choosable, found.chosen)
    chosen = chosen_sound(wanted.fingerprint, ledger, ledger.folder)
    return ChoosableTakes(choosable_sounds(wanted.fingerprint, ledger), chosen)


def list_takes(wanted: Wanted, ledger: Ledger, now: float) -> Iterator[str]:
    """The takes that can be picked, a line each; `now` is in seconds since 1970."""
    found = choosable_takes(wanted, ledger)
    if not found.takes:
        yield f"{wanted.id} has no finished take."
    for entry in found.takes:
        marks = ["chosen"] if found.chosen is not None and found.chosen.id == entry.id else []
        marks += [f"rejected: {entry.said}"] if entry.state is State.REJECTED else []
        minutes = max(0, round((now - entry.changed) / 60))
        price = money(entry.usd or 0.0, 3 if isinstance(wanted, WantedPicture) else 5)
        about = [f"take {entry.number}", f"{minutes} min", price, entry.file or "", *marks]
        yield f"{wanted.id}: {', '.join(about)}"


def pick_picture(wanted: WantedPicture, ledger: Ledger, number: int, root: Path, folders: Iterable[Path]) -> Entry:
    """Put a take at the path of its picture, a rejected one too. `folders` are those whose takes may be replaced there.
    Raises NoSuchMadeTake, DiskFull."""
    entry = _numbered(wanted, ledger, number)
    try:
        problem = put_take_file(take_file(ledger.folder, entry), root, wanted.path, folders)
    except OSError as unread:
        raise NoSuchMadeTake(f"{entry.file} cannot be read ({unread.strerror})") from None
    if problem:
        raise NoSuchMadeTake(problem)
    ledger.choose(*choice_of(wanted.id), entry)
    return entry


def pick_sound(wanted: WantedSpeech | WantedSound, ledger: Ledger, number: int) -> Entry:
    """Make a take the one that is heard, even a rejected one, wherever the script has the same words.

    Raises NoSuchMadeTake, DiskFull.
    """
    entry = _numbered(wanted, ledger, number)
    if not take_file(ledger.folder, entry).is_file():
        raise NoSuchMadeTake(f"{entry.file} is gone from {take_file(ledger.folder, entry).parent}")
    ledger.choose(wanted.fingerprint, 0, entry)
    return entry


def _numbered(wanted: Wanted, ledger: Ledger, number: int) -> Entry:
    """The take of a number. Raises NoSuchMadeTake."""
    takes = choosable_takes(wanted, ledger).takes
    entry = next((one for one in reversed(takes) if one.number == number), None)
    if entry is None:
        numbers = ", ".join(str(one.number) for one in takes)
        there = f"its finished takes: {numbers}" if numbers else "it has no finished take"
        raise NoSuchMadeTake(f"{wanted.id} has no finished take {number}; {there}")
    return entry
