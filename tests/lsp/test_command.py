"""`sbc lsp` as a process, without a client that knows the protocol."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.lsp.conftest import PATIENCE


def run(*code: str, said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, *code], input=said, capture_output=True, timeout=PATIENCE, check=False)


def test_without_pygls_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['pygls'] = None; from storyboard.cli import main; main(['lsp'])"
    done = run("-c", code)
    assert done.returncode == 2
    assert done.stderr.decode().strip() == (
        "sbc: the language server needs pygls, which is not installed. It is part of sbc: install sbc again"
    )


@pytest.mark.parametrize("said", [b"", b"hello\n", b"Content-Length: 5\r\n\r\nhello", b"Content-Length: 99\r\n\r\n{"])
def test_an_editor_that_goes_away_or_talks_nonsense(said: bytes) -> None:
    done = run("-m", "storyboard.cli", "lsp", said=said)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr
