"""Kept answers: answers to paid calls, as received, in files beside the ledger while the ledger cannot be written.

A queue call is answered once, and only its answer names what was paid for. If another program holds the ledger, or the
disk does not accept a write, the answer goes to `answers/<entry>.json`; the next process that opens the ledger moves it
there.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from storyboard.files.atomic import save
from storyboard.spend.entry import Entry
from storyboard.spend.states import State
from storyboard.venice.protocol import Answer, Busy, Queued, QueueOutcome, Refused, read_queue
from storyboard.venice.secret import Secret

ANSWERS = "answers"
#: Bytes of the largest file that is read: an answer of the greatest length, in base64, with what stands around it.
_LARGEST = 1 << 22


class KeptAnswer(NamedTuple):
    """The HTTP status and body of an answer, as received, with the key removed."""

    status: int
    body: bytes


def keep(folder: Path, entry: int, fingerprint: str, answer: KeptAnswer) -> None:
    """Write the answer to the call of an entry to a file. Raises OSError."""
    path = _path(folder, entry)
    path.parent.mkdir(exist_ok=True)
    facts = {
        "format": "storyboard-answer/1",
        "entry": entry,
        "fingerprint": fingerprint,
        "status": answer.status,
        "body": b64encode(answer.body).decode("ascii"),
    }
    save(path, json.dumps(facts).encode())


def find(folder: Path, entry: int, fingerprint: str) -> KeptAnswer | None:
    """The kept answer to the call of an entry; None if there is none, or if it belongs to another ledger."""
    with suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
        path = _path(folder, entry)
        if path.stat().st_size <= _LARGEST:
            facts = json.loads(path.read_bytes())
            if facts["entry"] == entry and facts["fingerprint"] == fingerprint and type(facts["status"]) is int:
                return KeptAnswer(facts["status"], b64decode(facts["body"], validate=True))
    return None


def discard(folder: Path, entry: int) -> None:
    """Delete the file of an entry, once the ledger has its answer."""
    with suppress(OSError):
        path = _path(folder, entry)
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def read_kept(kept: KeptAnswer) -> QueueOutcome:
    """The meaning of a kept answer. A truncated one is not valid JSON, so no length has to be stored."""
    return read_queue(Answer(kept.status, {}, kept.body), 0.0)


def as_answered(entry: Entry, kept: KeptAnswer | None) -> Entry:
    """An entry that was being sent, in the state that its kept answer implies; for readers of the ledger."""
    match read_kept(kept) if kept else None:
        case Queued(queue_id, url):
            return replace(entry, state=State.QUEUED, queue_id=queue_id, download_url=Secret(url) if url else None)
        case Refused(_, said):
            return replace(entry, state=State.REFUSED, said=said)
        case Busy():
            return replace(entry, state=State.PLANNED)
        case _:
            return entry


def _path(folder: Path, entry: int) -> Path:
    return folder / ANSWERS / f"{entry}.json"
