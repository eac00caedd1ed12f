"""Which addresses are spoken to, which may have the key, and which a clip may come from."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storyboard.venice.address import BadAddress, check_base_url, is_loopback, is_the_service, may_fetch

VENICE = "https://api.venice.ai/api/v1"
HERE = "http://127.0.0.1:8080/api/v1"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        (VENICE, VENICE),
        (f"{VENICE}/", VENICE),
        (HERE, HERE),
        ("http://localhost:1/", "http://localhost:1"),
        ("http://LocalHost/x", "http://LocalHost/x"),
        ("http://[::1]:8080/api", "http://[::1]:8080/api"),
        ("http://127.9.8.7", "http://127.9.8.7"),
        ("https://proxy.example.com:8443/venice", "https://proxy.example.com:8443/venice"),
    ],
)
def test_addresses_that_are_spoken_to(given: str, used: str) -> None:
    assert check_base_url(given) == used


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("http://example.com/api/v1", "is plain http"),
        ("http://192.168.0.4:8080", "is plain http"),
        ("http://127.0.0.1.example.com", "is plain http"),
        ("http://localhost.example.com", "is plain http"),
        ("http://0.0.0.0:80", "is plain http"),
        ("http://[2001:db8::1]/", "is plain http"),
        ("https://sk-key@api.venice.ai/api/v1", "contains a user name"),
        ("https://user:sk-key@api.venice.ai/api/v1", "contains a user name"),
        ("https://@api.venice.ai/", "contains a user name"),
        (f"{VENICE}?key=1", "has a ? or a #"),
        (f"{VENICE}#queue", "has a ? or a #"),
        ("ftp://api.venice.ai/", "is not an address"),
        ("file:///etc/passwd", "is not an address"),
        ("api.venice.ai/api/v1", "is not an address"),
        ("https://", "is not an address"),
        ("https:///api", "is not an address"),
        ("", "is not an address"),
        ("https://api.venice.ai:eighty/", "is not an address"),
        ("https://api.venice.ai:99999/", "is not an address"),
        ("https://[::1/", "is not an address"),
        ("https://api.venice.ai /", "contains a space"),
        ("https://api.venice.ai\n.example.com/", "contains a space"),
        ("https://api.venice.ai\\@example.com/", "contains a space"),
        ("https://аpi.venice.ai/", "contains a space"),  # the first letter is Cyrillic
    ],
)
def test_addresses_that_are_refused(given: str, why: str) -> None:
    with pytest.raises(BadAddress, match=f"^{re.escape(why)}"):
        check_base_url(given)


@pytest.mark.parametrize(
    ("address", "is_it"),
    [
        (VENICE, True),
        ("https://API.Venice.AI/api/v2", True),
        ("https://api.venice.ai:443/", True),
        ("https://api.venice.ai:8443/api/v1", False),
        ("http://api.venice.ai/api/v1", False),
        ("https://venice.ai/api/v1", False),
        ("https://api.venice.ai.example.com/", False),
        ("https://evil-api.venice.ai/", False),
        (HERE, False),
    ],
)
def test_a_key_from_a_file_goes_to_venice_only(address: str, is_it: bool) -> None:
    assert is_the_service(address) is is_it


@pytest.mark.parametrize(
    "url",
    [
        "https://venice.ai/clip.mp4",
        "https://media.venice.ai/a/b.mp4?signature=1",
        "https://MEDIA.VENICE.AI:443/b.mp4",
        "http://127.0.0.1:8080/media/1.mp4",
    ],
)
def test_clips_come_from_venice_or_from_where_the_calls_go(url: str) -> None:
    assert may_fetch(url, HERE)


@pytest.mark.parametrize(
    "url",
    [
        "http://media.venice.ai/b.mp4",
        "https://media.venice.ai:8443/b.mp4",
        "https://venice.ai.example.com/b.mp4",
        "https://notvenice.ai/b.mp4",
        "https://example.com/venice.ai",
        "https://user@media.venice.ai/b.mp4",
        "https://user@127.0.0.1:8080/b.mp4",
        "http://user:word@127.0.0.1:8080/b.mp4",
        "http://127.0.0.1:8081/media/1.mp4",
        "https://127.0.0.1:8080/media/1.mp4",
        "http://localhost:8080/media/1.mp4",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "data:video/mp4;base64,AAAA",
        "//media.venice.ai/b.mp4",
        "https://media.venice.ai\\@example.com/b.mp4",
        "https://media.venice.ai:port/",
        "",
    ],
)
def test_a_clip_comes_from_nowhere_else(url: str) -> None:
    assert not may_fetch(url, HERE)


@given(st.text())
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    assert not may_fetch(text, VENICE) or text.startswith(("https://", "HTTPS://"))
    try:
        used = check_base_url(text)
    except BadAddress:
        return
    assert used.lower().startswith(("http://", "https://"))


@given(st.sampled_from(["https", "http"]), st.from_regex(r"[a-z0-9.-]{1,30}", fullmatch=True))
def test_a_host_outside_the_domain_never_hands_out_a_clip(scheme: str, host: str) -> None:
    expected = scheme == "https" and (host == "venice.ai" or host.endswith(".venice.ai"))
    assert may_fetch(f"{scheme}://{host}/clip.mp4", VENICE) is expected


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.255.0.1", "::1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["", "0.0.0.0", "localhost.", "::", "2130706433", "0x7f.1", "example.com"])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)
