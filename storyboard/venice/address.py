"""Addresses that `sbc` may call, and those that may receive the key."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from storyboard.venice.service import service_facts


class BadAddress(ValueError):
    """An address that sbc does not speak to; the message says why, in words that follow it."""


def check_base_url(text: str) -> str:
    """The address before `/video/queue`, without a slash at its end. Raises BadAddress."""
    parts = _split(text)
    if parts.username is not None or parts.password is not None:
        raise BadAddress("contains a user name; a key comes from the environment only")
    if parts.query or parts.fragment:
        raise BadAddress("has a ? or a #; it is the address before /video/queue")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise BadAddress("is plain http, which would expose your key and pictures; use https")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadAddress("is not an address; one looks like https://api.venice.ai/api/v1")
    return text.rstrip("/")


def is_the_service(base_url: str) -> bool:
    """Whether this is Venice itself, where a key from a file may go."""
    return _origin(base_url) == _origin(service_facts("service")["base_url"])


def may_fetch(url: str, base_url: str) -> bool:
    """Whether a clip may be fetched from an address that an answer named: over https from the service's domain, or from
    exactly where the calls go."""
    try:
        parts = _split(url)
        if parts.username is not None or parts.password is not None:
            return False
        if _origin(url) == _origin(base_url):
            return True
    except BadAddress:
        return False
    domain = service_facts("service")["media_domain"]
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and parts.port in (None, 443) and (host == domain or host.endswith(f".{domain}"))


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _origin(url: str) -> tuple[str, str, int | None]:
    parts = _split(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


def _split(text: str) -> SplitResult:
    """The parts of an address. Raises BadAddress for what no client reads alike."""
    if any(ord(one) <= 0x20 or ord(one) >= 0x7F or one == "\\" for one in text):
        raise BadAddress("contains a space or a character that no address has")
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018 # reading it is what checks it
    except ValueError:
        raise BadAddress("is not an address") from None
    return parts
