"""Whose key is used, where it may go, and that no script has a say in it."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from storyboard.spend.settings import MissingSetting, choose_base_url, config_path, find_key, service_name
from tests.render.command_project import commands
from tests.render.run_fixture import KEY

VENICE = "https://api.venice.ai/api/v1"
ELSEWHERE = "https://proxy.example.com/api/v1"


def write(path: Path, text: str, mode: int = 0o600) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)
    return path


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment without a key, whose config files are under `tmp_path`."""
    return {"XDG_CONFIG_HOME": str(tmp_path / "config"), "APPDATA": str(tmp_path / "config")}


@pytest.fixture
def config(home: dict[str, str]) -> Path:
    return config_path(home)


# In which order a key is looked for.


def test_the_environment_goes_before_the_folder_and_that_before_the_users_file(
    tmp_path: Path, home: dict[str, str], config: Path
) -> None:
    write(config, 'key = "from-the-config-file"')
    assert find_key(VENICE, home, tmp_path).reveal() == "from-the-config-file"
    write(tmp_path / ".env", "VENICE_API_KEY=from-the-dotenv-file\n")
    assert find_key(VENICE, home, tmp_path).reveal() == "from-the-dotenv-file"
    assert (
        find_key(VENICE, {**home, "VENICE_API_KEY": " from-this-one-shell\n"}, tmp_path).reveal()
        == "from-this-one-shell"
    )
    assert find_key(VENICE, {**home, "VENICE_API_KEY": " "}, tmp_path).reveal() == "from-the-dotenv-file"


def test_a_key_from_a_file_stays_with_venice(tmp_path: Path, home: dict[str, str], config: Path) -> None:
    write(config, 'key = "from-the-config-file"')
    write(tmp_path / ".env", "VENICE_API_KEY=from-the-dotenv-file\n")
    for address in (ELSEWHERE, "http://127.0.0.1:8080", "https://api.venice.ai:8443/api/v1"):
        with pytest.raises(MissingSetting, match=r"VENICE_API_KEY") as caught:
            find_key(address, home, tmp_path)
        assert "from-" not in str(caught.value)
        assert (
            find_key(address, {**home, "VENICE_API_KEY": "from-this-one-shell"}, tmp_path).reveal()
            == "from-this-one-shell"
        )


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("VENICE_API_KEY=abcdefghijklmnop", "abcdefghijklmnop"),
        ("  VENICE_API_KEY = abcdefghijklmnop  ", "abcdefghijklmnop"),
        ("export VENICE_API_KEY=abcdefghijklmnop\n", "abcdefghijklmnop"),
        ("export  VENICE_API_KEY=abcdefghijklmnop\n", "abcdefghijklmnop"),
        ('VENICE_API_KEY="abcdefghijklmnop" # mine', "abcdefghijklmnop"),
        ("VENICE_API_KEY='abcdefghijklmnop'", "abcdefghijklmnop"),
        ("VENICE_API_KEY=abcdefghijklmnop # mine", "abcdefghijklmnop"),
        ("VENICE_API_KEY=abcdefgh#ijklmnop", "abcdefgh#ijklmnop"),
        ("\ufeffVENICE_API_KEY=abcdefghijklmnop\r\nOTHER=1\r\n", "abcdefghijklmnop"),
        ("# VENICE_API_KEY=old\nOTHER=1\nVENICE_API_KEY=abcdefghijklmnop\n", "abcdefghijklmnop"),
        ("VENICE_API_KEY=\nVENICE_API_KEY=abcdefghijklmnop", "abcdefghijklmnop"),
    ],
)
def test_a_dotenv_as_people_write_it(tmp_path: Path, home: dict[str, str], text: str, key: str) -> None:
    (tmp_path / ".env").write_bytes(text.encode())
    assert find_key(VENICE, home, tmp_path).reveal() == key


@pytest.mark.parametrize("text", ["", "VENICE_API_KEY=", "#VENICE_API_KEY=abc", "MY_VENICE_API_KEY=abc", "abc"])
def test_a_dotenv_without_a_key(tmp_path: Path, home: dict[str, str], text: str) -> None:
    (tmp_path / ".env").write_text(text)
    with pytest.raises(MissingSetting, match="there is no key"):
        find_key(VENICE, home, tmp_path)


@pytest.mark.parametrize(
    "key", ["two words", "schlüssel", "k" * 501, "line\nbreak", "tab\tkey", "sk\x1b[31m", "sk-15-characters"[:15]]
)
def test_what_cannot_be_a_key_is_refused_without_showing_it(tmp_path: Path, home: dict[str, str], key: str) -> None:
    with pytest.raises(MissingSetting, match="the key in VENICE_API_KEY is not a key") as caught:
        find_key(VENICE, {**home, "VENICE_API_KEY": key}, tmp_path)
    assert key not in str(caught.value)


# The user's file.


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660, 0o610])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, home: dict[str, str], config: Path, mode: int) -> None:
    write(config, 'key = "from-the-config-file"', mode)
    with pytest.raises(MissingSetting, match=f"chmod 600 {config}") as caught:
        find_key(VENICE, home, tmp_path)
    assert "from-the-config-file" not in str(caught.value)


@pytest.mark.parametrize("text", ["key = ", "key: abc", 'key = "a', "\x00"])
def test_a_config_file_that_cannot_be_read(tmp_path: Path, home: dict[str, str], config: Path, text: str) -> None:
    write(config, text)
    with pytest.raises(MissingSetting, match="it looks like: key = "):
        find_key(VENICE, home, tmp_path)


@pytest.mark.parametrize("text", ["", "other = 1", "key = 7", 'key = ""', '[venice]\nkey = "abc"'])
def test_a_config_file_without_a_key(tmp_path: Path, home: dict[str, str], config: Path, text: str) -> None:
    write(config, text)
    with pytest.raises(MissingSetting, match="there is no key"):
        find_key(VENICE, home, tmp_path)


def test_a_file_that_is_no_text(tmp_path: Path, home: dict[str, str]) -> None:
    (tmp_path / ".env").write_bytes(b"VENICE_API_KEY=\xff\xfe")
    with pytest.raises(MissingSetting, match="cannot be read"):
        find_key(VENICE, home, tmp_path)
    (tmp_path / ".env").unlink()
    (tmp_path / ".env").mkdir()
    with pytest.raises(MissingSetting, match="there is no key"):
        find_key(VENICE, home, tmp_path)


def test_the_message_without_a_key_says_all_ways(tmp_path: Path, home: dict[str, str], config: Path) -> None:
    with pytest.raises(MissingSetting) as caught:
        find_key(VENICE, home, tmp_path)
    for way in ("VENICE_API_KEY", ".env", str(config), "--sandbox"):
        assert way in str(caught.value)


# The address.


def test_without_an_address_it_is_venice() -> None:
    assert choose_base_url(None) == VENICE
    assert choose_base_url(f"{ELSEWHERE}/") == ELSEWHERE


@pytest.mark.parametrize(
    ("address", "name"),
    [
        (VENICE, "api.venice.ai"),
        ("https://API.venice.ai:443/api/v2", "api.venice.ai"),
        (ELSEWHERE, "https://proxy.example.com"),
        ("http://127.0.0.1:8080/api/v1", "http://127.0.0.1:8080"),
    ],
)
def test_under_which_name_a_folder_knows_who_is_paid(address: str, name: str) -> None:
    assert service_name(address) == name


# The same, through the command.


def test_without_a_key_nothing_is_done(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        for words in ((), ("--base-url", here.url)):
            done = here.sbc("render", "film.sb", "--yes", *words, key=None)
            assert done.code == 2
            assert "there is no key" in done.err
            assert "VENICE_API_KEY" in done.err
        assert here.paths == []
        assert not (tmp_path / "out").exists()


def test_a_key_from_a_file_is_found_for_venice_and_never_goes_to_another_address(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        for name, text in ((".env", f"VENICE_API_KEY={KEY}"), ("home/.config/sbc/config.toml", f'key = "{KEY}"')):
            path = write(tmp_path / name, text)
            found = here.sbc("render", "film.sb", key=None)
            assert found.code == 2
            assert "no terminal" in found.err, "the key was found; only the consent was not"
            refused = here.sbc("render", "film.sb", "--yes", "--base-url", here.url, key=None)
            assert refused.code == 2
            assert f"there is no key for {here.url}" in refused.err
            assert KEY not in found.err + refused.err
            path.unlink()
        assert here.paths == []


@pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX has them")
def test_a_config_file_for_everybody_is_refused(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        path = write(tmp_path / "home/.config/sbc/config.toml", f'key = "{KEY}"', 0o644)
        done = here.sbc("render", "film.sb", "--yes", key=None)
        assert done.code == 2
        assert f"chmod 600 {path}" in done.err


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://example.com/api/v1", "plain http"),
        ("https://sk-1@api.venice.ai/api/v1", "contains a user name"),
        ("venice", "is not an address"),
    ],
)
def test_an_address_that_is_refused(tmp_path: Path, address: str, words: str) -> None:
    with commands(tmp_path, 1) as here:
        done = here.sbc("render", "film.sb", "--yes", "--base-url", address)
        assert done.code == 2
        assert words in done.err.split("sbc: ")[1]
        assert "sk-1" not in done.err
    quote = here.sbc("plan", "film.sb", "--quote", "--base-url", address)
    assert quote.code == 2
    assert quote.err.split("sbc: ")[1] == done.err.split("sbc: ")[1]


def test_there_is_no_option_for_a_key(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        done = here.sbc("render", "film.sb", "--key", "abc")
        assert done.code == 2
        assert "No such option" in done.err
        assert "key " not in " ".join(here.sbc("render", "--help").out.partition("Options:")[2].split()).lower()


OVERREACHING = {
    "Key: sk-1": "SB102",
    "Api-key: sk-1": "SB101",
    "VENICE_API_KEY: sk-1": "SB101",
    "Base-url: https://example.com/api/v1": "SB101",
    "Host: example.com": "SB102",
    "Out: ../elsewhere": "SB102",
    "Max-cost: 1000": "SB101",
    "Budget: 1000": "SB102",
    "Yes: true": "SB102",
    "Consent: yes": "SB102",
}


def test_a_script_sets_neither_key_nor_host_nor_budget_nor_output_nor_consent(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        here.edit("Title: Test\n", "\n".join(("Title: Test", *OVERREACHING, "")))
        report = here.sbc("check", "film.sb", key=None)
        for line, code in enumerate(OVERREACHING.values(), 2):
            assert f"film.sb:{line}:1: error {code}" in report.out
        done = here.render("--yes")
        assert done.code == 1
        assert "sk-1" not in done.out
        assert here.paths == []
        assert not (tmp_path / "out").exists()


def test_an_included_file_has_no_say_either(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here:
        (tmp_path / "cast.sb").write_text("Key: sk-1\nOut: ../elsewhere\nYes: true\n\nCHARACTER Tom\nlook: tall\n")
        here.script.write_text(f"{here.script.read_text()}\nINCLUDE cast.sb\n")
        done = here.render("--yes")
        assert done.code == 1
        assert "cast.sb:1:1: error" in done.err
        assert here.paths == []


# Proxies.


class ProxyRequest(NamedTuple):
    """What a proxy was asked for."""

    method: str
    address: str
    has_key: bool


@contextmanager
def proxy() -> Iterator[tuple[str, list[ProxyRequest]]]:
    """A proxy that lets nothing through; its address, and what it was asked for."""
    asked: list[ProxyRequest] = []

    class Closed(BaseHTTPRequestHandler):
        def refuse(self) -> None:
            asked.append(ProxyRequest(self.command, self.path, KEY in str(self.headers)))
            self.rfile.read(int(self.headers.get("content-length", "0")))
            self.send_response(403)
            self.send_header("content-length", "0")
            self.end_headers()

        do_GET = do_POST = do_CONNECT = refuse  # noqa: N815 # as the library calls them

        def log_message(self, *_: object) -> None:
            """Silent."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Closed) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_a_proxy_of_the_environment_takes_part_only_when_asked(tmp_path: Path) -> None:
    with commands(tmp_path, 1) as here, proxy() as (address, asked):
        words = ("render", "film.sb", "--yes", "--base-url", here.url)
        assert here.sbc(*words, HTTP_PROXY=address, http_proxy=address).code == 0
        assert asked == []
        through = here.sbc(
            *words, "--trust-env", "--accept-estimate", "--retake", "s01c01", HTTP_PROXY=address, http_proxy=address
        )
        assert through.code == 3
        # What is free is asked side by side, the price without the key; the refused queue call is the last.
        *free, paid = asked
        assert sorted(free) == [
            ProxyRequest("GET", f"{here.url}/api_keys/rate_limits", has_key=True),
            ProxyRequest("POST", f"{here.url}/video/quote", has_key=False),
        ]
        assert paid == ProxyRequest("POST", f"{here.url}/video/queue", has_key=True)
