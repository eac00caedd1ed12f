"""The film: chosen takes in order, cut together.

cut          which take is used where, with how many frames; which are copied, and why others are not segments     what
is not copied is encoded, clip by clip, into a cache: fades, dissolves, wipes, titles, takes that
             differ, clips without a take, which are filled from the animatic and marked
sound        one track under all of it, with the script's laid sounds remux        copied and encoded frames one after
another, and the sound, in one file
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from storyboard.files.atomic import replacing_file
from storyboard.film.colour import BT601, BT709
from storyboard.film.content_cache import fresh_folder, piece_folder
from storyboard.film.credits import NAME as CREDITS
from storyboard.film.credits import credit_task
from storyboard.film.cut import FilmCut
from storyboard.film.encoding import SOUND_RATE
from storyboard.film.film_clip import FilmClip
from storyboard.film.film_format import film_format, write_colour
from storyboard.film.remux import SampleRange, write_film
from storyboard.film.segments import encode_segments
from storyboard.film.sound import make_sound_track
from storyboard.film.sound_plan import SoundClip
from storyboard.film.stems import keep_stems
from storyboard.film.subtitles import subtitle_cues
from storyboard.film.timing import TimedSpeech
from storyboard.film.track_index import MediaIndex, read_piece
from storyboard.film.transitions import segment_tasks, sound_fades

_ENCODED = 0.7  # of the work, where something is encoded; the sound is the rest


class FilmResult(NamedTuple):
    """A finished film.

    `seconds` is its length; `missing` are clips and shots filled from the animatic, `drafts` shots filled from drafts;
    `problems` are lines for a person; `copied` says that nothing but the sound was encoded. `speeches` are in the
    places where they are heard; `notes` are remarks about the sound.
    """

    seconds: float
    clips: int
    missing: tuple[str, ...]
    copied: bool
    problems: tuple[str, ...]
    drafts: tuple[str, ...] = ()
    speeches: tuple[TimedSpeech, ...] = ()
    notes: tuple[str, ...] = ()


def make_film(
    cut: FilmCut,
    target: Path,
    tell: Callable[[float], None] = lambda share: None,
    stems: Path | None = None,
) -> FilmResult:
    """Write the film to `target`, completely or not at all, and the parts of its sound into the folder `stems`, if
    given.

    `tell` receives the share that is done, 0 to 1. Raises OSError.
    """
    folder = piece_folder("film")
    weight = _ENCODED if cut.encoded or cut.credit_frames else 0.0
    matrix = BT709 if cut.colour.matrix == BT709 else BT601
    seconds = float(cut.frames / cut.rate)
    with fresh_folder(folder) as scratch:
        overlay = cut.sounds.overlay._replace(stems=scratch if stems else None)
        made = make_sound_track(sound_clips(cut), scratch, lambda share: tell((1 - weight) * share), overlay)
        speeches = cut.sounds.heard(made.laid)
        cues = tuple(subtitle_cues(speeches, seconds)) if cut.options.burn else ()
        tasks = segment_tasks(cut.clips, cut.size, cut.rate, matrix, cues)
        if cut.credit_frames:
            tasks.append((CREDITS, credit_task(cut.options.credits, cut.size, cut.rate, matrix)))
        paths = encode_segments(tasks, folder, lambda share: tell(1 - weight + weight * share))
        encoded = dict(zip((name for name, _ in tasks), map(read_piece, paths), strict=True))
        ranges = [SampleRange(encoded.get(clip.name) or _taken(clip), clip.frames) for clip in cut.clips]
        if cut.credit_frames:
            ranges.append(SampleRange(encoded[CREDITS], cut.credit_frames))
        with replacing_file(target) as temporary:
            form = film_format(ranges, cut.size, cut.rate, write_colour(cut.colour))
            write_film(form, ranges, made.track, temporary)
        if stems:
            keep_stems(scratch, stems)
    silent = [f"{path}: its sound cannot be decoded; it is silent" for path in dict.fromkeys(made.silenced)]
    problems = (*cut.problems, *silent, *cut.sounds.problems(made.laid))
    notes = tuple(cut.sounds.notes(made.laid))
    return FilmResult(seconds, len(cut.clips), cut.missing, not cut.encoded, problems, cut.drafts, speeches, notes)


def _taken(clip: FilmClip) -> MediaIndex:
    assert clip.index is not None, "what is copied has an index"
    return clip.index


def sound_clips(cut: FilmCut) -> list[SoundClip]:
    """The sound of every clip, from the sample at which its first frame is shown."""
    rows = []
    for clip in cut.clips:
        begin, end = (round(at * SOUND_RATE / cut.rate) for at in (clip.first, clip.first + clip.frames))
        heard = clip.media is not None and clip.media.has_sound
        path = str(clip.media.path) if clip.media and heard else None
        skipped = clip.media.begin * SOUND_RATE if clip.media else 0
        rows.append(SoundClip(path, end - begin, sound_fades(clip, cut.rate, end - begin), skipped))
    if cut.credit_frames:
        begin, end = (round(at * SOUND_RATE / cut.rate) for at in (cut.frames - cut.credit_frames, cut.frames))
        rows.append(SoundClip(None, end - begin))
    return rows
