"""Clips with counters and tones burnt in, and a small project on disk."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from storyboard.film import assembly
from storyboard.film.colour import to_frame
from tests.film.clip_reading import MakeClip
from tests.film.film_making import encode_here, sound_here

SCRIPT = """\
Title: The Lantern Keeper
Audio: on

CHARACTER Mira
look: a young lantern keeper
front: mira.png

LOCATION Harbor
image: harbor.png

EXT. HARBOR - DUSK

SHOT 3s wide, push in
@Mira waits.

MIRA
I never left.

===

SHOT 3s close-up
@Mira turns.

===

SHOT 4s
@Mira walks away. The harbor is empty.
"""


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Segments of the tests stay out of the user's cache, and are shared by the tests."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the clips of every kind (tests.film.kinds)."""
    return tmp_path_factory.mktemp("kinds")


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films are encoded and their sound is mixed without child processes."""
    monkeypatch.setattr(assembly, "encode_segments", encode_here)
    monkeypatch.setattr(assembly, "make_sound_track", sound_here)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A script of three clips, 3, 3 and 4 seconds, with its pictures."""
    Image.new("RGB", (300, 400), (180, 60, 50)).save(tmp_path / "mira.png")
    Image.new("RGB", (640, 360), (60, 80, 120)).save(tmp_path / "harbor.png")
    script = tmp_path / "film.sb"
    script.write_text(SCRIPT, encoding="utf-8")
    return script


@pytest.fixture
def make_clip(tmp_path: Path) -> MakeClip:
    """Writes a clip whose frame n is grey of level 40 + n, and that beeps for its first tenth of a second."""

    def make(
        name: str,
        seconds: float = 3,
        size: tuple[int, int] = (320, 180),
        rate: int = 24,
        layout: str | None = "stereo",
        options: dict[str, str] | None = None,
        extra_frames: int = 0,
        sound_rate: int = 48000,
        sound_seconds: float | None = None,
    ) -> Path:
        path = tmp_path / name
        with av.open(str(path), "w", format="mp4") as container:
            video = container.add_stream(
                "libx264", rate=rate, options={"crf": "12", "preset": "ultrafast", **(options or {})}
            )
            video.width, video.height, video.pix_fmt = *size, "yuv420p"
            video.codec_context.colorspace = video.codec_context.color_primaries = video.codec_context.color_trc = 1
            audio = container.add_stream("aac", rate=sound_rate, layout=layout) if layout else None
            for number in range(round(seconds * rate) + extra_frames):
                level = 40 + number
                frame = to_frame(Image.new("RGB", size, (level, level, level)))
                frame.pts, frame.time_base = number, Fraction(1, rate)
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
            if audio:
                heard = seconds if sound_seconds is None else sound_seconds
                for number in range(int(heard * sound_rate) // 1024):
                    container.mux(audio.encode(_beep(number * 1024, layout or "stereo", sound_rate)))
                container.mux(audio.encode(None))
        return path

    return make


def _beep(start: int, layout: str, rate: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout=layout, samples=1024)
    waves = (0.6 * math.sin(at * 0.13) if at < rate / 10 else 0.0 for at in range(start, start + 1024))
    samples = array("f", waves)
    for plane in frame.planes:
        plane.update(samples.tobytes())
    frame.sample_rate, frame.pts, frame.time_base = rate, start, Fraction(1, rate)
    return frame
