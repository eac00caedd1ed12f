"""What is laid over the film, in the timelines: on tracks of its own, where it is heard."""

from __future__ import annotations

import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from storyboard.compiler.pipeline import analyze_file
from storyboard.export import ExportRequest, ExportResult
from storyboard.export.fcpxml import write_fcpxml
from storyboard.film.laid_sounds import MadeSounds
from storyboard.film.takes import Take
from tests.export.conftest import film

otio = pytest.importorskip("opentimelineio", reason="there is no build of it for this Python")

from storyboard.export.timeline import write_edl, write_fcp7, write_otio  # noqa: E402 # only where there is OpenTimelineIO

SCRIPT = """\
Music: music.wav
Audio: on

CHARACTER Mira
look: a keeper

INT. ROOM

SHOT 4s
A door.

MIRA (V.O., speech.wav)
I never left.

===

SHOT 4s
A wall.

MIRA (V.O., speech.wav)
I never left.

EFFECT: bell.wav (at 1s, -6 dB)
"""


@pytest.fixture
def request_of(tmp_path: Path) -> ExportRequest:
    for name, seconds, channels in (("music", 3, 2), ("speech", 4, 1), ("bell", 1, 2)):
        with wave.open(str(tmp_path / f"{name}.wav"), "wb") as file:
            file.setnchannels(channels)
            file.setsampwidth(2)
            file.setframerate(48000)
            file.writeframes(b"\x00\x10\x00\xf0"[: 2 * channels] * 48000 * seconds)
    (tmp_path / "film.sb").write_text(SCRIPT)
    takes = tuple(Take(f"s01c0{n}", film(tmp_path / f"{n}.mp4", 4, sound=True), 1) for n in (1, 2))
    return ExportRequest(analyze_file(tmp_path / "film.sb"), takes)


def tracks_of(written: ExportResult, adapter: str) -> list[list[tuple[str, float, float]]]:
    """The sound tracks: name, start and end of each clip in seconds."""
    timeline = otio.adapters.read_from_string(written.data.decode(), adapter_name=adapter)
    found: Any = timeline if isinstance(timeline, otio.schema.Timeline) else next(iter(timeline))
    return [
        [
            (item.name, at.start_time.to_seconds(), at.end_time_exclusive().to_seconds())
            for item in track
            if isinstance(item, otio.schema.Clip) and (at := item.range_in_parent())
        ]
        for track in found.audio_tracks()
    ]


def test_every_kind_has_a_track_of_its_own(request_of: ExportRequest) -> None:
    written = write_otio(request_of)
    takes, speech, effects, music = tracks_of(written, "otio_json")
    assert [name for name, _, _ in takes] == ["s01c01", "s01c02"]
    assert [name for name, _, _ in speech] == ["speech.wav", "speech.wav"]
    assert speech[0][2] - speech[0][1] == pytest.approx(4, abs=0.05)
    assert speech[1][1] >= speech[0][2], "the second waits for the first"
    assert effects == [("bell.wav", 5, 6)]
    assert music == [("music.wav", 0, 3), ("music.wav", 3, 6), ("music.wav", 6, 8)], "repeated"
    assert written.problems == ()


def test_final_cut_7_has_stereo_that_is_linked(request_of: ExportRequest) -> None:
    root = ET.fromstring(write_fcp7(request_of).data)
    tracks = root.findall(".//sequence/media/audio/track")
    found = [(track.findtext("clipitem/name"), track.findtext("clipitem/sourcetrack/trackindex")) for track in tracks]
    assert found == [
        ("s01c01", "1"), ("s01c01", "2"), ("speech.wav", "1"), ("bell.wav", "1"), ("bell.wav", "2"),
        ("music.wav", "1"), ("music.wav", "2"),
    ]  # fmt: skip
    items = {item.get("id"): item for item in root.iter("clipitem")}
    first = root.find(".//video/track/clipitem")
    assert first is not None
    linked = [items[link.findtext("linkclipref")].findtext("name") for link in first.findall("link")]
    assert linked == ["s01c01"] * 3, "picture, left, right"
    read = [[at for _, *at in track] for track in tracks_of(write_fcp7(request_of), "fcp_xml")]
    takes, speech, effects, music = ([at for _, *at in one] for one in tracks_of(write_otio(request_of), "otio_json"))
    assert read == [takes, takes, speech, effects, effects, music, music], "what is repeated is there each time"


def test_a_level_and_fades_go_along(request_of: ExportRequest, tmp_path: Path) -> None:
    script = SCRIPT.replace("music.wav", "music.wav (-6 dB, fade in 1s, fade out 2s)")
    (tmp_path / "film.sb").write_text(script)
    request = request_of._replace(analysis=analyze_file(tmp_path / "film.sb"))
    laid = ET.fromstring(write_fcpxml(request).data).findall(".//spine/asset-clip/asset-clip[@audioRole='music']")
    fades = [[(fade.tag, fade.get("duration")) for fade in one.iter() if fade.tag.startswith("fade")] for one in laid]
    assert fades == [[("fadeIn", "1s")], [], [("fadeOut", "2s")]]
    assert {one.find("adjust-volume").get("amount") for one in laid} == {"-6dB"}  # type: ignore[union-attr]  # each has one
    items = [
        one
        for one in ET.fromstring(write_fcp7(request).data).findall(".//audio/track/clipitem")
        if one.findtext("name") == "music.wav"
    ]
    levels = [
        [(frame.findtext("when"), frame.findtext("value")) for frame in one.findall("filter/effect/parameter/keyframe")]
        for one in items[:3]
    ]
    assert levels == [[("0", "0.00000"), ("24", "0.50119")], [], [("0", "0.50119"), ("48", "0.00000")]]
    assert [one.findtext("filter/effect/parameter/value") for one in items[:3]] == ["0.50119"] * 3


def test_sounds_that_were_made_of_words_are_there(request_of: ExportRequest, tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT.replace("music.wav", "a slow waltz"))
    request = request_of._replace(analysis=analyze_file(tmp_path / "film.sb"))
    assert len(tracks_of(write_otio(request), "otio_json")) == 3, "takes, speech, effects"
    made = MadeSounds({"a slow waltz": tmp_path / "music.wav"})
    *_, music = tracks_of(write_otio(request._replace(made=made)), "otio_json")
    assert [name for name, _, _ in music] == ["music.wav"] * 3


def test_fcpxml_has_roles(request_of: ExportRequest) -> None:
    root = ET.fromstring(write_fcpxml(request_of).data)
    assets = {one.get("id"): one.findtext("media-rep") is not None and one.get("name") for one in root.iter("asset")}
    laid = list(root.findall(".//spine/asset-clip/asset-clip"))
    found = [(assets[one.get("ref")], one.get("audioRole"), one.get("lane")) for one in laid]
    assert found.count(("music", "music", "-3")) == 3
    assert found.count(("speech", "dialogue.voice-over", "-1")) == 2
    assert found.count(("bell", "effects", "-2")) == 1
    bell = next(one for one in laid if one.get("audioRole") == "effects")
    assert (bell.get("offset"), bell.find("adjust-volume").get("amount")) == ("1s", "-6dB")  # type: ignore[union-attr]  # it has one


@pytest.mark.parametrize("line", ["* SPEECH: speech.wav", "* EFFECT: bell.wav", "* MUSIC: music.wav"])
def test_an_edl_names_what_is_laid_over(request_of: ExportRequest, line: str) -> None:
    assert line in write_edl(request_of).data.decode()


@pytest.mark.parametrize("write", [write_otio, write_fcpxml])
def test_a_sound_that_cannot_be_read_is_told(
    request_of: ExportRequest, tmp_path: Path, write: Callable[[ExportRequest], ExportResult]
) -> None:
    (tmp_path / "bell.wav").write_bytes(b"")
    assert [one for one in write(request_of).problems if "bell.wav" in one and "it is empty" in one]
