"""What a script lays over its film, heard in the film and in the animatic; measured with ffmpeg."""

from __future__ import annotations

import math
import re
import sys
from array import array
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from storyboard.cli import main
from storyboard.compiler.pipeline import analyze_file
from storyboard.film.assembly import FilmResult, make_film
from storyboard.film.cut import lay_out_cut
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from tests.ffmpeg import ffmpeg, needs_ffmpeg

pytestmark = needs_ffmpeg

RATE = 48000
#: One tone for each kind of sound, so that each is found in the mix.
TONES = {"music": 200, "ambience": 350, "effect": 1500, "speech": 700, "take": 3000}
SCRIPT = """\
Title: The Harbor
Music: music.wav
Audio: on

LOCATION Harbor
image: harbor.png
ambience: ambience.wav

CHARACTER Mira
look: a keeper

EXT. HARBOR - DAY

SHOT 4s wide
The harbor lies still.

MIRA (V.O., speech.wav)
I never left.

===

SHOT 4s
A bell rings.

EFFECT: effect.wav (at 1s)
"""


def tone(folder: Path, kind: str, seconds: float, *options: str) -> Path:
    path = folder / f"{kind}.wav"
    ffmpeg("-f", "lavfi", "-i", f"sine=frequency={TONES[kind]}:d={seconds}:r={RATE}", *options, path)
    return path


def take(folder: Path, seconds: int, frequency: int = TONES["take"]) -> Path:
    path = folder / f"take-{seconds}.mp4"
    sound = f"sine=frequency={frequency}:d={seconds}:r={RATE}"
    coded = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-b:a", "192k", "-t", str(seconds)]
    ffmpeg("-f", "lavfi", "-i", f"color=gray:s=64x36:r=24:d={seconds}", "-f", "lavfi", "-i", sound, *coded, path)
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for kind, seconds in (("music", 3), ("ambience", 3), ("effect", 0.5), ("speech", 1.5)):
        tone(tmp_path, kind, seconds)
    Image.new("RGB", (640, 360), (60, 80, 120)).save(tmp_path / "harbor.png")
    script = tmp_path / "film.sb"
    script.write_text(SCRIPT, encoding="utf-8")
    return script


def film(script: Path) -> tuple[Path, FilmResult]:
    """The film, every clip from a take with a tone of its own."""
    analysis = analyze_file(script)
    assert not analysis.has_errors, [one.message for one in analysis.diagnostics]
    takes = [Take(clip.id, take(script.parent, clip.duration), 1) for clip in analysis.clips]
    target = script.with_name("film.mp4")
    return target, make_film(lay_out_cut(analysis, lay_out(analysis), takes), target)


def level(path: Path, frequency: float, start: float, seconds: float = 0.4) -> float:
    """How loud a tone is in a part of a film, in dB of full scale (Goertzel's algorithm)."""
    cut = f"atrim={start}:{start + seconds},pan=mono|c0=c0"
    found = array("f", ffmpeg("-v", "error", "-i", path, "-af", cut, "-ar", "48000", "-f", "f32le", "-").stdout)
    wave = [2 * math.pi * frequency * at / RATE for at in range(len(found))]
    real = sum(value * math.cos(angle) for value, angle in zip(found, wave, strict=True))
    imaginary = sum(value * math.sin(angle) for value, angle in zip(found, wave, strict=True))
    return 20 * math.log10(max(2 * math.hypot(real, imaginary) / max(1, len(found)), sys.float_info.epsilon))


def loudness(path: Path) -> tuple[float, float]:
    """LUFS and dBTP of a film."""
    said = ffmpeg("-i", path, "-af", "ebur128=peak=true", "-f", "null", "-").stderr.decode()
    summary = said[said.rindex("Summary") :]
    return tuple(float(re.search(rf"{name}:\s+(-?[\d.inf]+)", summary)[1]) for name in ("I", "Peak"))  # type: ignore[index,return-value]


def test_everything_is_heard_in_the_film(project: Path) -> None:
    path, made = film(project)
    assert (made.copied, made.problems, made.notes) == (True, (), ())
    assert loudness(path)[0] == pytest.approx(-14, abs=0.5)
    assert loudness(path)[1] <= -1
    speech = made.speeches[0]
    assert speech.end - speech.start == pytest.approx(1.5, abs=0.01)
    assert level(path, TONES["speech"], speech.start + 0.5) > -25
    assert level(path, TONES["speech"], 6) < -60
    assert level(path, TONES["effect"], 5.05) > -25
    assert level(path, TONES["effect"], 4.4) < -60
    for kind in ("music", "ambience", "take"):
        spoken, silent = (level(path, TONES[kind], at) for at in (speech.start + 0.5, 6.5))
        assert silent > -50, kind
        assert 7 < silent - spoken < 13, f"{kind} is lower while somebody speaks"
    assert level(path, TONES["music"], 3.8) > -40, "music goes on over the cut, and is repeated"


def test_everything_is_heard_in_the_animatic(project: Path) -> None:
    result = CliRunner().invoke(main, ["animatic", str(project)])
    assert result.exit_code == 0, result.output
    path = project.parent / "out" / "film" / "film-animatic.mp4"
    assert loudness(path)[0] == pytest.approx(-14, abs=0.5)
    begin = float(re.search(r"00:00:0(\d),", path.with_suffix(".srt").read_text())[1])  # type: ignore[index]
    assert level(path, TONES["speech"], begin + 1) > -25
    assert level(path, TONES["effect"], 5.05) > -25
    assert level(path, TONES["music"], 6.5) - level(path, TONES["music"], begin + 1) > 7
