"""What stands for a clip: one answer in plan, status, film, board and exports; picked, locked and remarked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from storyboard.compiler.pipeline import analyze_file
from storyboard.render.clip_takes import FilmTakes
from storyboard.render.planning import PlannedAction, plan_run
from storyboard.render.takes import chosen_takes
from storyboard.spend.ledger import Ledger
from storyboard.spend.lock import hold_folder
from storyboard.spend.states import State
from tests.render.command_project import CommandProject, commands
from tests.render.run_fixture import accept_any_clip, clip_jobs, run_project
from tests.render.test_ledger import ENTRY


def actions(here: CommandProject) -> list[str]:
    """What a render would do about each clip."""
    return [clip["action"] for clip in here.sbc("plan", "film.sb", "--format", "json").data()["clips"]]


SCENE = "INT. CELLAR - DAY\n\nSHOT 5s wide\n@Mira lights a candle.\n\n"


def test_an_inserted_scene_is_new_and_an_edited_one_is_changed(tmp_path: Path) -> None:
    with run_project(tmp_path, 3, verify=accept_any_clip) as film:
        film.run()
        text = film.script.read_text()
        film.script.write_text(text.replace("INT. ROOM 2", SCENE + "INT. ROOM 2"))
        ledger = Ledger.read(film.out)
        assert ledger is not None
        with ledger:
            plan = plan_run(clip_jobs(film.script), ledger, folder=film.out)
            assert [item.action for item in plan.items] == ["finished", "new", "finished", "finished"]
            assert plan.items[1].why == ""
            # The scene below it is edited too: it is the changed one, though its number is another now.
            film.script.write_text(film.script.read_text().replace("window 2 and waits", "window 2 and laughs"))
            plan = plan_run(clip_jobs(film.script), ledger, folder=film.out)
            assert [item.action for item in plan.items] == ["finished", "new", "changed", "finished"]
            assert plan.items[2].why.startswith("text; ")
            # A scene with another name in the same place is that scene, changed.
            film.script.write_text(text.replace("INT. ROOM 2", "INT. ATTIC"))
            plan = plan_run(clip_jobs(film.script), ledger, folder=film.out)
            assert plan.items[1].action is PlannedAction.CHANGED


def test_an_old_take_can_be_kept_and_is_told_apart_everywhere(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        here.rendered()
        here.edit("window 1 and waits", "window 1 and laughs")
        assert "changed, text; `sbc pick film.sb s01c01 1` keeps the old take" in here.sbc("plan", "film.sb").out
        assert chosen_numbers(here) == {"s02c01": 1}
        picked = here.sbc("pick", "film.sb", "s01c01", "1")
        assert picked.code == 0
        assert "from an older text" in picked.said
        assert "finished, take 1, its text has changed since" in here.sbc("plan", "film.sb").out
        assert "the text has changed since" in here.sbc("status", "film.sb").out
        assert chosen_numbers(here) == {"s01c01": 1, "s02c01": 1}
        assert here.sbc("board", "film.sb", "-o", "b.html").code == 0
        assert "the text has changed since this take" in (here.folder / "b.html").read_text()


def chosen_numbers(here: CommandProject) -> dict[str, int]:
    """The takes that film, board and exports use."""
    return {take.clip_id: take.number for take in chosen_takes(analyze_file(here.script), here.out)}


def test_a_locked_clip_is_never_paid_again(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        here.rendered()
        assert here.sbc("unlock", "film.sb", "s01c01").code == 2
        assert here.sbc("lock", "film.sb", "s01c01").code == 0
        here.edit("window 1 and waits", "window 1 and laughs")
        here.edit("INT. ROOM 2", SCENE + "INT. ROOM 2")
        assert actions(here) == ["finished", "new", "finished"]
        assert "finished, take 1, locked, its text has changed since" in here.sbc("plan", "film.sb").out
        assert chosen_numbers(here) == {"s01c01": 1, "s03c01": 1}
        again = here.render("--yes", "--retake", "s01c01")
        assert "s01c01 is locked, so no new take is paid for" in again.said
        assert here.charged == 3
        assert here.sbc("unlock", "film.sb", "s01c01").code == 0
        assert actions(here) == ["changed", "finished", "finished"]


def test_a_clip_without_a_take_cannot_be_locked(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        here.prepare(only=["s01c01"])
        assert here.sbc("lock", "film.sb", "s02c01").code == 2
        assert here.sbc("note", "film.sb", "s02c01", "too dark").code == 2
        assert here.sbc("lock", "film.sb", "s09c01").code == 2


def test_remarks_are_listed_shown_on_the_board_and_in_markers(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        here.rendered()
        assert here.sbc("note", "film.sb", "s01c01", "the left hand\n<script>").code == 0
        assert here.sbc("note", "film.sb", "s01c01", " ").code == 2
        listed = here.sbc("pick", "film.sb", "s01c01")
        assert listed.code == 0
        assert "s01c01: take 1, " in listed.out
        assert ", in the film\n  note: the left hand <script>\n" in listed.out
        here.sbc("board", "film.sb", "-o", "b.html")
        assert '<li dir="auto">the left hand &lt;script&gt;</li>' in (here.folder / "b.html").read_text()
        assert here.sbc("export", "film.sb", "--to", "edl", "-o", "film.edl").code == 0
        assert "the left hand" in (here.folder / "film.edl").read_text()


def test_what_another_run_is_sending_is_not_unknown(tmp_path: Path) -> None:
    with run_project(tmp_path, 2, faults=["queue:stall"], verify=accept_any_clip) as film:
        seen: list[str] = []

        def mark(name: str) -> None:
            if name == "commit.intended.after" and not seen:
                ledger = Ledger.read(film.out)
                assert ledger is not None
                with ledger:
                    jobs = clip_jobs(film.script)
                    sending = FilmTakes(jobs, ledger, film.out, is_sending=True).of(jobs[0])
                    assert sending.running is not None
                    assert sending.unknown == ()
                    seen.append("sending")
                    assert FilmTakes(jobs, ledger, film.out).of(jobs[0]).unknown != ()

        film.run(mark=mark, jobs=1)
        assert seen


@pytest.mark.parametrize("is_held", [True, False])
def test_status_asks_whether_a_run_sends(tmp_path: Path, is_held: bool) -> None:
    with commands(tmp_path, 1) as here:
        here.out.mkdir(parents=True)
        job = clip_jobs(here.script)[0]
        with Ledger.create(here.out, "the sandbox", lambda: 0.0) as ledger:
            entry = replace(ENTRY, fingerprint=job.clip.fingerprint, request=json.dumps({}))
            assert ledger.intend(entry).state is State.INTENDED
        if is_held:
            with hold_folder(here.out):
                done = here.sbc("status", "film.sb")
            assert "A run is using this folder right now." in done.out
            assert "sending" in done.out.splitlines()[1]
            assert "unknown" not in done.out
        else:
            assert "unknown" in here.sbc("status", "film.sb").out
