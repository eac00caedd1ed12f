"""Shots put in, copied, moved and taken out from the board: the text afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.compiler.pipeline import Options, analyze_file
from storyboard.lsp.shot_edits import SHOT_ACTIONS, NoShotEdit, edit_shot, note_shot

FILM = """\
EXT. QUAY - DAY
light: pale

SHOT 3s wide #4A#
A.

===

PROP Lamp
look: brass

SHOT 4s close-up
B 🏮.

// the second scene
# Act Two

INT. HUT - NIGHT

SHOT 5s wide
C.
"""

A, B, C = "SHOT 3s wide #4A#\nA.", "SHOT 4s close-up\nB 🏮.\n\n// the second scene", "SHOT 5s wide\nC."


def _edited(folder: Path, text: str, number: str, action: str) -> str:
    script = folder / "film.sb"
    script.write_bytes(text.encode())
    edit = edit_shot(analyze_file(str(script), Options()), number, action)
    assert edit.path == str(script)
    edited = text[: edit.start] + edit.text + text[edit.end :]
    assert action == "remove" or edited[edit.header :].startswith("SHOT "), "that is where the shot is now"
    return edited


_EDITED = {
    ("1.1", "insert"): FILM.replace(A, f"{A}\n\nSHOT 3s "),
    ("1.1", "duplicate"): FILM.replace(A, f"{A}\n\nSHOT 3s wide\nA."),
    ("1.1", "remove"): FILM.replace(f"{A}\n\n", ""),
    ("1.1", "moveDown"): FILM.replace(A, "*").replace(B, A).replace("*", B),
    ("1.2", "moveUp"): FILM.replace(A, "*").replace(B, A).replace("*", B),
    ("1.2", "moveDown"): FILM.replace(f"{B}\n", "").replace("NIGHT\n\n", f"NIGHT\n\n{B}\n\n").replace("\n\n\n", "\n\n"),
    ("1.2", "remove"): FILM.replace(f"{B}\n", ""),
    ("2.1", "insert"): f"{FILM[:-1]}\n\nSHOT 5s \n",
    ("2.1", "duplicate"): f"{FILM}\n{C}\n",
    ("2.1", "moveUp"): FILM.replace(f"\n\n{C}", "").replace(B, f"{B}\n\n{C}").replace("scene\n#", "scene\n\n#"),
    ("2.1", "remove"): FILM.replace(f"\n\n{C}", ""),
}


@pytest.mark.parametrize(("number", "action"), _EDITED)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_the_text_afterwards(tmp_path: Path, number: str, action: str, line_end: str) -> None:
    edited = _edited(tmp_path, FILM.replace("\n", line_end), number, action)
    assert edited == _EDITED[number, action].replace("\n", line_end)


@pytest.mark.parametrize(
    ("number", "action", "reason"),
    [
        ("1.1", "moveUp", "There is nothing above shot 1.1"),
        ("2.1", "moveDown", "There is nothing below shot 2.1"),
        ("9.9", "insert", "There is no shot 9.9"),
        ("1.1", "paint", "There is no action paint"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, number: str, action: str, reason: str) -> None:
    with pytest.raises(NoShotEdit, match=reason):
        _edited(tmp_path, FILM, number, action)


def test_a_move_there_and_back_changes_nothing(tmp_path: Path) -> None:
    moved = _edited(tmp_path, FILM, "1.1", "moveDown")
    assert _edited(tmp_path, moved, "1.2", "moveUp") == FILM
    assert len(SHOT_ACTIONS) == 5


@pytest.mark.parametrize("words", ["her left\n hand", "ends ]] here", "[[ opens"])
def test_a_note_is_a_todo_below_the_words_of_its_shot(tmp_path: Path, words: str) -> None:
    script = tmp_path / "film.sb"
    script.write_text(FILM, encoding="utf-8")
    edit = note_shot(analyze_file(str(script), Options()), "1.1", words)
    edited = FILM[: edit.start] + edit.text + FILM[edit.end :]
    assert edited[edit.header :].startswith("SHOT 3s wide")
    script.write_text(edited, encoding="utf-8")
    analysis = analyze_file(str(script), Options())
    (todo,) = [one for one in analysis.diagnostics if one.code == "SB511"]
    assert todo.message.startswith(f"To do: {words.split(maxsplit=1)[0]}")
    assert not [one for one in analysis.diagnostics if one.code == "SB101"]
    assert [len(scene.shots) for scene in analysis.film.scenes] == [2, 1]
    with pytest.raises(NoShotEdit):
        note_shot(analysis, "1.1", " \n ")
