"""Access control: which requests the studio answers.

Each start has a token of 256 bits. It is in the fragment of the address, which browsers never send, and the page sends
it in a header, which pages of other sites cannot set. Media have a separate secret in their path, because an `<img>`
sends no header; that secret gives access to pictures and nothing else.
"""

from __future__ import annotations

import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from storyboard.compiler.loader import LARGEST_SCRIPT

#: The header that the page says the token in.
TOKEN_HEADER = "x-sbc-token"  # noqa: S105 # its name, not its value
_TOKEN_BYTES = 32
#: Bytes of the largest request: a script of the largest size, its line ends and quotation marks spelled as JSON does.
LARGEST_SCRIPT_REQUEST = 2 * LARGEST_SCRIPT


def _secret() -> str:
    return secrets.token_urlsafe(_TOKEN_BYTES)


@dataclass(frozen=True, slots=True)
class Access:
    """The secrets of one start; `nonce` marks the style sheets that the page makes itself."""

    token: str = field(default_factory=_secret, repr=False)
    media: str = field(default_factory=_secret, repr=False)
    nonce: str = field(default_factory=_secret, repr=False)

    def check(self, request: Request) -> None:
        """Reject a request without the token. Raises HTTPException."""
        said = request.headers.get(TOKEN_HEADER, "")
        if not hmac.compare_digest(said.encode(), self.token.encode()):
            raise HTTPException(401, "This page was opened without its token: take the address from the terminal.")

    async def body(self, request: Request, most: int = LARGEST_SCRIPT_REQUEST) -> dict[str, Any]:
        """The JSON object of an authorized request, of at most `most` bytes. Raises HTTPException."""
        self.check(request)
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise HTTPException(415, "Requests are JSON.")
        data = bytearray()
        async for part in request.stream():
            data += part
            if len(data) > most:
                raise HTTPException(413, "This is too large.")
        try:
            body = json.loads(data)
        except (ValueError, RecursionError):
            raise HTTPException(400, "This is not JSON.") from None
        if not isinstance(body, dict):
            raise HTTPException(400, "This is not a JSON object.")
        return body
