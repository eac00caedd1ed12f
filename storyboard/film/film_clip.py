"""A clip's place in the film, by which transitions, copying and sound are decided."""

from __future__ import annotations

from dataclasses import dataclass

from storyboard.film.media import TakeMedia
from storyboard.film.timeline import TimelinePart
from storyboard.film.track_index import MediaIndex


@dataclass(frozen=True, slots=True, eq=False)
class FilmClip:
    """A clip's place in the film, or a shot's where its scene has no clips or drafts fill the clip. `media` is its
    take, None where there is none that can be read, and `index` the take's, where it is of the usual kind; `start` is
    its second in the script. `first` is its first frame in the film, of which it has `frames`; `reason` says why it is
    encoded, in words that follow its name, empty for one that is copied."""

    name: str
    parts: tuple[TimelinePart, ...]
    media: TakeMedia | None
    index: MediaIndex | None
    first: int = 0
    frames: int = 0
    reason: str = ""
    is_draft: bool = False

    @property
    def start(self) -> int:
        """The second of the script at which it begins."""
        return self.parts[0].start

    @property
    def seconds(self) -> int:
        """The seconds that the script gives it; its take may be longer or shorter."""
        return sum(part.shot.duration or 0 for part in self.parts)
