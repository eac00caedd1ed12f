"""Clips of the sandbox: real video made from the request alone, so that one sees and hears what was sent."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.frame import VideoFrame

from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.drawing.camera_moves import move_of
from storyboard.drawing.images import read_picture
from storyboard.drawing.overlays import Caption, FrameSize, RunningTime, Slate
from storyboard.drawing.plain_ground import cut_from_plain_ground
from storyboard.drawing.still import Still, Subject, spread_subjects
from storyboard.film.encoding import (
    RATE,
    Quality,
    add_silence,
    add_video,
    encode_frames,
    open_mp4,
    silent_packets,
    write_in_step,
)
from storyboard.film.frames import draw_frames, frame_size
from storyboard.film.shots import PanelShot
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.clip_speech import ClipSpeech, SpokenWord, ToldShot, sound_packets, speak_clip
from storyboard.sandbox.reference_strip import image_tag, under_strip
from storyboard.sandbox.validation import image_bytes

_SHOT = re.compile(r"^Shot (\d+) \((\d+)s\):\s*", re.MULTILINE)
_SENTENCE = re.compile(r"[^\n.!?]*(?:[.!?]+[\"”’]*(?=\s|$)|\n|$|[.!?])")
_PAGE_CHARACTERS = 200  # what four lines of a caption hold
_PAGE_SECONDS = 1.0
_FIGURE_HEIGHT = 0.6  # of the frame: figures stand below the strip
_SHORT_SIDE = 480
_BROAD, _SOLID = 0.75, 127  # a thing's width by its height, at least; the value from which on a mask is solid


class _Told(NamedTuple):
    label: str
    seconds: int
    text: str


def draw_requested_clip(body: QueueBody, name: str, sound: bool) -> bytes:
    """The MP4 of a request; `name` stands in the slate. Raises OSError."""
    size = frame_size(body.aspect_ratio or "16:9", _SHORT_SIDE)
    still = _still(body)
    shots, start = [], 0
    for told in _told(body):
        slate = Slate(f"{name}  {told.label}", "", told.seconds, RunningTime(start, body.seconds))
        move = move_of(_SENTENCE.findall(told.text)[0])
        shots.append(PanelShot(told.seconds, still, tuple(_captions(told)), slate, move))
        start += told.seconds
    frames = (frame for shot in shots for frame in draw_frames(shot, size))
    speech = _speech(body) if sound else None
    return _encoded(under_strip(frames, body, size), size, body.seconds, sound=sound, speech=speech)


def words_said(body: QueueBody) -> tuple[SpokenWord, ...]:
    """The words that are heard in the clip of a request, with their times."""
    speech = _speech(body)
    return speech.words if speech is not None else ()


def _speech(body: QueueBody) -> ClipSpeech | None:
    shots, start = [], 0
    for told in _told(body):
        shots.append(ToldShot(start, told.seconds, told.text))
        start += told.seconds
    return speak_clip(shots, body.seconds)


def draw_once(body: QueueBody, _name: str, sound: bool) -> bytes:
    """A whole MP4 of the asked length, aspect and sound, made once for all requests that ask for the same. Raises
    OSError."""
    return _plain(body.seconds, body.aspect_ratio or "16:9", sound)


@cache
def _plain(seconds: int, aspect: str, sound: bool) -> bytes:
    shot = PanelShot(seconds, Still(None), (), Slate("sandbox", "", seconds, RunningTime(0, seconds)))
    size = frame_size(aspect, _SHORT_SIDE)
    return _encoded(draw_frames(shot, size), size, seconds, sound=sound)


def _encoded(
    frames: Iterator[VideoFrame], size: FrameSize, seconds: int, *, sound: bool, speech: ClipSpeech | None = None
) -> bytes:
    with TemporaryDirectory(prefix="sbc-sandbox-") as folder:
        path = Path(folder) / "clip.mp4"
        with open_mp4(path) as container:
            stream = add_video(container, size, Fraction(RATE), Quality(threads=2))
            heard: Iterator[Packet[AudioStream]] = iter(())
            if speech is not None:
                heard = sound_packets(add_silence(container), speech.samples, seconds)
            elif sound:
                heard = silent_packets(add_silence(container), Fraction(seconds))
            write_in_step(container, encode_frames(stream, frames), heard)
        return path.read_bytes()


def _told(body: QueueBody) -> list[_Told]:
    """The shots that the prompt tells; one of the whole length where their lengths do not add up to the asked one."""
    heads = list(_SHOT.finditer(body.prompt))
    ends = [*(head.start() for head in heads[1:]), len(body.prompt)]
    told = [
        _Told(f"Shot {head[1]}", int(head[2]), body.prompt[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=False)
    ]
    if told and sum(one.seconds for one in told) == body.seconds and all(one.seconds for one in told):
        before = body.prompt[: heads[0].start()].strip()
        return [told[0]._replace(text=f"{before}\n{told[0].text}".strip()), *told[1:]]
    return [_Told("", body.seconds, body.prompt)]


def _captions(told: _Told) -> list[Caption]:
    """The text of a shot, a few sentences at a time, each as long as its share of the letters."""
    pages = _pages(told.text, max(1, math.floor(told.seconds / _PAGE_SECONDS)))
    letters = sum(map(len, pages)) or 1
    captions, start = [], 0.0
    for page in pages:
        end = start + told.seconds * len(page) / letters
        captions.append(Caption(page, start, end))
        start = end
    return captions


def _pages(text: str, most: int) -> list[str]:
    """A text in at most so many pages. Sentences and lines stay whole."""
    longest = max(_PAGE_CHARACTERS, math.ceil(len(text) / most))
    pages: list[str] = []
    for sentence in (found.strip() for found in _SENTENCE.findall(text)):
        if pages and len(pages[-1]) + len(sentence) < longest:
            pages[-1] = f"{pages[-1]} {sentence}".strip()
        elif sentence:
            pages.append(sentence)
    while len(pages) > most:
        shortest = min(range(len(pages) - 1), key=lambda at: len(pages[at]) + len(pages[at + 1]))
        pages[shortest : shortest + 2] = [f"{pages[shortest]} {pages[shortest + 1]}"]
    return pages


def _still(body: QueueBody) -> Still:
    """What the pictures show: the start frame alone, or subjects before the first place."""
    if body.image_url:
        return Still(_subject("start frame", "frame", body.image_url))
    figures = [
        _figure(f"@Element{number}", element.frontal_image_url) for number, element in enumerate(body.elements or (), 1)
    ]
    places = [
        _subject(image_tag(body.model, n), "location", url) for n, url in enumerate(body.scene_image_urls or (), 1)
    ]
    flat = body.reference_image_urls or ()
    figures += [_figure(image_tag(body.model, n), url) for n, url in enumerate(flat, 1)]
    return Still(places[0] if places else None, spread_subjects(tuple(figures), _FIGURE_HEIGHT))


def _figure(name: str, url: str | None) -> Subject:
    """Somebody or something: a request does not say which, but a thing is broad, where a person stands."""
    subject = _subject(name, "character", url)
    return subject._replace(kind="prop") if _is_broad(subject.picture) else subject


def _is_broad(data: Path | bytes | None) -> bool:
    """Whether a picture shows something before a plain ground that is about as broad as it is tall."""
    if data is None:
        return False
    try:
        mask = cut_from_plain_ground(read_picture(data).convert("RGB"))
    except UnreadableImage:
        return False
    box = mask.point(lambda value: 255 if value > _SOLID else 0).getbbox() if mask is not None else None
    return box is not None and box[2] - box[0] > _BROAD * (box[3] - box[1])


def _subject(name: str, kind: str, url: str | None) -> Subject:
    return Subject(name, kind, image_bytes(url) if url else None, "picture on the web" if url else None)
