"""The parse tables that Lark makes of the grammar, stored beside this module.

Lark takes as long to start as the rest of `sbc check` in all. So its tables for `grammar/storyboard.lark` are stored
beside this module, and `storyboard.compiler.parse.automaton` reads them without Lark. The tables carry the checksum of
their grammar; if the grammar has changed, Lark makes them anew in memory. After editing the grammar, write them with
`python -m storyboard.compiler.parse`; a test reports stale ones.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

if TYPE_CHECKING:
    from lark import Lark

KEPT = Path(__file__).with_name("tables.json")
#: The rules that a block may be read from.
STARTS = ("title_page", "block")


class ParserState(NamedTuple):
    """What the automaton does in one state.

    `scanner` is the index of the terminals that may come; `actions` says for each of them, and for the end of the text
    (`$END`), which state follows, or as ~index which rule is complete; `gotos` the state that follows a rule.
    """

    scanner: int
    actions: dict[str, int]
    gotos: dict[str, int]


class Rule(NamedTuple):
    """A rule that takes `size` parts. Those of an inlined one become parts of the rule around it."""

    name: str
    size: int
    is_inlined: bool


class Tables(NamedTuple):
    """A grammar as tables.

    `patterns` are the terminals; `scanners` their names, in order of precedence; `starts` and `ends` the first and last
    state of each start rule.
    """

    checksum: int
    patterns: dict[str, str]
    scanners: tuple[tuple[str, ...], ...]
    rules: tuple[Rule, ...]
    states: tuple[ParserState, ...]
    starts: dict[str, int]
    ends: dict[str, int]


@cache
def grammar_text() -> str:
    """`grammar/storyboard.lark`: beside the package in a checkout, inside it where it was installed."""
    package = Path(__file__).parents[2]
    for folder in (package, package.parent):
        file = folder / "grammar" / "storyboard.lark"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise FileNotFoundError("grammar/storyboard.lark is missing: the package was not installed whole")


@cache
def load() -> Tables:
    """The tables of the grammar as it is now."""
    try:
        tables = _read(KEPT.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return make()
    return tables if tables.checksum == _checksum() else make()


def _checksum() -> int:
    return crc32(grammar_text().encode())


def _read(text: str) -> Tables:
    kept = json.loads(text)
    return Tables(
        kept["checksum"],
        kept["patterns"],
        tuple(map(tuple, kept["scanners"])),
        tuple(Rule(*rule) for rule in kept["rules"]),
        tuple(ParserState(*state) for state in kept["states"]),
        kept["starts"],
        kept["ends"],
    )


def make() -> Tables:
    """Let Lark work them out. States are numbered as they are reached, so the same grammar makes the same tables."""
    lark = build_lark()
    frontend: Any = lark.parser  # how Lark keeps its states is its own business, so they have no types
    automaton = frontend.parser._parse_table  # noqa: SLF001 # nor a public name
    lexers = frontend.lexer.lexers
    order = _reached(automaton)
    rules: dict[Any, int] = {}
    scanners: dict[tuple[str, ...], int] = {}
    states = []
    for state in order:
        scanner = tuple(terminal.name for terminal in lexers[state].terminals)
        actions: dict[str, int] = {}
        gotos: dict[str, int] = {}
        for symbol, (action, argument) in sorted(automaton.states[state].items()):
            if action.name == "Reduce":
                actions[symbol] = ~rules.setdefault(argument, len(rules))
            else:
                (actions if symbol.isupper() else gotos)[symbol] = order[argument]
        states.append(ParserState(scanners.setdefault(scanner, len(scanners)), actions, gotos))
    return Tables(
        _checksum(),
        {terminal.name: terminal.pattern.to_regexp() for terminal in lark.terminals},
        tuple(scanners),
        tuple(
            Rule(rule.origin.name, len(rule.expansion), rule.origin.name.startswith("_") or rule.options.expand1)
            for rule in rules
        ),
        tuple(states),
        {start: order[state] for start, state in sorted(automaton.start_states.items())},
        {start: order[state] for start, state in sorted(automaton.end_states.items())},
    )


def build_lark() -> Lark:
    """The parser as Lark builds it, which tells kinds of lines by their patterns alone."""
    from lark import Lark

    return Lark(grammar_text(), parser="lalr", lexer="contextual", start=list(STARTS), maybe_placeholders=False)


def _reached(automaton: Any) -> dict[Any, int]:  # noqa: ANN401 # it has no public type
    """The states of Lark's automaton, each with its number."""
    order: dict[Any, int] = {}
    waiting = [automaton.start_states[start] for start in STARTS]
    while waiting:
        state = waiting.pop(0)
        if state not in order:
            order[state] = len(order)
            following = sorted(automaton.states[state].items())
            waiting += [argument for _, (action, argument) in following if action.name == "Shift"]
    return order


def write() -> None:
    """Keep the tables of the grammar as it is now: one item a line, so that a change shows as a change of lines."""
    rows = []
    for key, value in make()._asdict().items():
        items = ",\n".join(json.dumps(one) for one in value) if isinstance(value, tuple) else ""
        rows.append(f'"{key}": [\n{items}\n]' if items else f'"{key}": {json.dumps(value, indent=1)}')
    text = ",\n".join(rows)
    KEPT.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
