"""The animatic's pictures of the shots of a cut that have neither take nor draft, in files without sound: for a player
that shows the cut.

They are the segments of the animatic, drawn once and kept (`animatic_cache`), and joined without encoding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from storyboard.drawing.overlays import FrameSize
from storyboard.film.animatic_cache import draw_kept_segments
from storyboard.film.colour import BT709
from storyboard.film.content_cache import fresh_folder, keep_fresh, key_of, piece_folder
from storyboard.film.cut import FilmCut
from storyboard.film.encoding import RATE
from storyboard.film.film_format import film_format, write_colour
from storyboard.film.frames import frame_size
from storyboard.film.parameter_sets import Colour
from storyboard.film.remux import SampleRange, write_film
from storyboard.film.timeline import TimelinePart
from storyboard.film.track_index import read_piece

_SHORT_SIDE = 480  # as of `sbc animatic`, whose segments these are
_AT_A_TIME = 4  # shots in a file
_MOST_BYTES = 1024**3  # kept; the longest unused go first


class StandIns(NamedTuple):
    """A file, and the second of it at which each of its shots begins, by the shot's number."""

    path: Path
    at: Mapping[str, float]


def draw_stand_ins(cut: FilmCut, aspect: str) -> Iterator[StandIns]:
    """Draw the shots of a cut that nothing else shows, in order, a few to a file: each file is finished before the next
    one is begun. Raises OSError, workers.DrawingFailed."""
    parts = [part for clip in cut.clips if clip.media is None for part in clip.parts]
    for begin in range(0, len(parts), _AT_A_TIME):
        yield _draw(parts[begin : begin + _AT_A_TIME], frame_size(aspect, _SHORT_SIDE))


def _draw(parts: Sequence[TimelinePart], size: FrameSize) -> StandIns:
    segments, _ = draw_kept_segments([part.drawn for part in parts], size, piece_folder("segments"))
    at, second = {}, 0.0
    for part in parts:
        at[part.shot.number] = second
        second += part.drawn.frames / RATE
    folder = piece_folder("stand-ins")
    path = folder / f"{key_of(tuple(one.name for one in segments))}.mp4"
    if not path.exists():
        ranges = [SampleRange(index, len(index.picture.sizes)) for index in map(read_piece, segments)]
        form = film_format(ranges, size, Fraction(RATE), write_colour(Colour(BT709, BT709, BT709, is_full=False)))
        with fresh_folder(folder) as scratch:
            write_film(form, ranges, None, scratch / path.name)
            (scratch / path.name).replace(path)
    keep_fresh(folder, [path], _MOST_BYTES)
    return StandIns(path, at)
