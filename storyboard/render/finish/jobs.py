"""Jobs of finishing: the take of each clip, the request for it, and the pieces that it is sent in."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from storyboard.catalog.upscale_models import UpscaleModel, upscale_call
from storyboard.film.media import TakeMedia
from storyboard.film.probe import probe_clips
from storyboard.render.clip_takes import ClipTakes
from storyboard.render.files import FileState, digest_of, file_state, take_path
from storyboard.render.jobs import Job
from storyboard.spend.entry import Entry


@dataclass(frozen=True, slots=True)
class TakePiece:
    """A range of a take's frames for one request.

    It is the `number`th piece, counted from 1, with `frames` frames from `first` on, `seconds` long. `fingerprint`
    names what is requested.
    """

    number: int
    first: int
    frames: int
    seconds: float
    fingerprint: str


@dataclass(frozen=True, slots=True)
class FinishJob:
    """A take to finish. `digest` is the SHA-256 of its file, `media` describes its content."""

    clip: str
    take: Entry
    media: TakeMedia
    digest: str
    model: UpscaleModel
    factor: int
    pieces: tuple[TakePiece, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the result in pixels."""
        return self.media.size.width * self.factor, self.media.size.height * self.factor

    @property
    def seconds(self) -> float:
        """The length of the take in seconds."""
        return float(self.media.frames / self.media.rate)

    def listed_price(self, piece: TakePiece) -> float:
        """The catalogue's price of a piece, in US dollars."""
        return self.model.price(piece.seconds, self.size[1], float(self.media.rate))

    def request(self, piece: TakePiece) -> str:
        """The request for a piece, for the ledger and JSON files: the body, with the take's name and digest instead of
        its data."""
        facts = {
            "model": self.model.id,
            "duration": upscale_call()["duration"],
            "upscale_factor": self.factor,
            "source": self.media.path.name,
            "take": self.take.number,
            "source_sha256": self.digest,
            "frames": [piece.first, piece.frames],
            "piece": piece.number,
            "pieces": len(self.pieces),
        }
        return json.dumps(facts, sort_keys=True)


@dataclass(frozen=True, slots=True)
class FinishCandidate:
    """A clip with the job of its take, or with `why` it has none."""

    clip: Job
    takes: ClipTakes
    job: FinishJob | None
    why: str = ""


def finish_candidates(
    clips: Iterable[tuple[Job, ClipTakes]], folder: Path, model: UpscaleModel, factor: int
) -> list[FinishCandidate]:
    """The chosen take of each clip, as a job."""
    rows = [(job, takes, _file_of(takes, folder)) for job, takes in clips]
    paths = [path for _, _, path in rows if isinstance(path, Path)]
    probed = dict(zip(paths, probe_clips(paths), strict=True))
    found = []
    for job, takes, path in rows:
        if not isinstance(path, Path):
            found.append(FinishCandidate(job, takes, None, path))
        elif (media := probed[path].media) is None:
            found.append(FinishCandidate(job, takes, None, f"{path.name} cannot be used: {probed[path].problem}"))
        else:
            assert takes.take is not None, "it has a file"
            finish, why = _job(job.id, takes.take, media, folder, model, factor)
            found.append(FinishCandidate(job, takes, finish, why))
    return found


def _file_of(takes: ClipTakes, folder: Path) -> Path | str:
    """The file of the take in the film for a clip, or the reason why there is none."""
    if takes.take is None:
        return "it has no take yet"
    path = take_path(folder, takes.take)
    return path if path.is_file() else f"{path.name} is gone; `sbc render` fetches it again"


def _job(
    clip: str, take: Entry, media: TakeMedia, folder: Path, model: UpscaleModel, factor: int
) -> tuple[FinishJob | None, str]:
    """The job of a take, or the reason why there is none."""
    seconds = float(media.frames / media.rate)
    if not seconds:
        return None, f"{media.path.name} has no frame"
    is_saved = file_state(folder, take) is FileState.AS_SAVED
    digest = take.sha256 if is_saved and take.sha256 else digest_of(media.path)
    by_size = math.ceil(media.path.stat().st_size / upscale_call()["piece_bytes"])
    count = max(by_size, math.ceil(seconds / model.longest_seconds))
    if count > 1 and not media.is_upright:
        return None, f"{media.path.name} lies on its side, and is too large to be sent whole"
    pieces = _pieces(media, count, f"{model.id} {factor} {digest}")
    return FinishJob(clip, take, media, digest, model, factor, pieces), ""


def _pieces(media: TakeMedia, count: int, name: str) -> tuple[TakePiece, ...]:
    """A take in this number of pieces, whose lengths differ by one frame at most."""
    ends = [media.frames * number // count for number in range(count + 1)]
    return tuple(
        TakePiece(
            number, first, end - first, float((end - first) / media.rate),
            sha256(f"{name} {first} {end}".encode()).hexdigest(),
        )
        for number, (first, end) in enumerate(pairwise(ends), 1)
    )  # fmt: skip
