"""What a phone's photos cost, as ratios measured in one run: `python tests/benchmarks/pictures.py`.

Two films with the same text and 24 pictures each: photos of 12 megapixels, and small drawings. Each command is run as a
whole process; processor time counts, since other work on the machine does not change it. The first run reads and encodes
every photo; every later one is to cost at most 1.3 times what the drawings cost.
"""

from __future__ import annotations

import io
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageFilter

ROUNDS, PICTURES, MOST = 5, 24, 1.3
PHOTO, DRAWING = (4032, 3024), (600, 450)
PLACES = 4
COMMANDS = {
    "check": ["check", "film.sb"],
    "plan": ["plan", "film.sb"],
    "compile --requests": ["compile", "film.sb", "--requests", "requests"],
    "board": ["board", "film.sb", "-o", "board.html"],
}


def draw_photo(size: tuple[int, int], number: int) -> bytes:
    """Somebody before a wall that is no plain ground, with the noise of a camera."""
    small = Image.effect_noise((size[0] // 4, size[1] // 4), 90).convert("RGB").filter(ImageFilter.GaussianBlur(2))
    tint = Image.new("RGB", small.size, (40 + number * 8, 200 - number * 5, 120))
    body = io.BytesIO()
    Image.blend(small, tint, 0.3).resize(size, Image.Resampling.BICUBIC).save(body, "JPEG", quality=93)
    return body.getvalue()


def write_film(folder: Path, size: tuple[int, int]) -> None:
    """Five people with three angles each, and four places, of which one is filmed in each scene."""
    folder.mkdir()
    names = [f"{number}.jpg" for number in range(PICTURES)]
    for number, name in enumerate(names):
        (folder / name).write_bytes(draw_photo(size, number))
    people = [names[at : at + 4] for at in range(0, PICTURES - PLACES, 4)]
    lines = ["Title: Photos", ""]
    for number, (front, *angles) in enumerate(people):
        lines += [f"CHARACTER Person {number}", "look: in a grey coat", f"front: {front}"]
        lines += [f"angles: {', '.join(angles)}", ""]
    for number, name in enumerate(names[-PLACES:]):
        lines += [f"LOCATION Place {number}", "look: a long wall", f"image: {name}", ""]
    for scene in range(PLACES):
        lines += [f"EXT. PLACE {scene} - DAY", ""]
        for shot, size_word in enumerate(("wide", "medium shot", "close-up")):
            one, other = (scene + shot) % len(people), (scene + shot + 1) % len(people)
            lines += [f"SHOT 5s {size_word}", f"@{{Person {one}}} on the left waits for @{{Person {other}}}.", ""]
    (folder / "film.sb").write_text("\n".join(lines), encoding="utf-8")


def processor_seconds(arguments: list[str], folder: Path, environment: dict[str, str]) -> float:
    command = [sys.executable, "-m", "storyboard.cli", *arguments]
    child = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode in (0, 1), f"{arguments[0]} ended with {child.returncode}"
    return used.ru_utime + used.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        environment = {
            **os.environ,
            "XDG_CACHE_HOME": str(root / "cache"),
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        write_film(root / "photos", PHOTO)
        write_film(root / "drawings", DRAWING)
        print(f"{PICTURES} pictures of {PHOTO[0]} × {PHOTO[1]}, and of {DRAWING[0]} × {DRAWING[1]}; processor seconds")
        for name, arguments in COMMANDS.items():
            first = [processor_seconds(arguments, root / film, environment) for film in ("photos", "drawings")]
            pairs = [
                tuple(processor_seconds(arguments, root / film, environment) for film in ("photos", "drawings"))
                for _ in range(ROUNDS)
            ]
            ratio = statistics.median(photos / drawings for photos, drawings in pairs)
            photos, drawings = (statistics.median(row) for row in zip(*pairs, strict=True))
            print(
                f"{name:20} first run {first[0]:6.2f} and {first[1]:5.2f}; later {photos:5.2f} and {drawings:5.2f}: "
                f"{ratio:.2f} (at most {MOST}){'' if ratio <= MOST else '  MISSED'}"
            )


if __name__ == "__main__":
    main()
