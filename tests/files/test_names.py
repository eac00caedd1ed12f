"""Names in another Unicode normal form, links that come in between, paths that are no paths."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image

from storyboard.compiler.loader import Loader, Unreadable
from storyboard.compiler.pipeline import analyze_file
from storyboard.files.normalization import find_file
from storyboard.files.stamps import stamp_of

_Form = Literal["NFC", "NFD"]
_FORMS: tuple[_Form, ...] = ("NFC", "NFD")
_SCRIPT = """\
INCLUDE bücher/cást.sb

CHARACTER Zoë
look: a young lantern keeper
front: bücher/Zoë.png

SHOT 5s wide
@Zoë waits.
"""


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_project_of_another_normal_form_is_the_same(tmp_path: Path, form: _Form, typed: _Form) -> None:
    """As one that was packed on macOS, whose names are decomposed, and unpacked on Linux."""

    def name(text: str) -> str:
        return unicodedata.normalize(form, text)

    folder = tmp_path / name("bücher")
    folder.mkdir()
    Image.radial_gradient("L").resize((900, 700)).save(folder / name("Zoë.png"))
    (folder / name("cást.sb")).write_text("PROP Lamp\nfront: https://example.com/lamp.png\n", encoding="utf-8")
    script = tmp_path / "film.sb"
    script.write_text(unicodedata.normalize(typed, _SCRIPT), encoding="utf-8")
    analysis = analyze_file(script)
    assert not analysis.has_errors, analysis.diagnostics
    assert [entity.name for entity in analysis.film.cast] == ["Lamp", unicodedata.normalize(typed, "Zoë")]


def test_a_name_that_is_there_goes_before_one_that_looks_like_it(tmp_path: Path) -> None:
    for form in _FORMS:
        (tmp_path / unicodedata.normalize(form, "ë")).write_text(form)
    assert {find_file(tmp_path / unicodedata.normalize(form, "ë")).read_text() for form in _FORMS} in (
        {"NFC", "NFD"},
        {"NFD"},  # a file system that takes both for one
    )
    assert find_file(tmp_path / "ü") == tmp_path / "ü"


def test_a_link_that_comes_in_between_is_not_followed(tmp_path: Path) -> None:
    """The path was judged when it led to a file of the project; it is opened when it leads out of it."""
    (tmp_path / "project").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    loader = Loader(tmp_path / "project")
    picture = tmp_path / "project" / "a.png"
    picture.write_bytes(b"a picture")
    assert loader.within("", "a.png") == "a.png"
    assert loader.read_picture("a.png", 100) == b"a picture"
    picture.unlink()
    picture.symlink_to(tmp_path / "secret.png")
    with pytest.raises(Unreadable, match=r"a\.png: is outside the project folder"):
        loader.read_picture("a.png", 100)
    picture.unlink()
    (tmp_path / "project" / "b.png").write_bytes(b"another")
    picture.symlink_to("b.png")
    assert loader.read_picture("a.png", 100) == b"another"


@pytest.mark.parametrize("path", ["x" * 300, "x" * 5000, "a\0b", "a/" * 3000])
def test_what_cannot_be_a_path_has_no_stamp(path: str) -> None:
    assert stamp_of(path) is None
    assert find_file(Path(os.sep, "nowhere", "é" * 300)) == Path(os.sep, "nowhere", "é" * 300)
