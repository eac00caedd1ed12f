"""What goes onto the letter before it belongs to that letter: in names, mentions, imported screenplays and lines."""

from __future__ import annotations

import sys
import unicodedata
from functools import cache

import pytest

from storyboard.catalog import find_model
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.names import clusters, is_mark, is_name
from storyboard.compiler.pipeline import Analysis, analyze_text
from storyboard.drawing.fonts import font_runs
from storyboard.drawing.text_layout import fit_text
from storyboard.screenplay.fountain import read_fountain
from storyboard.screenplay.importer import import_screenplay

ZWNJ, ZWJ = "\u200c", "\u200d"


@cache
def words_of_every_script() -> tuple[tuple[str, str, str], ...]:
    """A script's first word in the names of its characters, a word of letter, mark, letter, and another such word that
    differs in its mark alone."""
    letters: dict[str, str] = {}
    marks: dict[str, list[str]] = {}
    for code in range(0x300, 0x20000):
        character = chr(code)
        category = unicodedata.category(character)
        script = unicodedata.name(character, "").split(" ")[0]
        if category == "Lo":
            letters.setdefault(script, character)
        elif category.startswith("M") and unicodedata.normalize("NFC", f"a{character}a") == f"a{character}a":
            marks.setdefault(script, []).append(character)
    found = []
    for script, its in marks.items():
        letter = letters.get(script, "ᚠ")  # a letter without case
        for one, other in zip(its, its[1:] or its, strict=False):
            found.append((script, f"{letter}{one}{letter}", f"{letter}{other}{letter}"))
            break
    return tuple(found)


def script_with(name: str, text: str) -> Analysis:
    front = "https://example.com/a.png"
    return analyze_text(f"CHARACTER {name}\nlook: a tall woman\nfront: {front}\n\nSHOT 5s wide\n{text}\n")


def test_the_table_is_that_of_this_python() -> None:
    assigned = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) != "Cn"]
    wrong = [one for one in assigned if is_mark(one) != unicodedata.category(one).startswith("M")]
    assert not wrong
    assert len(words_of_every_script()) > 90


@pytest.mark.parametrize(("name", "other"), [row[1:] for row in words_of_every_script()], ids=ascii)
def test_a_name_in_every_script(name: str, other: str) -> None:
    assert is_name(name)
    analysis = script_with(name, f"@{name} walks to the door.")
    assert [one.code for one in analysis.diagnostics if one.code < "SB500"] == []
    assert analysis.film.cast[0].name == name
    short = name[:-1]  # letter and mark
    for typed, known in ((short, short[0]), (name, short[0]), (other, name)):
        if typed != known:
            analysis = script_with(known, f"@{typed} walks to the door.")
            assert "SB201" in [one.code for one in analysis.diagnostics], (typed, known)


def test_names_of_every_script_are_imported_whole() -> None:
    names = [name for _, name, _ in words_of_every_script()]
    model = find_model("kling-o3-pro")
    assert model
    for name in names:
        play = read_fountain(f"INT. HOUSE - DAY\n\n{name} walks in.\n\n@{name}\nHello.\n")
        done = import_screenplay(play, model)
        assert [one.name for one in done.declared if one.kind is Kind.CHARACTER] == [name], ascii(name)
        assert f"@{name} walks in." in done.text
        assert f"refs/{unicodedata.normalize('NFC', name).lower()}.png" in done.text


@pytest.mark.parametrize("joiner", [ZWNJ, ZWJ])
def test_a_joiner_between_letters_is_part_of_the_name(joiner: str) -> None:
    name = f"می{joiner}را"
    assert is_name(name)
    assert not is_name(f"می{joiner}")
    assert not script_with(name, f"@{name} turns.").has_errors
    assert "SB201" in [one.code for one in script_with("می", f"@{name} turns.").diagnostics]


def test_a_mark_needs_its_letter() -> None:
    assert not is_name("\u0301Mira")
    assert not is_name("Old \u0301Tom")
    assert is_name("Jose\u0301")


def test_a_plain_name_ends_where_its_letter_does() -> None:
    analysis = script_with("கம", "@கம waits. கமா turns.")
    assert "SB205" not in [one.code for one in analysis.diagnostics]


def test_lines_are_broken_between_letters_with_their_marks() -> None:
    word = "க\u0bbe" * 40 + "é" * 20
    assert all(not is_mark(line[0]) for line in fit_text(word, 120, 40, 24).lines)
    short = fit_text(word, 60, 1, 24).lines[0]
    assert not is_mark(short.removesuffix("…")[-1]) or short.removesuffix("…")[-2] == "க"
    assert clusters("கா日\u3099x") == ["கா", "日\u3099", "x"]


def test_a_letter_and_its_mark_are_of_one_font() -> None:
    parts, _ = font_runs("a\u0301 கா की")
    assert all(not is_mark(part.text[0]) for part in parts)


def test_a_letter_that_is_drawn_in_parts_is_looked_up_whole() -> None:
    """A Thai sara am: drawn, it falls into two signs, which every font seems to have."""
    parts, missing = font_runs("ทำ")
    assert "ำ" in missing or "DejaVu" not in parts[0].face.path
