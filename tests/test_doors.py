"""What a newcomer reads names what is there."""

from __future__ import annotations

import os
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from ruamel.yaml import YAML

from storyboard import cli
from storyboard.cli import COMMANDS, main
from storyboard.compiler.codes import TITLES
from storyboard.export.formats import FORMATS

_ROOT = Path(__file__).parent.parent
_GITHUB = _ROOT / ".github"
_PAGES = [".github/CONTRIBUTING.md", "storyboard/README.md", "README.md"]
_A_COMMAND = re.compile(r"^@click\.command\(.*?^def command\(", re.MULTILINE | re.DOTALL)
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


def _workflows() -> dict[str, Any]:
    return {path.name: YAML(typ="safe").load(path) for path in (_GITHUB / "workflows").glob("*.yml")}


#: The lines that each job runs, by workflow and job.
_JOBS = {
    (name, job): [
        line.strip() for step in done["steps"] for line in step.get("run", "").replace(" && ", "\n").splitlines()
    ]
    for name, workflow in _workflows().items()
    for job, done in workflow["jobs"].items()
}
#: What the hosted machines have, and our own script.
_PROGRAMS = {"sudo", "test", "cd", "python", "npm", "npx", ".ci/run"}
#: Modules behind `python -m` that are not named like the package that brings them.
_PACKAGES = {"pip_audit": "pip-audit"}


def _schema(path: Path) -> str:
    if path.parent.name == "workflows":
        return "vendor.github-workflows"
    return "vendor.github-issue-config" if path.name == "config.yml" else "vendor.github-issue-forms"


@pytest.mark.parametrize("path", sorted(_GITHUB.rglob("*.yml")), ids=lambda path: path.name)
def test_a_file_of_the_host_has_the_shape_that_it_takes(path: Path) -> None:
    """Against the published schema of each kind of file."""
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", _schema(path), str(path)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(("workflow", "job"), _JOBS)
def test_the_steps_of_a_job_run_what_is_there(workflow: str, job: str) -> None:
    lines = _JOBS[workflow, job]
    installed = {"pip", "venv"}
    for line in lines:
        program, *arguments = shlex.split(re.sub(r"^version=\$\((.*)\)$", r"\1", line))
        if program == "python" and arguments[0] == "-m":
            module = arguments[1]
            assert _PACKAGES.get(module, module) in installed, line
            if arguments[1:3] == ["pip", "install"]:
                installed |= {one for one in arguments[3:] if not one.startswith("-")}
                for extra in re.findall(r"\.\[(\w+)\]", " ".join(arguments)):
                    installed |= _packages_of(extra)
        elif program == "python" and arguments[0] != "-c":
            assert (_ROOT / arguments[0]).is_file(), line
        else:
            assert program in _PROGRAMS or program.endswith(("/bin/pip", "/bin/sbc")), line
    assert ".ci/run" not in lines or os.access(_ROOT / ".ci" / "run", os.X_OK)


def _packages_of(extra: str) -> set[str]:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {re.split(r"[<>=;\[]", one)[0] for one in project["optional-dependencies"][extra]}


def test_a_release_is_tried_with_commands_that_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("opentimelineio", reason="there is no build of it for this Python")
    monkeypatch.chdir(tmp_path)
    tried = [shlex.split(line) for line in _JOBS["release.yml", "build"] if re.match(r"cd |\S*/sbc ", line)]
    assert [words[1] for words in tried if words[0] != "cd"] == ["new", "check", "compile", "export", "export"]
    for program, *arguments in tried[1:]:  # the first goes to the folder of the runner
        if program == "cd":
            monkeypatch.chdir(arguments[0])
        else:
            done = CliRunner().invoke(main, arguments)
            assert done.exit_code == 0, done.output


def test_every_command_is_in_the_list() -> None:
    """A new command is a module of `cli` and its line in COMMANDS; this says which is missing."""
    folder = Path(cli.__path__[0])
    written = {
        path.stem.rstrip("_") for path in folder.glob("*.py") if _A_COMMAND.search(path.read_text(encoding="utf-8"))
    }
    assert written == set(COMMANDS), "modules without a line in COMMANDS, or lines without a module"


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
@pytest.mark.parametrize("name", COMMANDS)
def test_a_page_names_every_command(name: str, page: str) -> None:
    assert re.search(rf"sbc {name}\b", (_ROOT / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md"])
@pytest.mark.parametrize("name", FORMATS)
def test_a_page_names_every_format(name: str, page: str) -> None:
    assert f"`{name}`" in (_ROOT / page).read_text(encoding="utf-8")


def test_the_changelog_names_every_code() -> None:
    """By itself, or between two: `SB101 to SB314`."""
    text = (_ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    ranges = re.findall(r"\b(SB\d{3}) to (SB\d{3})\b", text)
    assert [code for code in TITLES if code not in text and not any(a <= code <= b for a, b in ranges)] == []
