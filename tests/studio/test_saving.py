"""What is saved while others write: news and answers that overtake one another, in each order that there is."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from storyboard.studio.film_files import FilmFiles
from tests.studio.conftest import SCRIPT, Studio

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

#: Seconds are short on a busy machine.
_PATIENCE = 60_000
_PIECE = 1 << 16


def test_a_file_is_told_when_it_has_come_to_rest(tmp_path: Path) -> None:
    path = tmp_path / "film.sb"
    path.write_text(SCRIPT)
    files = FilmFiles(path)
    assert (files.changed(), files.are_changing) == ([], False)
    for emptied in (lambda: path.write_text(""), path.unlink):  # as programs do that write in place, or rename
        emptied()
        for _ in range(3):
            assert (files.changed(), files.are_changing) == ([], True)
        path.write_text("// whole\n")
        assert (files.changed(), files.are_changing) == ([], True)
        assert (files.changed(), files.are_changing) == ([str(path)], False)
        assert files.changed() == []
    path.unlink()
    assert [files.changed() for _ in range(7)] == [[], [], [], [], [], [str(path)], []]


class EventGate:
    """A way to a studio on which its event stream can be held up; `held` is what waits meanwhile."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = threading.Lock()
        self._is_open = True
        self._stream: socket.socket | None = None
        self.held = b""
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def hold(self) -> None:
        with self._lock:
            self._is_open = False

    def release(self) -> None:
        with self._lock:
            assert self._stream is not None
            self._stream.sendall(self.held)
            self._is_open, self.held = True, b""

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:

            def ask(data: bytes) -> None:
                if data.startswith(b"GET /events"):  # a browser uses a connection for one request after another
                    self._stream = client
                server.sendall(data)

            threading.Thread(target=_pump, args=(client, ask), daemon=True).start()
            _pump(server, lambda data: self._answer(client, data))

    def _answer(self, client: socket.socket, data: bytes) -> None:
        with self._lock:
            if client is self._stream and not self._is_open:
                self.held += data
            else:
                client.sendall(data)


def _pump(source: socket.socket, send: Callable[[bytes], None]) -> None:
    with suppress(OSError):
        while data := source.recv(_PIECE):
            send(data)


@contextmanager
def _gated(studio: Studio) -> Iterator[EventGate]:
    gate = EventGate(studio.port)
    try:
        yield gate
    finally:
        gate.close()


@contextmanager
def _page(browser: Browser, address: str) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.set_default_timeout(_PATIENCE)
    page.goto(address)
    try:
        page.locator(".panel").first.wait_for(state="attached")
        _is(page, "saved")
        yield page
    finally:
        page.close()


def _replace(path: Path, text: str) -> None:
    """Write a file as a careful program does, whole."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text)
    fresh.replace(path)


def _is(page: Page, state: str) -> None:
    page.locator("#saved", has_text=re.compile(f"^{state}$")).wait_for()


def _write(page: Page, text: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(text)


@pytest.mark.slow
def test_news_that_are_older_than_a_save_do_not_undo_it(studio: Studio, browser: Browser) -> None:
    with _gated(studio) as gate, _page(browser, f"http://127.0.0.1:{gate.port}/#{studio.token}") as page:
        studio.script.write_text(SCRIPT + "// by another program\n")
        _is(page, "taken over from another program")
        gate.hold()
        os.utime(studio.script, (1, 1))  # so that the studio tells once more what there is
        end = time.monotonic() + _PATIENCE / 1000
        while b"by another program" not in gate.held:
            assert time.monotonic() < end
            time.sleep(0.05)
        _write(page, "// mine\n")
        page.keyboard.press("Control+s")
        _is(page, "saved")
        gate.release()
        _replace(studio.script, studio.script.read_text().replace("wet quay", "dry quay"))
        _is(page, "taken over from another program")
        page.locator("#shot-1\\.1", has_text="dry quay").wait_for(state="attached")
        assert "// mine" in page.locator(".cm-content").inner_text()
        page.keyboard.press("Control+z")
        page.locator("#shot-1\\.1", has_text="wet quay").wait_for(state="attached")
        assert "// mine" in page.locator(".cm-content").inner_text(), "nothing came in between"


@pytest.mark.slow
def test_a_save_that_is_asked_for_during_another_one_is_no_conflict(studio: Studio, browser: Browser) -> None:
    with _page(browser, studio.address) as page:
        held: list[Route] = []
        page.route("**/api/save", lambda route: held.append(route), times=1)  # noqa: PLW0108 # Playwright marks it
        _write(page, "// first\n")
        page.keyboard.press("Control+s")
        while not held:
            page.wait_for_timeout(50)
        page.keyboard.insert_text("// second\n")
        page.keyboard.press("Control+s")
        page.wait_for_timeout(200)
        held[0].continue_()
        _is(page, "saved")
        assert page.locator("#conflict").is_hidden()
        assert studio.script.read_text().endswith("// first\n// second\n")


@pytest.mark.slow
def test_what_is_kept_is_written_and_only_over_what_was_seen(studio: Studio, browser: Browser) -> None:
    with _page(browser, studio.address) as page:
        _write(page, "// mine\n")
        studio.script.write_text("// theirs, first\n")
        page.get_by_role("button", name="Compare").click()
        page.locator(".cm-merge-a", has_text="theirs, first").wait_for()
        studio.script.write_text("// theirs, second\n")
        page.wait_for_timeout(2000)  # the page may have heard of it by now, or not
        page.get_by_role("button", name="Use the right side").click()
        page.get_by_role("button", name="Keep mine").wait_for()
        page.wait_for_timeout(500)
        assert studio.script.read_text() == "// theirs, second\n", "nobody has seen it"
        page.get_by_role("button", name="Keep mine").click()
        _is(page, "saved")
        assert studio.script.read_text() == SCRIPT + "// mine\n"
        studio.script.unlink()
        page.locator("#conflict", has_text="is gone").wait_for()
        page.get_by_role("button", name="Keep mine").click()
        _is(page, "saved")
        assert studio.script.read_text() == SCRIPT + "// mine\n"


@pytest.mark.slow
def test_nothing_is_asked_any_more_when_the_other_program_takes_its_change_back(
    studio: Studio, browser: Browser
) -> None:
    with _page(browser, studio.address) as page:
        _write(page, "// mine\n")
        studio.script.write_text("// theirs\n")
        page.locator("#conflict", has_text="has changed").wait_for()
        studio.script.write_text(SCRIPT)
        page.locator("#conflict").wait_for(state="hidden")
        page.keyboard.press("Control+s")
        _is(page, "saved")
        assert studio.script.read_text() == SCRIPT + "// mine\n"
