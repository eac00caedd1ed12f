"""Text on a terminal, as `wording` makes it."""

from storyboard.wording import columns
from storyboard.wording import printable as harmless

__all__ = ["columns", "harmless"]
