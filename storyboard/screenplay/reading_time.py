"""Reading time: the seconds that a piece of a screenplay lasts.

Speech takes 150 words a minute, as in SB509 (`craft.toml`). The speed of action, and the comfortable length of a shot,
are in `reading_time.toml` with their sources. Times are seconds; those of shots are whole, rounded up to a length that
the model makes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from storyboard.catalog import Model, read_table
from storyboard.compiler.word_count import count_words
from storyboard.screenplay.comments import without_comments

_PARENTHETICAL = re.compile(r"\([^()]*\)|（[^（）]*）")


@dataclass(frozen=True, slots=True)
class ReadingSpeed:
    """Words a second of speech and action, and the seconds after which a shot takes no further paragraph."""

    speech: float
    action: float
    comfortable: int


@cache
def reading_speed() -> ReadingSpeed:
    """The figures of `reading_time.toml`, with the speed of speech that SB509 uses."""
    table = read_pace()
    return ReadingSpeed(
        read_table("craft.toml")["speech"]["words_a_second"],
        table["action"]["words_per_second"],
        table["shot"]["comfortable_seconds"],
    )


@cache
def read_pace() -> dict[str, Any]:
    """The table `reading_time.toml`."""
    return read_table("reading_time.toml")


def _words(text: str) -> int:
    return count_words(without_comments(text, " "))


def speech_seconds(text: str) -> float:
    """The seconds of a speech. Its parentheticals are acted, not said, and take the time of action."""
    if "(" not in text and "（" not in text:
        return _words(text) / reading_speed().speech
    played = " ".join(_PARENTHETICAL.findall(text))
    return _words(_PARENTHETICAL.sub(" ", text)) / reading_speed().speech + _words(played) / reading_speed().action


def action_seconds(text: str) -> float:
    """The seconds of a paragraph of action."""
    return _words(text) / reading_speed().action


def shot_seconds(seconds: float, model: Model) -> int:
    """The model's shortest shot of at least so many seconds, or else its longest."""
    whole = int(-(-seconds // 1))
    if model.durations:
        return next((length for length in model.durations if length >= whole), model.durations[-1])
    shortest, longest = model.shot_seconds or (1, model.clip_seconds)
    return min(max(whole, shortest), longest)


def longest_shot(model: Model) -> int:
    """The seconds of the model's longest shot."""
    if model.durations:
        return model.durations[-1]
    return min(model.shot_seconds[1], model.clip_seconds) if model.shot_seconds else model.clip_seconds
