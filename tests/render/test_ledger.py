"""The ledger: the table of states, what it refuses, and that it is on disk."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from storyboard.render.files import take_path
from storyboard.spend.answers import KeptAnswer
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import FILE, DiskFull, Ledger, LedgerUnusable
from storyboard.spend.states import STEPS, IllegalStep, State, check_step

ENTRY = Entry(
    id=0,
    fingerprint="sha256:1",
    clip_id="s01c01",
    own=None,
    stem="s01c01-harbor",
    state=State.PLANNED,
    model="kling",
    seconds=5,
    aspect="16:9",
    usd=0.5,
    request="{}",
    refs="[]",
    shots="1.1",
)

#: The shortest way to each state.
WAYS: dict[State, tuple[State, ...]] = {
    State.PLANNED: (State.PLANNED,),
    State.INTENDED: (),
    State.UNKNOWN: (State.UNKNOWN,),
    State.QUEUED: (State.QUEUED,),
    State.DONE: (State.QUEUED, State.DONE),
    State.SAVING: (State.QUEUED, State.DONE, State.SAVING),
    State.SAVED: (State.QUEUED, State.DONE, State.SAVING, State.SAVED),
    State.REJECTED: (State.QUEUED, State.DONE, State.SAVING, State.REJECTED),
    State.REFUSED: (State.REFUSED,),
    State.FAILED: (State.QUEUED, State.FAILED),
    State.REFUNDED: (State.QUEUED, State.REFUNDED),
    State.EXPIRED: (State.QUEUED, State.EXPIRED),
    State.LOST: (State.QUEUED, State.LOST),
    State.UNPAID: (State.UNKNOWN, State.UNPAID),
}


def make(folder: Path) -> Ledger:
    return Ledger.create(folder, "the sandbox", lambda: 1000.0)


def bring_to(ledger: Ledger, state: State) -> Entry:
    entry = ledger.intend(ENTRY)
    for step in WAYS[state]:
        entry = ledger.step(entry, step)
    return entry


@pytest.mark.parametrize(("before", "after"), list(itertools.product(State, State)), ids=str)
def test_every_step_is_taken_or_refused_as_the_table_says(tmp_path: Path, before: State, after: State) -> None:
    with make(tmp_path) as ledger:
        entry = bring_to(ledger, before)
        if after in STEPS[before]:
            assert ledger.step(entry, after).state is after
        else:
            with pytest.raises(IllegalStep, match=f"{before} → {after}"):
                ledger.step(entry, after)
    read = Ledger.read(tmp_path)
    assert read is not None
    with read:
        assert read.entries()[0].state is (after if after in STEPS[before] else before)


def test_the_table_says_what_each_state_is_for() -> None:
    assert set(STEPS) == set(State)
    ends = {state for state in State if not STEPS[state]}
    assert ends == {
        State.REJECTED,
        State.REFUSED,
        State.FAILED,
        State.REFUNDED,
        State.EXPIRED,
        State.LOST,
        State.UNPAID,
    }
    # Once sent, nothing leads back to where it could be sent again.
    reached, front = set(), {State.UNKNOWN, State.QUEUED}
    while front:
        reached |= front
        front = set().union(*(STEPS[state] for state in front)) - reached
    assert not reached & {State.PLANNED, State.INTENDED, State.REFUSED}
    with pytest.raises(IllegalStep):
        check_step(State.SAVED, State.INTENDED)


def test_a_step_counts_what_is_in_the_ledger_and_not_what_the_caller_holds(tmp_path: Path) -> None:
    with make(tmp_path) as ledger:
        stale = ledger.intend(ENTRY)
        ledger.step(stale, State.UNKNOWN)
        with pytest.raises(IllegalStep):
            ledger.step(stale, State.QUEUED)


def test_the_whole_answer_is_kept_and_the_file_is_for_its_owner_only(tmp_path: Path) -> None:
    with make(tmp_path) as ledger:
        entry = ledger.intend(ENTRY)
        entry = ledger.keep_answer(entry, KeptAnswer(200, b'{"queue_id": "q1"}'))
        ledger.queue(entry, "q1", "https://venice.ai/secret", number=1)
        assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    read = Ledger.read(tmp_path)
    assert read is not None
    with read:
        (kept,) = read.entries()
        assert kept.queue_id == "q1"
        assert kept.answer == b'{"queue_id": "q1"}'
        assert kept.download_url is not None
        assert kept.download_url.reveal() == "https://venice.ai/secret"
        assert "secret" not in repr(kept)
        assert [state for state, _, _ in read.history(kept)] == [State.PLANNED, State.INTENDED, State.QUEUED]


def test_a_step_is_on_disk_when_it_returns(tmp_path: Path) -> None:
    program = (
        "import os, sys; from pathlib import Path; from tests.render.test_ledger import *;"
        "ledger = make(Path(sys.argv[1])); entry = ledger.intend(ENTRY);"
        "ledger.queue(entry, 'q1', None, number=1); os.kill(os.getpid(), 9)"
    )
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", program, tmp_path], cwd=root, check=False)
    assert done.returncode == -9
    read = Ledger.read(tmp_path)
    assert read is not None
    with read:
        assert read.entries()[0].queue_id == "q1"


@pytest.mark.parametrize("damage", ["garbage", "cut", "other", "newer", "empty table"])
def test_a_ledger_that_is_damaged_foreign_or_newer_is_refused_and_left_alone(tmp_path: Path, damage: str) -> None:
    path = tmp_path / FILE
    with make(tmp_path) as ledger:
        for number in range(200):
            ledger.intend(replace(ENTRY, clip_id=f"s01c{number}"))
    if damage == "garbage":
        path.write_bytes(b"not a database at all" * 100)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:9000])
    else:
        with sqlite3.connect(path) as connection:
            text = {
                "other": "PRAGMA application_id = 7",
                "newer": "PRAGMA user_version = 99",
                "empty table": "DROP TABLE entry",
            }[damage]
            connection.execute(text)
        connection.close()
    before = path.read_bytes()
    with pytest.raises(LedgerUnusable) as told:
        make(tmp_path)
    assert {"newer": "newer", "other": "not an sbc ledger"}.get(damage, "damaged") in str(told.value)
    with pytest.raises(LedgerUnusable):
        Ledger.read(tmp_path)
    assert path.read_bytes() == before


#: What later versions of the ledger have and the first has not.
NEWER_COLUMNS = ("answer_status", "withdrawn", "basis", "charged", "kind")


def test_a_ledger_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    with make(tmp_path) as ledger:
        ledger.queue(ledger.intend(ENTRY), "q1", None, number=1)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.executescript(
            "".join(f"ALTER TABLE entry DROP COLUMN {name};" for name in NEWER_COLUMNS)
            + "DROP TABLE locked; DROP TABLE note;"
            "PRAGMA user_version = 1"
        )
    connection.close()
    read = Ledger.read(tmp_path)
    assert read is not None
    with read:
        assert read.entries()[0].queue_id == "q1", "also where nobody may write"
    with make(tmp_path) as ledger:
        assert ledger.count_withdrawn(ledger.entries()[0]).withdrawn == 1
        ledger.lock(ledger.entries()[0], is_locked=True)
        ledger.note(ledger.entries()[0], "a remark")
    with make(tmp_path) as ledger:
        assert ledger.entries()[0].withdrawn == 1


#: What somebody may write into a ledger that they hand over: refused as a whole, or not believed.
FOREIGN = {
    "file = '../../../../secret.mp4'": None,
    "file = '/etc/hostname'": None,
    "file = 'film.mp4'": None,
    "file = 's01c01-harbor_t1.mp4\n'": None,
    "start_frame = '../../secret'": None,
    "stem = '../../secret'": "did not write",
    "stem = ''": "did not write",
    "state = 'paid'": "did not write",
    "kind = 'house'": "did not write",
    "request = '[]'": "did not write",
    "request = 'no JSON'": "did not write",
    "refs = '{}'": "did not write",
    "usd = 9e999": "did not write",
    "usd = -1": "did not write",
}


@pytest.mark.parametrize("change", FOREIGN)
def test_a_ledger_names_files_of_its_own_folder_only(tmp_path: Path, change: str) -> None:
    with make(tmp_path) as ledger:
        entry = bring_to(ledger, State.SAVED)
    with sqlite3.connect(tmp_path / FILE) as connection:
        connection.execute(f"UPDATE entry SET {change}")
    connection.close()
    if told := FOREIGN[change]:
        with pytest.raises(LedgerUnusable, match=told):
            make(tmp_path)
        return
    read = Ledger.read(tmp_path)
    assert read is not None
    with read:
        (entry,) = read.entries()
    assert entry.file is None
    assert entry.start_frame is None
    assert take_path(tmp_path, entry).parent == tmp_path / "clips"


def test_a_folder_keeps_to_one_service(tmp_path: Path) -> None:
    with make(tmp_path) as ledger:
        ledger.step(ledger.intend(ENTRY), State.REFUSED)
    with Ledger.create(tmp_path, "http://127.0.0.1:1", lambda: 0.0) as ledger:
        assert ledger.service == "http://127.0.0.1:1", "nothing was paid, so that the folder is free"
    with make(tmp_path) as ledger:
        ledger.step(ledger.intend(ENTRY), State.UNKNOWN)
    with pytest.raises(
        LedgerUnusable, match=r"contains clips from the sandbox; those from api\.venice\.ai need a folder"
    ):
        Ledger.create(tmp_path, "api.venice.ai", lambda: 0.0)


def _full_disk(folder: Path, kilobytes: int) -> Path | None:
    """A small disk at a folder, where this process may make one."""
    if shutil.which("mount") is None:
        return None
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", folder], capture_output=True, check=False
    )
    return folder if done.returncode == 0 else None


def _fill(disk: Path) -> None:
    with suppress(OSError), (disk / "filler").open("wb", buffering=0) as filler:
        while True:
            filler.write(b"x" * 4096)


def test_the_answer_to_a_paid_call_fits_on_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if _full_disk(disk, 4096) is None:
        pytest.skip("this process may not mount a small disk")
    try:
        with make(disk) as ledger:
            entry = ledger.intend(ENTRY)
            _fill(disk)
            answer = b"x" * 100_000
            entry = ledger.keep_answer(entry, KeptAnswer(200, answer))
            assert ledger.queue(entry, "q1", None, number=1).state is State.QUEUED
            with pytest.raises(DiskFull):
                ledger.intend(ENTRY)
        read = Ledger.read(disk)
        assert read is not None
        with read:
            assert read.entries()[0].answer == answer
    finally:
        subprocess.run(["umount", disk], check=True)
