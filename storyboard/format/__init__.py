"""One style for scripts: blank lines, the spelling of headers and keys, headings in capitals, order of properties, no
trailing spaces.

`style` is the style (capitals: headings), `document` a text with its parse, `meaning` and `excerpt` what `verify`
compares.

Prose, notes and boneyards are never changed, and a formatted script keeps its meaning (`storyboard.format.verify`).
"""

from storyboard.format.style import restyle
from storyboard.format.verify import Unformatted, format_script

__all__ = ["Unformatted", "format_script", "restyle"]
