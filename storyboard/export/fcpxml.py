"""The cut as FCPXML 1.10, for Final Cut Pro and Resolve.

We write it ourselves: the adapter of OpenTimelineIO writes version 1.8 without notes or markers in their order, gives
a place without a take a file under /tmp, and asks ffprobe for sizes. The elements and their order are those of
Apple's DTD, https://developer.apple.com/documentation/professional-video-applications/fcpxml-reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree as ET

from storyboard.export import ExportRequest, ExportResult
from storyboard.export.edit import EditEvent, FilmEdit, SourceMedia, cut_of, read_media, with_take
from storyboard.export.edit_sound import EditSound, sound_tracks
from storyboard.export.timecode import drops_frames
from storyboard.film.takes import Take
from storyboard.wording import one_line

_VERSION = "1.10"
_KEYS = "org.storyboard-compiler."
_TITLE = "t1"
_BASIC_TITLE = ".../Titles.localized/Bumper:Opener.localized/Basic Title.localized/Basic Title.moti"
#: Rates as `conform-rate` names them.
_RATE_NAMES = {
    Fraction(24000, 1001): "23.98", Fraction(24): "24", Fraction(25): "25", Fraction(30000, 1001): "29.97",
    Fraction(30): "30", Fraction(48): "48", Fraction(50): "50", Fraction(60000, 1001): "59.94", Fraction(60): "60",
}  # fmt: skip
_ROLES = {"speech": "dialogue.voice-over", "effect": "effects", "ambience": "effects.ambience", "music": "music"}
_RATES = {32000: "32k", 44100: "44.1k", 48000: "48k", 88200: "88.2k", 96000: "96k"}


def write_fcpxml(request: ExportRequest) -> ExportResult:
    """The cut as an FCPXML document. A place without a take is a named gap, with the same markers and notes; one of
    several takes is an audition, the chosen one first. Media are `file:` URLs, as the format defines them."""
    cut = cut_of(request)
    others, problems = _other_takes(cut, request.others)
    return ExportResult(_document(cut, others), (*cut.problems, *problems))


def _other_takes(cut: FilmEdit, takes: Sequence[Take]) -> tuple[dict[str, list[EditEvent]], list[str]]:
    """The events as they are with their other takes, by the clip's id, and what cannot be read."""
    events = {event.name: event for event in cut.events if event.media}
    media, problems = read_media([take for take in takes if take.clip_id in events])
    others: dict[str, list[EditEvent]] = {}
    for take in takes:
        if found := media.get(take.path):
            others.setdefault(take.clip_id, []).append(with_take(events[take.clip_id], take, found, cut.rate))
    return others, problems


def _document(cut: FilmEdit, others: Mapping[str, Sequence[EditEvent]]) -> bytes:
    root = ET.Element("fcpxml", version=_VERSION)
    resources = ET.SubElement(root, "resources")
    size = {"width": str(cut.width), "height": str(cut.height)}
    ET.SubElement(resources, "format", size, id="r1", frameDuration=_time(1 / cut.rate))
    assets = _assets(cut, others, resources)
    heard_assets = _sound_assets(cut, resources, len(assets))
    lane_of = {one: -number for number, (_, row) in enumerate(sound_tracks(cut.sounds), 1) for one in row}
    event = ET.SubElement(ET.SubElement(root, "library"), "event", name=cut.title)
    project = ET.SubElement(event, "project", name=cut.title)
    sequence = ET.SubElement(
        project,
        "sequence",
        format="r1",
        duration=_frames(cut.frames, cut.rate),
        tcStart=_frames(cut.start, cut.rate),
        tcFormat="DF" if drops_frames(cut.rate) else "NDF",
    )
    if any(one.titles for one in cut.events):
        ET.SubElement(resources, "effect", id=_TITLE, name="Basic Title", uid=_BASIC_TITLE)
    spine = ET.SubElement(sequence, "spine")
    start = cut.start
    for number, one in enumerate(cut.events):
        if one.fade_in and not number:
            _fade("Fade in", start, one.fade_in, spine, cut.rate)
        item = _place(one, others.get(one.name, ()), start, assets, spine, cut.rate)
        heard = [sound for sound in cut.sounds if start <= sound.start + cut.start < start + one.frames]
        _lay(item, heard, start - cut.start, heard_assets, lane_of, cut.rate)
        start += one.frames
    if cut.events and cut.events[-1].fade_out:
        _fade("Fade out", start - cut.events[-1].fade_out, cut.events[-1].fade_out, spine, cut.rate)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n{body}\n'.encode()


def _fade(name: str, start: int, length: int, spine: ET.Element, rate: Fraction) -> None:
    """A fade from or to black, at an end of the film.

    A dissolve between two takes is a marker instead: Final Cut Pro asks for frames ahead of a take's first one.
    """
    ET.SubElement(spine, "transition", name=name, offset=_frames(start, rate), duration=_frames(length, rate))


def _assets(cut: FilmEdit, others: Mapping[str, Sequence[EditEvent]], resources: ET.Element) -> dict[SourceMedia, str]:
    """One asset for each file, and a format for each size and rate."""
    assets: dict[SourceMedia, str] = {}
    formats: dict[tuple[int, int, Fraction], str] = {(cut.width, cut.height, cut.rate): "r1"}
    for event in (*cut.events, *(one for takes in others.values() for one in takes)):
        media = event.media
        if media is None or media in assets:
            continue
        kind = (media.width, media.height, media.rate)
        if kind not in formats:
            formats[kind] = f"f{len(formats)}"
            size = {"width": str(media.width), "height": str(media.height)}
            ET.SubElement(resources, "format", size, id=formats[kind], frameDuration=_time(1 / media.rate))
        assets[media] = f"a{len(assets) + 1}"
        _asset(event, media, assets[media], formats[kind], resources)
    return assets


def _asset(event: EditEvent, media: SourceMedia, ident: str, form: str, resources: ET.Element) -> None:
    sound = {}
    if media.channels:
        sound = {
            "hasAudio": "1",
            "audioSources": "1",
            "audioChannels": str(media.channels),
            "audioRate": str(media.sampling),
        }
    asset = ET.SubElement(
        resources, "asset", sound, id=ident, name=one_line(media.path.stem), start="0s", duration=_time(media.seconds),
        hasVideo="1", videoSources="1", format=form
    )  # fmt: skip
    ET.SubElement(asset, "media-rep", kind="original-media", src=media.path.as_uri())
    _metadata(asset, event)


def _place(
    event: EditEvent,
    others: Sequence[EditEvent],
    start: int,
    assets: Mapping[SourceMedia, str],
    spine: ET.Element,
    rate: Fraction,
) -> ET.Element:
    """Put an event into the spine; returns the element for everything laid over it."""
    offset = _frames(start, rate)
    if event.media is None:
        item = ET.SubElement(
            spine, "gap", name=event.name, offset=offset, start="0s", duration=_frames(event.frames, rate)
        )
        _tell(item, event, event.frames, rate)
        return item
    if others:
        audition = ET.SubElement(spine, "audition", offset=offset)
        item = _clip(event, event.media, assets, audition, rate)
        for other in others:
            assert other.media is not None, "another take has a file"
            alternative = _clip(other, other.media, assets, audition, rate)
            alternative.set("name", f"{other.name}, take {other.take}")
            _tell(alternative, other._replace(titles=(), marks=(), effects=()), other.shown, rate)
    else:
        item = _clip(event, event.media, assets, spine, rate)
        item.set("offset", offset)
    _tell(item, event, event.shown, rate)
    if event.shown < event.frames:
        rest = {
            "offset": _frames(start + event.shown, rate),
            "start": "0s",
            "duration": _frames(event.frames - event.shown, rate),
        }
        ET.SubElement(spine, "gap", rest, name=f"{event.name}, the rest")
    return item


def _clip(
    event: EditEvent, media: SourceMedia, assets: Mapping[SourceMedia, str], parent: ET.Element, rate: Fraction
) -> ET.Element:
    sound = {"audioRole": "dialogue"} if media.channels else {}
    return ET.SubElement(
        parent, "asset-clip", sound, ref=assets[media], name=event.name, start="0s",
        duration=_frames(event.shown, rate), format="r1", tcFormat="NDF"
    )  # fmt: skip


def _sound_assets(cut: FilmEdit, resources: ET.Element, number: int) -> dict[Path, str]:
    """An asset for each sound file."""
    assets: dict[Path, str] = {}
    for one in cut.sounds:
        if one.path in assets:
            continue
        assets[one.path] = f"a{number + len(assets) + 1}"
        length = max(other.length for other in cut.sounds if other.path == one.path)
        asset = ET.SubElement(
            resources, "asset", id=assets[one.path], name=one_line(one.path.stem), start="0s",
            duration=_frames(length, cut.rate), hasAudio="1", audioSources="1", audioChannels=str(one.channels),
            audioRate="48000",
        )  # fmt: skip
        ET.SubElement(asset, "media-rep", kind="original-media", src=one.path.as_uri())
    return assets


def _lay(
    item: ET.Element,
    sounds: list[EditSound],
    start: int,
    assets: dict[Path, str],
    lane_of: dict[EditSound, int],
    rate: Fraction,
) -> None:
    """Connect sounds to the item under which they begin, ahead of its markers, as the DTD has them."""
    place = next((number for number, child in enumerate(item) if child.tag in ("marker", "metadata")), len(item))
    for one in sounds:
        made = ET.Element(
            "asset-clip", ref=assets[one.path], lane=str(lane_of[one]), name=one.name,
            offset=_frames(one.start - start, rate), start=_frames(one.skip, rate),
            duration=_frames(one.frames, rate), audioRole=_ROLES[one.kind],
        )  # fmt: skip
        _set_level(one, made, rate)
        item.insert(place, made)
        place += 1


def _set_level(sound: EditSound, item: ET.Element, rate: Fraction) -> None:
    """How loud a sound is, and in what time it comes and goes."""
    fades = {"fadeIn": sound.fade_in, "fadeOut": sound.fade_out}
    if not sound.gain and not any(fades.values()):
        return
    volume = ET.SubElement(item, "adjust-volume", amount=f"{sound.gain:+g}dB")
    if any(fades.values()):
        amount = ET.SubElement(volume, "param", name="amount")
        for tag, frames in fades.items():
            if frames:
                ET.SubElement(amount, tag, type="linear", duration=_frames(frames, rate))


def _tell(item: ET.Element, event: EditEvent, length: int, rate: Fraction) -> None:
    """Notes, what counts frames of another rate, titles, a marker for each shot, and the facts, in the order of the
    DTD."""
    ET.SubElement(item, "note").text = event.prompt or event.heading
    if event.media and event.media.rate != rate and (name := _RATE_NAMES.get(event.media.rate)):
        # In real time, as in the film: Final Cut Pro would let 24 frames pass in the time of 25.
        ET.SubElement(item, "conform-rate", scaleEnabled="0", srcFrameRate=name)
    for number, title in enumerate(event.titles):
        style = f"ts-{event.name}-{number}".replace(" ", "-")
        attributes = {"ref": _TITLE, "lane": "1", "offset": _frames(title.start, rate), "name": title.text}
        shown = ET.SubElement(item, "title", attributes, start="0s", duration=_frames(title.frames, rate))
        ET.SubElement(ET.SubElement(shown, "text"), "text-style", ref=style).text = title.text
        definition = ET.SubElement(shown, "text-style-def", id=style)
        ET.SubElement(
            definition, "text-style", font="Helvetica", fontSize="60", fontColor="1 1 1 1", alignment="center"
        )
    for mark in event.marks:
        if mark.start < length:
            value = f"{mark.number} {mark.label} {mark.camera}".replace("  ", " ").strip()
            at = {"start": _frames(mark.start, rate), "duration": _frames(1, rate)}
            ET.SubElement(item, "marker", at, value=value, note=mark.words)
    for effect in event.effects:
        at = {"start": _frames(effect.start, rate), "duration": _frames(1, rate)}
        ET.SubElement(item, "marker", at, value=effect.words)
    _metadata(item, event)


def _metadata(item: ET.Element, event: EditEvent) -> None:
    facts = {
        "clip": event.name,
        "take": str(event.take or ""),
        "scene": event.scene,
        "heading": event.heading,
        "shots": event.shots,
        "source": event.place,
        "prompt": event.prompt,
        "transitions": "; ".join(event.transitions),
    }
    metadata = ET.SubElement(item, "metadata")
    for key, value in facts.items():
        if value:
            ET.SubElement(metadata, "md", key=_KEYS + key, value=value, type="string", displayName=key.title())


def _frames(count: int, rate: Fraction) -> str:
    return _time(count / rate)


def _time(seconds: Fraction) -> str:
    """Seconds as FCPXML writes them: `5s`, `1/24s`."""
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{seconds.numerator}/{seconds.denominator}s"
