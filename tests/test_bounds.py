"""Bounds on what is read, guessed at and shown: beyond them a script is still answered, and is told why."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from storyboard.cli import main
from storyboard.compiler.loader import LONGEST_PATH
from storyboard.compiler.pipeline import CompilerCache, analyze_text
from storyboard.compiler.spelling import LONGEST_GUESS, WordList

CAST = "CHARACTER Mira\nfront: https://example.com/mira.png\n\n"
SHOT = "SHOT 5s wide\n@Mira waits.\n"


def said(text: str) -> list[tuple[str, str]]:
    return [(one.code, one.message) for one in analyze_text(text).diagnostics if one.code < "SB500"]


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("CHARACTER Mira\nfront: {path}.png\n\n" + SHOT, "SB104"),
        ("INCLUDE {path}.sb\n\n" + CAST + SHOT, "SB105"),
    ],
)
def test_a_path_has_a_longest_length(script: str, code: str) -> None:
    within, beyond = ("x" * (LONGEST_PATH + size) for size in (-10, 10))
    assert not [message for _, message in said(script.format(path=within)) if "characters" in message]
    assert [found for found, message in said(script.format(path=beyond)) if "characters" in message] == [code]


def test_a_heading_has_so_many_parts() -> None:
    def heading(parts: int) -> str:
        return f"{CAST}INT. {' - '.join(f'ROOM {number}' for number in range(parts))}\n\n{SHOT}"

    assert "SB101" not in {code for code, _ in said(heading(50))}
    assert [code for code, _ in said(heading(51)) if code == "SB101"] == ["SB101"]


def test_a_long_place_is_not_cut_at_its_commas() -> None:
    place = ", ".join(["ROOM"] * 70)
    for text in (place[:290].rstrip(", "), place):
        [plan] = analyze_text(f"{CAST}INT. {text} - DAY\n\n{SHOT}").plans
        assert (plan.scene.place, plan.scene.time) == (text, "day")


def test_three_hundred_findings_are_shown_errors_first(tmp_path: Path) -> None:
    script = tmp_path / "film.sb"
    warnings = "SHOT 5s wide\n@Mira waits. Mira turns.\n\n" * 200
    errors = "SHOT 5s wide\n@Nobody waits.\n\n" * 200
    script.write_text(CAST + warnings + errors)
    shown = CliRunner().invoke(main, ["check", str(script)]).output
    assert shown.count("error SB201") == 200
    assert sum(shown.count(f" {severity} SB") for severity in ("error", "warning", "note")) == 300
    assert "more" in shown


def test_a_word_that_is_too_long_is_not_guessed_at() -> None:
    for length, is_guessed in ((LONGEST_GUESS, True), (LONGEST_GUESS + 1, False)):
        name = "Mirabelle " * 10
        name = name[: length - 1] + "x"
        assert bool(WordList([name]).nearest(f"{name[:-1]}y")) is is_guessed


def test_of_many_names_the_nearest_three_are_offered() -> None:
    names = [f"Guard {number:04}" for number in range(3000)]
    assert WordList([*names, "Mirabelle"]).nearest("Mirabele") == ("Mirabelle",)
    assert len(WordList(names).nearest("Gaurd 0007")) == 3


def test_guesses_from_memory_are_those_of_a_fresh_check() -> None:
    memory = CompilerCache()
    names = ["Mirabelle", "Tom", "Old Tom", "Miranda", "Mirabel", "Tomas"]
    texts = ["".join(f"CHARACTER {name}\n\n" for name in names[:count]) for count in range(len(names) + 1)]
    for declared in [*texts, *reversed(texts)]:
        text = f"{declared}{CAST}SHOT 5s wide\n@Mirabele meets @Tim, @Olt Tom and @Mira.\n\nTOMM\nHello.\n"
        assert analyze_text(text, memory=memory).diagnostics == analyze_text(text).diagnostics
