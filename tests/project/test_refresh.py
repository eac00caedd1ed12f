"""`sbc models --refresh` against real servers on loopback: what changed, a dated file, and answers of any shape."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from storyboard.catalog import SERVICE, models, shipped_catalog
from storyboard.project.file import read_project
from storyboard.sandbox.listing import model_listing


@contextmanager
def service(answer: bytes, *, status: int = 200, quote: float | None = None) -> Iterator[str]:
    """A service with this answer to the list call. Quotes are the published ones, or `quote`."""
    rows = {model.api_id: model for model in models(SERVICE)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.say(status, answer)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            model = rows[body["model"]]
            sound = model.makes_sound(body.get("audio", True))
            usd = model.price.of_clip(int(body["duration"][:-1]), body.get("resolution"), sound, 1)
            assert "authorization" not in {name.lower() for name in self.headers}
            self.say(200, json.dumps({"quote": usd if quote is None else quote}).encode())

        def say(self, code: int, data: bytes) -> None:
            self.send_response(code)
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/api/v1"
        server.shutdown()


def refresh(folder: Path, url: str) -> subprocess.CompletedProcess[str]:
    home = {"HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "APPDATA": str(folder / "config")}
    return subprocess.run(
        [sys.executable, "-m", "storyboard.cli", "models", "--refresh", "--base-url", url],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, **home, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def published() -> dict[str, Any]:
    return json.loads(json.dumps(model_listing("video")))  # type: ignore[no-any-return] # plain JSON


def entry(listed: dict[str, Any], id_: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in listed["data"] if one["id"] == id_)
    return found


def test_nothing_is_different_where_the_service_says_the_same(tmp_path: Path) -> None:
    with service(json.dumps(published()).encode()) as url:
        done = refresh(tmp_path, url)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Nothing has changed.")
    (file,) = (tmp_path / "config" / "sbc").iterdir()
    assert file.name.startswith("models-20")
    (tmp_path / "sbc.toml").write_text(f"models = {json.dumps(str(file))}\n")
    project = read_project(tmp_path / "film.sb").models
    assert not project.diagnostics
    for limits in ("guide", "service"):
        for model in shipped_catalog().models(limits):
            same = project.catalog.find(model.id, limits)
            assert same is not None
            dated = {"source", "date", "price", "other_price", "catalog"}
            assert {k: v for k, v in same._asdict().items() if k not in dated} == {
                k: v for k, v in model._asdict().items() if k not in dated
            }
            if model.id != "minimax-h3-max-turbo-text-to-video" and "1-5" not in model.id:
                assert same.price.rates == model.price.rates, "a quote that a rate explains leaves the rate"


def test_what_changed_is_told_and_a_project_may_have_it(tmp_path: Path) -> None:
    listed = published()
    listed["data"] = [one for one in listed["data"] if one["id"] != "wan-2-7-reference-to-video"]
    kling = entry(listed, "kling-o3-pro-reference-to-video")["model_spec"]
    kling["constraints"]["durations"] = ["5s", "10s"]
    kling["deprecation"] = {"date": "2027-01-01", "replacementModelId": "kling-o4-pro-reference-to-video"}
    new = json.loads(json.dumps(entry(listed, "minimax-h3-reference-to-video")))
    new["id"] = "minimax-h4-reference-to-video"
    new["model_spec"]["name"] = "MiniMax H4 R2V"
    listed["data"].append(new)
    entry(listed, "grok-imagine-reference-to-video-private")["model_spec"]["constraints"]["prompt_character_limit"] = (
        5000
    )
    with service(json.dumps(listed).encode(), quote=3.0) as url:
        done = refresh(tmp_path, url)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "kling-o3-pro: ends 2027-01-01; kling-o4-pro-reference-to-video takes its place" in lines
    assert "kling-o3-pro: makes lengths of 5, 10 s (was 3-15 s)" in lines
    assert "kling-o3-pro: takes for 10 s with sound $3.00 (was $1.54)" in lines
    assert "grok-imagine: reads prompts of 5,000 characters (was 4,096)" in lines
    assert any(line.startswith("wan-2-7: is no longer in the service's list") for line in lines)
    assert any(line.startswith("minimax-h4-reference-to-video: is new: MiniMax H4 R2V; 5-15 s; 16:9") for line in lines)
    (file,) = (tmp_path / "config" / "sbc").iterdir()
    (tmp_path / "sbc.toml").write_text(f"models = {json.dumps(str(file))}\n")
    catalog = read_project(tmp_path / "film.sb").models.catalog
    today, guided = catalog.find("kling-o3-pro", "service"), catalog.find("kling-o3-pro")
    assert today is not None
    assert guided is not None
    assert (today.price.a_second(None, True), today.clip_seconds) == (0.3, 10)
    assert (guided.price.a_second(None, True), guided.clip_seconds) == (0.14, 15), "the guide says what it said"
    assert "127.0.0.1" in today.price.source


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        (b"<html><body>502 Bad Gateway</body></html>", 200, "the answer is not JSON"),
        (b"<html>", 503, "the service answered 503"),
        (b'{"error": "slow down"}', 429, "the service answered 429: slow down"),
        (b"[]", 200, "the answer has no list of models in it"),
        (b'{"data": {}}', 200, "the answer has no list of models in it"),
        (b'{"data": []}', 200, "the answer lists no video model"),
        (b'{"data": [1, null, {"id": 3}, {"id": "x", "model_spec": 7}]}', 200, "the answer lists no video model"),
        (b'{"data": [' + b'{"id": "a"},' * 900_000 + b"{}]}", 200, "too long for a list of models"),
        (b'{"data": [' + b"1," * 6_000 + b"1]}", 200, "lists 6,001 models, which cannot be right"),
        (b"[" * 500_000, 200, "the answer is not JSON"),
        (b"\xff\xfe", 200, "the answer is not JSON"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_an_answer_of_another_shape_is_told_and_nothing_is_written(
    tmp_path: Path, answer: bytes, status: int, said: str
) -> None:
    with service(answer, status=status) as url:
        done = refresh(tmp_path, url)
    assert done.returncode == 3
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "config").exists()


def test_odd_entries_do_no_harm(tmp_path: Path) -> None:
    listed = published()
    odd = entry(listed, "kling-o3-pro-reference-to-video")["model_spec"]
    odd["name"] = "x" * 100_000
    odd["constraints"] |= {"durations": "5s", "aspect_ratios": [1, None, "16:9"], "prompt_character_limit": "many"}
    entry(listed, "wan-3-0-reference-to-video")["model_spec"]["constraints"]["resolutions"] = ['8"k', "a\nb"]
    with service(json.dumps(listed).encode()) as url:
        done = refresh(tmp_path, url)
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "config" / "sbc").iterdir()
    (tmp_path / "sbc.toml").write_text(f"models = {json.dumps(str(file))}\n")
    assert not read_project(tmp_path / "film.sb").models.diagnostics


@pytest.mark.parametrize("quote", [-1.0, float("nan"), 1e12])
def test_prices_that_cannot_be_leave_the_known_ones(tmp_path: Path, quote: float) -> None:
    with service(json.dumps(published()).encode(), quote=quote) as url:
        done = refresh(tmp_path, url)
    assert done.returncode == 0, done.stderr
    assert "prices could not be loaded" in done.stdout
    (file,) = (tmp_path / "config" / "sbc").iterdir()
    (tmp_path / "sbc.toml").write_text(f"models = {json.dumps(str(file))}\n")
    project = read_project(tmp_path / "film.sb").models
    assert not project.diagnostics
    kling = project.catalog.find("kling-o3-pro", "service")
    assert kling is not None
    assert kling.price.a_second(None, True) == 0.154


def test_where_nobody_answers(tmp_path: Path) -> None:
    with service(b"") as url:
        pass
    done = refresh(tmp_path, url)
    assert done.returncode == 3
    assert "the list of models could not be loaded: no connection" in done.stderr
