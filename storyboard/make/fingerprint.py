"""The fingerprint of a made thing: a digest of its request."""

from __future__ import annotations

from hashlib import sha256


def fingerprint_of(call: str, told: str) -> str:
    """The fingerprint of a request, given the path of its call and the request as JSON: `sha256:…`."""
    return f"sha256:{sha256(f'{call} {told}'.encode('utf-8', 'surrogatepass')).hexdigest()}"
