"""`make --cut-out`: the service cuts out whom this machine cannot; boards show it, and no request has it."""

from __future__ import annotations

import io
import json
import random
import shutil
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw, ImageFilter

from storyboard.board.storyboard import build_storyboard
from storyboard.cli.make import command as make_command
from storyboard.compiler.emit import build_manifest
from storyboard.compiler.images.cut_outs import CUT_FROM, cut_out_stem
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.pipeline import Analysis, Options, analyze_file
from storyboard.drawing.compositing import compose_still
from storyboard.drawing.cutouts import read_cut_out
from storyboard.drawing.stage import stage_shot
from storyboard.drawing.still import Subject
from storyboard.files.sidecar import read_sidecar
from storyboard.make import cut_outs
from storyboard.project.file import in_project
from storyboard.spend.outcome import ExitCode
from storyboard.spend.states import State
from tests.make.make_fixture import MakeProject, make_project
from tests.make.test_make_death import POINTS, UNSURE, start

SCRIPT = """\
Title: Test

CHARACTER Mira
look: a keeper
front: refs/mira.png

PROP Lantern
look: a lantern
front: own/lantern.png

LOCATION Harbor
look: a harbor

EXT. HARBOR - DAY

SHOT 5s medium shot
@Mira waits beside @Lantern.
"""
PHOTO = "refs/mira.png"


def crowd(seed: int = 1) -> bytes:
    """A photograph in which nobody stands out from what is behind."""
    chance = random.Random(seed)
    noise = Image.frombytes("RGB", (60, 80), chance.randbytes(60 * 80 * 3)).resize((240, 320))
    body = io.BytesIO()
    noise.filter(ImageFilter.GaussianBlur(2)).save(body, "PNG", compress_level=1)
    return body.getvalue()


def lantern() -> bytes:
    """A thing before a plain ground, which this machine cuts out."""
    picture = Image.new("RGB", (400, 400), "white")
    ImageDraw.Draw(picture).ellipse((120, 120, 280, 280), fill="navy")
    body = io.BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


@pytest.fixture
def film(tmp_path: Path) -> Iterator[MakeProject]:
    with cut_out_project(tmp_path) as project:
        yield project


class cut_out_project:  # noqa: N801 # used as a function
    """A project with a photo of Mira in which nobody is found, and a lantern on white."""

    def __init__(self, folder: Path, *, faults: tuple[str, ...] = ()) -> None:
        self._made = make_project(folder, SCRIPT, faults=faults)
        self._folder = folder

    def __enter__(self) -> MakeProject:
        film = self._made.__enter__()
        (self._folder / "refs").mkdir()
        (self._folder / PHOTO).write_bytes(crowd())
        (self._folder / "own/lantern.png").write_bytes(lantern())
        return film

    def __exit__(self, *problem: object) -> None:
        self._made.__exit__(*problem)  # type: ignore[arg-type]  # handed on


def mira_of(analysis: Analysis) -> Subject:
    """Mira as a panel shows her."""
    panel = build_storyboard(analysis).panels[0]
    still = stage_shot(panel.composition, analysis.images).still
    return next(one.subject for one in still.figures if one.subject.name == "Mira")


def test_only_what_this_machine_does_badly_is_sent(film: MakeProject) -> None:
    before = (film.digest(PHOTO), film.digest("own/lantern.png"))
    outcome = film.make(is_cut_out=True)
    assert film.actions() == {"Mira.cutout": "new", "Lantern.cutout": "not needed"}
    assert (outcome.code, outcome.saved) == (ExitCode.FINE, ["Mira.cutout"])
    assert outcome.spent == 0.03
    assert list(film.charges.values()) == [1]
    assert (film.digest(PHOTO), film.digest("own/lantern.png")) == before
    (entry,) = film.entries()
    facts = read_sidecar(next((film.out / "pictures").glob("*.json")))
    assert facts["file"] == entry.file
    assert facts["cut_from"] == f"sha256:{film.digest(PHOTO)}"
    assert facts["usd"] == 0.03
    assert "2026-09-30" in facts["basis"]
    again = film.make(is_cut_out=True)
    assert film.actions()["Mira.cutout"] == "made"
    assert again.spent == 0


def test_a_name_has_it_made_where_it_is_not_needed(film: MakeProject) -> None:
    film.make(only=["Lantern"], is_cut_out=True)
    assert film.actions() == {"Mira.cutout": "left out", "Lantern.cutout": "new"}
    assert sum(film.charges.values()) == 1


def test_boards_show_it_until_the_picture_is_another_one(film: MakeProject) -> None:
    poor = mira_of(analyze_file(film.script))
    assert poor.cut_out is None
    assert read_cut_out(poor.picture or b"", poor.kind).is_soft
    film.make(is_cut_out=True)
    analysis = analyze_file(film.script)
    cut = mira_of(analysis)
    assert cut.cut_out is not None
    figure = read_cut_out(cut.picture or b"", cut.kind, cut.cut_out)
    assert not figure.is_soft
    assert figure.picture.getchannel("A").getpixel((2, 2)) == 0
    still = stage_shot(build_storyboard(analysis).panels[0].composition, analysis.images).still
    assert compose_still(still, 640, 360).picture.size == (640, 360)
    (film.folder / "own/copy.png").write_bytes((film.folder / PHOTO).read_bytes())
    film.script.write_text(SCRIPT.replace(PHOTO, "own/copy.png"))
    assert mira_of(analyze_file(film.script)).cut_out == cut.cut_out, "the same picture elsewhere"
    (film.folder / "own/copy.png").write_bytes(crowd(2))
    assert mira_of(analyze_file(film.script)).cut_out is None, "another picture at the same path"


def test_it_is_never_sent_in_the_pictures_place(film: MakeProject) -> None:
    before = build_manifest(analyze_file(film.script))
    film.make(is_cut_out=True)
    assert build_manifest(analyze_file(film.script)) == before


def test_a_damaged_cut_out_is_left_alone(film: MakeProject) -> None:
    film.make(is_cut_out=True)
    (entry,) = film.entries()
    (film.out / "pictures" / str(entry.file)).write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    mira = mira_of(analyze_file(film.script))
    assert read_cut_out(mira.picture or b"", mira.kind, mira.cut_out).is_soft


def test_what_was_paid_goes_before_what_the_sandbox_drew(film: MakeProject) -> None:
    film.make(is_cut_out=True)
    shutil.copytree(film.out, film.folder / "out" / "film-sandbox")
    cut = mira_of(analyze_file(film.script)).cut_out
    assert cut is not None
    assert cut.parts[-3] == "film"
    shutil.rmtree(film.out)
    cut = mira_of(analyze_file(film.script)).cut_out
    assert cut is not None
    assert cut.parts[-3] == "film-sandbox"


def test_a_picture_that_changes_before_it_is_sent_is_not_sent(film: MakeProject) -> None:
    def change(_: object) -> bool:
        (film.folder / PHOTO).write_bytes(crowd(3))
        return True

    outcome = film.make(is_cut_out=True, agree=change)
    assert outcome.code is ExitCode.INCOMPLETE
    assert not film.charges


def test_no_more_than_the_ceiling_is_paid(film: MakeProject) -> None:
    outcome = film.make(is_cut_out=True, max_cost=0.02)
    assert outcome.code is ExitCode.NO_MONEY
    assert not film.charges


CALL = "background-remove"
FAULTS = [
    ("400", "refused", ExitCode.INCOMPLETE, True),
    ("422=policy", "refused", ExitCode.INCOMPLETE, True),
    ("402=credit", "refused", ExitCode.NO_MONEY, True),
    ("500", "unknown", ExitCode.UNKNOWN, False),
    ("502=html", "unknown", ExitCode.UNKNOWN, False),
    ("html", "unknown", ExitCode.UNKNOWN, False),
    ("empty", "unknown", ExitCode.UNKNOWN, False),
    ("cut", "unknown", ExitCode.UNKNOWN, False),
    ("reset", "unknown", ExitCode.UNKNOWN, False),
    ("half-picture", "rejected", ExitCode.INCOMPLETE, False),
    ("black", "rejected", ExitCode.INCOMPLETE, False),
    ("other-shape", "rejected", ExitCode.INCOMPLETE, False),
    ("other-kind", "rejected", ExitCode.INCOMPLETE, False),
    ("429=1", "saved", ExitCode.FINE, False),
]


#: The others are the same code as for pictures that are made.
_ALWAYS = ("black",)


@pytest.mark.parametrize(
    ("fault", "state", "code", "again"),
    [pytest.param(*row, id=row[0], marks=[] if row[0] in _ALWAYS else [pytest.mark.slow]) for row in FAULTS],
)
def test_an_answer_of_another_kind(tmp_path: Path, fault: str, state: str, code: ExitCode, again: bool) -> None:
    with cut_out_project(tmp_path, faults=(f"{CALL}:{fault}",)) as film:
        outcome = film.make(is_cut_out=True)
        assert (film.entries()[-1].state, outcome.code) == (state, code)
        assert (mira_of(analyze_file(film.script)).cut_out is not None) == (state == "saved")
        calls = sum(film.queued.values())
        film.make(is_cut_out=True)
        assert (sum(film.queued.values()) > calls) == again
        assert max(film.charges.values(), default=0) <= 1


def test_an_unknown_payment_is_the_persons_to_decide(tmp_path: Path) -> None:
    with cut_out_project(tmp_path, faults=(f"{CALL}:500",)) as film:
        film.make(is_cut_out=True)
        film.make(is_cut_out=True)
        assert film.actions()["Mira.cutout"] == "unknown"
        assert film.make(is_cut_out=True, resend=["Mira"]).code is ExitCode.FINE
        assert film.states() == ["lost", "saved"]


def hold(film: MakeProject, deaths: int) -> None:
    """What has to be true after deaths and a last run."""
    outcome = film.make(is_cut_out=True)
    entries = film.entries()
    unknown = [entry for entry in entries if entry.state is State.UNKNOWN]
    saved = [entry for entry in entries if entry.state is State.SAVED]
    assert len(unknown) <= deaths
    assert max(film.charges.values(), default=0) <= 1, "nobody pays twice"
    assert max(film.queued.values(), default=0) <= 1, "a call that may have cost money is not repeated"
    assert sum(film.charges.values()) <= len(saved) + len(unknown), "what is paid is there, or told of"
    assert outcome.code is (ExitCode.UNKNOWN if unknown else ExitCode.FINE)
    assert {path.name for path in (film.out / "pictures").glob("*.png")} == {entry.file for entry in saved}
    assert (mira_of(analyze_file(film.script)).cut_out is not None) == bool(saved)
    assert (film.folder / PHOTO).read_bytes() == crowd()


#: Nothing is put at a path of the script.
CUT_OUT_POINTS = [point for point in POINTS if point != "picture.placed"]


@pytest.mark.parametrize(
    "point",
    [point if point == "answer.before" else pytest.param(point, marks=pytest.mark.slow) for point in CUT_OUT_POINTS],
)
def test_a_run_that_is_killed_at_a_point_is_taken_up(tmp_path: Path, point: str) -> None:
    with cut_out_project(tmp_path) as film:
        with start(film, point, 0, "cut-out") as process:
            _, said = process.communicate(timeout=60)
            assert process.returncode == -9, said
        hold(film, 1)
        assert any(entry.state is State.UNKNOWN for entry in film.entries()) == (point in UNSURE)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_random_deaths(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with cut_out_project(tmp_path) as film:
        deaths = 0
        for _ in range(2):
            with start(film, "", 0, "cut-out") as process:
                assert process.stdout is not None
                if process.stdout.readline() == "begun\n":
                    time.sleep(chance.random() * 0.25)
                process.kill()
                process.communicate(timeout=30)
                deaths += process.returncode == -9
        hold(film, deaths)


def test_the_command_says_what_it_does(film: MakeProject, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(film.folder)
    run = CliRunner().invoke
    done = run(make_command, ["film.sb", "--sandbox", "--cut-out"])
    assert done.exit_code == 0, done.output
    assert "This run makes 1 cut-out for $0.03." in done.stderr
    assert "2026-09-30" in done.stderr
    assert "1 of 1 cut-out is there; this machine cuts out 1 itself." in done.stderr
    told = run(make_command, ["film.sb", "--sandbox", "--cut-out", "--format", "json"])
    plan = json.loads(told.stdout.splitlines()[0])
    assert [(one["id"], one["action"]) for one in plan["cut_outs"]] == [
        ("Mira.cutout", "made"),
        ("Lantern.cutout", "not needed"),
    ]
    wrong = run(make_command, ["film.sb", "--sandbox", "--cut-out", "--only", "Mia"])
    assert (wrong.exit_code, "Mira" in wrong.stderr) == (2, True)
    for words in (["--out", "elsewhere"], ["--takes", "2"]):
        assert run(make_command, ["film.sb", "--sandbox", "--cut-out", *words]).exit_code == 2


def test_a_picture_that_cannot_be_looked_at_is_sent(film: MakeProject) -> None:
    """Whether it is cut out well is asked of the drawing; where that fails, the service may do better."""
    with patch.object(cut_outs, "read_cut_out", side_effect=UnreadableImage("is broken")):
        film.make(is_cut_out=True)
    assert film.actions() == {"Mira.cutout": "new", "Lantern.cutout": "new"}


def test_they_are_found_where_the_project_keeps_what_is_made(tmp_path: Path) -> None:
    (tmp_path / "refs").mkdir()
    (tmp_path / PHOTO).write_bytes(crowd())
    (tmp_path / "sbc.toml").write_text('out = "made"\n')
    script = tmp_path / "film.sb"
    script.write_text(SCRIPT)
    digest = f"sha256:{sha256(crowd()).hexdigest()}"
    folder = tmp_path / "made" / "film" / "pictures"
    folder.mkdir(parents=True)
    for take, rejected in ((1, None), (2, None), (3, "is empty")):
        name = f"{cut_out_stem('mira', digest)}_t{take}"
        (folder / f"{name}.png").write_bytes(lantern())
        facts = {"file": f"{name}.png", "take": take, "rejected": rejected, CUT_FROM: digest}
        (folder / f"{name}.json").write_text(json.dumps(facts))
    (folder / f"{cut_out_stem('tom', digest)}_t9.json").write_text("not ours")
    cut = mira_of(analyze_file(script, in_project(script, Options()))).cut_out
    assert cut is not None
    assert cut.name.endswith("_t2.png"), "the latest that was not rejected"
