"""Calls are spread so that the service never has to refuse one for coming too early."""

from __future__ import annotations

import asyncio
from collections import deque

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.venice.rate_limit import Call, RateLimiter


class ManualClock:
    """A clock that stands still until somebody sleeps: sleepers wake in their order, and no real time passes."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def wall(self) -> float:
        return 1787313600.0 + self.time

    async def sleep(self, seconds: float) -> None:
        assert seconds > 0, "nobody waits for nothing"
        self.time += seconds
        await asyncio.sleep(0)


async def call(
    pace: RateLimiter, hands: ManualClock, kind: Call = "queue", status: int | None = 200, **headers: str
) -> float:
    """Make a call that is answered at once; when it was made."""
    turn = await pace.turn(kind)
    began = hands.now()
    pace.close(kind, turn, status, {name.replace("_", "-"): value for name, value in headers.items()})
    return began


@pytest.mark.parametrize(("kind", "most"), [("queue", 40), ("retrieve", 120)])
async def test_so_many_calls_in_any_minute_and_no_more(kind: Call, most: int) -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    times = [await call(pace, hands, kind) for _ in range(3 * most)]
    assert times[most - 1] == 0, "the first minute's calls go at once"
    assert times[most] == pytest.approx(60)
    assert all(times[at + most] - times[at] >= 60 for at in range(2 * most))
    assert times[-1] == pytest.approx(120)


async def test_both_kinds_have_limits_of_their_own() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    for _ in range(40):
        await call(pace, hands)
    assert await call(pace, hands, "retrieve") == 0


async def test_a_call_counts_from_its_answer() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    slow = await pace.turn("queue")
    for _ in range(39):
        await call(pace, hands)
    hands.time = 59
    pace.close("queue", slow, 200, {})
    assert await call(pace, hands) == pytest.approx(60), "39 are free after a minute"
    for _ in range(38):
        await call(pace, hands)
    assert await call(pace, hands) == pytest.approx(119), "the slow one is, a minute after its answer"


async def test_where_all_calls_are_open_the_next_waits_for_an_answer() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    turns = [await pace.turn("queue") for _ in range(40)]
    late = asyncio.create_task(call(pace, hands))
    await asyncio.sleep(0.01)
    assert not late.done()
    pace.close("queue", turns[0], 200, {})
    assert await late == pytest.approx(60)


async def test_first_come_first_served() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    done: deque[int] = deque()

    async def one(number: int) -> None:
        await call(pace, hands)
        done.append(number)

    await asyncio.gather(*(one(number) for number in range(100)))
    assert list(done) == list(range(100))


async def test_a_hold_holds_its_kind_only() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    pace.hold("queue", 30)
    pace.hold("queue", 10)
    assert await call(pace, hands, "retrieve") == 0
    assert await call(pace, hands) == pytest.approx(30), "a shorter hold ends no longer one"


async def test_where_no_call_is_left_the_next_waits_for_the_reset() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    await call(pace, hands, x_ratelimit_remaining_requests="0", x_ratelimit_reset_requests="9")
    assert await call(pace, hands) == pytest.approx(9)
    moment = str(int((hands.wall() + 5) * 1000))
    await call(pace, hands, x_ratelimit_remaining_requests="0", x_ratelimit_reset_requests=moment)
    assert await call(pace, hands) == pytest.approx(14, abs=0.01)


async def test_a_reset_far_away_is_not_believed() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    await call(pace, hands, x_ratelimit_remaining_requests="0", x_ratelimit_reset_requests="86400")
    assert await call(pace, hands) == pytest.approx(60)


@pytest.mark.parametrize("status", [400, 404, 429, 500, 503, None])
async def test_failed_calls_stay_under_what_blocks_everything(status: int | None) -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    times = [await call(pace, hands, "retrieve", status) for _ in range(60)]
    for at in times:
        assert sum(at <= other < at + 30 for other in times) < 20
    assert times[0] == times[12] == 0


async def test_good_calls_are_no_failures() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    assert [await call(pace, hands, "retrieve", 200) for _ in range(100)] == [0.0] * 100


async def test_failures_of_one_kind_hold_the_other() -> None:
    hands = ManualClock()
    pace = RateLimiter(hands)
    for _ in range(13):
        await call(pace, hands, "retrieve", 500)
    assert await call(pace, hands, "queue") == pytest.approx(30)


@settings(max_examples=30)
@given(
    st.lists(
        st.tuples(st.sampled_from(["queue", "retrieve"]), st.sampled_from([200, 200, 200, 500, None]), st.floats(0, 5)),
        max_size=200,
    )
)
def test_whatever_is_called_and_however_long_it_takes_no_window_is_overrun(
    calls: list[tuple[Call, int | None, float]],
) -> None:
    async def run() -> None:
        hands = ManualClock()
        pace = RateLimiter(hands)
        ends: dict[Call, list[float]] = {"queue": [], "retrieve": []}
        failed: list[float] = []
        for kind, status, seconds in calls:
            turn = await pace.turn(kind)
            hands.time += seconds
            pace.close(kind, turn, status, {})
            ends[kind].append(hands.now())
            if status != 200:
                failed.append(hands.now())
        for times, most in ((ends["queue"], 40), (ends["retrieve"], 120)):
            assert all(later - first >= 60 for first, later in zip(times, times[most:], strict=False))
        assert all(later - first >= 30 for first, later in zip(failed, failed[20:], strict=False))

    asyncio.run(run())
