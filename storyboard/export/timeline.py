"""The cut as OpenTimelineIO has it, and through its adapters as an EDL and as Final Cut 7's XML.

OpenTimelineIO is installed on every Python that it has wheels for.
"""

from __future__ import annotations

import textwrap
from typing import Any

import opentimelineio as otio  # type: ignore[import-untyped]  # it comes without types

from storyboard.export import ExportRequest, ExportResult, NotInstalled
from storyboard.export.edit import FRAME_RATE, Edit, EditEvent, EditMarker, SourceMedia, cut_of
from storyboard.wording import one_line, to_utf8

_COMMENT_COLUMNS = 72  # of an EDL's comment line; CMX 3600 lines end at 80
_REEL = 8  # characters of a CMX 3600 reel name


def write_otio(order: ExportRequest) -> ExportResult:
    """The cut as an `.otio` file."""
    return _written(order, "otio_json")


def write_edl(order: ExportRequest) -> ExportResult:
    """The cut as a CMX 3600 edit decision list. What it has no field for stands in comments; so do fades, which there
    are events of black that would cut into the clips beside them. Raises NotInstalled."""
    return _written(order, "cmx_3600")


def write_fcp7(order: ExportRequest) -> ExportResult:
    """The cut as Final Cut 7's XML, which Premiere and Resolve read. Raises NotInstalled."""
    return _written(order, "fcp_xml")


def _written(order: ExportRequest, adapter: str) -> ExportResult:
    if adapter not in otio.adapters.available_adapter_names():
        raise NotInstalled(f"OpenTimelineIO's adapter {adapter}", is_ready_made=False)
    cut = cut_of(order)
    if not cut.events and adapter == "cmx_3600":  # the adapter looks for the last event
        return ExportResult(to_utf8(f"TITLE: {cut.title}\n"), cut.problems)
    text: str = otio.adapters.write_to_string(_timeline(cut, adapter != "cmx_3600"), adapter_name=adapter)
    return ExportResult(to_utf8(text), cut.problems)


def _timeline(cut: Edit, has_fades: bool) -> otio.schema.Timeline:
    timeline = otio.schema.Timeline(cut.title, global_start_time=otio.opentime.RationalTime(0, FRAME_RATE))
    timeline.metadata["fcp_xml"] = {"media": {"video": {"format": {"samplecharacteristics": {
        "width": str(cut.width), "height": str(cut.height), "pixelaspectratio": "square"}}}}}  # fmt: skip
    track = otio.schema.Track("V1", kind=otio.schema.TrackKind.Video)
    timeline.tracks.append(track)
    for event in cut.events:
        if has_fades and event.fade_in and event is cut.events[0]:
            track.append(_transition("Fade in", 0, event.fade_in, "start-black"))
        track.append(_clip(event))
        if event.media and event.shown < event.frames:
            track.append(otio.schema.Gap(source_range=_range(0, event.frames - event.shown)))
        if event.dissolve:
            track.append(_transition("Dissolve", 0, event.dissolve, "start"))
        if has_fades and event.fade_out and event is cut.events[-1]:
            track.append(_transition("Fade out", event.fade_out, 0, "end-black"))
    if any(event.media and event.media.channels for event in cut.events):
        timeline.tracks.append(_sound(cut))
    return timeline


def _sound(cut: Edit) -> otio.schema.Track:
    """The takes' own sound, in step with their pictures."""
    track = otio.schema.Track("A1", kind=otio.schema.TrackKind.Audio)
    for event in cut.events:
        heard = event.shown if event.media and event.media.channels else 0
        if heard and event.media:
            track.append(otio.schema.Clip(event.name, _reference(event.media), _range(0, heard)))
        if heard < event.frames:
            track.append(otio.schema.Gap(source_range=_range(0, event.frames - heard)))
    return track


def _transition(name: str, before: int, after: int, alignment: str) -> otio.schema.Transition:
    """A transition of `before` frames ahead of the cut and `after` frames behind it.

    A dissolve begins at the cut: a take has no frame ahead of its first one. `alignment` is what Final Cut 7 calls it.
    """
    made = otio.schema.Transition(name, otio.schema.TransitionTypes.SMPTE_Dissolve, _time(before), _time(after))
    made.metadata["fcp_xml"] = {"alignment": alignment}
    return made


def _time(frames: int) -> otio.opentime.RationalTime:
    return otio.opentime.RationalTime(frames, FRAME_RATE)


def _range(start: int, frames: int) -> otio.opentime.TimeRange:
    return otio.opentime.TimeRange(_time(start), _time(frames))


def _clip(event: EditEvent) -> otio.schema.Clip:
    reference = _reference(event.media) if event.media else otio.schema.MissingReference()
    clip = otio.schema.Clip(event.name, reference, _range(0, event.shown if event.media else event.frames))
    clip.markers.extend(_marker(mark) for mark in event.marks)
    clip.metadata["storyboard"] = _facts(event)
    clip.metadata["cmx_3600"] = {"reel": event.name.replace(" ", "")[:_REEL], "comments": _comments(event)}
    clip.metadata["fcp_xml"] = _fcp7_facts(event)
    return clip


def _reference(media: SourceMedia) -> otio.schema.ExternalReference:
    rate = float(media.rate)
    length = otio.opentime.TimeRange(
        otio.opentime.RationalTime(0, rate), otio.opentime.RationalTime(media.frames, rate)
    )
    reference = otio.schema.ExternalReference(media.path.as_uri(), length)
    reference.name = one_line(media.path.name)
    return reference


def _marker(mark: EditMarker) -> otio.schema.Marker:
    name = f"{mark.number} {mark.label}".strip()
    marker = otio.schema.Marker(f"{name} {mark.camera}".strip(), _range(mark.start, mark.frames))
    marker.comment = mark.words
    marker.color = otio.schema.MarkerColor.GREEN
    marker.metadata["fcp_xml"] = {"comment": mark.words}
    marker.metadata["storyboard"] = {"shot": mark.number, "label": mark.label, "source": mark.place}
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
    }


def _comments(event: EditEvent) -> list[str]:
    """The facts as an EDL's comments, in lines that are short enough."""
    rows = [
        ("SCENE", f"{event.scene} {event.heading}"),
        ("SHOTS", event.shots),
        ("TAKE", str(event.take or "none yet")),
        ("SOURCE", event.place),
        *(("TRANSITION", text) for text in event.transitions),
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
