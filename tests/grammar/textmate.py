"""A small reader of TextMate grammars: begin/end and match rules over lines, as editors run them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

GRAMMAR = Path(__file__).parents[2] / "grammar" / "storyboard.tmLanguage.json"

Rule = dict[str, Any]


class Token(NamedTuple):
    """Characters `start` to `end` of a text that a scope is given to."""

    start: int
    end: int
    scope: str


@dataclass(frozen=True)
class _Open:
    rule: Rule
    end: str
    start: int


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def tokens(text: str) -> list[Token]:
    """Every scope that the grammar gives to a part of the text."""
    grammar = json.loads(GRAMMAR.read_text(encoding="utf-8"))
    found: list[Token] = []
    stack: list[_Open] = []
    offset = 0
    for number, line in enumerate(text.splitlines(keepends=True)):
        at = 0
        while at <= len(line):
            best = _first(grammar, stack, line, at, number)
            if best is None:
                break
            match, rule = best
            if rule is None:
                top = stack.pop()
                if name := top.rule.get("name"):
                    found.append(Token(top.start, offset + match.end(), name))
            elif "begin" in rule:
                found += _captures(match, rule.get("beginCaptures", {}), offset)
                stack.append(_Open(rule, _with_groups(rule["end"], match), offset + match.start()))
            else:
                if name := rule.get("name"):
                    found.append(Token(offset + match.start(), offset + match.end(), name))
                found += _captures(match, rule.get("captures", {}), offset)
                if match.end() == match.start():
                    at += 1
            at = max(at, match.end())
        offset += len(line)
    found += [Token(one.start, offset, one.rule["name"]) for one in stack if "name" in one.rule]
    return found


def _with_groups(end: str, match: re.Match[str]) -> str:
    return re.sub(r"\\([0-9])", lambda found: re.escape(match[int(found[1])] or ""), end)


def _captures(match: re.Match[str], captures: dict[str, Rule], offset: int) -> list[Token]:
    return [
        Token(offset + match.start(int(group)), offset + match.end(int(group)), rule["name"])
        for group, rule in captures.items()
        if match.start(int(group)) >= 0 and match[int(group)]
    ]


def _first(
    grammar: Rule, stack: list[_Open], line: str, at: int, number: int
) -> tuple[re.Match[str], Rule | None] | None:
    """The leftmost match: the end of the open rule, which goes first, or one of its patterns."""
    best: tuple[re.Match[str], Rule | None] | None = None
    end = _compiled(stack[-1].end).search(line, at) if stack else None
    end_is_last = bool(stack and stack[-1].rule.get("applyEndPatternLast"))
    if end and not end_is_last:
        best = (end, None)
    for rule in _flat(grammar, stack[-1].rule.get("patterns", []) if stack else grammar["patterns"]):
        pattern = rule.get("begin") or rule["match"]
        if pattern.startswith("\\A") and number:
            continue
        match = _compiled(pattern).search(line, at)
        if match and (best is None or match.start() < best[0].start()):
            if "begin" in rule and match.end() == match.start() and stack and stack[-1].rule is rule:
                continue
            best = (match, rule)
    if end and end_is_last and (best is None or end.start() < best[0].start()):
        return (end, None)
    return best


def _flat(grammar: Rule, rules: list[Rule]) -> list[Rule]:
    flat: list[Rule] = []
    for rule in rules:
        if "include" in rule:
            flat += _flat(grammar, [grammar["repository"][rule["include"][1:]]])
        elif "begin" in rule or "match" in rule:
            flat.append(rule)
        else:
            flat += _flat(grammar, rule["patterns"])
    return flat
