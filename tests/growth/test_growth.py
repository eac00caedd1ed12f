"""Nothing grows faster than its input: twice as much of anything costs less than 2.6 times as much.

Measured in processor time of this process, both sizes in one run, the least of some rounds. The default run takes every
construct with a few commands put together, in some forty seconds; `-m slow` takes every command by itself on four
times as much, and every sign in every place of the grammar.
"""

from __future__ import annotations

import pytest

from tests.growth.inputs import PAIRS, PLACES, SCREENPLAYS, SCRIPTS, Series, places
from tests.growth.measure import MOST, growth
from tests.growth.work import IMPORTS, WORK, Prepare, together

GROUPS: dict[str, tuple[str, ...]] = {
    "check and fix": ("check", "fix"),
    "fmt": ("fmt",),
    "editor": ("change", "hover", "complete", "find", "rename", "outline", "fix all"),
    "board and exports": ("board", "stats", "export fountain", "export fdx", "export csv", "export fcpxml"),
}


def _assert_linear(series: Series, prepare: Prepare, size: int) -> None:
    found = growth(prepare(series.text(size)), prepare(series.text(2 * size)))
    assert found.ratio < MOST, (
        f"{series.name}: {size} of them take {found.once:.3f} s, twice as many {found.twice:.3f} s, "
        f"{found.ratio:.2f} times as long"
    )


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("series", [*SCRIPTS, *PAIRS], ids=lambda series: series.name)
def test_a_construct(series: Series, group: str) -> None:
    _assert_linear(series, together(*(WORK[name] for name in GROUPS[group])), max(8, series.n // 4))


@pytest.mark.parametrize("command", IMPORTS)
@pytest.mark.parametrize("series", SCREENPLAYS, ids=lambda series: series.name)
def test_a_screenplay(series: Series, command: str) -> None:
    _assert_linear(series, IMPORTS[command], max(8, series.n // 4))


@pytest.mark.slow
@pytest.mark.parametrize("command", WORK)
@pytest.mark.parametrize("series", [*SCRIPTS, *PAIRS], ids=lambda series: series.name)
def test_a_construct_with_every_command(series: Series, command: str) -> None:
    _assert_linear(series, WORK[command], 2 * series.n)


@pytest.mark.slow
@pytest.mark.parametrize("command", IMPORTS)
@pytest.mark.parametrize("series", SCREENPLAYS, ids=lambda series: series.name)
def test_a_large_screenplay(series: Series, command: str) -> None:
    _assert_linear(series, IMPORTS[command], 4 * series.n)


@pytest.mark.slow
@pytest.mark.parametrize("place", PLACES)
def test_every_sign_in_a_place(place: str) -> None:
    for series in places(place):
        for command in ("check", "fmt"):
            _assert_linear(series, WORK[command], series.n)


def test_a_quadratic_is_found() -> None:
    """The bar itself: work that looks at everything again for everything does not pass."""
    series = Series("pairs", "", "x ", "", 400)

    def prepare(text: str) -> object:
        words = text.split()
        return lambda: sum(one == other for one in words for other in words)

    with pytest.raises(AssertionError, match="times as long"):
        _assert_linear(series, prepare, 1500)  # type: ignore[arg-type] # any callable does
