"""The commands about pictures: `make`, `make --declare`, `pick`, and what each says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner, Result

from storyboard.cli.make import command as make_command
from storyboard.cli.pick import command as pick_command
from storyboard.compiler.pipeline import analyze_file
from storyboard.spend.lock import hold_folder
from storyboard.spend.session import FolderInUse
from tests.make.make_fixture import MISSING, SCRIPT, from_pictures, from_words, make_project, write_project

WORDS = """\
Title: Words only

CHARACTER Nora
look: a tall woman in a green raincoat,
  with a torn umbrella

CHARACTER Guard
voice: flat

LOCATION Station
look: an empty station hall // at night

INT. STATION - NIGHT

SHOT 5s wide
@Nora waits on the left; @Guard passes.
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project of the sandbox, in the current folder."""
    write_project(tmp_path)
    monkeypatch.chdir(tmp_path)
    calls = "storyboard.sandbox.picture_calls"
    with patch(f"{calls}.draw_from_words", from_words), patch(f"{calls}.draw_edit", from_pictures):
        yield tmp_path


def sbc(command: object, *words: str) -> Result:
    result = CliRunner().invoke(command, words)  # type: ignore[arg-type]  # click's commands
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result


def test_the_sandbox_makes_everything(project: Path) -> None:
    done = sbc(make_command, "film.sb", "--sandbox")
    assert done.exit_code == 0
    assert "This run makes 5 pictures for $0.44." in done.stderr
    assert "2026-09-29" in done.stderr
    assert not analyze_file("film.sb").has_errors
    again = sbc(make_command, "film.sb", "--sandbox")
    assert "This run sends nothing and costs nothing." in again.stderr
    assert (project / "own" / "lantern.png").is_file()


def test_what_programs_are_told(project: Path) -> None:
    done = sbc(make_command, "film.sb", "--sandbox", "--format", "json", "--only", "Mira.front")
    first, *events, last = (json.loads(line) for line in done.stdout.splitlines())
    assert first["format"] == "storyboard-picture-plan/1"
    assert {one["id"] for one in first["pictures"]} == {*MISSING, "Lantern.front"}
    assert first["totals"] == {"pictures": 6, "sent": 1, "usd": 0.1}
    assert [event["event"] for event in events] == ["sending", "received", "saved"]
    assert {event["picture"] for event in events} == {"Mira.front"}
    assert (last["event"], last["saved"], last["code"]) == ("end", ["Mira.front"], 0)


def test_without_a_terminal_nothing_is_paid_unasked(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENICE_API_KEY", "sk-test-0123456789")
    done = sbc(make_command, "film.sb", "--base-url", "http://127.0.0.1:9/api/v1")
    assert done.exit_code == 2
    assert "Make 5 pictures and pay $0.44 by the price list?" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--only", "Mia.front"], "Mira.front"),
        (["--model", "nano-banna-2"], "nano-banana-2"),
        (["--takes", "5"], "5"),
        (["--sandbox", "--base-url", "http://127.0.0.1:9"], "--base-url"),
    ],
)
def test_slips_on_the_command_line(project: Path, words: list[str], said: str) -> None:
    done = sbc(make_command, "film.sb", *words)
    assert done.exit_code == 2
    assert said in done.stderr


def test_errors_of_words_end_it_and_those_of_clips_do_not(project: Path) -> None:
    (project / "film.sb").write_text(SCRIPT.replace("@Lantern", "@Lantrn"))
    done = sbc(make_command, "film.sb", "--sandbox")
    assert done.exit_code == 1
    assert "SB201" in done.stderr
    (project / "film.sb").write_text(SCRIPT + "\nSHOT 2s\nRain.\n")  # too short for a clip
    assert sbc(make_command, "film.sb", "--sandbox", "--only", "Harbor").exit_code == 0


def test_declare_writes_the_missing_lines_and_nothing_else(project: Path) -> None:
    film = project / "words.sb"
    film.write_text(WORDS)
    done = sbc(make_command, "words.sb", "--declare")
    assert done.exit_code == 0
    before, after = WORDS.splitlines(), film.read_text().splitlines()
    assert [line for line in after if line not in before] == ["front: refs/nora.png", "image: refs/station.png"]
    assert [line for line in after if line in before] == before
    assert "Everybody with a look has a picture." in sbc(make_command, "words.sb", "--declare").stderr
    assert sbc(make_command, "words.sb", "--sandbox").exit_code == 0
    assert not analyze_file(film).has_errors


def test_pick_puts_another_take_in_its_place(project: Path) -> None:
    sbc(make_command, "film.sb", "--sandbox", "--only", "Mira.front", "--takes", "2")
    listed = sbc(pick_command, "film.sb", "Mira.front", "--sandbox").stdout.splitlines()
    assert [line.endswith("chosen") for line in listed] == [True, False]
    takes = project / "out" / "film-sandbox" / "pictures"
    done = sbc(pick_command, "film.sb", "mira.FRONT", "2", "--sandbox")
    assert done.exit_code == 0
    assert (project / "refs" / "mira.png").read_bytes() == (takes / "mira-front_t2.png").read_bytes()
    assert sbc(pick_command, "film.sb", "Mira.front", "7", "--sandbox").exit_code == 2
    (project / "refs" / "mira.png").write_bytes(b"mine")
    done = sbc(pick_command, "film.sb", "Mira.front", "1", "--sandbox")
    assert done.exit_code == 2
    assert (project / "refs" / "mira.png").read_bytes() == b"mine"


@contextmanager
def changed(path: Path, old: str, new: str) -> Iterator[None]:
    text = path.read_text()
    path.write_text(text.replace(old, new))
    yield
    path.write_text(text)


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        film.out.mkdir(parents=True)
        with hold_folder(film.out), pytest.raises(FolderInUse):
            film.make()
        assert not film.charges


def test_a_look_that_changes_makes_nothing_new_by_itself(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        film.make(only=["Mira.front"])
        with changed(film.script, "red wool", "blue linen"):
            film.make(only=["Mira.front"])
        assert film.actions()["Mira.front"] == "made"
        assert film.plan is not None
        assert "its words have changed since: --retake Mira.front" in film.plan.items[0].why
        assert len(film.charges) == 1
