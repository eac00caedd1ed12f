"""Takes of pictures: what ledger and disk have for each picture that a script names, and what is at its path."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, auto
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from storyboard.files.sidecar import read_sidecar
from storyboard.files.signatures import is_placeholder
from storyboard.make.wanted_pictures import WantedPicture
from storyboard.spend.entry import Entry, Kind
from storyboard.spend.ledger import Ledger
from storyboard.spend.states import CHOOSABLE, ENDED_BADLY, State

PICTURES, SOUNDS, TRANSCRIPTS = "pictures", "sounds", "transcripts"
#: The folder of what an entry of a kind becomes.
FOLDERS: dict[Kind, str] = {"picture": PICTURES, "sound": SOUNDS, "transcript": TRANSCRIPTS}
#: `own` of a take that is not chosen by itself: a further candidate.
CANDIDATE = 0


class PictureStanding(Enum):
    """What is at the path that a script names."""

    MISSING = auto()
    OURS = auto()  # a take that `sbc make` put there
    SANDBOX = auto()  # a take that the sandbox drew, in a run that pays
    PLACEHOLDER = auto()  # drawn for a new or imported script
    YOURS = auto()  # a file of somebody else
    NO_FILE = auto()  # a folder, a pipe, a link to nothing


class PictureTakes(NamedTuple):
    """The entries of one picture, the oldest first, and the take that was chosen."""

    entries: tuple[Entry, ...]
    chosen: Entry | None

    @property
    def choosable(self) -> tuple[Entry, ...]:
        """Takes that a person may pick."""
        return tuple(entry for entry in self.entries if entry.state in CHOOSABLE and entry.file)

    @property
    def unknown(self) -> tuple[Entry, ...]:
        """Takes that may or may not have been charged."""
        return tuple(entry for entry in self.entries if entry.state in (State.UNKNOWN, State.INTENDED))

    @property
    def ended(self) -> Entry | None:
        """The latest take, if it was charged but is not usable."""
        return self.entries[-1] if self.entries and self.entries[-1].state in ENDED_BADLY else None


def takes_of(wanted: WantedPicture, ledger: Ledger | None) -> PictureTakes:
    """What the ledger holds for a picture."""
    if ledger is None:
        return PictureTakes((), None)
    entries = tuple(
        entry for entry in ledger.entries("picture") if entry.clip_id == wanted.id and entry.state is not State.PLANNED
    )
    number = ledger.choices().get(choice_of(wanted.id))
    picked = next((one for one in entries if one.id == number and one.state in CHOOSABLE and one.file), None)
    saved = [one for one in entries if one.state is State.SAVED]
    return PictureTakes(entries, picked or (saved[0] if saved else None))


def choice_of(picture: str) -> tuple[str, int]:
    """The ledger's key for the chosen take of a picture, which stays chosen even if the words change."""
    return f"picture:{picture}", 0


def take_file(folder: Path, entry: Entry) -> Path:
    """Where the file of a take is, of a picture or a sound."""
    return folder / FOLDERS.get(entry.kind, PICTURES) / (entry.file or "")


def known_digests(*folders: Path) -> dict[str, Path]:
    """The digests of everything that was made into `pictures/` and put at a script's paths, with the folder that it
    was made in."""
    return {digest: folder for folder in folders for digest in _digests(folder)}


def _digests(folder: Path) -> Iterator[str]:
    for path in (folder / PICTURES).glob("*.json"):
        facts = read_sidecar(path)
        for digest in (facts.get("sha256"), *facts.get("placed", ())):
            if isinstance(digest, str):
                yield digest


def picture_standing(path: Path, known: dict[str, Path], folder: Path) -> PictureStanding:
    """What is at a path; `known` are the digests of what was made, `folder` is that of this run's takes."""
    try:
        if not path.exists():
            return PictureStanding.NO_FILE if path.is_symlink() else PictureStanding.MISSING
        if not path.is_file():
            return PictureStanding.NO_FILE
        data = path.read_bytes()
    except (OSError, ValueError):
        return PictureStanding.NO_FILE
    made_in = known.get(sha256(data).hexdigest())
    if made_in is None:
        return PictureStanding.PLACEHOLDER if is_placeholder(data) else PictureStanding.YOURS
    return PictureStanding.OURS if made_in == folder else PictureStanding.SANDBOX
