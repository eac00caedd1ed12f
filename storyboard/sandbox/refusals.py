"""Refusals of the sandbox: exceptions raised anywhere in a call, turned into answers by the application."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from storyboard.sandbox import errors

_Body = TypeVar("_Body", bound=BaseModel)


class Refusal(Exception):
    """A call that is turned down, with its answer."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self.answer = JSONResponse(body, status, headers)


async def answer_refusal(_: Request, refused: Exception) -> Response:
    """The answer to a refused call."""
    assert isinstance(refused, Refusal)
    return refused.answer


def check_key(request: Request) -> None:
    """Refuse a call without a key."""
    said = request.headers.get("authorization")
    if said is None:
        raise Refusal(402, errors.key_needed(str(request.url)))
    kind, _, key = said.partition(" ")
    if kind.lower() != "bearer" or not key.strip():
        raise Refusal(401, errors.standard_error("Authentication failed"))


def parse_body(kind: type[_Body], raw: bytes) -> _Body:
    """A body of a kind; any other one is refused, field by field."""
    try:
        return kind.model_validate_json(raw)
    except ValidationError as wrong:
        found = wrong.errors(include_url=False, include_input=False, include_context=False)
        said = [(tuple(one["loc"]), one["msg"].removeprefix("Value error, ")) for one in found]
        raise Refusal(400, errors.detailed_error(said)) from None


def refuse_wrong(wrong: list[errors.Wrong]) -> None:
    """Refuse a body in which something is wrong."""
    if wrong:
        raise Refusal(400, errors.detailed_error(wrong))
