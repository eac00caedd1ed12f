"""The VS Code extension is whole, and its own tool packs it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest

import storyboard

_ROOT = Path(__file__).parents[2]
_FOLDER = _ROOT / "grammar" / "vscode"
PACKAGE = json.loads((_FOLDER / "package.json").read_text(encoding="utf-8"))


def test_it_has_the_version_of_the_compiler() -> None:
    project = tomllib.loads((_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (PACKAGE["version"], PACKAGE["license"]) == (storyboard.__version__, project["license"])
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
    program = "".join(path.read_text(encoding="utf-8") for path in sorted((_FOLDER / "src").glob("*.js")))
    texts = dict(re.findall(r'(\w+): "(Plan|Statistics)"', program))
    for command in PACKAGE["contributes"]["commands"]:
        name = command["command"]
        assert f'"{name}"' in program or name.removeprefix("storyboard.") in texts, name
    for setting in PACKAGE["contributes"]["configuration"]["properties"]:
        name = setting.removeprefix("storyboard.")
        assert f'settings.get("{name}"' in program
        assert f'"{name}"' in program, "a change of it starts the server again"
        assert f"`{setting}`" in (_FOLDER / "README.md").read_text(encoding="utf-8")


def test_a_folder_that_nobody_trusts_chooses_no_program() -> None:
    settings = set(PACKAGE["contributes"]["configuration"]["properties"])
    assert set(PACKAGE["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]) == settings


def test_the_walkthrough_names_what_is_there() -> None:
    commands = {one["command"] for one in PACKAGE["contributes"]["commands"]}
    (walkthrough,) = PACKAGE["contributes"]["walkthroughs"]
    for step in walkthrough["steps"]:
        named = re.findall(r"\(command:(storyboard\.\w+)\)", step["description"])
        assert set(named) <= commands
        if "markdown" in step["media"]:
            assert (_FOLDER / step["media"]["markdown"]).is_file()


#: Runs the extension with an editor that writes down what it is asked to show.
_PLAYED = """
const Module = require("module");
const said = [];
const nothing = { dispose() {} };
const editor = new Proxy({
  env: { remoteName: REMOTE },
  commands: { registerCommand: () => nothing, executeCommand: async (...all) => said.push(["do", ...all]) },
  window: {
    createStatusBarItem: () => ({ hide() {}, show() {} }), onDidChangeActiveTextEditor: () => nothing,
    onDidChangeTextEditorSelection: () => nothing,
    showWarningMessage: async (text, ...buttons) => { said.push(["warn", text, ...buttons]); return buttons[0]; },
  },
  workspace: {
    isTrusted: TRUSTED, workspaceFolders: [{ uri: { fsPath: FOLDER } }],
    getConfiguration: () => ({ get: (name, usual) => ({ command: COMMAND })[name] ?? usual }),
    onDidChangeConfiguration: () => nothing, onDidGrantWorkspaceTrust: () => nothing,
    onDidChangeTextDocument: () => nothing, registerTextDocumentContentProvider: () => nothing,
  },
  StatusBarAlignment: {}, EventEmitter: class { event = () => nothing; },
}, {});
class LanguageClient {
  constructor(_, __, server) { said.push(["start", server.command, ...server.args]); }
  async start() {
    if (START_FAILS) { this.error("no connection", null, "force"); throw new Error("ENOENT"); }
    setTimeout(() => this.error("it went away", null, "force"));
  }
  onNotification() {}
  error(text, _, show) { said.push(["client", text, show]); }
}
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "vscode" ? editor : name.startsWith("vscode-languageclient") ? { LanguageClient } : load(name, ...rest);
require(FILE).activate({ subscriptions: [] }).then(() => setTimeout(() => console.log(JSON.stringify(said)), 50));
"""


def played(
    *,
    start_fails: bool = False,
    remote: str | None = None,
    command: str = "/lost/sbc",
    folder: Path | None = None,
    trusted: bool = True,
    environment: dict[str, str] | None = None,
) -> list[list[object]]:
    given = {
        "START_FAILS": start_fails,
        "REMOTE": remote,
        "COMMAND": command,
        "FOLDER": str(folder),
        "TRUSTED": trusted,
        "FILE": str(_FOLDER / "src" / "extension.js"),
    }
    program = "".join(f"const {name} = {json.dumps(value)};" for name, value in given.items()) + _PLAYED
    node = shutil.which("node") or "node"
    done = subprocess.run(
        [node, "-e", program], capture_output=True, text=True, timeout=60, check=True, env=environment
    )
    said: list[list[object]] = json.loads(done.stdout)
    return said


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the extension")
def test_without_sbc_it_says_once_what_to_do_and_opens_the_setting() -> None:
    started, quiet, warned, opened = played(start_fails=True)
    assert started == ["start", "/lost/sbc", "lsp"]
    assert quiet == ["client", "no connection", False]
    assert warned[0] == "warn"
    assert '"/lost/sbc lsp" did not start' in str(warned[1])
    assert "pipx install storyboard-compiler" in str(warned[1])
    assert warned[2:] == ["Open the Setting"], "a button makes VS Code show the whole message"
    assert opened == ["do", "workbench.action.openSettings", {"query": "storyboard.command"}]
    assert played(start_fails=True, remote="wsl")[-1][1] == "workbench.action.openRemoteSettings"


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the extension")
def test_what_goes_wrong_later_is_shown_as_the_client_shows_it() -> None:
    assert played()[1:] == [["client", "it went away", "force"]]


@pytest.mark.skipif(shutil.which("node") is None, reason="node runs the extension")
def test_sbc_is_found_where_it_is_installed(tmp_path: Path) -> None:
    def program(*parts: str) -> Path:
        path = tmp_path.joinpath(*parts, "sbc")
        path.parent.mkdir(parents=True)
        path.touch(0o755)
        return path

    def found(*, trusted: bool = True) -> object:
        environment = {"HOME": str(tmp_path / "home"), "PATH": f"bin:{tmp_path / 'bin'}"}
        return played(command="sbc", folder=tmp_path / "film", trusted=trusted, environment=environment)[0][1]

    assert found() == "sbc"
    by_uv = program("home", ".local", "share", "uv", "tools", "storyboard-compiler", "bin")
    assert found() == str(by_uv)
    linked = program("home", ".local", "bin")
    assert found() == str(linked)
    on_path = program("bin")
    assert found() == str(on_path)
    of_folder = program("film", ".venv", "bin")
    assert found() == str(of_folder)
    assert found(trusted=False) == str(on_path)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("npm") is None, reason="npm packs the extension")
def test_its_tool_packs_it(tmp_path: Path) -> None:
    for name in (
        "grammar",
        "storyboard/board",
        "storyboard/watch",
        "storyboard/studio",
        "examples/08-the-lantern-keeper",
    ):
        shutil.copytree(_ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("node_modules", "*.vsix", "out"))
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
    assert {
        "package.json", "readme.md", "LICENSE.txt", "icon.png", "syntaxes/storyboard.tmLanguage.json",
        "media/board.html", "media/board.js", "media/board.css", "walkthrough/write.md",
    } <= names  # fmt: skip
    assert not any(name.startswith("node_modules") for name in names), "what it needs is inside extension.js"
    assert "language/status" in program or "textDocument/didOpen" in program
