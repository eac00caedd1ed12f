"""The protocol: what an answer of the service means. Pure: answers in, outcomes out; no network, no clock.

Each call has its own table, because one status means different things: after a queue call, a 500 means that the money
may be gone; after a retrieve call, that the render may be. A status without an entry counts as the worse case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple, TypeGuard

from storyboard.venice.service import service_facts


class Answer(NamedTuple):
    """An HTTP answer. Header names are in lower case; `whole` is false where the body was cut or too long."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    whole: bool = True


class Queued(NamedTuple):
    """Charged and in the queue. `download_url` is a secret: whoever has it has the clip."""

    queue_id: str
    download_url: str | None


class Delivered(NamedTuple):
    """Charged, and the answer holds what was bought. `request_id` is its name on the bill, where the answer has one."""

    request_id: str | None


class Refused(NamedTuple):
    """Not charged. `words` are the service's own; `stops` where nothing more may be sent."""

    status: int
    words: str
    stops: bool


class Busy(NamedTuple):
    """Not charged, or not ready: ask again after `wait` seconds, None where the service names none."""

    wait: float | None


class Unknown(NamedTuple):
    """The money may be gone and there is no id. `why` follows `the service`: `answered 502`."""

    why: str


class Running(NamedTuple):
    """In work. `average` is how long such a render takes, in seconds, where the service says it."""

    average: float | None


class Completed(NamedTuple):
    """Finished; what the job made is at the download address."""


class Media(NamedTuple):
    """The body is what the job made."""


class Failed(NamedTuple):
    """The render ended without a clip, for good; `refunded` where the service says that the money came back."""

    words: str
    refunded: bool = False


class Missing(NamedTuple):
    """The service does not know the job: not yet, or no more."""

    words: str


class Broken(NamedTuple):
    """The service stumbled over the job; the end of it where that goes on."""

    words: str


QueueOutcome = Queued | Refused | Busy | Unknown
RetrieveOutcome = Running | Completed | Media | Failed | Missing | Broken | Busy | Refused

#: No render takes a day, in milliseconds.
_LONGEST_AVERAGE = 86_400_000

#: No price and no time of the service is as large; a larger integer may not even be a float.
_LARGEST_NUMBER = 1e15
#: Accepted values that are shown of one list.
_MOST_VALUES = 40
#: Characters of the longest text that is kept of an answer.
_LONGEST_TEXT = 4_000
#: What no database, terminal or JSON file should be given: control characters and halves of surrogate pairs.
_UNSTORABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

_QUEUE_ID = re.compile(r"[A-Za-z0-9._:-]+")


def refused_or_busy(answer: Answer, now: float) -> Refused | Busy | None:
    """What the status of a paid call says where it was not charged; None for any other. `now` is the wall clock in
    seconds since 1970, for a Retry-After that names a moment."""
    facts = service_facts("queue")
    if answer.status in facts["busy"]:
        return Busy(retry_after(answer.headers, now))
    # The status alone decides: a refused call was not charged, however much of the reason arrived.
    if 400 <= answer.status < 500 and answer.status not in facts["unsure"]:
        return Refused(answer.status, words_of(answer), answer.status in facts["stop"])
    return None


def read_queue(answer: Answer, now: float) -> QueueOutcome:
    """What a queue call did; `now` as of `refused_or_busy`."""
    if (outcome := refused_or_busy(answer, now)) is not None:
        return outcome
    if answer.status != 200:
        return Unknown(f"answered {answer.status}")
    if not answer.whole:
        return Unknown("gave an incomplete answer")
    body = _json(answer)
    # The guide's samples call it `id`.
    queue_id = body.get("queue_id", body.get("id")) if isinstance(body, dict) else None
    if not _is_queue_id(queue_id):
        return Unknown("accepted it without a usable id")
    url = body.get("download_url")
    return Queued(queue_id, storable_text(url) if isinstance(url, str) and url else None)


def read_notices(answer: Answer, asked: str) -> tuple[str, ...]:
    """What an answer says besides about the model that was asked for: that it ends, and when; what takes its place;
    that another one made the clip. A sentence each, without an end.

    The headers are documented for pictures; on video they may come, too. After a model's end the service may serve a
    like one under its name.
    """
    said = {name: " ".join(storable_text(answer.headers.get(name, "")).split()) for name in _DEPRECATION.values()}
    notices = []
    if text := said[_DEPRECATION["warning"]]:
        notices.append(f"the service says about {asked}: {text}")
    if said[_DEPRECATION["flag"]].lower() == "true" or said[_DEPRECATION["date"]]:
        when = f" on {said[_DEPRECATION['date']]}" if said[_DEPRECATION["date"]] else ""
        notices.append(f"{asked} ends{when}")
    if after := said[_DEPRECATION["replacement"]]:
        notices.append(f"{after} replaces {asked}")
    body = _json(answer) if answer.status == 200 and answer.whole else None
    made_by = body.get("model") if isinstance(body, dict) else None
    if isinstance(made_by, str) and made_by and made_by != asked:
        notices.append(f"the service makes this clip with {storable_text(made_by)}, not with {asked}")
    other = said[_DEPRECATION["made_by"]]
    if other and other != asked and answer.status == 200:
        notices.append(f"the service used {other}, not {asked}")
    return tuple(notices)


#: Headers about the model that answered, and about one that ends.
_DEPRECATION = {
    "warning": "x-venice-model-deprecation-warning",
    "date": "x-venice-model-deprecation-date",
    "flag": "x-venice-deprecated",
    "replacement": "x-venice-deprecated-replacement",
    "made_by": "x-venice-model-id",
}


def storable_text(text: str) -> str:
    """A text of the service as it may be kept and shown: of bounded length, and in characters that can be encoded."""
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text[:_LONGEST_TEXT])


def _is_queue_id(value: object) -> TypeGuard[str]:
    longest = service_facts("limits")["queue_id_length"]
    return isinstance(value, str) and len(value) <= longest and _QUEUE_ID.fullmatch(value) is not None


def read_retrieve(answer: Answer, now: float) -> RetrieveOutcome:
    """What a retrieve call says. For a 200 it is enough that the body begins: see `is_video`."""
    facts = service_facts("retrieve")
    if answer.status in facts["busy"]:
        return Busy(retry_after(answer.headers, now))
    if answer.status in facts["stop"]:
        return Refused(answer.status, words_of(answer), stops=True)
    if answer.status in facts["missing"]:
        return Missing(words_of(answer))
    if answer.status in facts["refused"]:
        return Failed(_with_refund(answer), _refunded(answer) is True)
    if answer.status in facts["broken"]:
        return Broken(words_of(answer))
    if answer.status != 200:
        return Busy(None)
    if is_video(answer):
        return Media()
    body = _json(answer) if answer.whole else None
    if not isinstance(body, dict) or not isinstance(body.get("status"), str):
        return Busy(None)
    status = body["status"].upper()
    if status == facts["completed"]:
        return Completed()
    if status in facts["failed"]:
        return Failed(words_of(answer) if "error" in body else "the render failed", _refunded(answer) is True)
    average = _number(body.get("average_execution_time"))
    return Running(average / 1000 if average and average < _LONGEST_AVERAGE else None)


def is_video(answer: Answer) -> bool:
    """Whether the body is meant as a clip, by its first bytes; by its type only where they say nothing."""
    head = answer.body[:12]
    if head[4:8] == b"ftyp":
        return True
    kind = answer.headers.get("content-type", "").lower()
    return kind.startswith(("video/", "application/octet-stream")) and not head.lstrip().startswith(b"{")


def read_quote(answer: Answer) -> float | None:
    """The price in US dollars, None where the answer holds none: nobody gives clips away, or takes a fortune."""
    body = _json(answer) if answer.whole and answer.status == 200 else None
    price = _number(body.get("quote")) if isinstance(body, dict) else None
    return price if price is not None and 0 < price <= service_facts("quotes")["largest_usd"] else None


def read_balance(answer: Answer) -> float | None:
    """What the key may spend in US dollars: the sum of its balances, each of which is as good as dollars. None where
    the answer holds none."""
    body = _json(answer) if answer.whole and answer.status == 200 else None
    data = body.get("data") if isinstance(body, dict) else None
    balances = data.get("balances") if isinstance(data, dict) else None
    if not isinstance(balances, dict) or _number(balances.get("USD")) is None:
        return None
    return sum(_number(value) or 0.0 for value in balances.values())


def _number(value: object) -> float | None:
    """A finite number that is not below zero, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _LARGEST_NUMBER:
        return None
    return float(value)


def words_of(answer: Answer) -> str:
    """What the service says about a refusal, in one line, whatever shape it has. Never empty."""
    body = _json(answer)
    said = list(_sayings(body)) if isinstance(body, dict) else []
    text = _sentences(" ".join(storable_text(one).split()) for one in dict.fromkeys(said) if one.strip())
    return text[:1000] or f"answer {answer.status} without an explanation"


def _sentences(texts: Iterable[str]) -> str:
    """Texts in a row, with a stop between those that have none."""
    *before, last = [*texts] or [""]
    return " ".join([*(one if one.endswith((".", "!", "?", ":", ";")) else f"{one}." for one in before), last])


def _sayings(body: dict[str, Any]) -> list[str]:
    found: list[str] = []
    error = body.get("error")
    if isinstance(error, str):
        found.append(error)
    elif isinstance(error, dict):
        found += [str(error[key]) for key in ("message", "code") if isinstance(error.get(key), str)][:1]
    if isinstance(body.get("message"), str):
        found.append(body["message"])
    issues = body.get("issues")
    for issue in issues if isinstance(issues, list) else ():
        found += _issue(issue)
    found += _details(body.get("details"))
    consent = body.get("consent")
    if isinstance(consent, dict) and isinstance(consent.get("policy_text"), str):
        found.append(consent["policy_text"])
    if isinstance(body.get("suggested_prompt"), str):
        found.append(f"It suggests this prompt: {body['suggested_prompt']}")
    for place in (body, error if isinstance(error, dict) else {}):
        if isinstance(place.get("recommended_model"), str):
            found.append(f"It recommends the model {place['recommended_model']}")
    return found


def _issue(issue: object) -> Iterator[str]:
    """One of `issues`, as `path: message (accepted: 5s, 10s)`; a bare text as it is."""
    if isinstance(issue, str):
        yield issue
    if not isinstance(issue, dict):
        return
    path, message = issue.get("path"), issue.get("message")
    where = ".".join(str(one) for one in path if isinstance(one, str | int)) if isinstance(path, list) else ""
    words = message if isinstance(message, str) else ""
    lists = (_values(value) for key, value in issue.items() if key != "path")
    accepted = next((values for values in lists if values and not all(one in words for one in values)), ())
    if accepted:
        words = f"{words} (accepted: {', '.join(accepted)})".lstrip()
    if words:
        yield f"{where}: {words}" if where else words


def _details(details: object) -> list[str]:
    """`details` in the shapes that were seen: a text, a list of accepted values, or fields, each with its values or
    with `{"_errors": ["text", …]}`."""
    if isinstance(details, str):
        return [details]
    if accepted := _values(details):
        return [f"accepted: {', '.join(accepted)}"]
    found: list[str] = []
    for key, value in details.items() if isinstance(details, dict) else ():
        errors = value.get("_errors") if isinstance(value, dict) else None
        texts = [error for error in errors if isinstance(error, str)] if isinstance(errors, list) else []
        found += texts if key == "_errors" else [f"{key}: {text}" for text in texts]
        if accepted := _values(value):
            found.append(", ".join(accepted) if key == "_errors" else f"{key}: {', '.join(accepted)}")
    return found


def _values(value: object) -> tuple[str, ...]:
    """A list of texts and numbers as texts, empty for anything else."""
    if not isinstance(value, list) or not all(isinstance(one, str | int | float) for one in value):
        return ()
    return tuple(
        storable_text(str(one)) if isinstance(one, str) else f"{_number(one) or 0:g}" for one in value[:_MOST_VALUES]
    )


def _with_refund(answer: Answer) -> str:
    """The words, and whether the money came back."""
    said = {True: "The credits were refunded.", False: "The credits were not refunded.", None: ""}
    return _sentences([one for one in (words_of(answer), said[_refunded(answer)]) if one])


def _refunded(answer: Answer) -> bool | None:
    """Whether the money came back: said in the error where the reference has it, or beside it; None where it is not."""
    body = _json(answer)
    error = body.get("error") if isinstance(body, dict) else None
    places = [one for one in (error, body) if isinstance(one, dict)]
    said = next((one["credits_refunded"] for one in places if "credits_refunded" in one), None)
    return said if isinstance(said, bool) else None


def _json(answer: Answer) -> Any:  # noqa: ANN401 # whatever stands there
    if answer.headers.get("content-encoding", "identity").lower() not in ("identity", ""):
        return None
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        return None


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that the service asks for a wait: `Retry-After` as seconds or as a date, None where it says nothing
    usable."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,6})?", text):
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def reset_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds until calls are free again where none is left, None where some are or nothing is said."""
    if headers.get("x-ratelimit-remaining-requests", "").strip() != "0":
        return None
    try:
        value = float(headers.get("x-ratelimit-reset-requests", ""))
    except ValueError:
        return None
    if value > service_facts("limits")["milliseconds_above"]:
        value = value / 1000 - now
    return value if 0 <= value < service_facts("limits")["milliseconds_above"] else None
