"""Lists of words in the grammars, generated from one source: keys from `ir/keys.py`, the rest from `words.toml`.

`grammar/storyboard.lark` and `grammar/lines.lark` end with them; `grammar/storyboard.tmLanguage.json`, which colours
scripts in an editor, has them inside its patterns. `python -m storyboard.compiler.parse` writes all of them, and a test
compares them with their source.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.ir import keys
from storyboard.compiler.syntax import heading_words, sentence_guard

_DECLARATION = tuple(dict.fromkeys(key for known in keys.DECLARATION.values() for key in known))
#: Every list by a key that no other list has.
_LISTS = {"title": keys.TITLE_PAGE, "look": _DECLARATION, "variants": keys.SCENE, "camera": keys.SHOT}
_HEAD = "// ---- Lists of words"
_KEYS = lazy_pattern(r"\(\?i:([a-z |]+)\)")
#: The beginning of a heading, in a TextMate pattern: words, and after a slash words again.
_HEADING = lazy_pattern(r"\(\?:\(\?:[^()]*\)\(\?:\\\.\?\[ \\t\]\*/\[ \\t\]\*\(\?:[^()]*\)\)\?\|I/E\|E/I\)")


def grammar_lists() -> str:
    """The lists as terminals of the Lark grammar."""
    lines = [f"PLACE_WORD: /(?:{'|'.join(heading_words())})/", f"NO_SENTENCE: /{sentence_guard()}/"]
    lines += [
        f"{name}: /(?:{_alternatives(known)})/i" for name, known in (("SCENE_KEY", keys.SCENE), ("SHOT_KEY", keys.SHOT))
    ]
    for name, known in (
        ("NO_SETTING", keys.TITLE_PAGE),
        ("NO_PROPERTY", _DECLARATION),
        ("NO_SCENE_KEY", keys.SCENE),
        ("NO_SHOT_KEY", keys.SHOT),
    ):
        lines.append(rf"{name}: /(?!(?:{_alternatives(known)})[^\S\n]*:)/i")
    return "\n".join(lines)


def lines_lists() -> str:
    """The lists as terminals of the Lark grammar of the inside of lines."""
    return "\n".join(
        (
            f"PLACE_WORD: /(?:{'|'.join(heading_words())})/",
            f"NO_SENTENCE: /{sentence_guard()}/",
            f"UNIT: /(?i:{_units()})/",
        )
    )


def with_grammar_lists(grammar: str) -> str:
    """The Lark grammar with its lists as they are now."""
    return _with(grammar, grammar_lists())


def with_lines_lists(grammar: str) -> str:
    """The Lark grammar of the inside of lines with its lists as they are now."""
    return _with(grammar, lines_lists())


def _with(grammar: str, lists: str) -> str:
    page, head, rest = grammar.partition(_HEAD)
    comments = [line for line in rest.split("\n")[1:] if line.startswith("//")]
    return "\n".join((f"{page}{head}{rest.split(chr(10))[0]}", *comments, "", lists, ""))


def with_textmate_lists(grammar: str) -> str:
    """The TextMate grammar with its lists as they are now."""
    rules = json.loads(grammar)
    rules["repository"]["slug"]["match"] = _slug()
    shot = next(rule for rule in rules["repository"]["headers"]["patterns"] if "(SHOT)" in rule.get("begin", ""))
    shot["begin"] = rf"^[ \t]*(SHOT)(?=[\s,:—–-])[ \t,:—–-]*({_seconds()})?"
    return f"{json.dumps(_replaced(rules), ensure_ascii=False, indent=2)}\n"


#: Every grammar that has lists, by its file.
GRAMMARS = {
    "storyboard.lark": with_grammar_lists,
    "lines.lark": with_lines_lists,
    "storyboard.tmLanguage.json": with_textmate_lists,
}


def write(folder: Path) -> None:
    """Write the lists into the grammars of the folder."""
    for name, put in GRAMMARS.items():
        path = folder / name
        path.write_text(put(path.read_text(encoding="utf-8")), encoding="utf-8")


def _alternatives(known: Iterable[str]) -> str:
    """Keys for a pattern, a longer one before one that it begins with."""
    return "|".join(sorted(dict.fromkeys(known), key=lambda key: (-len(key), key)))


def _units() -> str:
    return _alternatives(map(re.escape, read_table("words.toml")["seconds"]["units"]))


def _seconds() -> str:
    """The length of a shot, in brackets or not, in a TextMate pattern."""
    length = rf"[0-9]{{1,6}}[ \t]*(?i:{_units()})(?![^\W_])\.?"
    return rf"\([ \t]*{length}[ \t]*\)|{length}"


def _slug() -> str:
    """A slug as `syntax.is_slug` reads it, in a TextMate pattern."""
    words = f"(?:{_alternatives(map(re.escape, read_table('words.toml')['slug']['words']))})"
    blank = r"[ \t]*"
    more = rf"(?:{blank}:|{blank}[–—]|[ \t]+-+){blank}"
    in_brackets = rf"\({words}(?:{blank}[.:]?|{more}[^\s)][^\na-z)]*)\)"
    return rf"^{blank}(?:{in_brackets}|{words}(?:{blank}[.:]?|{more}\S[^\na-z]*(?<![) \t]))){blank}$"


def _replaced(part: object) -> object:
    if isinstance(part, dict):
        return {key: _replaced(value) for key, value in part.items()}
    if isinstance(part, list):
        return [_replaced(value) for value in part]
    if not isinstance(part, str):
        return part
    word = f"(?:{'|'.join(heading_words())})"
    heading = rf"(?:{word}(?:\.?[ \t]*/[ \t]*{word})?|I/E|E/I)"
    return _HEADING.sub(lambda found: heading, _KEYS.sub(_keys, part))


def _keys(found: re.Match[str]) -> str:
    typed = found[1].split("|")
    known = next((known for key, known in _LISTS.items() if key in typed), None)
    return f"(?i:{_alternatives(known)})" if known else found[0]
