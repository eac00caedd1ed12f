"""`sbc watch` on real files, and its page over TCP."""

from __future__ import annotations

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_SCRIPT = "INCLUDE cast.sb\n\nEXT. HARBOR - DAY\n\nSHOT 5s wide shot\n@Mira walks along the quay.\n"
_CAST = "CHARACTER Mira\nfront: https://example.com/m.png\n\nLOCATION Harbor\nimage: https://example.com/h.png\n"


class Watch:
    """A running `sbc watch`, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, said: str) -> str:
        """Everything up to a line that holds the words."""
        heard = ""
        end = time.monotonic() + 15
        while time.monotonic() < end:
            try:
                line = self._lines.get(timeout=0.2)
            except queue.Empty:
                continue
            heard += line
            if said in line:
                return heard
        raise AssertionError(f"{said!r} was not said, but: {heard}")

    def is_silent(self, seconds: float) -> bool:
        try:
            self._lines.get(timeout=seconds)
        except queue.Empty:
            return True
        return False


@contextmanager
def watching(folder: Path, *arguments: str) -> Iterator[Watch]:
    command = [sys.executable, "-m", "storyboard.cli", "watch", "film.sb", *arguments]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        try:
            yield Watch(process)
        finally:
            process.send_signal(signal.SIGINT)
            try:
                assert process.wait(timeout=10) == 0
            finally:
                process.kill()


def project(folder: Path) -> None:
    (folder / "film.sb").write_text(_SCRIPT)
    (folder / "cast.sb").write_text(_CAST)


def test_every_save_is_checked(tmp_path: Path) -> None:
    project(tmp_path)
    with watching(tmp_path) as watch:
        watch.until("1 clip, 0:05")
        (tmp_path / "film.sb").write_text(_SCRIPT.replace("@Mira", "@Mria"))
        assert "SB201" in watch.until("ms)")
        (tmp_path / "film.sb").write_text(_SCRIPT)
        assert "SB201" not in watch.until("ms)")
        (tmp_path / "cast.sb").write_text(_CAST.replace("Mira", "Nora"))
        assert "SB201" in watch.until("ms)")


def test_a_file_that_an_editor_replaces_is_waited_for(tmp_path: Path) -> None:
    project(tmp_path)
    with watching(tmp_path) as watch:
        watch.until("ms)")
        (tmp_path / "cast.sb").rename(tmp_path / "cast.sb~")
        time.sleep(0.1)
        (tmp_path / "cast.sb~").rename(tmp_path / "cast.sb")
        assert watch.is_silent(1.0), "a moment without the file is no news"
        (tmp_path / "film.sb").unlink()
        watch.until("waiting for it")
        (tmp_path / "new.sb").write_text(_SCRIPT.replace("5s", "7s"))
        (tmp_path / "new.sb").rename(tmp_path / "film.sb")
        watch.until("1 clip, 0:07")
        (tmp_path / "film.sb").write_bytes(b"caf\xe9")
        watch.until("is not UTF-8")
        (tmp_path / "film.sb").write_text(_SCRIPT)
        watch.until("1 clip, 0:05")


def test_a_folder_is_no_script(tmp_path: Path) -> None:
    (tmp_path / "film.sb").mkdir()
    command = [sys.executable, "-m", "storyboard.cli", "watch", "film.sb"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is a folder" in done.stderr


def _get(port: int, path: str, host: str = "") -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request("GET", path, headers={"Host": host or f"127.0.0.1:{port}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def test_the_board_follows(tmp_path: Path) -> None:
    project(tmp_path)
    with watching(tmp_path, "--board") as watch:
        said = watch.until("http://127.0.0.1:")
        found = re.search(r"127\.0\.0\.1:(\d+)", said)
        assert found
        port = int(found[1])
        watch.until("ms)")
        version = json.loads(_get(port, "/version?seen=0")[1])["version"]
        assert _get(port, f"/version?seen={'9' * 5000}")[0] == 200
        assert [
            _get(port, path)[0] for path in ("/%00", "/a%00b", f"/{'x' * 5000}", "/%FF", "/..%2f..%2fetc%2fpasswd")
        ] == [404] * 5
        assert "along the quay" in _get(port, "/board")[1]
        (tmp_path / "film.sb").write_text(_SCRIPT.replace("the quay", "the pier"))
        assert json.loads(_get(port, f"/version?seen={version}")[1])["version"] > version
        assert "along the pier" in _get(port, "/board")[1]
        assert "iframe" in _get(port, "/")[1]
        for path in ("/film.sb", "/../film.sb", "/%2e%2e/film.sb", "/etc/passwd", "//etc/passwd"):
            assert _get(port, path)[0] == 404
        assert _get(port, "/board", host="evil.example")[0] == 400


_TOP = """() => {
    const page = document.querySelector("iframe:not(.next)").contentDocument;
    const shot = page.getElementById("shot-1.9");
    return [shot.getBoundingClientRect().top, page.scrollingElement.scrollTop];
}"""
_SHOWS = """word => {
    const frame = document.querySelector("iframe:not(.next)");
    return frame && frame.contentDocument.body.innerText.includes(word);
}"""


def test_the_page_keeps_its_place(tmp_path: Path, browser: Browser) -> None:
    project(tmp_path)
    shots = [f"\nSHOT 5s wide shot\n@Mira walks along the quay for the time {number}.\n" for number in range(1, 15)]
    head = _SCRIPT.split("SHOT", maxsplit=1)[0]
    (tmp_path / "film.sb").write_text(head + "".join(shots))
    with watching(tmp_path, "--board") as watch:
        found = re.search(r"http://127\.0\.0\.1:\d+/", watch.until("http://127.0.0.1:"))
        assert found
        page = browser.new_page(viewport={"width": 700, "height": 600})
        try:
            page.goto(found[0])
            page.wait_for_function(_SHOWS, arg="time 14")
            frame = "document.querySelector('iframe:not(.next)').contentDocument"
            page.evaluate(f"{frame}.getElementById('shot-1.9').scrollIntoView()")
            top, scroll = page.evaluate(_TOP)
            shots[1] = shots[1].replace("walks", "walks, and walks again, " * 60 + "for once")
            (tmp_path / "film.sb").write_text(head + "".join(shots))
            page.wait_for_function(_SHOWS, arg="for once")
            after, moved = page.evaluate(_TOP)
        finally:
            page.close()
    assert abs(after - top) <= 2, "the shot stands where it stood"
    assert moved > scroll + 50, "though much was written above it"
