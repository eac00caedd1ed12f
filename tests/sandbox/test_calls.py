"""The sandbox over TCP: bodies it takes and refuses, and the clips it gives."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import av
import httpx
import pytest

from storyboard.sandbox.app import Settings
from storyboard.sandbox.server import SandboxServer
from tests.sandbox.requests import grok, kling, picture, post


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(Settings(render_seconds=0)) as running:
        yield running


def test_a_clip_has_the_asked_length_aspect_and_sound(server: SandboxServer) -> None:
    body = kling()
    queued = post(server, "queue", body).json()
    answer = post(server, "retrieve", queued)
    assert answer.headers["content-type"] == "video/mp4"
    with av.open(io.BytesIO(answer.content), "r") as video:
        stream = video.streams.video[0]
        assert stream.codec_context.name == "h264"
        assert stream.width * 16 == pytest.approx(stream.height * 9, rel=0.01)
        assert video.duration
        assert video.duration / 1e6 == pytest.approx(6, abs=0.1)
        assert len(video.streams.audio) == 1
    assert server.memory.charges[body["prompt"]] == 1


def test_a_model_with_a_download_url_gives_the_clip_there_until_it_is_revoked(server: SandboxServer) -> None:
    queued = post(server, "queue", grok()).json()
    url = queued.pop("download_url")
    assert post(server, "retrieve", queued).json()["status"] == "COMPLETED"
    assert httpx.get(url, timeout=30, trust_env=False).content[4:8] == b"ftyp"
    assert httpx.delete(url, trust_env=False).status_code == 204
    assert httpx.get(url, trust_env=False).status_code == 410


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (kling(resolution="720p"), "resolution"),
        (kling(aspect_ratio="4:3"), "aspect_ratio"),
        (kling(duration="16s"), "duration"),
        (kling(duration="6"), "duration"),
        (kling(seed=1), "seed"),
        (kling(reference_image_urls=[picture()]), "reference_image_urls"),
        (kling(prompt="x" * 2501), "prompt"),
        (kling(elements=[{"frontal_image_url": picture()}] * 5), "elements"),
        (kling(elements=[{"frontal_image_url": picture(200, 300)}]), "images"),
        (kling(elements=[{"frontal_image_url": "data:image/png;base64,AAAA"}]), "images"),
        (grok(audio=True), "audio"),
        ({key: value for key, value in grok().items() if key != "aspect_ratio"}, "aspect_ratio"),
    ],
)
def test_what_the_model_does_not_take_is_refused_and_not_charged(
    server: SandboxServer, body: dict[str, Any], field: str
) -> None:
    answer = post(server, "queue", body)
    assert answer.status_code == 400
    assert [field] in [issue["path"] for issue in answer.json()["issues"]]
    assert not server.memory.charges


def test_a_tag_without_a_picture_fails_after_the_charge(server: SandboxServer) -> None:
    queued = post(server, "queue", grok(prompt="@Image2 waits.")).json()
    assert server.memory.charges["@Image2 waits."] == 1
    del queued["download_url"]
    assert post(server, "retrieve", queued).status_code == 422


def test_without_a_key_nothing_is_queued(server: SandboxServer) -> None:
    assert post(server, "queue", grok(), {}).status_code == 401
    assert not server.memory.jobs


def test_the_forty_first_queue_call_of_a_minute_waits(server: SandboxServer) -> None:
    answers = [post(server, "queue", {"model": "none"}).status_code for _ in range(41)]
    assert answers == [400] * 40 + [429]


def test_a_queue_id_lives_a_day() -> None:
    now = [0.0]
    with SandboxServer(Settings(render_seconds=0), clock=lambda: now[0]) as server:
        queued = post(server, "queue", kling()).json()
        now[0] = 86_401
        assert post(server, "retrieve", queued).status_code == 404
