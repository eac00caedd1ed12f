"""What each answer of the service is taken for, call by call."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.venice.protocol import (
    Answer,
    Broken,
    Busy,
    Completed,
    Failed,
    Media,
    Missing,
    Queued,
    Refused,
    Running,
    Unknown,
    read_queue,
    read_quote,
    read_retrieve,
    reset_after,
    retry_after,
    words_of,
)

#: 2026-08-21 12:00:00 UTC, in seconds since 1970.
NOW = 1787313600.0
JSON = {"content-type": "application/json"}
MP4 = b"\x00\x00\x00\x18ftypmp42"


def answer(status: int = 200, body: Any = None, *, whole: bool = True, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {**JSON, **named}, data, whole)


# A queue call: where it is not certain that nothing was charged, it is unknown.


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 410, 413, 422])
def test_refused_at_the_queue_and_not_charged(status: int) -> None:
    outcome = read_queue(answer(status, {"error": "No"}), NOW)
    assert outcome == Refused(status, "No", stops=status in (401, 402, 403))


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_queue_is_asked_again(status: int) -> None:
    assert read_queue(answer(status, {}), NOW) == Busy(None)
    assert read_queue(answer(status, {}, retry_after="12"), NOW) == Busy(12.0)


@pytest.mark.parametrize("status", [100, 201, 202, 204, 301, 302, 307, 408, 425, 499, 500, 501, 502, 504, 599])
def test_a_status_of_no_table_is_unknown(status: int) -> None:
    outcome = read_queue(answer(status, {"queue_id": "good"}), NOW)
    assert outcome == Unknown(f"answered {status}")


@pytest.mark.parametrize("queue_id", ["a", "0f8fad5b-d9cd-469f-a165-70867728950e", "A.b_c:d-9", "x" * 200])
def test_a_queued_clip(queue_id: str) -> None:
    assert read_queue(answer(200, {"queue_id": queue_id}), NOW) == Queued(queue_id, None)


def test_a_queued_clip_with_an_address() -> None:
    url = "https://media.venice.ai/1.mp4"
    assert read_queue(answer(200, {"queue_id": "a", "download_url": url}), NOW) == Queued("a", url)
    assert read_queue(answer(200, {"queue_id": "a", "download_url": ""}), NOW) == Queued("a", None)
    assert read_queue(answer(200, {"queue_id": "a", "download_url": [url]}), NOW) == Queued("a", None)


UNUSABLE = [
    "",
    "../../etc/passwd",
    "a/b",
    "a b",
    "a\n",
    "ä",
    "x" * 201,
    "a%2e",
    "<id>",
    None,
    7,
    True,
    ["a"],
    {"id": "a"},
]


@pytest.mark.parametrize("queue_id", UNUSABLE, ids=lambda one: repr(one)[:20])
def test_an_id_that_cannot_be_used_is_unknown(queue_id: object) -> None:
    assert isinstance(read_queue(answer(200, {"queue_id": queue_id}), NOW), Unknown)


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"null", b"[]", b'"queue_id"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_cannot_be_read_is_unknown(body: bytes) -> None:
    assert isinstance(read_queue(answer(200, body), NOW), Unknown)


def test_a_cut_or_packed_answer_is_unknown() -> None:
    body = {"queue_id": "good"}
    assert isinstance(read_queue(answer(200, body, whole=False), NOW), Unknown)
    assert isinstance(read_queue(answer(200, body, content_encoding="gzip"), NOW), Unknown)


@pytest.mark.parametrize("status", [400, 401, 404, 405, 413, 418, 422, 451])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"\xff\xfe",
        b'{"error": "cut',
        b'{"error": "' + b"x" * 2_000_000,
        b"[" * 10_000,
        b'{"error": NaN}',
    ],
    ids=["empty", "page", "bytes", "cut", "long", "deep", "NaN"],
)
def test_a_refusal_is_one_whatever_its_body(status: int, body: bytes) -> None:
    outcome = read_queue(answer(status, body, whole=False), NOW)
    assert isinstance(outcome, Refused)
    assert outcome.words == f"answer {status} without an explanation"


@given(st.integers(100, 599), st.binary(max_size=60), st.booleans())
def test_whatever_is_not_certain_is_never_called_uncharged(status: int, body: bytes, whole: bool) -> None:
    outcome = read_queue(answer(status, body, whole=whole), NOW)
    if isinstance(outcome, Refused | Busy):
        assert status in {*range(400, 500), 503} - {408, 425, 499}
    elif isinstance(outcome, Queued):
        assert (status, whole) == (200, True)


@pytest.mark.parametrize("text", [r'"https://x.venice.ai/\ud83d"', '"https://x.venice.ai/\\u0000"'])
def test_an_address_that_cannot_be_stored_costs_no_id(text: str) -> None:
    body = f'{{"queue_id": "q1", "download_url": {text}}}'.encode()
    outcome = read_queue(answer(200, body), NOW)
    assert outcome == Queued("q1", "https://x.venice.ai/\ufffd")


@pytest.mark.parametrize("number", ["9" * 400, "-1", "NaN", "Infinity", "1e400", "1e300", '"5"', "true", "[]", "null"])
def test_a_number_that_is_none_is_none(number: str) -> None:
    body = f'{{"status": "PROCESSING", "average_execution_time": {number}, "quote": {number}}}'.encode()
    assert read_retrieve(answer(200, body), NOW) == Running(None)
    assert read_quote(answer(200, body)) is None


# A retrieve call.


@pytest.mark.parametrize("word", ["PROCESSING", "processing", "QUEUED", "Running", "something new", ""])
def test_running(word: str) -> None:
    assert read_retrieve(answer(200, {"status": word, "average_execution_time": 90_000}), NOW) == Running(90.0)


@pytest.mark.parametrize("average", [None, 0, -5, 1e12, "90", True, [90]])
def test_an_average_that_cannot_be_is_none(average: object) -> None:
    assert read_retrieve(answer(200, {"status": "RUNNING", "average_execution_time": average}), NOW) == Running(None)


@pytest.mark.parametrize("body", [b'{"status": "RUNNING", "average_execution_time": NaN}', b'{"status": "RUNNING"}'])
def test_an_average_that_is_no_number_is_none(body: bytes) -> None:
    assert read_retrieve(answer(200, body), NOW) == Running(None)


@pytest.mark.parametrize("word", ["COMPLETED", "completed"])
def test_completed(word: str) -> None:
    assert read_retrieve(answer(200, {"status": word}), NOW) == Completed()


def test_failed() -> None:
    assert read_retrieve(answer(200, {"status": "FAILED"}), NOW) == Failed("the render failed")
    assert read_retrieve(answer(200, {"status": "failed", "error": "No faces"}), NOW) == Failed("No faces")


@pytest.mark.parametrize(
    ("refunded", "words"),
    [
        (True, "Moderated. The credits were refunded."),
        (False, "Moderated. The credits were not refunded."),
        (None, "Moderated"),
        ("yes", "Moderated"),
    ],
)
def test_refused_by_moderation_is_final(refunded: object, words: str) -> None:
    end = Failed(words, refunded is True)
    assert read_retrieve(answer(422, {"error": "Moderated", "credits_refunded": refunded}), NOW) == end
    error = {"message": "Moderated", "type": "provider_content_policy", "credits_refunded": refunded}
    assert read_retrieve(answer(422, {"error": error}), NOW) == end


@pytest.mark.parametrize("status", [400, 404, 410])
def test_missing(status: int) -> None:
    assert read_retrieve(answer(status, {"error": "Media not found"}), NOW) == Missing("Media not found")


def test_a_stumble_over_the_job() -> None:
    assert read_retrieve(answer(500, {"error": "Inference failed"}), NOW) == Broken("Inference failed")


@pytest.mark.parametrize("status", [401, 402, 403])
def test_the_key_is_not_taken(status: int) -> None:
    assert read_retrieve(answer(status, {"error": "No"}), NOW) == Refused(status, "No", stops=True)


@pytest.mark.parametrize("status", [100, 204, 302, 418, 429, 502, 503, 504, 599])
def test_anything_else_is_asked_again(status: int) -> None:
    assert read_retrieve(answer(status, {"status": "FAILED"}), NOW) == Busy(None)


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"[]", b"null", b'{"status": 7}', b"{}"])
def test_an_answer_without_a_status_is_asked_again(body: bytes) -> None:
    assert read_retrieve(answer(200, body), NOW) == Busy(None)


def test_a_clip_is_known_by_its_first_bytes_whatever_its_type() -> None:
    for kind in ("video/mp4", "application/json", "text/html", ""):
        assert read_retrieve(answer(200, MP4, content_type=kind, whole=False), NOW) == Media()


def test_json_under_the_type_of_a_clip_is_json() -> None:
    body = {"status": "PROCESSING"}
    assert read_retrieve(answer(200, body, content_type="video/mp4"), NOW) == Running(None)
    assert read_retrieve(answer(200, b"  " + json.dumps(body).encode(), content_type="video/mp4"), NOW) == Running(None)


@given(st.integers(100, 599), st.binary(max_size=60))
def test_no_answer_breaks_the_reading(status: int, body: bytes) -> None:
    assert read_retrieve(answer(status, body), NOW)
    assert words_of(answer(status, body))


# Words, prices, waits.


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": "Too long"}, "Too long"),
        ({"error": {"message": "Too long", "code": "LENGTH"}}, "Too long"),
        ({"error": {"code": "LENGTH"}}, "LENGTH"),
        ({"code": "LENGTH", "error": "Too long"}, "Too long"),
        (
            {"error": "Invalid", "issues": [{"path": ["duration"], "message": "5s or 10s"}]},
            "Invalid. duration: 5s or 10s",
        ),
        (
            {"error": "Invalid", "issues": [{"path": ["elements", 0, "url"], "message": "x"}]},
            "Invalid. elements.0.url: x",
        ),
        ({"error": "Invalid", "issues": [{"message": "x"}, {"message": "x"}, "y", None]}, "Invalid. x. y"),
        ({"error": "Invalid", "details": ["7s", "13s"]}, "Invalid. accepted: 7s, 13s"),
        ({"error": "Invalid", "details": "one of 7s, 13s"}, "Invalid. one of 7s, 13s"),
        ({"error": "Invalid", "details": {"duration": ["7s", 13]}}, "Invalid. duration: 7s, 13"),
        (
            {"error": "Invalid", "issues": [{"path": ["duration"], "message": "not it", "options": ["7s", "13s"]}]},
            "Invalid. duration: not it (accepted: 7s, 13s)",
        ),
        (
            {"error": "Invalid", "issues": [{"path": ["duration"], "message": "7s or 13s", "options": ["7s", "13s"]}]},
            "Invalid. duration: 7s or 13s",
        ),
        ({"error": "bad \ud83d\x1b[2J"}, "bad \ufffd\ufffd[2J"),
        (
            {"error": "Invalid", "details": {"_errors": ["a"], "duration": {"_errors": ["b"]}}},
            "Invalid. a. duration: b",
        ),
        ({"error": "Invalid", "details": {"duration": ["b"]}}, "Invalid. duration: b"),
        ({"message": "Try later"}, "Try later"),
        (
            {"error": "Blocked", "suggested_prompt": "A quiet harbor"},
            "Blocked. It suggests this prompt: A quiet harbor",
        ),
        (
            {"error": "Consent", "consent": {"policy_text": "You may use these faces."}},
            "Consent. You may use these faces.",
        ),
        ({"error": "two\n  lines"}, "two lines"),
        ({"error": "  "}, "answer 400 without an explanation"),
        ({"error": 7, "issues": 7, "details": 7, "consent": 7}, "answer 400 without an explanation"),
        ({}, "answer 400 without an explanation"),
        (b"<html>edge</html>", "answer 400 without an explanation"),
        (b"", "answer 400 without an explanation"),
    ],
)
def test_the_words_of_a_refusal_whatever_its_shape(body: object, words: str) -> None:
    assert words_of(answer(400, body)) == words


def test_long_words_are_cut() -> None:
    assert len(words_of(answer(400, {"error": "a" * 5000}))) == 1000


@pytest.mark.parametrize(("quote", "price"), [(0.56, 0.56), (1, 1.0)])
def test_a_price(quote: object, price: float) -> None:
    assert read_quote(answer(200, {"quote": quote})) == price


@pytest.mark.parametrize(
    "body", [{}, {"quote": 0}, {"quote": "0.56"}, {"quote": None}, {"quote": True}, {"quote": -1}, [], b"", b"{"]
)
def test_no_price(body: object) -> None:
    assert read_quote(answer(200, body)) is None


@pytest.mark.parametrize("body", [b'{"quote": NaN}', b'{"quote": Infinity}', b'{"quote": 1e999}'])
def test_a_price_without_end_is_none(body: bytes) -> None:
    assert read_quote(answer(200, body)) is None


def test_a_price_in_a_bad_answer_is_none() -> None:
    assert read_quote(answer(400, {"quote": 1})) is None
    assert read_quote(answer(200, {"quote": 1}, whole=False)) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("12", 12.0),
        (" 1.5 ", 1.5),
        ("999999999", 999999999.0),
        ("Fri, 21 Aug 2026 12:00:30 GMT", 30.0),
        ("Fri, 21 Aug 2026 11:00:00 GMT", 0.0),
        ("-5", None),
        ("1e3", None),
        ("soon", None),
        ("٣", None),
        ("9999999999", None),
        ("Fri, 99 Aug 2026 12:00:30 GMT", None),
        ("", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": text}, NOW) == seconds


@given(st.text(max_size=40))
def test_no_retry_after_breaks_the_reading(text: str) -> None:
    seconds = retry_after({"retry-after": text}, NOW)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("left", "reset", "seconds"),
    [
        ("0", "7", 7.0),
        ("0", f"{(NOW + 7) * 1000:.0f}", 7.0),
        ("1", "7", None),
        ("", "7", None),
        ("0", "", None),
        ("0", "soon", None),
        ("0", "-1", None),
        ("0", "nan", None),
        ("0", "inf", None),
    ],
)
def test_calls_left(left: str, reset: str, seconds: float | None) -> None:
    headers = {"x-ratelimit-remaining-requests": left, "x-ratelimit-reset-requests": reset}
    assert reset_after(headers, NOW) == seconds
