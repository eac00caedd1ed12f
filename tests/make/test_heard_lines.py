"""What was heard beside what the script says: said, changed, not said, and what nobody wrote."""

from __future__ import annotations

import pytest

from storyboard.make.heard_lines import ScriptSpeech, compare_lines
from storyboard.venice.transcription import HeardWord

LINES = {
    "MIRA": "I never left, Mr. Dunn. Not in twenty-three years!",
    "TOM": "You can't say that.",
    "MIRA again": "I can.",
}


def judged(lines: dict[str, str], heard: str, names: frozenset[str] = frozenset()) -> list[str]:
    take = compare_lines(
        [ScriptSpeech(*line) for line in lines.items()], [HeardWord(word) for word in heard.split()], names
    )
    return [one.verdict.value for one in take.lines]


@pytest.mark.parametrize(
    ("heard", "verdicts"),
    [
        ("I never left, Mr. Dunn. Not in twenty-three years! You can't say that. I can.", "said said said"),
        ("i never left mister dunn not in 23 years you can not say that i can", "said said said"),
        ("I never left, uh, Mr Done, not in 23 years. You cannot say that. I can.", "said said said"),
        ("I never left, Mr. Dunn. You can't say that. I can.", "changed said said"),
        ("I never left, Mr. Dunn. Not in thirty-three years! You can't say that. I can.", "changed said said"),
        ("I never left, Mr. Dunn. Not in twenty-three long years! You can't say that. I can.", "changed said said"),
        ("I never left, Mr. Dunn. Not in twenty-three years! I can.", "said not_said said"),
        ("You can't say that.", "not_said said not_said"),
        ("", "not_said not_said not_said"),
        ("Hello there, everybody.", "not_said not_said not_said"),
    ],
)
def test_lines_are_judged_by_their_words(heard: str, verdicts: str) -> None:
    assert judged(LINES, heard, frozenset({"Mr. Dunn"})) == [one.replace("_", " ") for one in verdicts.split()]


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("Born in nineteen ninety, flight 204, at one.", "born in 1990 flight two hundred and four at 1"),
        ("Two thousand three hundred and five.", "2305"),
        ("Er wartet zwölf Jahre – für dich!", "er wartet 12 jahre für dich"),
        ("Où es-tu, François ?", "Ou es tu Francois"),
        ("我在等你，二十年。", "我 在 等 你 二 十 年"),
        ("Here! I’m here—don’t go.", "here I am here do not go"),
        ("It’s what she’s after.", "it is what she is after"),
        ("The colour of grief.", "The color of grief"),
        ("…", ""),
    ],
)
def test_another_spelling_of_the_same_words_is_the_same(line: str, heard: str) -> None:
    assert judged({"A": line}, heard) == ["said"]


@pytest.mark.parametrize(
    ("line", "heard"),
    [
        ("I never left.", "I never ever left"),
        ("Nobody did.", "Somebody did"),
        ("Meet me at 7.", "Meet me at 8"),
        ("He is dead.", "She is dead"),
    ],
)
def test_another_word_is_a_change(line: str, heard: str) -> None:
    assert judged({"A": line}, heard) == ["changed"]


def test_what_was_heard_instead_and_besides_is_told_with_its_time() -> None:
    heard = [
        HeardWord(word, at, at + 1)
        for at, word in enumerate(["I", "always", "left", "you", "Nobody", "did", "Thanks", "for", "watching"])
    ]
    take = compare_lines(
        [ScriptSpeech("MIRA", "I never left you."), ScriptSpeech("TOM", "Nobody did.")], heard, frozenset()
    )
    mira, tom = take.lines
    assert (mira.heard, mira.start, mira.end) == ("I always left you", 0, 4)
    assert (tom.heard, tom.start, tom.end) == ("Nobody did", 4, 6)
    assert take.besides == ("Thanks for watching",)
    assert not take.is_as_written


def test_a_long_speech_costs_little() -> None:
    assert judged({"A": "word by word " * 3000}, "word by word " * 3000) == ["said"]
