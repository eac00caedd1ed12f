"""Finishing: the whole way, pieces and their joins, prices, what makes a clip unfinished; and that nothing is paid
twice or lost, whatever fails."""

from __future__ import annotations

import json
import subprocess
import sys
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

from storyboard.catalog.upscale_models import upscale_call, upscale_models
from storyboard.compiler.pipeline import analyze_file
from storyboard.render.finish.planning import FinishAction, FinishPlan
from storyboard.render.finish.report import finish_plan_data, write_finish_plan
from storyboard.render.takes import chosen_takes
from storyboard.spend.ledger import Ledger
from storyboard.spend.outcome import ExitCode
from storyboard.spend.session import FolderInUse, PlanDeclined
from storyboard.spend.states import State
from tests.ffmpeg import ffmpeg, needs_ffmpeg
from tests.render.finish_fixture import FRAMES, FinishProject, finish_project, numbers_in, sound_of
from tests.render.run_fixture import failing_at, write_script

ROOT = Path(__file__).parent.parent.parent
TAKES = ["s01c01-room-1_t1.2x.mp4", "s02c01-room-2_t1.2x.mp4"]


def frames_by_ffmpeg(path: Path) -> int:
    """How many frames a file shows, by a tool that we did not write."""
    said = ffmpeg("-i", path, "-map", "0:v", "-f", "null", "-progress", "-", "-").stdout.decode()
    return int([line for line in said.splitlines() if line.startswith("frame=")][-1].partition("=")[2])


def shown(film: FinishProject) -> list[str | None]:
    """The finished files that the film would show, clip by clip."""
    takes = chosen_takes(analyze_file(film.script), film.out)
    return [take.finished.name if take.finished else None for take in takes]


@pytest.mark.slow
@needs_ffmpeg
def test_takes_are_finished_once_with_their_own_frames_and_sound(tmp_path: Path) -> None:
    with finish_project(tmp_path) as film:
        outcome = film.finish()
        assert (outcome.code, outcome.saved) == (ExitCode.FINE, ["s01c01", "s02c01"])
        assert film.finished == TAKES
        assert list(film.upscales.values()) == [1, 1]
        assert film.finish_plan is not None
        assert film.server.sandbox.settings.account.left == pytest.approx(1000 - film.finish_plan.usd)
        for name in TAKES:
            finished = film.out / "clips" / name
            take = finished.with_name(name.replace(".2x", ""))
            assert numbers_in(finished) == list(range(FRAMES))
            assert frames_by_ffmpeg(finished) == FRAMES
            assert sound_of(finished) == sound_of(take)
            facts = json.loads(finished.with_suffix(".json").read_text())
            assert (facts["of"], facts["upscale_factor"], facts["model"]) == (take.name, 2, "topaz-video-upscale")
            assert facts["video"] == {"frames": FRAMES, "width": 320, "height": 180, "rate": "24"}
            assert (film.out / facts["pieces"][0]["file"]).is_file(), "what came back is kept"
        assert shown(film) == TAKES
        assert film.finish().code is ExitCode.FINE
        assert list(film.upscales.values()) == [1, 1], "what is finished is not paid again"


@pytest.mark.slow
def test_a_retake_and_another_pick_make_a_clip_unfinished(tmp_path: Path) -> None:
    with finish_project(tmp_path) as film:
        film.finish(only=["s01c01"])
        assert shown(film) == [TAKES[0], None]
        film.run(retake=["s01c01"])
        assert shown(film) == [None, None], "the new take is not finished"
        assert film.finish_plan is not None
        with pytest.raises(PlanDeclined):
            film.finish(agree=lambda plan: False)
        assert [item.action for item in film.finish_plan.items] == [FinishAction.SEND, FinishAction.SEND]
        assert sum(film.upscales.values()) == 1, "nothing is paid by itself"
        takes = [entry for entry in film.entries() if entry.kind == "clip" and entry.clip_id == "s01c01"]
        with Ledger.create(film.out, "the sandbox", film.clock.wall) as ledger:
            ledger.choose(takes[0].fingerprint, 0, takes[0])
        assert shown(film) == [TAKES[0], None], "the take that was finished stands again"


@pytest.mark.slow
def test_a_finished_file_that_is_gone_is_put_together_again_for_nothing(tmp_path: Path) -> None:
    with finish_project(tmp_path, 1) as film:
        film.finish()
        (film.out / "clips" / TAKES[0]).unlink()
        assert shown(film) == [None]
        assert film.finish().code is ExitCode.FINE
        assert film.finish_plan is not None
        assert str(film.finish_plan.items[0].action) == "put together"
        assert (film.finished, sum(film.upscales.values())) == ([TAKES[0]], 1)
        (film.out / "upscaled" / TAKES[0]).unlink()
        (film.out / "clips" / TAKES[0]).unlink()
        assert film.finish().code is ExitCode.FINE
        assert str(film.finish_plan.items[0].action) == "collected", "the service has it still"
        assert (shown(film), sum(film.upscales.values())) == ([TAKES[0]], 1)


@pytest.mark.slow
def test_a_file_of_somebody_else_at_the_name_stays(tmp_path: Path) -> None:
    with finish_project(tmp_path, 1) as film:
        theirs = film.out / "clips" / TAKES[0]
        theirs.write_bytes(b"mine")
        film.finish()
        assert theirs.read_bytes() == b"mine"
        assert shown(film) == ["s01c01-room-1_t1.2x-2.mp4"]


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """A limit of a request in which a take of the tests has three pieces."""
    with finish_project(tmp_path / "measured", 1) as film:
        size = (film.out / "clips" / "s01c01-room-1_t1.mp4").stat().st_size
    most = -(-size * 10 // 26)
    monkeypatch.setitem(upscale_call(), "piece_bytes", most)
    return most


@needs_ffmpeg
def test_a_take_that_is_too_large_is_sent_in_pieces_and_no_frame_is_lost_or_repeated(
    tmp_path: Path, small_pieces: int
) -> None:
    with finish_project(tmp_path / "film", 1) as film:
        assert film.finish().code is ExitCode.FINE
        finished = film.out / "clips" / TAKES[0]
        assert numbers_in(finished) == list(range(FRAMES))
        assert frames_by_ffmpeg(finished) == FRAMES
        assert sound_of(finished) == sound_of(finished.with_name("s01c01-room-1_t1.mp4"))
        facts = json.loads(finished.with_suffix(".json").read_text())
        assert [piece["frames"] for piece in facts["pieces"]] == [[0, 40], [40, 40], [80, 40]]
        bodies = [json.loads(call.body) for call in film.server.memory.calls if call.path.endswith("/video/queue")]
        assert len(bodies) == 3
        assert all(len(body["video_url"]) * 3 / 4 <= small_pieces + 100 for body in bodies)
        quotes = [json.loads(call.body) for call in film.server.memory.calls if call.path.endswith("/video/quote")]
        assert len(quotes) == 1, "pieces of one length have one price"
        assert quotes[0]["video_url"] not in {body["video_url"] for body in bodies}, "a black clip is priced"
        assert len(quotes[0]["video_url"]) < 20_000
        film.finish()
        assert sum(film.upscales.values()) == 3


@pytest.mark.slow
def test_a_piece_that_fails_is_paid_again_at_the_persons_word_alone(tmp_path: Path, small_pieces: int) -> None:
    assert small_pieces
    with finish_project(tmp_path / "film", 1, faults=["retrieve:failed"]) as film:
        assert film.finish().failed == ["s01c01"]
        assert sorted(str(entry.state) for entry in film.finishes()) == ["failed", "saved", "saved"]
        assert film.finish().code is ExitCode.INCOMPLETE
        assert sum(film.upscales.values()) == 3
        assert film.finish(retake=["s01c01"]).code is ExitCode.FINE
        assert shown(film) == [TAKES[0]]


@pytest.mark.slow
def test_the_plan_says_what_is_paid_and_the_account_takes_that(tmp_path: Path) -> None:
    with finish_project(tmp_path, factor=1.5) as film:
        with pytest.raises(PlanDeclined):
            film.finish(factor=4, agree=lambda plan: False)
        plan = film.finish_plan
        assert plan is not None
        lines = list(write_finish_plan(plan, today=date(2026, 11, 28)))
        assert lines[1].split() == (
            ["s01c01", "take", "1", "5", "160", "×", "90", "640", "×", "360", "$0.11", "(table", "$0.07)", "sent"]
        )
        assert lines[-1] == "This run finishes 2 takes for $0.22."
        data = finish_plan_data(plan)
        assert (data["usd"], data["clips"][0]["listed_usd"], data["clips"][0]["is_quoted"]) == (0.22, 0.07, True)
        assert not film.upscales, "a quote costs nothing"
        film.finish(factor=4)
        assert film.server.sandbox.settings.account.left == pytest.approx(1000 - 0.22)
        assert [entry.usd for entry in film.finishes()] == [0.11, 0.11]


@pytest.mark.slow
def test_no_take_leaves_the_machine_before_the_price_is_agreed_to(tmp_path: Path) -> None:
    with finish_project(tmp_path) as film:
        with pytest.raises(PlanDeclined):
            film.finish(agree=lambda plan: False)
        assert film.finish_plan is not None
        assert not film.finish_plan.estimated, "the prices were told"
        sent = [call.body for call in film.server.memory.calls if "video" in call.path]
        assert len(sent) == 1, "both takes have one length, size and rate, and so one price"
        (film.folder / "priced.mp4").write_bytes(b64decode(json.loads(sent[0])["video_url"].partition(",")[2]))
        assert frames_by_ffmpeg(film.folder / "priced.mp4") == FRAMES
        picture = ffmpeg("-i", film.folder / "priced.mp4", "-f", "rawvideo", "-pix_fmt", "gray", "-").stdout
        assert set(picture) == {0}, "nothing of a take is in it"


@pytest.mark.slow
def test_without_a_quote_the_table_is_said_to_be_the_price(tmp_path: Path) -> None:
    with finish_project(tmp_path, 1, faults=["quote:500x*"]) as film:
        film.finish()
        assert film.finish_plan is not None
        last = list(write_finish_plan(film.finish_plan, today=date(2026, 11, 28)))[-1]
        model = upscale_models()[0]
        assert last == (
            f"This run finishes 1 take for $0.07. Venice does not give its price (Something is wrong); "
            f"the table ({model.basis}) says $0.07."
        )


@pytest.mark.slow
def test_a_ceiling_holds(tmp_path: Path) -> None:
    with finish_project(tmp_path) as film:
        outcome = film.finish(max_cost=0.10)
        assert outcome.code is ExitCode.NO_MONEY
        assert (outcome.saved, outcome.unsent) == (["s01c01"], ["s02c01"])
        assert sum(film.upscales.values()) == 1


def test_prices_are_those_of_the_guide() -> None:
    model = upscale_models()[0]
    rows = [(10, 960, 30, 0.25), (10, 1440, 30, 1.0), (30, 2160, 30, 3.0), (10, 1440, 24, 1.0), (10, 960, 60, 0.5)]
    assert [model.price(seconds, lines, rate) for seconds, lines, rate, _ in rows] == [usd for *_, usd in rows]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "state", "code"),
    [
        ("queue:400", "refused", ExitCode.INCOMPLETE),
        ("queue:402=credit", "refused", ExitCode.NO_MONEY),
        ("queue:502", "unknown", ExitCode.UNKNOWN),
        ("queue:cut", "unknown", ExitCode.UNKNOWN),
        ("queue:no-id", "unknown", ExitCode.UNKNOWN),
        ("queue:429=1", "saved", ExitCode.FINE),
        ("retrieve:422=policy", "refunded", ExitCode.INCOMPLETE),
        ("retrieve:failed", "failed", ExitCode.INCOMPLETE),
        ("retrieve:completedx*", "failed", ExitCode.INCOMPLETE),
        ("retrieve:404x*", "lost", ExitCode.INCOMPLETE),
        ("retrieve:500x*", "failed", ExitCode.INCOMPLETE),
        ("retrieve:401x*", "queued", ExitCode.INCOMPLETE),
        ("retrieve:500", "saved", ExitCode.FINE),
        ("retrieve:close", "saved", ExitCode.FINE),
        ("retrieve:cutx2", "saved", ExitCode.FINE),
        ("retrieve:htmlx2", "saved", ExitCode.FINE),
        ("retrieve:stubx*", "failed", ExitCode.INCOMPLETE),
    ],
)
def test_answers_of_another_kind(tmp_path: Path, fault: str, state: str, code: ExitCode) -> None:
    with finish_project(tmp_path, 1, faults=[fault]) as film:
        assert film.finish().code is code
        assert str(film.finishes()[-1].state) == state
        film.finish()
        assert max(film.upscales.values(), default=0) <= 1
        if state == "unknown":
            assert film.finish(resend=["s01c01"]).code is ExitCode.FINE
            assert shown(film) == [TAKES[0]]


@pytest.mark.slow
def test_two_runs_at_once(tmp_path: Path) -> None:
    with finish_project(tmp_path, 1) as film:

        def beside(_plan: FinishPlan) -> bool:
            other = FinishProject(film.folder, film.script, film.server, film.clock)
            with ThreadPoolExecutor() as pool, pytest.raises(FolderInUse):
                pool.submit(other.finish).result()
            return True

        assert film.finish(agree=beside).code is ExitCode.FINE
        assert sum(film.upscales.values()) == 1


@pytest.mark.slow
@pytest.mark.parametrize("point", ["download.last", "rename.before", "merge.before"])
def test_a_full_disk_loses_nothing(tmp_path: Path, point: str) -> None:
    with finish_project(tmp_path, 1) as film:
        outcome = film.finish(mark=failing_at(point, OSError(28, "No space left on device")))
        assert outcome.code is ExitCode.INCOMPLETE
        assert "the disk cannot be written: No space left on device" in outcome.stopped
        assert film.finish().code is ExitCode.FINE
        assert (shown(film), sum(film.upscales.values())) == ([TAKES[0]], 1)


#: Every point that a run of one take passes once its plan is agreed to, from the intent on.
POINTS = [
    "commit.intended.before",
    "commit.intended.after",
    "queue.http11.send_request_headers.started",
    "queue.http11.send_request_body.complete",
    "queue.http11.receive_response_body.complete",
    "commit.answer.before",
    "commit.answer.after",
    "commit.queued.before",
    "commit.queued.after",
    "poll.before",
    "poll.after",
    "commit.done.after",
    "commit.saving.before",
    "commit.saving.after",
    "download.first",
    "download.synced",
    "rename.before",
    "rename.after",
    "commit.saved.before",
    "commit.saved.after",
    "merge.before",
    "merge.after",
]
UNSURE = POINTS[POINTS.index("commit.intended.after") : POINTS.index("commit.answer.after")]


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_run_that_is_killed_is_taken_up(tmp_path: Path, point: str) -> None:
    with finish_project(tmp_path, 1) as film:
        command = [sys.executable, "-m", "tests.render.killed_finish", str(film.folder), film.server.base_url, point]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == -9, done.stderr
        outcome = film.finish()
        is_unknown = point in UNSURE
        assert outcome.code is (ExitCode.UNKNOWN if is_unknown else ExitCode.FINE)
        assert max(film.upscales.values(), default=0) <= 1, "nobody pays twice"
        assert shown(film) == [None if is_unknown else TAKES[0]]
        left = [path.name for path in (film.out / "clips").iterdir() if path.name.startswith(".")]
        assert not left, "nothing half-written stays"
        saved = {entry.file for entry in film.finishes() if entry.state is State.SAVED}
        assert saved == {path.name for path in (film.out / "upscaled").glob("*.mp4")}


@pytest.mark.slow
def test_the_command_finishes_tells_and_films(tmp_path: Path) -> None:
    write_script(tmp_path, 1)

    def sbc(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "storyboard.cli", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)

    assert sbc("finish", "film.sb", "--sandbox").returncode == ExitCode.WRONG_USE, "there is nothing to finish yet"
    assert sbc("render", "film.sb", "--sandbox").returncode == ExitCode.FINE
    told = sbc("finish", "film.sb", "--sandbox", "--factor", "1", "--format", "json")
    assert told.returncode == ExitCode.FINE, told.stderr
    events = [json.loads(line) for line in told.stdout.splitlines()]
    assert [event["event"] for event in events][:2] == ["plan", "sending"]
    assert (events[-1]["event"], events[-1]["saved"], events[-1]["code"]) == ("end", ["s01c01"], 0)
    (paid,) = json.loads(sbc("status", "film.sb", "--sandbox", "--format", "json").stdout)["finished"]
    assert (paid["clip"], paid["state"], paid["file"]) == ("s01c01", "saved", "s01c01-room-1_t1.1x.mp4")
    assert "made of finished takes: 1 of 1 clip" in sbc("film", "film.sb", "--sandbox").stderr
