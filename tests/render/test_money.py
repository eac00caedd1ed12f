"""What is said about money is what is paid: quotes, balance, ceilings, the bill."""

from __future__ import annotations

import json
import random
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from storyboard.catalog import GUIDE, SERVICE, find_model, models
from storyboard.compiler.drafts import compile_draft
from storyboard.compiler.pipeline import analyze_file
from storyboard.render.jobs import Job, build_jobs
from storyboard.render.planning import RunPlan
from storyboard.render.report_text import cost_line, render_question
from storyboard.sandbox.account import AccountEntry, SandboxAccount
from storyboard.spend.bill import match_bill
from storyboard.spend.budget import Budget, committed_usd
from storyboard.spend.ledger import FILE
from storyboard.spend.outcome import ExitCode
from storyboard.spend.session import PlanDeclined
from storyboard.spend.states import State
from storyboard.venice.history import BillRow, read_history
from storyboard.venice.protocol import Answer, read_balance, read_quote
from storyboard.venice.service import service_facts
from tests.render.command_project import CommandEnd, CommandProject, commands, terminal
from tests.render.run_fixture import RunProject, accept_any_clip, run_project
from tests.render.test_ledger import ENTRY

ADMIN = "VENICE_ADMIN_KEY_0123456789"


def account_of(here: CommandProject | RunProject) -> SandboxAccount:
    return here.server.sandbox.settings.account


def taken(here: CommandProject | RunProject) -> float:
    """What the sandbox has taken, in US dollars."""
    return -sum(row.usd for row in account_of(here).rows)


# Quotes.


def test_what_is_paid_is_what_the_service_asks(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        account_of(here).factor = 1.5
        done = here.render("--yes")
        assert done.code == 0
        assert "$0.93 (table $0.56)" in done.err
        assert "This run sends 2 clips for $1.86." in done.err
        assert taken(here) == pytest.approx(1.86)
        assert [entry.usd for entry in here.entries()] == [0.93, 0.93]
        assert {entry.basis for entry in here.entries()} == {"quote"}
        assert "Paid so far: $1.86." in here.sbc("status", "film.sb").out
        sidecar = json.loads(next((here.out / "clips").glob("*.json")).read_text())
        assert (sidecar["usd"], sidecar["basis"]) == (0.93, "quote")
        assert here.paths.count("quote") == 1, "one for each distinct request"


def test_a_plan_stays_offline_and_asks_where_it_is_told_to(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        account_of(here).factor = 1.5
        assert "$0.56" in here.sbc("plan", "film.sb", "--base-url", here.url).out
        assert here.paths == []
        asked = here.sbc("plan", "film.sb", "--quote", "--base-url", here.url)
        assert "$0.93 (table $0.56)" in asked.out
        assert asked.out.endswith("This run sends 1 clip for $0.93.\n"), "the last line is the price"


def test_max_cost_counts_the_services_prices(tmp_path: Path) -> None:
    with run_project(tmp_path, 3, verify=accept_any_clip) as film:
        account_of(film).factor = 1.5
        outcome = film.run(max_cost=1.9, jobs=1)
        assert outcome.code is ExitCode.NO_MONEY
        assert outcome.spent == pytest.approx(1.86)
        assert taken(film) == pytest.approx(1.86)


NO_PRICE = ["quote:500x*", "quote:429x*", "quote:htmlx*", "quote:closex*", "quote:nonsensex*", "quote:deepx*"]
NO_PRICE += ["quote:odd-numbersx*"]


@pytest.mark.parametrize("fault", NO_PRICE)
def test_without_a_price_yes_is_not_enough(tmp_path: Path, fault: str) -> None:
    with commands(tmp_path, 2, faults=[fault]) as here:
        done = here.render("--yes")
        assert done.code == 3
        assert "nothing was sent. Venice does not give its price" in done.said
        assert re.search(r"the table \(.*\d{4}-\d\d-\d\d\) says \$1\.12", done.said)
        assert done.said.endswith("Add --accept-estimate to send anyway")
        assert "queue" not in here.paths
        accepted = here.render("--yes", "--accept-estimate")
        assert accepted.code == 0
        assert "Venice does not give its price" in accepted.said
        assert here.charged == 2


def test_without_a_price_a_person_is_asked_in_words(tmp_path: Path) -> None:
    with (
        commands(tmp_path, 1, faults=["quote:500x*"]) as here,
        terminal(here, "render", "film.sb", "--base-url", here.url) as at,
    ):
        at.read_until("[y/N]")
        asked = at.shown[at.shown.rindex("Venice does not give") :]
        or_more = "or $0.62 by Venice's published quotes, 2026-09-28"
        assert f"says $0.56, {or_more}. Send 1 clip anyway?" in " ".join(asked.split())
        at.type("n\n")
        assert at.finish() == 2
        assert here.charged == 0


def test_a_ceiling_counts_the_dearer_figure_where_the_service_does_not_tell_its_price(tmp_path: Path) -> None:
    with commands(tmp_path, 1, faults=["quote:500x*"]) as here:
        done = here.render("--yes", "--accept-estimate", "--max-cost", "0.60")
        assert done.code == 5
        assert "s01c01 costs $0.62, but $0.60 of --max-cost is left" in done.said
        assert here.charged == 0


def test_grok_1_5_is_quoted_with_its_pictures(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        account_of(here).factor = 1.0
        cast = "".join(f"CHARACTER P{n}\nfront: https://example.com/p{n}.png\n\n" for n in range(3))
        shot = "SHOT 5s wide\n@P0, @P1 and @P2 wait.\n"
        here.script.write_text(f"Model: grok-imagine-1-5\n\n{cast}INT. ROOM - DAY\n\n{shot}")
        done = here.render("--yes")
        assert done.code == 0
        assert "This run sends 1 clip for $0.49." in done.err, "5 s at $0.092, and $0.0115 for each of three pictures"
        assert taken(here) == pytest.approx(0.49)


@pytest.mark.parametrize(
    "quote", ["0", "-1", "NaN", "Infinity", '"0.56"', "1e9", "1e400", "9" * 400, "null", "true", "[]"]
)
def test_what_is_no_price_is_none(quote: str) -> None:
    assert read_quote(Answer(200, {}, f'{{"quote": {quote}}}'.encode())) is None


def test_a_slow_service_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(service_facts("quotes"), "seconds", 0.5)
    with run_project(tmp_path, 1, faults=["quote:stallx*", "rate_limits:stallx*"], verify=accept_any_clip) as film:
        plans: list[RunPlan] = []
        began = time.monotonic()
        film.run(agree=lambda plan: not plans.append(plan))  # type: ignore[func-returns-value] # it agrees
        assert time.monotonic() - began < 20
        (plan,) = plans
        assert "no answer in 0.5 seconds" in render_question(plan)
        assert plan.balance is not None
        assert plan.balance.usd is None


def test_a_price_that_rises_while_the_person_thinks_is_asked_again(tmp_path: Path) -> None:
    with run_project(tmp_path, 2, verify=accept_any_clip) as film:
        seen: list[float] = []

        def agree(plan: RunPlan) -> bool:
            seen.append(round(plan.usd, 2))
            account_of(film).factor = 1.5 if len(seen) == 1 else account_of(film).factor
            time.sleep(0.1)  # fifteen seconds on the clock of this run
            return True

        assert film.run(agree=agree).code is ExitCode.FINE
        assert seen == [1.12, 1.86]
        assert taken(film) == pytest.approx(1.86)


def test_a_price_that_falls_is_not_asked_again(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, verify=accept_any_clip) as film:
        seen: list[float] = []

        def agree(plan: RunPlan) -> bool:
            seen.append(plan.usd)
            account_of(film).factor = 0.5
            time.sleep(0.1)
            return True

        assert film.run(agree=agree).spent == pytest.approx(0.31)
        assert len(seen) == 1


# What is left.


def test_the_plan_says_what_is_left_and_whether_it_suffices(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        account_of(here).usd = 5.0
        assert "$5.00 is left to spend with this key, and $3.88 after this run." in here.render().said
        account_of(here).usd = 1.0
        assert "$1.00 is left to spend with this key, $0.12 too little for this run." in here.render().said
        done = here.render("--yes", "--jobs", "1")
        assert done.code == 5
        assert "the credit is used up (Insufficient USD" in done.said
        assert here.charged == 1


def test_the_limit_of_a_key_is_told_from_an_empty_account(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        account_of(here).key_usd = 0.1
        done = here.render("--yes")
        assert done.code == 5
        assert "the spending limit of this key is reached, whatever the account holds" in done.said


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        ("rate_limits:401", "this key may not read it"),
        ("rate_limits:403", "this key may not read it"),
        ("rate_limits:html", "the answer contains no sum"),
        ("rate_limits:close", "the service does not answer"),
        ("rate_limits:deep", "the answer contains no sum"),
    ],
)
def test_a_balance_that_cannot_be_had_costs_nothing_else(tmp_path: Path, fault: str, why: str) -> None:
    with commands(tmp_path, 1, faults=[fault]) as here:
        done = here.render("--yes")
        assert done.code == 0
        assert done.said.count(f"The balance of the account is not known: {why}.") == 1


@pytest.mark.parametrize("usd", ["-1", "NaN", '"5"', "1e400", "null", "{}"])
def test_a_balance_without_a_number_is_none(usd: str) -> None:
    assert read_balance(Answer(200, {}, f'{{"data": {{"balances": {{"USD": {usd}}}}}}}'.encode())) is None


# Ceilings.


def test_ceilings_hold_across_runs_and_films(tmp_path: Path) -> None:
    with commands(tmp_path, 4) as here:
        (tmp_path / "sbc.toml").write_text("[limits]\nusd_per_film = 1.2\n")
        first = here.render("--yes", "--jobs", "1")
        assert first.code == 5
        assert "s03c01 costs $0.56, but $0.08 of the ceiling for the film is left" in first.said
        assert here.render("--yes").code == 5
        assert here.charged == 2
        (tmp_path / "sbc.toml").write_text("[limits]\nusd_per_day = 1.7\n")
        other = tmp_path / "other.sb"
        other.write_text(here.script.read_text().replace("waits", "laughs"))
        second = here.sbc("render", "other.sb", "--base-url", here.url, "--yes", "--jobs", "1")
        assert second.code == 5
        assert "of the ceiling for a day is left" in second.said
        assert here.charged == 3


def test_the_ceiling_for_a_day_holds_for_runs_that_begin_together(tmp_path: Path) -> None:
    with commands(tmp_path, 4) as here:
        (tmp_path / "sbc.toml").write_text("[limits]\nusd_per_day = 1.7\n")
        scripts = [here.script.name, "other.sb", "third.sb"]
        for name, word in zip(scripts[1:], ("laughs", "weeps"), strict=True):
            (tmp_path / name).write_text(here.script.read_text().replace("waits", word))
        with ThreadPoolExecutor(3) as pool:
            runs = [pool.submit(here.sbc, "render", name, "--base-url", here.url, "--yes") for name in scripts]
        assert 1 <= here.charged <= 3, "a clip costs $0.56"
        assert 5 in [one.result().code for one in runs]


def test_the_ceiling_for_a_film_counts_its_drafts(tmp_path: Path) -> None:
    with commands(tmp_path, 2) as here:
        here.edit("Title: Test\n", "Title: Test\nDraft: kling-o3-standard\n")
        (tmp_path / "sbc.toml").write_text("[limits]\nusd_per_film = 1.3\n")
        assert here.render("--yes", "--draft").code == 0
        drafts = taken(here)
        done = here.render("--yes", "--jobs", "1")
        assert done.code == 5
        assert f"${1.3 - drafts:.2f} of the ceiling for the film is left" in done.said
        assert taken(here) == drafts


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (Budget(), ""),
        (Budget(run=1.5), "$0.50 of --max-cost is left"),
        (Budget(film=2.0), "$0.50 of the ceiling for the film is left"),
        (Budget(day=2.0), ""),
        (Budget(day=2.0, elsewhere_today=lambda: 1.5), "$0.50 of the ceiling for a day is left"),
        (Budget(run=2.0, film=2.5, day=1.0), ""),
        (Budget(film=3.0, elsewhere_film=lambda: 1.0), "$0.50 of the ceiling for the film is left"),
    ],
)
def test_what_a_ceiling_leaves(budget: Budget, words: str) -> None:
    day = 86_400.0
    entries = [
        replace(ENTRY, id=1, usd=1.0, state=State.SAVED, since=day * 10),
        replace(ENTRY, id=2, usd=0.5, state=State.UNKNOWN, since=day * 10 + 5),
        replace(ENTRY, id=3, usd=9.0, state=State.REFUNDED, since=day * 10),
        replace(ENTRY, id=4, usd=9.0, state=State.REFUSED, since=day * 10),
    ]
    assert committed_usd(entries) == 1.5
    # A day later: what was spent the day before does not count. A clock that was set back counts the same.
    assert budget.why_not(1.0, 1.0, entries, day * 11 + 1) == words


# The bill.


def bill(here: CommandProject, key: str = ADMIN) -> CommandEnd:
    return here.sbc("status", "film.sb", "--bill", "--base-url", here.url, VENICE_ADMIN_KEY=key)


def test_the_bill_stands_beside_the_ledger(tmp_path: Path) -> None:
    with commands(tmp_path, 3) as here:
        assert here.render("--yes").code == 0
        account_of(here).rows.append(charge_of("other-model-video-unit", 4.0))
        account_of(here).rows.append(account_of(here).rows[0])  # a line twice
        done = bill(here)
        assert done.code == 0, done.err
        assert "The film: $1.68 by the bill, $1.68 by the ledger." in done.out
        assert "kling-o3-pro-reference-to-video: $1.68" in done.out
        assert "1 line of that time, $4.00 in all, are of no take of this film." in done.out
        assert [entry.charged for entry in here.entries()] == [0.56] * 3


def charge_of(sku: str, usd: float, request: str | None = None) -> AccountEntry:
    return AccountEntry(time.time(), sku, -usd, request)


def test_an_ordinary_key_cannot_read_the_bill(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        here.render("--yes")
        done = bill(here, "an-ordinary-key-0123")
        assert done.code == 3
        assert "it takes an administrator's key" in done.said
        assert here.sbc("status", "film.sb").code == 0


@pytest.mark.parametrize(
    "fault", ["usage-history:html", "usage-history:500", "usage-history:deep", "usage-history:close"]
)
def test_a_bill_that_cannot_be_read_changes_nothing(tmp_path: Path, fault: str) -> None:
    with commands(tmp_path, 1, faults=[fault]) as here:
        here.render("--yes")
        done = bill(here)
        assert done.code == 3
        assert "does not show the account's history" in done.said
        assert [entry.charged for entry in here.entries()] == [None]


def entry(number: int, state: State, since: float, usd: float = 0.56, queue_id: str | None = None) -> Any:
    return replace(ENTRY, id=number, state=state, since=since, changed=since, usd=usd, queue_id=queue_id)


def row(at: float, usd: float = 0.56, request: str | None = None, sku: str = "kling-video-unit") -> BillRow:
    return BillRow(at, sku, usd, "USD", request)


def test_lines_are_matched_by_request_and_else_by_model_sum_and_time() -> None:
    known, unknown = entry(1, State.SAVED, 1000, queue_id="q1"), entry(2, State.UNKNOWN, 1010)
    by_id = match_bill([known, unknown], [row(1001, request="q1")])
    assert [(match.usd, match.is_certain) for match in by_id.matches] == [(0.56, True), (None, False)]
    # Without ids the line explains what is known to be paid, and nothing is left for the unknown one.
    by_sum = match_bill([unknown, known], [row(1001)])
    assert {match.entry.id: match.usd for match in by_sum.matches} == {1: 0.56, 2: None}
    both = match_bill([unknown, known], [row(1001, request="q1"), row(1012)])
    assert {match.entry.id: (match.usd, match.is_certain) for match in both.matches} == {
        1: (0.56, True),
        2: (0.56, True),
    }
    for wrong in (row(1010, usd=0.6), row(9000), row(1010, sku="grok-video"), row(1010, request="q7", usd=0.2)):
        assert match_bill([unknown], [wrong]).matches[0].usd is None
    # Two that are alike cannot be told apart.
    alike = match_bill([unknown, entry(3, State.UNKNOWN, 1020)], [row(1015)])
    assert not any(match.is_certain for match in alike.matches)


def test_a_long_history_is_matched_in_time() -> None:
    entries = [entry(number, State.SAVED, 1000 + number, queue_id=f"q{number}") for number in range(1000)]
    entries.append(entry(1000, State.UNKNOWN, 1500))
    rows = [row(1000 + number % 1000, request=f"other{number}", usd=0.1 + number % 90) for number in range(100_000)]
    rows += [row(1000 + number, request=f"q{number}") for number in range(1000)] + [row(1501)]
    began = time.process_time()
    found = match_bill(entries, rows)
    assert time.process_time() - began < 5
    assert all(match.usd == 0.56 and match.is_certain for match in found.matches)


def test_a_refund_is_taken_off() -> None:
    given_back = match_bill([entry(1, State.REFUNDED, 1000, queue_id="q1")], [row(1, 0.56, "q1"), row(2, -0.56, "q1")])
    assert given_back.matches[0].usd == 0.0


def test_an_unknown_payment_is_settled_by_the_bill_where_the_person_confirms(tmp_path: Path) -> None:
    with commands(tmp_path, 1, faults=["queue:no-id"]) as here:
        assert here.render("--yes").code == 4
        account_of(here).names_requests = False
        for row_ in account_of(here).rows:
            row_.request_id = None
        told = bill(here)
        assert "s01c01 was charged: a line of the bill says $0.56" in told.out
        assert [one.state for one in here.entries()] == [State.UNKNOWN], "nothing is settled without the person"
        words = ("status", "film.sb", "--bill", "--base-url", here.url)
        with terminal(here, *words, VENICE_ADMIN_KEY=ADMIN) as at:
            at.read_until("Record it as such?")
            at.type("y\n")
            assert at.finish() == 0
        assert [one.state for one in here.entries()] == [State.LOST]


def test_a_missing_line_means_nothing_before_an_hour(tmp_path: Path) -> None:
    with commands(tmp_path, 1, faults=["queue:500"]) as here:
        assert here.render("--yes").code == 4
        account_of(here).rows.clear()
        done = bill(here)
        assert "no line yet; ask again in an hour" in done.out
        assert "not charged" not in done.out
        assert [one.state for one in here.entries()] == [State.UNKNOWN]


def test_a_missing_line_is_a_proposal_after_an_hour(tmp_path: Path) -> None:
    with commands(tmp_path, 1, faults=["queue:500"]) as here:
        assert here.render("--yes").code == 4
        account_of(here).rows.clear()
        with sqlite3.connect(here.out / FILE) as ledger:
            ledger.execute("UPDATE event SET at = at - 3601")
        ledger.close()
        assert "s01c01 was probably not charged: the bill has no line for it" in bill(here).out
        assert [one.state for one in here.entries()] == [State.UNKNOWN], "nothing is settled without the person"
        with terminal(here, "status", "film.sb", "--bill", "--base-url", here.url, VENICE_ADMIN_KEY=ADMIN) as at:
            at.read_until("Record it as such?")
            at.type("y\n")
            assert at.finish() == 0
        assert [one.state for one in here.entries()] == [State.UNPAID]


def test_a_long_history_is_read_in_pages() -> None:
    rows = [{"timestamp": "2026-11-28T10:00:00Z", "sku": "x", "amount": -1, "currency": "USD"}] * 100_000
    page = read_history(Answer(200, {}, json.dumps({"data": rows, "nextCursor": "2"}).encode()))
    assert page is not None
    assert len(page.rows) == 100_000
    assert page.cursor == "2"


@pytest.mark.parametrize(
    "row",
    [
        {"currency": "VCU"},
        {"amount": "1"},
        {"amount": float("nan")},
        {"amount": 1e300},
        {"timestamp": "yesterday"},
        {"sku": 7},
        {"timestamp": None},
    ],
)
def test_a_line_that_is_not_understood_is_counted(row: dict[str, Any]) -> None:
    whole = {"timestamp": "2026-11-28T10:00:00Z", "sku": "x", "amount": -1, "currency": "USD", **row}
    page = read_history(Answer(200, {}, json.dumps({"data": [whole, 7]}).encode()))
    assert page is not None
    assert (page.rows, page.skipped) == ((), 2)


# The price in the last line of the plan is the price that is charged.

FAULTS = ["", "", "queue:429", "queue:503", "queue:400", "queue:500@2", "queue:close", "retrieve:500", "quote:500"]
REFERENCE_MODELS = [model for model in models(SERVICE) if model.takes_references]
CAST = "".join(f"CHARACTER P{n}\nfront: https://example.com/p{n}.png\n\n" for n in range(4))


def random_film(chance: random.Random) -> str:
    """A script on some model, of scenes of some shots, with people, sizes and sound as the model takes them."""
    model = chance.choice(REFERENCE_MODELS)
    judged = find_model(model.id, GUIDE)
    assert judged is not None
    head = [f"Model: {model.id}"]
    if judged.resolutions:
        head.append(f"Resolution: {chance.choice(judged.resolutions)}")
    if judged.has_sound and judged.audio == "choice":
        head.append(f"Audio: {chance.choice(['on', 'off'])}")
    parts = ["\n".join(head), CAST]
    for scene in range(chance.randint(1, 4)):
        parts.append(f"EXT. FIELD {scene} - DAY")
        for _ in range(chance.randint(1, 2)):
            people = " ".join(f"@P{n}" for n in sorted(chance.sample(range(4), chance.randint(1, 3))))
            start = "start: https://example.com/s.png\n" if judged.needs_start else ""
            parts.append(f"SHOT {chance.choice(judged.lengths)}s wide\n{start}{people} wait in the wind.")
    return "\n\n".join(parts) + "\n"


def changed(script: str, chance: random.Random) -> str:
    """The script with another length of its first shot, or another word."""
    name = re.findall(r"Model: (.*)", script)[0]
    judged = find_model(name, GUIDE)
    assert judged is not None
    if chance.random() < 0.5:
        return re.sub(r"SHOT \d+s", f"SHOT {chance.choice(judged.lengths)}s", script, count=1)
    return script.replace(" wait in", f" wait {chance.randint(2, 99)} hours in", 1)


def films_of(script: Path, out: Path, *, is_draft: bool) -> tuple[tuple[Job, ...], Path]:
    """The clips of a script or of its drafts, and the folder for them."""
    analysis = analyze_file(script)
    assert not analysis.has_errors, analysis.diagnostics
    return build_jobs(compile_draft(analysis) if is_draft else analysis), out.with_name("draft") if is_draft else out


@pytest.mark.parametrize("seed", [*range(8), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(8, 120))])
def test_the_last_line_of_the_plan_is_what_is_charged(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    fault = chance.choice(FAULTS)
    with run_project(tmp_path, 1, faults=[fault] if fault else [], verify=accept_any_clip, speed=300) as film:
        film.script.write_text(random_film(chance))
        account = account_of(film)
        account.factor = chance.choice([0.5, 1.0, 1.1, 3.7])
        for _ in range(3):
            before = taken(film)
            lines: list[str] = []
            jobs, out = films_of(film.script, film.out, is_draft=chance.random() < 0.3)

            def agree(plan: RunPlan, lines: list[str] = lines) -> bool:
                lines.append(cost_line(plan))
                return not plan.estimated

            retake = [chance.choice(jobs).id] if chance.random() < 0.3 else []
            with suppress(PlanDeclined):
                outcome = film.run(jobs_of=jobs, out=out, agree=agree, retake=retake)
            film.script.write_text(changed(film.script.read_text(), chance))
            if "does not give" in lines[-1]:
                assert taken(film) == before, "nobody pays what nobody agreed to"
                continue
            said = float(found[1].replace(",", "")) if (found := re.search(r"for \$([\d,.]+\d)", lines[-1])) else 0.0
            paid = taken(film) - before
            if outcome.saved and not (outcome.refused or outcome.unsent or outcome.unknown):
                assert paid == pytest.approx(said, abs=0.001)
            assert paid <= said + 0.001, "never more than the last line says"
            assert outcome.spent == pytest.approx(paid, abs=0.001) or outcome.unknown
        entries = [one for out in (film.out, film.out.with_name("draft")) for one in film.entries(out)]
        assert committed_usd(entries) >= taken(film) - 0.001, "the bill is in the ledger"
        if all(one.state is not State.UNKNOWN for one in entries):
            assert committed_usd(entries) == pytest.approx(taken(film), abs=0.001)
