"""Rules of FCPXML that its public reference tells, for documents that no DTD is at hand to judge.

https://developer.apple.com/documentation/professional-video-applications/fcpxml-reference: times are rational seconds,
those of a sequence whole frames of it; ids are unique and what is referred to is there; the children of a story element
stand in the order note, rate and intrinsic parameters, anchored elements, markers, metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from xml.etree import ElementTree as ET

_TIME = re.compile(r"\d+(?:/[1-9]\d*)?s")
_TIMES = ("offset", "start", "duration", "tcStart", "frameDuration")
_ORDER = {
    **dict.fromkeys(("asset-clip", "gap", "title"), (
        ("note",), ("text",), ("text-style-def",), ("conform-rate",), ("adjust-volume",), ("asset-clip", "title"), ("marker",),
        ("metadata",),
    )),
    "asset": (("media-rep",), ("metadata",)),
    "resources": (("format", "asset", "effect"),),
    "sequence": (("spine",),),
    "spine": (("asset-clip", "gap", "audition", "transition"),),
    "audition": (("asset-clip",),),
}  # fmt: skip


def broken_rules(data: bytes) -> list[str]:
    """What is wrong in a document, a line each."""
    root = ET.fromstring(data)  # our own output
    return [*_wrong_references(root), *_wrong_times(root), *_wrong_order(root), *_wrong_spine(root)]


def seconds(time: str | None) -> Fraction:
    """A time as a number of seconds."""
    return Fraction((time or "0s").removesuffix("s"))


def _wrong_references(root: ET.Element) -> Iterator[str]:
    ids = [one.get("id", "") for one in root.iter() if one.get("id")]
    yield from (f"two elements are {one}" for one in {one for one in ids if ids.count(one) > 1})
    for one in root.iter():
        for key in ("ref", "format"):
            if (wanted := one.get(key)) and wanted not in ids:
                yield f"{one.tag}: nothing is {wanted}"


def _wrong_times(root: ET.Element) -> Iterator[str]:
    for one in root.iter():
        for key in _TIMES:
            if (time := one.get(key)) is not None and not _TIME.fullmatch(time):
                yield f"{one.tag}: {key} is {time}"
    sequence = root.find(".//sequence")
    assert sequence is not None
    frames = {one.get("id"): seconds(one.get("frameDuration")) for one in root.iter("format")}
    frame = frames[sequence.get("format")]
    for one in sequence.iter():
        for key in ("offset", "start", "duration", "tcStart"):
            if (seconds(one.get(key)) / frame).denominator != 1:
                yield f"{one.tag} {one.get('name')}: {key} {one.get(key)} is between two frames"


def _wrong_order(root: ET.Element) -> Iterator[str]:
    for one in root.iter():
        if groups := _ORDER.get(one.tag):
            ranks = [next((rank for rank, tags in enumerate(groups) if child.tag in tags), None) for child in one]
            if None in ranks or ranks != sorted(ranks, key=lambda rank: rank or 0):
                yield f"{one.tag} {one.get('name')}: {[child.tag for child in one]}"


def _wrong_spine(root: ET.Element) -> Iterator[str]:
    """Gaps and overlaps between what stands in the spine; transitions lie over it."""
    sequence = root.find(".//sequence")
    assert sequence is not None
    at = seconds(sequence.get("tcStart"))
    end = at + seconds(sequence.get("duration"))
    for one in sequence.findall("spine/*"):
        if one.tag == "transition":
            continue
        if seconds(one.get("offset")) != at:
            yield f"{one.tag} {one.get('name')}: begins at {one.get('offset')}, not at {at}s"
        lengths = [seconds(take.get("duration")) for take in one] if one.tag == "audition" else []
        at += lengths[0] if lengths else seconds(one.get("duration"))
    if at != end:
        yield f"the spine ends at {at}s, the sequence at {end}s"
