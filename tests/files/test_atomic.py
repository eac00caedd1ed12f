"""The writer of files: whole or not at all, with the file's own mode, owner, links and names."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storyboard.files import atomic
from storyboard.files.atomic import FileChanged, FileHeldOpen, NotAFile, replacing_file, save
from storyboard.files.exchange import exchange_files
from storyboard.files.folders import draft_folder
from storyboard.files.leftovers import delete_leftovers


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


@pytest.mark.parametrize("mask", [0o077, 0o022, 0o000, 0o007])
def test_a_new_file_has_the_mode_that_the_umask_leaves(tmp_path: Path, mask: int) -> None:
    code = "import os, sys; os.umask(int(sys.argv[1])); real = os.umask; os.umask = None\nfrom storyboard.files.atomic import save; save(sys.argv[2], b'x')"
    subprocess.run([sys.executable, "-c", code, str(mask), str(tmp_path / "film.mp4")], check=True, timeout=60)
    assert (tmp_path / "film.mp4").stat().st_mode & 0o7777 == 0o666 & ~mask


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o755])
def test_a_replaced_file_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "film.json"
    file.write_bytes(b"old")
    file.chmod(mode)
    save(file, b"new")
    assert (file.read_bytes(), file.stat().st_mode & 0o7777) == (b"new", mode)


def test_a_chain_of_links_stays_and_its_end_is_written(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file, link, other = tmp_path / "deep" / "film.sb", tmp_path / "link", tmp_path / "other"
    link.symlink_to(file)
    other.symlink_to(link)
    save(other, b"first")  # it leads nowhere yet
    save(other, b"second")
    assert (file.read_bytes(), link.is_symlink(), other.is_symlink()) == (b"second", True, True)
    assert names(tmp_path / "deep") == ["film.sb"]


@pytest.mark.parametrize("data", [b"", b"short", b"long" * 100_000])
@pytest.mark.parametrize("expected", [None, b"before"])
def test_a_file_of_several_names_keeps_them(tmp_path: Path, data: bytes, expected: bytes | None) -> None:
    file, other = tmp_path / "film.sb", tmp_path / "other.sb"
    file.write_bytes(b"before")
    other.hardlink_to(file)
    save(file, data, expected=expected)
    assert other.read_bytes() == data
    assert other.samefile(file)
    assert names(tmp_path) == ["film.sb", "other.sb"]


def test_a_file_of_several_names_is_as_it_was_where_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = tmp_path / "film.sb", tmp_path / "other.sb"
    file.write_bytes(b"before")
    other.hardlink_to(file)
    fill, calls = atomic._fill, []

    def full(target: Path, source: Path) -> None:
        calls.append(source)
        fill(target, source)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "_fill", full)
    with pytest.raises(OSError, match="No space"):
        save(file, b"after")
    assert other.read_bytes() == b"before"
    assert names(tmp_path) == ["film.sb", "other.sb"]


def _folder(path: Path) -> None:
    path.mkdir()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))


def _device(path: Path) -> None:
    path.symlink_to("/dev/null")


_ODD = [_folder, _pipe, _socket, _device] if hasattr(os, "mkfifo") else [_folder]


@pytest.mark.parametrize("make", _ODD)
@pytest.mark.parametrize("expected", [None, b"x"])
def test_what_is_not_a_file_is_refused_and_stays(
    tmp_path: Path, make: object, expected: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert callable(make)
    monkeypatch.chdir(tmp_path)  # the path of a socket may have some 100 characters
    make(Path("target"))
    before = os.lstat("target")
    with pytest.raises(NotAFile, match=r"it is a (folder|pipe|socket|device), not a file"):
        save("target", b"x", expected=expected)
    assert os.path.samestat(before, os.lstat("target"))
    assert names(tmp_path) == ["target"]


@pytest.mark.parametrize("problem", [OSError(28, "full"), KeyboardInterrupt(), SystemExit(1), MemoryError()])
def test_nothing_is_left_of_a_write_that_fails(tmp_path: Path, problem: BaseException) -> None:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"old")

    def write() -> None:
        with replacing_file(file) as temporary:
            temporary.write_bytes(b"half")
            raise problem

    with pytest.raises(type(problem)):
        write()
    assert (names(tmp_path), file.read_bytes()) == (["film.mp4"], b"old")


def test_a_file_that_another_program_holds_open_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, whose `os.replace` fails while a player has the file open."""
    film, replace, refusals = tmp_path / "film.mp4", os.replace, [2]
    film.write_bytes(b"old")

    def held(one: Path, other: Path) -> None:
        if refusals[0]:
            refusals[0] -= 1
            problem = PermissionError(13, "The process cannot access the file")
            problem.winerror = 32  # type: ignore[attr-defined,unused-ignore] # Windows has it
            raise problem
        replace(one, other)

    monkeypatch.setattr(os, "replace", held)
    save(film, b"new")
    assert film.read_bytes() == b"new"
    monkeypatch.setattr(atomic, "_PAUSES", (0.0, 0.0))
    for name, holder in {"film.mp4": "a video player", "a.html": "a browser", "b.odd": "the program"}.items():
        refusals[0] = 99
        with pytest.raises(FileHeldOpen, match=f"another program has it open, probably {holder}"):
            save(tmp_path / name, b"newer")
    assert (film.read_bytes(), names(tmp_path)) == (b"new", ["film.mp4"])


def test_a_folder_that_one_may_not_write_to_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    start = time.process_time()
    with pytest.raises(PermissionError):
        save(tmp_path / "film.mp4", b"x")
    assert time.process_time() - start < 0.5


def test_the_drive_is_told_where_the_system_can(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS: `fsync` alone leaves the data in the drive's cache."""
    fcntl = pytest.importorskip("fcntl")
    told: list[int] = []
    monkeypatch.setattr(fcntl, "F_FULLFSYNC", 51, raising=False)
    monkeypatch.setattr(fcntl, "fcntl", lambda _handle, what: told.append(what))
    save(tmp_path / "film.sb", b"x")
    assert told == [51, 51], "the file, and the folder of its name"


def test_what_killed_processes_left_is_swept_after_a_day(tmp_path: Path) -> None:
    old = time.time() - 2 * 86_400
    for name in (".sbc-0123456789ab.part", ".sbc-a1b2_c3d.part", ".sbc-notes", ".sbc-0123456789ab.before", ".other"):
        (tmp_path / name).write_bytes(b"x")
        os.utime(tmp_path / name, (old, old))
    (tmp_path / ".sbc-ffffffffffff.part").write_bytes(b"somebody writes it now")
    draft = tmp_path / ".sbc-abcdefabcdef"
    (draft / "refs").mkdir(parents=True)
    os.utime(draft, (old, old))
    delete_leftovers.cache_clear()
    save(tmp_path / "film.sb", b"x")
    assert names(tmp_path) == [".other", ".sbc-0123456789ab.before", ".sbc-ffffffffffff.part", ".sbc-notes", "film.sb"]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path, is_there: bool) -> None:
    folder = tmp_path / "a" / "film"
    if is_there:
        folder.mkdir(parents=True)

    def interrupted() -> None:
        with draft_folder(folder) as draft:
            (draft / "film.sb").write_text("x")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert names(tmp_path) == (["a"] if is_there else [])
    with draft_folder(folder) as draft:
        (draft / "film.sb").write_text("x")
        (draft / "refs").mkdir()
    assert names(folder) == ["film.sb", "refs"]
    assert names(folder.parent) == ["film"]


def test_what_comes_into_a_folder_meanwhile_stays(tmp_path: Path) -> None:
    def fill() -> None:
        with draft_folder(tmp_path / "film") as draft:
            (draft / "a.sb").write_text("ours")
            (draft / "film.sb").write_text("ours")
            (tmp_path / "film").mkdir()
            (tmp_path / "film" / "film.sb").write_text("theirs")

    with pytest.raises(FileExistsError):
        fill()
    assert names(tmp_path / "film") == ["film.sb"]
    assert (tmp_path / "film" / "film.sb").read_text() == "theirs"


@pytest.mark.parametrize("has_exchange", [True, False])
def test_a_file_that_is_not_as_expected_stays(
    tmp_path: Path, has_exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_exchange:
        monkeypatch.setattr(atomic, "exchange_files", lambda *_: False)
    file = tmp_path / "film.sb"
    for content in (b"newer", None):
        if content is None:
            file.unlink()
        else:
            file.write_bytes(content)
        with pytest.raises(FileChanged):
            save(file, b"formatted", expected=b"older")
        assert (file.read_bytes() if file.exists() else None) == content
    file.write_bytes(b"older")
    save(file, b"formatted", expected=b"older")
    assert (file.read_bytes(), names(tmp_path)) == (b"formatted", ["film.sb"])


@pytest.mark.parametrize("saves", [1, 2, 3])
def test_saves_at_the_very_last_moment_stay(tmp_path: Path, saves: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An editor saves after the last look and before the names are exchanged, and again before they are exchanged back."""
    file, left = tmp_path / "film.sb", list(range(1, saves + 1))
    file.write_bytes(b"older")

    def late(one: Path, other: Path) -> bool:
        if left:
            fresh = tmp_path / "editor"
            fresh.write_bytes(b"save %d" % left.pop(0))
            fresh.replace(file)
        return exchange_files(one, other)

    monkeypatch.setattr(atomic, "exchange_files", late)
    if not exchange_files(*_two(tmp_path)):
        pytest.skip("this file system cannot exchange names")
    with pytest.raises(FileChanged):
        save(file, b"formatted", expected=b"older")
    assert file.read_bytes() == b"save %d" % saves


def _two(folder: Path) -> tuple[Path, Path]:
    one, other = folder / "1", folder / "2"
    one.touch()
    other.touch()
    return one, other
