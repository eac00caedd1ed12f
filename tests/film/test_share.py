"""A copy of the film that is at most so large."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest
from click.testing import CliRunner

from storyboard.cli import main
from storyboard.drawing.overlays import FrameSize
from storyboard.film.share_copy import SizedFilm, TooSmall, plan_share, write_share
from tests.ffmpeg import ffmpeg, needs_ffmpeg

pytestmark = needs_ffmpeg

SIZE = FrameSize(1280, 720)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> SizedFilm:
    """Eight seconds in which everything moves, of some 10 MB."""
    path = tmp_path_factory.mktemp("share") / "film.mp4"
    ffmpeg(
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=1280x720:r=24:d=8,noise=alls=12:allf=t", "-f", "lavfi", "-i",
        "sine=f=440:r=48000:d=8", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p",
        "-c:a", "aac", "-ac", "2", path,
    )  # fmt: skip
    return SizedFilm(path, 192, Fraction(24), SIZE)


def test_a_copy_is_no_larger_and_shows_and_sounds_the_same_seconds(film: SizedFilm, tmp_path: Path) -> None:
    target, shares = tmp_path / "copy.mp4", list[float]()
    write_share(film, 1, target, shares.append)
    assert film.path.stat().st_size > 2_000_000
    assert 500_000 < target.stat().st_size <= 1_000_000
    with av.open(str(target)) as copy:
        video, sound = copy.streams.video[0], copy.streams.audio[0]
        assert video.frames == 192
        assert video.average_rate == 24
        assert min(video.width, video.height) < 720, "fewer and better pixels"
        assert video.width * 9 == video.height * 16
        assert sound.duration is not None
        assert float(sound.duration * (sound.time_base or 0)) == pytest.approx(8, abs=0.05)
    assert shares == sorted(shares)
    assert shares[-1] > 0.9


def test_a_film_that_is_small_enough_is_copied_as_it_is(film: SizedFilm, tmp_path: Path) -> None:
    write_share(film, 100, tmp_path / "copy.mp4")
    assert (tmp_path / "copy.mp4").read_bytes() == film.path.read_bytes()


def test_what_cannot_be_watched_is_not_made_and_the_least_is_told(film: SizedFilm, tmp_path: Path) -> None:
    hour = film._replace(frames=24 * 3600)
    with pytest.raises(TooSmall) as told:
        plan_share(hour, 20, tmp_path / "copy.mp4")
    assert plan_share(hour, told.value.least, tmp_path / "copy.mp4").size == (640, 360)
    with pytest.raises(TooSmall):
        plan_share(hour, told.value.least - 1, tmp_path / "copy.mp4")
    assert not (tmp_path / "copy.mp4").exists()


@pytest.mark.parametrize("megabytes", [100, 200, 400, 800, 1600, 3200])
def test_more_room_is_more_picture(film: SizedFilm, megabytes: int, tmp_path: Path) -> None:
    hour = film._replace(frames=24 * 3600)
    one, two = (plan_share(hour, size, tmp_path / "copy.mp4") for size in (megabytes, megabytes * 2))
    assert one.size <= two.size
    assert one.picture_bits < two.picture_bits


def test_the_command_writes_the_film_and_its_copy(project: Path) -> None:
    result = CliRunner().invoke(main, ["film", str(project), "--share", "50"])
    home = project.parent / "out" / "film"
    assert "film-share.mp4" in result.stderr
    assert (home / "film-share.mp4").stat().st_size <= (home / "film.mp4").stat().st_size
    (home / "film-share.mp4").write_bytes(b"my own")
    again = CliRunner().invoke(main, ["film", str(project), "--share", "50"])
    assert again.exit_code == 2
    assert (home / "film-share.mp4").read_bytes() == b"my own"
