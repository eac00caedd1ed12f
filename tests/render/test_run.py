"""A run against the sandbox: what is sent, what is saved, what a second run does."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storyboard.film.verify import verify_clip
from storyboard.render.planning import PlannedAction
from storyboard.spend.outcome import ExitCode
from storyboard.spend.session import FolderInUse, PlanDeclined
from tests.render.run_fixture import KEY, accept_any_clip, run_project


def test_a_film_is_rendered_once(tmp_path: Path) -> None:
    with run_project(tmp_path, 3) as film:
        first = film.run()
        assert first.code is ExitCode.FINE
        assert first.saved == ["s01c01", "s02c01", "s03c01"]
        assert film.clips() == ["s01c01-room-1_t1.mp4", "s02c01-room-2_t1.mp4", "s03c01-room-3_t1.mp4"]
        assert all(verify_clip(path, 5, "16:9").is_clip for path in (film.out / "clips").glob("*.mp4"))
        assert set(film.charges.values()) == {1}
        calls = len(film.server.memory.calls)
        second = film.run()
        assert second.code is ExitCode.FINE
        assert len(film.server.memory.calls) == calls, "a finished film needs no call"
        assert second.spent == 0


def test_a_take_has_its_facts_beside_it_without_pictures_or_secrets(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film:
        film.run()
    text = (film.out / "clips" / "s01c01-room-1_t1.json").read_text()
    facts = json.loads(text)
    assert facts["request"]["elements"][0]["frontal_image_url"].startswith("file:mira.png#sha256:")
    assert facts["references"] == [{"tag": "@Element1", "name": "Mira", "kind": "character"}]
    assert facts["usd"] == pytest.approx(0.56)
    assert facts["queue_id"]
    assert "base64" not in text
    assert KEY not in text


def test_moving_and_renaming_pays_nothing_and_a_changed_shot_pays_its_clip_only(tmp_path: Path) -> None:
    with run_project(tmp_path, 3) as film:
        film.run()
        text = film.script.read_text()
        scenes = text.split("INT. ")
        film.script.write_text(
            "INT. ".join([scenes[0], scenes[3], scenes[1].replace("\n\nSHOT", "\n[[ a note ]]\n\nSHOT"), scenes[2]])
        )
        assert film.run().saved == ["s01c01", "s02c01", "s03c01"]
        assert sum(film.charges.values()) == 3
        film.script.write_text(film.script.read_text().replace("window 2 and waits", "window 2 and laughs"))
        outcome = film.run()
        assert film.plan is not None
        assert [item.action for item in film.plan.items] == [
            PlannedAction.FINISHED,
            PlannedAction.FINISHED,
            PlannedAction.CHANGED,
        ]
        assert film.plan.items[2].why == (
            f"text; `sbc pick {film.script} s03c01 1 --out {film.out}` keeps the old take"
        )
        assert outcome.spent == pytest.approx(0.56)
        assert sum(film.charges.values()) == 4


def test_equal_clips_are_paid_once_and_a_retake_gives_one_its_own(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film:
        scene = film.script.read_text().split("INT. ")[1]
        film.script.write_text(film.script.read_text() + "\nINT. " + scene)
        assert film.run().saved == ["s01c01", "s02c01"]
        assert film.plan is not None
        assert [item.action for item in film.plan.items] == [PlannedAction.NEW, PlannedAction.SHARES]
        assert sum(film.charges.values()) == 1
        film.run(retake=["s02c01"])
        assert sum(film.charges.values()) == 2
        film.run()
        takes = [item.take.id for item in film.plan.items if item.take]
        assert len(set(takes)) == 2, "each has its own now"


def test_a_retake_is_chosen_and_counted_on(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film:
        film.run()
        assert film.run(retake=["s01c01"]).code is ExitCode.FINE
        assert film.clips() == ["s01c01-room-1_t1.mp4", "s01c01-room-1_t2.mp4"]
        film.run()
        assert film.plan is not None
        take = film.plan.items[0].take
        assert take is not None
        assert take.number == 2


def test_a_chained_clip_starts_from_the_last_frame_of_the_one_before(tmp_path: Path) -> None:
    with run_project(tmp_path, 3, chained=[2]) as film:
        assert film.run().code is ExitCode.FINE
        bodies = [json.loads(call.body) for call in film.server.memory.calls if call.path.endswith("/queue")]
        started = [body for body in bodies if "image_url" in body]
        assert len(started) == 1
        assert started[0]["image_url"].startswith("data:image/png;base64,")
        frames = list((film.out / "frames").glob("*.png"))
        entry = next(one for one in film.entries() if one.start_frame)
        assert [path.stem for path in frames] == [entry.start_frame]
        # A shot of the first clip is changed: both are paid, the third is not.
        film.script.write_text(film.script.read_text().replace("window 1 and waits", "window 1 and laughs"))
        film.run()
        assert film.plan is not None
        assert [item.action for item in film.plan.items] == [
            PlannedAction.CHANGED,
            PlannedAction.CHANGED,
            PlannedAction.FINISHED,
        ]
        assert film.plan.items[1].after == "s01c01"
        assert film.plan.items[1].why.startswith("the clip that it starts from; ")
        assert sum(film.charges.values()) == 5


def test_nothing_is_sent_past_the_budget(tmp_path: Path) -> None:
    with run_project(tmp_path, 3) as film:
        outcome = film.run(max_cost=1.2, jobs=1)
        assert outcome.code is ExitCode.NO_MONEY
        assert outcome.saved == ["s01c01", "s02c01"]
        assert outcome.unsent == ["s03c01"]
        assert outcome.spent == pytest.approx(1.12)
        assert "--max-cost" in outcome.stopped
        assert sum(film.queued.values()) == 2


def test_without_agreement_nothing_is_sent(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film:
        with pytest.raises(PlanDeclined):
            film.run(agree=lambda plan: False)
        assert not film.queued


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    with run_project(tmp_path, 3, chained=[3]) as film:
        assert film.run(only=["s01c01", "s03c01"]).saved == ["s01c01"]
        assert film.plan is not None
        assert film.plan.items[2].action is PlannedAction.BLOCKED
        assert sum(film.queued.values()) == 1


def test_a_second_run_is_told_who_renders(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film:
        film.run()

        def agree(_: object) -> bool:
            with pytest.raises(FolderInUse, match=f"process {os.getpid()} on "), ThreadPoolExecutor(1) as other:
                other.submit(film.run).result()
            return True

        film.run(retake=["s01c01"], agree=agree)


def test_takes_of_others_are_never_touched(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film:
        clips = film.out / "clips"
        clips.mkdir(parents=True)
        (clips / "s01c01-room-1_t1.mp4").write_bytes(b"mine")
        (clips / "S01C01-room-1_T2.mov").write_bytes(b"mine too")
        film.run()
        assert (clips / "s01c01-room-1_t1.mp4").read_bytes() == b"mine"
        assert "s01c01-room-1_t3.mp4" in film.clips()


def test_a_clip_that_was_deleted_or_changed_is_fetched_again_while_the_service_has_it(tmp_path: Path) -> None:
    with run_project(tmp_path, 2) as film:
        film.run()
        gone, changed = (film.out / "clips" / name for name in film.clips())
        gone.unlink()
        changed.write_bytes(b"graded")
        outcome = film.run()
        assert outcome.code is ExitCode.FINE
        assert changed.read_bytes() == b"graded", "a changed file is never overwritten"
        assert film.clips() == [gone.name, changed.name, "s02c01-room-2_t2.mp4"]
        assert sum(film.charges.values()) == 2


def test_a_clip_that_is_gone_everywhere_is_named_for_a_retake(tmp_path: Path) -> None:
    with run_project(tmp_path, 1) as film:
        film.run()
        (film.out / "clips" / film.clips()[0]).unlink()
        film.server.memory.jobs.clear()
        outcome = film.run()
        assert outcome.code is ExitCode.INCOMPLETE
        assert outcome.failed == ["s01c01"]
        film.run()
        assert film.plan is not None
        assert "--retake s01c01" in film.plan.items[0].why
        assert sum(film.charges.values()) == 1
        assert film.run(retake=["s01c01"]).saved == ["s01c01"]


def test_a_model_with_a_download_address(tmp_path: Path) -> None:
    with run_project(tmp_path, 2, model="grok-imagine") as film:
        assert film.run().code is ExitCode.FINE
        fetches = [call for call in film.server.memory.calls if call.path.startswith("/media/")]
        assert len(fetches) == 2
        assert all("authorization" not in call.headers for call in fetches)
        posts = [call for call in film.server.memory.calls if call.path.endswith(("/queue", "/retrieve"))]
        assert all(call.headers["authorization"] == f"Bearer {KEY}" for call in posts)
        for path in film.out.rglob("*.json"):
            assert "/media/" not in path.read_text()


def test_what_the_service_says_about_a_model_is_shown_once(tmp_path: Path) -> None:
    faults = ["queue:deprecated=2027-01-01x2", "queue:model=kling-o4@3"]
    with run_project(tmp_path, 3, faults=faults, verify=accept_any_clip, speed=200) as film:
        assert len(film.run().saved) == 3
        model = "kling-o3-pro-reference-to-video"
        assert [event.words for event in film.said("notice")] == [
            f"{model} ends on 2027-01-01",
            f"the service makes this clip with kling-o4, not with {model}",
        ]
