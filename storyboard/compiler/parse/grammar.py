"""The grammar, loaded, and its two judgements: which words can be a cue, and which a transition."""

from __future__ import annotations

from functools import cache

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.names import has_case, is_name
from storyboard.compiler.parse import tables
from storyboard.compiler.parse.automaton import Automaton, Token
from storyboard.compiler.parse.near_keys import is_odd_property
from storyboard.compiler.syntax import is_slug, is_transition

_CUE = lazy_pattern(r"\s*+(?P<name>[^\n()^]*+)(?:\([^\n()]*+\)\s*+)*+\^?\s*")


def _cue(token: Token) -> Token:
    """The pattern of a cue takes any line of words; capitals, or a script without them, make it one."""
    if is_transition(token.text) or is_slug(token.text):
        return token._replace(kind="TRANSITION")
    return token if is_cue(token.text) else token._replace(kind="TEXT")


def _transition(token: Token) -> Token:
    line = token.text.strip()
    return token if line.startswith(">") or is_transition(line) else token._replace(kind="TEXT")


def _text(token: Token) -> Token:
    return token._replace(kind="TRANSITION") if is_transition(token.text) or is_slug(token.text) else token


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
