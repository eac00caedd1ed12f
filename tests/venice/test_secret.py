"""Secrets are hidden in every spelling that JSON and addresses have, and no child process gets them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from storyboard.child_process import child_environment
from storyboard.venice.secret import Secret
from tests.render.run_fixture import KEY

ODD = "sk/live+0123456789/AbC="


def _unicode(text: str) -> str:
    return "".join(f"\\u{ord(one):04X}" for one in text)


@pytest.mark.parametrize("key", [KEY, ODD])
@pytest.mark.parametrize(
    "spell",
    [
        str,
        json.dumps,
        lambda key: key.replace("/", "\\/"),
        _unicode,
        lambda key: _unicode(key).lower(),
        lambda key: key.replace("/", "%2F").replace("+", "%2b").replace("=", "%3D"),
    ],
    ids=["plain", "json", "escaped slash", "unicode", "small unicode", "percent"],
)
def test_a_key_is_hidden_however_it_is_spelled(key: str, spell: object) -> None:
    assert callable(spell)
    spelled = spell(key)
    hidden = Secret(key).hidden_in(f"before {spelled} after")
    assert hidden.replace('"', "") == "before [hidden] after"
    assert Secret(key).hidden_from(f"\xff {spelled}".encode("latin-1")).startswith(b"\xff ")
    assert key[3:].encode() not in Secret(key).hidden_from(spelled.encode())


@pytest.mark.parametrize("key", ["", "a", "sandbox", "fifteen-letters"])
def test_a_few_letters_blot_out_nothing(key: str) -> None:
    text = "a sandbox of fifteen-letters words"
    assert Secret(key).hidden_in(text) == text


def test_no_child_gets_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENICE_API_KEY", KEY)
    monkeypatch.setenv("VENICE_ADMIN_KEY", KEY)
    monkeypatch.setenv("venice_api_key", KEY)
    done = subprocess.run(
        [sys.executable, "-c", "import os; print(os.environ)"],
        env=child_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert KEY not in done.stdout
    assert "PATH" in done.stdout


def test_every_child_is_started_without_the_keys() -> None:
    """A call that starts a process names the environment that it gets."""
    package = Path(__file__).parents[2] / "storyboard"
    starts = ("subprocess.run(", "subprocess.Popen(", "create_subprocess_exec(")
    for path in package.rglob("*.py"):
        text = path.read_text()
        for start in starts:
            for call in text.split(start)[1:]:
                assert "env=" in call[:600], path
