"""Credits: a last card with the title page's names, and nothing else."""

from __future__ import annotations

from fractions import Fraction

from storyboard.compiler.emphasis import drop_marks
from storyboard.compiler.ir.resolved import Film
from storyboard.drawing.overlays import FrameSize
from storyboard.film.segment_child import SegmentSource, SegmentTask, ShownTitle
from storyboard.film.timing import screen_timing
from storyboard.wording import one_line

#: What is shown under the title, by its key on the title page, in this order: `written by`, then who.
_KEYS = ("Credit", "Author", "Authors", "Source", "Copyright")
#: The name of the card among the clips that are encoded.
NAME = "credits"


def credit_lines(film: Film) -> tuple[str, ...]:
    """The lines of a film's credits; none where the title page says nothing for an audience."""
    rows = (film.title or "", *(film.facts.get(key, "") for key in _KEYS))
    return tuple(line for row in rows if (line := one_line(drop_marks(row)).strip()))


def credit_frames(lines: tuple[str, ...], rate: Fraction) -> int:
    """How many frames the card has: 0 without lines."""
    table = screen_timing()["credits"]
    return round((table["stand"] + len(lines) * table["a_line"]) * rate) if lines else 0


def credit_task(lines: tuple[str, ...], size: FrameSize, rate: Fraction, matrix: int) -> SegmentTask:
    """The card, which comes out of black and goes into it."""
    frames = credit_frames(lines, rate)
    fade = max(1, round(screen_timing()["credits"]["fade"] * rate))
    shown = ShownTitle("\n".join(lines), 0, frames, fade, is_card=True)
    return SegmentTask(SegmentSource(None, (), frames), size, rate, matrix, titles=(shown,))
