"""Error bodies of the service, in the shapes of the API reference (OpenAPI version 20260821.193530) and in shapes that
other clients have seen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

#: A field of the body, as a path into it, and its problem.
Wrong = tuple[tuple[str | int, ...], str]


def standard_error(words: str) -> dict[str, Any]:
    """StandardError."""
    return {"error": words}


def detailed_error(wrong: Iterable[Wrong]) -> dict[str, Any]:
    """DetailedError: `details` by field, as documented, and `issues`, as seen. Both carry the accepted values."""
    details: dict[str, Any] = {"_errors": []}
    by_field: defaultdict[str, list[str]] = defaultdict(list)
    issues = []
    for path, reason in wrong:
        issues.append({"code": "custom", "message": reason, "path": list(path)})
        if path:
            by_field[str(path[0])].append(reason)
        else:
            details["_errors"].append(reason)
    details |= {field: {"_errors": reasons} for field, reasons in by_field.items()}
    return {"error": "Invalid request parameters", "details": details, "issues": issues}


def too_large(most: int) -> dict[str, Any]:
    """PayloadTooLargeError; `most` is in bytes."""
    return {"code": "PAYLOAD_TOO_LARGE", "error": f"Request exceeds the maximum allowed size of {most // 10**6} MB."}


def policy_violation(words: str, suggested_prompt: str | None = None) -> dict[str, Any]:
    """ContentViolationError: the answer to a queue call."""
    return {"error": words} | ({"suggested_prompt": suggested_prompt} if suggested_prompt else {})


def content_rejection(words: str, *, refunded: bool) -> dict[str, Any]:
    """ProviderContentPolicyError: the answer to a retrieve call, after the charge."""
    return {"error": {"message": words, "type": "provider_content_policy", "credits_refunded": refunded}}


def no_credit() -> dict[str, Any]:
    """The 402 of a key whose balance is used up."""
    return {"error": "Insufficient USD or Diem balance to complete request", "code": "INSUFFICIENT_BALANCE"}


def consent_needed(roles: list[str], policy: str, version: str) -> dict[str, Any]:
    """The 409 of a model that asks the person something first. `roles` are the media that show faces."""
    return {
        "error": {"code": "needs_consent", "message": "This request needs your consent before it can be queued."},
        "consent_flow": "seedance",
        "face_media_roles": roles,
        "consent": {"consent_version": version, "policy_text": policy},
        "docs_url": "https://docs.venice.ai/api-reference/endpoint/video/queue",
    }


def key_needed(resource: str) -> dict[str, Any]:
    """X402InferencePaymentRequired: the 402 of a call without a key, with no way to pay in it."""
    docs = "https://docs.venice.ai/api-reference"
    return {
        "x402Version": 2,
        "error": "Authentication required",
        "resource": {
            "url": resource,
            "description": "The sandbox: nothing is paid here",
            "mimeType": "application/json",
        },
        "accepts": [],
        "authOptions": {
            "apiKey": {
                "header": "Authorization: Bearer YOUR_API_KEY",
                "getKey": "https://venice.ai/settings/api",
                "docs": docs,
            },
            "x402Wallet": {
                "header": "SIGN-IN-WITH-X",
                "legacyHeader": "X-Sign-In-With-X",
                "topUp": "POST /api/v1/x402/top-up",
                "docs": docs,
            },
        },
    }
