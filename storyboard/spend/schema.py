"""The ledger's tables, made or migrated. A column is never removed, because ledgers outlive the version that made
them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from storyboard.spend.database import LedgerUnusable, ledger_queries

_VERSION = 4
#: "sbc1", so that another program's database is not taken for a ledger.
_APPLICATION = 0x73626331


def prepare_ledger(connection: sqlite3.Connection, path: Path, service: str) -> None:
    """Prepare a ledger for writing: make or migrate its tables, sync every commit, and check the file.

    `service` is who a new ledger pays. Raises LedgerUnusable and sqlite3.Error.
    """
    version = version_of(connection, path)  # asked first: another program's file is left as it is
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone leaves the data in the drive's cache
    connection.execute("PRAGMA foreign_keys = ON")
    if version == 0:
        _make_tables(connection, service)
    else:
        _migrate(connection, version)
    _check_whole(connection, path)


def version_of(connection: sqlite3.Connection, path: Path) -> int:
    """The version of a ledger, 0 for an empty file.

    Raises LedgerUnusable for a newer version and for the file of another program.
    """
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    application: int = connection.execute("PRAGMA application_id").fetchone()[0]
    is_empty = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0
    if (version or application or not is_empty) and application != _APPLICATION:
        raise LedgerUnusable(f"{path} is not an sbc ledger; choose another folder: --out DIR")
    if version > _VERSION:
        raise LedgerUnusable(f"{path} was written by a newer sbc; update this one")
    return version


def _make_tables(connection: sqlite3.Connection, service: str) -> None:
    """Make the tables, all or none."""
    schema = Path(__file__).with_name("schema.sql").read_text(encoding="utf-8")
    connection.executescript(
        f"BEGIN IMMEDIATE; {schema} PRAGMA application_id = {_APPLICATION}; PRAGMA user_version = {_VERSION}; COMMIT;"
    )
    connection.execute(ledger_queries()["tell_about"], {"key": "service", "value": service})


def _migrate(connection: sqlite3.Connection, version: int) -> None:
    """Migrate the tables of an older ledger to this version, all or none."""
    if version == _VERSION:
        return
    steps = "".join(_MIGRATIONS[number] for number in range(version, _VERSION))
    connection.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {_VERSION}; COMMIT;")


#: What has to be done to a ledger of a version, to make it one of the next.
_MIGRATIONS = {
    1: "ALTER TABLE entry ADD COLUMN answer_status INTEGER; "
    "ALTER TABLE entry ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0; ",
    2: "ALTER TABLE entry ADD COLUMN basis TEXT; ALTER TABLE entry ADD COLUMN charged REAL; "
    "CREATE TABLE locked (entry INTEGER PRIMARY KEY REFERENCES entry) STRICT; "
    "CREATE TABLE note (id INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES entry, at REAL NOT NULL, "
    "text TEXT NOT NULL) STRICT; ",
    3: "ALTER TABLE entry ADD COLUMN kind TEXT NOT NULL DEFAULT 'clip'; ",
}


def _check_whole(connection: sqlite3.Connection, path: Path) -> None:
    """Let SQLite check the file. Raises sqlite3.DatabaseError if it is damaged."""
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(f"{path}: {found}")
