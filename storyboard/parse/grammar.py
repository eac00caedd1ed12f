"""The grammar, loaded: Lark over kinds of lines."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from lark import Lark, Token

from storyboard.catalog import read_table
from storyboard.names import has_case, is_name

_CUE = re.compile(r"\s*+(?P<name>[^\n()^]*+)(?:\([^\n()]*+\)\s*+)*+\^?\s*")


@cache
def grammar_text() -> str:
    """`grammar/storyboard.lark`: beside the package in a checkout, inside it where it was installed."""
    package = Path(__file__).parent.parent
    for folder in (package, package.parent):
        file = folder / "grammar" / "storyboard.lark"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    raise FileNotFoundError("grammar/storyboard.lark is missing: the package was not installed whole")


@cache
def transitions() -> frozenset[str]:
    """The transitions that do not end in `TO:`."""
    return frozenset(read_table("words.toml")["transition"]["words"])


@cache
def load() -> Lark:
    """The parser, with the rules `title_page` and `block` to start from."""
    return Lark(
        grammar_text(),
        parser="lalr",
        lexer="contextual",
        start=["title_page", "block"],
        maybe_placeholders=False,
        lexer_callbacks={"CUE": _cue, "TRANSITION": _transition, "TEXT": _text},
    )


def _cue(token: Token) -> Token:
    """The pattern of a cue takes any line of words; capitals, or a script without them, make it one."""
    line = str(token)
    if line.strip() in transitions():
        return _as("TRANSITION", token)
    return token if is_cue(line) else _as("TEXT", token)


def _transition(token: Token) -> Token:
    line = token.strip()
    return token if line.startswith(">") or line == line.upper() else _as("TEXT", token)


def _text(token: Token) -> Token:
    return _as("TRANSITION", token) if token.strip() in transitions() else token


def _as(kind: str, token: Token) -> Token:
    return Token.new_borrow_pos(kind, str(token), token)


def is_cue(line: str) -> bool:
    """Whether a line may name a speaker: a name in capitals or in a script without them, or one mention."""
    found = _CUE.fullmatch(line)
    if found is None:
        return False
    name = found["name"].strip()
    if name.startswith("@"):
        return is_name(" ".join(name.strip("@{}").replace(".", "").split()))
    return name == name.upper() and is_name(" ".join(name.split())) and (has_case(name) or not name.isdigit())
