"""The LALR automaton: reads a block by the grammar's tables, with a contextual scanner.

Does the same as Lark's parser with the same tables; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from storyboard.compiler.parse.tables import Tables

_END = "$END"


class Token(NamedTuple):
    """A line of a block with its continuation lines: its kind, its characters, and the index of the first one."""

    kind: str
    text: str
    start: int


class Node(NamedTuple):
    """A rule of the grammar with its parts."""

    rule: str
    parts: list[Node | Token]


class Unparsable(Exception):
    """The grammar does not accept a text. It should accept every text, so this is a defect of the grammar."""


class Automaton:
    """Runs the tables. `judges` inspect tokens of their kind and may change the kind."""

    def __init__(self, tables: Tables, judges: Mapping[str, Callable[[Token], Token]]) -> None:
        self._starts, self._ends = tables.starts, tables.ends
        self._rules = tables.rules
        self._actions = [state.actions for state in tables.states]
        self._gotos = [state.gotos for state in tables.states]
        scanners = [_Scanner({name: tables.patterns[name] for name in names}) for names in tables.scanners]
        self._scanners = [scanners[state.scanner] for state in tables.states]
        self._judges = judges

    def read(self, text: str, start: str) -> Node:
        """The tree of a text, by the rule `start`. Raises Unparsable."""
        states = [self._starts[start]]
        parts: list[list[Node | Token]] = []
        at, size = 0, len(text)
        while at < size:
            token = self._scan(text, at, states[-1])
            following = self._actions[states[-1]].get(token.kind)
            if following is None or following < 0:
                self._complete(states, parts, token.kind)
                following = self._actions[states[-1]][token.kind]
            states.append(following)
            parts.append([token])
            at += len(token.text)
        self._complete(states, parts, _END, self._ends[start])
        (tree,) = parts[-1]
        assert isinstance(tree, Node), "a start rule is a rule"
        return tree

    def _scan(self, text: str, at: int, state: int) -> Token:
        found = self._scanners[state].pattern.match(text, at)
        if found is None or found.lastgroup is None:
            raise Unparsable(text[at : at + 80])
        token = Token(found.lastgroup, found.group(), at)
        judge = self._judges.get(token.kind)
        return judge(token) if judge else token

    def _complete(self, states: list[int], parts: list[list[Node | Token]], kind: str, last: int | None = None) -> None:
        """Complete the rules that end before a token of this kind, or until the state is `last`."""
        while (state := states[-1]) != last:
            action = self._actions[state].get(kind)
            if action is None:
                raise Unparsable(kind)
            if action >= 0:
                return
            name, size, is_inlined = self._rules[~action]
            made: list[Node | Token] = []
            if size == 1:
                made = parts.pop()
                states.pop()
            elif size:
                made = parts[-size]
                for more in parts[1 - size :]:
                    made += more
                del states[-size:], parts[-size:]
            parts.append(made if is_inlined else [Node(name, made)])
            states.append(self._gotos[states[-1]][name])


class _Scanner:
    """All that may come in a state, as one pattern: compiled when it is first asked for."""

    def __init__(self, patterns: dict[str, str]) -> None:
        self._patterns = patterns

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in self._patterns.items()))
