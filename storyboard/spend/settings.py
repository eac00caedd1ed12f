"""The key and the address of the service. Only the person sets them, never a script."""

from __future__ import annotations

import os
import re
import stat
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from storyboard.venice.address import BadAddress, check_base_url, is_the_service
from storyboard.venice.secret import SHORTEST, Secret
from storyboard.venice.service import service_facts

VARIABLE = "VENICE_API_KEY"
BILLING_VARIABLE = "VENICE_ADMIN_KEY"
#: Under this name the ledger knows the sandbox, which is not paid.
SANDBOX = "the sandbox"
_LARGEST = 1 << 16
_KEY = re.compile(r"[\x21-\x7e]{1,500}")


class MissingSetting(Exception):
    """The person has to set something; the message says what and how."""


def choose_base_url(given: str | None) -> str:
    """The address of the calls: that of the command line, or Venice's. Raises MissingSetting."""
    if given is None:
        return str(service_facts("service")["base_url"])
    try:
        return check_base_url(given)
    except BadAddress as problem:
        shown = re.sub(r"//[^/]*@", "//…@", given)  # who writes a key into an address has it shown nowhere else
        raise MissingSetting(f"--base-url {shown} {problem}") from None


def find_key(base_url: str, environment: Mapping[str, str], folder: Path) -> Secret:
    """The key for an address.

    A key from the environment is sent wherever the person says; one from `.env` in the current folder or from the
    user's config file only to Venice. Raises MissingSetting.
    """
    if text := environment.get(VARIABLE, "").strip():
        return _checked(text, VARIABLE)
    if not is_the_service(base_url):
        raise MissingSetting(
            f"there is no key for {base_url}: set {VARIABLE} in the environment; a key in a file is sent only to Venice"
        )
    dotenv, config = folder / ".env", config_path(environment)
    for path, read in ((dotenv, _from_dotenv), (config, _from_config)):
        if text := read(path):
            return _checked(text, str(path))
    raise MissingSetting(
        f'there is no key: set {VARIABLE}, or put {VARIABLE}=… into .env here, or key = "…" into {config}. '
        "To try everything without a key and without paying: --sandbox"
    )


def find_billing_key(base_url: str, environment: Mapping[str, str], folder: Path) -> Secret:
    """The key that reads the bill: an administrator's key, from a variable of its own, which never pays for anything.

    Without one it is the ordinary key, which some accounts allow to read the bill. Raises MissingSetting.
    """
    if text := environment.get(BILLING_VARIABLE, "").strip():
        return _checked(text, BILLING_VARIABLE)
    return find_key(base_url, environment, folder)


def config_path(environment: Mapping[str, str]) -> Path:
    """The path of the user's config file."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(environment.get("APPDATA") or home / "AppData" / "Roaming")
    else:
        base = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "sbc" / "config.toml"


def _checked(text: str, source: str) -> Secret:
    """A key in a plausible form. Raises MissingSetting for text that cannot be a key."""
    if not _KEY.fullmatch(text):
        raise MissingSetting(f"the key in {source} is not a key: a key is one word of plain letters and digits")
    if len(text) < SHORTEST:
        raise MissingSetting(
            f"the key in {source} is not a key: it has {len(text)} characters, and a key has at least {SHORTEST}"
        )
    return Secret(text)


def _from_dotenv(path: Path) -> str:
    """The key in a `.env` file: lines `NAME=value`, with optional quotes and `#` comments; the last one counts."""
    found = ""
    for line in _read(path).splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and name.strip() == VARIABLE:
            value = value.strip()
            is_quoted = value[:1] in ("'", '"')
            found = value[1:].partition(value[0])[0] if is_quoted else value.partition(" #")[0]
    return found.strip()


def _from_config(path: Path) -> str:
    """The key in the config file, which only its owner may be able to read."""
    text = _read(path)
    if not text:
        return ""
    if os.name == "posix" and path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise MissingSetting(f"{path} contains a key that others on this machine can read; run: chmod 600 {path}")
    try:
        key = tomllib.loads(text).get("key", "")
    except tomllib.TOMLDecodeError:
        raise MissingSetting(f'{path} cannot be read; it looks like: key = "…"') from None
    return key.strip() if isinstance(key, str) else ""


def _read(path: Path) -> str:
    """The content of a small text file; empty if there is none. Raises MissingSetting if it cannot be read."""
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return file.read(_LARGEST).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise MissingSetting(f"{path} cannot be read") from None


def service_name(base_url: str) -> str:
    """The name of the service in the ledger: a folder keeps to one service."""
    parts = urlsplit(base_url)
    return parts.hostname if is_the_service(base_url) and parts.hostname else f"{parts.scheme}://{parts.netloc}"
