"""The cut in OpenTimelineIO, and through its adapters as an EDL and as Final Cut 7's XML.

OpenTimelineIO is installed on every Python version that it has wheels for.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import opentimelineio as otio  # type: ignore[import-untyped]  # it comes without types

from storyboard.export import ExportRequest, ExportResult, NotInstalled
from storyboard.export.edit import EditEffect, EditEvent, EditMarker, FilmEdit, SourceMedia, cut_of
from storyboard.export.edit_sound import EditSound, sound_tracks
from storyboard.export.fcp7_sound import level_filter, link_sound
from storyboard.export.media_urls import media_url
from storyboard.export.timecode import counted_rate, drops_frames, timecode
from storyboard.wording import one_line, to_utf8

_COMMENT_COLUMNS = 72  # of an EDL's comment line; CMX 3600 lines end at 80
_REEL = 8  # characters of a CMX 3600 reel name
_TIME = r"\d\d:\d\d:\d\d[:;]\d\d"
#: Number and reel; channel; cut; from when to when in the take, and in the film.
_EVENT = re.compile(rf"^(\d{{3,}}  \S+ +)V +(C +)(?:{_TIME} ?){{4}}$")
_LOCATOR = re.compile(rf"^(\* LOC: ){_TIME}")


def write_otio(request: ExportRequest) -> ExportResult:
    """The cut as an `.otio` file, which names its media relative to itself: Resolve links those, and no `file:` URL."""
    return _written(request, "otio_json")


def write_edl(request: ExportRequest) -> ExportResult:
    """The cut as a CMX 3600 edit decision list.

    Information without a field becomes comments. So do fades, because in an EDL they are events of black that would cut
    into the adjacent clips. Raises NotInstalled.
    """
    return _written(request, "cmx_3600")


def write_fcp7(request: ExportRequest) -> ExportResult:
    """The cut as Final Cut 7's XML, which Premiere and Resolve read. Its `pathurl` is a `file:` URL by the format's
    definition. Raises NotInstalled."""
    return _written(request, "fcp_xml")


def _written(request: ExportRequest, adapter: str) -> ExportResult:
    if adapter not in otio.adapters.available_adapter_names():
        raise NotInstalled(f"OpenTimelineIO's adapter {adapter}")
    cut = cut_of(request)
    if not cut.events and adapter == "cmx_3600":  # the adapter looks for the last event
        return ExportResult(to_utf8(f"TITLE: {cut.title}\n"), cut.problems)
    timeline = _timeline(cut, adapter, request.folder if adapter == "otio_json" else None)
    text: str = otio.adapters.write_to_string(timeline, adapter_name=adapter)
    if adapter == "cmx_3600":
        text = _edit_list(text, cut)
    elif adapter == "fcp_xml":
        text = link_sound(text, cut)
    return ExportResult(to_utf8(text), cut.problems)


def _edit_list(text: str, cut: FilmEdit) -> str:
    """An EDL as editing rooms have it: how its frames are counted (`FCM`), the time code of the film, sound beside the
    picture of a take that has some, and markers at their time in the film, where the adapter has the time in the
    clip."""
    events, markers = iter(cut.events), iter(_marker_times(cut))
    lines = []
    at = cut.start
    for line in text.splitlines():
        if found := _EVENT.match(line):
            event = next(events)
            channels = "AA/V" if event.media and event.media.channels else "V   "
            times = " ".join(timecode(frame, cut.rate) for frame in (0, event.seen, at, at + event.seen))
            lines.append(f"{found[1]}{channels}  {found[2]}{times}")
            at += event.frames
        else:
            lines.append(_LOCATOR.sub(lambda part: f"{part[1]}{next(markers)}", line))
    count = "DROP FRAME" if drops_frames(cut.rate) else "NON-DROP FRAME"
    return "\n".join([lines[0], f"FCM: {count}", *lines[1:], ""])


def _marker_times(cut: FilmEdit) -> Iterator[str]:
    """The time code of each marker, in the order of the film."""
    at = cut.start
    for event in cut.events:
        starts = [one.start for one in event.marks] + [one.start for one in event.effects]
        yield from (timecode(at + start, cut.rate) for start in starts)
        at += event.frames


def _timeline(cut: FilmEdit, adapter: str, folder: Path | None) -> otio.schema.Timeline:
    frames = _Frames(Fraction(counted_rate(cut.rate)) if adapter == "cmx_3600" else cut.rate, folder)
    timeline = otio.schema.Timeline(cut.title, global_start_time=frames.time(cut.start))
    timeline.metadata["fcp_xml"] = {
        "media": {"video": {"format": {"samplecharacteristics": {
            "width": str(cut.width), "height": str(cut.height), "pixelaspectratio": "square"}}}},
        "timecode": {"displayformat": "DF" if drops_frames(cut.rate) else "NDF"},
    }  # fmt: skip
    has_fades = adapter != "cmx_3600"
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    at = 0
    for event in cut.events:
        sounds = [one for one in cut.sounds if at <= one.start < at + event.frames]
        at += event.frames
        if has_fades and event.fade_in and event is cut.events[0]:
            track.append(frames.fade("Fade in", 0, event.fade_in, "start-black"))
        track.append(clip := _clip(event, frames, sounds))
        if adapter == "cmx_3600" and event.media:  # by which editors find the file
            clip.name = one_line(event.media.path.name)
        if event.media and event.shown < event.frames:
            track.append(otio.schema.Gap(source_range=frames.range(0, event.frames - event.shown)))
        if has_fades and event.fade_out and event is cut.events[-1]:
            track.append(frames.fade("Fade out", event.fade_out, 0, "end-black"))
    if adapter == "cmx_3600":
        return timeline
    if any(event.titles for event in cut.events):
        timeline.tracks.append(_titles(cut, frames))
    if any(event.media and event.media.channels for event in cut.events):
        timeline.tracks.append(_sound(cut, frames))
    timeline.tracks.extend(_laid(name, sounds, frames) for name, sounds in sound_tracks(cut.sounds))
    return timeline


class _Frames:
    """Frames of the film as OpenTimelineIO has times, and files as the timeline in `folder` names them."""

    def __init__(self, rate: Fraction, folder: Path | None = None) -> None:
        self._rate = float(rate)
        self._folder = folder

    def file(self, path: Path, length: otio.opentime.TimeRange) -> otio.schema.ExternalReference:
        """A file of a length."""
        reference = otio.schema.ExternalReference(media_url(path, self._folder), length)
        reference.name = one_line(path.name)
        return reference

    def time(self, frames: int) -> otio.opentime.RationalTime:
        return otio.opentime.RationalTime(frames, self._rate)

    def range(self, start: int, frames: int) -> otio.opentime.TimeRange:
        return otio.opentime.TimeRange(self.time(start), self.time(frames))

    def fade(self, name: str, before: int, after: int, alignment: str) -> otio.schema.Transition:
        """A fade of `before` frames ahead of the cut and `after` frames behind it. `alignment` is what Final Cut 7
        calls it.

        A dissolve between two takes is a marker instead: it asks for frames that they do not have.
        """
        made = otio.schema.Transition(
            name, otio.schema.TransitionTypes.SMPTE_Dissolve, self.time(before), self.time(after)
        )
        made.metadata["fcp_xml"] = {"alignment": alignment}
        return made


def _titles(cut: FilmEdit, frames: _Frames) -> otio.schema.Track:
    """The titles on a track of their own, as generators of text."""
    track = otio.schema.Track("V2", kind=otio.schema.TrackKind.Video)
    at = done = 0
    for event in cut.events:
        for title in event.titles:
            if at + title.start > done:
                track.append(otio.schema.Gap(source_range=frames.range(0, at + title.start - done)))
            generator = otio.schema.GeneratorReference(title.text, "Text", frames.range(0, title.frames))
            generator.parameters["text"] = title.text
            generator.metadata["fcp_xml"] = {
                "effectid": "Text",
                "effectcategory": "Text",
                "effecttype": "generator",
                "mediatype": "video",
                "parameter": [{"parameterid": "str", "name": "Text", "value": title.text}],
            }
            clip = otio.schema.Clip(title.text, generator, frames.range(0, title.frames))
            clip.metadata["storyboard"] = {"begins": at + title.start}
            track.append(clip)
            done = at + title.start + title.frames
        at += event.frames
    return track


def _sound(cut: FilmEdit, frames: _Frames) -> otio.schema.Track:
    """The takes' own sound, in step with their pictures."""
    track = otio.schema.Track("A1", kind=otio.schema.TrackKind.Audio)
    for event in cut.events:
        heard = event.shown if event.media and event.media.channels else 0
        if heard and event.media:
            track.append(otio.schema.Clip(event.name, _reference(event.media, frames), frames.range(0, heard)))
        if heard < event.frames:
            track.append(otio.schema.Gap(source_range=frames.range(0, event.frames - heard)))
    return track


def _laid(name: str, sounds: list[EditSound], frames: _Frames) -> otio.schema.Track:
    """Sounds of one kind that are laid over the film."""
    track = otio.schema.Track(name, kind=otio.schema.TrackKind.Audio)
    done = 0
    for one in sounds:
        if one.start > done:
            track.append(otio.schema.Gap(source_range=frames.range(0, one.start - done)))
        reference = frames.file(one.path, frames.range(0, one.length))
        clip = otio.schema.Clip(one.name, reference, frames.range(one.skip, one.frames))
        # Where it begins goes along: of clips that are equal, Final Cut 7's adapter writes the first alone.
        clip.metadata["storyboard"] = {
            "kind": one.kind, "gain_db": one.gain, "fade_in": one.fade_in, "fade_out": one.fade_out, "begins": one.start
        }  # fmt: skip
        if level := level_filter(one):
            clip.metadata["fcp_xml"] = {"filter": level}
        track.append(clip)
        done = one.end
    return track


def _clip(event: EditEvent, frames: _Frames, sounds: list[EditSound]) -> otio.schema.Clip:
    reference = _reference(event.media, frames) if event.media else otio.schema.MissingReference()
    clip = otio.schema.Clip(event.name, reference, frames.range(0, event.seen))
    clip.markers.extend(_marker(mark, frames) for mark in event.marks)
    clip.markers.extend(_effect_marker(effect, frames) for effect in event.effects)
    clip.metadata["storyboard"] = _facts(event)
    clip.metadata["cmx_3600"] = {"reel": event.name.replace(" ", "")[:_REEL], "comments": _comments(event, sounds)}
    clip.metadata["fcp_xml"] = _fcp7_facts(event)
    return clip


def _reference(media: SourceMedia, frames: _Frames) -> otio.schema.ExternalReference:
    rate = float(media.rate)
    length = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(media.frames, rate)
    )
    return frames.file(media.path, length)


def _marker(mark: EditMarker, frames: _Frames) -> otio.schema.Marker:
    name = f"{mark.number} {mark.label}".strip()
    marker = otio.schema.Marker(f"{name} {mark.camera}".strip(), frames.range(mark.start, mark.frames))
    marker.comment = mark.words
    marker.color = otio.schema.MarkerColor.GREEN
    marker.metadata["fcp_xml"] = {"comment": mark.words}
    marker.metadata["storyboard"] = {"shot": mark.number, "label": mark.label, "source": mark.place}
    return marker


def _effect_marker(effect: EditEffect, frames: _Frames) -> otio.schema.Marker:
    marker = otio.schema.Marker(effect.words, frames.range(effect.start, 1))
    marker.color = otio.schema.MarkerColor.YELLOW
    return marker


def _facts(event: EditEvent) -> dict[str, Any]:
    return {
        "clip": event.name,
        "take": event.take,
        "scene": event.scene,
        "heading": event.heading,
        "shots": [mark.number for mark in event.marks],
        "source": event.place,
        "prompt": event.prompt,
        "transitions": list(event.transitions),
        "usd": event.usd,
        "price_source": event.price_source,
    }


def _comments(event: EditEvent, sounds: list[EditSound]) -> list[str]:
    """The facts as an EDL's comments, in lines that are short enough."""
    rows = [
        ("CLIP", event.name),
        ("SCENE", f"{event.scene} {event.heading}"),
        ("SHOTS", event.shots),
        ("TAKE", str(event.take or "none yet")),
        ("SOURCE", event.place),
        *(("TRANSITION", text) for text in event.transitions),
        *(("TITLE", one.text) for one in event.titles),
        *((one.kind.upper(), one.name) for one in sounds),
        *(("NOTE", text) for text in event.remarks),
        ("PROMPT", event.prompt),
    ]
    return [f"{key}: {line}" for key, text in rows for line in textwrap.wrap(text, _COMMENT_COLUMNS - len(key))]


def _fcp7_facts(event: EditEvent) -> dict[str, Any]:
    """The facts in the fields that Final Cut 7 has for them."""
    return {
        "logginginfo": {
            "description": event.heading,
            "scene": event.scene,
            "shottake": f"{event.shots} / {event.take or '-'}",
            "lognote": event.prompt,
        },
        "comments": {"mastercomment1": f"source: {event.place}", "mastercomment2": "; ".join(event.transitions)},
    }
