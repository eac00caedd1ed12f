"""The grammar, ready to read blocks, and what it leaves to judge: which words make a cue, which a transition."""

from __future__ import annotations

import re
from functools import cache

from storyboard.catalog import read_table
from storyboard.catalog.alternatives import any_of
from storyboard.compiler.names import has_case, is_name
from storyboard.compiler.parse import tables
from storyboard.compiler.parse.automaton import Automaton, Token
from storyboard.compiler.parse.near_keys import is_odd_property

_CUE = re.compile(r"\s*+(?P<name>[^\n()^]*+)(?:\([^\n()]*+\)\s*+)*+\^?\s*")


@cache
def transitions() -> frozenset[str]:
    """The transitions that do not end in `TO:`."""
    return frozenset(read_table("words.toml")["transition"]["words"])


@cache
def _slugs() -> re.Pattern[str]:
    """A slug alone, with a stop, a colon, a colon or dash and words, or in brackets."""
    words = read_table("words.toml")["slug"]["words"]
    listed = any_of(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.compile(rf"\(?{listed}(?:\s*[.)]?|\s*:\)?|(?:\s*:|\s*[–—]|\s+-+)\s*\S[^\na-z]*)")


def is_slug(line: str) -> bool:
    """Whether a line is a slug of the table."""
    found = _slugs().fullmatch(line)
    return found is not None and line.startswith("(") == line.endswith(")")


def _cue(token: Token) -> Token:
    """The pattern of a cue takes any line of words; capitals, or a script without them, make it one."""
    if token.text.strip() in transitions() or is_slug(token.text.strip()):
        return token._replace(kind="TRANSITION")
    return token if is_cue(token.text) else token._replace(kind="TEXT")


def _transition(token: Token) -> Token:
    line = token.text.strip()
    return token if line.startswith(">") or line == line.upper() else token._replace(kind="TEXT")


def _text(token: Token) -> Token:
    line = token.text.strip()
    return token._replace(kind="TRANSITION") if line in transitions() or is_slug(line) else token


def _odd_property(token: Token) -> Token:
    """A line with a colon among properties is text unless its key could be one."""
    return token if is_odd_property(token.text) else _text(token._replace(kind="TEXT"))


#: What looks again at a token of its kind.
JUDGES = {"CUE": _cue, "TRANSITION": _transition, "TEXT": _text, "ODD_PROPERTY": _odd_property}


@cache
def load() -> Automaton:
    """The parser, with the rules `title_page` and `block` to start from."""
    return Automaton(tables.load(), JUDGES)


def is_cue(line: str) -> bool:
    """Whether a line may name a speaker: a name in capitals or in a script without them, or one mention."""
    found = _CUE.fullmatch(line)
    if found is None:
        return False
    name = found["name"].strip()
    if name.startswith("@"):
        return is_name(" ".join(name.strip("@{}").replace(".", "").split()))
    return name == name.upper() and is_name(" ".join(name.split())) and (has_case(name) or not name.isdigit())
