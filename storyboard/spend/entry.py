"""Entries: one attempt each to have something made, so at most one charge each. Rows from disk are validated."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Literal, get_args

from storyboard.spend.states import State
from storyboard.venice.secret import Secret

#: What a ledger may name in its own folder: it may come from somebody else, and says nothing about other places.
_STEM = re.compile(r"[a-z0-9][a-z0-9-]{0,119}")
_FILE = re.compile(
    rf"{_STEM.pattern}_t[0-9]{{1,6}}(\.[0-9]x(-[0-9]{{1,6}})?(\.[0-9]{{1,4}}of[0-9]{{1,4}})?)?(\.(mp4|png|jpg|webp|wav|mp3|flac|ogg|m4a|json)|\.rejected(-[0-9]+)?\.mp4|\.undecodable(-[0-9]+)?\.bin)"
)
_FRAME = re.compile(r"[0-9a-f]{64}")
#: US dollars that nothing costs.
_LARGEST_PRICE = 1e6
#: What an entry is an attempt to make.
Kind = Literal["clip", "picture", "sound", "transcript", "finish"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt to have a clip, a picture, a sound or a transcript made, or a take finished.

    `schema.sql` documents the fields. `since` is when it was first about to be sent, `changed` when its state last
    changed, both in seconds since 1970; sums are in US dollars.
    """

    id: int
    fingerprint: str
    clip_id: str
    own: int | None
    stem: str
    state: State
    model: str
    seconds: int
    aspect: str
    usd: float | None
    request: str
    refs: str
    shots: str
    start_entry: int | None = None
    start_frame: str | None = None
    number: int | None = None
    queue_id: str | None = None
    download_url: Secret | None = None
    answer: bytes | None = None
    answer_status: int | None = None
    withdrawn: int = 0
    basis: str | None = None
    charged: float | None = None
    said: str | None = None
    file: str | None = None
    size: int | None = None
    modified: int | None = None
    sha256: str | None = None
    kind: Kind = "clip"
    since: float = 0.0
    changed: float = 0.0


def entry_of_row(values: dict[str, Any]) -> Entry:
    """A row of the ledger as an entry.

    A file name that is not one of ours is dropped. Raises ValueError, TypeError, KeyError or RecursionError for a row
    that sbc did not write.
    """
    url = values.pop("download_url")
    values["state"] = State(values["state"])
    if (
        values.get("kind", "clip") not in get_args(Kind)
        or not _STEM.fullmatch(values["stem"])
        or not isinstance(json.loads(values["request"]), dict)
    ):
        raise ValueError(values["stem"])
    if not isinstance(json.loads(values["refs"]), list) or not 0 <= (values["usd"] or 0) < _LARGEST_PRICE:
        raise ValueError(values["refs"])
    if values["file"] is not None and not _FILE.fullmatch(values["file"]):
        values["file"] = None
    if values["start_frame"] is not None and not _FRAME.fullmatch(values["start_frame"]):
        values["start_frame"] = None
    return Entry(**values, download_url=Secret(url) if url else None)


def row_of_entry(entry: Entry) -> dict[str, Any]:
    """The parameters of an entry for the statements of `queries.sql`."""
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    values["download_url"] = entry.download_url.reveal() if entry.download_url else None
    return values
