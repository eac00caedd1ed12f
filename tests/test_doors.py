"""What a newcomer reads names what is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from storyboard.cli import COMMANDS

_ROOT = Path(__file__).parent.parent
_PAGES = [".github/CONTRIBUTING.md", "storyboard/README.md", "README.md"]
_PATH = re.compile(
    r"`((?:storyboard|tests|grammar|compiler|catalog|files|cli|render|spend|venice|film|drawing|export|check|\.ci|\.github)/[\w./-]*)`"
)


@pytest.mark.parametrize("page", _PAGES)
def test_every_path_that_a_page_names_is_there(page: str) -> None:
    named = {path for path in _PATH.findall((_ROOT / page).read_text(encoding="utf-8")) if "SBnnn" not in path}
    homes = (_ROOT, _ROOT / "storyboard", _ROOT / "storyboard" / "compiler")
    missing = {path for path in named if not any((home / path).exists() for home in homes)}
    ours = {path for path in missing if not path.startswith(("tests/corpus/err/SB", "tests/corpus/ok/SB"))}
    assert named
    assert not ours


def test_the_hosted_workflows_run_what_a_developer_runs() -> None:
    folder = _ROOT / ".github" / "workflows"
    hosted = (folder / "ci.yml").read_text(encoding="utf-8")
    assert "run: .ci/run" in hosted
    assert {"windows-latest", "macos-latest"} <= set(re.findall(r"\w+-latest", hosted))
    assert "pip_audit" in hosted
    assert "id-token: write" in (folder / "release.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_readme_shows_every_command(name: str) -> None:
    assert re.search(rf"sbc {name}\b", (_ROOT / "README.md").read_text(encoding="utf-8"))
