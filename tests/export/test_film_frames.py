"""Timelines have the film's own frames: its rate, its time code, and every clip where `sbc film` has it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import av
import pytest
from PIL import Image

from storyboard.compiler.pipeline import analyze_text
from storyboard.export import ExportRequest
from storyboard.export.fcpxml import write_fcpxml
from storyboard.export.timecode import timecode, timecode_frames
from storyboard.film.cut import FilmCut, lay_out_cut
from storyboard.film.takes import Take
from storyboard.film.timeline import lay_out
from tests.export.fcpxml_rules import broken_rules, seconds

otio = pytest.importorskip("opentimelineio", reason="there is no build of it for this Python")

from storyboard.export.timeline import write_edl, write_fcp7, write_otio  # noqa: E402 # only where there is OpenTimelineIO

NTSC, DROP = Fraction(1000, 1001), (Fraction(30000, 1001), Fraction(60000, 1001))
SCRIPT = """\
FADE IN:

INT. ROOM

SHOT 3s
A door.

WIPE TO:

SHOT 2s
A wall.

===

SHOT 3s
A floor.

FADE OUT.

INT. HALL

FADE IN:

SHOT 3s
A stair.

SUPER: One year later

CUT TO BLACK.

SHOT 3s
A lamp.

===

SHOT 3s
Dust.

DISSOLVE TO:

===

SHOT 3s
Light.

FADE TO WHITE.
"""
EFFECTS = [
    ("s01c01", "Wipe around this cut, {0} frames"),
    ("s01c02", "Fade out to black, {0} frames"),
    ("s02c01", "Fade in from black, {0} frames"),
    ("s02c02", "Dissolve into the next clip, {0} frames"),
    ("s02c03", "Fade out to white, {0} frames"),
]


def take(folder: Path, clip: str, frames: int, rate: Fraction) -> Take:
    """A take of so many frames."""
    path = folder / f"{clip}.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=rate, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuv420p"
        picture = av.VideoFrame.from_image(Image.new("RGB", (64, 36), "navy"))
        for number in range(frames):
            picture.pts = number
            container.mux(stream.encode(picture))
        container.mux(stream.encode())
    return Take(clip, path, 1)


def takes_at(folder: Path, *rates: Fraction) -> tuple[Take, ...]:
    """A take of the first clip with a frame too many, none of the second, one of the third, the longest, that is
    short and has the last of some rates, and one of the fourth."""
    first, fourth, third = (rates * 3)[:3]
    return (
        take(folder, "s01c01", round(5 * first) + 1, first),
        take(folder, "s02c01", round(5 * third), third),
        take(folder, "s02c02", round(3 * fourth), fourth),
    )


def placed(cut: FilmCut) -> list[tuple[int, int]]:
    """Where the film has each clip, and how much of it its take fills, in frames."""
    found = []
    for clip in cut.clips:
        there = clip.frames
        if clip.media:
            there = min(there, int(clip.media.frames / clip.media.rate * cut.rate + Fraction(1, 2)))
        found.append((clip.first, there))
    return found


#: The rates of takes, the one that most of the film's seconds have last.
RATES = [
    (30 * NTSC,),
    (Fraction(60), Fraction(24), Fraction(30)),
    *(pytest.param(one, marks=pytest.mark.slow) for one in ((24 * NTSC,), (Fraction(25),), (60 * NTSC,))),
]


@pytest.mark.parametrize("rates", RATES, ids=lambda rates: "+".join(f"{float(rate):.5g}" for rate in rates))
def test_every_timeline_has_the_films_own_frames(tmp_path: Path, rates: tuple[Fraction, ...]) -> None:
    analysis, takes = analyze_text(SCRIPT), takes_at(tmp_path, *rates)
    assert [clip.id for clip in analysis.clips] == ["s01c01", "s01c02", "s02c01", "s02c02", "s02c03"]
    request = ExportRequest(analysis, takes)
    cut = lay_out_cut(analysis, lay_out(analysis), takes)
    assert cut.rate == rates[-1]
    start = timecode_frames(3600, cut.rate)
    for write, adapter in ((write_otio, "otio_json"), (write_fcp7, "fcp_xml"), (write_edl, "cmx_3600")):
        timeline = read(write(request).data, adapter, cut.rate)
        assert video_clips(timeline, cut.rate) == placed(cut), adapter
        if adapter != "cmx_3600":
            assert timeline.global_start_time == otio.opentime.RationalTime(start, float(cut.rate))
    data = write_fcpxml(request).data
    assert broken_rules(data) == []
    root = ET.fromstring(data)
    sequence = root.find(".//sequence")
    assert sequence is not None
    is_drop = cut.rate in DROP
    assert sequence.get("tcFormat") == ("DF" if is_drop else "NDF")
    assert seconds(sequence.get("tcStart")) == start / cut.rate
    assert seconds(sequence.get("duration")) == cut.frames / cut.rate
    assert ("FCM: DROP FRAME" in write_edl(request).data.decode().splitlines()) == is_drop


def read(data: bytes, adapter: str, rate: Fraction) -> Any:
    more = {"rate": float(rate)} if adapter == "cmx_3600" else {}
    found = otio.adapters.read_from_string(data.decode(), adapter_name=adapter, **more)
    return found if isinstance(found, otio.schema.Timeline) else next(iter(found))


def video_clips(timeline: Any, rate: Fraction) -> list[tuple[int, int]]:
    spans = [one.range_in_parent() for one in timeline.video_tracks()[0] if isinstance(one, otio.schema.Clip)]
    return [
        (round(span.start_time.value_rescaled_to(float(rate))), round(span.duration.value_rescaled_to(float(rate))))
        for span in spans
    ]


def test_what_no_timeline_can_do_is_a_marker() -> None:
    """Every fade, wipe, dissolve and cut to black of the film that is no transition of the timeline."""
    request = ExportRequest(analyze_text(SCRIPT))
    expected = [(clip, words.format(24)) for clip, words in EFFECTS]
    timeline = read(write_otio(request).data, "otio_json", Fraction(24))
    told = [(clip.name, one.name) for clip in timeline.video_tracks()[0].find_clips() for one in clip.markers]
    found = [(clip, name) for clip, name in told if name.endswith("frames")]
    black = [one for one in found if "black, " in one[1] and one[0] == "s02c01" and one != expected[2]]
    assert len(black) == 1, "cut to black within a clip"
    assert [one for one in found if one not in black] == expected
    edl = write_edl(request).data.decode()
    root = ET.fromstring(write_fcpxml(request).data)
    for clip, words in (*expected, *black):
        assert words.upper() in edl
        assert root.find(f".//spine/gap[@name='{clip}']/marker[@value='{words}']") is not None


def test_a_card_is_told_from_words_over_the_picture() -> None:
    analysis = analyze_text("INT. ROOM\n\nSHOT 5s\nA door.\n\nSUPER: A year later\n\nTITLE CARD: The end\n")
    timeline = read(write_otio(ExportRequest(analysis)).data, "otio_json", Fraction(24))
    (clip,) = timeline.video_tracks()[0].find_clips()
    cards = [(one.name, one.marked_range.start_time.value) for one in clip.markers if "Card" in one.name]
    assert cards == [("Card on black, 60 frames", 60)]


def test_dropped_numbers_are_those_of_smpte() -> None:
    """Compared with OpenTimelineIO's, which counts by itself."""
    for rate in DROP:
        for frame in (*range(0, 20_000, 7), *range(17_000, 19_000), *range(107_800, 108_000), *range(215_700, 215_800)):
            time = otio.opentime.RationalTime(frame, float(rate))
            assert timecode(frame, rate) == otio.opentime.to_timecode(time, float(rate), True)
        assert timecode(timecode_frames(3600, rate), rate) == "01:00:00;00"
