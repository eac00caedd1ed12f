"""Films of every kind of clip, given to the programs that people open films with: each takes them without a word.

ffmpeg is in test_joins, which counts the frames too. Here are mkvmerge, GStreamer and Chromium, where they are installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storyboard.film.probe import probe_clips
from tests.board.conftest import CHROMIUM, QUIET
from tests.ffmpeg import needs_ffmpeg
from tests.film.film_making import film_of
from tests.film.kinds import GOOD, make
from tests.film.test_joins import UNCOUNTED

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, needs_ffmpeg, pytest.mark.usefixtures("in_this_process")]

#: Takes of one film, or of several kinds: those that are copied stand beside those that are encoded.
FILMS = {name: [name] * 3 for name in GOOD} | {
    "plain and hevc": ["plain", "hevc", "plain"],
    "plain and baseline": ["plain", "baseline", "main"],
    "bt709 and full range": ["bt709", "full-range", "bt709"],
    "plain and 30 fps": ["plain", "30-fps", "plain"],
}
#: What GStreamer notes of every MP4 without fragments.
_OF_EVERY_MP4 = "failed to find fragment defaults"
#: Kinds whose films are HEVC, which Chromium plays with the help of some machines only.
HEVC = {"hevc", "hevc-hev1"}


def film(kinds: Path, name: str) -> Path:
    """The film of a row, made once for all players."""
    path = kinds / f"film of {name}.mp4"
    if not path.exists():
        film_of([make(kinds, one) for one in FILMS[name]], path)
    return path


@pytest.mark.skipif(shutil.which("mkvmerge") is None, reason="mkvmerge is not installed")
@pytest.mark.parametrize("name", FILMS)
def test_mkvmerge_takes_it(kinds: Path, tmp_path: Path, name: str) -> None:
    command = ["mkvmerge", "-o", str(tmp_path / "film.mkv"), str(film(kinds, name))]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C"})
    assert done.returncode == 0, done.stdout
    assert "Warning" not in done.stdout


@pytest.mark.skipif(shutil.which("gst-launch-1.0") is None, reason="GStreamer is not installed")
@pytest.mark.parametrize("name", FILMS)
def test_gstreamer_takes_it(kinds: Path, name: str) -> None:
    """Demuxed and decoded to the end, with nothing above the level of information in its log."""
    address = film(kinds, name).as_uri()
    source = ["uridecodebin", f"uri={address}", "name=d"]
    rows = ["d.", "!", "videoconvert", "!", "fakesink", "sync=false"]
    heard = ["d.", "!", "audioconvert", "!", "fakesink", "sync=false"]
    command = ["gst-launch-1.0", "-q", *source, *rows, *heard]
    environment = {**os.environ, "GST_DEBUG": "qtdemux:2,h264parse:2,aacparse:2,libav:2", "GST_DEBUG_NO_COLOR": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    assert not [line for line in done.stderr.splitlines() if _OF_EVERY_MP4 not in line]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A blank page of Chromium."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, play.chromium.launch(executable_path=CHROMIUM, args=QUIET) as browser:
        yield browser.new_page()


_WATCH = """async ([data, seconds]) => {
  const bytes = Uint8Array.from(atob(data), one => one.charCodeAt(0));
  const video = document.createElement("video");
  const happened = name => new Promise((done, failed) => {
    video.addEventListener(name, done, {once: true});
    video.addEventListener("error", () => failed(new Error(video.error.message)), {once: true});
  });
  const loaded = happened("loadeddata");
  video.src = URL.createObjectURL(new Blob([bytes], {type: "video/mp4"}));
  await loaded;
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const drawn = canvas.getContext("2d", {willReadFrequently: true});
  const counted = [];
  for (const second of seconds) {
    const painted = new Promise(done => video.requestVideoFrameCallback(done)); // `seeked` may come before
    video.currentTime = second;
    await painted;
    drawn.drawImage(video, 0, 0);
    const row = drawn.getImageData(0, Math.floor(canvas.height / 4), canvas.width, 1).data;
    let number = 0;
    for (let bit = 0; bit < 8; bit++)
      number |= (row[4 * Math.round((bit + 0.5) * canvas.width / 8)] > 128) << bit;
    counted.push(number);
  }
  return [video.duration, counted];
}"""


@pytest.mark.parametrize("name", [name for name in GOOD if name not in UNCOUNTED | HEVC])
def test_chromium_shows_the_right_frame_around_every_cut(kinds: Path, page: Page, name: str) -> None:
    path = film(kinds, name)
    media = probe_clips([path])[0].media
    assert media is not None
    rate, length = media.rate, media.frames // 3
    numbers = [cut * length + beside for cut in (1, 2) for beside in (-2, -1, 0, 1)]
    middles = [float((number + Fraction(1, 2)) / rate) for number in numbers]
    duration, counted = page.evaluate(_WATCH, [b64encode(path.read_bytes()).decode(), middles])
    assert duration == pytest.approx(float(media.frames / rate), abs=0.002)
    last = length - 1 if name != "nine-frames-less" else length - 10
    assert counted == [min(number % length, last) for number in numbers]
