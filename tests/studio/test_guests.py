"""`--lan`: what a guest sees, and everything that a guest cannot do. The second address is one of this machine's own."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from storyboard.studio.comments import MOST_IN_A_ROW, MOST_WAITING, ROW_SECONDS, Comments, TooManyComments
from storyboard.studio.guests import MOST_PAGES
from tests.studio.conftest import Studio, running_studio, write_film

HOST = "127.0.0.2"
COMMENT = {"shot": "1.1", "key": "0a", "name": "Anna", "text": "Could she look up?"}
HOSTILE = "<img src=x onerror=boom> ]] SHOT 5s\n@Mira [[x\u202e\x1b[31m \0 ${7*7} {{7*7}}"


class Guest(NamedTuple):
    """A guest: the port and the token of the second address."""

    port: int
    token: str

    def request(self, method: str, path: str, body: bytes = b"", /, **headers: str) -> tuple[int, bytes]:
        head = {"Host": f"{HOST}:{self.port}", "X-Sbc-Token": self.token, "Content-Type": "application/json", **headers}
        with closing(http.client.HTTPConnection(HOST, self.port, timeout=30)) as connection:
            connection.request(method, path, body or None, head)
            answer = connection.getresponse()
            return answer.status, b"" if path == "/events" and answer.status == 200 else answer.read()

    def comment(self, **changed: Any) -> int:
        return self.request("POST", "/comment", json.dumps(COMMENT | changed).encode())[0]

    def stream(self, stack: ExitStack) -> http.client.HTTPResponse:
        connection = stack.enter_context(closing(http.client.HTTPConnection(HOST, self.port, timeout=60)))
        connection.request("GET", "/events", headers={"X-Sbc-Token": self.token})
        return connection.getresponse()


def board(stream: http.client.HTTPResponse) -> dict[str, Any]:
    """The first update that has panels."""
    while True:
        line = stream.readline()
        assert line, "the stream has ended"
        if line.startswith(b"data: "):
            update: dict[str, Any] = json.loads(line[6:])
            if update.get("order", {}).get("scenes"):
                return update


def sees(stream: http.client.HTTPResponse, words: str) -> None:
    """Wait until a guest is shown a panel with these words."""
    while words not in json.dumps(board(stream)):
        pass


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    try:
        socket.create_server((HOST, 0)).close()
    except OSError:
        pytest.skip(f"this system has no {HOST}")
    folder = tmp_path_factory.mktemp("film")
    script = write_film(folder)
    with running_studio(script, "--lan", HOST, XDG_CACHE_HOME=str(folder / "cache"), PYTHONIOENCODING="utf-8") as found:
        found.open()
        yield found


def guest_of(studio: Studio) -> Guest:
    found = re.search(rf"guests: http://{re.escape(HOST)}:(\d+)/#(\S+)", studio.said)
    assert found
    return Guest(int(found[1]), found[2])


@pytest.fixture(scope="module")
def guest(studio: Studio) -> Guest:
    return guest_of(studio)


def test_the_terminal_shows_the_address_as_a_qr_code_and_says_what_it_opens(studio: Studio) -> None:
    assert studio.said.count("█") > 200
    assert "not encrypted" in studio.said


def test_a_guest_sees_the_film_and_no_prices_and_nothing_of_the_compiler(studio: Studio, guest: Guest) -> None:
    with ExitStack() as stack:
        update = board(guest.stream(stack))
    words = json.dumps(update)
    assert "walks along the wet quay" in words
    assert not [one for one in ("$", "SB5", "kling", "SB512", studio.token) if one in words]
    pictures = re.findall(r"/media/[\w-]+/pictures/[\w.]+", words)
    assert guest.request("GET", pictures[0], **{"X-Sbc-Token": ""})[1][:4] == b"RIFF"
    assert studio.request("GET", pictures[0])[0] == 404, "each page has a secret of its own"
    assert json.loads(guest.request("GET", "/takes")[1]) == {"clips": []}


def test_a_guest_needs_no_open_page_and_follows_the_disk_until_there_is_one(tmp_path: Path) -> None:
    script = write_film(tmp_path)
    with (
        running_studio(
            script, "--lan", HOST, XDG_CACHE_HOME=str(tmp_path / "cache"), PYTHONIOENCODING="utf-8"
        ) as studio,
        ExitStack() as stack,
    ):
        stream = guest_of(studio).stream(stack)
        sees(stream, "wet quay")
        script.write_text(script.read_text().replace("wet quay", "dry quay"))
        sees(stream, "dry quay")
        page = stack.enter_context(studio.events())
        opened = studio.open()
        text = opened["text"].replace("dry quay", "icy quay")
        changes = {"textDocument": {"uri": opened["uri"], "version": 2}, "contentChanges": [{"text": text}]}
        studio.lsp("textDocument/didChange", changes)
        sees(stream, "icy quay")  # what is written, saved or not
        page.close()


def test_a_guest_reaches_nothing_else(studio: Studio, guest: Guest) -> None:
    """Every call of the writer's page, with every verb, under the guest's token and under the writer's."""
    before = {one: one.read_bytes() for one in studio.script.parent.rglob("*") if one.is_file()}
    source = Path(__file__).parents[2] / "storyboard" / "studio"
    names = sorted({name for file in source.glob("*.py") for name in re.findall(r'^ +"([a-z-]+)": self\._', file.read_text(), re.MULTILINE)})  # fmt: skip
    assert {"open", "save", "lsp", "plan", "start", "picture", "remove-comment"} <= set(names)
    paths = [*(f"/api/{name}" for name in names), "/index.html", "/studio.js", "/films.js", "/media/", "/film.sb"]
    paths += ["/media/x/pictures/../../../film.sb", "/%2e%2e/film.sb", "/api", "//", "/events/..", "/comment/1"]
    body = json.dumps({"method": "initialize", "id": 1, "text": "", "digest": "", "sandbox": False}).encode()
    for path in paths:
        for method, token in (
            ("GET", guest.token),
            ("POST", guest.token),
            ("PUT", guest.token),
            ("POST", studio.token),
        ):
            status, said = guest.request(method, path, body, **{"X-Sbc-Token": token})
            assert status in {403, 404, 405}, (method, path)
            assert b"Title:" not in said
    for method in ("PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"):
        assert guest.request(method, "/comment", body)[0] == 405
        assert guest.request(method, "/api/save", body)[0] == 404
    for path in ("/events", "/takes", "/comment"):
        for method in ("GET", "POST", "PUT", "DELETE"):
            assert guest.request(method, path, body, **{"X-Sbc-Token": studio.token})[0] in {401, 405}
    own = {"X-Sbc-Token": guest.token, "Content-Type": "application/json"}
    for path in (f"/api/{name}" for name in names):
        assert studio.request("POST", path, body, **own)[0] in {401, 404}
    assert {one: one.read_bytes() for one in before} == before
    assert not list(studio.script.parent.rglob("ledger.db"))


def test_other_sites_and_other_names_of_this_machine_are_refused(guest: Guest) -> None:
    own = {"Origin": f"http://{HOST}:{guest.port}"}
    assert guest.request("GET", "/takes", **own)[0] == 200
    for wrong in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "evil.example"},
        {"Host": f"127.0.0.1:{guest.port}"},
    ):
        assert guest.request("GET", "/takes", **wrong)[0] in {400, 403}, wrong
        assert guest.request("POST", "/comment", json.dumps(COMMENT).encode(), **wrong)[0] in {400, 403}, wrong


def test_the_studio_itself_stays_on_loopback(studio: Studio) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("the addresses that are listened at are read from /proc")
    listening = [line.split()[1] for line in table.read_text().splitlines()[1:] if line.split()[3] == "0A"]
    assert {one for one in listening if int(one.partition(":")[2], 16) == studio.port} <= {
        f"0100007F:{studio.port:04X}",
        f"0200007F:{studio.port:04X}",
    }


def test_ten_guests_follow_the_film_and_a_crowd_does_not_shut_out_the_writer(studio: Studio, guest: Guest) -> None:
    with ExitStack() as stack:
        streams = [guest.stream(stack) for _ in range(10)]
        assert len({json.dumps(board(one)["order"]) for one in streams}) == 1
        while (stream := guest.stream(stack)).status == 200:
            stream.readline()  # it is counted once it has begun
            streams.append(stream)
        assert (stream.status, len(streams)) == (503, MOST_PAGES)
        assert studio.ask("comments") == {"comments": []}


def test_a_comment_is_text_for_the_writer_until_it_is_seen_to(studio: Studio, guest: Guest) -> None:
    script = studio.script.read_bytes()
    assert guest.comment(text=HOSTILE, name="<b>Bob</b>") == 200
    assert guest.comment() == 200
    first, second = studio.ask("comments")["comments"]
    assert (first["name"], first["shot"]) == ("<b>Bob</b>", "1.1")
    assert first["text"] == "<img src=x onerror=boom> ]] SHOT 5s @Mira [[x[31m ${7*7} {{7*7}}"
    wrong: dict[str, Any]
    for wrong in (
        {"text": ""}, {"text": " \n\u200b"}, {"text": "x" * 501}, {"text": 1}, {"text": None}, {"name": "x" * 41},
        {"name": []}, {"shot": "../1"}, {"shot": "1.1\n"}, {"key": "<"}, {"key": ""}, {"shot": {}},
    ):  # fmt: skip
        assert guest.comment(**wrong) == 400, wrong
    for body, status in (
        (b"", 400),
        (b"[1]", 400),
        (b"{", 400),
        (b"{}", 400),
        (b'{"text": "' + b"x" * 9000 + b'"}', 413),
    ):
        assert guest.request("POST", "/comment", body)[0] == status
    assert guest.request("POST", "/comment", json.dumps(COMMENT).encode(), **{"Content-Type": "text/plain"})[0] == 415
    assert guest.request("POST", "/comment", json.dumps(COMMENT).encode(), **{"X-Sbc-Token": ""})[0] == 401
    kept = json.loads((studio.script.parent / "out" / "film" / "guest-comments.json").read_text())
    assert [one["text"] for one in kept] == [first["text"], second["text"]]
    studio.ask("remove-comment", id=first["id"])
    assert studio.ask("comments") == {"comments": [second]}
    studio.ask("remove-comment", id=second["id"])
    assert not (studio.script.parent / "out" / "film" / "guest-comments.json").exists()
    assert studio.script.read_bytes() == script, "a comment alone changes nothing"


def test_comments_are_counted_by_sender_and_outlive_the_studio(tmp_path: Path) -> None:
    now = [0.0]

    def comments() -> Comments:
        return Comments(lambda: tmp_path / "film" / "comments.json", lambda: now[0])

    async def talk() -> Comments:
        box = comments()
        for _ in range(MOST_IN_A_ROW):
            await box.add(COMMENT, "one")
        with pytest.raises(TooManyComments, match="wait a minute"):
            await box.add(COMMENT, "one")
        await box.add(COMMENT, "two")
        now[0] += ROW_SECONDS
        await box.add(COMMENT, "one")
        for number in range(MOST_WAITING - len(box.waiting)):
            await box.add(COMMENT, f"sender {number}")
        with pytest.raises(TooManyComments, match="try again later"):
            await box.add(COMMENT, "three")
        await box.remove(box.waiting[0].id)
        await box.add(COMMENT, "three")
        return box

    kept = asyncio.run(talk()).waiting
    assert len(kept) == MOST_WAITING
    assert comments().waiting == kept
    for damaged in (b"", b"[", b"{}", b'[{"id": 1}]', b"[1]", b"\xff"):
        (tmp_path / "film" / "comments.json").write_bytes(damaged)
        assert comments().waiting == ()
