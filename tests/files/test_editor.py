"""An editor saves while `fmt` or `check --fix` writes: its save is never lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from storyboard.cli import main

_UGLY = "title: A\n\nCHARACTER  Mira\nfront: https://example.com/a.png\n\next. HARBOR - DUSK\n\nSHOT 5s\n@Mira walks {}.  \n"


def _by_rename(file: Path, text: str) -> None:
    fresh = file.with_name("editor.tmp")
    fresh.write_text(text)
    fresh.replace(file)


def _in_place(file: Path, text: str) -> None:
    file.write_text(text)


def _try(file: Path, command: list[str], save: Callable[[Path, str], None], number: int, delay: float) -> None:
    """One trial: the word that the editor saved is in the file afterwards, formatted or not."""
    file.write_text(_UGLY.format("at first"))
    word = f"word{number}"

    def edit() -> None:
        time.sleep(delay)
        save(file, _UGLY.format(word))

    editor = threading.Thread(target=edit)
    editor.start()
    result = CliRunner().invoke(main, [*command, str(file)])
    editor.join()
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert word in file.read_text(), (result.output, delay)


def _try_often(folder: Path, command: list[str], save: Callable[[Path, str], None], trials: int) -> None:
    random.seed(trials)
    file = folder / "film.sb"
    file.write_text(_UGLY.format("at first"))
    CliRunner().invoke(main, [*command, str(file)])  # what is imported is imported
    file.write_text(_UGLY.format("at first"))
    start = time.perf_counter()
    CliRunner().invoke(main, [*command, str(file)])
    assert file.read_text() != _UGLY.format("at first"), "the command has something to write"
    takes = time.perf_counter() - start
    for number in range(trials):
        _try(file, command, save, number, random.uniform(0, takes * 1.2))


_COMMANDS = pytest.mark.parametrize("command", [["fmt"], ["check", "--fix"]], ids=["fmt", "fix"])
_SAVES = pytest.mark.parametrize("save", [_by_rename, _in_place])


@_COMMANDS
@_SAVES
def test_an_editor_s_save_stays(tmp_path: Path, command: list[str], save: Callable[[Path, str], None]) -> None:
    _try_often(tmp_path, command, save, 15)


@pytest.mark.slow
@_COMMANDS
@_SAVES
def test_an_editor_s_save_stays_in_hundreds_of_trials(
    tmp_path: Path, command: list[str], save: Callable[[Path, str], None]
) -> None:
    _try_often(tmp_path, command, save, 400)
