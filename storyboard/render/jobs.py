"""Jobs: the clips of a film with their requests, names and dependencies."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from storyboard.compiler.diagnostics import Diagnostic
from storyboard.compiler.emit import build_manifest, request_body
from storyboard.compiler.emit.manifest import ClipEntry
from storyboard.compiler.emit.payloads import build_body
from storyboard.compiler.images import largest_image_file
from storyboard.compiler.images.encoder import SizeStep
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.loader import Loader, Unreadable
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.prompts import write_prompt
from storyboard.files.normalization import safe_name
from storyboard.render.clip_warnings import warnings_by_clip

#: What a price depends on, by the API reference of the quote call.
_PRICED = ("model", "duration", "aspect_ratio", "resolution", "audio")

#: The spelling of requests that are sent: the live service accepts no other.
SENT_WIRE = "api"


class PictureChanged(Exception):
    """A picture has changed since the script was compiled; the message names it."""


@dataclass(frozen=True, slots=True)
class Job:
    """A clip to render.

    `place` counts the clips with the same fingerprint in the film, from 0; `copies` is their number. `at` is the place
    of its first shot, as `film.sb:12`; `planned` is the clip as the compiler planned it. `request` is the body as text,
    with each picture named by its digest; `body` makes the body to send, and raises PictureChanged. `reduction` is how
    far its pictures are reduced to fit into a request, or None; `warnings` are those of a check.
    """

    clip: ClipEntry
    place: int
    copies: int
    stem: str
    at: str
    aspect: str
    privacy: str
    reduction: SizeStep | None
    warnings: tuple[Diagnostic, ...]
    planned: Clip = field(repr=False)
    request: Callable[[], str] = field(repr=False)
    body: Callable[[], dict[str, Any]] = field(repr=False)

    @property
    def id(self) -> str:
        """The id of the clip, such as `s01c02`."""
        return self.clip.id

    @property
    def script(self) -> str:
        """The path of the script as given, for commands about the clip."""
        return self.at.rpartition(":")[0]

    @property
    def quote_body(self) -> dict[str, Any]:
        """The fields that the service needs for a price."""
        payload = self.clip.payload
        body = {key: payload[key] for key in _PRICED if key in payload}
        if self.planned.model.price.usd_per_picture:
            body["reference_image_count"] = _count_pictures(payload) + bool(self.clip.start_from)
        return body

    @property
    def own(self) -> int | None:
        """Which of several equal clips a new take is for; None if there is only one."""
        return self.place if self.copies > 1 else None


def build_jobs(analysis: Analysis) -> tuple[Job, ...]:
    """The jobs of a film without errors, in film order.

    Requests use the service's spelling, whatever the project's is. Raises ValueError for a film with errors, and
    TemplateProblem.
    """
    analysis = replace(analysis, options=analysis.options._replace(wire=SENT_WIRE))
    manifest = build_manifest(analysis)
    copies = Counter(clip.fingerprint for clip in manifest.clips)
    seen: Counter[str] = Counter()
    warnings = warnings_by_clip(analysis)
    jobs = []
    for clip, planned in zip(manifest.clips, analysis.clips, strict=True):
        job = _job(analysis, clip, planned, seen[clip.fingerprint], copies[clip.fingerprint])
        jobs.append(replace(job, warnings=warnings.get(clip.id, ())))
        seen[clip.fingerprint] += 1
    return tuple(jobs)


def _job(analysis: Analysis, clip: ClipEntry, planned: Clip, place: int, copies: int) -> Job:
    """The job of one clip."""
    scene = planned.scene
    title = scene.location.name if scene.location else scene.place or scene.heading or ""
    slug = safe_name(title)
    return Job(
        clip=clip,
        place=place,
        copies=copies,
        stem=f"{clip.id}-{slug}" if slug else clip.id,
        at=f"{clip.shots[0].file}:{clip.shots[0].line}",
        aspect=scene.settings.aspect,
        privacy=planned.model.privacy,
        reduction=analysis.images.request_images(planned.pictures, planned.model.sides).reduction,
        warnings=(),
        planned=planned,
        request=lambda: _request(analysis, planned),
        body=lambda: _body(analysis, planned),
    )


def _count_pictures(value: object, key: str = "") -> int:
    """The number of pictures in a body."""
    if isinstance(value, dict):
        return sum(_count_pictures(one, name) for name, one in value.items())
    if isinstance(value, list):
        return sum(_count_pictures(one, key) for one in value)
    return int(key.endswith(("image_url", "image_urls")))


def _request(analysis: Analysis, clip: Clip) -> str:
    """The request as text, with each picture named by its digest."""
    images = analysis.images

    def spell(picture: Picture) -> str:
        return picture.path if picture.is_url else f"{images.link(picture)}#{images.digest(picture)}"

    prompt = write_prompt(clip, analysis.options.templates)
    return json.dumps(build_body(clip, prompt, analysis.options.spelling, spell), ensure_ascii=False, sort_keys=True)


def _body(analysis: Analysis, clip: Clip) -> dict[str, Any]:
    """The body to send. The pictures are verified again: what is paid for has to be what was planned."""
    loader = Loader(analysis.root)
    for picture in clip.pictures:
        if picture.is_url:
            continue
        try:
            data = loader.read_picture(picture.path, largest_image_file())
        except Unreadable as problem:
            raise PictureChanged(f"{problem}; it could be read when the run began") from None
        digest = f"sha256:{sha256(data).hexdigest()}"
        if digest != analysis.images.digest(picture):
            raise PictureChanged(f"{picture.path} has changed since the run began; start it again")
    try:
        return request_body(analysis, clip, "embed")
    except (Unreadable, OSError, ValueError) as problem:
        raise PictureChanged(f"a picture can no longer be read ({problem})") from None
