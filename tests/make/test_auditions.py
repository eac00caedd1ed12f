"""Auditions: whose line, in which voices, at what price, and how the choice is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.cli.make import command as make_command
from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.make.auditions import NoAudition, audition_speeches
from storyboard.make.speeches import WantedSpeech, made_speeches, wanted_speeches
from storyboard.sandbox.voices import speak_text
from storyboard.spend.outcome import ExitCode
from tests.make.make_fixture import make_project
from tests.make.test_make_commands import sbc

SCRIPT = """\
Title: Voices
Audio: off

CHARACTER Mira
look: a young woman in a red coat

CHARACTER Tom
look: a lighthouse keeper
voice: a deep male voice
speaker: am_onyx

EXT. PIER - DAY

SHOT 6s wide
@Mira looks out. @Tom waits.

MIRA
I never left. I was there, every night, with the lamp, and I saw every ship that came in. Nobody at all came for me, not one of them, ever.
"""


def heard(script: str, name: str) -> list[WantedSpeech]:
    return list(audition_speeches(analyze_text(script), name))


def kinds(wanted: list[WantedSpeech]) -> list[tuple[str | None, str | None]]:
    voices = [one.model.voice_facts(one.body["voice"]) for one in wanted]
    return [(voice.language, voice.gender) for voice in voices]


def test_the_first_line_is_heard_in_three_voices_that_fit() -> None:
    mira = heard(SCRIPT, "mira")
    assert {one.text for one in mira} == {
        "I never left. I was there, every night, with the lamp, and I saw every ship that came in."
    }
    assert kinds(mira) == [("en", "female")] * 3
    assert len({one.body["voice"] for one in mira}) == 3


def test_whoever_says_nothing_has_a_sentence_and_keeps_the_own_voice() -> None:
    tom = heard(SCRIPT, "Tom")
    assert tom[0].body["voice"] == "am_onyx"
    assert kinds(tom) == [("en", "male")] * 3
    assert tom[0].text.endswith("nobody came.")


def test_a_voice_that_somebody_speaks_with_comes_last() -> None:
    script = SCRIPT.replace("CHARACTER Mira\n", "CHARACTER Eva\nspeaker: {}\n\nCHARACTER Mira\n")
    first = heard(SCRIPT, "Mira")[0].body["voice"]
    assert first not in {one.body["voice"] for one in heard(script.format(first), "Mira")}


@pytest.mark.parametrize(
    ("line", "language", "hint"),
    [
        ("Ich habe nie aufgehört zu warten, und du bist nicht gekommen.", "de", "de"),
        ("Je ne suis pas partie, et tu le sais.", "fr", "fr"),
        ("我在等你", "zh", None),
    ],
)
def test_the_language_of_the_line_decides(line: str, language: str, hint: str | None) -> None:
    script = SCRIPT.replace(SCRIPT.split("MIRA\n")[1], f"{line}\n")
    wanted = heard(script, "Mira")
    assert {one.model.voice_facts(one.body["voice"]).language for one in wanted} <= {language, None}
    xai = wanted_speeches(analyze_text(script.replace("Mira\n", "Mira\nspeaker: eve\n", 1)))[0]
    assert xai.body["language"] == (hint or language)


def test_the_named_model_comes_first_and_a_private_one_is_not_left() -> None:
    script = SCRIPT.replace("Audio: off", "Audio: off\nVoice model: tts-qwen3-0-6b")
    assert {one.model.id for one in heard(script, "Mira")} == {"tts-qwen3-0-6b"}
    script = script.replace("tts-qwen3-0-6b", "tts-orpheus")
    assert {one.model.privacy for one in heard(script, "Mira")} == {"private"}


@pytest.mark.parametrize(("name", "said"), [("Mirra", "Did you mean Mira?"), ("Zacharias", "There are")])
def test_a_name_that_nobody_has(name: str, said: str) -> None:
    with pytest.raises(NoAudition, match=said):
        audition_speeches(analyze_text(SCRIPT), name)


def test_an_audition_is_paid_once_and_its_files_say_the_voice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "film.sb").write_text(SCRIPT)
    done = sbc(make_command, "film.sb", "--audition", "Mira", "--sandbox")
    assert "This run makes 3 speeches for $0.0009" in done.stderr
    voices = [one.body["voice"] for one in heard(SCRIPT, "Mira")]
    folder = tmp_path / "out" / "film-sandbox" / "sounds"
    names = {f"audition-mira-{voice.replace('_', '-')}_t1.wav" for voice in voices}
    assert {path.name for path in folder.glob("*.wav")} == names
    assert all(f"speaker: {voice}" in done.stderr for voice in voices)
    assert "This run sends nothing" in sbc(make_command, "film.sb", "--audition", "Mira", "--sandbox").stderr
    assert "“Mia”. Did you mean Mira?" in sbc(make_command, "film.sb", "--audition", "Mia", "--sandbox").stderr


@pytest.mark.slow
def test_what_was_auditioned_is_the_speech_of_the_film(tmp_path: Path) -> None:
    short = SCRIPT.replace(SCRIPT.split("MIRA\n")[1], "I never left.\n")
    with make_project(tmp_path, short) as film:
        wanted = audition_speeches(analyze_file(film.script), "Mira")
        assert film.make(auditions=wanted).code is ExitCode.FINE
        assert film.charges == {"I never left.": 3}
        assert film.make(auditions=wanted, retake=[]).saved == [one.id for one in wanted]
        voice = wanted[1].body["voice"]
        film.script.write_text(short.replace("red coat", f"red coat\nspeaker: {voice}"))
        film.make()
        assert film.charges == {"I never left.": 3}, "the line in that voice is there"
        made = made_speeches(analyze_file(film.script), film.out)
        assert voice.replace("_", "-") in made["1.1", 0].name


def test_the_sandbox_hums_where_nothing_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    voice = heard(SCRIPT, "Mira")[0].model.voice_facts("af_sky")
    real = speak_text("I never left.", voice, "wav")
    monkeypatch.setattr("storyboard.sandbox.voices.find_voices", lambda: None)
    hummed = speak_text("I never left.", voice, "wav")
    assert hummed.startswith(b"RIFF")
    assert hummed == speak_text("I never left.", voice, "wav")
    assert real.startswith(b"RIFF")
