"""Sound in Final Cut 7's XML as editors expect it: at its level, stereo as two tracks, linked to each other and to the
picture.

OpenTimelineIO's adapter writes a track once and links nothing. Elements are those of Apple's Final Cut Pro XML
Interchange Format, version 4: `sourcetrack` says which channel of a file is heard, `link` what is moved together.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree as ET

from storyboard.export.edit import FilmEdit
from storyboard.export.edit_sound import EditSound

_LOUDEST = 3.98109  # of the level filter: 12 dB


def level_filter(sound: EditSound) -> dict[str, Any]:
    """The filter "Audio Levels" for how loud a sound is and how it comes and goes, as the adapter has XML; empty where
    it does nothing. Times are frames of the sound's file, as all keyframes of the format are."""
    level = min(_LOUDEST, 10 ** (sound.gain / 20))
    end = sound.skip + sound.frames
    opening = {sound.skip: 0.0, sound.skip + sound.fade_in: level} if sound.fade_in else {}
    closing = {end - sound.fade_out: level, end: 0.0} if sound.fade_out else {}
    frames = opening | closing
    if not frames and not sound.gain:
        return {}
    value: dict[str, Any] = {"value": f"{level:.5f}"}
    if frames:
        value["keyframe"] = [{"when": str(at), "value": f"{loud:.5f}"} for at, loud in sorted(frames.items())]
    return {
        "effect": {
            "name": "Audio Levels",
            "effectid": "audiolevels",
            "effectcategory": "audiolevels",
            "effecttype": "audiolevels",
            "mediatype": "audio",
            "parameter": {
                "parameterid": "level",
                "name": "Level",
                "valuemin": "0",
                "valuemax": str(_LOUDEST),
                **value,
            },
        }
    }


def link_sound(text: str, cut: FilmEdit) -> str:
    """The XML of a cut with its sound in stereo, and linked."""
    mono = {one.name for one in cut.sounds if one.channels == 1}
    mono |= {one.media.path.name for one in cut.events if one.media and one.media.channels == 1}
    root = ET.fromstring(text)  # noqa: S314 # our own output
    for audio in root.iter("audio"):
        tracks = audio.findall("track")
        if not tracks:
            continue
        files = {
            one.get("id", ""): one.findtext("name", "") for one in root.iter("file") if one.find("name") is not None
        }
        for track in tracks:
            audio.remove(track)
        pairs = [_pair(track, files, mono) for track in tracks]
        for track in (one for pair in pairs for one in pair):
            audio.append(track)
    video = root.find(".//video/track")
    _link([*([(video, "video")] if video is not None else []), *_numbered(root)])
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE xmeml>\n{ET.tostring(root, encoding="unicode")}\n'


def _pair(track: ET.Element, files: dict[str, str], mono: set[str]) -> Iterator[ET.Element]:
    """A track for the left channel, and one for the right where any of its files has one."""
    other = deepcopy(track)
    for item in list(other.findall("clipitem")):
        file = item.find("file")
        if file is not None and files.get(file.get("id", "")) in mono:
            other.remove(item)
            continue
        item.set("id", f"{item.get('id')}-right")
        if file is not None:  # it is described where it is named first
            file[:] = []
            file.text = None
    for number, channel in enumerate((track, other), 1):
        for item in channel.findall("clipitem"):
            source = ET.SubElement(item, "sourcetrack")
            ET.SubElement(source, "mediatype").text = "audio"
            ET.SubElement(source, "trackindex").text = str(number)
        ET.SubElement(channel, "outputchannelindex").text = str(number)
    yield track
    if other.find("clipitem") is not None:
        yield other


def _numbered(root: ET.Element) -> Iterator[tuple[ET.Element, str]]:
    for audio in root.iter("audio"):
        yield from ((track, "audio") for track in audio.findall("track"))


def _link(tracks: list[tuple[ET.Element, str]]) -> None:
    """Link what shows and sounds of one file at one time."""
    together: dict[tuple[str, str], list[tuple[ET.Element, str, int, int]]] = {}
    counts = {"video": 0, "audio": 0}
    for track, kind in tracks:
        counts[kind] += 1
        for number, item in enumerate(track.findall("clipitem"), 1):
            file = item.find("file")
            if file is not None and file.get("id"):
                key = (file.get("id", ""), item.findtext("start", ""))
                together.setdefault(key, []).append((item, kind, counts[kind], number))
    for rows in together.values():
        for item, _, _, _ in rows if len(rows) > 1 else ():
            for other, kind, track_number, number in rows:
                link = ET.SubElement(item, "link")
                ET.SubElement(link, "linkclipref").text = other.get("id")
                ET.SubElement(link, "mediatype").text = kind
                ET.SubElement(link, "trackindex").text = str(track_number)
                ET.SubElement(link, "clipindex").text = str(number)
