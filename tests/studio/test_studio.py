"""`sbc studio` over TCP: who may ask, what is written, what is offered, what an editor gets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest

from storyboard.studio.script import GONE
from tests.board.conftest import paint
from tests.studio.conftest import SCRIPT, Studio, running_studio, write_film

_ASKED = (
    *("open", "lsp", "save", "line", "mode", "takes", "take", "picture", "plan", "plan-making", "start", "cast"),
    *("choose-picture", "declare", "stills", "approve", "ceiling", "set-ceiling", "products", "product"),
    *("cut", "choose-sound", "close-player"),
)


def test_nobody_asks_without_the_token(quiet_studio: Studio) -> None:
    for name in _ASKED:
        for token in ("", "wrong", quiet_studio.token[:-1], "é"):
            headers = {"X-Sbc-Token": token, "Content-Type": "application/json"}
            assert quiet_studio.request("POST", f"/api/{name}", b"{}", **headers)[0] == 401, (name, token)
    assert quiet_studio.request("GET", "/events")[0] == 401
    assert quiet_studio.request("GET", "/events", b"", **{"X-Sbc-Token": quiet_studio.token})[0] == 200


def test_another_site_gets_nothing_with_any_verb(quiet_studio: Studio) -> None:
    for site in (
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"},
        {"Host": f"evil.example:{quiet_studio.port}"},
    ):
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            for path in ("/", "/events", "/api/save", "/api/render", "/quiet_studio.js"):
                headers = {"X-Sbc-Token": quiet_studio.token, "Content-Type": "application/json", **site}
                assert quiet_studio.request(method, path, b"{}", **headers)[0] in {400, 403}, (site, method, path)


def test_requests_are_json_and_posts(quiet_studio: Studio) -> None:
    token = {"X-Sbc-Token": quiet_studio.token}
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        assert quiet_studio.request("POST", "/api/open", b"{}", **token, **{"Content-Type": kind})[0] == 415
    for body in (b"", b"[]", b"nonsense", b"1", b"[" * 100_000, b'{"text":'):
        assert (
            quiet_studio.request("POST", "/api/save", body, **token, **{"Content-Type": "application/json"})[0] == 400
        )
    for method in ("GET", "PUT", "DELETE"):
        assert quiet_studio.request(method, "/api/save", b"", **token)[0] == 405


def test_the_page_says_what_it_may_do(quiet_studio: Studio) -> None:
    status, page = quiet_studio.request("GET", "/")
    assert status == 200
    assert quiet_studio.token.encode() not in page
    for path in ("/film.sb", "/media/film.sb", "/media/x/takes/film.sb", "/%2e%2e/film.sb", "/refs/mira.png"):
        assert quiet_studio.request("GET", path)[0] == 404


def test_a_second_studio_is_told_where_the_first_is(quiet_studio: Studio) -> None:
    command = [sys.executable, "-m", "storyboard.cli", "studio", str(quiet_studio.script), "--no-open"]
    cache = {**os.environ, "XDG_CACHE_HOME": str(quiet_studio.script.parent / "cache")}
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, env=cache)
    assert done.returncode == 2
    assert f"is open in another studio: {quiet_studio.address}" in done.stderr


def test_a_text_is_saved_only_over_the_one_that_was_read(studio: Studio) -> None:
    opened = studio.ask("open")
    assert opened["text"] == SCRIPT
    saved = studio.ask("save", text=SCRIPT.replace("wet quay", "dry quay"), digest=opened["digest"])
    assert "dry quay" in studio.script.read_text()
    studio.script.write_text("// by another program\n")
    answer = studio.ask("save", text="mine", digest=saved["digest"])
    assert answer["conflict"]["text"] == "// by another program\n"
    assert studio.script.read_text() == "// by another program\n", "nothing is written before the person has chosen"
    assert "digest" in studio.ask("save", text="mine", digest=answer["conflict"]["digest"])
    assert studio.script.read_text() == "mine"
    studio.script.write_bytes(b"\xef\xbb\xbf" + SCRIPT.replace("\n", "\r\n").encode())
    opened = studio.ask("open")
    studio.ask("save", text=opened["text"] + "// more\r\n", digest=opened["digest"])
    data = studio.script.read_bytes()
    assert data.startswith(b"\xef\xbb\xbfTitle"), "the byte-order mark stays"
    assert data.endswith(b"\r\n// more\r\n"), "and the line ends"


def test_a_file_that_is_gone_is_written_anew_only_by_who_knows_that_it_is_gone(studio: Studio) -> None:
    opened = studio.ask("open")
    studio.script.unlink()
    gone = studio.ask("save", text="mine", digest=opened["digest"])["conflict"]
    assert (gone["text"], gone["digest"]) == (None, GONE)
    assert not studio.script.exists()
    studio.script.write_text("// it is back\n")
    back = studio.ask("save", text="mine", digest=gone["digest"])["conflict"]
    assert back["text"] == "// it is back\n"
    studio.script.unlink()
    saved = studio.ask("save", text="mine", digest=gone["digest"])
    assert studio.script.read_text() == "mine"
    assert opened["version"] < gone["version"] < back["version"] < saved["version"], "news can be put into their order"


def test_the_page_has_the_language_server(quiet_studio: Studio) -> None:
    opened = quiet_studio.open()
    document = {"uri": opened["uri"]}
    shot = SCRIPT.splitlines().index("SHOT 3s wide shot")
    outline = quiet_studio.lsp("textDocument/documentSymbol", {"textDocument": document}, 2)
    assert "EXT. HARBOR - DAY" in json.dumps(outline)
    hover = quiet_studio.lsp(
        "textDocument/hover", {"textDocument": document, "position": {"line": shot + 1, "character": 2}}, 3
    )
    assert "red wool coat" in json.dumps(hover)
    offered = quiet_studio.lsp(
        "textDocument/completion", {"textDocument": document, "position": {"line": shot + 1, "character": 1}}, 4
    )
    assert "Mira" in json.dumps(offered)


def test_panel_and_line_find_each_other(quiet_studio: Studio) -> None:
    quiet_studio.open()
    lines = SCRIPT.splitlines()
    header = lines.index("SHOT 4s close-up") + 1
    uri = quiet_studio.script.as_uri()
    for line, shot in ((header, "1.2"), (header - 1, "1.1"), (1, "1.1")):  # above the first shot it is the first
        place = {"uri": uri, "position": {"line": line - 1, "character": 0}}
        assert quiet_studio.lsp("storyboard/shotAt", place, line) == {"shot": shot}
    assert quiet_studio.ask("line", shot="1.2")["line"] == header
    assert quiet_studio.ask("line", shot="9.9")["line"] is None


def _plan(studio: Studio, **body: Any) -> dict[str, Any]:
    return studio.ask("plan", **body)


def test_an_offer_is_good_once(studio: Studio) -> None:
    studio.open()
    offer = _plan(studio)
    assert (offer["calls"], offer["usd"], offer["sandbox"], offer["why_not"]) == (1, 0.0, True, "")
    assert "no longer open" in studio.ask("start", digest="0" * 64)["refused"]
    with studio.events() as events:
        assert studio.ask("start", digest=offer["digest"]) == {"calls": 1, "usd": 0.0}
        heard = ""
        while "<video" not in heard:
            line = events.readline().decode()
            assert line, "the stream has ended"
            heard += line
    assert "rendering 0 of 1" in heard, "the page is told how far it is"
    assert "no longer open" in studio.ask("start", digest=offer["digest"])["refused"]
    folder = studio.script.parent / "out" / "film-sandbox"
    end = time.monotonic() + 90
    while not any(clip["takes"] for clip in studio.ask("takes")["clips"]):
        assert time.monotonic() < end, (folder / "studio-run.jsonl").read_text()
        time.sleep(0.3)
    clip = studio.ask("takes")["clips"][0]
    take = clip["takes"][0]
    assert (take["number"], take["chosen"], take["changed"]) == (1, True, False)
    assert studio.request("GET", take["url"], Range="bytes=0-99")[0] == 206
    assert studio.ask("take", clip=clip["id"], action="pick", number=7)["refused"].startswith("s01c01 has no finished")
    while "refused" in studio.ask("take", clip=clip["id"], action="note", number=1, text="her left hand"):
        assert time.monotonic() < end, "the run does not end"
        time.sleep(0.3)
    studio.ask("take", clip=clip["id"], action="lock", number=1)
    clip = studio.ask("takes")["clips"][0]
    assert clip["locked"]
    assert clip["takes"][0]["notes"] == ["her left hand"]
    assert "nothing to render" in _plan(studio)["why_not"].lower()


def test_what_cannot_be_offered_is_refused_and_starts_nothing(studio: Studio) -> None:
    studio.open()
    offer = _plan(studio)
    studio.script.write_text(SCRIPT.replace("SHOT 3s", "SHOT 5s"))
    assert "have changed" in studio.ask("start", digest=offer["digest"])["refused"]
    studio.script.write_text(SCRIPT.replace("@Mira", "@Nobody"))
    assert "errors" in _plan(studio)["refused"]
    studio.script.write_text(SCRIPT)
    assert studio.ask("mode", sandbox=False) == {"sandbox": False}
    offer = _plan(studio)
    assert "there is no key" in offer["why_not"]
    assert "no longer open" in studio.ask("start", digest=offer["digest"])["refused"]
    assert not (studio.script.parent / "out").exists()


def test_no_file_is_said(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "storyboard.cli", "studio", str(tmp_path / "none.sb")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not a script that can be opened" in done.stderr


_WEB = Path(__file__).parents[2] / "storyboard" / "studio" / "web"


def test_the_page_is_built_from_its_sources(tmp_path: Path) -> None:
    esbuild = _WEB / "node_modules" / ".bin" / "esbuild"
    if not esbuild.exists():
        pytest.skip("esbuild is not installed (npm ci in storyboard/studio/web): the page is not built again")
    command = json.loads((_WEB / "package.json").read_text())["scripts"]["build"].split()
    arguments = [f"--outdir={tmp_path}" if one.startswith("--outdir=") else one for one in command[1:]]
    subprocess.run([str(esbuild), *arguments, "--log-level=error"], cwd=_WEB, check=True, timeout=60)
    built = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    assert built == {one.name: one.read_bytes() for one in (_WEB.parent / "page").glob("*.js")}
    assert "resolved" not in (_WEB / "package-lock.json").read_text(), "the lock names packages, not addresses"


@pytest.mark.slow
def test_a_render_goes_on_without_the_studio_and_is_not_paid_again(tmp_path: Path) -> None:
    script, cache = write_film(tmp_path), str(tmp_path / "cache")
    with running_studio(script, XDG_CACHE_HOME=cache, ends=False) as first:
        first.open()
        first.ask("start", digest=_plan(first)["digest"])
        log = tmp_path / "out" / "film-sandbox" / "studio-run.jsonl"
        end = time.monotonic() + 60
        while '"event": "plan"' not in log.read_text():
            assert time.monotonic() < end
            time.sleep(0.1)
        first.process.kill()
    with running_studio(script, XDG_CACHE_HOME=cache) as second:
        second.open()
        end = time.monotonic() + 90
        while not any(clip["takes"] for clip in second.ask("takes")["clips"]):
            plan = _plan(second)
            assert plan["why_not"] or time.monotonic() < end, "what is on its way is not offered again"
            time.sleep(0.3)
        assert [clip["takes"][0]["number"] for clip in second.ask("takes")["clips"]] == [1]
        assert _plan(second)["why_not"]


def test_a_picture_is_kept_under_a_new_name(studio: Studio, tmp_path: Path) -> None:
    paint(tmp_path / "photo.png", (640, 640))
    photo = (tmp_path / "photo.png").read_bytes()
    before = (studio.script.parent / "refs" / "mira.png").read_bytes()
    for name, path in (("Mira", "refs/mira-2.png"), ("Mira", "refs/mira-3.png"), ("../Old Tom", "refs/old-tom.png")):
        assert studio.ask("picture", entity=name, data=b64encode(photo).decode()) == {"path": path}
        assert (studio.script.parent / path).read_bytes() == photo
    assert (studio.script.parent / "refs" / "mira.png").read_bytes() == before
    for data in (b"", b"no picture", photo[:100]):
        assert "picture" in studio.ask("picture", entity="Mira", data=b64encode(data).decode())["refused"]
    assert len(list((studio.script.parent / "refs").iterdir())) == 5
