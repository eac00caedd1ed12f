"""The VS Code extension is whole, and its own tool packs it."""

from __future__ import annotations

import json
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

from storyboard import __version__

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / "grammar" / "vscode"
PACKAGE = json.loads((_FOLDER / "package.json").read_text(encoding="utf-8"))


def test_it_has_the_version_of_the_compiler() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (PACKAGE["version"], PACKAGE["license"]) == (__version__, project["license"])
    assert (_FOLDER / "LICENSE").read_text(encoding="utf-8") == (_ROOT / "LICENSE").read_text(encoding="utf-8")


def test_scripts_wake_it_and_take_its_colours() -> None:
    (language,) = PACKAGE["contributes"]["languages"]
    (colours,) = PACKAGE["contributes"]["grammars"]
    grammar = json.loads((_ROOT / "grammar/storyboard.tmLanguage.json").read_text(encoding="utf-8"))
    assert ".sb" in language["extensions"]
    assert f"onLanguage:{language['id']}" in PACKAGE["activationEvents"]
    assert (colours["language"], colours["scopeName"]) == (language["id"], grammar["scopeName"])
    assert (
        json.loads((_FOLDER / language["configuration"]).read_text(encoding="utf-8"))["comments"]["lineComment"] == "//"
    )


def test_every_command_and_setting_that_it_offers_is_read() -> None:
    program = (_FOLDER / "extension.src.js").read_text(encoding="utf-8")
    assert 'args: ["lsp"]' in program
    for command in PACKAGE["contributes"]["commands"]:
        assert f'"{command["command"]}"' in program
    for setting in PACKAGE["contributes"]["configuration"]["properties"]:
        group, name = setting.split(".")
        assert f'getConfiguration("{group}").get("{name}"' in program
        assert setting in (_FOLDER / "README.md").read_text(encoding="utf-8")


#: Runs the extension with an editor that writes down what it is asked to show.
_PLAYED = """
const Module = require("module");
const said = [];
const editor = {
  env: { remoteName: REMOTE },
  commands: { registerCommand() {}, executeCommand: async (...all) => said.push(["do", ...all]) },
  window: { showWarningMessage: async (text, ...buttons) => { said.push(["warn", text, ...buttons]); return buttons[0]; } },
  workspace: { getConfiguration: () => ({ get: () => "/lost/sbc" }), onDidChangeConfiguration() {} },
};
class LanguageClient {
  constructor(_, __, server) { this.server = server; }
  async start() {
    if (START_FAILS) { this.error("no connection", null, "force"); throw new Error("ENOENT"); }
    setTimeout(() => this.error("it went away", null, "force"));
  }
  error(text, _, show) { said.push(["client", text, show]); }
}
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "vscode" ? editor : name.startsWith("vscode-languageclient") ? { LanguageClient } : load(name, ...rest);
require(FILE).activate({ subscriptions: [] }).then(() => setTimeout(() => console.log(JSON.stringify(said)), 50));
"""


def played(start_fails: bool, remote: str | None = None) -> list[list[object]]:
    given = {"START_FAILS": start_fails, "REMOTE": remote, "FILE": str(_FOLDER / "extension.src.js")}
    program = "".join(f"const {name} = {json.dumps(value)};" for name, value in given.items()) + _PLAYED
    done = subprocess.run(["node", "-e", program], capture_output=True, text=True, timeout=60, check=True)
    said: list[list[object]] = json.loads(done.stdout)
    return said


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the extension")
def test_without_sbc_it_says_once_what_to_do_and_opens_the_setting() -> None:
    quiet, warned, opened = played(start_fails=True)
    assert quiet == ["client", "no connection", False]
    assert warned[0] == "warn"
    assert '"/lost/sbc lsp" did not start' in str(warned[1])
    assert "pipx install storyboard-compiler" in str(warned[1])
    assert warned[2:] == ["Open the Setting"], "a button makes VS Code show the whole message"
    assert opened == ["do", "workbench.action.openSettings", {"query": "storyboard.command"}]
    assert played(start_fails=True, remote="wsl")[-1][1] == "workbench.action.openRemoteSettings"


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the extension")
def test_what_goes_wrong_later_is_shown_as_the_client_shows_it() -> None:
    assert played(start_fails=False) == [["client", "it went away", "force"]]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm packs the extension")
def test_its_tool_packs_it(tmp_path: Path) -> None:
    shutil.copytree(_ROOT / "grammar", tmp_path / "grammar", ignore=shutil.ignore_patterns("node_modules", "*.vsix"))
    folder = tmp_path / "grammar" / "vscode"
    fetched = subprocess.run(
        ["npm", "install", "--no-audit", "--no-fund"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if fetched.returncode:
        pytest.skip(f"npm cannot fetch the tool: {fetched.stderr[-300:]}")
    done = subprocess.run(
        ["npm", "run", "package"], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(folder / f"{PACKAGE['name']}-{PACKAGE['version']}.vsix") as packed:
        names = {name.removeprefix("extension/") for name in packed.namelist()}
        program = packed.read("extension/extension.js").decode()
    assert {"package.json", "readme.md", "LICENSE.txt", "syntaxes/storyboard.tmLanguage.json"} <= names
    assert not any(name.startswith("node_modules") for name in names), "what it needs is inside extension.js"
    assert "language/status" in program or "textDocument/didOpen" in program
