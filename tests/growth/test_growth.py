"""Nothing grows faster than its input: twice as much of anything costs less than 2.6 times as much.

Measured in processor time of this process, both sizes in one run, the least of some rounds. The default run checks every
construct, and does everything else with those that were found to grow, in less than a minute; `-m slow` does everything
with every construct on four times as much, and puts every sign into every place of the grammar.
"""

from __future__ import annotations

import pytest

from tests.growth.inputs import PAIRS, PLACES, SCREENPLAYS, SCRIPTS, Series, places
from tests.growth.measure import MOST, growth
from tests.growth.work import IMPORTS, WORK, Prepare, together

#: Commands that the default run does together.
GROUPS: dict[str, tuple[str, ...]] = {
    "fmt and fix": ("fmt", "fix"),
    "editor": ("change", "hover", "complete", "find", "rename", "outline", "fix all"),
    "board and exports": ("board", "stats", "export fountain", "export fdx", "export csv", "export fcpxml"),
}
#: Constructs that one of these commands once looked at again for each of them.
KNOWN = (
    "mentions, one a line", "mentions in one line", "names in a with line", "notes, one a line", "boneyards, one a line",
    "open notes, one a line", "full stops as a detail", "combining marks in action", "blank lines", "paragraphs",
    "speeches", "slips: properties below the text", "fixes", "scenes", "headings", "emphasis", "tabs between words",
    "names and as many unknown mentions", "names and as many mentions", "places and unknown places",
)  # fmt: skip


def _assert_linear(series: Series, prepare: Prepare, size: int) -> None:
    found = growth(prepare(series.text(size)), prepare(series.text(2 * size)))
    assert found.ratio < MOST, (
        f"{series.name}: {size} of them take {found.once:.3f} s, twice as many {found.twice:.3f} s, "
        f"{found.ratio:.2f} times as long"
    )


@pytest.mark.parametrize("series", [*SCRIPTS, *PAIRS], ids=lambda series: series.name)
def test_check(series: Series) -> None:
    _assert_linear(series, WORK["check"], series.n // 2)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", KNOWN)
def test_other_commands(name: str, group: str) -> None:
    series = next(one for one in (*SCRIPTS, *PAIRS) if one.name == name)
    _assert_linear(series, together(*(WORK[name] for name in GROUPS[group])), series.n // 6)


@pytest.mark.parametrize("series", SCREENPLAYS, ids=lambda series: series.name)
def test_a_screenplay(series: Series) -> None:
    _assert_linear(series, IMPORTS["import fountain"], series.n // 2)


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
        _assert_linear(series, prepare, 600)  # type: ignore[arg-type] # any callable does
