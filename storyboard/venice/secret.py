"""Secrets: the key, and addresses that give access to a clip."""

from __future__ import annotations

import re

#: Characters of the shortest text that is hidden. A shorter one would blot out ordinary words, and is not a key.
SHORTEST = 16
_HIDDEN = "[hidden]"


class Secret:
    """A text that no log, traceback or message shows."""

    __slots__ = ("_pattern", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._pattern: re.Pattern[str] | None = None

    def reveal(self) -> str:
        """The text, for the one place that sends it."""
        return self._text

    def hidden_in(self, text: str) -> str:
        """A text in which this one is blotted out, also where JSON or an address spells its characters another way."""
        if len(self._text) < SHORTEST:
            return text
        if self._pattern is None:
            self._pattern = re.compile("".join(map(_spellings, self._text)))
        return self._pattern.sub(_HIDDEN, text)

    def hidden_from(self, data: bytes) -> bytes:
        """Bytes in which this text is blotted out, in the same spellings."""
        return self.hidden_in(data.decode("latin-1")).encode("latin-1")

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__


def _spellings(character: str) -> str:
    r"""A pattern for a character as it is, as `\/`, as `\u002f` and as `%2F`."""
    code = ord(character)
    plain = re.escape(character)
    if code > 0x7F:
        return plain
    four, two = (re.sub("[a-f]", lambda found: f"[{found[0]}{found[0].upper()}]", f"{code:0{n}x}") for n in (4, 2))
    return rf"(?:\\?{plain}|\\u{four}|%{two})"
