"""`sbc fmt` on real files: whole or not at all, with the file's own mode, links and line ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from storyboard.files.atomic import FileChanged, save

_UGLY = "title: A\n\nCHARACTER  Mira\nfront: https://example.com/a.png\nSHOT 5s\n@Mira walks.  \n"
_NEAT = "Title: A\n\nCHARACTER Mira\nfront: https://example.com/a.png\n\nSHOT 5s\n@Mira walks.\n"


def fmt(*arguments: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "storyboard.cli", "fmt", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, check=False, timeout=60)


def test_a_file_is_tidied_in_its_place(tmp_path: Path) -> None:
    file = tmp_path / "film.sb"
    file.write_text(_UGLY)
    file.chmod(0o640)
    link = tmp_path / "link.sb"
    link.symlink_to(file)
    assert fmt(link).returncode == 0
    assert file.read_text() == _NEAT
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(one.name for one in tmp_path.iterdir()) == ["film.sb", "link.sb"]


def test_a_file_of_two_names_keeps_both(tmp_path: Path) -> None:
    file = tmp_path / "film.sb"
    file.write_text(_UGLY)
    other = tmp_path / "other.sb"
    other.hardlink_to(file)
    assert fmt(file).returncode == 0
    assert other.read_text() == _NEAT
    assert other.samefile(file)


def test_what_another_program_writes_meanwhile_stays(tmp_path: Path) -> None:
    file = tmp_path / "film.sb"
    file.write_text("newer")
    with pytest.raises(FileChanged):
        save(file, b"formatted", expected=b"older")
    assert file.read_text() == "newer"


def test_a_folder_that_takes_no_file_leaves_the_script(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="Windows has no limits")
    file = tmp_path / "film.sb"
    file.write_text(_UGLY)
    command = [
        sys.executable,
        "-c",
        f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10))\nimport signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nfrom storyboard.cli import main\nmain(['fmt', {str(file)!r}])",
    ]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 2
    assert b"cannot be written" in done.stderr
    assert file.read_text() == _UGLY
    assert list(tmp_path.iterdir()) == [file]


def test_marks_and_line_ends_stay(tmp_path: Path) -> None:
    file = tmp_path / "film.sb"
    file.write_bytes(b"\xef\xbb\xbf" + _UGLY.replace("\n", "\r\n").encode())
    assert fmt(file).returncode == 0
    assert file.read_bytes() == b"\xef\xbb\xbf" + _NEAT.replace("\n", "\r\n").encode()


def test_check_and_diff_change_nothing(tmp_path: Path) -> None:
    file = tmp_path / "film.sb"
    file.write_text(_UGLY)
    assert fmt("--check", file).returncode == 1
    shown = fmt("--diff", file)
    assert shown.returncode == 1
    assert b"+CHARACTER Mira\n" in shown.stdout
    assert file.read_text() == _UGLY
    file.write_text(_NEAT)
    assert fmt("--check", file).returncode == 0
    assert fmt("--diff", file).stdout == b""


def test_standard_input_is_printed() -> None:
    done = fmt("-", stdin=_UGLY.encode())
    assert (done.returncode, done.stdout.decode()) == (0, _NEAT)


def test_headings_are_in_capitals_for_a_file_and_for_standard_input(tmp_path: Path) -> None:
    (tmp_path / "cast.sb").write_text("LOCATION Quay\nimage: https://example.com/q.png\n")
    file = tmp_path / "film.sb"
    file.write_text("INCLUDE cast.sb\n\nEXT. Quay - Day\n\nSHOT 5s\nFog.\n")
    assert fmt(file).returncode == 0
    assert "\nEXT. QUAY - DAY\n" in file.read_text()
    done = fmt("-", stdin=b"LOCATION Quay\n\nEXT. Quay - Day\n\nEXT. The Reef\n")
    assert done.stdout == b"LOCATION Quay\n\nEXT. QUAY - DAY\n\nEXT. The Reef\n"


def test_syntax_errors_leave_a_file_alone(tmp_path: Path) -> None:
    broken = tmp_path / "broken.sb"
    broken.write_text("title:   A\n\nSHOT soon\nHe walks.\n")
    fine = tmp_path / "fine.sb"
    fine.write_text(_UGLY)
    done = fmt(broken, fine)
    assert done.returncode == 1
    assert b"SB103" in done.stderr
    assert b"left alone" in done.stderr
    assert broken.read_text().startswith("title:   A")
    assert fine.read_text() == _NEAT


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    latin = tmp_path / "latin.sb"
    latin.write_bytes(b"Title: caf\xe9\n")
    for path in (tmp_path / "missing.sb", tmp_path, latin):
        done = fmt(path)
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
    assert latin.read_bytes() == b"Title: caf\xe9\n"
