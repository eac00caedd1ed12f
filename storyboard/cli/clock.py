"""The clock of the commands, handed to everything below them."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The day, by UTC."""
    return datetime.now(UTC).date()
