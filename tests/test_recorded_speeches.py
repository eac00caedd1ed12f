"""SB509 where a cue has a recording: its measured length counts, in whatever format."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.pipeline import analyze_file
from tests.ffmpeg import ffmpeg, needs_ffmpeg

pytestmark = needs_ffmpeg

SCRIPT = """\
Audio: on

CHARACTER Mira
look: a keeper
front: https://example.com/mira.png

SHOT 5s close-up
@Mira looks up.

MIRA (V.O., {recording})
{words}
"""


def found(folder: Path, recording: str, words: str = "I never left.") -> list[Diagnostic]:
    film = folder / "film.sb"
    film.write_text(SCRIPT.format(recording=recording, words=words))
    return [one for one in analyze_file(film).diagnostics if one.code == "SB509"]


def record(path: Path, seconds: float) -> None:
    ffmpeg("-f", "lavfi", "-i", f"sine=frequency=220:sample_rate=24000:duration={seconds}", str(path))


@pytest.mark.parametrize("suffix", ["wav", "mp3", "flac", "ogg", "opus", "m4a"])
def test_a_recording_is_measured(tmp_path: Path, suffix: str) -> None:
    record(tmp_path / f"long.{suffix}", 7.4)
    (one,) = found(tmp_path, f"long.{suffix}")
    assert one.message.startswith("The speech in this shot takes 7.")
    assert one.fix is not None
    assert [edit.text for edit in one.fix.edits] == ["8s"]


def test_the_words_of_a_recording_do_not_count(tmp_path: Path) -> None:
    record(tmp_path / "short.wav", 2)
    assert not found(tmp_path, "short.wav", "word " * 40)
    assert found(tmp_path, "short.wav", "word\n\nMIRA\n" + "word " * 9), "those of other speeches do"


def test_it_is_measured_anew_when_it_changes(tmp_path: Path) -> None:
    record(tmp_path / "line.wav", 7)
    assert found(tmp_path, "line.wav")
    (tmp_path / "line.wav").unlink()
    record(tmp_path / "line.wav", 3)
    assert not found(tmp_path, "line.wav")


@pytest.mark.parametrize("data", [b"", b"RIFF" + bytes(40), b"OggS" + bytes(9), b"ID3", b"fLaC\0\0\0\x22" + bytes(34)])
def test_a_damaged_recording_has_no_length(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "line.wav").write_bytes(data)
    assert not found(tmp_path, "line.wav")
