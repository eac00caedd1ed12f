"""What the commands write where, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from storyboard.cli import main
from storyboard.export import formats
from storyboard.export.formats import FORMATS
from storyboard.files.signatures import is_ours

MINE = "This is mine.\n"


def sbc(*arguments: object) -> Result:
    result = CliRunner().invoke(main, [str(one) for one in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def home(project: Path) -> Path:
    """Where what is made from `film.sb` goes."""
    folder = project / "out" / "film"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))


def test_every_format_is_in_the_tuple() -> None:
    """A new format is a module of `export.formats` and its place in the tuple there; this says which is missing."""
    modules = {path.stem for path in Path(formats.__path__[0]).glob("*.py")} - {"__init__"}
    listed = {one.__name__.rpartition(".")[2] for one in formats.MODULES}
    assert modules == listed, f"not in the tuple of export/formats/__init__.py: {modules - listed}"
    assert len(FORMATS) == len(modules), "two formats have one name"
    shown = sbc("export", "--help").output
    assert all(f"  {one.name:<8} {one.title}" in shown for one in FORMATS.values())


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_has_its_home_and_replaces_only_an_export(project: Path, form: str) -> None:
    pytest.importorskip("opentimelineio", reason="there is no build of it for this Python")
    script, output = project / "film.sb", home(project) / f"film.{form}"
    output.write_text(MINE)
    refused = sbc("export", script, "--to", form)
    assert refused.exit_code == 2
    assert f"film.{form} exists already, and sbc did not write it" in refused.output
    assert output.read_text() == MINE
    assert sbc("export", script, "--to", form, "-o", output).exit_code in (0, 1)
    assert output.read_bytes() != MINE.encode()
    script.write_text(script.read_text().replace("Mira leaves", "Mira runs"))
    assert sbc("export", script, "--to", form).exit_code in (0, 1), "it is ours now"


@pytest.mark.parametrize(("name", "output"), [("board", "film-board.html"), ("film", "film.mp4")])
def test_a_file_of_the_writer_s_is_not_replaced_unasked(project: Path, name: str, output: str) -> None:
    (home(project) / output).write_text(MINE)
    refused = sbc(name, project / "film.sb")
    assert refused.exit_code == 2
    assert "Name another file with -o, or this one to replace it" in refused.output
    assert (home(project) / output).read_text() == MINE


def test_subtitles_beside_a_film_are_not_replaced_unasked(project: Path) -> None:
    (project / "cut.srt").write_text("1\n00:00:00,000 --> 00:00:01,000\nCorrected\nby hand.\n")
    refused = sbc("animatic", project / "film.sb", "-o", project / "cut.mp4")
    assert refused.exit_code == 2
    assert "cut.srt exists already" in refused.output
    assert not (project / "cut.mp4").exists()


def test_what_the_film_commands_write_is_known_as_ours(project: Path) -> None:
    short = project / "short.sb"
    short.write_text("CHARACTER Mira\nlook: a girl\n\nINT. ROOM\n\nSHOT 3s wide\nA door.\n\nMIRA\nCome in.\n")
    for _ in range(2):
        for name in ("animatic", "film", "board"):
            assert sbc(name, short).exit_code in (0, 1)
    made = ("short-animatic.mp4", "short-animatic.srt", "short-animatic.vtt", "short.mp4", "short-board.html")
    made_in = project / "out" / "short"
    assert all(is_ours(made_in / name) and (made_in / name).is_file() for name in made)
    assert sorted(one.name for one in project.iterdir()) == ["film.sb", "mira.png", "out", "short.sb"]
    assert not is_ours(short)


def test_stills_do_not_replace_a_picture_of_the_film(project: Path) -> None:
    (project / "mira.png").rename(project / "s01-01.png")
    script = project / "film.sb"
    script.write_text(script.read_text().replace("mira.png", "s01-01.png"))
    before = (project / "s01-01.png").read_bytes()
    refused = sbc("animatic", script, "--stills", project)
    assert refused.exit_code == 2
    assert "s01-01.png is a picture of the film" in refused.output
    assert (project / "s01-01.png").read_bytes() == before
    assert "is a file" in sbc("animatic", script, "--stills", script).output


@pytest.mark.parametrize(
    ("output", "message"), [("film.sb", "is the script itself"), (".", "is a folder"), ("mira.png", "is a picture")]
)
@pytest.mark.parametrize("form", ["csv", "pdf", "srt"])
def test_an_export_replaces_nothing_that_the_film_is_made_of(
    project: Path, form: str, output: str, message: str
) -> None:
    before = {path: path.read_bytes() for path in project.iterdir()}
    refused = sbc("export", project / "film.sb", "--to", form, "-o", project / output)
    assert refused.exit_code == 2
    assert message in refused.output
    assert {path: path.read_bytes() for path in project.iterdir()} == before
