"""A running `sbc studio` on a real file, asked over TCP."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.board.conftest import browser, paint

__all__ = ["browser"]

SCRIPT = """\
Title: The Quay
Model: kling-o3-pro

CHARACTER Mira
look: a young lantern keeper in a red wool coat
front: refs/mira.png

LOCATION Harbor
look: a foggy stone harbor
image: refs/harbor.png

EXT. HARBOR - DAY
light: pale morning light

SHOT 3s wide shot
@Mira walks along the wet quay from the left to the right and looks at the water.

SHOT 4s close-up
@Mira stops and turns toward the camera.
"""


class Studio(NamedTuple):
    """A studio: its process, its port, its token, and the script that it has open."""

    process: subprocess.Popen[str]
    port: int
    token: str
    script: Path
    said: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/#{self.token}"

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)) as connection:
            connection.request(method, path, body or None, {"Host": f"127.0.0.1:{self.port}", **headers})
            answer = connection.getresponse()
            return answer.status, b"" if path == "/events" and answer.status == 200 else answer.read()

    def ask(self, name: str, /, **body: Any) -> dict[str, Any]:
        """What the page asks; a refusal has `refused`."""
        headers = {"X-Sbc-Token": self.token, "Content-Type": "application/json"}
        status, said = self.request("POST", f"/api/{name}", json.dumps(body).encode(), **headers)
        assert status in {200, 409}, said
        found: dict[str, Any] = json.loads(said)
        return found

    def lsp(self, method: str, params: dict[str, Any], number: int | None = None) -> Any:
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        answer = self.ask("lsp", **message, **({} if number is None else {"id": number}))["answer"]
        return answer["result"] if answer else None

    @contextmanager
    def events(self) -> Iterator[http.client.HTTPResponse]:
        """The event stream of a page."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", "/events", headers={"X-Sbc-Token": self.token})
            yield connection.getresponse()

    def open(self) -> dict[str, Any]:
        """Open the script as the page does."""
        opened = self.ask("open")
        self.lsp("initialize", {"processId": None, "capabilities": {}, "rootUri": None}, 1)
        self.lsp("initialized", {})
        item = {"uri": opened["uri"], "languageId": "storyboard", "version": 1, "text": opened["text"]}
        self.lsp("textDocument/didOpen", {"textDocument": item})
        return opened


def _environment() -> dict[str, str]:
    """Ours without a key, so that nothing can be paid."""
    return {name: value for name, value in os.environ.items() if not name.startswith("VENICE_")}


@contextmanager
def running_studio(script: Path, *options: str, ends: bool = True, **environment: str) -> Iterator[Studio]:
    """A studio of a script. It ends as it should, unless the test ends it otherwise."""
    command = [sys.executable, "-m", "storyboard.cli", "studio", str(script), "--no-open", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=_environment() | environment) as process:
        try:
            assert process.stderr
            said, found = "", None
            while found is None:
                line = process.stderr.readline()
                assert line, said
                said += line
                found = re.match(r"\w+: http://127\.0\.0\.1:(\d+)/#(\S+)", line)
            yield Studio(process, int(found[1]), found[2], script, said)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                code = process.wait(timeout=15)
                assert code == 0 or not ends
            finally:
                process.kill()


def write_film(folder: Path) -> Path:
    """A film of one clip with its pictures."""
    paint(folder / "refs" / "mira.png", (600, 800))
    paint(folder / "refs" / "harbor.png", (1280, 720), "#334455")
    (folder / "film.sb").write_text(SCRIPT, encoding="utf-8")
    return folder / "film.sb"


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with running_studio(write_film(tmp_path), XDG_CACHE_HOME=str(tmp_path / "cache")) as found:
        yield found


@pytest.fixture(scope="module")
def quiet_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """For tests that change nothing."""
    folder = tmp_path_factory.mktemp("film")
    with running_studio(write_film(folder), XDG_CACHE_HOME=str(folder / "cache")) as found:
        yield found
