"""The sandbox over TCP: bodies it takes and refuses, and the clips it gives."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import av
import pytest

from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.server import SandboxServer
from tests.sandbox.requests import KEY, grok, kling, picture, post, seedance, send


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with SandboxServer(SandboxSettings(render_seconds=0)) as running:
        yield running


@pytest.mark.parametrize("faults", [(), ("queue:500@99",)])
def test_only_this_machine_is_answered(faults: tuple[str, ...]) -> None:
    """A page of the network that calls itself by our address says its own name."""
    with SandboxServer(SandboxSettings(render_seconds=0), faults=faults) as server:
        path = f"{server.base_url}/models"
        for host, status in {"evil.example": 400, "evil.example:80": 400, "localhost": 200, "127.0.0.1:1": 200}.items():
            assert send("GET", path, headers={"Host": host}).status_code == status


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
    assert send("GET", url).content[4:8] == b"ftyp"
    assert send("DELETE", url).status_code == 204
    assert send("GET", url).status_code == 410


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (kling(resolution="720p"), ["resolution"]),
        (kling(aspect_ratio="4:3"), ["aspect_ratio"]),
        (kling(duration="16s"), ["duration"]),
        (kling(duration="6"), ["duration"]),
        (kling(seed=1), ["seed"]),
        (kling(elements=[], end_image_url=picture()), ["elements"]),
        (kling(elements=[{}]), ["elements", 0]),
        (kling(scene_image_urls=[picture()] * 5), ["scene_image_urls"]),
        (kling(reference_image_urls=[picture()]), ["reference_image_urls"]),
        (kling(prompt="x" * 2501), ["prompt"]),
        (kling(elements=[{"frontal_image_url": picture()}] * 5), ["elements"]),
        (kling(elements=[{"frontal_image_url": picture(200, 300)}]), ["elements", 0, "frontal_image_url"]),
        (kling(elements=[{"frontal_image_url": "data:image/png;base64,AAAA"}]), ["elements", 0, "frontal_image_url"]),
        (grok(audio=True), ["audio"]),
        ({key: value for key, value in grok().items() if key != "aspect_ratio"}, ["aspect_ratio"]),
    ],
)
def test_what_the_model_does_not_take_is_refused_and_not_charged(
    server: SandboxServer, body: dict[str, Any], field: list[str | int]
) -> None:
    answer = post(server, "queue", body)
    assert answer.status_code == 400
    assert field in [issue["path"] for issue in answer.json()["issues"]]
    assert field[0] in answer.json()["details"]
    assert not server.memory.charges


def test_a_tag_without_a_picture_fails_after_the_charge(server: SandboxServer) -> None:
    queued = post(server, "queue", grok(prompt="@Image2 waits.")).json()
    assert server.memory.charges["@Image2 waits."] == 1
    del queued["download_url"]
    assert post(server, "retrieve", queued).status_code == 422


def test_a_failure_after_the_charge_says_whether_the_money_came_back(server: SandboxServer) -> None:
    queued = post(server, "queue", kling(prompt="@Element7 waits.")).json()
    error = post(server, "retrieve", queued).json()["error"]
    assert error["type"] == "provider_content_policy"
    assert error["credits_refunded"] is False
    assert "@Element7" in error["message"]


@pytest.mark.parametrize("call", ["queue", "retrieve", "complete"])
def test_a_call_without_a_key_is_asked_to_pay_and_one_with_a_wrong_header_is_not_let_in(
    server: SandboxServer, call: str
) -> None:
    without = post(server, call, grok(), {})
    assert without.status_code == 402
    assert without.json()["authOptions"]["apiKey"]["header"].startswith("Authorization: Bearer")
    for header in ("Basic abc", "Bearer"):
        assert post(server, call, grok(), {"Authorization": header}).status_code == 401
    assert not server.memory.jobs


def test_a_quote_needs_no_key_and_drops_what_it_does_not_know(server: SandboxServer) -> None:
    body = {"model": "kling-o3-pro-reference-to-video", "duration": "10s", "audio": False, "prompt": 7}
    assert post(server, "quote", body, {}).json() == {"quote": 1.23}
    assert post(server, "quote", body | {"audio": True}, {}).json() == {"quote": 1.54}
    assert post(server, "quote", body | {"duration": "16s"}, {}).status_code == 400
    assert post(server, "quote", body | {"resolution": "720p"}, {}).status_code == 400
    assert not server.memory.charges


def test_the_model_list_says_what_each_takes(server: SandboxServer) -> None:
    answer = send("GET", f"{server.base_url}/models", params={"type": "video"}).json()
    listed = {one["id"]: one["model_spec"]["constraints"] for one in answer["data"]}
    assert listed["grok-imagine-reference-to-video-private"]["durations"] == [f"{n}s" for n in range(1, 11)]
    assert listed["kling-o3-pro-reference-to-video"]["resolutions"] == []
    assert not send("GET", f"{server.base_url}/models", params={"type": "text"}).json()["data"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/video/queue", 405),
        ("POST", "/models", 405),
        ("POST", "/video/nothing", 404),
        ("PUT", "/video/quote", 405),
    ],
)
def test_a_wrong_path_or_method_is_answered_in_json(server: SandboxServer, method: str, path: str, status: int) -> None:
    answer = send(method, server.base_url + path, headers=KEY)
    assert answer.status_code == status
    assert isinstance(answer.json()["error"], str)


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"model": null}'])
def test_a_body_that_is_none_is_refused(server: SandboxServer, raw: bytes) -> None:
    for call in ("quote", "queue", "retrieve", "complete"):
        answer = send("POST", f"{server.base_url}/video/{call}", content=raw, headers=KEY)
        assert answer.status_code == 400
        assert answer.json()["error"] == "Invalid request parameters"


def test_a_body_over_the_limit_is_refused(server: SandboxServer) -> None:
    answer = send("POST", f"{server.base_url}/video/queue", content=b"x" * 35_000_001, headers=KEY)
    assert answer.status_code == 413
    assert answer.json()["code"] == "PAYLOAD_TOO_LARGE"


def test_a_model_that_never_was_and_one_that_is_gone(server: SandboxServer) -> None:
    assert post(server, "queue", kling(model="kling")).status_code == 400
    assert post(server, "queue", grok(model="grok-imagine-reference-to-video")).status_code == 410


def test_complete_deletes_the_clip(server: SandboxServer) -> None:
    queued = post(server, "queue", kling()).json()
    assert post(server, "complete", queued).json() == {"success": True}
    assert post(server, "retrieve", queued).status_code == 404
    assert post(server, "complete", queued).json() == {"success": False}


def test_a_clip_can_be_deleted_as_it_is_fetched(server: SandboxServer) -> None:
    queued = post(server, "queue", kling()).json()
    ticket = queued | {"delete_media_on_completion": True}
    assert post(server, "retrieve", ticket).headers["content-type"] == "video/mp4"
    assert post(server, "retrieve", ticket).status_code == 404


def test_retrieve_wants_the_model_of_the_job_and_no_other_field(server: SandboxServer) -> None:
    queued = post(server, "queue", kling()).json()
    assert post(server, "retrieve", {"queue_id": queued["queue_id"]}).status_code == 400
    assert post(server, "retrieve", queued | {"more": 1}).status_code == 400
    assert post(server, "retrieve", queued | {"model": grok()["model"]}).status_code == 404


def test_a_download_url_takes_few_fetches(server: SandboxServer) -> None:
    url = post(server, "queue", grok()).json()["download_url"]
    statuses = [send("GET", url).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429, 410]


CONSENTS = dict.fromkeys(
    ["confirmed_terms_and_privacy", "confirmed_legal_right", "confirmed_screening_acknowledged"], True
)


def test_a_model_that_minds_people_asks_for_consent_and_then_refuses_them() -> None:
    with SandboxServer(SandboxSettings(render_seconds=0, people=True)) as server:
        asked = post(server, "queue", seedance())
        assert asked.status_code == 409
        assert asked.json()["error"]["code"] == "needs_consent"
        assert asked.json()["face_media_roles"] == ["reference_image"]
        assert "legal right" in asked.json()["consent"]["policy_text"]
        assert post(server, "queue", seedance(consents={"seedance": CONSENTS})).status_code == 422
        half = {"seedance": CONSENTS | {"confirmed_legal_right": False}}
        assert post(server, "queue", seedance(consents=half)).status_code == 400
        assert not server.memory.charges
        assert post(server, "queue", grok()).status_code == 200, "other models do not mind"


def test_unless_told_so_no_picture_is_taken_for_one_of_a_person(server: SandboxServer) -> None:
    assert post(server, "queue", seedance()).status_code == 200
    assert post(server, "queue", kling(consents={"seedance": CONSENTS})).status_code == 400


def test_the_guide_s_samples_are_taken_by_a_sandbox_of_its_wire_alone() -> None:
    samples: list[dict[str, Any]] = [
        {
            "model": "kling-o3-pro-reference-to-video",
            "prompt": "@Element1 walks through @Image1, camera tracking from behind",
            "duration": "8",
            "aspect_ratio": "16:9",
            "audio": True,
            "elements": [{"frontal_image_url": picture(), "reference_image_urls": [picture()]}],
            "image_urls": [picture()],
        },
        {
            "model": "grok-imagine-reference-to-video",
            "prompt": "@Image1 and @Image2 walking through a park, cinematic tracking shot",
            "duration": "8",
            "aspect_ratio": "16:9",
            "referenceImageUrls": [picture(), picture()],
        },
    ]
    with SandboxServer(SandboxSettings(render_seconds=0, wire="guide")) as server:
        for sample in samples:
            answer = post(server, "queue", sample)
            assert answer.json()["model"] == sample["model"]
            ticket = {"model": sample["model"], "id": answer.json()["id"]}
            assert post(server, "retrieve", ticket).status_code == 200
        for body in (kling(), grok()):
            assert post(server, "queue", body).status_code == 400
    with SandboxServer(SandboxSettings(render_seconds=0)) as server:
        assert [post(server, "queue", sample).status_code for sample in samples] == [400, 400]


def test_the_server_keeps_what_was_sent_and_counts_it(server: SandboxServer) -> None:
    url = post(server, "queue", grok()).json()["download_url"]
    send("GET", url)
    sent, fetched = server.memory.calls
    assert json.loads(sent.body) == grok()
    assert sent.headers["authorization"] == "Bearer any"
    assert "authorization" not in fetched.headers
    assert server.memory.queued == server.memory.charges == {grok()["prompt"]: 1}
