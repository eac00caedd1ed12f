"""The language of a spoken text: by its script, or else by its most common words."""

from __future__ import annotations

import re
from collections import Counter

from storyboard.catalog import read_table

_FILE = "computer_voices.toml"
_WORD = re.compile(r"\w+")
#: espeak-ng's name of a language whose ISO 639-1 code is not the beginning of it.
_ISO = {"cmn": "zh"}


def find_language(text: str) -> str | None:
    """The language of a text as espeak-ng calls it; None where nothing says it, or two languages do alike."""
    table = read_table(_FILE)
    for first, last, language in table["script"][0]["ranges"]:
        if any(first <= letter <= last for letter in text):
            return str(language)
    words = Counter(_WORD.findall(text.casefold()))
    languages = {name: rows for name, rows in table["languages"].items() if isinstance(rows, list)}
    counts = Counter({name: sum(words[word] for word in rows) for name, rows in languages.items()})
    (found, most), (_, second) = counts.most_common(2)
    return found if most > second else None


def language_of(text: str, otherwise: str | None = None) -> str:
    """The language of a text as espeak-ng calls it; where nothing says it, another one, English by default."""
    return find_language(text) or otherwise or str(read_table(_FILE)["usual"]["language"])


def iso_code(language: str) -> str:
    """The ISO 639-1 code of a language as espeak-ng calls it."""
    return _ISO.get(language, language.partition("-")[0])
