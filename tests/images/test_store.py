"""What is known of pictures from run to run: a help that may vanish, be damaged or be shared, and never lies."""

from __future__ import annotations

import io
import os
import threading
from pathlib import Path

import pytest
from PIL import Image

from storyboard.catalog.video_models import SideLimits
from storyboard.compiler.images import ImageCache, ImageStore
from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.loader import Loader
from storyboard.compiler.text import Anchor, Span

SIDES = SideLimits(300, 2048)


def picture(path: str) -> Picture:
    return Picture(path, False, Span(Anchor(), 0, 0))


def write(file: Path, colour: str) -> None:
    Image.linear_gradient("L").resize((400, 300)).convert("RGB").point(lambda v: v // 2).save(file, comment=colour)


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    folder = tmp_path / "store"
    folder.mkdir()
    return ImageStore(lambda: folder)


def url_of(folder: Path, store: ImageStore | None) -> str:
    return ImageCache(Loader(folder), store).data_url(picture("mira.jpg"), SIDES)


def test_the_second_run_is_told_what_the_first_found(tmp_path: Path, store: ImageStore) -> None:
    write(tmp_path / "mira.jpg", "one")
    first = url_of(tmp_path, store)
    real = tmp_path / "mira.jpg"
    stamp, size = real.stat(), real.stat().st_size
    real.write_bytes(b"?" * size)  # nobody reads it again: the stamp is the same
    os.utime(real, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert url_of(tmp_path, store) == first


def test_a_file_that_changes_is_read_again(tmp_path: Path, store: ImageStore) -> None:
    write(tmp_path / "mira.jpg", "one")
    first = url_of(tmp_path, store)
    Image.radial_gradient("L").save(tmp_path / "mira.jpg")
    assert url_of(tmp_path, store) != first
    assert url_of(tmp_path, store) == url_of(tmp_path, None)


def test_it_may_be_deleted_or_damaged_at_any_time(tmp_path: Path, store: ImageStore) -> None:
    write(tmp_path / "mira.jpg", "one")
    first = url_of(tmp_path, store)
    files = [one for one in (tmp_path / "store").rglob("*") if one.is_file()]
    assert files
    for damage in (b"", b"{}", b"\xff\xfe", b'{"stamp": 1, "facts": 2}', b'{"stamp": [], "facts": {"problem": null}}'):
        for file in files:
            file.write_bytes(damage)
        assert url_of(tmp_path, store) == first
    for file in files:
        file.unlink()
    assert url_of(tmp_path, store) == first


def test_several_runs_write_at_once(tmp_path: Path, store: ImageStore) -> None:
    for number in range(8):
        write(tmp_path / f"{number}.jpg", str(number))

    def run() -> None:
        cache = ImageCache(Loader(tmp_path), ImageStore(lambda: tmp_path / "store"))
        for number in range(8):
            found.add(cache.data_url(picture(f"{number}.jpg"), SIDES))

    found: set[str] = set()
    runs = [threading.Thread(target=run) for _ in range(4)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert found == {ImageCache(Loader(tmp_path)).data_url(picture("0.jpg"), SIDES)}
    assert not list((tmp_path / "store").rglob(".sbc-*"))


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    write(tmp_path / "mira.jpg", "one")
    nowhere = ImageStore(lambda: None)
    assert url_of(tmp_path, nowhere) == url_of(tmp_path, None)
    Image.open(io.BytesIO((tmp_path / "mira.jpg").read_bytes())).verify()
