"""The ledger: everything that was paid for, or may have been, in one SQLite file in the output folder.

Every step of an entry is one transaction that is on disk before the method returns.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, TypeVar, get_args

from storyboard.spend import answers
from storyboard.spend.answers import KeptAnswer
from storyboard.spend.database import (
    Full,
    LedgerHeld,
    Unusable,
    check_whole,
    closed_on_error,
    connect,
    connect_to_read,
    in_words,
    is_full,
    make_tables,
    migrate,
    queries,
    version_of,
)
from storyboard.spend.states import State, check_step
from storyboard.venice.secret import Secret

if TYPE_CHECKING:  # a ledger is read without the network's library
    from storyboard.venice.transport import Mark

__all__ = ["FILE", "Entry", "Full", "Ledger", "LedgerHeld", "Run", "Unusable"]

FILE = "ledger.db"
#: Kept free on disk while a run sends, so that the answer to a call that costs money can always be written down.
_RESERVE = 1 << 20
#: What a ledger may name in its own folder: it may come from somebody else, and says nothing about other places.
_STEM = re.compile(r"[a-z0-9][a-z0-9-]{0,119}")
_FILE = re.compile(
    rf"{_STEM.pattern}_t[0-9]{{1,6}}(\.(mp4|png|jpg|webp)|\.rejected(-[0-9]+)?\.mp4|\.undecodable(-[0-9]+)?\.bin)"
)
_FRAME = re.compile(r"[0-9a-f]{64}")
#: US dollars that nothing costs.
_LARGEST_PRICE = 1e6
#: Nothing has been paid for, nor may have been.
_UNPAID = frozenset({State.PLANNED, State.REFUSED})


#: What an entry is an attempt to make.
Kind = Literal["clip", "picture"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One attempt to have a clip or a picture made; `schema.sql` explains the fields. `since` and `changed` are
    when it was meant to be sent first and when its state changed last, in seconds since 1970."""

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


class Run(NamedTuple):
    """A run that was here: its process, the machine, and when it began, in seconds since 1970."""

    process: int
    host: str
    started: float


_Execute = Callable[[str, dict[str, Any]], sqlite3.Cursor]
_Result = TypeVar("_Result")
_Held = TypeVar("_Held")


class Ledger:
    """The ledger of a folder; `create` and `read` open one, `with` closes it."""

    def __init__(self, folder: Path, connection: sqlite3.Connection, wall: Callable[[], float], mark: Mark) -> None:
        self.folder = folder
        self._connection = connection
        self._wall = wall
        self._mark = mark
        self._entries = {entry.id: entry for entry in self._load()}

    def wait_for_others(self, seconds: float) -> None:
        """From now on a write fails with LedgerHeld after so long, where another program holds the file."""
        self._connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    @classmethod
    def create(cls, folder: Path, service: str, wall: Callable[[], float], mark: Mark = lambda name: None) -> Self:
        """Open a folder's ledger to write, and make one where there is none. `service` is who is paid: a folder keeps
        to one from the first payment on. Raises Unusable."""
        path = folder / FILE
        try:
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError as problem:
            raise Unusable(f"{path} cannot be written ({problem.strerror})") from None
        with closed_on_error(path) as hold:
            connection = hold(connect(str(path)))
            version = version_of(connection, path)  # asked first: another program's file is left as it is
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves the data in the drive's cache
            connection.execute("PRAGMA foreign_keys = ON")
            if version == 0:
                make_tables(connection, service)
            else:
                migrate(connection, version)
            check_whole(connection, path)
            found = cls(folder, connection, wall, mark)
            if found.service != service and all(entry.state in _UNPAID for entry in found.entries()):
                connection.execute(queries()["retell_about"], {"key": "service", "value": service})
            if found.service != service:
                there = f"{folder} holds clips from {found.service}"
                raise Unusable(f"{there}; those from {service} need a folder of their own: --out DIR")
            return found

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Open a folder's ledger to look at, None where there is none. Raises Unusable."""
        path = folder / FILE
        if not path.is_file():
            return None
        with closed_on_error(path) as hold:
            connection = hold(connect_to_read(path))
            if version_of(connection, path) == 0:
                connection.close()
                return None
            found = cls(folder, connection, lambda: 0.0, lambda name: None)
        found._show_kept_answers()
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()
        with suppress(OSError):
            self._reserve.unlink()

    @property
    def service(self) -> str:
        """Who is paid for what stands here."""
        return str(dict(self._connection.execute(queries()["about"]).fetchall()).get("service", "nobody"))

    def entries(self, kind: Kind | None = None) -> tuple[Entry, ...]:
        """All entries, or those of a kind, the oldest first."""
        return tuple(entry for entry in self._entries.values() if kind in (None, entry.kind))

    def entry(self, number: int) -> Entry:
        """One entry as it stands now."""
        return self._entries[number]

    def choices(self) -> dict[tuple[str, int], int]:
        """Which entry was chosen for a fingerprint and a place among its clips."""
        rows = self._connection.execute(queries()["choices"])
        return {(row["fingerprint"], row["place"]): row["entry"] for row in rows}

    def history(self, entry: Entry) -> tuple[tuple[State, float, str], ...]:
        """What happened to an entry: state, time in seconds since 1970, note."""
        rows = self._connection.execute(queries()["history"], {"entry": entry.id})
        return tuple((State(row["state"]), row["at"], row["note"]) for row in rows)

    def last_run(self) -> Run | None:
        """Who rendered here last."""
        row = self._connection.execute(queries()["last_run"]).fetchone()
        return Run(*row) if row else None

    def begin_run(self, process: int, host: str) -> None:
        """Put down who renders here now."""
        values = {"process": process, "host": host, "started": self._wall()}
        self._transact("run", lambda execute: execute("begin_run", values), lambda _: None)

    def intend(self, entry: Entry) -> Entry:
        """Put down that an entry is about to be sent: a new one (its `id` is 0), or one that did not leave before.
        Raises Full."""
        self._keep_room()
        if entry.id:
            return self.step(entry, State.INTENDED)
        now = self._wall()

        def work(execute: _Execute) -> int:
            number = execute("add", _values(replace(entry, state=State.INTENDED))).lastrowid
            assert number is not None, "it was just added"
            for state in (State.PLANNED, State.INTENDED):
                execute("record", {"entry": number, "state": state, "at": now, "note": ""})
            return number

        return self._transact(
            "intended",
            work,
            lambda number: self._hold(replace(entry, id=number, state=State.INTENDED, since=now, changed=now)),
        )

    def step(self, entry: Entry, state: State, note: str = "", **facts: Any) -> Entry:  # noqa: ANN401 # fields of Entry
        """Put down what became of an entry. Raises IllegalStep for a step that there is not, Full."""
        return self._step(entry, state, note, facts)

    def keep_answer(self, entry: Entry, answer: KeptAnswer) -> Entry:
        """Put down the answer to the call of an entry as it came, before anybody reads it. Raises Full, LedgerHeld."""
        values = {"id": entry.id, "answer": answer.body, "answer_status": answer.status}
        after = replace(self._entries[entry.id], answer=answer.body, answer_status=answer.status)
        self._transact("answer", lambda execute: execute("keep_answer", values), lambda _: self._hold(after))
        answers.discard(self.folder, entry.id)
        return after

    def kept_answer(self, entry: Entry) -> KeptAnswer | None:
        """The answer to the call of an entry that was not acted on: in the ledger, or in a file beside it."""
        if entry.answer is not None and entry.answer_status is not None:
            return KeptAnswer(entry.answer_status, entry.answer)
        return answers.find(self.folder, entry.id, entry.fingerprint)

    def queue(self, entry: Entry, queue_id: str, download_url: str | None, *, number: int) -> Entry:
        """Put down that an entry is paid. Raises Full, LedgerHeld."""
        url = Secret(download_url) if download_url else None
        return self.step(entry, State.QUEUED, queue_id=queue_id, download_url=url, number=number)

    def count_withdrawn(self, entry: Entry) -> Entry:
        """Count that the download_url of an entry answered that it is withdrawn. Raises Full, LedgerHeld."""
        after = replace(self._entries[entry.id], withdrawn=entry.withdrawn + 1)
        count = {"id": entry.id}
        return self._transact(
            "withdrawn", lambda execute: execute("count_withdrawn", count), lambda _: self._hold(after)
        )

    def save(self, entry: Entry, place: int | None, **facts: Any) -> Entry:  # noqa: ANN401 # fields of Entry
        """Put down that the file stands at its name, and choose it for a place, in one step. Raises Full."""
        return self._step(entry, State.SAVED, "", facts, place)

    def choose(self, fingerprint: str, place: int, entry: Entry) -> None:
        """Let a take stand for the clip of a fingerprint at a place. Raises Full."""
        values = {"fingerprint": fingerprint, "place": place, "entry": entry.id}
        self._transact("choice", lambda execute: execute("choose", values), lambda _: None)

    def locked(self) -> frozenset[int]:
        """The entries that stand for their clips whatever becomes of the text."""
        return frozenset(row["entry"] for row in self._rows("locked"))

    def lock(self, entry: Entry, *, is_locked: bool) -> None:
        """Lock a take, or unlock it. Raises Full."""
        query = "lock" if is_locked else "unlock"
        self._transact(query, lambda execute: execute(query, {"entry": entry.id}), lambda _: None)

    def notes(self) -> dict[int, tuple[str, ...]]:
        """What people remarked about takes, by entry, the oldest first."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for row in self._rows("notes"):
            found[row["entry"]].append(row["text"])
        return {entry: tuple(texts) for entry, texts in found.items()}

    def note(self, entry: Entry, text: str) -> None:
        """Put down a remark about a take. Raises Full."""
        values = {"entry": entry.id, "at": self._wall(), "text": text}
        self._transact("note", lambda execute: execute("note", values), lambda _: None)

    def bill(self, entry: Entry, usd: float) -> Entry:
        """Put down what the service's bill says of an entry, in US dollars. Raises Full."""
        values = {"id": entry.id, "charged": usd}
        after = replace(self._entries[entry.id], charged=usd)
        return self._transact("bill", lambda execute: execute("bill", values), lambda _: self._hold(after))

    def _rows(self, query: str) -> list[sqlite3.Row]:
        """The rows of a query of a table that a ledger of an older version does not have."""
        try:
            return self._connection.execute(queries()[query]).fetchall()
        except sqlite3.OperationalError:
            return []
        except (sqlite3.DatabaseError, UnicodeDecodeError) as problem:
            raise in_words(problem, self.folder / FILE) from None

    def next_number(self, stem: str) -> int:
        """The number of the next take of this name, by the ledger alone."""
        found: int = self._connection.execute(queries()["last_number"], {"stem": stem}).fetchone()[0]
        return found + 1

    def _step(self, entry: Entry, state: State, note: str, facts: dict[str, Any], place: int | None = None) -> Entry:
        current = self._entries[entry.id]
        check_step(current.state, state)
        now = self._wall()
        after = replace(current, state=state, changed=now, **facts)

        def work(execute: _Execute) -> None:
            done = execute("step", {**_values(after), "before": current.state})
            assert done.rowcount == 1, "only this process writes here"
            execute("record", {"entry": entry.id, "state": state, "at": now, "note": note})
            if place is not None:
                execute("choose", {"fingerprint": entry.fingerprint, "place": place, "entry": entry.id})

        return self._transact(state, work, lambda _: self._hold(after))

    def _hold(self, entry: Entry) -> Entry:
        """Let an entry stand as it is on disk now."""
        self._entries[entry.id] = entry
        return entry

    def _transact(self, name: str, work: Callable[[_Execute], _Result], then: Callable[[_Result], _Held]) -> _Held:
        """Do some work in one transaction that is on disk at the end, and `then` what follows; where the disk is
        full, the reserve is given up for it. Raises Full, LedgerHeld."""
        self._mark(f"commit.{name}.before")
        try:
            try:
                result = self._try(work)
            except sqlite3.OperationalError as problem:
                if not is_full(problem) or not self._give_up_reserve():
                    raise
                result = self._try(work)
        except sqlite3.Error as problem:
            if isinstance(problem, sqlite3.OperationalError) and is_full(problem):
                raise Full("the disk is full") from None
            raise in_words(problem, self.folder / FILE) from None
        held = then(result)
        self._mark(f"commit.{name}.after")
        return held

    def _try(self, work: Callable[[_Execute], _Result]) -> _Result:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(lambda query, values: self._connection.execute(queries()[query], values))
            self._connection.execute("COMMIT")
        except BaseException:
            self._roll_back()
            raise
        return result

    def _roll_back(self) -> None:
        with suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")

    @property
    def _reserve(self) -> Path:
        return self.folder / ".reserve"

    def _keep_room(self) -> None:
        """See to it that the answer to a call can be written down. Raises Full."""
        with suppress(OSError):
            if self._reserve.stat().st_size == _RESERVE:
                return
        try:
            with self._reserve.open("wb") as file:
                file.write(b"\0" * _RESERVE)
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            self._give_up_reserve()
            raise Full(f"{self.folder}: {problem.strerror}") from None

    def _give_up_reserve(self) -> bool:
        try:
            self._reserve.unlink()
        except OSError:
            return False
        return True

    def _show_kept_answers(self) -> None:
        """Let a reader see what the answers say that no run has acted on yet."""
        from storyboard.spend.settlement import as_answered

        for entry in self.entries("clip"):
            if entry.state is State.INTENDED:
                self._entries[entry.id] = as_answered(entry, self.kept_answer(entry))

    def _load(self) -> Iterator[Entry]:
        for row in self._connection.execute(queries()["entries"]):
            try:
                yield _entry(dict(row))
            except (ValueError, TypeError, KeyError, RecursionError):
                raise Unusable(f"{self.folder / FILE} holds an entry that sbc did not write") from None


def _entry(values: dict[str, Any]) -> Entry:
    """A row as an entry. A file outside the folder is not believed. Raises ValueError, TypeError, KeyError for what is
    not a row of ours."""
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
    for name, pattern in (("file", _FILE), ("start_frame", _FRAME)):
        if values[name] is not None and not pattern.fullmatch(values[name]):
            values[name] = None
    return Entry(**values, download_url=Secret(url) if url else None)


def _values(entry: Entry) -> dict[str, Any]:
    values = {name: getattr(entry, name) for name in Entry.__slots__}
    values["download_url"] = entry.download_url.reveal() if entry.download_url else None
    return values
