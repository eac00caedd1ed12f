"""What no command writes over: scripts, pictures, its own input, a ledger, takes, what is not a file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from storyboard.cli import main
from storyboard.export.formats import FORMATS
from storyboard.spend.ledger import Ledger

_SCRIPT = """\
Title: Harbor
Music: cello.wav

INCLUDE cast.sb

EXT. HARBOR - DUSK

SHOT 5s close-up
start: refs/first.png
@Mira turns toward the camera and waits.

EFFECT: bell.wav

MIRA (V.O., mira.wav)
I never left.
"""
_CAST = """\
CHARACTER Mira
look: a young lantern keeper
front: refs/mira.png

LOCATION Harbor
image: refs/harbor.png
"""
#: Every command that writes a product where `-o` says, and what comes before the `-o`.
_COMMANDS = {
    "compile": ["compile", "film.sb"],
    "board": ["board", "film.sb"],
    "animatic": ["animatic", "film.sb"],
    "film": ["film", "film.sb"],
    **{form: ["export", "film.sb", "--to", form] for form in FORMATS if form not in ("xml", "srt", "fcpxml")},
    "import": ["import", "play.fountain", "--force"],
}
_KEPT = {
    "film.sb": "is the script itself",
    "cast.sb": "is a script that this film includes",
    "other.sb": "is a script",
    "refs/mira.png": "is a picture of the film",
    "refs/first.png": "is a picture of the film",
    **{f"{name}.wav": "is a sound of the film" for name in ("cello", "bell", "mira")},
    "sbc.toml": "is a file of the project",
    "models.toml": "is a file of the project",
    "out/film/ledger.db": "belongs to the record of what was paid",
    "out/film/ledger.db-wal": "belongs to the record of what was paid",
    "out/film/.lock": "belongs to the record of what was paid",
    "out/film/clips/s01c01_t1.mp4": "is where sbc keeps what was paid for",
    "out/film/clips/s01c01_t9.mp4": "is where sbc keeps what was paid for",
    "out/film/frames/0123.png": "is where sbc keeps what was paid for",
    "out/film/notes.txt": "lies beside paid clips",
}
#: What `sbc import --force` may replace: scripts, that is what it is for.
_FREE_FOR_IMPORT = ("film.sb", "cast.sb", "other.sb")


def sbc(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("project")
    for name, text in {"film.sb": _SCRIPT, "cast.sb": _CAST, "other.sb": _CAST}.items():
        (folder / name).write_text(text)
    (folder / "sbc.toml").write_text('models = "models.toml"\n')
    (folder / "models.toml").write_text("")
    for name in ("cello", "bell", "mira"):
        with wave.open(str(folder / f"{name}.wav"), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            sound.writeframes(bytes(16000))
    (folder / "play.fountain").write_text("INT. ROOM - DAY\n\nA door opens.\n")
    (folder / "refs").mkdir()
    for number, name in enumerate(("mira", "harbor", "first")):
        Image.radial_gradient("L").resize((900, 700 + number)).save(folder / "refs" / f"{name}.png")
    out = folder / "out" / "film"
    for name in ("clips/s01c01_t1.mp4", "frames/0123.png", "notes.txt", "ledger.db-wal", ".lock"):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(b"" if name == "ledger.db-wal" else b"precious")
    with Ledger.create(out, "https://api.venice.ai/api/v1", time.time):
        pass
    before = Path.cwd()
    os.chdir(folder)
    yield folder
    os.chdir(before)


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder, by what it holds; the reserve of a ledger comes and goes."""
    files = (
        one for one in folder.rglob("*") if one.is_file() and not one.name.startswith((".reserve", "ledger.db-shm"))
    )
    return {str(one.relative_to(folder)): sha256(one.read_bytes()).hexdigest() for one in files}


@pytest.mark.parametrize("kept", _KEPT)
@pytest.mark.parametrize("command", _COMMANDS)
def test_no_command_writes_over(project: Path, command: str, kept: str) -> None:
    if command == "import" and kept in _FREE_FOR_IMPORT:
        pytest.skip("--force is for scripts")
    before = contents(project)
    refused = sbc(*_COMMANDS[command], "-o", kept)
    assert refused.exit_code == 2, refused.output
    is_other = command == "import" and not kept.startswith("out")
    expected = "is not a script; --force replaces scripts only" if is_other else _KEPT[kept]
    assert expected in refused.output
    assert contents(project) == before


def _other_case(project: Path) -> str:
    """A second name of a file stands for another spelling of its path, as `FILM.SB` is on Windows and macOS."""
    (project / "FILM.JSON").hardlink_to(project / "film.sb")
    return "FILM.JSON"


def _link(project: Path) -> str:
    (project / "link.json").symlink_to("refs/mira.png")
    return "link.json"


def _way_round(_project: Path) -> str:
    return "refs/../out/../refs/mira.png"


@pytest.mark.parametrize("other_path", [_other_case, _link, _way_round])
def test_another_path_to_a_file_does_not_help(project: Path, other_path: Callable[[Path], str]) -> None:
    path = other_path(project)
    before = contents(project)
    refused = sbc("compile", "film.sb", "-o", path)
    assert refused.exit_code == 2, refused.output
    assert "nothing is written over it" in refused.output
    assert contents(project) == before
    if "/" not in path:
        (project / path).unlink()


def test_an_import_does_not_write_over_its_screenplay(project: Path) -> None:
    before = contents(project)
    refused = sbc("import", "play.fountain", "-o", "play.fountain", "--force")
    assert refused.exit_code == 2
    assert "is the screenplay itself" in refused.output
    assert contents(project) == before


def test_requests_replace_requests_only(project: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "s01c01.json"
    theirs.write_text('{"mine": true}')
    refused = sbc("compile", "film.sb", "--requests", tmp_path)
    assert refused.exit_code == 2
    assert "exists already, and sbc did not write it" in refused.output
    assert theirs.read_text() == '{"mine": true}'
    theirs.unlink()
    for _ in range(2):
        assert sbc("compile", "film.sb", "--requests", tmp_path).exit_code == 0
    assert sbc("compile", "film.sb", "--requests", "out/film/clips").exit_code == 2
    assert not (project / "out/film/clips/s01c01.json").exists()


def test_products_lie_beside_paid_clips_and_are_replaced(project: Path) -> None:
    suffixes = {"board": "html", "compile": "json", "animatic": "mp4"}
    for command in ("board", "compile", "animatic", *FORMATS):
        product = f"out/film/product.{suffixes.get(command, command)}"
        for _ in range(2):
            words = _COMMANDS.get(command) or ["export", "film.sb", "--to", command]
            result = sbc(*words, "-o", product)
            assert result.exit_code in (0, 1), result.output
    refused = sbc(*_COMMANDS["csv"], "-o", "out/film/product.html")
    assert "this command did not make it" in refused.output


def test_stills_replace_stills_only(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = tmp_path / "stills"
    folder.mkdir()
    still = folder / "s01-01.png"
    Image.new("RGB", (8, 8)).save(still)
    before = still.read_bytes()
    command = ("animatic", "film.sb", "-o", tmp_path / "a.mp4", "--stills", folder)
    assert "sbc did not write it" in sbc(*command).output
    assert still.read_bytes() == before
    still.unlink()
    for _ in range(2):
        assert sbc(*command).exit_code == 0


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _device(path: Path) -> None:
    path.symlink_to("/dev/full")


_ODD = {"a folder": _folder, "a pipe": _pipe, "a device": _device}


@pytest.mark.parametrize("kind", _ODD)
@pytest.mark.parametrize("command", _COMMANDS)
def test_what_is_not_a_file_is_refused_by_every_command(project: Path, tmp_path: Path, command: str, kind: str) -> None:
    target = tmp_path / "target"
    _ODD[kind](target)
    before = target.lstat()
    refused = sbc(*_COMMANDS[command], "-o", target)
    assert refused.exit_code == 2
    assert f"{target} is {kind}" in refused.output.replace("\n", "")
    assert os.path.samestat(before, target.lstat())


@pytest.mark.parametrize("form", ["csv", "vtt", "fcpxml"])
def test_a_pipe_of_a_product_s_name_is_not_opened(project: Path, tmp_path: Path, form: str) -> None:
    (tmp_path / "film.sb").write_text("SHOT 5s\nA door.\n")
    for name in (f"film.{form}", f"out/film/film.{form}"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(tmp_path / name)
    command = [sys.executable, "-m", "storyboard.cli", "export", str(tmp_path / "film.sb"), "--to", form]
    refused = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert refused.returncode == 2
    assert "is a pipe, not a file" in refused.stderr


@pytest.mark.parametrize("command", [["fmt"], ["check", "--fix"]], ids=["fmt", "fix"])
def test_scripts_are_not_tidied_among_paid_clips(project: Path, command: list[str]) -> None:
    script = project / "out/film/clips/notes.sb"
    script.write_text(
        "title: A\n\nCHARACTER Mira\nfront: https://x.org/a.png\n\next. HARBOR - DUSK\n\nSHOT 5s\n@Mira walks.  \n"
    )
    before = contents(project)
    refused = sbc(*command, script)
    assert refused.exit_code == 2
    assert "is where sbc keeps what was paid for" in refused.output
    assert contents(project) == before
    script.unlink()
