"""What an editor's program reads back."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from storyboard.compiler.pipeline import Analysis, analyze_file, analyze_text
from storyboard.export import ExportRequest
from storyboard.export.fcpxml import write_fcpxml
from storyboard.film.takes import Take
from tests.export.conftest import film

otio = pytest.importorskip("opentimelineio", reason="there is no build of it for this Python")

from storyboard.export.timeline import write_edl, write_fcp7, write_otio  # noqa: E402 # only where there is OpenTimelineIO

WRITERS = {"otio_json": write_otio, "cmx_3600": write_edl, "fcp_xml": write_fcp7}
RATE = 30  # of the film: that of most of its takes' seconds
EVENTS = [("s01c01", 270), ("s02c01", 90), ("s02c02", 414), (None, 36)]  # frames; the last take is short
TITLE = 'Ink & <Water> --> "Now"'


@pytest.fixture
def analysis(project: Path) -> Analysis:
    return analyze_file(project / "film.sb")


@pytest.mark.parametrize("adapter", WRITERS)
def test_a_timeline_reads_back_with_the_same_clips_and_frames(
    analysis: Analysis, takes: tuple[Take, ...], adapter: str
) -> None:
    timeline = read(WRITERS[adapter](ExportRequest(analysis, takes)).data, adapter)
    assert timeline.name == TITLE
    video = next(track for track in timeline.tracks if track.kind == otio.schema.TrackKind.Video)
    items = [item for item in video if not isinstance(item, otio.schema.Transition)]
    found = [
        (item.name if isinstance(item, otio.schema.Clip) else None, item.duration().rescaled_to(RATE).value)
        for item in items
    ]
    expected = EVENTS
    if adapter == "cmx_3600":  # an editor finds the files of an EDL by the names of its clips
        files = {take.clip_id: take.path.name for take in takes}
        expected = [(files.get(str(name), name), frames) for name, frames in EVENTS]
    # A gap at the end is nothing in a list of events.
    assert found == expected[: len(found)]
    assert len(found) >= 3
    starts = [item.range_in_parent().start_time.rescaled_to(RATE).value for item in items]
    assert starts[:3] == [0, 270, 360]
    if adapter != "cmx_3600":  # whose adapter reads no start
        assert timeline.global_start_time.to_seconds() == 3600


@pytest.mark.parametrize("adapter", WRITERS)
def test_fades_are_transitions_and_dissolves_are_markers(
    analysis: Analysis, takes: tuple[Take, ...], adapter: str
) -> None:
    """A dissolve asks for frames that takes do not have; an EDL has fades in its comments only."""
    script = (Path(analysis.path)).read_text(encoding="utf-8") + "\nFADE OUT.\n"
    data = WRITERS[adapter](ExportRequest(analyze_text(script, analysis.path), takes)).data
    timeline = read(data, adapter)
    video = next(one for one in timeline.tracks if one.kind == otio.schema.TrackKind.Video)
    found = [
        (number, item.in_offset.rescaled_to(RATE).value, item.out_offset.rescaled_to(RATE).value)
        for number, item in enumerate(video)
        if isinstance(item, otio.schema.Transition)
    ]
    assert b"issolve into the next clip" in data or b"DISSOLVE INTO THE NEXT CLIP" in data
    if adapter == "cmx_3600":
        assert found == []
        assert b"* TRANSITION: FADE IN:" in data
        assert b"* TRANSITION: FADE OUT." in data
    else:
        assert found == [(0, 0, 30), (len(video) - 1, 30, 0)]


def test_a_dissolve_at_the_head_of_a_scene_counts_as_well() -> None:
    analysis = analyze_text("INT. ROOM\n\nSHOT 5s\nA door.\n\nINT. HALL\n\nDISSOLVE TO:\n\nSHOT 3s\nA wall.\n")
    timeline = read(write_otio(ExportRequest(analysis)).data, "otio_json")
    assert [marker.name for marker in timeline.tracks[0][0].markers][1:] == ["Dissolve into the next clip, 24 frames"]
    assert b"Dissolve into the next clip" in write_fcpxml(ExportRequest(analysis)).data


def read(data: bytes, adapter: str, rate: int = RATE) -> Any:
    more = {"rate": rate} if adapter == "cmx_3600" else {}
    found = otio.adapters.read_from_string(data.decode(), adapter_name=adapter, **more)
    return found if isinstance(found, otio.schema.Timeline) else next(iter(found))


@pytest.mark.parametrize("adapter", WRITERS)
def test_a_take_is_found_whatever_its_name(analysis: Analysis, takes: tuple[Take, ...], adapter: str) -> None:
    timeline = read(WRITERS[adapter](ExportRequest(analysis, takes)).data, adapter)
    clips = list(timeline.find_clips())
    assert clips[0].media_reference.target_url == takes[0].path.as_uri()
    assert clips[2].media_reference.target_url == takes[1].path.as_uri()
    # OpenTimelineIO's reader of EDLs takes the file of the clip that is left in a dissolve for both.
    if adapter != "cmx_3600":
        assert clips[1].media_reference.is_missing_reference or not clips[1].media_reference.target_url


def test_an_otio_file_names_its_media_relative_to_itself(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    """Resolve links a path beside the timeline, and no `file:` URL; the other formats ask for URLs."""
    folder = takes[0].path.parent
    for place, expected in ((folder, "short.mp4"), (folder / "out" / "film", "../../short.mp4")):
        clips = list(read(write_otio(ExportRequest(analysis, takes, folder=place)).data, "otio_json").find_clips())
        assert clips[2].media_reference.target_url == expected
        assert clips[0].media_reference.target_url.endswith('take <2> & "x" -->.mp4')
    for writer in (write_fcp7, write_fcpxml):
        assert takes[1].path.as_uri().encode() in writer(ExportRequest(analysis, takes, folder=folder)).data


def test_the_other_takes_of_a_clip_are_an_audition(analysis: Analysis, takes: tuple[Take, ...], project: Path) -> None:
    others = (
        Take("s01c01", film(project / "first.mp4", 8), 1, ("too slow",)),
        Take("s01c01", film(project / "long.mp4", 12), 3),
    )
    root = ET.fromstring(write_fcpxml(ExportRequest(analysis, takes, others=others)).data)
    audition = root.find(".//spine/audition")
    assert audition is not None
    assert audition.get("offset") == "3600s"
    found = [(one.tag, one.get("name"), one.get("offset"), one.get("duration")) for one in audition]
    assert found == [
        ("asset-clip", "s01c01", None, "9s"),
        ("asset-clip", "s01c01, take 1", None, "8s"),
        ("asset-clip", "s01c01, take 3", None, "9s"),
    ]
    assert len(audition[0].findall("marker")) == 3
    files = {one.get("id"): one.find("media-rep").get("src") for one in root.findall(".//asset")}  # type: ignore[union-attr]  # there is one
    assert [str(files[one.get("ref")]).rpartition("/")[2] for one in audition[1:]] == ["first.mp4", "long.mp4"]
    assert [one.find("metadata/md[@displayName='Take']").get("value") for one in audition] == ["2", "1", "3"]  # type: ignore[union-attr]  # there is one
    assert len(root.findall(".//spine/asset-clip")) == 1, "the other clip has one take"


def test_the_facts_go_along(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    timeline = read(write_otio(ExportRequest(analysis, takes)).data, "otio_json")
    facts = next(iter(timeline.find_clips())).metadata["storyboard"]
    assert facts["take"] == 2
    assert facts["scene"] == "1 (7 <A>)"
    assert list(facts["shots"]) == ["1.1", "1.2"]
    assert facts["source"].endswith("film.sb:16")
    assert facts["prompt"].startswith("Shot 1 (5s): Close-up.")
    assert list(facts["transitions"]) == ["FADE IN:", "DISSOLVE TO:"]
    markers = next(iter(timeline.find_clips())).markers
    assert [marker.name for marker in markers] == [
        '1.1 one --> "two" close-up',
        "1.2 wide, slow push forward",
        "Dissolve into the next clip, 30 frames",
    ]
    assert [marker.marked_range.start_time.value for marker in markers] == [0, 150, 269]
    assert "<b>I never left.</b>" in markers[0].comment


def test_an_edl_has_the_facts_in_comments_of_legal_length(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    text = write_edl(ExportRequest(analysis, takes)).data.decode()
    assert '* SCENE: 1 (7 <A>) EXT. HARBOR - "DUSK" <late> --> NIGHT' in text
    assert "* SHOTS: 1.1, 1.2" in text
    assert "* TAKE: 2" in text
    assert "* PROMPT: Shot 1 (5s): Close-up." in text
    assert max(len(line) for line in text.splitlines() if line.startswith(("* PROMPT", "* SCENE"))) <= 80


def test_final_cut_7_has_the_facts_in_its_own_fields(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    root = ET.fromstring(write_fcp7(ExportRequest(analysis, takes)).data)  # our own output
    first = root.find(".//video/track/clipitem")
    assert first is not None
    assert first.findtext("logginginfo/scene") == "1 (7 <A>)"
    assert first.findtext("logginginfo/shottake") == "1.1, 1.2 / 2"
    assert str(first.findtext("logginginfo/lognote")).startswith("Shot 1 (5s)")
    assert str(first.findtext("marker/comment")).startswith("Mira says <nothing> & turns.")
    assert root.findtext(".//video/format/samplecharacteristics/width") == "320"
    assert len(root.findall(".//audio/track/clipitem")) == 2, "left and right"


def test_fcpxml_keeps_every_place_to_the_frame(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    root = ET.fromstring(write_fcpxml(ExportRequest(analysis, takes)).data)  # our own output
    spine = root.find(".//spine")
    assert spine is not None
    found = [(item.tag, item.get("name"), item.get("offset"), item.get("duration")) for item in spine]
    assert found == [
        ("transition", "Fade in", "3600s", "1s"),
        ("asset-clip", "s01c01", "3600s", "9s"),
        ("gap", "s02c01", "3609s", "3s"),
        ("asset-clip", "s02c02", "3612s", "69/5s"),
        ("gap", "s02c02, the rest", "18129/5s", "6/5s"),
    ]
    sequence = root.find(".//sequence")
    assert sequence is not None
    assert sequence.get("duration") == "27s"
    assert [asset.get("duration") for asset in root.findall(".//asset")] == ["37/4s", "69/5s"]
    assert root.findall(".//asset")[0].find("media-rep").get("src") == takes[0].path.as_uri()  # type: ignore[union-attr]  # there is one
    assert {form.get("frameDuration") for form in root.findall(".//format")} == {"1/24s", "1/30s"}
    notes = [note.text for note in root.findall(".//note")]
    assert str(notes[0]).startswith("Shot 1 (5s)")
    values = {md.get("key"): md.get("value") for md in spine[1].findall("metadata/md")}
    assert values["org.storyboard-compiler.heading"] == 'EXT. HARBOR - "DUSK" <late> --> NIGHT'


# The adapter asks elements for their truth, which Python 3.12 and later warn of.
@pytest.mark.filterwarnings("ignore:Testing an element's truth value:DeprecationWarning")
def test_fcpxml_is_read_by_another_program(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    found = otio.adapters.read_from_string(
        write_fcpxml(ExportRequest(analysis, takes)).data.decode(), adapter_name="fcpx_xml"
    )
    timeline = found if isinstance(found, otio.schema.Timeline) else found[0]
    clips = list(timeline.find_clips())
    # The adapter counts in the frames of the file, 30 a second for the second one.
    assert [(clip.name, round(clip.duration().to_seconds(), 1)) for clip in clips] == [("s01c01", 9), ("s02c02", 13.8)]


def _dtd() -> Path | None:
    """Apple's DTD, which we may not bring along: where Final Cut Pro has it, or where FCPXML_DTD says."""
    inside = "Final Cut Pro.app/Contents/Frameworks/Interchange.framework/Versions/A/Resources/FCPXMLv1_10.dtd"
    places = (Path(os.environ.get("FCPXML_DTD", "/nowhere")), Path("/Applications") / inside)
    return next((place for place in places if place.is_file()), None)


@pytest.mark.skipif(_dtd() is None, reason="Apple's FCPXML DTD is not on this machine (set FCPXML_DTD)")
def test_fcpxml_is_valid(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
    dtd = etree.DTD(str(_dtd()))
    for chosen in (takes, ()):
        request = ExportRequest(analysis, chosen, others=tuple(one._replace(number=9) for one in chosen))
        assert dtd.validate(etree.fromstring(write_fcpxml(request).data)), dtd.error_log


def test_a_take_that_cannot_be_read_leaves_its_place_empty(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    takes[0].path.write_bytes(b"no film")
    written = write_otio(ExportRequest(analysis, takes))
    assert len(written.problems) == 1
    assert "its place is left empty" in written.problems[0]
    clips = list(read(written.data, "otio_json").find_clips())
    assert (clips[0].name, clips[0].duration().value) == ("s01c01", 9 * RATE)
    assert clips[0].media_reference.is_missing_reference


@pytest.mark.parametrize("writer", [*WRITERS.values(), write_fcpxml])
@pytest.mark.parametrize("script", ["", "Title: Soon\n", "INT. ROOM\n\nSHOT wide\nA door.\n"])
def test_a_film_without_a_second_is_written_too(script: str, writer: object) -> None:
    assert callable(writer)
    written = writer(ExportRequest(analyze_text(script)))
    assert written.data
    assert written.problems == ("no shot has a length yet: the timeline is empty",)


def test_a_scene_that_cannot_be_grouped_keeps_its_seconds() -> None:
    analysis = analyze_text("INT. ROOM\n\nSHOT 5s wide\nA door.\n\nSHOT wide\nA wall.\n\nSHOT 6s\nA floor.\n")
    assert analysis.clips == ()
    clips = list(read(write_otio(ExportRequest(analysis)).data, "otio_json").find_clips())
    assert [(clip.name, clip.duration().value) for clip in clips] == [("shot 1.1", 120), ("shot 1.3", 144)]


def test_a_thousand_shots_stay_in_step() -> None:
    analysis = analyze_text("INT. ROOM\n\n" + "SHOT 5s wide\nA door opens.\n\n===\n\n" * 1000)
    timeline = read(write_edl(ExportRequest(analysis)).data, "cmx_3600")
    assert timeline.duration().to_seconds() == 5000
    assert len(list(timeline.find_clips())) == 1000


def test_titles_stand_in_every_timeline() -> None:
    analysis = analyze_text("INT. ROOM\n\nSHOT 5s\nA door.\n\nSUPER: One year later\n\n===\n\nSHOT 5s\nA wall.\n")
    for adapter in ("otio_json", "fcp_xml"):
        timeline = read(WRITERS[adapter](ExportRequest(analysis)).data, adapter)
        titles = timeline.video_tracks()[1]
        assert [item.name for item in titles if isinstance(item, otio.schema.Clip)] == ["One year later"]
        assert titles[-1].duration().to_seconds() == 2.5
    assert b"* TITLE: One year later" in write_edl(ExportRequest(analysis)).data
    title = ET.fromstring(write_fcpxml(ExportRequest(analysis)).data).find(".//spine/gap/title")
    assert title is not None
    assert (title.findtext("text/text-style"), title.get("duration")) == ("One year later", "5/2s")


def test_an_edl_counts_as_an_editing_room_does(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    lines = write_edl(ExportRequest(analysis, takes)).data.decode().splitlines()
    assert lines[1] == "FCM: NON-DROP FRAME"
    events = [line for line in lines if line[:3].isdecimal()]
    assert [line.split()[2] for line in events] == ["AA/V", "V", "V"]
    assert events[0].endswith("00:00:00:00 00:00:09:00 01:00:00:00 01:00:09:00")
    markers = [line.split()[2] for line in lines if line.startswith("* LOC:")]
    assert markers == ["01:00:00:00", "01:00:05:00", "01:00:08:29", "01:00:09:00", "01:00:12:00"]


def test_a_take_of_another_rate_says_so_in_fcpxml(analysis: Analysis, takes: tuple[Take, ...]) -> None:
    root = ET.fromstring(write_fcpxml(ExportRequest(analysis, takes)).data)
    first, *_ = root.findall(".//asset-clip")
    conform = first.find("conform-rate")
    assert conform is not None
    assert conform.attrib == {"scaleEnabled": "0", "srcFrameRate": "24"}, "as fast as it was"
    assert first.get("audioRole") == "dialogue"
