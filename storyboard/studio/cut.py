"""The current cut, for the page's player: the picture of each shot, and the sound of the whole.

Both are the film's own: takes, drafts and panels are laid out as by `sbc film`, and the sound is its mix. The page
shows the pictures with that sound.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.compiler.pipeline import Analysis
from storyboard.film.cut import FilmCut, lay_out_cut
from storyboard.film.laid_sounds import MadeSounds
from storyboard.film.mix_file import mix_sound
from storyboard.film.stand_ins import draw_stand_ins
from storyboard.film.timeline import lay_out
from storyboard.film.workers import DrawingFailed
from storyboard.make.sounds import made_sounds
from storyboard.make.speeches import made_speeches
from storyboard.render.takes import chosen_takes, draft_shots
from storyboard.spend.ledger import LedgerUnusable
from storyboard.studio.takes import StudioRefusal


class PageCut(NamedTuple):
    """A cut, and the aspect ratio of the animatic that stands in where nothing has been rendered."""

    film: FilmCut
    aspect: str


def lay_out_page_cut(analysis: Analysis, folder: Path, drafts: Path) -> PageCut:
    """The cut of the takes in a folder, filled from the drafts of another. Raises StudioRefusal."""
    timeline = lay_out(analysis)
    if not timeline.parts:
        raise StudioRefusal("There is no shot with a length yet, so there is nothing to play.")
    try:
        made = MadeSounds(made_sounds(analysis, folder), made_speeches(analysis, folder))
        takes = [take.shown for take in chosen_takes(analysis, folder)]
        film = lay_out_cut(analysis, timeline, takes, draft_shots(analysis, drafts), made)
    except LedgerUnusable as problem:
        raise StudioRefusal(f"{problem}.") from None
    return PageCut(film, timeline.aspect)


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


class _Stopped(Exception):
    """Nobody needs any more what is made."""


class PlayerMedia:
    """What is made for the player of one studio: the sound of a cut, then the animatic of the shots that nothing else
    shows, a few at a time. `tell` sends a message to the page; `address` is where a file can be played."""

    def __init__(self, tell: Callable[[dict[str, Any]], Awaitable[None]], address: Callable[[Path], str]) -> None:
        self._tell = tell
        self._address = address
        self._number = 0
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, cut: PageCut) -> int:
        """Begin to make the media of a cut, and of no other. The page is told of them as `player`, with the number that
        is returned."""
        self._number += 1
        task = asyncio.create_task(self._make(cut, self._number))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return self._number

    def stop(self, number: int) -> None:
        """Make no more for a player, which is closed."""
        if number == self._number:
            self._number += 1

    async def close(self) -> None:
        """End what is being made."""
        self.stop(self._number)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _make(self, cut: PageCut, number: int) -> None:
        async with self._one_at_a_time:
            for name, step in (("sound", self._mix), ("animatic", self._draw)):
                media = step(cut, number)
                try:
                    while made := await asyncio.to_thread(next, media, None):
                        await self._tell({"player": {"number": number, name: made}})
                except (OSError, DrawingFailed) as problem:
                    await self._tell({"player": {"number": number, name: {"failed": str(problem)}}})
                except _Stopped:
                    return

    def _mix(self, cut: PageCut, number: int) -> Iterator[dict[str, Any]]:
        mixed = mix_sound(cut.film, tell=lambda share: self._check(number))
        yield {"url": self._address(mixed.path), "problems": list(mixed.problems)}

    def _draw(self, cut: PageCut, number: int) -> Iterator[dict[str, Any]]:
        self._check(number)
        for drawn in draw_stand_ins(cut.film, cut.aspect):
            yield {"url": self._address(drawn.path), "at": dict(drawn.at)}
            self._check(number)

    def _check(self, number: int) -> None:
        if number != self._number:
            raise _Stopped
