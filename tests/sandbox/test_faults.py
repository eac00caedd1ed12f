"""Faults of the sandbox: how they are written, and what they are on the wire, read from the socket itself."""

from __future__ import annotations

import gzip
import io
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import av
import httpx
import pytest
from click.testing import CliRunner

from storyboard.cli.sandbox import command
from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.faults import BadFault, fault_table, read_fault
from storyboard.sandbox.server import SandboxServer
from tests.sandbox.requests import KEY, grok, kling, post

BODY = json.dumps(kling()).encode()


@contextmanager
def sandbox(*faults: str) -> Iterator[SandboxServer]:
    with SandboxServer(SandboxSettings(render_seconds=0), faults=faults) as server:
        yield server


def ask(server: SandboxServer, body: bytes = BODY, call: str = "queue", patience: float = 5.0) -> tuple[bytes, str]:
    """The bytes that come back for a call, and how they end: `end`, `reset` or `silence`."""
    address = urlsplit(server.base_url)
    head = f"POST {address.path}/video/{call} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n"
    with socket.create_connection((str(address.hostname), address.port or 0), timeout=patience) as wire:
        wire.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode())
        held = b""
        try:
            wire.sendall(body)
            while chunk := wire.recv(1 << 16):
                held += chunk
        except (ConnectionResetError, BrokenPipeError):
            return held, "reset"
        except TimeoutError:
            return held, "silence"
        return held, "end"


def whole_length(answer: bytes) -> int:
    """What the head of an answer announces."""
    head = answer.partition(b"\r\n\r\n")[0].lower()
    return int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("queue:500", ("queue", "500", "", 1, 1)),
        ("retrieve:404x3", ("retrieve", "404", "", 1, 3)),
        ("retrieve:429=120@2x4", ("retrieve", "429", "120", 2, 5)),
        ("retrieve:FAILEDx*", ("retrieve", "failed", "", 1, None)),
        ("queue:id=../../x@3", ("queue", "id", "../../x", 3, 3)),
        ("queue:url=https://me@venice.ai/a.mp4", ("queue", "url", "https://me@venice.ai/a.mp4", 1, 1)),
        ("download:cut-at=12.5", ("download", "cut-at", "12.5", 1, 1)),
    ],
)
def test_a_fault_says_call_what_value_from_which_call_and_how_often(text: str, fault: tuple[object, ...]) -> None:
    read = read_fault(text)
    assert (read.call, read.what, read.value, read.first, read.last) == fault


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("queue", "one looks like queue:500@2"),
        ("qeue:500", "did you mean queue?"),
        ("queue:rest", "did you mean reset?"),
        ("queue:999", "there is no fault “999”"),
        ("queue:500@0", "counted from 1"),
        ("queue:500x0", "once at least"),
        ("queue:stub=7", "stub takes no value"),
        ("queue:id", "id takes a value"),
        ("queue:trickle=fast", "a number of seconds"),
        ("retrieve:cut-at=101", "at most 100"),
        ("queue:url=http://a\r\nb", "plain ASCII in one line"),
    ],
)
def test_a_wrong_fault_is_told_with_what_was_expected(text: str, says: str) -> None:
    with pytest.raises(BadFault) as told:
        read_fault(text)
    assert says in str(told.value)
    result = CliRunner().invoke(command, ["--fault", text])
    assert result.exit_code == 2
    assert says in result.output


def test_every_fault_of_the_table_can_be_written() -> None:
    for spelt, about in fault_table()[1:]:
        name, _, value = spelt.partition("=")
        assert read_fault(f"queue:{name.rstrip('[')}" + ("=1" if value and "[" not in name else "")).what
        assert about


@pytest.mark.parametrize(("fault", "end"), [("close", "end"), ("reset", "reset"), ("reset-early", "reset")])
def test_no_byte_comes_back(fault: str, end: str) -> None:
    with sandbox(f"queue:{fault}") as server:
        assert ask(server) == (b"", end)


def test_a_reset_before_the_body_was_read_charges_nothing_and_one_after_it_does() -> None:
    with sandbox("queue:reset-early", "queue:reset@2") as server:
        ask(server)
        assert not server.memory.charges
        ask(server)
        assert server.memory.charges[kling()["prompt"]] == 1


def test_a_stall_is_silence() -> None:
    with sandbox("queue:stall") as server:
        assert ask(server, patience=0.5) == (b"", "silence")


@pytest.mark.parametrize(("fault", "end"), [("cut", "end"), ("reset-half", "reset"), ("hang", "silence")])
def test_half_a_body_comes_back(fault: str, end: str) -> None:
    with sandbox(f"queue:{fault}") as server:
        answer, ended = ask(server, patience=0.5)
        assert ended == end
        assert len(answer.partition(b"\r\n\r\n")[2]) == whole_length(answer) // 2


def test_a_head_that_is_cut_and_bytes_that_are_no_http() -> None:
    with sandbox("queue:cut-head", "queue:garbage@2", "queue:flood@3") as server:
        cut, ended = ask(server)
        assert ended == "end"
        assert cut.startswith(b"HTTP/1.1 200")
        assert b"\r\n\r\n" not in cut
        assert not ask(server)[0].startswith(b"HTTP")
        assert len(ask(server)[0].partition(b"\r\n\r\n")[0]) > 1_000_000


def test_a_trickle_comes_byte_by_byte() -> None:
    with sandbox("complete:trickle=0.05") as server:
        queued = post(server, "queue", kling()).json()
        began = time.monotonic()
        answer, ended = ask(server, json.dumps(queued).encode(), "complete")
        assert ended == "end"
        assert answer.endswith(b'{"success":true}')
        assert time.monotonic() - began > 0.05 * len('{"success":true}')


def test_an_endless_answer_goes_on_past_all_that_is_asked() -> None:
    with (
        sandbox("queue:endless") as server,
        httpx.stream("POST", f"{server.base_url}/video/queue", content=BODY, headers=KEY, trust_env=False) as answer,
    ):
        taken = 0
        for block in answer.iter_raw():
            taken += len(block)
            if taken > 20_000_000:
                break
    assert taken > 20_000_000


@pytest.mark.parametrize(
    ("fault", "header"), [("429=120", "120"), ("429=soon", "soon"), ("429", None), ("503=-5", "-5")]
)
def test_a_busy_service_says_how_long_or_nonsense_or_nothing(fault: str, header: str | None) -> None:
    with sandbox(f"queue:{fault}") as server:
        answer = post(server, "queue", kling())
        assert answer.status_code == int(fault[:3])
        assert answer.headers.get("retry-after") == header
        assert not server.memory.charges
        assert server.memory.queued[kling()["prompt"]] == 1, "it is counted though it did not reach the service"


def test_a_retry_after_can_be_a_date() -> None:
    with sandbox("queue:429=date") as server:
        assert post(server, "queue", kling()).headers["retry-after"].endswith("GMT")


@pytest.mark.parametrize("status", [500, 502, 504, 302, 201])
def test_what_may_have_been_charged_is(status: int) -> None:
    with sandbox(f"queue:{status}") as server:
        answer = post(server, "queue", kling())
        assert answer.status_code == status
        assert server.memory.charges[kling()["prompt"]] == 1
        assert ("location" in answer.headers) == (status == 302)


def test_a_fault_is_counted_by_call_and_ends() -> None:
    with sandbox("queue:503@2x2") as server:
        assert [post(server, "queue", kling()).status_code for _ in range(4)] == [200, 503, 503, 200]


def test_faults_of_a_clip_wait_for_the_clip() -> None:
    now = [0.0]
    with SandboxServer(SandboxSettings(render_seconds=10), lambda: now[0], faults=["retrieve:stub"]) as server:
        queued = post(server, "queue", kling()).json()
        assert post(server, "retrieve", queued).json()["status"] == "PROCESSING"
        now[0] = 20
        assert post(server, "retrieve", queued).content == b"nothing"
        assert post(server, "retrieve", queued).content[4:8] == b"ftyp"


def test_answers_of_the_service_are_changed_field_by_field() -> None:
    with sandbox("queue:id=../../x", "queue:no-id@2", "queue:no-url@3", "queue:url=file:///etc/passwd@4") as server:
        first, second, third, fourth = (post(server, "queue", grok()).json() for _ in range(4))
    assert first["queue_id"] == "../../x"
    assert "queue_id" not in second
    assert "download_url" not in third
    assert fourth["download_url"] == "file:///etc/passwd"


@pytest.mark.parametrize("fault", ["sound-only", "short", "no-frames", "cut-at=30", "page", "playlist", "bomb"])
def test_what_is_called_a_clip_is_none(fault: str) -> None:
    with sandbox(f"retrieve:{fault}") as server:
        queued = post(server, "queue", kling()).json()
        with httpx.stream(
            "POST",
            f"{server.base_url}/video/retrieve",
            json=queued,
            headers=KEY,
            timeout=30,
            trust_env=False,
            verify=False,
        ) as answer:
            raw = b"".join(answer.iter_raw())
    assert answer.headers["content-type"] == "video/mp4"
    if fault == "bomb":
        assert len(raw) < 3_000_000
        with gzip.open(io.BytesIO(raw)) as unpacked:
            assert len(unpacked.read(10_000_000)) == 10_000_000
    elif fault in ("sound-only", "short"):
        with av.open(io.BytesIO(raw), "r") as container:
            assert len(container.streams.video) == (fault == "short")
            assert container.duration
            assert container.duration / 1e6 == pytest.approx(1 if fault == "short" else 5, abs=0.1)
    else:
        assert count_frames(raw) < 6 * 24


def count_frames(data: bytes) -> int:
    """Frames that can be decoded before the first that cannot."""
    count = 0
    with suppress(av.error.FFmpegError, IndexError), av.open(io.BytesIO(data), "r", format="mp4") as container:
        for _ in container.decode(container.streams.video[0]):
            count += 1
    return count


def test_a_request_that_is_none_is_answered() -> None:
    with sandbox("queue:500@9") as server:
        address = urlsplit(server.base_url)
        for sent, status in [
            (b"nonsense\r\n\r\n", b"400"),
            (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        ]:
            with socket.create_connection((str(address.hostname), address.port or 0), timeout=5) as wire:
                wire.sendall(sent)
                assert status in wire.recv(1000)
