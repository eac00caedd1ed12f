"""The playground's compiler with nothing but what the browser has: the files of its archive, and Python."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).parents[2]
#: Run with the archive's files alone on the path. It reads requests from standard input, one a line, and writes what the
#: page would be told and answered, one a line.
_WORKER = """
import asyncio, json, sys
from pathlib import Path
sys.path[:] = [sys.argv[1], *(path for path in sys.path if "packages" not in path)]
from storyboard.studio.playground import Playground

async def main():
    film = Playground(Path(sys.argv[2]), "1", lambda update: print(json.dumps({"update": json.loads(update)})))
    for line in sys.stdin:
        name, *given = json.loads(line)
        answer = getattr(film, name)(*given)
        print(json.dumps({"answer": json.loads(await answer)} if name == "handle" else {"answer": None}))
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.2)
    assert not {"PIL", "av", "numpy", "pydantic"} & sys.modules.keys()

asyncio.run(main())
"""
_SCRIPT = """\
Title: The <b>Quay</b>

CHARACTER Mira
look: a young lantern keeper
front: refs/mira.png

CHARACTER Tom
look: a bent fisherman

PROP Lamp
look: a brass lamp
front: refs/none.png

EXT. HARBOR - DAY

SHOT 3s wide shot
@Mira walks along the quay. @Tom waits on the left with @Lamp in his hand.

SHOT 4s close-up
@Mria turns toward the camera.
"""
_FACTS = {
    "problem": None, "advice": "", "width": 600, "height": 800, "format": "PNG", "digest": f"sha256:{'0' * 64}",
    "is_opaque": True, "spread": 200, "brightest": 255,
}  # fmt: skip


def _lsp(method: str, params: object, number: int | None = None) -> list[str]:
    message = {"jsonrpc": "2.0", "method": method, "params": params}
    return ["handle", json.dumps(message if number is None else message | {"id": number})]


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the worker, before they are compiled for WebAssembly."""
    folder = tmp_path_factory.mktemp("compiler")
    code = (
        "import shutil, sys; from pathlib import Path; from playground import compiler_files\n"
        "for name, path in compiler_files():\n"
        "    place = Path(sys.argv[1], name); place.parent.mkdir(parents=True, exist_ok=True); shutil.copy(path, place)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, timeout=120, cwd=_ROOT / "site")
    return folder


def _run(archive: Path, folder: Path, *requests: object) -> list[dict[str, Any]]:
    lines = "".join(f"{json.dumps(one)}\n" for one in requests)
    command = [sys.executable, "-I", "-c", _WORKER, str(archive), str(folder)]
    done = subprocess.run(command, input=lines, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "report it as a bug" not in done.stdout, done.stdout
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_archive_is_all_that_the_worker_needs(archive: Path, tmp_path: Path) -> None:
    """Every request of the page, without a library that only a machine has."""
    uri = (tmp_path / "film.sb").as_uri()
    at = {"textDocument": {"uri": uri}, "position": {"line": 16, "character": 2}}
    told = _run(
        archive, tmp_path,
        ["open", json.dumps({"cast.sb": "PROP Rope\nlook: a rope\n"}), json.dumps({"sea.mp3": "SUQzBAA="})],
        ["keep_picture", "refs/mira.png", "blob:mira", json.dumps(_FACTS)],
        _lsp("initialize", {"processId": None, "rootUri": None, "capabilities": {"general": {"markdown": {"parser": "x"}}}}, 1),
        _lsp("initialized", {}),
        _lsp("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "storyboard", "version": 1, "text": _SCRIPT}}),
        _lsp("textDocument/hover", at, 2),
        _lsp("textDocument/completion", at, 3),
        _lsp("textDocument/semanticTokens/full", at, 4),
        _lsp("textDocument/documentSymbol", at, 5),
        _lsp("textDocument/formatting", at | {"options": {"tabSize": 2, "insertSpaces": True}}, 6),
        _lsp("textDocument/rename", at | {"newName": "Mara"}, 7),
        _lsp("storyboard/shotAt", {"uri": uri, "position": at["position"]}, 8),
        _lsp("storyboard/namePicture", {"uri": uri, "name": "Tom", "picture": "refs/tom.png"}, 9),
    )  # fmt: skip
    answers = {one["answer"]["id"]: one["answer"] for one in told if isinstance(one.get("answer"), dict)}
    assert set(answers) == set(range(1, 10))
    assert [answer["error"] for answer in answers.values() if "error" in answer] == []
    assert answers[8]["result"] == {"shot": "1.1"}
    updates = [one["update"] for one in told if "update" in one]
    problems, board = updates[0], next(one for one in updates if "order" in one)
    assert problems["messages"][0]["lsp"]["method"] == "textDocument/publishDiagnostics", "what is wrong is told first"
    found = {one["code"] for one in problems["messages"][0]["lsp"]["params"]["diagnostics"]}
    assert {"SB201", "SB401"} <= found
    html = "".join(piece["html"] for piece in board["new"].values())
    assert '<image href="blob:mira"' in html
    assert "The &lt;b&gt;Quay&lt;/b&gt;" in html
    assert "<b>Quay" not in html
    assert 'style="' not in html, "the page's policy lets no style of an element in"
    summary = board["messages"][0]["summary"]
    assert summary["clock"] == "0:07"
    assert summary["basis"], "a price says what it rests on, and its day"


def test_no_file_is_written_outside_of_the_films_folder(archive: Path, tmp_path: Path) -> None:
    film = tmp_path / "film"
    film.mkdir()
    with pytest.raises(AssertionError, match="is not beside the script"):
        _run(archive, film, ["open", json.dumps({"../out.sb": "x"}), "{}"])
    assert not (tmp_path / "out.sb").exists()
