"""The SQLite file of the ledger: opened safely, with errors in plain words."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

#: Seconds that a command waits for another program that holds the ledger; a run that spends waits in its own way.
_PATIENCE = 10


class LedgerUnusable(Exception):
    """The ledger cannot be used; the message says why and what to do."""


class LedgerHeld(LedgerUnusable):
    """Another program is using the ledger right now."""


class DiskFull(Exception):
    """The disk is full."""


@cache
def ledger_queries() -> dict[str, str]:
    """The statements of `queries.sql` by name."""
    text = Path(__file__).with_name("queries.sql").read_text(encoding="utf-8")
    parts = re.split(r"^-- name: (\w+)\n", text, flags=re.MULTILINE)
    return {name: statement.strip() for name, statement in zip(parts[1::2], parts[2::2], strict=True)}


@contextmanager
def closed_on_error(path: Path) -> Iterator[Callable[[sqlite3.Connection], sqlite3.Connection]]:
    """A function that registers a connection to be closed if opening the ledger fails.

    Raises LedgerUnusable for every SQLite error inside the block.
    """
    held: list[sqlite3.Connection] = []

    def hold(connection: sqlite3.Connection) -> sqlite3.Connection:
        held.append(connection)
        return connection

    try:
        yield hold
    except BaseException as problem:
        for connection in held:
            connection.close()
        if isinstance(problem, sqlite3.Error | UnicodeDecodeError):
            raise in_words(problem, path) from None
        raise


def connect_to_write(address: str) -> sqlite3.Connection:
    """A connection to a path or `file:` address, with explicit transactions only."""
    connection = sqlite3.connect(address, uri=address.startswith("file:"), isolation_level=None, timeout=_PATIENCE)
    connection.row_factory = sqlite3.Row
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """A connection to a ledger in a folder that may be read-only, or that another process may be writing."""
    address = path.absolute().as_uri()
    # A reader that may write clears up after itself; the last way is for a folder in which nobody can.
    for way in ("mode=rw", "mode=ro", "immutable=1"):
        connection = connect_to_write(f"{address}?{way}")
        try:
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        except (sqlite3.Error, UnicodeDecodeError) as problem:  # a damaged table need not even be text
            connection.close()
            if way == "immutable=1" or getattr(problem, "sqlite_errorcode", 0) & 0xFF not in _CLOSED:
                raise
        else:
            return connection
    raise AssertionError("the last way returns or raises")


#: The file or its folder cannot be written or opened so.
_CLOSED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})


def is_held_elsewhere(problem: sqlite3.Error) -> bool:
    """Whether the error means that another program holds the file."""
    return getattr(problem, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def is_full(problem: sqlite3.OperationalError) -> bool:
    """Whether the error means that the disk is full."""
    code = getattr(problem, "sqlite_errorcode", 0)
    return code == sqlite3.SQLITE_FULL or code & 0xFF == sqlite3.SQLITE_IOERR


def in_words(problem: sqlite3.Error | UnicodeDecodeError, path: Path) -> LedgerUnusable:
    """An SQLite error as LedgerUnusable, in words for the owner of the ledger."""
    code = getattr(problem, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return LedgerUnusable(f"{path} cannot be written; is the folder read-only?")
    if isinstance(problem, sqlite3.Error) and is_held_elsewhere(problem):
        return LedgerHeld(f"{path} is in use by another program")
    if code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR):
        return LedgerUnusable(f"{path} cannot be read or written: the disk is full or failing")
    return LedgerUnusable(
        f"{path} is damaged. The clips in {path.parent / 'clips'} are intact, but only this file knows what was paid "
        "and not yet downloaded: restore a copy of it if you have one. To start over, move the folder away"
    )
