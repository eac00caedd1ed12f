"""One style for scripts: blank lines, the spelling of headers and keys, scene headings in capitals, the order of
properties, no trailing blanks.

Prose, notes and boneyards are never touched, and a formatted script means what it meant (`storyboard.format.promise`).
"""

from storyboard.format.promise import Unformatted, format_script
from storyboard.format.style import restyle

__all__ = ["Unformatted", "format_script", "restyle"]
