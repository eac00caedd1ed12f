"""The current cut, for the page's player: the picture of each shot, and the sound of the whole.

Both are the film's own: takes, drafts and panels are laid out as by `sbc film`, and the sound is its mix. The page
shows the pictures with that sound.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storyboard.compiler.pipeline import Analysis
from storyboard.film.cut import FilmCut, lay_out_cut
from storyboard.film.laid_sounds import MadeSounds
from storyboard.film.mix_file import MixedSound, mix_sound
from storyboard.film.timeline import lay_out
from storyboard.make.sounds import made_sounds
from storyboard.make.speeches import made_speeches
from storyboard.render.takes import chosen_takes, draft_shots
from storyboard.spend.ledger import LedgerUnusable
from storyboard.studio.takes import StudioRefusal


def lay_out_page_cut(analysis: Analysis, folder: Path, drafts: Path) -> FilmCut:
    """The cut of the takes in a folder, filled from the drafts of another. Raises StudioRefusal."""
    timeline = lay_out(analysis)
    if not timeline.parts:
        raise StudioRefusal("There is no shot with a length yet, so there is nothing to play.")
    try:
        made = MadeSounds(made_sounds(analysis, folder), made_speeches(analysis, folder))
        takes = [take.shown for take in chosen_takes(analysis, folder)]
        return lay_out_cut(analysis, timeline, takes, draft_shots(analysis, drafts), made)
    except LedgerUnusable as problem:
        raise StudioRefusal(f"{problem}.") from None


def described_cut(cut: FilmCut, address: Callable[[Path], str]) -> dict[str, Any]:
    """A cut as the page is told of it: its shots in order, each with the seconds of the film between which it is seen
    (`begin`, `end`), the address of its take or draft, None where the animatic stands in, and the second of that file
    at which it begins (`at`); `problems` are takes that cannot be used, `unheard` sounds that have no file yet."""
    return {
        "shots": [
            {
                "number": part.shot.number,
                "begin": (begin := cut.at(part.start)),
                "end": cut.at(part.start + (part.shot.duration or 0)),
                "url": address(clip.media.path) if clip.media else None,
                "at": clip.media.begin + begin - float(clip.first / cut.rate) if clip.media else 0.0,
                "is_draft": clip.is_draft,
            }
            for clip in cut.clips
            for part in clip.parts
        ],
        "problems": list(cut.problems),
        "unheard": list(dict.fromkeys(one.line for one in cut.sounds.missing)),
    }


class _Closed(Exception):
    """The studio ends, and a mix with it."""


class CutMixes:
    """The mixes of one studio, one at a time: who asks for a mix that is being made waits for it."""

    def __init__(self) -> None:
        self._one_at_a_time = asyncio.Lock()
        self._is_closed = False

    async def mix(self, cut: FilmCut) -> MixedSound:
        """The sound of a cut. Raises StudioRefusal."""
        async with self._one_at_a_time:
            try:
                return await asyncio.to_thread(mix_sound, cut, tell=self._go_on)
            except (OSError, _Closed) as problem:
                raise StudioRefusal(f"The sound could not be mixed ({problem}).") from None

    def close(self) -> None:
        """End the mix that is being made."""
        self._is_closed = True

    def _go_on(self, _: float) -> None:
        if self._is_closed:
            raise _Closed
