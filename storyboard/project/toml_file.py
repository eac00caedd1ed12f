"""TOML files of a project, with the place of every key for messages."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.codes import severity_of
from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.text import Source

Path = tuple[str, ...]

_WHERE = lazy_pattern(r"\(at line (\d+), column (\d+)\)")
_BARE = lazy_pattern(r"[A-Za-z0-9_-]+")
_BLANKS = lazy_pattern(r"[ \t\r\n]*")
#: A string of TOML: multi-line ones first, which may hold single quotes.
_STRING = lazy_pattern(r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'', re.DOTALL)
_COMMENT = lazy_pattern(r"#[^\n]*")
_PLAIN = lazy_pattern(r"[^\s,\[\]{}=#\"']+")


def _parse(text: str) -> dict[str, Any]:
    """What a text of TOML says. Raises ValueError. The parser is loaded by those who have a file for it."""
    from tomllib import loads

    return loads(text)


class TomlFile:
    """A file that was read. `data` is empty where it cannot be; `diagnostics` grow, each there once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.data: dict[str, Any] = {}
        self.diagnostics: dict[Diagnostic, None] = {}
        self._places: dict[Path, tuple[int, int]] = {}
        try:
            self.data = _parse(source.text)
        except ValueError as problem:
            self._report_syntax(str(problem))
        except RecursionError:
            self._add("SB101", 0, 0, "This is nested too deeply to be read.", "Write it flat.")
        else:
            self._places = _Scan(source.text).places

    def report(self, code: str, path: Path, message: str, advice: str) -> None:
        """Say what is wrong with a key, at the nearest place that is known."""
        known = next((path[:end] for end in range(len(path), 0, -1) if path[:end] in self._places), None)
        start, end = self._places[known] if known is not None else (0, 0)
        self._add(code, start, end, message, advice)

    def _report_syntax(self, said: str) -> None:
        found = _WHERE.search(said)
        at = len(self.source.text)
        if found:
            starts = self.source.line_starts
            at = min(starts[min(int(found[1]), len(starts)) - 1] + int(found[2]) - 1, at)
        what = said.partition(" (at ")[0]
        self._add(
            "SB101", at, at, f"This is not TOML: {what[:1].lower()}{what[1:]}.", "Write key = value, a line each."
        )

    def _add(self, code: str, start: int, end: int, message: str, advice: str) -> None:
        position = self.source.position
        found = Diagnostic(code, severity_of(code), message, advice, self.source.path, position(start), position(end))
        self.diagnostics[found] = None


class _Key(NamedTuple):
    path: Path
    start: int
    end: int


class _Scan:
    """The places of all keys and table headers in a text that is known to be TOML."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self.places: dict[Path, tuple[int, int]] = {}
        table: Path = ()
        while self._skip_to_content():
            if text[self._at] == "[":
                self._at += 2 if text.startswith("[[", self._at) else 1
                table = self._keep(self._key(()))
                self._at = text.find("\n", self._at) % (len(text) + 1)
            else:
                self._pair(table)

    def _pair(self, table: Path) -> None:
        path = self._keep(self._key(table))
        self._skip_to_content()
        self._at += 1  # the equals sign
        self._value(path)

    def _keep(self, key: _Key) -> Path:
        self.places.setdefault(key.path, (key.start, key.end))
        return key.path

    def _key(self, table: Path) -> _Key:
        """A key, dotted or not, quoted or not."""
        self._skip_to_content()
        parts: list[str] = []
        start = end = self._at
        while True:
            found = _STRING.match(self._text, self._at) or _BARE.match(self._text, self._at)
            if found is None:
                return _Key((*table, *parts), start, end)
            parts.append(_unquoted(found[0]))
            self._at = end = found.end()
            self._skip_to_content()
            if self._text[self._at : self._at + 1] != ".":
                return _Key((*table, *parts), start, end)
            self._at += 1
            self._skip_to_content()

    def _value(self, path: Path) -> None:
        self._skip_to_content()
        opening = self._text[self._at : self._at + 1]
        if opening not in ("[", "{"):
            found = _STRING.match(self._text, self._at) or _PLAIN.match(self._text, self._at)
            self._at = found.end() if found else self._at + 1
            return
        self._at += 1
        closing = "]" if opening == "[" else "}"
        while self._skip_to_content():
            if self._text[self._at] == closing:
                self._at += 1
                return
            if self._text[self._at] == ",":
                self._at += 1
            elif opening == "{":
                self._pair(path)
            else:
                self._value(path)

    def _skip_to_content(self) -> bool:
        """Over blanks and comments; whether anything is left."""
        while True:
            self._at = _BLANKS.match(self._text, self._at).end()  # type: ignore[union-attr] # it matches always
            comment = _COMMENT.match(self._text, self._at)
            if comment is None:
                return self._at < len(self._text)
            self._at = comment.end()


def _unquoted(part: str) -> str:
    return str(_parse(f"k = {part}")["k"]) if part[0] in "\"'" else part
