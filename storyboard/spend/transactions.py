"""Transactions of the ledger: each is on disk when it ends, even if the disk is full."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from storyboard.spend.database import DiskFull, in_words, is_full, ledger_queries

if TYPE_CHECKING:  # a ledger is read without the network's library
    from storyboard.venice.transport import Mark

#: Kept free on disk while a run sends, so that the answer to a call that costs money can always be written down.
_RESERVE = 1 << 20

#: Runs a named statement of `queries.sql`.
Execute = Callable[[str, dict[str, Any]], sqlite3.Cursor]
_Result = TypeVar("_Result")
_Held = TypeVar("_Held")


class Transactions:
    """Writes to one ledger. `mark` is called before and after each commit, for tests."""

    def __init__(self, path: Path, connection: sqlite3.Connection, mark: Mark) -> None:
        self._path = path
        self._connection = connection
        self._mark = mark

    def run(self, name: str, work: Callable[[Execute], _Result], then: Callable[[_Result], _Held]) -> _Held:
        """Run some work in one transaction that is on disk at the end.

        `then` stores its result in memory before anybody can interrupt. If the disk is full, the reserve is given up
        for it. Raises DiskFull, LedgerHeld.
        """
        self._mark(f"commit.{name}.before")
        try:
            try:
                result = self._try(work)
            except sqlite3.OperationalError as problem:
                if not is_full(problem) or not self.give_up_reserve():
                    raise
                result = self._try(work)
        except sqlite3.Error as problem:
            if isinstance(problem, sqlite3.OperationalError) and is_full(problem):
                raise DiskFull("the disk is full") from None
            raise in_words(problem, self._path) from None
        held = then(result)
        self._mark(f"commit.{name}.after")
        return held

    def execute(self, name: str, query: str, values: dict[str, Any]) -> None:
        """Run one statement of `queries.sql` as a transaction. Raises DiskFull, LedgerHeld."""
        self.run(name, lambda execute: execute(query, values), lambda _: None)

    def _try(self, work: Callable[[Execute], _Result]) -> _Result:
        """Run work in one transaction, with SQLite's errors in our own terms."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            result = work(lambda query, values: self._connection.execute(ledger_queries()[query], values))
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
        return self._path.with_name(".reserve")

    def keep_room(self) -> None:
        """Reserve enough disk space for the answer to a call. Raises DiskFull."""
        with suppress(OSError):
            if self._reserve.stat().st_size == _RESERVE:
                return
        try:
            with self._reserve.open("wb") as file:
                file.write(b"\0" * _RESERVE)
                file.flush()
                os.fsync(file.fileno())
        except OSError as problem:
            self.give_up_reserve()
            raise DiskFull(f"{self._path.parent}: {problem.strerror}") from None

    def give_up_reserve(self) -> bool:
        """Free the space reserved for the answer to a call; False if there was none."""
        try:
            self._reserve.unlink()
        except OSError:
            return False
        return True
