"""The sandbox's clips: real video made from the request alone, so that a person sees what was sent."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from storyboard.film.caption import Caption, Slate
from storyboard.film.drawing import draw_clip, frame_size
from storyboard.film.shots import PanelShot
from storyboard.film.still import Still, Subject, spread
from storyboard.sandbox.bodies import Queue
from storyboard.sandbox.fitness import image_bytes

_SHOT = re.compile(r"^Shot (\d+) \((\d+)s\):\s*", re.MULTILINE)


class _Told(NamedTuple):
    label: str
    seconds: int
    text: str


def draw(body: Queue, name: str, sound: bool) -> bytes:
    """The MP4 of a request; `name` stands in the slate. Raises OSError."""
    shots, start = [], 0
    still = _still(body)
    for told in _told(body):
        caption = Caption(told.text, 0, told.seconds)
        slate = Slate(f"{name}  {told.label}", f"{told.seconds} s", start)
        shots.append(PanelShot(told.seconds, still, (caption,), slate))
        start += told.seconds
    with TemporaryDirectory(prefix="sbc-sandbox-") as folder:
        path = Path(folder) / "clip.mp4"
        draw_clip(shots, path, frame_size(body.aspect_ratio or "16:9"), sound=sound)
        return path.read_bytes()


def _told(body: Queue) -> list[_Told]:
    """The shots that the prompt tells; one of the whole length where their lengths do not add up to the asked one."""
    heads = list(_SHOT.finditer(body.prompt))
    ends = [*(head.start() for head in heads[1:]), len(body.prompt)]
    told = [
        _Told(f"Shot {head[1]}", int(head[2]), body.prompt[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=False)
    ]
    if told and sum(one.seconds for one in told) == body.seconds and all(one.seconds for one in told):
        return told
    return [_Told("", body.seconds, body.prompt)]


def _still(body: Queue) -> Still:
    if body.image_url:
        end = _subject("end frame", "frame", body.end_image_url) if body.end_image_url else None
        return Still(_subject("start frame", "frame", body.image_url), (), end)
    figures = [
        _subject(f"@Element{number}", "character", element.frontal_image_url)
        for number, element in enumerate(body.elements or (), 1)
    ]
    places = [_subject(f"@Image{n}", "location", url) for n, url in enumerate(body.scene_image_urls or (), 1)]
    figures += [_subject(f"@Image{n}", "character", url) for n, url in enumerate(body.reference_image_urls or (), 1)]
    return Still(places[0] if places else None, spread(tuple(figures)))


def _subject(name: str, kind: str, url: str | None) -> Subject:
    return Subject(name, kind, image_bytes(url) if url else None, "picture on the web" if url else None)
