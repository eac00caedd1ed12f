"""Whatever ffmpeg decodes is kept, under its own name where it can stand in the film: every kind of clip."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from storyboard.film import decode_child, verify
from storyboard.film.verify import Verdict, verify_clip
from storyboard.render.files import digest_of, keep_rejected, partial_path, rejected_files
from storyboard.spend.entry import Entry
from storyboard.spend.states import State
from tests.ffmpeg import needs_ffmpeg
from tests.film.kinds import DAMAGED, GOOD, KINDS, REJECTED, UNDECODABLE, copy, make

pytestmark = needs_ffmpeg


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """The decoder without its child, whose start costs more than such a small clip."""
    monkeypatch.setattr(verify, "ask_decoder", decode_child.main)


def judged(path: Path) -> Verdict:
    return verify_clip(path, 2, "16:9")


def decodes(path: Path) -> bool:
    """Whether ffmpeg makes a frame of it."""
    command = ["ffmpeg", "-v", "quiet", "-nostdin", "-i", str(path), "-map", "0:V:0", "-f", "framecrc", "-"]
    lines = subprocess.run(command, capture_output=True, check=False).stdout.splitlines()
    return any(not line.startswith(b"#") for line in lines)


def test_there_are_enough_kinds() -> None:
    assert len(KINDS) > 80


@pytest.mark.parametrize("name", GOOD)
def test_a_clip_that_plays_stands_in_the_film(kinds: Path, name: str) -> None:
    verdict = judged(make(kinds, name))
    assert verdict.is_clip, verdict
    assert verdict.frames


@pytest.mark.parametrize("name", [*REJECTED, *UNDECODABLE, *DAMAGED])
def test_what_is_paid_is_kept(kinds: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "clips").mkdir()
    entry = Entry(
        7, "sha256:0", "s01c01", None, "s01c01", State.SAVING, "m", 2, "16:9", 1.0, "{}", "[]", "1.1", number=1,
        queue_id="q",
    )  # fmt: skip
    partial = copy(kinds, name, partial_path(tmp_path, entry))
    data, is_decodable = partial.read_bytes(), decodes(partial)
    verdict = judged(partial)
    assert verdict.can_be_chosen is is_decodable, verdict
    if name not in DAMAGED:
        assert not verdict.is_clip
        assert is_decodable is (name in REJECTED)
    if verdict.is_clip:
        return
    digest = digest_of(partial)
    kept = keep_rejected(tmp_path, entry, partial, digest, verdict)
    assert kept.file == ("s01c01_t1.rejected.mp4" if is_decodable else "s01c01_t1.undecodable.bin")
    file = tmp_path / "clips" / kept.file
    assert file.read_bytes() == data
    assert json.loads(file.with_suffix(".json").read_bytes())["rejected"] == verdict.problem
    again = copy(kinds, name, partial_path(tmp_path, entry))
    assert keep_rejected(tmp_path, entry, again, digest, verdict) == kept, "the same bytes are kept once"
    assert [one.file for one in rejected_files(tmp_path, entry)] == [kept.file]
    assert sorted(path.name for path in file.parent.iterdir()) == sorted([file.name, file.with_suffix(".json").name])
