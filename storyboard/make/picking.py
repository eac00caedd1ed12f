"""The choice among the takes of a picture."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from storyboard.make.delivery import put_take_file
from storyboard.make.takes import choice_of, take_file, takes_of
from storyboard.make.wanted import WantedPicture
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.states import State
from storyboard.wording import money


class NoSuchPictureTake(ValueError):
    """There is no such take, or it cannot be put in its place; the message says why."""


def list_takes(wanted: WantedPicture, ledger: Ledger, now: float) -> Iterator[str]:
    """The takes of a picture that can be picked, a line each; `now` is in seconds since 1970."""
    takes = takes_of(wanted, ledger)
    if not takes.choosable:
        yield f"{wanted.id} has no finished take."
    for entry in takes.choosable:
        marks = ["chosen"] if takes.chosen is not None and takes.chosen.id == entry.id else []
        marks += [f"rejected: {entry.said}"] if entry.state is State.REJECTED else []
        minutes = max(0, round((now - entry.changed) / 60))
        about = [f"take {entry.number}", f"{minutes} min", money(entry.usd or 0.0, 3), entry.file or "", *marks]
        yield f"{wanted.id}: {', '.join(about)}"


def pick_picture(wanted: WantedPicture, ledger: Ledger, number: int, root: Path, folders: Iterable[Path]) -> Entry:
    """Put a take at the path of its picture, a rejected one too. `folders` are those whose takes may be replaced there.
    Raises NoSuchPictureTake, Full."""
    takes = takes_of(wanted, ledger)
    entry = next((one for one in reversed(takes.choosable) if one.number == number), None)
    if entry is None:
        numbers = ", ".join(str(one.number) for one in takes.choosable)
        there = f"its finished takes: {numbers}" if numbers else "it has no finished take"
        raise NoSuchPictureTake(f"{wanted.id} has no finished take {number}; {there}")
    try:
        problem = put_take_file(take_file(ledger.folder, entry), root, wanted.path, folders)
    except OSError as unread:
        raise NoSuchPictureTake(f"{entry.file} cannot be read ({unread.strerror})") from None
    if problem:
        raise NoSuchPictureTake(problem)
    ledger.choose(*choice_of(wanted.id), entry)
    return entry
