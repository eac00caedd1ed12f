"""Films of every kind of clip, looked at frame by frame with ffmpeg: nothing black, repeated or left out at a join."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.ffmpeg import needs_ffmpeg
from tests.film.clip_reading import beeps
from tests.film.film_making import film_of
from tests.film.kinds import BEEP, GOOD, KINDS, counters, frame_times, make

pytestmark = [needs_ffmpeg, pytest.mark.usefixtures("in_this_process")]

#: Kinds that are decoded and encoded again: not evenly timed, not upright H.264 or HEVC in MP4, not 4:2:0 at 8 bits.
ENCODED = {
    "high10", "422", "444", "grey", "anamorphic", "variable-rate", "late-picture", "fragmented", "hevc10", "av1", "vp9",
    "mpeg4", "mjpeg", "prores", "webm", "matroska", "avi", "transport-stream", "nine-frames-less",
    "pq", "hlg",
}  # fmt: skip
#: Kinds whose sound is not where the counter is, or that have none.
LATE = {"late-sound": 0.2, "late-picture": -0.2, "fragmented": 0.02, "no-edit-list": 0.02}
UNHEARD = {"silent"}
#: Kinds of other lengths than two seconds.
LONGER = {"longer", "much-longer", "one-frame-more", "two-frames-more"}
#: Kinds whose counter ffmpeg's decoder shows otherwise: squeezed, or with frames left out on purpose.
UNCOUNTED = {"anamorphic", "variable-rate", "av1", "vp9", "webm", "late-picture", "avi"}


#: Kinds that differ from others only in what is not looked at here, or little: `-m slow` has them, too.
ALIKE = {
    "metadata", "chapters", "uuid-after", "free-after", "text-after", "one-byte-after", "zeros-after", "noise-after",
    "8-kHz", "22-kHz", "96-kHz", "7.1", "alac", "pcm", "16-fps", "50-fps", "main", "medium", "intra-only", "one-gop",
    "422", "444", "grey", "hlg", "mpeg4", "mjpeg", "transport-stream", "square", "much-longer", "long-sound", "aud-hrd",
}  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name in ALIKE else []) for name in GOOD if name not in UNCOUNTED],
)
def test_takes_of_a_kind_are_joined_exactly(kinds: Path, tmp_path: Path, name: str) -> None:
    kind, target = KINDS[name], tmp_path / "film.mp4"
    cut, made = film_of([make(kinds, name)] * 3, target)
    assert made.copied is (name not in ENCODED), [clip.reason for clip in cut.clips]
    rate, times = Fraction(kind.rate), frame_times(target)
    assert times == pytest.approx([float(number / rate) for number in range(len(times))], abs=1e-4)
    length = len(times) // 3
    assert -1 <= length - 2 * rate <= rate / 4, "a take's own length counts, up to a quarter of a second"
    there = -(-2 * rate.numerator // rate.denominator) + kind.more_frames if name not in LONGER else length
    row = [min(number, there - 1) for number in range(length)]
    assert counters(target, kind.size) == row * 3
    if name not in UNHEARD:
        starts = [float(number * length / rate) + BEEP + LATE.get(name, 0) for number in range(3)]
        assert beeps(target) == pytest.approx(starts, abs=0.03 if "kHz" in name or name in LATE else 0.012)


def test_there_are_enough_kinds() -> None:
    assert len(GOOD.keys() - UNCOUNTED - ALIKE) > 40
    assert len(GOOD.keys() - UNCOUNTED - ENCODED) > 55


@pytest.mark.parametrize(
    "names",
    [
        ["plain", "30-fps", "plain"],
        ["plain", "plain", "hevc"],
        ["hevc", "plain", "hevc", "plain", "plain"],
        ["plain", "square", "plain"],
        ["plain", "one-frame-more", "baseline"],
        ["bt709", "full-range", "bt709"],
        ["29.97-fps", "plain", "29.97-fps"],
        ["plain", "no-b-frames", "main", "slices", "plain"],
    ],
    ids=str,
)
def test_takes_that_differ_stand_in_one_film(kinds: Path, tmp_path: Path, names: list[str]) -> None:
    """The takes of most seconds are copied, the others are encoded beside them in the same track."""
    target = tmp_path / "film.mp4"
    cut, made = film_of([make(kinds, name) for name in names], target)
    assert 0 < len(cut.encoded) < len(names)
    assert all(clip.reason for clip in cut.encoded)
    counted = counters(target)
    assert len(counted) == cut.frames
    for clip in cut.clips:
        if not clip.reason or (clip.media and clip.media.size == cut.size and clip.media.rate == cut.rate):
            assert counted[clip.first : clip.first + clip.frames] == list(range(clip.frames)), clip.name
    starts = [float(clip.first / cut.rate) + BEEP for clip in cut.clips]
    assert beeps(target) == pytest.approx(starts, abs=0.012)
    assert made.seconds == pytest.approx(cut.frames / cut.rate)


def test_a_fade_costs_the_takes_that_it_touches(kinds: Path, tmp_path: Path) -> None:
    cut, _ = film_of([make(kinds, "b-frames")] * 4, tmp_path / "film.mp4", "FADE IN:\n\n")
    assert [clip.reason for clip in cut.clips] == ["it fades in", "", "", ""]
    counted = counters(tmp_path / "film.mp4")
    assert counted[48:] == [*range(48)] * 3
    assert counted[30:48] == [*range(30, 48)]
