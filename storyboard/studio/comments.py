"""Comments of guests on shots, kept until the writer accepts or dismisses them."""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.files.atomic import save
from storyboard.wording import one_line, to_utf8

FILE = "guest-comments.json"
LONGEST_TEXT = 500
LONGEST_NAME = 40
#: Comments that wait for the writer, at most.
MOST_WAITING = 200
#: Comments of one sender in so many seconds, and senders that are counted.
MOST_IN_A_ROW, ROW_SECONDS = 10, 60.0
_MOST_SENDERS = 1000
_SHOT = re.compile(r"[0-9A-Za-z.]{1,20}")
_KEY = re.compile(r"[0-9a-f]{1,40}")


class GuestComment(NamedTuple):
    """A comment.

    `key` names the content of the shot's panel, so that the shot is found if its number changes; `at` is in seconds
    since 1970.
    """

    id: int
    shot: str
    key: str
    name: str
    text: str
    at: float


class TooManyComments(Exception):
    """No comment is taken now; the message says why."""


class Comments:
    """The comments on one script. `file` is where they are kept; `clock` is in seconds since 1970."""

    def __init__(self, file: Callable[[], Path], clock: Callable[[], float]) -> None:
        self._file = file
        self._clock = clock
        self._senders: dict[str, deque[float]] = {}
        self._saving = asyncio.Lock()
        self.waiting = _read(file())

    async def add(self, body: dict[str, Any], sender: str) -> None:
        """Add a comment with a `shot`, its `key`, a `name` and a `text`. Raises TooMany, and ValueError for an invalid
        comment."""
        shot, key, name, text = (body[one] for one in ("shot", "key", "name", "text"))
        if not all(isinstance(one, str) for one in (shot, key, name, text)):
            raise ValueError("a comment is text")
        if len(text) > LONGEST_TEXT or len(name) > LONGEST_NAME:
            raise ValueError(f"a comment has at most {LONGEST_TEXT} characters, a name {LONGEST_NAME}")
        if not _SHOT.fullmatch(shot) or not _KEY.fullmatch(key) or not (words := one_line(text)):
            raise ValueError("a comment is about a shot, and has words")
        self._count(sender)
        number = 1 + max((one.id for one in self.waiting), default=0)
        self.waiting = (*self.waiting, GuestComment(number, shot, key, one_line(name) or "Guest", words, self._clock()))
        await self._save()

    async def remove(self, number: int) -> None:
        """Delete a comment that the writer has dealt with."""
        self.waiting = tuple(one for one in self.waiting if one.id != number)
        await self._save()

    def _count(self, sender: str) -> None:
        """Count a comment of a sender. Raises if there are too many."""
        now = self._clock()
        if len(self.waiting) >= MOST_WAITING:
            raise TooManyComments("The writer has many unread comments. Please try again later.")
        times = self._senders.setdefault(sender, deque(maxlen=MOST_IN_A_ROW))
        if len(times) == MOST_IN_A_ROW and now - times[0] < ROW_SECONDS:
            raise TooManyComments("Too many comments at once. Please wait a minute.")
        times.append(now)
        while len(self._senders) > _MOST_SENDERS:
            del self._senders[next(iter(self._senders))]

    async def _save(self) -> None:
        async with self._saving:
            await asyncio.to_thread(_write, self._file(), self.waiting)


def _write(file: Path, comments: tuple[GuestComment, ...]) -> None:
    """Keep the comments, or no file where there are none. A folder that cannot be written keeps none: they are in the
    page all the same."""
    with suppress(OSError):
        if not comments:
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        save(file, to_utf8(json.dumps([one._asdict() for one in comments], ensure_ascii=False, indent=1)))


def _read(file: Path) -> tuple[GuestComment, ...]:
    """The comments that a file keeps; none of a file that cannot be read."""
    try:
        kept = [GuestComment(**one) for one in json.loads(file.read_bytes())]
    except (OSError, ValueError, TypeError):
        return ()
    fine = (all(isinstance(one, str) for one in (each.shot, each.key, each.name, each.text)) for each in kept)
    return tuple(kept) if all(fine) and all(isinstance(one.id, int) for one in kept) else ()
