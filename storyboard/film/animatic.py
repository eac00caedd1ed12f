"""The film as an animatic: every shot drawn, in time, with its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from storyboard.files.atomic import replacing, save
from storyboard.files.signatures import MADE_BY, is_ours
from storyboard.film.animatic_cache import add_segments, draw_segments, segment_packets
from storyboard.film.content_cache import piece_folder
from storyboard.film.encoding import add_silence, open_mp4, silent_packets, write_in_step
from storyboard.film.frames import draw_still, frame_size
from storyboard.film.subtitles import write_srt, write_vtt
from storyboard.film.timeline import Timeline
from storyboard.film.timing import TimedSpeech
from storyboard.film.voices import Voices, spoken_packets


class AnimaticResult(NamedTuple):
    """An animatic. `problems` are lines for a person: pictures that are lost, characters that no font has."""

    seconds: int
    shots: int
    problems: tuple[str, ...]


def make_animatic(
    reel: Timeline,
    target: Path,
    voices: Voices | None = None,
    folder: Path | None = None,
    tell: Callable[[float], None] = lambda share: None,
) -> AnimaticResult:
    """Draw a reel to `target` as MP4, with its subtitles beside it; `tell` hears the share that is drawn. Raises
    OSError, workers.DrawingFailed."""
    size = frame_size(reel.aspect)
    folder = folder or piece_folder("segments")
    paths, notes = draw_segments([part.drawn for part in reel.parts], size, folder, tell=tell)
    with replacing(target) as temporary, open_mp4(temporary) as container:
        pictures, sound = add_segments(container, paths[0]), add_silence(container)
        spoken = spoken_packets(sound, reel, voices) if voices else silent_packets(sound, Fraction(reel.seconds))
        write_in_step(container, segment_packets(pictures, paths), spoken)
    write_subtitles(reel.speeches, reel.seconds, target)
    lost = [f"{name}: its picture cannot be shown; a stand-in is drawn for it" for name in notes.lost]
    return AnimaticResult(reel.seconds, len(reel.parts), (*reel.gaps, *lost, *no_font(notes.missing)))


def write_subtitles(speeches: Sequence[TimedSpeech], length: float, target: Path) -> None:
    """SubRip and WebVTT beside a film of `length` seconds. Where nobody speaks there are none, and those of an earlier
    film of ours go. Raises OSError."""
    for path, text in (
        (target.with_suffix(".srt"), write_srt(speeches, length)),
        (target.with_suffix(".vtt"), write_vtt(speeches, length)),
    ):
        if text:
            save(path, text.encode())
        elif path.exists() and is_ours(path):
            path.unlink()


def save_stills(reel: Timeline, folder: Path) -> int:
    """The panels of a reel as PNG, one a shot: `s01-01.png`. Returns how many. Raises OSError."""
    import io

    from PIL.PngImagePlugin import PngInfo

    folder.mkdir(parents=True, exist_ok=True)
    size = frame_size(reel.aspect)
    signed = PngInfo()
    signed.add_text("Software", MADE_BY)
    for part, name in zip(reel.parts, still_names(reel), strict=True):
        body = io.BytesIO()
        draw_still(part.drawn, size).save(body, "PNG", compress_level=6, pnginfo=signed)
        save(folder / name, body.getvalue())
    return len(reel.parts)


def still_names(reel: Timeline) -> list[str]:
    """The file names of the stills: `s01-01.png` for shot 1.1."""
    numbers = [part.shot.number.partition(".") for part in reel.parts]
    return [f"s{int(scene):02}-{int(shot):02}.png" for scene, _, shot in numbers]


def no_font(missing: tuple[str, ...]) -> list[str]:
    """A line about characters that no font has."""
    if not missing:
        return []
    shown = " ".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in missing[:20])
    return [f"no font on this machine has: {shown}. Install one that does, a Noto font for instance, and draw again"]
