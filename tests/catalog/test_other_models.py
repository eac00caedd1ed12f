"""The picture and speech models: what they cost, and what a title page may name."""

from __future__ import annotations

from datetime import date

import pytest

from storyboard.catalog.picture_models import find_picture_model, picture_models, picture_uses
from storyboard.catalog.sound_models import find_sound_model, sound_models, usual_sound_model
from storyboard.catalog.speech_models import find_speech_model, speech_models, usual_speech_model
from storyboard.compiler.pipeline import analyze_text
from storyboard.report.other_models import list_picture_models, list_sound_models, list_voices

SHOT = "CHARACTER Mira\nfront: https://example.com/mira.png\n\nSHOT 5s\n@Mira waits.\n"


def test_every_row_can_be_used() -> None:
    assert len(picture_models()) == 57
    for one in picture_models():
        assert one.kind in ("generate", "edit")
        assert one.price() is not None
        assert (one.inputs > 0) == (one.kind == "edit")
        assert not one.resolutions or one.resolution in one.resolutions
        assert one.privacy in ("private", "anonymized")
        assert one.source
    for use in picture_uses().values():
        named = [find_picture_model(name) for name in (use.model, use.cheap, use.private)]
        assert all(named), use
        assert any(one is not None and use.resolution in one.resolutions for one in named), use
    assert len(speech_models()) == 11
    for speech in speech_models():
        assert speech.voice in speech.voices
        assert speech.formats


@pytest.mark.parametrize(
    ("model", "resolution", "inputs", "usd"),
    [
        ("z-image-turbo", None, 0, 0.01),
        ("nano-banana-2-edit", None, 3, 0.1),
        ("nano-banana-2-edit", "4K", 1, 0.19),
        ("grok-imagine-edit", None, 1, 0.0323),
        ("grok-imagine-edit", "2K", 3, 0.0469),
        ("flux-2-max-edit", None, 3, 0.189),
        ("wan-2-7-pro-edit", "2K", 1, None),
    ],
)
def test_the_price_of_a_picture(model: str, resolution: str | None, inputs: int, usd: float | None) -> None:
    found = find_picture_model(model)
    assert found is not None
    assert found.price(resolution, inputs) == usd


def test_the_price_of_a_speech() -> None:
    kokoro = find_speech_model("TTS-Kokoro")
    assert kokoro is not None
    assert kokoro.price(60) == 0.00021
    assert usual_speech_model().id == "tts-xai-v1"
    assert usual_speech_model("animatic").id == "tts-kokoro"
    assert kokoro.find_voice("AF_Sky") == "af_sky"
    assert kokoro.find_voice("nobody") is None


@pytest.mark.parametrize(
    ("model", "seconds", "usd"),
    [
        ("sonilo-v1-1-music", 60, 0.1725),
        ("ace-step-15", 60, 0.03),
        ("ace-step-15", 61, 0.04),
        ("ace-step-15", 30, None),
        ("elevenlabs-music-v2-5", 121, 2.08),
        ("lyria-3-pro", 45, 0.1),
        ("elevenlabs-sound-effects-v2", 7, 0.0161),
        ("elevenlabs-sound-effects-v2", 23, None),
    ],
)
def test_the_price_of_music_and_effects(model: str, seconds: int, usd: float | None) -> None:
    found = find_sound_model(model)
    assert found is not None
    assert found.price(seconds) == usd


def test_every_sound_model_has_a_price() -> None:
    assert (len(sound_models("music")), len(sound_models("effect"))) == (10, 3)
    assert all(one.price(one.seconds[2] if one.seconds else 30) for one in sound_models())
    assert usual_sound_model("music").id == "sonilo-v1-1-music"
    lines = "\n".join(list_sound_models(sound_models(), [usual_sound_model("music")], date(2026, 11, 28)))
    assert "sonilo-v1-1-music (usual)" in lines


def test_a_title_page_names_them() -> None:
    good = analyze_text(f"Picture model: nano-banana-2\nVoice model: tts-kokoro\n\n{SHOT}")
    assert not [one for one in good.diagnostics if one.code < "SB500"]
    bad = analyze_text(f"Picture model: nano-bananna-2\nVoice model: tts-kokorro\n\n{SHOT}")
    found = [(one.code, one.message) for one in bad.diagnostics if one.code == "SB104"]
    assert found == [
        ("SB104", "There is no picture model “nano-bananna-2”."),
        ("SB104", "There is no speech model “tts-kokorro”."),
    ]


def test_the_lists() -> None:
    pictures = "\n".join(list_picture_models(picture_models(), picture_uses(), date(2026, 11, 28)))
    assert "front: nano-banana-2; cheap muse-image; private grok-imagine-image" in pictures
    assert "limits and prices of 2026-09-29, 60 days old" in pictures
    voices = "\n".join(list_voices(speech_models(), usual_speech_model(), date(2027, 3, 1)))
    assert "tts-xai-v1 (taken where a script names none): $18.75 for a million characters, anonymized" in voices
    assert "af_sky" in voices
    assert voices.endswith(": old")
