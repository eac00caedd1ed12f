"""Computer voices of an animatic: who sounds how, in which language."""

from __future__ import annotations

import pytest

from storyboard.compiler.pipeline import analyze_text
from storyboard.film.spoken_language import language_of
from storyboard.film.timeline import lay_out
from storyboard.film.voices import cast_voices


def test_voices_follow_what_the_script_says() -> None:
    cast = {
        "Mira": "look: a keeper\nvoice: a low, hoarse woman's voice",
        "Tom": "look: a boy in a cap",
        "Old Tom": "look: an old man with a white beard",
        "Maria": "look: a young woman",
        "King": "voice: a deep bass\nlook: a king",
    }
    told = "".join(f"CHARACTER {name}\n{facts}\n\n" for name, facts in cast.items())
    said = "".join(f"\n{name.upper()}\nI never left.\n" for name in cast)
    voices = cast_voices(lay_out(analyze_text(f"{told}INT. ROOM\n\nSHOT 15s\nA door.\n{said}")).speeches)
    assert {name: voice.variant[0] for name, voice in voices.items()} == {
        "Mira": "f", "Tom": "m", "Old Tom": "m", "Maria": "f", "King": "m",
    }  # fmt: skip
    assert len({voice.variant for voice in voices.values()}) == 5, "no two are alike"
    assert voices["Mira"].pitch < 50 < voices["Tom"].pitch
    assert voices["King"].pitch < voices["Maria"].pitch


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I never left.", "en-us"), ("Ich habe dich nicht vergessen.", "de"), ("Je ne suis pas fatigué.", "fr-fr"),
        ("Он ждёт меня.", "ru"), ("太郎は走る。", "ja"), ("我在等你", "cmn"), ("안녕하세요", "ko"), ("Γεια σου", "el"),
        ("مرحبا", "ar"), ("שלום", "he"), ("No está muy lejos, pero yo espero.", "es"), ("Hm.", "en-us"),
    ],
)  # fmt: skip
def test_languages_are_told_apart(text: str, language: str) -> None:
    assert language_of(text) == language
