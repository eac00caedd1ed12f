"""One style for scripts: blank lines, the spelling of headers and keys, scene headings in capitals, the order of
properties, no trailing blanks.

Prose, notes and boneyards are never touched, and a formatted script means what it meant (`storyboard.format.verify`).
"""

from storyboard.format.style import restyle
from storyboard.format.verify import Unformatted, format_script

__all__ = ["Unformatted", "format_script", "restyle"]
