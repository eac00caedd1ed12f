"""`sbc make`: which pictures are made, from what, at what price, and where they are put."""

from __future__ import annotations

import json
import os
import time
from datetime import date
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file, analyze_text
from storyboard.make.models import model_for
from storyboard.make.prompts import write_picture_prompt
from storyboard.make.report import write_picture_plan
from storyboard.make.requests import build_request
from storyboard.make.wanted_pictures import wanted_pictures
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.outcome import ExitCode
from storyboard.spend.states import State
from tests.make.make_fixture import MISSING, SCRIPT, make_project, ready_picture


def test_a_film_without_pictures_has_them_all(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        outcome = film.make()
        assert outcome.code is ExitCode.FINE
        assert film.actions() == {**dict.fromkeys(MISSING, "new"), "Lantern.front": "yours"}
        assert [entry.clip_id for entry in film.entries()] == MISSING, "fronts before what is made from them"
        assert not analyze_file(film.script).has_errors
        assert outcome.spent == pytest.approx(0.1 * 4 + 0.04)
        film.make()
        assert set(film.actions().values()) == {"made", "yours"}
        assert len(film.charges) == len(MISSING)


def test_beside_each_take_is_how_it_came_to_be(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        film.make(only=["Mira.front", "Mira.angle1"])
        front, angle = (
            json.loads((film.out / "pictures" / f"mira-{name}_t1.json").read_text()) for name in ("front", "angle1")
        )
        assert (front["model"], front["usd"], front["take"]) == ("nano-banana-2", 0.1, 1)
        assert "red wool coat" in front["request"]["prompt"]
        assert "ink on paper" in front["request"]["prompt"]
        assert isinstance(front["request"]["seed"], int)
        assert "2026-09-29" in front["basis"]
        assert angle["request"]["inputs"] == [f"refs/mira.png#sha256:{film.digest('refs/mira.png')}"]


def test_takes_to_choose_from(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        outcome = film.make(only=["Mira.front"], copies=3)
        assert outcome.spent == pytest.approx(0.3)
        assert film.states() == ["saved"] * 3
        assert film.digest("refs/mira.png") == film.entries()[0].sha256
        assert len({entry.sha256 for entry in film.entries()}) == 3, "a seed each"


def test_a_retake_replaces_what_sbc_made(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        film.make(only=["Mira.front"])
        film.make(only=["Mira.front"], retake=["Mira.front"])
        assert film.digest("refs/mira.png") == film.entries()[1].sha256


def test_a_picture_that_is_gone_is_put_back_for_nothing(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        film.make(only=["Mira.front"])
        (tmp_path / "refs" / "mira.png").unlink()
        outcome = film.make(only=["Mira.front"])
        assert (film.actions()["Mira.front"], outcome.code, outcome.spent) == ("put back", ExitCode.FINE, 0)
        assert film.digest("refs/mira.png") == film.entries()[0].sha256


def test_a_file_of_the_writers_is_never_replaced(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        film.make(only=["Mira.front"])
        mine = tmp_path / "refs" / "mira.png"
        mine.write_bytes(b"a drawing of the writer's own")
        film.make(retake=["Mira.front"], only=["Mira.front"])
        assert film.actions()["Mira.front"] == "yours"
        assert mine.read_bytes() == b"a drawing of the writer's own"
        assert len(film.charges) == 1


def test_a_file_that_comes_while_the_picture_is_made_stays(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        mine = tmp_path / "refs" / "mira.png"

        def agree(_: object) -> bool:
            mine.parent.mkdir()
            mine.write_bytes(b"mine")
            return True

        film.make(only=["Mira.front"], agree=agree)
        assert mine.read_bytes() == b"mine"
        assert film.states() == ["saved"]
        assert "sbc did not write it" in film.said("saved")[0].words


@pytest.mark.parametrize("kind", ["folder", "link to nothing", "folder is a file", "other case"])
def test_paths_where_nothing_can_be_put_cost_nothing(tmp_path: Path, kind: str) -> None:
    with make_project(tmp_path) as film:
        target = tmp_path / "refs" / "mira.png"
        if kind == "folder is a file":
            target.parent.write_text("not a folder")
        else:
            target.parent.mkdir()
        if kind == "folder":
            target.mkdir()
        elif kind == "link to nothing":
            target.symlink_to("nowhere.png")
        elif kind == "other case":
            (target.parent / "MIRA.PNG").write_bytes(b"mine")
        outcome = film.make(only=["Mira.front"])
        assert film.actions()["Mira.front"] == "blocked"
        assert outcome.code is ExitCode.INCOMPLETE
        assert not film.charges


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_folder_that_leads_out_of_the_project_is_refused(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.mkdir()
    with make_project(project) as film:

        def agree(_: object) -> bool:
            (project / "refs").symlink_to(outside)  # while the person thinks
            return True

        film.make(only=["Mira.front"], agree=agree)
        assert list(outside.iterdir()) == []
        assert "is outside the project folder" in film.said("saved")[0].words


def test_a_ceiling_ends_the_run_before_it_is_passed(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        outcome = film.make(max_cost=0.12)
        assert (outcome.code, len(film.charges)) == (ExitCode.NO_MONEY, 1)


def test_drawings_of_the_sandbox_are_replaced_by_what_is_paid(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        film.make(only=["Mira.front"])
        (tmp_path / "out" / "film").rename(tmp_path / "out" / "film-sandbox")
        film.make(only=["Mira.front"])
        assert film.plan is not None
        assert "the file is the sandbox's drawing" in film.plan.items[0].why
        assert sum(film.charges.values()) == 2


def test_what_finished_clips_were_made_with_is_replaced_only_by_name(tmp_path: Path) -> None:
    with make_project(tmp_path) as film:
        film.make(only=["Mira.front"])
        with Ledger.create(film.out, "the sandbox", time.time) as ledger:
            request = json.dumps({"elements": [f"refs/mira.png#sha256:{film.digest('refs/mira.png')}"]})
            clip = Entry(0, "f", "s01c01", None, "s01c01", State.PLANNED, "m", 5, "16:9", 1.0, request, "[]", "1.1")
            clip = ledger.step(ledger.queue(ledger.intend(clip), "q", None, number=1), State.DONE)
            ledger.save(ledger.step(clip, State.SAVING), None, file="s01c01_t1.mp4")
        film.make(only=["Mira.front"], retake=["Mira.front"])
        assert film.plan is not None
        assert film.plan.items[0].changes == ("s01c01",)
        lines = list(write_picture_plan(film.plan, today=date(2026, 12, 1)))
        assert any("the next render makes s01c01 again" in line for line in lines)
        sandbox = tmp_path / "out" / "film-sandbox" / "pictures"
        sandbox.mkdir(parents=True)
        for path in (film.out / "pictures").glob("mira-front_t2*"):
            path.rename(sandbox / path.name)  # as if the sandbox had drawn what stands there
        before = film.digest("refs/mira.png")
        film.make(only=["Mira.front"])
        assert film.actions()["Mira.front"] == "made"
        assert film.digest("refs/mira.png") == before


def test_a_picture_in_another_kind_than_its_name_is_converted(tmp_path: Path) -> None:
    script = SCRIPT.replace("refs/mira.png", "refs/mira.jpg")
    with make_project(tmp_path, script) as film:  # the fixture hands out PNGs, whatever is asked for
        film.make(only=["Mira.front"])
        data = (tmp_path / "refs" / "mira.jpg").read_bytes()
        assert data.startswith(b"\xff\xd8\xff")
        film.make(only=["Mira.front"])
        assert film.actions()["Mira.front"] == "made", "it is known as sbc's own"


PLACES = """\
CHARACTER Mira
look: {look}
front: refs/mira.png
angles: refs/mira-a.png, refs/mira_profile.png, refs/mira-b.png, refs/back.png

LOCATION Harbor
look: a harbor
image: refs/harbor.png
views: refs/harbor-1.png, refs/harbor-above.png

EXT. HARBOR - NIGHT

SHOT 5s wide
@Mira waits.
"""


def prompts(script: str, most: int = 32768) -> dict[str, str]:
    wanted = wanted_pictures(analyze_text(script))
    return {one.id: write_picture_prompt(one, len(one.sources), most).text for one in wanted}


def test_which_angle_a_path_means() -> None:
    said = prompts(PLACES.format(look="a keeper"))
    assert "three-quarter" in said["Mira.angle1"], "the first side that no other path names"
    assert "in profile" in said["Mira.angle2"]
    assert "from behind" in said["Mira.angle4"]
    assert said["Mira.angle3"] not in (said["Mira.angle2"], said["Mira.angle4"])
    assert "opposite side" in said["Harbor.view1"]
    assert "from above" in said["Harbor.view2"]


@pytest.mark.parametrize(
    "look",
    [
        "a keeper in a red coat, " * 200,
        "赤いウールのコートを着た若い灯台守、" * 250,
        "a keeper {{ name }} {% for x in look %} {# hidden #} ${USER} {0}",
        "*a* _keeper_ (72) with “quotes” and \\ signs",
    ],
    ids=["5,000 characters", "Japanese", "braces", "signs"],
)
@pytest.mark.parametrize("most", [32768, 1500])
def test_looks_of_every_kind(look: str, most: int) -> None:
    said = prompts(PLACES.format(look=look.strip(" ,、")), most)
    assert all(0 < len(text) <= most for text in said.values())
    if "{{" in look:
        assert "for x in look" in said["Mira.front"], "words, not a template"
    if "赤い" in look:
        assert "赤い" in said["Mira.front"]


def test_a_private_model_is_never_left_for_one_that_passes_words_on() -> None:
    script = f"Title: T\nPicture model: z-image-turbo\n\n{PLACES.format(look='a keeper')}"
    for one in wanted_pictures(analyze_text(script)):
        model = model_for(one, "z-image-turbo")
        assert model.privacy == "private"
        request = build_request(one, model, "p")
        assert request.usd is not None
        if model.sizing == "pixels":
            assert max(request.body["width"], request.body["height"]) == 1280


def test_a_place_has_the_shape_of_the_film() -> None:
    script = f"Title: T\nAspect: 9:16\n\n{PLACES.format(look='a keeper')}"
    shapes = {one.id: one.aspect for one in wanted_pictures(analyze_text(script))}
    assert (shapes["Harbor.image"], shapes["Harbor.view1"], shapes["Mira.front"]) == ("9:16", "9:16", "3:4")


def test_templates_of_the_project_go_before_ours(tmp_path: Path) -> None:
    (tmp_path / "picture-front.jinja").write_text("A doll of {{ look }}.")
    wanted = next(iter(wanted_pictures(analyze_text(SCRIPT))))
    assert write_picture_prompt(wanted, 0, 500, tmp_path).text == (
        "A doll of a young lantern keeper in a red wool coat."
    )


def test_ready_pictures_differ() -> None:
    assert ready_picture(64, 64, "a") != ready_picture(64, 64, "b")
