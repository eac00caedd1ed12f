"""Several takes of a speech or a sound: made, told, picked, heard; and what becomes of the choice when words change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from storyboard.cli.make import command as make_command
from storyboard.cli.pick import command as pick_command
from storyboard.cli.status import command as status_command
from storyboard.compiler.pipeline import analyze_file
from storyboard.make.sounds import made_sounds
from storyboard.make.speeches import made_speeches
from storyboard.spend.outcome import ExitCode
from tests.make.make_fixture import make_project
from tests.make.test_make_commands import sbc

SCRIPT = """\
Title: Takes
Audio: off

CHARACTER Mira
look: a young keeper
speaker: af_sky

LOCATION Pier
image: own/lantern.png

EXT. PIER - DAY

SHOT 6s wide
@Mira looks out.
EFFECT: a heavy bell

MIRA
I never left.

SHOT 5s close-up
@Mira turns.

MIRA
Not once.
"""
SPEECHES = {("1.1", 0): "1-1-speech1-mira_t1.wav", ("1.2", 0): "1-2-speech1-mira_t1.wav"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A project of the sandbox, in the current folder."""
    monkeypatch.chdir(tmp_path)
    with make_project(tmp_path, SCRIPT):
        yield tmp_path


def heard(folder: Path) -> dict[tuple[str, int], str]:
    made = made_speeches(analyze_file(folder / "film.sb"), folder / "out" / "film-sandbox")
    return {place: path.name for place, path in made.items()}


def test_takes_are_made_told_and_picked(project: Path) -> None:
    done = sbc(make_command, "film.sb", "--sandbox", "--takes", "2", "--only", "1.1")
    assert "new, 2 takes" in done.stderr
    assert "This run makes 2 speeches and 2 sounds for $0.03." in done.stderr
    sbc(make_command, "film.sb", "--sandbox")
    assert heard(project) == SPEECHES, "the first take is heard"
    listed = sbc(pick_command, "film.sb", "1.1.speech1", "--sandbox").stdout.splitlines()
    assert [line.rpartition(", ")[2] for line in listed] == ["chosen", "1-1-speech1-mira_t2.wav"]
    done = sbc(pick_command, "film.sb", "1.1.SPEECH1", "2", "--sandbox")
    assert done.stderr.strip() == "1.1.speech1: take 2 (1-1-speech1-mira_t2.wav) is what is heard now."
    assert heard(project) == {**SPEECHES, ("1.1", 0): "1-1-speech1-mira_t2.wav"}
    sbc(pick_command, "film.sb", "1.1.effect1", "2", "--sandbox")
    made = made_sounds(analyze_file("film.sb"), project / "out" / "film-sandbox")
    assert made["a heavy bell"].name == "1-1-effect1_t2.mp3"
    assert "sends nothing" in sbc(make_command, "film.sb", "--sandbox").stderr
    status = sbc(status_command, "film.sb", "--sandbox").stdout.splitlines()
    assert [line.split()[:3] for line in status if line.startswith("1.1.")] == [
        ["1.1.speech1", "1", "finished"],
        ["1.1.speech1", "2", "finished,"],
        ["1.1.effect1", "1", "finished"],
        ["1.1.effect1", "2", "finished,"],
    ]
    told = json.loads(sbc(status_command, "film.sb", "--sandbox", "--format", "json").stdout)
    assert [(one["speech"], one["take"], one["chosen"]) for one in told["speeches"]] == [
        ("1.1.speech1", 1, False),
        ("1.1.speech1", 2, True),
        ("1.2.speech1", 1, True),
    ]
    assert {one["sound"] for one in told["sounds"]} == {"1.1.effect1"}


@pytest.mark.slow
def test_a_retake_is_heard_and_the_one_before_stays(project: Path) -> None:
    sbc(make_command, "film.sb", "--sandbox")
    done = sbc(make_command, "film.sb", "--sandbox", "--retake", "1.2.speech1")
    assert "This run makes 1 speech for $0.00003." in done.stderr
    assert heard(project)["1.2", 0] == "1-2-speech1-mira_t2.wav"
    sbc(pick_command, "film.sb", "1.2.speech1", "1", "--sandbox")
    assert heard(project)["1.2", 0] == "1-2-speech1-mira_t1.wav"


@pytest.mark.slow
def test_a_take_that_is_not_there_is_told(project: Path) -> None:
    sbc(make_command, "film.sb", "--sandbox", "--only", "1.1.speech1")
    done = sbc(pick_command, "film.sb", "1.1.speech1", "3", "--sandbox")
    assert done.exit_code == 2
    assert "1.1.speech1 has no finished take 3; its finished takes: 1" in done.stderr
    assert (
        "1.2.speech1 has no finished take 1; it has no finished take"
        in sbc(pick_command, "film.sb", "1.2.speech1", "1", "--sandbox").stderr
    )
    (project / "out" / "film-sandbox" / "sounds" / "1-1-speech1-mira_t1.wav").unlink()
    assert "is gone from" in sbc(pick_command, "film.sb", "1.1.speech1", "1", "--sandbox").stderr


def test_the_choice_stays_with_the_words_and_numbers_are_never_doubled(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT) as film:
        assert film.make(copies=2).code is ExitCode.FINE
        assert film.charges == {"I never left.": 2, "Not once.": 2, "a heavy bell": 2}
        first, last = SCRIPT.split("I never left.")
        moved = f"{first}Not once.{last.replace('Not once.', 'I never left.')}"
        film.script.write_text(moved)
        assert film.make(retake=["1.2.speech1"]).code is ExitCode.FINE
        assert film.charges["I never left."] == 3, "a line that has moved is not paid anew; the retake is"
        made = made_speeches(analyze_file(film.script), film.out)
        assert {place: path.name for place, path in made.items()} == {
            ("1.1", 0): "1-2-speech1-mira_t1.wav",
            ("1.2", 0): "1-1-speech1-mira_t3.wav",
        }
        film.script.write_text(SCRIPT.replace("Not once.", "Not even once."))
        film.make()
        assert film.charges == {"I never left.": 3, "Not once.": 2, "Not even once.": 1, "a heavy bell": 2}


@pytest.mark.slow
def test_a_rejected_take_can_be_heard_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with make_project(tmp_path, SCRIPT, faults=["speech:silence"]) as film:
        assert film.make(only=["1.1.speech1"]).rejected == ["1.1.speech1"]
        assert not made_speeches(analyze_file(film.script), film.out)
        assert "rejected: is silent" in sbc(pick_command, "film.sb", "1.1.speech1").stdout
        sbc(pick_command, "film.sb", "1.1.speech1", "1")
        assert made_speeches(analyze_file(film.script), film.out)["1.1", 0].name == "1-1-speech1-mira_t1.wav"
        assert film.make(only=["1.1.speech1"]).saved == ["1.1.speech1"]
