"""The kept tables of the data files: what TOML makes of them today."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest

from storyboard.catalog import tables

FILES = sorted(tables.KEPT.parent.glob("*.toml"))


def test_the_tables_are_those_of_the_files() -> None:
    said = "run `python -m storyboard.catalog` after an edit of a data file"
    assert tables.KEPT.read_text(encoding="utf-8") == tables.kept_text(), said


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_kept_table_is_what_its_file_says(file: Path) -> None:
    assert tables.read_table(file.name) == tomllib.loads(file.read_text(encoding="utf-8"))


def test_a_file_that_has_changed_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = Path(shutil.copy(tables.KEPT.with_name("wire.toml"), tmp_path))
    changed.write_text(f"new = 2026-11-28\n{changed.read_text(encoding='utf-8')}", encoding="utf-8")
    monkeypatch.setattr(tables, "_FOLDER", tmp_path)
    tables.read_table.cache_clear()
    try:
        assert tables.read_table("wire.toml") == tomllib.loads(changed.read_text(encoding="utf-8"))
    finally:
        tables.read_table.cache_clear()
