"""Takes on disk: their names, their state, and how a downloaded one gets its final name."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import UTC, datetime
from enum import Enum, auto
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.files.atomic import put_in_place, save
from storyboard.files.sidecar import sidecar_text
from storyboard.film.verify import Verdict
from storyboard.spend.entry import Entry
from storyboard.spend.files import free_number
from storyboard.spend.ledger import Ledger

CLIPS = "clips"
FRAMES = "frames"
_CHUNK = 1 << 20


#: What a sidecar may raise that is damaged, or that somebody else wrote.
NO_FACTS = (OSError, ValueError, TypeError, KeyError, RecursionError, OverflowError)


class FileState(Enum):
    """The state of a saved file."""

    AS_SAVED = auto()
    CHANGED = auto()
    GONE = auto()


def file_name(stem: str, number: int) -> str:
    """The name of a take in `clips/`."""
    return f"{stem}_t{number}.mp4"


def file_state(folder: Path, entry: Entry) -> FileState:
    """Whether the file of a take is the one that was saved. It is only read if its size or time differ."""
    path = take_path(folder, entry)
    try:
        status = path.stat()
    except OSError:
        return FileState.GONE
    if (status.st_size, status.st_mtime_ns) == (entry.size, entry.modified):
        return FileState.AS_SAVED
    with suppress(OSError):
        if status.st_size == entry.size and digest_of(path) == entry.sha256:
            return FileState.AS_SAVED
    return FileState.CHANGED


def take_path(folder: Path, entry: Entry) -> Path:
    """The path of a take's file."""
    return folder / CLIPS / (entry.file or file_name(entry.stem, entry.number or 0))


def partial_path(folder: Path, entry: Entry) -> Path:
    """The path of a clip while it is downloaded."""
    return folder / CLIPS / f".{entry.id}.part"


def next_take(ledger: Ledger, entry: Entry) -> int:
    """The take number for an entry that is about to be queued."""
    return free_number(ledger.folder / CLIPS, entry.stem, ledger.next_number(entry.stem))


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal. Raises OSError."""
    found = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def write_sidecar(folder: Path, entry: Entry, name: str, number: int, digest: str, verdict: Verdict) -> None:
    """Write a JSON file beside a take that says how it was made. It contains neither pictures nor secrets. Raises
    OSError."""
    request = json.loads(entry.request)
    facts: dict[str, Any] = {
        "format": "storyboard-take/1",
        "file": name,
        "rejected": verdict.problem,
        "can_be_chosen": verdict.can_be_chosen,
        "sha256": digest,
        "clip": entry.clip_id,
        "shots": entry.shots.split(),
        "take": number,
        "fingerprint": entry.fingerprint,
        "queue_id": entry.queue_id,
        "sent": datetime.fromtimestamp(entry.since, UTC).isoformat(timespec="seconds"),
        "usd": entry.usd,
        "basis": entry.basis,
        "video": {
            "seconds": round(verdict.seconds, 3),
            "frames": verdict.frames,
            "width": verdict.width,
            "height": verdict.height,
            "rate": round(verdict.rate, 3),
            "sound": verdict.has_sound,
        },
        "references": json.loads(entry.refs),
        "start_frame": f"{FRAMES}/{entry.start_frame}.png" if entry.start_frame else None,
        "request": request,
    }
    save((folder / CLIPS / name).with_suffix(".json"), sidecar_text(facts))


class Rejected(NamedTuple):
    """A file that the service sent for a take but that is not usable as it is.

    It has the number of the take, the file's name in `clips/`, its digest, the reason, and whether a person may choose
    it.
    """

    number: int
    file: str
    digest: str
    reason: str
    can_be_chosen: bool


def keep_rejected(folder: Path, entry: Entry, partial: Path, digest: str, verdict: Verdict) -> Rejected:
    """Keep a file that is not the requested clip, with the reason beside it.

    The same bytes are not kept twice. Raises OSError.
    """
    assert verdict.problem is not None, "it is rejected"
    for kept in rejected_files(folder, entry):
        if kept.digest == digest:
            partial.unlink()
            return kept
    number = entry.number or 1
    kind = "rejected{}.mp4" if verdict.can_be_chosen else "undecodable{}.bin"
    for copy in count(1):
        name = f"{entry.stem}_t{number}.{kind.format('' if copy == 1 else f'-{copy}')}"
        with suppress(FileExistsError):
            put_in_place(partial, folder / CLIPS / name)
            break
    write_sidecar(folder, entry, name, number, digest, verdict)
    return Rejected(number, name, digest, verdict.problem, verdict.can_be_chosen)


def rejected_files(folder: Path, entry: Entry) -> list[Rejected]:
    """The rejected files of an entry, those that can be chosen first."""
    found = []
    for path in sorted((folder / CLIPS).glob(f"{escape_glob(entry.stem)}_t*.json")):
        with suppress(*NO_FACTS):
            facts = json.loads(path.read_bytes())
            name = Path(str(facts["file"])).name
            if facts["rejected"] and _is_of(path, entry) and (folder / CLIPS / name).is_file():
                choosable = bool(facts["can_be_chosen"])
                found.append(Rejected(int(facts["take"]), name, facts["sha256"], str(facts["rejected"]), choosable))
    return sorted(found, key=lambda kept: not kept.can_be_chosen)


def sidecar_path(folder: Path, stem: str, number: int) -> Path:
    """The path of the JSON file about a take."""
    return folder / CLIPS / f"{stem}_t{number}.json"


def number_for(folder: Path, entry: Entry) -> int:
    """The number under which a take is saved: its own, unless another file has that name."""
    number = entry.number or 1
    is_taken = (folder / CLIPS / file_name(entry.stem, number)).exists()
    sidecar = sidecar_path(folder, entry.stem, number)
    if not is_taken and (not sidecar.exists() or _is_of(sidecar, entry)):
        return number
    return free_number(folder / CLIPS, entry.stem, number + 1)


def find_put(folder: Path, entry: Entry) -> tuple[int, str] | None:
    """Number and digest of a take that already has its final name, although the ledger does not know it yet.

    A run may die between the two.
    """
    for path in sorted((folder / CLIPS).glob(f"{escape_glob(entry.stem)}_t*.json")):
        with suppress(*NO_FACTS):
            facts = json.loads(path.read_bytes())
            number, digest = int(facts["take"]), str(facts["sha256"])
            if _is_of(path, entry) and digest_of(folder / CLIPS / file_name(entry.stem, number)) == digest:
                return number, digest
    return None


def _is_of(sidecar: Path, entry: Entry) -> bool:
    with suppress(*NO_FACTS):
        facts = json.loads(sidecar.read_bytes())
        return bool(facts["queue_id"] == entry.queue_id and facts["fingerprint"] == entry.fingerprint)
    return False


def escape_glob(name: str) -> str:
    """A name escaped for `Path.glob`."""
    return re.sub(r"([\[*?])", r"[\1]", name)
