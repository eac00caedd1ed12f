"""`sbc studio` without a script, over TCP: the films of a folder, new ones, imported ones; only new names are written."""

from __future__ import annotations

import http.client
import json
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.studio.conftest import Studio, running_studio, write_film

FOUNTAIN = b"Title: The Ferry\n\nEXT. DOCK - DAWN\n\nNORA, a pilot in a yellow coat, coils a rope.\n\nNORA\nOne more.\n"


def snapshot(folder: Path) -> dict[Path, bytes]:
    return {one: one.read_bytes() for one in folder.rglob("*") if one.is_file() and "cache" not in one.parts}


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("films")
    write_film(folder)
    (folder / "cast.sb").write_text("CHARACTER Tom\nlook: an old sailor\n")
    (folder / "bytes.sb").write_bytes(b"\xff\xfe")
    (folder / "wrong.sb").write_text("Title: Wrong\n\nSHOT 5s\n@Nobody waits.\n")
    inner = folder / "one" / "<img src=x onerror=boom>"
    inner.mkdir(parents=True)
    for name in (b'a "b" & <c>.sb', b"line\nend\x1b[31m.SB", b"not utf \xff.sb"):
        with open(os.path.join(os.fsencode(inner), name), "wb") as file:
            file.write(b"Title: Strange\n")
    os.mkfifo(folder / "pipe.sb")
    (folder / "gone.sb").symlink_to("nowhere")
    (folder / "loop").symlink_to(folder)
    for skipped in ("out/film", ".git", "node_modules", "made"):
        (folder / skipped).mkdir(parents=True)
        (folder / skipped / "other.sb").write_text("")
    (folder / "made" / "ledger.db").write_bytes(b"")
    with running_studio(folder, XDG_CACHE_HOME=str(folder / "cache")) as found:
        yield found


def by_path(films: Studio) -> dict[str, dict[str, Any]]:
    return {one["path"]: one for one in films.ask("films")["films"]}


def test_each_film_has_its_figures_and_one_that_cannot_be_read_its_reason(films: Studio) -> None:
    listed = by_path(films)
    inner = "one/<img src=x onerror=boom>"
    assert set(listed) == {
        "film.sb",
        "cast.sb",
        "bytes.sb",
        "wrong.sb",
        f'{inner}/a "b" & <c>.sb',
        f"{inner}/line\\x0aend\\x1b[31m.SB",
        f"{inner}/not utf \\udcff.sb",
    }
    told = {path: films.ask("film", id=one["id"]) for path, one in listed.items()}
    figures = told["film.sb"]
    assert [figures[one] for one in ("title", "seconds", "shots", "clips", "errors")] == ["The Quay", 7, 2, 1, 0]
    assert figures["paid"] == 0
    assert figures["to_pay"] > 0
    assert "is not UTF-8 text" in told["bytes.sb"]["problem"]
    assert (told["wrong.sb"]["errors"], told["wrong.sb"]["to_pay"]) == (1, None)
    assert told["cast.sb"]["shots"] == 0
    changed = [one["changed"] for one in films.ask("films")["films"]]
    assert changed == sorted(changed, reverse=True)


def test_a_changed_film_is_told_anew(films: Studio) -> None:
    script = films.script / "film.sb"
    before = script.read_text()
    name = by_path(films)["film.sb"]["id"]
    assert films.ask("film", id=name)["seconds"] == 7
    script.write_text(before + "\nSHOT 5s wide\n@Mira waits.\n")
    assert films.ask("film", id=name)["seconds"] == 12
    script.write_text(before)


@pytest.mark.parametrize(
    "name",
    ["", "  ", ".", "..", "../film", "a/b", "a\\b", "/tmp/x", ".hidden", "C:", "con", "LPT1.x", "a\0b", "a\nb", "a\u202eb",
     "end.", "x" * 61, "one", "film.sb"],
)  # fmt: skip
def test_a_name_that_is_none_or_taken_begins_nothing(films: Studio, name: str) -> None:
    before = snapshot(films.script.parent)
    assert films.ask("new-film", name=name)["refused"]
    assert snapshot(films.script.parent) == before


def test_a_new_film_is_a_project_of_its_own(films: Studio) -> None:
    before = snapshot(films.script)
    made = films.ask("new-film", name=" Été à Łódź (2) ")
    assert made["path"] == "Été à Łódź (2)/film.sb"
    assert (films.script / "Été à Łódź (2)" / "sbc.toml").is_file()
    assert films.ask("film", id=made["id"])["errors"] == 0
    after = snapshot(films.script)
    assert {path: after[path] for path in before} == before


def test_a_screenplay_is_imported_under_a_new_name_with_what_was_found(films: Studio) -> None:
    before = snapshot(films.script)

    def give(name: str, data: bytes, *, pictures: bool = False) -> dict[str, Any]:
        return films.ask("import-film", name=name, data=b64encode(data).decode(), pictures=pictures)

    first, second = (give("../../C:\\Users\\me\\The Ferry.fountain", FOUNTAIN) for _ in range(2))
    assert [first["path"], second["path"]] == ["The Ferry.sb", "The Ferry-2.sb"]
    assert first["report"] == ["1 scene, 1 speech, 1 shot of 0:03 minutes in all", "1 person; 1 place"]
    drawn = give("drawn.fountain", FOUNTAIN, pictures=True)
    assert films.ask("film", id=drawn["id"])["errors"] == 0
    assert (films.script / "refs" / "nora.png").is_file()
    for name, path in (("film.fountain", "film-2.sb"), ("CON.txt", "screenplay.sb"), ("..", "screenplay-2.sb")):
        assert give(name, FOUNTAIN)["path"] == path
    for data, said in ((b"%PDF-1.7", "is a PDF"), (b"PK\x03\x04word/", "is a Word file"), (b"\0" * 99, "NUL")):
        assert said in give("x.fountain", data)["refused"]
    after = snapshot(films.script)
    assert {path: after[path] for path in before} == before
    wild = films.request(
        "POST", "/api/import-film", b'{"name": 1, "data": "?", "pictures": 0}',
        **{"X-Sbc-Token": films.token, "Content-Type": "application/json"},
    )  # fmt: skip
    assert wild[0] == 400


def test_a_film_opens_at_an_address_of_its_own_and_only_one_that_was_listed(films: Studio) -> None:
    name = by_path(films)["film.sb"]["id"]
    address = films.ask("open-film", id=name)["address"]
    assert films.ask("open-film", id=name)["address"] == address
    parts = urlsplit(address)
    assert parts.port is not None
    film = Studio(films.process, parts.port, parts.fragment, films.script / "film.sb")
    opened = film.open()
    assert opened["text"].startswith("Title: The Quay")
    assert opened["films"] == films.address
    assert film.ask("save", text=opened["text"], digest=opened["digest"])["digest"] == opened["digest"]
    assert film.request("POST", "/api/open", b"{}", **{"X-Sbc-Token": films.token})[0] == 401, "one token a page"
    for other in ("film.sb", "../film.sb", "/etc/passwd", ""):
        assert films.ask("open-film", id=other)["refused"]


@pytest.mark.slow
def test_a_film_that_another_studio_has_open_is_gone_to_there(films: Studio) -> None:
    script = films.script / "wrong.sb"
    with running_studio(script, XDG_CACHE_HOME=str(films.script / "cache")) as other:
        address = films.ask("open-film", id=by_path(films)["wrong.sb"]["id"])["address"]
        assert address == other.address


def test_a_page_of_this_machine_may_lead_to_it_and_ask_nothing(films: Studio) -> None:
    """A link from the list to a film is one between two ports; frames, scripts and forms of other ports get nothing."""
    link = {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}

    def status(method: str, path: str, **headers: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", films.port, timeout=30)) as connection:
            connection.request(method, path, headers=headers)
            return connection.getresponse().status

    assert status("GET", "/", **link) == 200
    for changed in ({"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Mode": "no-cors"}, {"Sec-Fetch-Site": "cross-site"}):
        assert status("GET", "/", **link | changed) == 403
    for method, path in (("GET", "/films.js"), ("POST", "/api/films"), ("POST", "/")):
        assert status(method, path, **link) == 403


def test_a_film_writes_its_script_and_what_that_includes_and_no_other_file(tmp_path: Path) -> None:
    script, cast, other = write_film(tmp_path), tmp_path / "cast.sb", tmp_path / "other.sb"
    for one in (cast, other):
        one.write_text("CHARACTER Tom\nlook: an old sailor\n")
    text = script.read_text().replace("CHARACTER Mira", "INCLUDE cast.sb\n\nCHARACTER Mira", 1)
    script.write_text(text)
    with running_studio(script, XDG_CACHE_HOME=str(tmp_path / "cache")) as film, film.events() as stream:
        film.open()
        assert message(stream, "files") == [{"path": str(cast), "name": "cast.sb", "uri": cast.as_uri()}]
        opened = film.ask("open", path=str(cast))
        saved = film.ask("save", path=str(cast), text="CHARACTER Tom\n", digest=opened["digest"])
        assert cast.read_text() == "CHARACTER Tom\n"
        assert message(stream, "disk")["digest"] == saved["digest"]
        cast.write_text("CHARACTER Tim\n")
        assert message(stream, "disk")["text"] == "CHARACTER Tim\n"
        clash = film.ask("save", path=str(cast), text="CHARACTER Tam\n", digest=saved["digest"])
        assert clash["conflict"]["text"] == "CHARACTER Tim\n"
        for path in (other, tmp_path / "new.sb", tmp_path / "refs" / "mira.png", "/etc/passwd", "cast.sb", tmp_path):
            assert "is not a file that this film includes" in film.ask("open", path=str(path))["refused"]
            assert film.ask("save", path=str(path), text="", digest=saved["digest"])["refused"]
        change = {
            "textDocument": {"uri": script.as_uri(), "version": 2},
            "contentChanges": [{"text": "Title: Empty\n"}],
        }
        film.lsp("textDocument/didChange", change)
        assert message(stream, "files") == []
        digest = clash["conflict"]["digest"]
        assert "digest" in film.ask("save", path=str(cast), text="CHARACTER Tam\n", digest=digest), (
            "what was open is saved"
        )
    assert other.read_text() == "CHARACTER Tom\nlook: an old sailor\n"
    assert script.read_text() == text


def message(stream: http.client.HTTPResponse, name: str) -> Any:
    """The next message of a name."""
    while line := stream.readline():
        if line.startswith(b"data: "):
            for one in json.loads(line[6:]).get("messages", []):
                if name in one:
                    return one[name]
    raise AssertionError("the stream has ended")
