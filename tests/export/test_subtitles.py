"""Subtitles as other libraries read them."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from storyboard.cli import main
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


def test_titles_are_forced_captions_in_a_file_of_their_own(tmp_path: Path) -> None:
    """Players show `film.forced.srt` whether or not anybody asked for subtitles."""
    script = tmp_path / "film.sb"
    script.write_text(
        "INT. ROOM\n\nSHOT 5s\nA door.\n\n===\n\nSHOT 5s\nA wall.\n\nSUPER: One year later\n\nMIRA\nHello.\n",
        encoding="utf-8",
    )
    for form in ("srt", "vtt"):
        CliRunner().invoke(main, ["export", str(script), "--to", form, "--forced"])
        text = (tmp_path / "out" / "film" / f"film.forced.{form}").read_text(encoding="utf-8")
        assert re.search(r"00:00:05[.,]000 --> 00:00:07[.,]500", text)
        assert "One year later" in text
        assert "Hello" not in text
    refused = CliRunner().invoke(main, ["export", str(script), "--to", "csv", "--forced"])
    assert refused.exit_code == 2
