"""`sbc watch` on real files, and its page over TCP."""

from __future__ import annotations

import http.client
import io
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
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_SCRIPT = "INCLUDE cast.sb\n\nEXT. HARBOR - DAY\n\nSHOT 5s wide shot\n@Mira walks along the quay.\n"
_CAST = "CHARACTER Mira\nfront: https://example.com/m.png\n\nLOCATION Harbor\nimage: https://example.com/h.png\n"


class Watch:
    """A running `sbc watch`, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

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

    def rest(self) -> str:
        """What is said to the end."""
        self._reader.join(timeout=10)
        heard = ""
        while not self._lines.empty():
            heard += self._lines.get()
        return heard

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


def _port(watch: Watch) -> int:
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", watch.until("http://127.0.0.1:"))
    assert found
    return int(found[1])


def _ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        connection.request(method, path, headers={"Host": f"127.0.0.1:{port}", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")


class Page:
    """What a page hears, and holds of it: the pieces by name, in the order of the last update."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=15)
        self._connection.request("GET", "/events")
        self._answer = self._connection.getresponse()
        self.pieces: dict[str, dict[str, Any]] = {}
        self.order: dict[str, Any] = {}
        self.status = ""

    def hear(self) -> dict[str, Any]:
        """The next update, without heartbeats."""
        while True:
            line = self._answer.readline().decode()
            assert line, "the stream has ended"
            if line.startswith("data: "):
                update: dict[str, Any] = json.loads(line[len("data: ") :])
                self.pieces.update(update.get("new", {}))
                self.order = update.get("order", self.order)
                self.status = update["status"]["words"]
                return update

    def until(self, said: str) -> dict[str, Any]:
        """The first update after which the page says something, in a piece or in its status line."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            update = self.hear()
            if said in self.html or said in self.status:
                return update
        raise AssertionError(f"{said!r} was not said; the status is {self.status!r}")

    @property
    def html(self) -> str:
        names = list(self.order.get("single", {}).values())
        for name, _ in self.order.get("scenes", []):
            names += [name, *self.pieces[name]["panels"]]
        return "".join(self.pieces[name]["html"] for name in names)

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def long_film(tmp_path: Path) -> Path:
    """Two scenes of seven shots each."""
    project(tmp_path)
    shots = [f"SHOT 5s wide shot\n@Mira walks along the quay for the time {number}.\n\n" for number in range(1, 15)]
    head = _SCRIPT.split("SHOT", maxsplit=1)[0]
    (tmp_path / "film.sb").write_text(head + "".join(shots[:7]) + "EXT. HARBOR - NIGHT\n\n" + "".join(shots[7:]))
    return tmp_path / "film.sb"


def test_an_edit_sends_its_panel_and_no_other(long_film: Path) -> None:
    with watching(long_film.parent, "--board") as watch, closing(Page(_port(watch))) as page:
        page.until("time 14")
        assert page.order["title"] == "film.sb"
        assert [start for _, start in page.order["scenes"]] == [0, 35]
        long_film.write_text(long_film.read_text().replace("time 3.", "third time."))
        update = page.until("third time")
        sent = [piece["html"] for piece in update["new"].values()]
        assert sum("<article" in html for html in sent) == 1, "one panel has changed"
        assert not any("time 4" in html or "time 9" in html for html in sent)


def test_longer_shots_move_the_later_scenes_and_send_nothing_of_them(long_film: Path) -> None:
    with watching(long_film.parent, "--board") as watch, closing(Page(_port(watch))) as page:
        page.until("time 14")
        long_film.write_text(long_film.read_text().replace("5s", "7s", 1))
        update = page.until('class="seconds">7 s')
        assert [start for _, start in page.order["scenes"]] == [0, 37]
        assert not any("time 9" in piece["html"] for piece in update["new"].values())


def test_a_panel_is_known_by_what_it_is_about(long_film: Path) -> None:
    def keys(page: Page) -> list[str]:
        return [page.pieces[panel]["key"] for name, _ in page.order["scenes"] for panel in page.pieces[name]["panels"]]

    with watching(long_film.parent, "--board") as watch, closing(Page(_port(watch))) as page:
        page.until("time 14")
        before = keys(page)
        script = long_film.read_text()
        long_film.write_text(script.replace("EXT.", "EXT. HARBOR - DAWN\n\nSHOT 5s wide\n@Mira wakes.\n\nEXT.", 1))
        page.until("wakes")
        assert keys(page)[1:] == before, "though each has another number"


def test_the_line_says_how_things_are(long_film: Path) -> None:
    with watching(long_film.parent, "--board") as watch, closing(Page(_port(watch))) as page:
        page.until("time 14")
        at_first, script = page.status, long_film.read_text()
        long_film.write_text(script.replace("@Mira", "@Mria", 2))
        page.until("2 errors")
        long_film.unlink()
        page.until("film.sb is gone")
        assert "time 14" in page.html, "this page is no longer updated"
        long_film.write_text(script)
        page.until(at_first)


def test_pictures_are_drawn_when_asked_for_and_kept(long_film: Path) -> None:
    with watching(long_film.parent, "--board") as watch:
        port = _port(watch)
        with closing(Page(port)) as page:
            page.until("time 14")
            found = re.search(r'src="(/pictures/\w+\.webp)"', page.html)
            assert found
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                connection.request("GET", found[1])
                answer = connection.getresponse()
                assert answer.read()[8:12] == b"WEBP"
                assert "immutable" in answer.headers["Cache-Control"]


def test_other_sites_and_other_files_are_refused(long_film: Path) -> None:
    with watching(long_film.parent, "--board") as watch:
        port = _port(watch)
        assert _ask(port, "/")[0] == 200
        for path in ("/film.sb", "/../film.sb", "/%2e%2e/film.sb", "/etc/passwd", "//etc/passwd", "/%00", "/a%00b",
                     "/pictures/..%2f..%2ffilm.sb", "/takes/film.sb", f"/{'x' * 5000}", "/%FF"):  # fmt: skip
            assert _ask(port, path)[0] == 404, path
        for headers in (
            {"Host": "evil.example"},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ):
            for path in ("/", "/events", "/board.js"):
                assert _ask(port, path, **headers)[0] in {400, 403}, (path, headers)
        for method in ("POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
            assert _ask(port, "/", method)[0] == 405


def test_a_script_has_the_same_address_each_time(long_film: Path) -> None:
    with watching(long_film.parent, "--board") as watch:
        port = _port(watch)
    with watching(long_film.parent, "--board") as watch:
        assert _port(watch) == port
        with watching(long_film.parent, "--board") as second:
            assert _port(second) != port, "a second one takes the next"


def test_ctrl_c_is_quiet_with_ten_pages_open(long_film: Path) -> None:
    with watching(long_film.parent, "--board") as watch:
        port = _port(watch)
        pages = [Page(port) for _ in range(10)]
        for page in pages:
            page.until("time 14")
        began = time.monotonic()
        watch.process.send_signal(signal.SIGINT)
        assert watch.process.wait(timeout=10) == 0
        assert time.monotonic() - began < 5
        said = watch.rest()
        for page in pages:
            page.close()
    assert "Traceback" not in said
    assert "ERROR" not in said


def test_the_page_changes_in_place(long_film: Path, browser: Browser) -> None:
    with watching(long_film.parent, "--board") as watch:
        page = browser.new_page(viewport={"width": 700, "height": 600})
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        try:
            page.goto(f"http://127.0.0.1:{_port(watch)}/")
            page.locator(".panel").nth(13).wait_for(state="attached")
            tenth = page.locator("#shot-2\\.3").element_handle()
            top = "panel => { panel.scrollIntoView(); return panel.getBoundingClientRect().top }"
            page.evaluate(top, tenth)
            page.wait_for_timeout(300)
            before = page.evaluate(top, tenth)
            page.evaluate("panel => getSelection().selectAllChildren(panel.querySelector('.action'))", tenth)
            new = "EXT. HARBOR - DAWN\n\nSHOT 5s wide\n@Mira wakes, " + "and wakes again, " * 60 + "for once.\n\nEXT."
            long_film.write_text(long_film.read_text().replace("EXT.", new, 1))
            page.get_by_text("for once").wait_for(state="attached")
            assert page.evaluate("panel => panel.querySelector('h4').textContent", tenth) == "Shot 3.3"
            after = page.evaluate("panel => panel.getBoundingClientRect().top", tenth)
            assert page.evaluate("getSelection().toString()").endswith("for the time 10.")
            assert "at 0:50" in page.evaluate("panel => panel.textContent", tenth), "35 s, 5 s, and two shots of 5"
            assert len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages) > 2
        finally:
            page.close()
    assert abs(after - before) <= 2, "the shot stands where it stood"
    assert complaints == []


def test_ten_tabs_follow_over_one_stream(long_film: Path, browser: Browser) -> None:
    with watching(long_film.parent, "--board") as watch:
        port = _port(watch)
        context = browser.new_context()
        try:
            pages = [context.new_page() for _ in range(10)]
            for page in pages:
                page.goto(f"http://127.0.0.1:{port}/")
                page.locator(".panel").nth(13).wait_for(state="attached")
            long_film.write_text(long_film.read_text().replace("time 9.", "ninth time."))
            for page in pages:
                page.get_by_text("ninth time").wait_for(state="attached")
            pages.pop(0).close()
            long_film.write_text(long_film.read_text().replace("time 7.", "seventh time."))
            for page in pages:
                page.get_by_text("seventh time").wait_for(state="attached")
        finally:
            context.close()
