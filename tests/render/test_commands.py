"""`sbc plan`, `render`, `status` and `pick`, as a writer types them."""

from __future__ import annotations

import json
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from storyboard.film.verify import verify_clip
from storyboard.render.selection import select_clips
from tests.render.command_project import REPOSITORY, commands, end_of_command, terminal, wait_until
from tests.render.run_fixture import KEY, clip_jobs, write_script

# The plan.


def test_a_plan_says_what_a_render_would_do_and_cost(tmp_path: Path) -> None:
    with commands(tmp_path, 3, chained=[3]) as here:
        done = here.sbc("plan", "film.sb", key=None)
    assert done.code == 0
    head, *rows = done.out.splitlines()[:4]
    assert head.split() == ["clip", "scene", "shots", "s", "model", "references", "price", "what", "happens"]
    assert rows[0].split() == [
        "s01c01",
        "INT.",
        "ROOM",
        "1",
        "-",
        "DAY",
        "1.1",
        "5",
        "kling-o3-pro",
        "Mira",
        "$0.56",
        "new",
    ]
    assert rows[2].endswith("$0.56  new, waits for s02c01")
    assert "The film: 3 clips, 15 s, $1.68 in all.\n" in done.out
    assert done.out.endswith(
        "\nThis run sends 3 clips for $1.68, or $1.86 by Venice's published quotes, 2026-09-28.\n"
    ), "the last line is the price, and never less than it"
    assert "kling-o3-pro-reference-to-video is anonymized" in done.out
    assert not (tmp_path / "out").exists(), "a plan writes nothing"


def test_the_plan_for_programs(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        done = here.sbc("plan", "film.sb", "--format", "json", key=None)
    plan = done.data()
    assert list(plan) == ["format", "clips", "strays", "totals", "balance"]
    assert plan["format"] == "storyboard-plan/1"
    assert plan["totals"] == {"clips": 2, "seconds": 10, "sent": 2, "usd": 1.12, "unpriced": 0, "estimated": 0}
    assert plan["clips"][0] == {
        "id": "s01c01",
        "scene": "INT. ROOM 1 - DAY",
        "shots": ["1.1"],
        "seconds": 5,
        "model": "kling-o3-pro-reference-to-video",
        "privacy": "anonymized",
        "references": ["Mira"],
        "usd": 0.56,
        "basis": "5 s at $0.112/s (Reference to Video guide, 2026-08-20)",
        "other_usd": 0.62,
        "other_basis": "Venice's published quotes, 2026-09-28",
        "quote": None,
        "action": "new",
        "why": "",
        "after": None,
        "cost": 0.56,
        "made_smaller": None,
    }


def test_a_plan_after_a_render_and_after_an_edit(tmp_path: Path) -> None:
    with commands(tmp_path, 3, chained=[2]) as here:
        here.rendered()
        calls = len(here.paths)
        again = here.sbc("plan", "film.sb", key=None)
        assert again.out.count("finished, take 1") == 3
        assert "This run sends nothing and costs nothing." in again.out
        here.edit("window 1 and waits", "window 1 and laughs")
        edited = here.sbc("plan", "film.sb", key=None)
        assert "changed, text" in edited.out
        assert "changed, waits for s01c01" in edited.out
        assert "finished, take 1" in edited.out
        assert "This run sends 2 clips for $1.12" in edited.out
        only = here.sbc("plan", "film.sb", "--only", "s03", key=None)
        assert "left out" in only.out
        assert len(here.paths) == calls


OFFLINE = """
import os, sys
def forbid(event, arguments):
    if event.startswith("socket.") and event != "socket.gethostname":
        os._exit(99)
sys.addaudithook(forbid)
sys.argv[0] = "sbc"
from storyboard.cli import main
try:
    main()
finally:
    assert "httpx" not in sys.modules
"""


@pytest.mark.parametrize("command", ["plan", "status"])
def test_a_plan_and_a_status_need_no_network(tmp_path: Path, command: str) -> None:
    with commands(tmp_path, 2) as here:
        here.rendered()
        done = here.sbc(command, "film.sb", program=("-c", OFFLINE))
    assert done.code == 0
    assert "s02c01" in done.out


class _Prices(BaseHTTPRequestHandler):
    """A quote call that answers what the test says."""

    prices: dict[str, Any]
    asked: list[tuple[dict[str, str], dict[str, Any]]]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.asked.append(({name.lower(): value for name, value in self.headers.items()}, body))
        answer = self.prices.get(body["duration"], {"error": "No such length"})
        data = json.dumps(answer).encode()
        self.send_response(200 if "quote" in answer else 400)
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Silent."""


@contextmanager
def prices(**by_duration: object) -> Iterator[tuple[str, list[tuple[dict[str, str], dict[str, Any]]]]]:
    """A service whose quote call has these prices by duration (`_5s`); its address, and what it was asked."""
    named = {name.strip("_"): answer for name, answer in by_duration.items()}
    asked: list[tuple[dict[str, str], dict[str, Any]]] = []
    kind = type("Prices", (_Prices,), {"prices": named, "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/v1", asked
        server.shutdown()


@contextmanager
def echoing(status: int) -> Iterator[str]:
    """A service that answers every call with this status and the key that it was called with; its address."""

    class Echo(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            data = json.dumps({"error": f"no good: {self.headers['authorization']}"}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/v1"
        server.shutdown()


def test_a_quote_is_asked_once_a_price_without_the_key(tmp_path: Path) -> None:
    with commands(tmp_path, 3) as here, prices(_5s={"quote": 0.56}, _10s={"quote": 1.4}) as (url, asked):
        here.edit("INT. ROOM 2 - DAY\n\nSHOT 5s", "INT. ROOM 2 - DAY\n\nSHOT 10s")
        done = here.sbc("plan", "film.sb", "--quote", "--base-url", url)
        data = here.sbc("plan", "film.sb", "--quote", "--base-url", url, "--format", "json").data()
    assert done.code == 0
    assert sorted(body["duration"] for _, body in asked) == ["10s", "10s", "5s", "5s"]
    assert all("authorization" not in headers for headers, _ in asked)
    assert all("prompt" not in body and "elements" not in body for _, body in asked)
    assert "$1.40 (table $1.12)" in done.out
    assert done.out.count("(table ") == 1, "only where it differs"
    assert [clip["quote"] for clip in data["clips"]] == [0.56, 1.4, 0.56]


def test_the_sandbox_quotes_as_the_service_does(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        script = here.folder / "film.sb"
        script.write_text(f"Limits: service\n{script.read_text()}")
        here.server.sandbox.settings.account.factor = 1.0
        done = here.sbc("plan", "film.sb", "--quote", "--base-url", here.url, key=None)
        assert here.paths == ["quote"]
    assert done.code == 0
    assert "(table " not in done.out


def test_where_there_is_no_quote_it_says_why(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        with prices() as (url, _):
            refused = here.sbc("plan", "film.sb", "--quote", "--base-url", url)
        nobody = here.sbc("plan", "film.sb", "--quote", "--base-url", url)
    assert refused.code == nobody.code == 3
    assert refused.err.endswith("No such length\n")
    assert "no connection" in nobody.err


# A render.


def test_a_render_with_yes_and_a_second_one(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        done = here.render("--yes")
        assert done.code == 0, done.err
        assert here.clips() == ["s01c01-room-1_t1.mp4", "s02c01-room-2_t1.mp4"]
        assert done.out == "", "the story is told on standard error"
        assert "This run sends 2 clips for $1.12." in done.err
        assert "s01c01: saved: s01c01-room-1_t1.mp4" in done.err
        assert done.err.endswith("Saved: 2 of 2 clips, in out/film/clips. This run spent $1.12.\n")
        calls = len(here.paths)
        again = here.render()
        assert again.code == 0, "nothing is paid, so nothing is asked"
        assert again.err.endswith("Saved: 2 of 2 clips, in out/film/clips. Nothing was sent, so nothing was spent.\n")
        assert len(here.paths) == calls


def test_without_a_terminal_and_without_yes_nothing_is_sent(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        done = here.render()
        assert done.code == 2
        assert "Send 2 clips and pay $1.12? Add --yes to agree" in done.err
        assert "queue" not in here.paths
        assert here.clips() == []


def test_at_a_terminal_it_asks_and_no_means_no(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here, terminal(here, "render", "film.sb", "--base-url", here.url) as at:
        at.read_until("[y/N]")
        assert at.shown.index("s01c01") < at.shown.index("This run sends 1 clip for $0.56.") < at.shown.index("Send 1")
        at.type("n\n")
        assert at.finish() == 2
        assert at.shown.endswith("Nothing was sent.\n")
        assert "queue" not in here.paths


@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 2)], ids=["Ctrl-C", "Ctrl-D"])
def test_leaving_at_the_question_sends_nothing(tmp_path: Path, key: str, code: int) -> None:
    with commands(tmp_path, 1) as here, terminal(here, "render", "film.sb", "--base-url", here.url) as at:
        at.read_until("[y/N]")
        at.type(key)
        assert at.finish(10) == code
        assert at.shown.endswith("Nothing was sent.\n")
        assert "queue" not in here.paths


def test_at_a_terminal_it_shows_live_what_happens(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here, terminal(here, "render", "film.sb", "--base-url", here.url) as at:
        here.is_slow()
        at.read_until("Send 2 clips and pay $1.12? [y/N]")
        at.type("y\n")
        at.read_until("s02c01  rendering")
        at.read_until("0 of 2 clips")
        at.read_until("$1.12 of $1.12")
        here.is_slow(1)
        assert at.finish() == 0
        assert "s01c01: saved: s01c01-room-1_t1.mp4" in at.shown
        assert at.shown.endswith("Saved: 2 of 2 clips, in out/film/clips. This run spent $1.12.\n")
        assert at.text.rfind("\x1b[?25h") > at.text.rfind("\x1b[?25l") > 0, "the cursor is there again"


def test_at_a_terminal_it_says_who_waits(tmp_path: Path) -> None:
    jobs = ("--yes", "--jobs", "1")
    with (
        commands(tmp_path, 4, chained=[2]) as here,
        terminal(here, "render", "film.sb", "--base-url", here.url, *jobs) as at,
    ):
        here.is_slow()
        at.read_until("s01c01  rendering")
        at.read_until("waiting: 2 for their turn, 1 for a clip before it")
        here.is_slow(1)
        at.read_until("waiting: 1 for its turn")
        assert at.finish() == 0


def test_ctrl_c_at_a_terminal(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here, terminal(here, "render", "film.sb", "--base-url", here.url, "--yes") as at:
        here.is_slow()
        at.read_until("s02c01  rendering")
        at.type("\x03")
        assert at.finish(10) == 130
        assert "Still running: s01c01 (film.sb:9), s02c01 (film.sb:14)" in at.shown
        assert at.text.rfind("\x1b[?25h") > at.text.rfind("\x1b[?25l")
        here.is_slow(1)
        assert here.render().code == 0
        assert here.charged == 2


def test_json_is_one_event_a_line(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        done = here.render("--yes", "--format", "json")
        events = done.events()
    assert done.code == 0
    first, last = events[0], events[-1]
    assert (first["event"], first["format"]) == ("plan", "storyboard-plan/1")
    assert last == {
        "event": "end",
        "saved": ["s01c01", "s02c01"],
        "running": [],
        "rejected": [],
        "failed": [],
        "refused": [],
        "unknown": [],
        "unsent": [],
        "stopped": "",
        "usd": 1.12,
        "refunded": 0.0,
        "code": 0,
    }
    of_one = [one["event"] for one in events if one.get("clip") == "s01c01"]
    assert of_one[:2] == ["sending", "queued"]
    assert of_one[-2:] == ["fetching", "saved"]
    assert all("at" in one for one in events[1:-1])


def test_json_without_agreement_is_a_plan_and_no_more(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        done = here.render("--format", "json")
        assert done.code == 2
        assert [one["event"] for one in done.events()] == ["plan"]
        assert "queue" not in here.paths


# Which clips.


@pytest.mark.parametrize("name", ["s02c01", "S02C01", "s02", "s2", "2", "2.1", " 2.1 ,2"])
def test_the_names_of_a_clip(tmp_path: Path, name: str) -> None:
    assert select_clips([name], clip_jobs(write_script(tmp_path, 3))) == {"s02c01"}


def test_only_renders_only_that_and_a_retake_pays_again(tmp_path: Path) -> None:
    with commands(tmp_path, 3) as here:
        assert here.render("--yes", "--only", "2,s03").code == 0
        assert here.clips() == ["s02c01-room-2_t1.mp4", "s03c01-room-3_t1.mp4"]
        done = here.render("--yes", "--only", "s02c01", "--retake", "s02c01")
        assert done.code == 0
        assert here.clips()[1] == "s02c01-room-2_t2.mp4"
        assert here.charged == 3


@pytest.mark.parametrize(
    ("option", "name", "hint"),
    [
        ("--only", "s02c02", "Did you mean s02c01, "),
        ("--retake", "harbour", "The clips are s01c01 to s03c01."),
        ("--resend-unknown", "9.9", "The clips are s01c01 to s03c01."),
    ],
)
def test_a_wrong_name_is_said_and_nothing_sent(tmp_path: Path, option: str, name: str, hint: str) -> None:
    with commands(tmp_path, 3) as here:
        done = here.render("--yes", option, name)
        assert done.code == 2
        assert f"sbc: there is no clip, scene or shot “{name}”. {hint}" in done.err
        assert here.paths == []


def test_an_unknown_clip_is_sent_again_only_at_the_persons_word(tmp_path: Path) -> None:
    with commands(tmp_path, 2, faults=["queue:502"]) as here:
        first = here.render("--yes", "--jobs", "1")
        assert first.code == 4
        assert "This run spent $0.56, and perhaps $0.56 more." in first.err
        assert "Perhaps paid: s01c01 (film.sb:9)" in first.err
        assert "--resend-unknown s01c01" in first.err
        status = here.sbc("status", "film.sb")
        assert "unknown (the service answered 502)" in status.out
        assert "Paid so far: $0.56, and perhaps $0.56 more." in status.out
        other = here.render("--yes", "--resend-unknown", "s02c01")
        assert other.code == 4
        assert "s02c01 has no unknown payment, so there is nothing to send again." in other.err
        assert sum(here.server.memory.queued.values()) == 2
        assert here.render("--yes", "--resend-unknown", "s01c01").code == 0
        assert sorted(here.server.memory.queued.values()) == [1, 2]


# Money and places.


def test_the_budget_is_kept(tmp_path: Path) -> None:
    with commands(tmp_path, 3) as here:
        done = here.render("--yes", "--max-cost", "1.2", "--jobs", "1")
        assert done.code == 5
        assert here.charged == 2
        assert "Nothing more was sent: s03c01 costs $0.56, but $0.08 of --max-cost is left." in done.err
        assert "Not sent: s03c01 (film.sb:19)" in done.err


@pytest.mark.parametrize("words", [("--jobs", "0"), ("--jobs", "many"), ("--max-cost", "-1"), ("--max-cost", "nan")])
def test_settings_that_cannot_be(tmp_path: Path, words: tuple[str, ...]) -> None:
    with commands(tmp_path, 1) as here:
        done = here.render("--yes", *words)
        assert done.code == 2
        assert words[0] in done.err
        assert here.paths == []


def test_so_many_clips_at_a_time(tmp_path: Path) -> None:
    with commands(tmp_path, 3) as here:
        events = here.render("--yes", "--jobs", "1", "--format", "json").events()
    kinds = [one["event"] for one in events if one["event"] in ("sending", "saved")]
    assert kinds == ["sending", "saved"] * 3


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("queue:401", 3, "the service does not know this key"),
        ("queue:402=credit", 5, "the credit is used up"),
        ("queue:403", 3, "the key may not do this"),
    ],
)
def test_where_the_service_takes_no_more(tmp_path: Path, fault: str, code: int, words: str) -> None:
    with commands(tmp_path, 2, faults=[fault]) as here:
        done = here.render("--yes", "--jobs", "1")
        assert done.code == code
        assert words in done.err
        assert "Refused: s01c01 (film.sb:9)" in done.err
        assert "Not sent: s02c01 (film.sb:14)" in done.err
        assert here.charged == 0


def test_a_refused_clip_is_named_with_its_line_and_sent_again_by_the_next_run(tmp_path: Path) -> None:
    with commands(tmp_path, 2, faults=["queue:422=prompt"]) as here:
        done = here.render("--yes", "--jobs", "1")
        assert done.code == 3
        assert "Blocked by moderation. It suggests this prompt: A quiet harbor" in done.err
        assert "Refused: s01c01 (film.sb:9)" in done.err
        assert here.render("--yes").code == 0


def _as_a_file(here: Path) -> str:
    (here / "taken").write_text("mine")
    return "taken"


@pytest.mark.parametrize("place", [_as_a_file, lambda _: "/dev/null/x"], ids=["a file", "no folder"])
def test_a_folder_that_cannot_be_used(tmp_path: Path, place: Any) -> None:
    with commands(tmp_path, 1) as here:
        name = place(tmp_path)
        done = here.render("--yes", "--out", name)
        assert done.code == 2
        assert f"sbc: {name} cannot be used for the clips" in done.err
        assert "--out" in done.err
        assert here.paths == []
    if name == "taken":
        assert (tmp_path / "taken").read_text() == "mine"


def _damage(path: Path) -> None:
    path.write_bytes(b"no database at all, but long enough to look like something" * 40)


def _renew(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def _replace(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(_damage, "is damaged"), (_renew, "was written by a newer sbc"), (_replace, "is not an sbc ledger")],
)
def test_a_ledger_that_cannot_be_used(tmp_path: Path, spoil: Any, words: str) -> None:
    with commands(tmp_path, 1) as here:
        here.rendered()
        calls = len(here.paths)
        for left in here.out.glob("ledger.db-*"):
            left.unlink()
        spoil(here.out / "ledger.db")
        for command in (["plan"], ["status"], ["pick"], ["render", "--yes", "--base-url", here.url]):
            words_ = [command[0], "film.sb", *(["s01c01", "1"] if command == ["pick"] else command[1:])]
            done = here.sbc(*words_)
            assert done.code == 2, command
            assert f"sbc: out/film/ledger.db {words}" in done.err
        assert len(here.paths) == calls


def test_paid_clips_and_those_of_another_service_are_kept_apart(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        here.rendered()
        done = here.sbc("render", "film.sb", "--sandbox", "--out", "out/film")
        assert done.code == 2
        assert "--out" in done.err.split("sbc: ")[1]


def test_a_second_run_ends_at_once_and_names_the_first(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        here.is_slow()
        first = here.start_render()
        wait_until(lambda: here.charged, first)
        began = time.monotonic()
        second = here.render("--yes")
        assert time.monotonic() - began < 10
        assert second.code == 6
        assert f"another run renders into out/film: process {first.pid} on " in second.err
        pick = here.sbc("pick", "film.sb", "s01c01", "1")
        assert pick.code == 6
        assert here.sbc("plan", "film.sb").code == here.sbc("status", "film.sb").code == 0
        first.send_signal(signal.SIGINT)
        assert end_of_command(first).code == 130


# Stopping.


@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_stopped_goes_on_with_the_same_command(tmp_path: Path, name: signal.Signals) -> None:
    with commands(tmp_path, 3) as here:
        here.is_slow()
        process = here.start_render("--jobs", "2")
        wait_until(lambda: here.charged == 2 and "retrieve" in here.paths, process)
        began = time.monotonic()
        process.send_signal(name)
        done = end_of_command(process)
        assert time.monotonic() - began < 10
        assert done.code == 130
        assert "Still running: s01c01 (film.sb:9), s02c01 (film.sb:14)" in done.err
        assert "Not sent: s03c01 (film.sb:19)" in done.err
        assert done.err.endswith(
            f"Everything so far is recorded.\nTo continue: sbc render film.sb --base-url {here.url} --yes --jobs 2\n"
        )
        here.is_slow(1)
        again = here.render("--yes")
        assert again.code == 0
        assert "This run sends 1 clip for $0.56." in again.err
        assert here.charged == 3
        assert len(here.clips()) == 3


def test_ctrl_c_twice_ends_at_once_and_the_open_call_is_unknown(tmp_path: Path) -> None:
    with commands(tmp_path, 2, faults=["queue:stall"]) as here:
        process = here.start_render("--jobs", "1")
        wait_until(lambda: here.server.memory.queued, process)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None, "the open call may still be answered"
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        done = end_of_command(process)
        assert time.monotonic() - began < 4
        assert done.code == 130
        assert "Perhaps paid: s01c01 (film.sb:9)" in done.err
        assert [entry.state for entry in here.entries()] == ["unknown"]
        again = here.render("--yes")
        assert again.code == 4
        assert sum(here.server.memory.queued.values()) == 2, "the unknown one is not sent again"


# What must not be seen.


def test_neither_key_nor_address_of_a_clip_is_anywhere(tmp_path: Path) -> None:
    with commands(tmp_path, 2, model="grok-imagine", faults=["queue:502@2"]) as here:
        done = [here.render("--yes", "--format", form) for form in ("text", "json")]
        done += [here.sbc(*words.split()) for words in ("status film.sb --format json", "plan film.sb --format json")]
        for one in done:
            assert KEY not in one.out + one.err
            assert "/media/" not in one.out + one.err
        files = [path for path in here.out.rglob("*") if path.is_file()]
        assert any(path.suffix == ".json" for path in files)
        for path in files:
            data = path.read_bytes()
            assert KEY.encode() not in data, path
            assert path.name.startswith("ledger.db") or b"/media/" not in data, path


def test_a_key_that_the_service_repeats_is_blotted_out(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here, echoing(400) as refusing, echoing(502) as stumbling:
        for url, name in ((refusing, "refused"), (stumbling, "stumbled")):
            done = here.sbc("render", "film.sb", "--yes", "--base-url", url, "--out", name)
            assert done.code in (3, 4)
            assert KEY not in done.err
        for path in (*(tmp_path / "refused").rglob("*"), *(tmp_path / "stumbled").rglob("*")):
            assert path.is_dir() or KEY.encode() not in path.read_bytes(), path


# What has become of it.


def test_status_before_anything_was_rendered(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        done = here.sbc("status", "film.sb")
        assert done.code == 0
        assert "sbc plan film.sb" in done.err
        data = here.sbc("status", "film.sb", "--format", "json").data()
    assert data["format"] == "storyboard-status/1"
    assert [(clip["id"], clip["state"], clip["chosen"], clip["takes"]) for clip in data["clips"]] == [
        ("s01c01", "not rendered", None, []),
        ("s02c01", "not rendered", None, []),
    ]


def test_money_that_came_back_is_not_paid(tmp_path: Path) -> None:
    with commands(tmp_path, 2, faults=["retrieve:422=policy"]) as here:
        done = here.render("--yes", "--jobs", "1")
        assert done.code == 3
        assert "This run spent $1.12. Refunded meanwhile: $0.56." in done.err
        assert "Failed: s01c01" in done.err
        status = here.sbc("status", "film.sb")
        assert "refunded (The model provider rejected this request. The credits were refunded.)" in status.out
        assert status.out.endswith("Paid so far: $0.56. Also refunded: $0.56.\n")
        taken = here.sbc("status", "film.sb", "--format", "json").data()["clips"][0]["takes"]
        assert [one["state"] for one in taken] == ["refunded"]


@pytest.mark.parametrize(("fault", "back", "paid"), [("policy", 0.56, "$0.56. Also"), ("kept", 0.0, "$1.12.\n")])
def test_programs_are_told_what_came_back(fault: str, back: float, paid: str, tmp_path: Path) -> None:
    with commands(tmp_path, 2, faults=[f"retrieve:422={fault}"]) as here:
        events = here.render("--yes", "--jobs", "1", "--format", "json").events()
        assert (events[-1]["usd"], events[-1]["refunded"]) == (1.12, back)
        assert [-one.get("usd", 0) for one in events if one["event"] == "failed"] == [back]
        assert f"Paid so far: {paid}" in here.sbc("status", "film.sb").out


def test_status_lists_takes_and_what_is_no_longer_in_the_script(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        here.rendered()
        here.prepare(retake=["s01c01"])
        here.edit("window 2 and waits", "window 2 and laughs")
        done = here.sbc("status", "film.sb")
        assert done.code == 0
        lines = [line.split() for line in done.out.splitlines()]
        assert lines[1][:3] == ["s01c01", "1", "finished"]
        assert lines[2][:3] == ["2", "finished,", "chosen"]
        assert lines[3] == ["s02c01", "not", "rendered", "$0.56"]
        assert "No longer in the script:" in done.out
        assert done.out.endswith("Paid so far: $1.68.\n")
        data = here.sbc("status", "film.sb", "--format", "json").data()
        assert [(one["clip"], one["take"]) for one in data["others"]] == [("s02c01", 1)]
        assert [(clip["id"], clip["state"], clip["chosen"]) for clip in data["clips"]] == [
            ("s01c01", "finished", 2),
            ("s02c01", "not rendered", None),
        ]
        take = data["clips"][0]["takes"][1]
        assert (take["take"], take["state"], take["usd"], take["file"]) == (2, "saved", 0.56, "s01c01-room-1_t2.mp4")


def test_pick_chooses_the_take_that_stands_in_the_film(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        early = here.sbc("pick", "film.sb", "s01c01", "1")
        assert early.code == 2
        assert "nothing has been rendered into out/film yet" in early.err
        here.rendered()
        here.prepare(retake=["s01c01"])
        assert "finished, take 2" in here.sbc("plan", "film.sb").out
        done = here.sbc("pick", "film.sb", "s01c01", "1")
        assert done.code == 0
        assert "s01c01: take 1 (s01c01-room-1_t1.mp4) is in the film now." in done.err
        assert "finished, take 2" not in here.sbc("plan", "film.sb").out
        missing = here.sbc("pick", "film.sb", "s01c01", "3")
        assert missing.code == 2
        assert "sbc: s01c01 has no finished take 3" in missing.err
        assert "1, 2" in missing.err
        assert here.sbc("pick", "film.sb", "s01c02", "1").code == 2
        assert here.sbc("pick", "film.sb", "s01c01", "0").code == 2
        assert here.sbc("pick", "film.sb", "s01c01", "first").code == 2


# The sandbox.


def test_an_example_in_the_sandbox_gives_clips(tmp_path: Path) -> None:
    example = REPOSITORY / "examples" / "01-one-shot"
    copytree(example, tmp_path / "example")
    with commands(tmp_path, 1) as here:
        done = here.sbc("render", "example/shot.sb", "--sandbox", key=None)
        status = here.sbc("status", "example/shot.sb", "--out", "example/out/shot-sandbox").out
    assert done.code == 0, done.err
    assert "The sandbox renders on this machine: nothing is paid, and nothing leaves it." in done.err
    assert "At Venice this would cost $0.62." in done.err
    assert "Nothing is paid in the sandbox; at Venice this would cost $0.62." in status
    (clip,) = (tmp_path / "example" / "out" / "shot-sandbox" / "clips").glob("*.mp4")
    verdict = verify_clip(clip, 5, "16:9")
    assert verdict.frames > 0


def test_the_sandbox_has_no_address(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        done = here.render("--sandbox")
        assert done.code == 2
        assert here.paths == []


def test_a_rejected_take_is_kept_shown_and_can_be_picked(tmp_path: Path) -> None:
    """A clip that is too short is paid, too: nothing of it is lost, and nothing is chosen without the writer."""
    with commands(tmp_path, 2, faults=["retrieve:shortx9"]) as here:
        done = here.render("--yes", "--jobs", "1", "--only", "s01c01")
        assert done.code == 3, done.err
        assert "Rejected: s01c01 (film.sb:9). See `sbc status`; `sbc pick` can still use it" in done.said
        assert here.clips() == ["s01c01-room-1_t1.rejected.mp4"]
        sidecar = json.loads((here.out / "clips" / "s01c01-room-1_t1.rejected.json").read_text())
        assert sidecar["rejected"] == "it is 1.00 s long, not 5 s"
        status = here.sbc("status", "film.sb")
        assert "rejected (it is 1.00 s long, not 5 s)" in " ".join(status.out.split())
        assert "s01c01-room-1_t1.rejected.mp4" in status.out
        listed = json.loads(here.sbc("status", "film.sb", "--format", "json").out)["clips"][0]
        assert (listed["chosen"], listed["takes"][0]["state"]) == (None, "rejected")
        again = here.render("--yes", "--only", "s01c01")
        assert "sbc pick" in again.said
        assert here.charged == 1, "nothing is paid twice by itself"
        picked = here.sbc("pick", "film.sb", "s01c01", "1")
        assert picked.code == 0
        assert "Note that it was rejected: it is 1.00 s long, not 5 s." in picked.err
        listed = json.loads(here.sbc("status", "film.sb", "--format", "json").out)["clips"][0]
        assert (listed["state"], listed["chosen"]) == ("finished", 1)
        assert here.sbc("render", "film.sb", "--base-url", here.url, "--yes", "--only", "s01c01").code == 0
