"""What all tests share: `pytest --update` writes expected files anew, to be read as a diff; `pytest -m quick` checks a
change in two minutes on two cores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

#: A busy machine fails no property test: examples take as long as they take.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="write expected files anew")


#: What draws films, kills processes, serves, installs or tries every place: not part of `-m quick`.
_THOROUGH = (
    "benchmarks", "film", "fuzz", "grammar", "growth", "lsp", "make", "render", "sandbox", "studio", "watch",
    "board/test_board.py", "board/test_page_in_browser.py", "drawing/test_photographs.py", "export/test_outputs.py",
    "export/test_paper.py", "export/test_paper_grid.py", "export/test_sounds.py", "export/test_timelines.py", "files/test_interrupts.py",
    "files/test_overwrite.py", "format/test_command.py", "format/test_style.py", "images/test_request_size.py",
    "images/test_what_is_sent_is_seen.py", "project/test_new.py",
    "project/test_project_file.py", "project/test_refresh.py", "screenplay/test_export.py",
    "test_bad_input.py", "test_incremental.py", "test_marks.py", "test_package.py", "test_patterns.py", "test_properties.py",
    "test_readme.py", "test_site.py", "test_windows.py",
)  # fmt: skip
#: And of those folders what is quick all the same.
_QUICK = ("lsp/test_completion.py", "lsp/test_markdown.py", "lsp/test_positions.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what `-m quick` runs."""
    here = Path(__file__).parent
    for item in items:
        path = item.path.relative_to(here).as_posix()
        is_thorough = path.startswith(tuple(f"{one}/" for one in _THOROUGH)) or path in _THOROUGH
        if (not is_thorough or path in _QUICK) and item.get_closest_marker("slow") is None and "SB405" not in item.name:
            item.add_marker("quick")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Whether expected files are to be written anew."""
    return bool(request.config.getoption("--update"))


@pytest.fixture(scope="session", autouse=True)
def cache_of_our_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield
