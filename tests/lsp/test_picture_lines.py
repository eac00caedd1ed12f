"""The line that names the first picture of a declaration."""

from __future__ import annotations

from pathlib import Path

import pytest

from storyboard.compiler.pipeline import Options, analyze_file
from storyboard.lsp.picture_lines import NoPictureLine, name_picture

FILM = """\
CHARACTER Mira
look: a keeper in a red coat
voice: low

PROP Lamp

CHARACTER Tom
front: refs/old.png [[a note]]
look: a sailor

LOCATION Harbor
image:
look: fog
"""


def _named(folder: Path, text: str, name: str) -> str:
    script = folder / "film.sb"
    script.write_bytes(text.encode())
    line = name_picture(analyze_file(str(script), Options()), name, "refs/new.png")
    return text[: line.start] + line.text + text[line.end :]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Mira", "red coat\n", "red coat\nfront: refs/new.png\n"),
        ("Lamp", "PROP Lamp\n", "PROP Lamp\nfront: refs/new.png\n"),
        ("Tom", "refs/old.png", "refs/new.png"),
        ("Harbor", "image:\n", "image: refs/new.png\n"),
    ],
)
def test_the_text_afterwards(tmp_path: Path, name: str, before: str, after: str, line_end: str) -> None:
    text = _named(tmp_path, FILM.replace("\n", line_end), name)
    assert text == FILM.replace(before, after).replace("\n", line_end)


def test_nobody_has_no_line(tmp_path: Path) -> None:
    with pytest.raises(NoPictureLine, match="Nobody is declared as Nobody"):
        _named(tmp_path, FILM, "Nobody")
