"""The ledger: everything that was paid for, or may have been, in one SQLite file in the output folder.

Every change of an entry is one transaction, which is on disk before the method returns.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from storyboard.files.overwrite import LEDGER
from storyboard.spend import answers
from storyboard.spend.answers import KeptAnswer, as_answered
from storyboard.spend.database import (
    DiskFull,
    LedgerHeld,
    LedgerUnusable,
    closed_on_error,
    connect_to_read,
    connect_to_write,
    in_words,
    ledger_queries,
)
from storyboard.spend.entry import Entry, Kind, entry_of_row, row_of_entry
from storyboard.spend.schema import prepare_ledger, version_of
from storyboard.spend.states import State, check_step
from storyboard.spend.transactions import Execute, Transactions
from storyboard.venice.secret import Secret

if TYPE_CHECKING:  # a ledger is read without the network's library
    from storyboard.venice.transport import Mark

__all__ = ["FILE", "DiskFull", "Ledger", "LedgerHeld", "LedgerUnusable", "RunRecord"]

FILE = LEDGER
#: Nothing has been paid for, nor may have been.
_UNPAID = frozenset({State.PLANNED, State.REFUSED})


class RunRecord(NamedTuple):
    """A run that was here: its process, the machine, and when it began, in seconds since 1970."""

    process: int
    host: str
    started: float


class Ledger:
    """The ledger of a folder. `create` or `read` opens one; used in a `with` statement, it closes itself."""

    def __init__(
        self,
        folder: Path,
        connection: sqlite3.Connection,
        wall: Callable[[], float],
        mark: Mark,
        *,
        is_read_only: bool = False,
    ) -> None:
        self.folder = folder
        self._connection = connection
        self._is_read_only = is_read_only
        self._wall = wall
        self._transactions = Transactions(folder / FILE, connection, mark)
        self._entries = {entry.id: entry for entry in self._load()}

    def wait_for_others(self, seconds: float) -> None:
        """Let writes wait this many seconds for another program, before they raise LedgerHeld."""
        self._connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")

    @classmethod
    def create(cls, folder: Path, service: str, wall: Callable[[], float], mark: Mark = lambda name: None) -> Self:
        """Open the ledger of a folder to write, and make one if there is none.

        `service` names who is paid: a folder keeps to one service from its first payment on. Raises LedgerUnusable.
        """
        path = folder / FILE
        try:
            with suppress(FileExistsError):
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except OSError as problem:
            raise LedgerUnusable(f"{path} cannot be written ({problem.strerror})") from None
        with closed_on_error(path) as hold:
            connection = hold(connect_to_write(str(path)))
            prepare_ledger(connection, path, service)
            found = cls(folder, connection, wall, mark)
            if found.service != service and all(entry.state in _UNPAID for entry in found.entries()):
                connection.execute(ledger_queries()["retell_about"], {"key": "service", "value": service})
            if found.service != service:
                there = f"{folder} contains clips from {found.service}"
                raise LedgerUnusable(f"{there}; those from {service} need a folder of their own: --out DIR")
            return found

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Open the ledger of a folder to read; None if there is none. Raises LedgerUnusable."""
        path = folder / FILE
        if not path.is_file():
            return None
        with closed_on_error(path) as hold:
            connection = hold(connect_to_read(path))
            if version_of(connection, path) == 0:
                connection.close()
                return None
            found = cls(folder, connection, lambda: 0.0, lambda name: None, is_read_only=True)
        found._show_kept_answers()
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._connection.close()
        if not self._is_read_only:  # the reserve of a run that sends just now is not a reader's to free
            self._transactions.give_up_reserve()

    @property
    def service(self) -> str:
        """The service that was paid for the entries of this folder."""
        return str(dict(self._connection.execute(ledger_queries()["about"]).fetchall()).get("service", "nobody"))

    def entries(self, kind: Kind | None = None) -> tuple[Entry, ...]:
        """All entries, or those of one kind, the oldest first."""
        return tuple(entry for entry in self._entries.values() if kind in (None, entry.kind))

    def entry(self, number: int) -> Entry:
        """One entry in its current state."""
        return self._entries[number]

    def choices(self) -> dict[tuple[str, int], int]:
        """The id of the chosen entry by fingerprint and place among the clips with it; for a picture, by its name at
        place 0."""
        rows = self._connection.execute(ledger_queries()["choices"])
        return {(row["fingerprint"], row["place"]): row["entry"] for row in rows}

    def history(self, entry: Entry) -> tuple[tuple[State, float, str], ...]:
        """The history of an entry: state, time in seconds since 1970, note."""
        rows = self._connection.execute(ledger_queries()["history"], {"entry": entry.id})
        return tuple((State(row["state"]), row["at"], row["note"]) for row in rows)

    def last_run(self) -> RunRecord | None:
        """The last run that rendered into this folder, or None."""
        row = self._connection.execute(ledger_queries()["last_run"]).fetchone()
        return RunRecord(*row) if row else None

    def begin_run(self, process: int, host: str) -> None:
        """Record which process renders into this folder now."""
        values = {"process": process, "host": host, "started": self._wall()}
        self._transactions.execute("run", "begin_run", values)

    def intend(self, entry: Entry) -> Entry:
        """Record that an entry is about to be sent: a new one (its `id` is 0), or one that never left. Raises
        DiskFull."""
        self._transactions.keep_room()
        if entry.id:
            return self.step(entry, State.INTENDED)
        now = self._wall()

        def work(execute: Execute) -> int:
            number = execute("add", row_of_entry(replace(entry, state=State.INTENDED))).lastrowid
            assert number is not None, "it was just added"
            for state in (State.PLANNED, State.INTENDED):
                execute("record", {"entry": number, "state": state, "at": now, "note": ""})
            return number

        return self._transactions.run(
            "intended",
            work,
            lambda number: self._hold(replace(entry, id=number, state=State.INTENDED, since=now, changed=now)),
        )

    def step(self, entry: Entry, state: State, note: str = "", **facts: Any) -> Entry:  # noqa: ANN401 # fields of Entry
        """Record the new state of an entry. Raises IllegalStep for an impossible change, and DiskFull."""
        return self._step(entry, state, note, facts)

    def keep_answer(self, entry: Entry, answer: KeptAnswer) -> Entry:
        """Record the answer to the call of an entry as received, before anybody interprets it. Raises DiskFull,
        LedgerHeld."""
        values = {"id": entry.id, "answer": answer.body, "answer_status": answer.status}
        after = replace(self._entries[entry.id], answer=answer.body, answer_status=answer.status)
        self._change("answer", "keep_answer", values, after)
        answers.discard(self.folder, entry.id)
        return after

    def kept_answer(self, entry: Entry) -> KeptAnswer | None:
        """The answer to the call of an entry that was not acted on yet: from the ledger, or from a file beside it."""
        if entry.answer is not None and entry.answer_status is not None:
            return KeptAnswer(entry.answer_status, entry.answer)
        return answers.find(self.folder, entry.id, entry.fingerprint)

    def queue(self, entry: Entry, queue_id: str, download_url: str | None, *, number: int | None) -> Entry:
        """Record that an entry is paid and queued. Raises DiskFull, LedgerHeld."""
        url = Secret(download_url) if download_url else None
        return self.step(entry, State.QUEUED, queue_id=queue_id, download_url=url, number=number)

    def count_withdrawn(self, entry: Entry) -> Entry:
        """Count an answer that the download_url of an entry is withdrawn. Raises DiskFull, LedgerHeld."""
        after = replace(self._entries[entry.id], withdrawn=entry.withdrawn + 1)
        return self._change("withdrawn", "count_withdrawn", {"id": entry.id}, after)

    def save(self, entry: Entry, choice: tuple[str, int] | None, **facts: Any) -> Entry:  # noqa: ANN401 # fields of Entry
        """Record that the file is under its final name, and make it the choice for a key of `choices`, in one
        transaction.

        Raises DiskFull.
        """
        return self._step(entry, State.SAVED, "", facts, choice)

    def choose(self, fingerprint: str, place: int, entry: Entry) -> None:
        """Make a take the choice for the clip of a fingerprint at a place. Raises DiskFull."""
        values = {"fingerprint": fingerprint, "place": place, "entry": entry.id}
        self._transactions.execute("choice", "choose", values)

    def locked(self) -> frozenset[int]:
        """The ids of entries that stay the choice for their clips even if the text changes."""
        return frozenset(row["entry"] for row in self._rows("locked"))

    def lock(self, entry: Entry, *, is_locked: bool) -> None:
        """Lock or unlock a take. Raises DiskFull."""
        query = "lock" if is_locked else "unlock"
        self._transactions.execute(query, query, {"entry": entry.id})

    def notes(self) -> dict[int, tuple[str, ...]]:
        """The notes about takes by entry id, the oldest first."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for row in self._rows("notes"):
            found[row["entry"]].append(row["text"])
        return {entry: tuple(texts) for entry, texts in found.items()}

    def note(self, entry: Entry, text: str) -> None:
        """Add a note about a take. Raises DiskFull."""
        values = {"entry": entry.id, "at": self._wall(), "text": text}
        self._transactions.execute("note", "note", values)

    def bill(self, entry: Entry, usd: float) -> Entry:
        """Record what the service's bill says about an entry, in US dollars. Raises DiskFull."""
        values = {"id": entry.id, "charged": usd}
        after = replace(self._entries[entry.id], charged=usd)
        return self._change("bill", "bill", values, after)

    def _rows(self, query: str) -> list[sqlite3.Row]:
        """The rows of a query; none if a ledger of an older version lacks the table."""
        try:
            return self._connection.execute(ledger_queries()[query]).fetchall()
        except sqlite3.OperationalError:
            return []
        except (sqlite3.DatabaseError, UnicodeDecodeError) as problem:
            raise in_words(problem, self.folder / FILE) from None

    def next_number(self, stem: str) -> int:
        """The number of the next take of this name, judged by the ledger alone."""
        found: int = self._connection.execute(ledger_queries()["last_number"], {"stem": stem}).fetchone()[0]
        return found + 1

    def _step(
        self, entry: Entry, state: State, note: str, facts: dict[str, Any], choice: tuple[str, int] | None = None
    ) -> Entry:
        """Record a new state and facts of an entry, with its history, in one transaction."""
        current = self._entries[entry.id]
        check_step(current.state, state)
        now = self._wall()
        after = replace(current, state=state, changed=now, **facts)

        def work(execute: Execute) -> None:
            done = execute("step", {**row_of_entry(after), "before": current.state})
            assert done.rowcount == 1, "only this process writes here"
            execute("record", {"entry": entry.id, "state": state, "at": now, "note": note})
            if choice is not None:
                execute("choose", {"fingerprint": choice[0], "place": choice[1], "entry": entry.id})

        return self._transactions.run(state, work, lambda _: self._hold(after))

    def _change(self, name: str, query: str, values: dict[str, Any], after: Entry) -> Entry:
        """Run one statement about an entry, whose new value is `after`."""
        return self._transactions.run(name, lambda execute: execute(query, values), lambda _: self._hold(after))

    def _hold(self, entry: Entry) -> Entry:
        """Keep an entry in memory as it is on disk now."""
        self._entries[entry.id] = entry
        return entry

    def _show_kept_answers(self) -> None:
        """Show readers the states that follow from answers which no run has acted on yet."""
        for entry in self.entries():
            if entry.state is State.INTENDED:
                self._entries[entry.id] = as_answered(entry, self.kept_answer(entry))

    def _load(self) -> Iterator[Entry]:
        for row in self._connection.execute(ledger_queries()["entries"]):
            try:
                yield entry_of_row(dict(row))
            except (ValueError, TypeError, KeyError, RecursionError):
                raise LedgerUnusable(f"{self.folder / FILE} contains an entry that sbc did not write") from None
