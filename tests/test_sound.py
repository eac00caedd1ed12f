"""What a script lays over its film: values, runs, effects, speeches, and what reaches a prompt."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import Any

import pytest

from storyboard.compiler.emit import build_manifest
from storyboard.compiler.emit.manifest import SoundEntry, read_manifest, to_json
from storyboard.compiler.pipeline import Analysis, analyze_file, analyze_text
from storyboard.compiler.prompts import write_prompt

CAST = """Audio: {audio}

CHARACTER Mira
look: a keeper
front: https://example.com/mira.png

CHARACTER Narrator
speaker: af_nova

LOCATION Harbor
image: https://example.com/harbor.png
ambience: waves (soft)

EXT. HARBOR - DUSK
"""


def sound(body: str, audio: str = "on", head: str = "") -> SoundEntry:
    analysis = compiled(body, audio, head)
    assert not analysis.has_errors, analysis.diagnostics
    manifest = build_manifest(analysis)
    assert read_manifest(to_json(manifest)) == manifest
    assert manifest.sound
    return manifest.sound


def compiled(body: str, audio: str = "on", head: str = "") -> Analysis:
    return analyze_text(f"{head}{CAST.format(audio=audio)}{body}")


def prompt(analysis: Analysis) -> str:
    return "\n".join(write_prompt(clip) for clip in analysis.clips)


@pytest.mark.parametrize(
    ("value", "options"),
    [
        ("slow cello", {}),
        ("slow cello (-6 dB)", {"gain_db": -6.0}),
        ("slow cello (−6.5 dB, loop)", {"gain_db": -6.5, "loops": True}),
        ("slow cello (from 0:32, fade in 2s, fade out 3 s)", {"start_from": 32.0, "fade_in": 2.0, "fade_out": 3.0}),
        ("slow cello (from 1:05.5)", {"start_from": 65.5}),
        ("slow cello (soft, once)", {"gain_db": -12.0, "loops": False}),
        ("slow cello (at 2s)", {"at_second": 2.0}),
    ],
)
def test_options(value: str, options: dict[str, Any]) -> None:
    (run,) = sound(f"music: {value}\n\nSHOT 5s wide\n@Mira waits.\n").music
    assert run.audio.words == "slow cello"
    assert {name: getattr(run.audio, name) for name in options} == options


def test_brackets_that_hold_no_option_are_words() -> None:
    (run,) = sound("music: a cello (far away)\n\nSHOT 5s wide\n@Mira waits.\n").music
    assert run.audio.words == "a cello (far away)"


def test_an_option_that_is_none_is_pointed_out() -> None:
    found = compiled("music: a cello (soft, fast)\n\nSHOT 5s wide\n@Mira waits.\n").diagnostics
    assert [one.message for one in found if one.code == "SB104"] == ["“fast” is not an option for a sound."]


def test_music_runs_over_cuts_and_scenes_until_another_takes_over() -> None:
    body = """
SHOT 5s wide
@Mira waits.

SHOT 4s wide
@Mira waits.

EXT. HARBOR - NIGHT

SHOT 3s wide
@Mira waits.

SHOT 5s wide
music: none
@Mira waits.

SHOT 6s wide
music: a waltz
@Mira waits.
"""
    runs = [(run.start, run.end, run.audio.words) for run in sound(body, head="Music: a cello\n").music]
    assert runs == [(0, 12, "a cello"), (17, 23, "a waltz")]


def test_ambience_of_a_place_of_a_scene_and_of_a_shot() -> None:
    body = "\nSHOT 5s wide\n@Mira waits.\n\nSHOT 4s wide\nambience: rain\n@Mira waits.\n"
    assert [run.audio.words for run in sound(body).ambience] == ["waves", "rain"]
    assert [run.audio.words for run in sound(f"ambience: wind\n{body}").ambience] == ["wind", "rain"]


def test_an_effect_ends_a_speech_and_not_the_shot() -> None:
    body = "\nSHOT 5s wide\n@Mira waits.\n\nMIRA\nHello.\nEFFECT: a bell (at 2s)\nShe turns.\n\nEFFECT: a dog\n"
    found = sound(body)
    assert [(one.shot, one.at, one.audio.words) for one in found.effects] == [
        ("1.1", 2.0, "a bell"),
        ("1.1", 0.0, "a dog"),
    ]
    said = prompt(compiled(body))
    assert '"Hello."' in said
    assert "She turns." in said
    assert "bell" not in said


def test_an_effect_above_the_first_shot_gets_a_shot() -> None:
    text = f"{CAST.format(audio='on')}\nEFFECT: a bell\n\nSHOT 5s wide\n@Mira waits.\n"
    (finding,) = (one for one in analyze_text(text).diagnostics if one.code == "SB106")
    assert finding.fix
    (edit,) = finding.fix.edits
    mended = f"{text[: edit.start.offset]}{edit.text}{text[edit.end.offset :]}"
    assert "SHOT 3s\nEFFECT: a bell" in mended or "SHOT 5s\nEFFECT: a bell" in mended


@pytest.mark.parametrize(
    ("audio", "cue", "laid_over", "in_prompt"),
    [
        ("on", "MIRA", False, True),
        ("on", "NARRATOR (V.O.)", True, False),
        ("on", "NARRATOR", False, True),
        ("off", "NARRATOR", True, True),
        ("off", "MIRA", False, True),
    ],
)
def test_which_speeches_are_laid_over(audio: str, cue: str, laid_over: bool, in_prompt: bool) -> None:
    body = f"\nSHOT 5s wide\n@Mira waits.\n\n{cue}\nI was eleven.\n"
    found = sound(body, audio).speech
    assert [(one.speaker, one.voice, one.text) for one in found] == (
        [("Narrator", "af_nova", "I was eleven.")] if laid_over else []
    )
    assert ("I was eleven" in prompt(compiled(body, audio))) is in_prompt


def test_recordings_are_files_that_play(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "vo.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16000))
    (tmp_path / "bad.mp3").write_text("no sound")
    script = tmp_path / "film.sb"
    body = "\nSHOT 5s wide\n@Mira waits.\n\nMIRA (V.O., vo.wav)\nI was eleven.\n"
    script.write_text(f"{CAST.format(audio='on')}{body}", encoding="utf-8")
    manifest = build_manifest(analyze_file(script))
    assert manifest.sound
    (speech,) = manifest.sound.speech
    assert speech.audio
    assert (speech.audio.file, speech.voice) == ("vo.wav", None)
    for path, code in (("gone.wav", "SB401"), ("bad.mp3", "SB402"), ("../out.wav", "SB404")):
        script.write_text(f"{CAST.format(audio='on')}music: {path}\n{body}", encoding="utf-8")
        found = [one.code for one in analyze_file(script).diagnostics if one.severity == "error"]
        assert found == [code]


def test_a_file_for_sound_is_ambience() -> None:
    found = compiled("sound: rain.wav\n\nSHOT 5s wide\n@Mira waits.\n").diagnostics
    (finding,) = (one for one in found if one.code == "SB106")
    assert finding.fix
    assert [edit.text for edit in finding.fix.edits] == ["ambience"]


@pytest.mark.parametrize("value", ["loud", "3", "-90", "minus ten"])
def test_a_loudness_that_is_none(value: str) -> None:
    found = compiled("\nSHOT 5s wide\n@Mira waits.\n", head=f"Loudness: {value}\n").diagnostics
    assert [one.code for one in found if one.severity == "error"] == ["SB104"]


def test_a_script_that_lays_nothing_over_has_no_sound() -> None:
    text = "CHARACTER Mira\nfront: https://example.com/a.png\n\nSHOT 5s wide\n@Mira waits.\n"
    assert '"sound"' not in to_json(build_manifest(analyze_text(text)))


@pytest.mark.parametrize(
    ("extra", "code"),
    [("views: https://e.com/1.png, https://e.com/2.png, https://e.com/3.png, https://e.com/4.png\n", "SB306")],
)
def test_views_have_limits(extra: str, code: str) -> None:
    text = f"LOCATION Harbor\nimage: https://e.com/h.png\n{extra}\nEXT. HARBOR - DAY\n\nSHOT 5s wide\nRain.\n"
    assert code in [one.code for one in analyze_text(text).diagnostics]
    assert "SB313" in [one.code for one in analyze_text(text.replace("image: https://e.com/h.png\n", "")).diagnostics]


@pytest.mark.parametrize(
    ("speaker", "head", "said"),
    [
        ("af_nova", "", None),
        ("AF_Nova", "", None),
        ("af_novva", "", "No speech model has a voice “af_novva”."),
        ("eve", "", None),
        ("af_nova", "Voice model: tts-xai-v1\n", "xAI TTS v1 has no voice “af_nova”."),
        ("eve", "Voice model: tts-xai-v1\n", None),
    ],
)
def test_a_speaker_is_a_voice_of_the_speech_model(speaker: str, head: str, said: str | None) -> None:
    text = f"{head}{CAST.format(audio='on')}\nSHOT 5s wide\n@Mira waits.\n".replace("af_nova", speaker)
    found = [one.message for one in analyze_text(text).diagnostics if one.code == "SB104"]
    assert found == ([said] if said else [])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"theme.wav"', "theme.wav"),
        ("“theme.wav”", "theme.wav"),
        ("theme.wav -6 dB", "theme.wav (-6 dB)"),
        ("theme.wav, soft, loop", "theme.wav (soft, loop)"),
        ("theme.wav [fade in 2s]", "theme.wav (fade in 2s)"),
        ("no music", "none"),
    ],
)
def test_a_file_that_is_written_as_words_gets_its_form(tmp_path: Path, typed: str, meant: str) -> None:
    """It would be paid for as a description."""
    with wave.open(str(tmp_path / "theme.wav"), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(16000))
    script = tmp_path / "film.sb"
    script.write_text(f"Music: {typed}\n\nEXT. HARBOR - DUSK\n\nSHOT 5s\nThe harbor.\n", encoding="utf-8")
    (found,) = (one for one in analyze_file(script).diagnostics if one.code == "SB104")
    assert found.fix is not None
    assert [edit.text for edit in found.fix.edits] == [meant]
