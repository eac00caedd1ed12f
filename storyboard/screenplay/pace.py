"""Reading time: how many seconds a piece of a screenplay lasts."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from storyboard.catalog import Model
from storyboard.names import is_wide

_COMMENT = re.compile(r"\[\[.*?\]\]|/\*.*?\*/", re.DOTALL)
_WORD = re.compile(r"\w+(?:['’.,-]\w+)*")
_PARENTHETICAL = re.compile(r"\([^()]*\)|（[^（）]*）")


@dataclass(frozen=True, slots=True)
class Pace:
    """The figures of `pace.toml`."""

    speech: float
    action: float
    wide: float
    comfortable: int


@cache
def pace() -> Pace:
    table = tomllib.loads((Path(__file__).parent / "pace.toml").read_text(encoding="utf-8"))
    return Pace(
        table["speech"]["words_per_second"],
        table["action"]["words_per_second"],
        table["wide"]["characters_per_word"],
        table["shot"]["comfortable_seconds"],
    )


def count_words(text: str) -> float:
    """Words of a text, comments left out; wide characters count as the part of a word that `pace.toml` says."""
    plain = _COMMENT.sub(" ", text) if "[[" in text or "/*" in text else text
    if plain.isascii():
        return len(_WORD.findall(plain))
    wide = sum(is_wide(character) and character.isalnum() for character in plain)
    narrow = "".join(" " if is_wide(character) else character for character in plain) if wide else plain
    return len(_WORD.findall(narrow)) + wide / pace().wide


def speech_seconds(text: str) -> float:
    """How long a speech lasts; its parentheticals are played, not said, and take the time of action."""
    played = " ".join(_PARENTHETICAL.findall(text))
    said = _PARENTHETICAL.sub(" ", text)
    return count_words(said) / pace().speech + count_words(played) / pace().action


def action_seconds(text: str) -> float:
    return count_words(text) / pace().action


def shot_seconds(seconds: float, model: Model) -> int:
    """The shortest shot of the model that holds so many seconds; its longest where none does."""
    whole = int(-(-seconds // 1))
    if model.durations:
        return next((length for length in model.durations if length >= whole), model.durations[-1])
    shortest, longest = model.shot_seconds or (1, model.clip_seconds)
    return min(max(whole, shortest), longest)


def longest_shot(model: Model) -> int:
    if model.durations:
        return model.durations[-1]
    return min(model.shot_seconds[1], model.clip_seconds) if model.shot_seconds else model.clip_seconds
