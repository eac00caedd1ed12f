"""The plan that a person agrees to repeats the warnings of the clips that it would send, with their lines."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from storyboard.cli import main

HEAD = (
    "CHARACTER Mira\nfront: https://example.com/mira.png\n\n"
    "LOCATION Harbor\nimage: https://example.com/harbor.png\n\nPROP Lamp\nlook: brass\n\n"
)


def plan(folder: Path, body: str, *options: str) -> list[str]:
    script = folder / "film.sb"
    script.write_text(HEAD + body)
    done = CliRunner().invoke(main, ["plan", str(script), *options])
    assert done.exit_code == 0, done.output
    return [line.partition("film.sb:")[2] for line in done.output.splitlines() if ": warning SB" in line]


def test_warnings_are_told_with_their_clip_and_line(tmp_path: Path) -> None:
    said = plan(
        tmp_path,
        "EXT. HARBOR - DAY\n\nMira is near.\n\nSHOT 5s wide\n@Mira waits.\n\n===\n\nSHOT 5s wide\n@Mira waits. Mira turns.\n",
    )
    found = [line.split(":")[0] for line in said if "SB205" in line]
    assert found == ["12", "20"]


def test_clips_that_are_not_sent_are_not_warned_of(tmp_path: Path) -> None:
    body = "EXT. HARBOR - DAY\n\nSHOT 5s wide\n@Mira. Mira turns.\n\n===\n\nSHOT 5s wide\n@Mira. Mira turns.\n"
    said = plan(tmp_path, body, "--only", "s01c02")
    assert [line.split(":")[0] for line in said if "SB205" in line] == ["18"]


def test_many_warnings_are_counted(tmp_path: Path) -> None:
    shots = (f"SHOT 5s wide\n@Mira. Mira turns {number} times.\n\n===\n\n" for number in range(2, 32))
    body = "EXT. HARBOR - DAY\n\n" + "".join(shots)
    assert len(plan(tmp_path, body)) == 20
