"""The animatic's pictures of the shots of a cut that have neither take nor draft, in a file of their own without sound:
for a player that shows the cut.

They are the segments of the animatic, drawn once and kept (`animatic_cache`), and joined without encoding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
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
from storyboard.film.shots import PanelShot
from storyboard.film.track_index import read_piece

_SHORT_SIDE = 480  # as of `sbc animatic`, whose segments these are
_AT_A_TIME = 4  # shots
_MOST_BYTES = 1024**3  # kept; the longest unused go first


class StandIns(NamedTuple):
    """The file, and the second of it at which each shot begins, by the shot's number."""

    path: Path
    at: Mapping[str, float]


def draw_stand_ins(cut: FilmCut, aspect: str, tell: Callable[[float], None] = lambda share: None) -> StandIns | None:
    """Draw the shots of a cut that nothing else shows; None if there are none. `tell` hears the share that is done.
    Raises OSError, workers.DrawingFailed."""
    parts = [part for clip in cut.clips if clip.media is None for part in clip.parts]
    if not parts:
        return None
    size = frame_size(aspect, _SHORT_SIDE)
    segments = list(_segments([part.drawn for part in parts], size, tell))
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


def _segments(shots: Sequence[PanelShot], size: FrameSize, tell: Callable[[float], None]) -> Iterator[Path]:
    """The segments of shots, a few at a time: between them `tell` may end it all with an error of its own."""
    for begin in range(0, len(shots), _AT_A_TIME):
        paths, _ = draw_kept_segments(shots[begin : begin + _AT_A_TIME], size, piece_folder("segments"))
        tell(min(1.0, (begin + _AT_A_TIME) / len(shots)))
        yield from paths
