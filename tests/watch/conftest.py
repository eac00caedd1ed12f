"""The browser of the board's tests looks at the page that follows, too."""

from __future__ import annotations

from tests.board.conftest import browser

__all__ = ["browser"]
