"""How long pictures take: a minute of animatic from nothing, after an edit of one shot, one five-second clip; a minute
of takes joined without encoding; the board of 200 shots with 200 pictures.

    python tests/benchmarks/animatic.py

Prints seconds of wall time beside what they may be, and how large the page is; the exit code is 1 where one is over.
Joining is timed as the best of five, laid out and written, each take a file of its own: once the processor's time, and
once the clock's, in which the film is also made to last on the disk.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from storyboard.board.page import draw_board
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.pipeline import Analysis, analyze_file
from storyboard.drawing.placeholder_files import placeholder_png
from storyboard.film.animatic import make_animatic
from storyboard.film.assembly import make_film
from storyboard.film.cut import lay_out_cut
from storyboard.film.frames import draw_clip, frame_size
from storyboard.film.laid_sounds import MadeSounds, lay_sounds
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out

_HEAD = """\
Title: A minute
CHARACTER Mira
front: mira.png

PROP Lantern
front: lantern.png

LOCATION Harbor
image: harbor.png

EXT. HARBOR - DUSK
"""
_SHOT = """
===

SHOT 5s wide, slow push forward
@Mira stands at the edge of the quay, foreground left, with @Lantern on the right, for the {number}th time.
"""
_PAGE = 10.0
_MOVES = ("slow push forward", "pan left", "crane up", "handheld", "close-up", "tracking shot")


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script, cache = _write(folder), folder / "cache"
        cache.mkdir()

        def draw(seconds: int = 60) -> None:
            analysis = analyze_file(script)
            reel = lay_out(analysis)
            sounds = lay_sounds(analysis, reel, MadeSounds(), at=lambda second: second)
            made = make_animatic(reel, folder / "a.mp4", sounds, None, cache)
            assert made.seconds == seconds

        rows = [("a minute from nothing", _timed(draw), 12.0)]
        script.write_text(script.read_text().replace("the 6th time", "the last time"))
        rows.append(("after an edit of one shot", _timed(draw), 2.0))
        even = script.read_text()
        script.write_text(even.replace("SHOT 5s", "SHOT 6s", 1))
        rows.append(("after another length", _timed(lambda: draw(61)), 2.0))
        script.write_text(even)
        part = lay_out(analyze_file(script)).parts[0].drawn
        rows.append(("a clip of 5 s", _timed(lambda: draw_clip([part], folder / "c.mp4", frame_size("16:9"))), 1.0))
        analysis = analyze_file(script)
        takes = [Take(clip.id, folder / f"{clip.id}.mp4", 1) for clip in analysis.clips]
        for take in takes:
            shutil.copyfile(folder / "c.mp4", take.path)
        busy, clock = zip(*(_joined(analysis, takes, folder / f"f{number}.mp4") for number in range(5)), strict=True)
        rows.append(("a minute of takes, joined", min(busy), 0.02))
        rows.append(("the same on the clock", min(clock), 0.04))
        pages: list[str] = []
        long = _write_long(folder)
        rows.append(("a board of 200 shots", _timed(lambda: pages.append(draw_board(analyze_file(long)).html)), 15.0))
        size = len(pages[0].encode()) / 1e6
    for what, took, most in rows:
        print(f"{what:28} {took:6.3f} s   at most {most:5.2f} s")
    print(f"{'its page':28} {size:6.1f} MB  at most {_PAGE:5.2f} MB")
    return int(any(took > most for _, took, most in rows) or size > _PAGE)


def _joined(analysis: Analysis, takes: list[Take], target: Path) -> tuple[float, float]:
    """Seconds of the processor and of the clock that joining takes needs."""
    reel = lay_out(analysis)
    busy, started = time.process_time(), time.perf_counter()
    made = make_film(lay_out_cut(analysis, reel, takes), target)
    used = time.process_time() - busy, time.perf_counter() - started
    assert made.copied, "their tracks agree"
    return used


def _write(folder: Path) -> Path:
    for kind, name in ((Kind.CHARACTER, "mira"), (Kind.PROP, "lantern"), (Kind.LOCATION, "harbor")):
        (folder / f"{name}.png").write_bytes(placeholder_png(kind, name.title()))
    shots = [
        _SHOT.format(number=number).replace("slow push forward", _MOVES[number % len(_MOVES)]) for number in range(12)
    ]
    script = folder / "film.sb"
    script.write_text(_HEAD + "".join(shots))
    return script


def _write_long(folder: Path) -> Path:
    """A film of 200 shots, each with a noisy start frame of its own: the worst there is for a page."""
    shots = []
    for number in range(200):
        Image.effect_noise((1280, 720), 40).convert("RGB").save(folder / f"n{number}.jpg", quality=80)
        shots.append(f"SHOT 5s wide\nstart: n{number}.jpg\n@Mira waits.\n\n")
    script = folder / "long.sb"
    script.write_text(_HEAD + "\n" + "".join(shots))
    return script


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main())
