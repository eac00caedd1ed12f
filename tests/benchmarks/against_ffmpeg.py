"""What films cost beside ffmpeg doing the same work, in one run: takes joined, a film with two fades, takes of several
colour tags encoded, an animatic.

    python tests/benchmarks/against_ffmpeg.py [--minutes 5] [--animatic 25]

Prints seconds of processor time, of this process and of all that it starts, and how many times ffmpeg's ours are; the
exit code is 1 where that is above its bound. ffmpeg gets the easier half: it copies the pictures and encodes the sound,
where ours also measures loudness and mixes; it draws an animatic's panels from pictures that are drawn already.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.pipeline import analyze_file
from storyboard.drawing.placeholder_files import placeholder_png
from storyboard.film.animatic import make_animatic
from storyboard.film.assembly import make_film
from storyboard.film.cut import lay_out_cut
from storyboard.film.encoding import filmed_options
from storyboard.film.laid_sounds import MadeSounds, lay_sounds
from storyboard.film.segment_child import SegmentTask, encode_segment
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from storyboard.film.transitions import segment_tasks
from tests.ffmpeg import ffmpeg

_SECONDS = 5
_KINDS = 6  # takes that differ; the rest are copies of them
#: How many times ffmpeg's time ours may be.
_BOUNDS = {"join": 2.0, "two fades": 2.0, "animatic": 4.0, "pq": 4.0, "hlg": 4.0}
_COLOUR_BOUND = 1.5
#: Colour tags, as ffmpeg's options have them: matrix, primaries, transfer; none for a take that has none.
_TAGS = {
    "bt709": ("bt709", "bt709", "bt709"),
    "bt601": ("smpte170m", "smpte170m", "smpte170m"),
    "srgb": ("bt709", "bt709", "iec61966-2-1"),
    "pq": ("bt2020nc", "bt2020", "smpte2084"),
    "hlg": ("bt2020nc", "bt2020", "arib-std-b67"),
    "untagged": (),
}
_WIDE = ("pq", "hlg")
_TO_BT709 = "zscale=transfer=bt709:primaries=bt709:matrix=bt709:range=tv,format=yuv420p,"
_SCRIPT = """\
Title: Measured

CHARACTER Mira
front: mira.png

{start}

EXT. HARBOR - DUSK
{shots}
{end}
"""
_SHOT = "===\n\nSHOT 5s wide, {move}\n@Mira stands at the edge of the quay, for the {number}th time.\n"
_MOVES = ("slow push forward", "pan left", "crane up", "static", "tracking shot")
_X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-profile:v", "high", "-g", "48")
#: The settings with which a film's frames are encoded, for ffmpeg.
_FILMED = ("-c:v", "libx264", *(word for name, value in filmed_options().items() for word in (f"-{name}", value)))


def cost(work: Callable[[], object]) -> float:
    """Seconds of processor time, in this process and in those that it has waited for."""

    def used() -> float:
        mine, theirs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime

    before = used()
    work()
    return used() - before


def write_script(folder: Path, count: int, start: str = "", end: str = "") -> Path:
    shots = "\n".join(_SHOT.format(move=_MOVES[n % len(_MOVES)], number=n + 1) for n in range(count))
    path = folder / "film.sb"
    path.write_text(_SCRIPT.format(start=start, shots=shots, end=end))
    return path


def write_takes(folder: Path, count: int) -> list[Path]:
    """Takes of five seconds at 1080p with sound, each a file of its own."""
    paths = []
    for number in range(count):
        path = folder / f"take{number:03}.mp4"
        if number < _KINDS:
            picture = f"testsrc2=size=1920x1080:rate=24:duration={_SECONDS},hue=h={60 * number}"
            sound = f"sine=frequency={220 + 40 * number}:sample_rate=48000:duration={_SECONDS}"
            ffmpeg(
                "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *_X264, "-pix_fmt", "yuv420p",
                "-c:a", "aac", "-ac", "2", path,
            )  # fmt: skip
        else:
            shutil.copyfile(folder / f"take{number % _KINDS:03}.mp4", path)
        paths.append(path)
    return paths


def cut_film(script: Path, takes: list[Path], target: Path, encoded: int) -> None:
    analysis = analyze_file(script)
    chosen = [Take(clip.id, path, 1) for clip, path in zip(analysis.clips, takes, strict=True)]
    cut = lay_out_cut(analysis, lay_out(analysis), chosen)
    assert len(cut.encoded) == encoded, [clip.reason for clip in cut.encoded]
    made = make_film(cut, target)
    assert not made.problems, made.problems
    assert Fraction(round(made.seconds)) == len(takes) * _SECONDS


def concat(paths: list[Path], target: Path) -> None:
    """Pictures copied behind one another, one sound track encoded under them."""
    rows = target.with_suffix(".txt")
    rows.write_text("".join(f"file '{path}'\n" for path in paths))
    ffmpeg("-f", "concat", "-safe", "0", "-i", rows, "-c:v", "copy", "-c:a", "aac", "-b:a", "192k", target)


def concat_with_fades(paths: list[Path], target: Path) -> None:
    first, last = target.with_name("first.mp4"), target.with_name("last.mp4")
    sound = ("-c:a", "copy")
    ffmpeg("-i", paths[0], "-vf", "fade=in:st=0:d=1", *_FILMED, *sound, first)
    ffmpeg("-i", paths[-1], "-vf", f"fade=out:st={_SECONDS - 1}:d=1", *_FILMED, *sound, last)
    concat([first, *paths[1:-1], last], target)


def tagged_take(folder: Path, kind: str) -> Path:
    """A take of five seconds at 1080p whose colours are tagged."""
    names = ("-colorspace", "-color_primaries", "-color_trc")
    tags = [word for pair in zip(names, _TAGS[kind], strict=False) for word in pair]
    path = folder / f"{kind}.mp4"
    quality, pixels = (_X264[:6], "yuv420p10le") if kind in _WIDE else (_X264, "yuv420p")
    ffmpeg(
        "-f", "lavfi", "-i", f"testsrc2=size=1920x1080:rate=24:duration={_SECONDS}", *quality, "-pix_fmt", pixels, *tags,
        path,
    )  # fmt: skip
    return path


def task_of(script: Path, take: Path) -> SegmentTask:
    """What the film's encoder is to make of a take that fades in."""
    analysis = analyze_file(script)
    cut = lay_out_cut(analysis, lay_out(analysis), [Take(clip.id, take, 1) for clip in analysis.clips])
    ((_, task),) = segment_tasks(cut.clips, cut.size, cut.rate, cut.colour.matrix)
    return task


def fade_in(take: Path) -> None:
    """The same by ffmpeg, with the same encoder."""
    first = _TO_BT709 if take.stem in _WIDE else ""
    ffmpeg("-i", take, "-an", "-vf", f"{first}fade=in:st=0:d=1", *_FILMED, take.with_suffix(".faded.mp4"))


def measured_tags(folder: Path) -> Iterator[tuple[str, float, float]]:
    """Processor time of takes of every colour tag, ours and ffmpeg's."""
    script = write_script(folder, 1, "FADE IN:")
    for kind in _TAGS:
        take = tagged_take(folder, kind)
        task = task_of(script, take)
        began = time.perf_counter()
        ours = cost(partial(encode_segment, task, take.with_suffix(".segment.mp4"), 1))
        clock = time.perf_counter() - began
        decoding = cost(partial(decode, take))
        a_frame = 1000 / _SECONDS / 24
        print(
            f"{kind}: {ours * a_frame:.1f} ms of the processor a frame at 1080p, {decoding * a_frame:.1f} of them to "
            f"decode it; {clock * a_frame:.1f} ms on the clock"
        )
        yield kind, ours, cost(partial(fade_in, take))


def decode(take: Path) -> None:
    ffmpeg("-i", take, "-an", "-f", "null", "-")


def loop_stills(picture: Path, count: int, target: Path) -> None:
    """As many seconds of a slow zoom into pictures as the animatic has, at its size and with its settings."""
    zoom = f"zoompan=z='1+0.002*mod(on,120)':d={24 * _SECONDS}:s=1280x720:fps=24"
    ffmpeg(
        "-loop", "1", "-framerate", "1", "-t", str(count), "-i", picture, "-vf", f"scale=2560:-2,{zoom},format=yuv420p",
        "-c:v", "libx264", "-preset", "ultrafast", "-tune", "stillimage", "-crf", "20", "-bf", "0", "-g", "48",
        "-sc_threshold", "0", target,
    )  # fmt: skip


def draw_animatic(script: Path, folder: Path, seconds: int) -> None:
    (folder / "cache").mkdir()
    analysis = analyze_file(script)
    timeline = lay_out(analysis)
    sounds = lay_sounds(analysis, timeline, MadeSounds(), at=lambda second: second)
    made = make_animatic(timeline, folder / "animatic.mp4", sounds, None, folder / "cache")
    assert made.seconds == seconds


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--minutes", type=float, default=5)
    options.add_argument("--animatic", type=float, default=25)
    given = options.parse_args()
    count, panels = (round(minutes * 60 / _SECONDS) for minutes in (given.minutes, given.animatic))
    rows: list[tuple[str, float, float]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        picture = folder / "mira.png"
        picture.write_bytes(placeholder_png(Kind.CHARACTER, "Mira"))
        takes = write_takes(folder, count)
        script = write_script(folder, count)
        rows.append(
            (
                "join",
                cost(lambda: cut_film(script, takes, folder / "ours.mp4", 0)),
                cost(lambda: concat(takes, folder / "theirs.mp4")),
            )
        )
        script = write_script(folder, count, "FADE IN:", "FADE OUT.")
        rows.append(
            (
                "two fades",
                cost(lambda: cut_film(script, takes, folder / "ours2.mp4", 2)),
                cost(lambda: concat_with_fades(takes, folder / "theirs2.mp4")),
            )
        )
        rows += measured_tags(folder)
        script = write_script(folder, panels)
        rows.append(
            (
                "animatic",
                cost(lambda: draw_animatic(script, folder, panels * _SECONDS)),
                cost(lambda: loop_stills(picture, panels, folder / "stills.mp4")),
            )
        )
    worst = 0
    for what, ours, theirs in rows:
        bound = _BOUNDS.get(what, _COLOUR_BOUND)
        print(f"{what:<12} {ours:8.2f} s   ffmpeg {theirs:8.2f} s   {ours / theirs:5.2f} times, at most {bound}")
        worst |= ours / theirs > bound
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
