"""What is a clip and what is none, on real files."""

from __future__ import annotations

import fcntl
import io
import os
import signal
import struct
import subprocess
import sys
import time
from contextlib import suppress
from fractions import Fraction
from pathlib import Path

import av
import pytest
from PIL import Image

from storyboard.child_process import child_command
from storyboard.film import decode
from storyboard.film.colour import to_frame
from storyboard.film.edge_frames import Undecodable, first_frame, last_frame
from storyboard.film.limits import clip_file_limits
from storyboard.film.verify import verify_clip

RED, BLUE = (200, 30, 40), (30, 60, 190)


def write_clip(
    path: Path, seconds: float = 2, size: tuple[int, int] = (160, 90), rate: int = 24, faststart: bool = True
) -> Path:
    """Red frames, then blue ones from the middle on, tagged BT.709."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"} if faststart else {}) as container:
        stream = container.add_stream("libx264", rate=rate, options={"crf": "10"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.colorspace = stream.codec_context.color_primaries = stream.codec_context.color_trc = 1
        frames = round(seconds * rate)
        for index in range(frames):
            picture = Image.new("RGB", size, RED if index < frames // 2 else BLUE)
            frame = to_frame(picture)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mp4")


def test_a_clip_is_one(clip: Path) -> None:
    verdict = verify_clip(clip, 2, "16:9")
    assert verdict.is_clip
    assert verdict.warning is None
    assert (verdict.frames, verdict.width, verdict.height, verdict.rate) == (48, 160, 90, 24)
    assert verdict.seconds == pytest.approx(2)


@pytest.mark.parametrize(
    ("asked", "fits"), [(2.5, True), (1.5, True), (2.6, False), (1.4, True), (5, False), (1, True)]
)
def test_a_clip_may_be_half_a_second_short_and_any_time_longer(clip: Path, asked: float, fits: bool) -> None:
    verdict = verify_clip(clip, asked, "16:9")
    assert verdict.is_clip is fits
    assert verdict.can_be_chosen
    longer = f"it is 2.00 s long, and the film shows {asked:g} s of it" if asked < 1.5 else None
    assert verdict.warning == longer


def test_another_aspect_is_a_warning(clip: Path) -> None:
    verdict = verify_clip(clip, 2, "9:16")
    assert verdict.is_clip
    assert verdict.warning == "its picture is 160 × 90, not 9:16"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\0\0\0\x18ftyp", "cut off"),
        (b"<!DOCTYPE html><html>sign in</html>", "a web page"),
        (b'{"error": "no such job"}', "a JSON answer"),
        (b"#EXTM3U\n#EXTINF:5,\nfile:///etc/passwd\n", "a playlist"),
        (b"1234567", "not a video"),
        (b"\x1f\x8b\x08\0" + b"\0" * 100, "not a video"),
    ],
)
def test_what_is_no_clip(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    assert said in (verify_clip(path, 2, "16:9").problem or "")


def test_no_file_and_a_folder_are_no_clips(tmp_path: Path) -> None:
    assert not verify_clip(tmp_path / "none.mp4", 2, "16:9").is_clip
    assert not verify_clip(tmp_path, 2, "16:9").is_clip


def test_sound_alone_is_no_clip(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=48000, layout="mono")
        frame = av.AudioFrame(format="fltp", layout="mono", samples=1024)
        frame.planes[0].update(bytes(4096))
        frame.sample_rate, frame.pts, frame.time_base = 48000, 0, Fraction(1, 48000)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert verify_clip(path, 2, "16:9").problem == "it contains no picture"


@pytest.mark.parametrize("faststart", [True, False])
def test_a_cut_clip_is_none(tmp_path: Path, faststart: bool) -> None:
    whole = write_clip(tmp_path / "whole.mp4", faststart=faststart).read_bytes()
    path = tmp_path / "cut.mp4"
    for part in (1, 3, 5, 7):
        path.write_bytes(whole[: len(whole) * part // 8])
        assert not verify_clip(path, 2, "16:9").is_clip, f"cut at {part}/8"
    path.write_bytes(whole[:-1])
    assert not verify_clip(path, 2, "16:9").is_clip


def colour(png: bytes) -> tuple[int, ...]:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    assert picture.size == (160, 90)
    pixel = picture.getpixel((80, 45))
    assert isinstance(pixel, tuple)
    return pixel


def test_first_and_last_frame_have_the_right_colours(clip: Path) -> None:
    assert colour(first_frame(clip)) == pytest.approx(RED, abs=4)
    assert colour(last_frame(clip)) == pytest.approx(BLUE, abs=4)


def test_the_last_frame_of_a_cut_clip_is_the_last_that_can_be_decoded(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "page.mp4"
    path.write_bytes(b"<html>")
    with pytest.raises(Undecodable, match="a web page"):
        last_frame(path)


def test_a_clip_filmed_on_its_side_is_seen_upright(clip: Path, tmp_path: Path) -> None:
    """The track header's matrix (ISO/IEC 14496-12, 8.3.2) turns it by a quarter."""
    data = bytearray(clip.read_bytes())
    matrix = data.index(b"tkhd") + 4 + 40
    data[matrix : matrix + 36] = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
    path = tmp_path / "turned.mp4"
    path.write_bytes(data)
    verdict = verify_clip(path, 2, "9:16")
    assert (verdict.problem, verdict.warning) == (None, None)
    assert (verdict.width, verdict.height) == (90, 160)
    with Image.open(io.BytesIO(last_frame(path))) as picture:
        assert picture.size == (90, 160)


def test_the_decoder_dies_with_its_parent(clip: Path) -> None:
    """Standard input ends with the parent; here it has ended already."""
    command = child_command("storyboard.film.decode_child", "facts", str(clip))
    child = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert (child.returncode, child.stdout) == (1, b"")


def test_the_decoder_inherits_no_lock(clip: Path) -> None:
    lock = clip.with_name("lock")
    code = (
        "import fcntl, os, sys\n"
        "handle = os.open(sys.argv[2], os.O_RDWR | os.O_CREAT); os.set_inheritable(handle, True)\n"
        "fcntl.flock(handle, fcntl.LOCK_EX)\n"
        "from storyboard.film.verify import verify_clip\n"
        "print('ready', flush=True)\n"
        "while True: verify_clip(sys.argv[1], 2, '16:9')\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(clip), str(lock)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"ready\n"
        child = _child_of(parent.pid)
        os.kill(child, signal.SIGSTOP)
        parent.kill()
    with lock.open("r+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.kill(child, signal.SIGCONT)


def _child_of(parent: int) -> int:
    """The decoder, once it runs a program of its own: before that it still holds all of its parent's files."""
    of_parent = Path(f"/proc/{parent}/cmdline").read_bytes()
    for _ in range(500):
        for found in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            with suppress(OSError):  # it may have ended by now, and another one comes
                if Path(f"/proc/{found}/cmdline").read_bytes() not in (b"", of_parent):
                    return int(found)
        time.sleep(0.01)
    pytest.fail("no child was started")


def test_a_report_beyond_its_limit_is_refused(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = clip_file_limits()._replace(largest_report=50)
    monkeypatch.setattr(decode, "clip_file_limits", lambda: small)
    with pytest.raises(Undecodable, match="more than it may"):
        first_frame(clip)


def test_a_decoder_that_takes_too_long_says_nothing_about_the_clip(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    short_time = clip_file_limits()._replace(wall_seconds=0.01)
    monkeypatch.setattr(decode, "clip_file_limits", lambda: short_time)
    verdict = verify_clip(clip, 2, "16:9")
    assert (verdict.problem, verdict.can_be_chosen) == ("decoding it takes too long", True)
