"""Names in another Unicode normal form, links that come in between, paths that are no paths."""

from __future__ import annotations

import os
import unicodedata
import wave
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image

from storyboard.compiler.images import ImageCache
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.loader import Loader, Unreadable
from storyboard.compiler.pipeline import analyze_file
from storyboard.compiler.text import Anchor, Span
from storyboard.drawing.images import read_picture
from storyboard.files.normalization import find_file
from storyboard.files.stamps import stamp_of
from storyboard.film.sound_file import NotASound, open_sound

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


def _picture(path: str) -> Picture:
    return Picture(path, is_url=False, at=Span(Anchor(), 0, 0))


def _swap_in_a_link(file: Path, elsewhere: Path) -> None:
    file.unlink()
    file.symlink_to(elsewhere)


def test_a_picture_is_not_drawn_from_a_link_that_comes_in_between(tmp_path: Path) -> None:
    """Between the check of a script and the drawing of its board."""
    refs, outside = tmp_path / "project" / "refs", tmp_path / "outside"
    refs.mkdir(parents=True)
    outside.mkdir()
    for folder in (refs, outside):
        Image.new("RGB", (400, 400), "red").save(folder / "mira.png")
    found = ImageCache(Loader(tmp_path / "project")).file(_picture("refs/mira.png"))
    assert found is not None
    assert read_picture(found).size == (400, 400)
    _swap_in_a_link(refs / "mira.png", outside / "mira.png")
    with pytest.raises(UnreadableImage, match="has been replaced by a link"):
        read_picture(found)
    (refs / "mira.png").unlink()
    refs.rmdir()
    refs.symlink_to(outside)  # the folder in its place
    with pytest.raises(UnreadableImage, match="has been replaced by a link"):
        read_picture(found)


def test_a_link_in_the_project_is_drawn(tmp_path: Path) -> None:
    Image.new("RGB", (400, 400), "red").save(tmp_path / "b.png")
    (tmp_path / "a.png").symlink_to("b.png")
    found = ImageCache(Loader(tmp_path)).file(_picture("a.png"))
    assert found == Path(os.path.realpath(tmp_path / "b.png"))
    assert read_picture(found).size == (400, 400)


def test_a_script_is_not_included_through_a_link_that_comes_in_between(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    cast = tmp_path / "project" / "cast.sb"
    for file in (cast, tmp_path / "secret.sb"):
        file.write_text("PROP Box\n", encoding="utf-8")
    loader = Loader(tmp_path / "project")
    assert loader.read_include("cast.sb", "cast.sb").text == "PROP Box\n"
    _swap_in_a_link(cast, tmp_path / "secret.sb")
    with pytest.raises(Unreadable, match=r"cast\.sb: is outside the project folder"):
        loader.read_include("cast.sb", "cast.sb")


def test_a_sound_is_not_heard_through_a_link_that_comes_in_between(tmp_path: Path) -> None:
    sound = tmp_path / "project" / "rain.wav"
    sound.parent.mkdir()
    for file in (sound, tmp_path / "secret.wav"):
        with wave.open(str(file), "wb") as written:
            written.setparams((1, 2, 48_000, 0, "NONE", ""))
            written.writeframes(bytes(9600))
    found = Loader(tmp_path / "project").real_file("rain.wav")
    assert found is not None
    open_sound(found).close()
    _swap_in_a_link(sound, tmp_path / "secret.wav")
    with pytest.raises(NotASound, match="a link has replaced it"):
        open_sound(found)


@pytest.mark.parametrize("path", ["x" * 300, "x" * 5000, "a\0b", "a/" * 3000])
def test_what_cannot_be_a_path_has_no_stamp(path: str) -> None:
    assert stamp_of(path) is None
    assert find_file(Path(os.sep, "nowhere", "é" * 300)) == Path(os.sep, "nowhere", "é" * 300)
