"""Pieces of a take that came back from the service unlike one another: they are encoded together, and no frame is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.film.probe import probe_clips
from storyboard.film.upscale import merge
from tests.ffmpeg import ffmpeg, needs_ffmpeg
from tests.film.clip_reading import beeps
from tests.film.kinds import BEEP, HEIGHT, WIDTH, counters, make

pytestmark = needs_ffmpeg

_X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "12")
_TAGS_709 = ("-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709")
_SLOW = pytest.mark.slow
#: How the second of two pieces is encoded.
OTHERS = [
    ("-vf", f"scale={2 * WIDTH}:{2 * HEIGHT}", "-c:v", "libx265", "-crf", "12", "-tag:v", "hvc1"),
    pytest.param(("-vf", f"scale={2 * WIDTH}:{2 * HEIGHT}", *_X264, "-pix_fmt", "yuv420p10le"), marks=_SLOW),
    pytest.param(("-vf", f"scale={WIDTH}:{HEIGHT}", *_X264), marks=_SLOW),
    pytest.param(("-vf", f"scale={2 * WIDTH}:{2 * HEIGHT}:out_color_matrix=bt709", *_X264, *_TAGS_709), marks=_SLOW),
    pytest.param(("-vf", f"scale={2 * WIDTH}:{2 * HEIGHT}", *_X264, "-pix_fmt", "yuvj420p"), marks=_SLOW),
    pytest.param(("-vf", f"scale={2 * WIDTH}:{2 * HEIGHT}", *_X264, "-video_track_timescale", "600"), marks=_SLOW),
]


@pytest.mark.parametrize("other", OTHERS, ids=lambda row: " ".join(row[2:]))
def test_pieces_that_differ_are_encoded_together(kinds: Path, tmp_path: Path, other: tuple[str, ...]) -> None:
    take = make(kinds, "plain")
    pieces = [(tmp_path / "1.mp4", 20), (tmp_path / "2.mp4", 28)]
    enlarged = ("-vf", f"scale={2 * WIDTH}:{2 * HEIGHT}", *_X264)
    for (path, count), start, options in zip(pieces, (0, 20), (enlarged, other), strict=True):
        ffmpeg("-ss", f"{start / 24:.5f}", "-i", take, "-frames:v", str(count), "-an", *options, path)
    target = tmp_path / "merged.mp4"
    merge(pieces, take, target, tmp_path)
    media = probe_clips([target])[0].media
    assert media is not None
    assert tuple(media.size) == (2 * WIDTH, 2 * HEIGHT)
    assert (int(media.rate), media.frames, media.has_sound) == (24, 48, True)
    assert counters(target, (2 * WIDTH, 2 * HEIGHT)) == list(range(48))
    assert beeps(target) == pytest.approx([BEEP], abs=0.012)
    grey = [shown(target, second) for second in (0.4, 1.9)]
    assert grey[1] == pytest.approx(grey[0], abs=4), "both are as bright, in one colour"


def shown(film: Path, second: float) -> list[int]:
    """The colour in the middle of the lower half, as ffmpeg shows it."""
    crop = f"crop=2:2:{WIDTH}:{2 * HEIGHT * 3 // 4}"
    return list(ffmpeg("-ss", str(second), "-i", film, "-frames:v", "1", "-vf", crop, "-f", "rawvideo", "-pix_fmt", "rgb24", "-").stdout[:3])  # fmt: skip
