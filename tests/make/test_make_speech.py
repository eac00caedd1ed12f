"""Speeches that a voice speaks: what is asked, at what price, and that nothing is paid twice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.make.speeches import made_speeches, wanted_speeches
from storyboard.spend.outcome import ExitCode
from tests.make.make_fixture import make_project
from tests.make.test_make_death import start

SCRIPT = """\
Title: Voices
Audio: off

CHARACTER Mira
look: a young keeper
speaker: af_sky

CHARACTER Narrator
speaker: eve

CHARACTER Silent
look: an old man

EXT. PIER - DAY

SHOT 6s wide
@Mira looks out.

MIRA
(whispering)
I never left.

NARRATOR (V.O.)
Nobody did.

SILENT
A speech without a voice.

SHOT 5s close-up
@Mira turns.

MIRA
(whispering)
I never left.
"""


def test_which_speeches_are_spoken_and_how() -> None:
    speeches = wanted_speeches(analyze_text(SCRIPT))
    assert [(one.id, one.place, one.body["voice"], one.model.id) for one in speeches] == [
        ("1.1.speech1", 0, "af_sky", "tts-kokoro"),
        ("1.1.speech2", 1, "eve", "tts-xai-v1"),
        ("1.2.speech1", 0, "af_sky", "tts-kokoro"),
    ]
    assert speeches[0].body["response_format"] == "wav"
    assert "prompt" not in speeches[0].body, "the model takes no manner"
    assert speeches[0].usd == pytest.approx(13 * 3.5e-6, abs=1e-6)


def test_the_manner_goes_where_the_model_takes_it() -> None:
    script = SCRIPT.replace("Audio: off", "Audio: off\nVoice model: tts-qwen3-1-7b").replace("af_sky", "Vivian")
    assert wanted_speeches(analyze_text(script))[0].body["prompt"] == "whispering"


def test_clips_that_are_heard_speak_for_themselves() -> None:
    script = SCRIPT.replace("Audio: off", "Audio: on")
    assert [one.id for one in wanted_speeches(analyze_text(script))] == ["1.1.speech2"], "the voice-over alone"


def test_equal_speeches_are_paid_once_and_a_changed_line_alone(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT) as film:
        assert film.make().code is ExitCode.FINE
        assert film.charges == {"I never left.": 1, "Nobody did.": 1}
        made = made_speeches(analyze_file(film.script), film.out)
        assert sorted(made) == [("1.1", 0), ("1.1", 1), ("1.2", 0)]
        assert all(path.read_bytes().startswith(b"RIFF") for path in made.values())
        facts = json.loads(made["1.1", 1].with_suffix(".json").read_text())
        assert (facts["model"], facts["request"]["voice"]) == ("tts-xai-v1", "eve")
        assert facts["seconds"] > 0.3
        film.script.write_text(SCRIPT.replace("Nobody did.", "Nobody ever did."))
        film.make()
        assert film.charges == {"I never left.": 1, "Nobody did.": 1, "Nobody ever did.": 1}


def test_a_speech_longer_than_its_shot_is_told_before_it_is_paid_and_after(tmp_path: Path) -> None:
    long = "I never left this place, not once in all the years that you were out there at sea, and I never will."
    long = f"{long} {long}"
    with make_project(tmp_path, SCRIPT.replace("Nobody did.", long)) as film:
        film.make(only=["1.1.speech2"])
        assert film.plan is not None
        assert film.plan.speeches[1].why == "about 17.6 s long, and its shot has 6", "by the usual pace"
        said = film.said("saved")[0].words
        assert said.startswith("it takes ")
        assert said.endswith(" s, and its shot has 6")
        film.make(retake=["1.1.speech2"])
        measured = said.removeprefix("it takes ").partition(" ")[0]
        assert film.plan.speeches[1].why == f"about {measured} s long, and its shot has 6", "by the voice's own pace"


def test_nobody_speaks_in_place_of_a_voice_that_is_gone(tmp_path: Path) -> None:
    with make_project(tmp_path, SCRIPT.replace("af_sky", "af_gone")) as film:
        assert film.make().code is ExitCode.INCOMPLETE
        assert film.charges == {"Nobody did.": 1}
        assert film.plan is not None
        assert "no model of the list has the voice af_gone" in film.plan.speeches[0].why


def test_a_voice_that_is_newer_than_the_list_is_asked_of_the_named_model() -> None:
    script = SCRIPT.replace("Audio: off", "Audio: off\nVoice model: tts-kokoro").replace("af_sky", "af_new")
    speech = wanted_speeches(analyze_text(script))[0]
    assert (speech.model.id, speech.body["voice"], speech.is_known) == ("tts-kokoro", "af_new", True)


@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("speech:400", "refused", ExitCode.INCOMPLETE),
        ("speech:402=credit", "refused", ExitCode.NO_MONEY),
        ("speech:502", "unknown", ExitCode.UNKNOWN),
        ("speech:list", "unknown", ExitCode.UNKNOWN),
        ("speech:html", "unknown", ExitCode.UNKNOWN),
        ("speech:empty", "unknown", ExitCode.UNKNOWN),
        ("speech:cut", "unknown", ExitCode.UNKNOWN),
        ("speech:silence", "rejected", ExitCode.INCOMPLETE),
        ("speech:json-type", "saved", ExitCode.FINE),
        ("speech:429=1", "saved", ExitCode.FINE),
    ],
)
def test_answers_of_another_kind(tmp_path: Path, fault: str, state: str, code: ExitCode) -> None:
    with make_project(tmp_path, SCRIPT, faults=[fault]) as film:
        outcome = film.make(only=["1.1.speech1"])
        assert outcome.code is code
        assert [str(entry.state) for entry in film.all_entries()][-1] == state
        film.make(only=["1.1.speech1"])
        assert max(film.charges.values(), default=0) <= 1


@pytest.mark.parametrize("point", ["commit.intended.after", "answer.after", "commit.saving.after", "sound.kept"])
def test_a_run_that_is_killed_is_taken_up(tmp_path: Path, point: str) -> None:
    with make_project(tmp_path, SCRIPT) as film:
        with start(film, point) as process:
            process.communicate(timeout=60)
            assert process.returncode == -9
        outcome = film.make()
        assert outcome.code is (ExitCode.UNKNOWN if point == "commit.intended.after" else ExitCode.FINE)
        assert max(film.charges.values()) == 1
        saved = [entry for entry in film.all_entries() if entry.state == "saved"]
        assert {entry.file for entry in saved} == {path.name for path in (film.out / "sounds").glob("*.wav")}
