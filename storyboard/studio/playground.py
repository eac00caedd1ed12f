"""The playground: the studio's page without a machine. This code runs in the browser's worker.

The page passes in the files of a film and its editor's messages as JSON; messages to the page go back the same way, in
the form of the studio's event stream. Nothing here opens a socket, starts a process or reads a clock, and it needs no
library that the browser lacks.

Pictures stay on the page. It has decoded each one and knows more than its header says; those facts are put where the
compiler caches them, beside an empty file of that name.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storyboard.board.laid_images import ShownPicture, lay_image
from storyboard.board.live import LiveBoard
from storyboard.compiler.images import ImageFacts, user_store
from storyboard.compiler.pipeline import Analysis, Options
from storyboard.files.stamps import stamp_of
from storyboard.lsp.summary import summary_of
from storyboard.studio.language import LanguageSession
from storyboard.watch.feed import status_of

Tell = Callable[[str], object]


class Playground:
    """One film in the browser. `folder` has its files, in memory; `tell` receives messages to the page."""

    def __init__(self, folder: Path, version: str, tell: Tell) -> None:
        self._folder = folder
        self._script = folder / "film.sb"
        self._version = version
        self._tell = tell
        self._pictures: dict[Path, ShownPicture] = {}
        self._language: LanguageSession | None = None
        self._board = LiveBoard()
        self._seen: set[str] = set()

    def open(self, files: str, heads: str) -> None:
        """Open a film. `files` are its other scripts by path, as JSON; `heads` the first bytes of its sounds, in
        base64."""
        self._pictures.clear()
        self._seen.clear()
        self._board = LiveBoard(lay=lambda planned: lay_image(planned, self._pictures.get))
        self._language = LanguageSession(Options(), self._version, str(self._script), self._hear, self._show)
        for path in sorted(self._folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        for name, text in json.loads(files).items():
            self._write(name, text.encode())
        for name, data in json.loads(heads).items():
            self._write(name, b64decode(data))

    def keep_picture(self, name: str, url: str, facts: str) -> None:
        """Have a picture at `name`, a path beside the script: `url` is where the page shows it, `facts` what it has
        found, as the fields of `ImageFacts`."""
        path = self._write(name, b"")
        found = ImageFacts(**json.loads(facts))
        if (stamp := stamp_of(path)) is not None:
            user_store().keep_facts(path, stamp, found._asdict())
        self._pictures[path] = ShownPicture(url, found.width, found.height)

    async def handle(self, message: str) -> str:
        """Pass a message of the editor to the language server; returns the answer, or `null`."""
        assert self._language is not None, "a film is opened first"
        return json.dumps(await self._language.handle(_without_pictures(json.loads(message))))

    def _write(self, name: str, data: bytes) -> Path:
        path = (self._folder / name).resolve()
        if self._folder.resolve() not in path.parents:
            raise ValueError(f"{name} is not beside the script")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def _hear(self, message: dict[str, Any]) -> None:
        self._tell(json.dumps({"messages": [{"lsp": message}]}))

    def _show(self, analysis: Analysis) -> None:
        """Draw what is new. What is wrong with the script has been told before."""
        self._board.draw(analysis)
        update = {
            "order": self._board.order,
            "new": self._board.new_pieces(self._seen),
            "status": status_of(analysis),
            "messages": [{"summary": summary_of(self._script.as_uri(), analysis)}],
        }
        self._tell(json.dumps(update, ensure_ascii=False, separators=(",", ":")))


def _without_pictures(message: dict[str, Any]) -> dict[str, Any]:
    """A message as it came, except that the page does not say that it shows pictures: there are none to shrink."""
    if message.get("method") == "initialize":
        message["params"].get("capabilities", {}).get("general", {}).pop("markdown", None)
    return message
