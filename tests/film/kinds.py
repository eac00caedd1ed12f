"""Clips of every kind, made with ffmpeg: a frame counter in each, a flash and a beep half a second into it.

A kind is a name, how its clip is encoded, and what becomes of the finished file. Adding a kind is adding a row.
"""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from tests.ffmpeg import ffmpeg
from tests.film.clip_reading import boxes

SECONDS = 2
WIDTH, HEIGHT = 96, 54
BEEP = 0.5
_BITS = 8  # of the counter: blocks of 12 pixels across the upper half
_X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "16", "-g", "24")
_X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "16", "-x265-params", "log-level=none:pools=1")
_AAC = ("-c:a", "aac", "-b:a", "128k")


class Kind(NamedTuple):
    """How a clip is made: encoders' options, the source's rate and size, its lengths, and a change of the file after."""

    video: tuple[str, ...] = _X264
    sound: tuple[str, ...] = _AAC
    rate: str = "24"
    size: tuple[int, int] = (WIDTH, HEIGHT)
    seconds: float = SECONDS
    more_frames: int = 0
    sound_seconds: float | None = None
    filters: str = ""
    sound_filters: str = ""
    inputs: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    suffix: str = ".mp4"
    after: Callable[[Path], None] | None = None


def lossless_source(folder: Path, rate: str, size: tuple[int, int], seconds: float, sound_seconds: float) -> Path:
    """The lossless original of a rate, size and length; made once."""
    path = folder / f"source-{rate.replace('/', '_')}-{size[0]}x{size[1]}-{seconds:.4f}-{sound_seconds}.mkv"
    if path.exists():
        return path
    wide = size[0] / _BITS
    flash = f"between(T,{BEEP - 0.001},{BEEP + 0.08})"
    counter = f"16+219*mod(floor(N/pow(2,floor(X/{wide}))),2)"
    lum = f"if(lt(Y,H/2),{counter},if({flash},235,60+120*X/W))"
    picture = f"color=s={size[0]}x{size[1]}:r={rate}:d={seconds}"
    beep = f"if(between(t,{BEEP},{BEEP + 0.08}),0.6*sin(2*PI*880*t),0.02*sin(2*PI*220*t))"
    ffmpeg(
        "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"aevalsrc='{beep}|{beep}':s=48000:d={sound_seconds}",
        "-vf", f"format=yuv420p,geq=lum='{lum}':cb='110+20*X/W':cr='150-20*X/W'", "-c:v", "ffv1", "-c:a", "pcm_s16le",
        path,
    )  # fmt: skip
    return path


def make(folder: Path, name: str) -> Path:
    """The clip of a kind, made once for all tests of a run."""
    kind = KINDS[name]
    path = folder / f"{name}{kind.suffix}"
    if path.exists():
        return path
    seconds = kind.seconds + kind.more_frames / float(Fraction(kind.rate))
    heard = kind.seconds if kind.sound_seconds is None else kind.sound_seconds
    original = lossless_source(folder, kind.rate, kind.size, round(seconds, 6), heard)
    maps = ("-map", "0:v", "-map", "0:a?") if kind.sound else ("-map", "0:v", "-an")
    picture_filters = ("-vf", kind.filters) if kind.filters else ()
    sound_filters = ("-af", kind.sound_filters) if kind.sound_filters else ()
    pixels = () if "-pix_fmt" in kind.video else ("-pix_fmt", "yuv420p")
    partial = path.with_name(f"part-{path.name}")
    ffmpeg(
        "-i", original, *kind.inputs, *maps, *picture_filters, *sound_filters, *kind.video, *pixels, *kind.sound,
        *kind.options, partial,
    )  # fmt: skip
    if kind.after:
        kind.after(partial)
    partial.rename(path)
    return path


def _append(data: bytes) -> Callable[[Path], None]:
    def append(path: Path) -> None:
        path.write_bytes(path.read_bytes() + data)

    return append


def _cut(share: float = 1.0, less: int = 0) -> Callable[[Path], None]:
    def cut(path: Path) -> None:
        data = path.read_bytes()
        path.write_bytes(data[: int(len(data) * share) - less])

    return cut


def _zeroed(begin: float, length: int) -> Callable[[Path], None]:
    """Some bytes in the middle of the media lost to zeros."""

    def zero(path: Path) -> None:
        data = bytearray(path.read_bytes())
        at = 0
        for name, one in boxes(bytes(data)):
            if name == b"mdat":
                start = at + int(len(one) * begin)
                data[start : start + length] = bytes(length)
            at += len(one)
        path.write_bytes(data)

    return zero


def _box(kind: bytes) -> bytes:
    return (308).to_bytes(4, "big") + kind + bytes(300)


def _x264(*options: str) -> tuple[str, ...]:
    return (*_X264, *options)


def _page(path: Path) -> None:
    path.write_bytes(b"<!DOCTYPE html><html>sign in</html>")


_NOISE = random.Random(1).randbytes(100)
_SUBTITLE = ("-f", "lavfi", "-i", "anullsrc", "-f", "srt", "-i", str(Path(__file__).with_name("one.srt")))
_COVER = ("-f", "lavfi", "-i", "color=red:s=64x64:d=0.04:r=25")


def _tags(matrix: str, primaries: str, transfer: str) -> tuple[str, ...]:
    return ("-colorspace", matrix, "-color_primaries", primaries, "-color_trc", transfer)


#: Clips that stand in the film as they come.
GOOD: dict[str, Kind] = {
    "plain": Kind(),
    "baseline": Kind(_x264("-profile:v", "baseline")),
    "main": Kind(_x264("-profile:v", "main")),
    "no-b-frames": Kind(_x264("-bf", "0")),
    "b-frames": Kind(_x264("-bf", "3", "-x264-params", "b-pyramid=normal:b-adapt=0")),
    "medium": Kind(("-c:v", "libx264", "-preset", "medium", "-crf", "18")),
    "open-gop": Kind(_x264("-x264-params", "open-gop=1:bf=3")),
    "intra-only": Kind(_x264("-g", "1")),
    "one-gop": Kind(_x264("-g", "999", "-sc_threshold", "0")),
    "slices": Kind(_x264("-slices", "4")),
    "aud-hrd": Kind(_x264("-x264-params", "aud=1:nal-hrd=vbr:vbv-maxrate=2000:vbv-bufsize=2000")),
    "interlaced": Kind(_x264("-flags", "+ilme+ildct", "-x264-params", "tff=1"), size=(96, 64)),
    "full-range": Kind(_x264("-pix_fmt", "yuvj420p")),
    "high10": Kind(_x264("-pix_fmt", "yuv420p10le")),
    "422": Kind(_x264("-pix_fmt", "yuv422p")),
    "444": Kind(_x264("-pix_fmt", "yuv444p")),
    "grey": Kind(_x264("-pix_fmt", "gray")),
    "bt601": Kind(_x264(*_tags("smpte170m", "smpte170m", "smpte170m"))),
    "bt709": Kind(_x264(*_tags("bt709", "bt709", "bt709"))),
    "srgb": Kind(_x264(*_tags("bt709", "bt709", "iec61966-2-1"))),
    "pq": Kind(_x264("-pix_fmt", "yuv420p10le", *_tags("bt2020nc", "bt2020", "smpte2084"))),
    "hlg": Kind(_x264("-pix_fmt", "yuv420p10le", *_tags("bt2020nc", "bt2020", "arib-std-b67"))),
    "16-fps": Kind(rate="16"),
    "23.976-fps": Kind(rate="24000/1001"),
    "25-fps": Kind(rate="25"),
    "29.97-fps": Kind(rate="30000/1001"),
    "30-fps": Kind(rate="30"),
    "50-fps": Kind(rate="50"),
    "60-fps": Kind(rate="60"),
    "one-frame-more": Kind(more_frames=1),
    "one-frame-less": Kind(more_frames=-1),
    "two-frames-more": Kind(more_frames=2),
    "nine-frames-less": Kind(more_frames=-9),
    "longer": Kind(seconds=2.625),
    "much-longer": Kind(seconds=5),
    "portrait": Kind(size=(54, 96)),
    "square": Kind(size=(64, 64)),
    "anamorphic": Kind(filters="setsar=4/3", size=(72, 54)),
    "variable-rate": Kind(filters="select='not(eq(mod(n,5),4))'", options=("-vsync", "vfr")),
    "late-picture": Kind(filters="setpts=PTS+0.2/TB", options=("-vsync", "vfr")),
    "late-sound": Kind(sound_filters="adelay=200|200,atrim=0:2"),
    "silent": Kind(sound=()),
    "mono": Kind(sound=(*_AAC, "-ac", "1")),
    "5.1": Kind(sound=(*_AAC, "-ac", "6")),
    "7.1": Kind(sound=(*_AAC, "-ac", "8")),
    "8-kHz": Kind(sound=(*_AAC, "-ar", "8000")),
    "22-kHz": Kind(sound=(*_AAC, "-ar", "22050")),
    "32-kHz": Kind(sound=(*_AAC, "-ar", "32000")),
    "44-kHz": Kind(sound=(*_AAC, "-ar", "44100")),
    "96-kHz": Kind(sound=(*_AAC, "-ar", "96000")),
    "mp3": Kind(sound=("-c:a", "libmp3lame")),
    "opus": Kind(sound=("-c:a", "libopus", "-strict", "-2")),
    "ac3": Kind(sound=("-c:a", "ac3")),
    "flac": Kind(sound=("-c:a", "flac", "-strict", "-2")),
    "alac": Kind(sound=("-c:a", "alac")),
    "pcm": Kind(sound=("-c:a", "pcm_s16le"), suffix=".mov"),
    "short-sound": Kind(sound_seconds=1.2),
    "long-sound": Kind(sound_seconds=3.0),
    "two-sounds": Kind(options=("-map", "0:a")),
    "index-first": Kind(options=("-movflags", "+faststart")),
    "negative-offsets": Kind(_x264("-bf", "3"), options=("-movflags", "+negative_cts_offsets")),
    "no-edit-list": Kind(options=("-use_editlist", "0")),
    "fragmented": Kind(options=("-movflags", "+frag_keyframe+empty_moov+default_base_moof")),
    "timecode": Kind(options=("-timecode", "01:00:00:00"), suffix=".mov"),
    "subtitles": Kind(inputs=_SUBTITLE, options=("-map", "2:s", "-c:s", "mov_text")),
    "cover-art": Kind(inputs=_COVER, options=("-map", "1:v", "-c:v:1", "png", "-disposition:v:1", "attached_pic")),
    "chapters": Kind(inputs=("-f", "ffmetadata", "-i", str(Path(__file__).with_name("chapters.txt"))), options=("-map_metadata", "1")),
    "metadata": Kind(options=("-metadata", f"comment={'words ' * 4000}", "-metadata", "title=\u202e\u0001")),
    "page-after": Kind(after=_append(b"<html>thanks</html>")),
    "noise-after": Kind(after=_append(_NOISE)),
    "zeros-after": Kind(after=_append(bytes(4000))),
    "one-byte-after": Kind(after=_append(b"\n")),
    "text-after": Kind(after=_append(b"OK\r\n\r\n")),
    "free-after": Kind(after=_append(_box(b"free"))),
    "uuid-after": Kind(after=_append(_box(b"uuid"))),
    "hevc": Kind((*_X265, "-tag:v", "hvc1")),
    "hevc-hev1": Kind((*_X265, "-tag:v", "hev1")),
    "hevc10": Kind((*_X265, "-tag:v", "hvc1", "-pix_fmt", "yuv420p10le")),
    "av1": Kind(("-c:v", "libaom-av1", "-cpu-used", "8", "-crf", "30", "-usage", "realtime")),
    "vp9": Kind(("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k")),
    "mpeg4": Kind(("-c:v", "mpeg4", "-q:v", "3")),
    "mjpeg": Kind(("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3"), suffix=".mov"),
    "prores": Kind(("-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"), suffix=".mov"),
    "webm": Kind(
        ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "400k"),
        ("-c:a", "libvorbis"), suffix=".webm",
    ),
    "matroska": Kind(suffix=".mkv"),
    "avi": Kind(("-c:v", "mpeg4", "-q:v", "3"), ("-c:a", "libmp3lame"), suffix=".avi"),
    "transport-stream": Kind(suffix=".ts"),
}  # fmt: skip

#: What decodes, and cannot stand in the film by itself.
REJECTED: dict[str, Kind] = {
    "too-short": Kind(seconds=1),
    "one-frame": Kind(seconds=0.04166, sound_seconds=0.04),
    "cut-at-70": Kind(options=("-movflags", "+faststart"), after=_cut(0.7)),
    "cut-at-40": Kind(options=("-movflags", "+faststart"), after=_cut(0.4)),
    "last-200-bytes": Kind(options=("-movflags", "+faststart"), after=_cut(less=200)),
    "last-byte": Kind(options=("-movflags", "+faststart"), after=_cut(less=1)),
    "fragments-cut": Kind(options=("-movflags", "+frag_keyframe+empty_moov+default_base_moof"), after=_cut(0.5)),
}

#: What nothing can be decoded of.
UNDECODABLE: dict[str, Kind] = {
    "index-cut-off": Kind(after=_cut(0.7)),
    "head-only": Kind(after=_cut(0, -300)),
    "web-page": Kind(after=_page),
    "empty": Kind(after=_cut(0)),
}

#: What may be either, as the damage falls.
DAMAGED: dict[str, Kind] = {
    f"zeros-at-{at}": Kind(after=_zeroed(at / 100, 400)) for at in (10, 50, 90)
}  # fmt: skip

KINDS = {**GOOD, **REJECTED, **UNDECODABLE, **DAMAGED}


def copy(folder: Path, name: str, target: Path) -> Path:
    """A clip of a kind at a place of its own."""
    shutil.copyfile(make(folder, name), target)
    return target


def counters(film: Path, size: tuple[int, int] = (WIDTH, HEIGHT)) -> list[int]:
    """The counter of every frame as ffmpeg decodes it, which may complain of nothing; -1 for a frame that is black."""
    strict = ("-v", "warning", "-xerror", "-err_detect", "explode")
    raw = ("-map", "0:v:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-")
    done = ffmpeg(*strict, "-i", film, *raw)
    complaints = [line for line in done.stderr.decode().splitlines() if "swscaler" not in line]  # of our own request
    assert not complaints, complaints
    width, height = size
    found = []
    for start in range(0, len(done.stdout), width * height):
        row = done.stdout[start + width * (height // 4) :][:width]
        foot = done.stdout[start + width * (3 * height // 4) :][:width]
        bits = [row[round((number + 0.5) * width / _BITS)] > 128 for number in range(_BITS)]
        found.append(sum(bit << number for number, bit in enumerate(bits)) if max(foot) > 30 else -1)
    return found


def frame_times(film: Path) -> list[float]:
    """When each frame is shown, as ffprobe reads it."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0"]
    shown = subprocess.run([*command, str(film)], capture_output=True, check=True, text=True).stdout
    return sorted(float(line.strip(",")) for line in shown.split())
