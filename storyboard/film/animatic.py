"""The film as an animatic: every shot drawn, in time, with its words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from storyboard.files.atomic import replacing_file, save
from storyboard.files.signatures import MADE_BY, is_ours
from storyboard.film.animatic_cache import draw_kept_segments
from storyboard.film.colour import BT709
from storyboard.film.content_cache import fresh_folder, piece_folder
from storyboard.film.encoding import RATE, SOUND_RATE
from storyboard.film.film_format import film_format, write_colour
from storyboard.film.frames import draw_still, frame_size
from storyboard.film.laid_sounds import LaidSounds
from storyboard.film.parameter_sets import Colour
from storyboard.film.remux import SampleRange, write_film
from storyboard.film.sound import make_sound_track
from storyboard.film.sound_plan import SoundClip
from storyboard.film.subtitles import write_srt, write_vtt
from storyboard.film.timeline import Timeline
from storyboard.film.timing import TimedSpeech
from storyboard.film.track_index import read_piece
from storyboard.film.voices import SpeechProgram, lay_speeches

_DRAWN = 0.85  # of the work; the sound is the rest


class AnimaticResult(NamedTuple):
    """An animatic.

    `problems` are lines for a person: pictures that could not be shown, sounds that cannot be heard, characters that no
    font has. `notes` are remarks about its sound.
    """

    seconds: int
    shots: int
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()


class AnimaticOptions(NamedTuple):
    """What somebody may ask of an animatic: the lines of its shorter side, and a small file, which takes more time."""

    short_side: int = 480
    small: bool = False


_AS_USUAL = AnimaticOptions()


def make_animatic(
    timeline: Timeline,
    target: Path,
    sounds: LaidSounds,
    voices: SpeechProgram | None = None,
    folder: Path | None = None,
    tell: Callable[[float], None] = lambda share: None,
    options: AnimaticOptions = _AS_USUAL,
) -> AnimaticResult:
    """Draw a timeline to `target` as MP4, with its sounds, and with its subtitles in files beside it.

    `voices` speak what nobody else does; `tell` receives the share that is done, 0 to 1. Raises OSError,
    workers.DrawingFailed.
    """
    size = frame_size(timeline.aspect, options.short_side)
    folder = folder or piece_folder("segments")
    drawn = [part.drawn for part in timeline.parts]
    paths, notes = draw_kept_segments(drawn, size, folder, tell=lambda share: tell(_DRAWN * share), small=options.small)
    ranges = [SampleRange(index, len(index.picture.sizes)) for index in map(read_piece, paths)]
    with fresh_folder(folder) as scratch:
        if voices:
            sounds = lay_speeches(sounds, voices, scratch)
        silent = [SoundClip(None, (part.shot.duration or 0) * SOUND_RATE) for part in timeline.parts]
        made = make_sound_track(silent, scratch, lambda share: tell(_DRAWN + (1 - _DRAWN) * share), sounds.overlay)
        with replacing_file(target) as temporary:
            form = film_format(ranges, size, Fraction(RATE), write_colour(Colour(BT709, BT709, BT709, is_full=False)))
            write_film(form, ranges, made.track, temporary)
    write_subtitles(sounds.heard(made.laid), timeline.seconds, target)
    lost = [f"{name}: its picture cannot be shown; a stand-in is drawn for it" for name in notes.lost]
    problems = (*timeline.gaps, *lost, *no_font(notes.missing), *sounds.problems(made.laid))
    return AnimaticResult(
        timeline.seconds, len(timeline.parts), problems, (*timeline.left_out, *sounds.notes(made.laid))
    )


def write_subtitles(speeches: Sequence[TimedSpeech], length: float, target: Path) -> None:
    """Write SubRip and WebVTT beside a film of `length` seconds.

    If nobody speaks, none are written, and those of an earlier film of ours are deleted. Raises OSError.
    """
    for path, text in (
        (target.with_suffix(".srt"), write_srt(speeches, length)),
        (target.with_suffix(".vtt"), write_vtt(speeches, length)),
    ):
        if text:
            save(path, text.encode())
        elif path.exists() and is_ours(path):
            path.unlink()


def save_stills(timeline: Timeline, folder: Path) -> int:
    """Write the panels of a timeline as PNG, one for each shot: `s01-01.png`. Returns their number. Raises OSError."""
    import io

    from PIL.PngImagePlugin import PngInfo

    folder.mkdir(parents=True, exist_ok=True)
    size = frame_size(timeline.aspect)
    signed = PngInfo()
    signed.add_text("Software", MADE_BY)
    for part, name in zip(timeline.parts, still_names(timeline), strict=True):
        body = io.BytesIO()
        draw_still(part.drawn, size).save(body, "PNG", compress_level=6, pnginfo=signed)
        save(folder / name, body.getvalue())
    return len(timeline.parts)


def still_names(timeline: Timeline) -> list[str]:
    """The file names of the stills: `s01-01.png` for shot 1.1."""
    numbers = [part.shot.number.partition(".") for part in timeline.parts]
    return [f"s{int(scene):02}-{int(shot):02}.png" for scene, _, shot in numbers]


def no_font(missing: tuple[str, ...]) -> list[str]:
    """A line about characters that no font has."""
    if not missing:
        return []
    shown = " ".join(letter if letter.isprintable() else f"U+{ord(letter):04X}" for letter in missing[:20])
    return [f"no font on this machine has: {shown}. Install one that does, a Noto font for instance, and draw again"]
