"""The clock of the commands: what is below them gets the time handed in."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The day, by UTC."""
    return datetime.now(UTC).date()
