"""Subtitles as other libraries read them."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file
from storyboard.export import ExportRequest
from storyboard.export.subtitles import write_subrip, write_webvtt


# pysubs2 1.9 takes a time of day in a speech for a lost subtitle, and reads on.
@pytest.mark.filterwarnings("ignore:Possible missed subtitle start")
def test_subrip_reads_back(project: Path) -> None:
    pysubs2 = pytest.importorskip("pysubs2", reason="nothing here reads SubRip")
    text = write_subrip(ExportRequest(analyze_file(project / "film.sb"), names=True)).data.decode()
    events = pysubs2.SSAFile.from_string(text, format_="srt").events
    assert len(events) == 1
    assert 0 <= events[0].start < events[0].end <= 5000
    assert "I never left." in events[0].text
    assert events[0].plaintext.startswith("MIRA: ")


def test_webvtt_reads_back(project: Path) -> None:
    webvtt = pytest.importorskip("webvtt", reason="nothing here reads WebVTT")
    text = write_webvtt(ExportRequest(analyze_file(project / "film.sb"))).data.decode()
    captions = list(webvtt.from_buffer(io.StringIO(text)))
    assert len(captions) == 1
    assert captions[0].voice == "Mira"
    assert "I never left." in captions[0].text
