"""Right scripts with a slip at random: no traceback, no hang, `--fix` ends, and a second `--fix` changes nothing."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.fixing import fix_texts
from storyboard.compiler.pipeline import Analysis, analyze_text
from tests.test_slips import CASES

HERE = Path(__file__).parent
FEW, MANY = 150, 10_000
Mutation = Callable[[str, random.Random], str]


def lines_of(*pieces: str) -> Mutation:
    """Put one of these lines somewhere."""

    def mutate(text: str, chance: random.Random) -> str:
        lines = text.split("\n")
        lines.insert(chance.randrange(len(lines) + 1), chance.choice(pieces))
        return "\n".join(lines)

    return mutate


def replaced(pattern: str, by: str) -> Mutation:
    """Replace one of the places where a pattern is found."""

    def mutate(text: str, chance: random.Random) -> str:
        found = list(re.finditer(pattern, text, re.MULTILINE))
        if not found:
            return text
        one = chance.choice(found)
        return text[: one.start()] + one.expand(by) + text[one.end() :]

    return mutate


def swapped_letters(text: str, chance: random.Random) -> str:
    at = chance.randrange(1, max(2, len(text) - 1))
    return text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :]


def dropped(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text))
    return text[:at] + text[at + chance.randrange(1, 4) :]


def doubled_line(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    at = chance.randrange(len(lines))
    return "\n".join([*lines[: at + 1], lines[at], *lines[at + 1 :]])


MUTATIONS: tuple[Mutation, ...] = (
    swapped_letters,
    dropped,
    doubled_line,
    replaced(r"@(\w)", r"\1"),
    replaced(r"@(\w+)", r"@\1.winter"),
    replaced(r"@(\w+)", r"@{\1"),
    replaced(r"^(CHARACTER|PROP|LOCATION) ", r"\1: "),
    replaced(r"^LOCATION ", "PLACE "),
    replaced(r"^(\w+): ", r"\1 "),
    replaced(r"^(\w+): ", r"\1 = "),
    replaced(r"^(INT|EXT)\. ", r"\1: "),
    replaced(r"^(INT|EXT)\. ", r"12 \1. "),
    replaced(r"^SHOT (\d)s", r"SHOT \1 seconds"),
    replaced(r"^SHOT (\d)s(.*)$", r"SHOT\2, \1s"),
    replaced(r"^SHOT (\d)s", "SHOT"),
    replaced(r"\n\n", r"\n"),
    replaced(r"\n", r"\n\n"),
    replaced(r"^([A-Z]{3,})$", r"\1 V.O."),
    replaced(r"^([A-Z]{3,})\n", r"\1: "),
    replaced(r"\)$", ""),
    replaced(r"^(.+)$", r"**\1**"),
    replaced(r"^([A-Z]{3,})$", r"\1 (low"),
    replaced(r"^([A-Z]{3,})\n", r"\1:\n"),
    replaced(r"^([A-Z]{3,})\n", r"BOB: "),
    replaced(r"@(\w+)", r"@\1s"),
    replaced(r"@(\w+)", r"@\1 s"),
    replaced(r"^\(", ""),
    replaced(r"^Title: ", "Title = "),
    replaced(r"^", "\u200b"),
    lines_of(
        "---",
        "```",
        "<!-- a thought -->",
        "~la la",
        "MONTAGE",
        "THE OLD LIGHTHOUSE",
        "mood: calm",
        "light: soft",
        "SON: vent",
        "SOUND: rain",
        "[slower]",
        "(beat)",
        "CORTE A:",
        "SCENE 2 - INT. HOUSE",
        "@Mira and (with @Mira.",
    ),
    lines_of(
        "[[", "/*", "*/", "]]", "@", "@{", "(", "!", "===", "SHOT", "INT.", "CHARACTER", "INCLUDE", "with: Nobody"
    ),
)


def sources() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((HERE / "corpus" / "ok").glob("*.sb"))]
    texts += [case["script"].removeprefix("\n") for case in CASES]
    return [text for text in texts if len(text) < 4000 and "INCLUDE" not in text]


def check(count: int, seed: int) -> None:
    chance = random.Random(seed)
    texts = sources()
    for number in range(count):
        text = chance.choice(texts)
        for _ in range(chance.randrange(1, 4)):
            text = chance.choice(MUTATIONS)(text, chance)
        with_unsafe = bool(number % 2)
        once = fix_texts(analyze_text(text), with_unsafe)
        fixed = once.files[0].after if once.files else text
        again = fix_texts(analyze_text(fixed), with_unsafe)
        assert not again.files, (number, text, told(once.applied), told(again.applied))
        names = {one.message for one in analyze_text(fixed).diagnostics if one.code == "SB109" and one.fix}
        assert not names or not with_unsafe, (number, text, names)


def told(applied: tuple[Diagnostic, ...]) -> list[str]:
    return [f"{one.start.line} {one.code} {one.message} | {one.help}" for one in applied]


def test_some_scripts_with_slips() -> None:
    check(FEW, 11)


@pytest.mark.slow
def test_ten_thousand_scripts_with_slips() -> None:
    for seed in range(MANY // 500):
        check(500, seed)


def test_what_is_mended_stays_mended() -> None:
    """After every fix nothing with a fix is left in a script of one slip."""
    for case in CASES:
        text = case["script"].removeprefix("\n")
        analysis: Analysis = analyze_text(text)
        fixed = fix_texts(analysis, True)
        after = analyze_text(fixed.files[0].after if fixed.files else text)
        assert not [one for one in after.diagnostics if one.fix], case["id"]
