"""The grammar, loaded: Lark over kinds of lines."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from lark import Lark, Token

from storyboard.catalog import read_table
from storyboard.names import has_case, is_name

BLOCKS = ("title_page", "declaration", "include", "section", "heading", "shot", "break", "loose")

_CUE = re.compile(r"\s*(?P<name>[^\n()^]*?)\s*(?:\([^\n()]*\)\s*)*\^?\s*")


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
    words = " | ".join(json.dumps(word) for word in sorted(transitions()))
    return Lark(
        f"{grammar_text()}\n%extend TRANSITION_WORDS: {words}\n",
        parser="lalr",
        lexer="contextual",
        start=list(BLOCKS),
        maybe_placeholders=False,
        lexer_callbacks={"CUE": _cue_or_text, "TRANSITION": _transition_or_text},
    )


def _cue_or_text(token: Token) -> Token:
    """The pattern of a cue takes any line of words; capitals, or a script without them, make it one."""
    return token if is_cue(str(token)) else Token.new_borrow_pos("TEXT", str(token), token)


def _transition_or_text(token: Token) -> Token:
    line = str(token).strip()
    if line.startswith(">") or line == line.upper():
        return token
    return Token.new_borrow_pos("TEXT", str(token), token)


def is_cue(line: str) -> bool:
    """Whether a line may name a speaker: a name in capitals or in a script without them, or one mention."""
    found = _CUE.fullmatch(line)
    if found is None:
        return False
    name = found["name"]
    if name.startswith("@"):
        return is_name(" ".join(name.strip("@{}").replace(".", "").split()))
    return name == name.upper() and is_name(" ".join(name.split())) and (has_case(name) or not name.isdigit())
