"""What came for a speech or a sound, listened to: whatever its format, silence and a piece of a file are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.make.speech_delivery import listen_to
from tests.ffmpeg import ffmpeg, needs_ffmpeg

pytestmark = needs_ffmpeg

TONE = "sine=frequency=300:d=2:r=24000"
SILENCE = "anullsrc=r=24000:d=2"
HISS = "anoisesrc=a=0.0005:r=24000:d=2"
FORMATS = ["mp3", *(pytest.param(ending, marks=pytest.mark.slow) for ending in ("wav", "flac", "m4a", "ogg", "aac"))]


def sound(folder: Path, source: str, ending: str, *options: str) -> Path:
    path = folder / f"sound.{ending}"
    ffmpeg("-f", "lavfi", "-i", source, *options, path)
    return path


@pytest.mark.parametrize("ending", FORMATS)
def test_a_sound_of_any_format_is_heard(tmp_path: Path, ending: str) -> None:
    found = listen_to(sound(tmp_path, TONE, ending))
    assert found.problem is None
    assert found.seconds == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("source", "options"), [(SILENCE, ("-c:a", "pcm_s24le")), (SILENCE, ("-c:a", "pcm_f32le", "-ac", "2")), (HISS, ())]
)
def test_silence_in_wav_is_told(tmp_path: Path, source: str, options: tuple[str, ...]) -> None:
    assert listen_to(sound(tmp_path, source, "wav", *options)).problem == "is silent"


@pytest.mark.parametrize("ending", FORMATS)
def test_silence_of_any_format_is_told(tmp_path: Path, ending: str) -> None:
    assert listen_to(sound(tmp_path, SILENCE, ending)).problem == "is silent"


@pytest.mark.parametrize("ending", ["wav", pytest.param("mp3", marks=pytest.mark.slow), "flac"])
def test_a_piece_of_a_file_is_told(tmp_path: Path, ending: str) -> None:
    path = sound(tmp_path, TONE, ending)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert str(listen_to(path).problem).startswith("breaks off after ")


@pytest.mark.parametrize("size", [b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f"])
def test_a_wav_that_was_streamed_does_not_know_its_length(tmp_path: Path, size: bytes) -> None:
    path = sound(tmp_path, TONE, "wav", "-bitexact")
    data = bytearray(path.read_bytes())
    data[4:8], data[40:44] = size, size
    path.write_bytes(data)
    assert listen_to(path).problem is None


@pytest.mark.parametrize("data", [b'{"error": "no"}', b"RIFF", b"", b"<html>busy</html>", b"ID3\x04" + bytes(200)])
def test_what_is_not_a_sound_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(data)
    assert listen_to(path).problem
