"""What grammar/EDITORS.md tells writers to paste is whole, and real editors of the right age take it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_PAGE = (_ROOT / "grammar" / "EDITORS.md").read_text(encoding="utf-8")
SCRIPT = "CHARACTER Mira\nlook: red\n\nSHOT 5s wide\n🌊 Now @Mirra waits.\n"


def blocks(editor: str, language: str) -> list[str]:
    (section,) = re.findall(rf"^## {editor}.*?(?=^## |\Z)", _PAGE, re.DOTALL | re.MULTILINE)
    return re.findall(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)


def is_new_enough(program: str, wanted: tuple[int, int]) -> bool:
    if shutil.which(program) is None:
        return False
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=60, check=False).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= wanted


def ran(folder: Path, *command: str) -> str:
    """What an editor says in a home of its own, with the `sbc` of these tests on its path."""
    programs = folder / "bin"
    programs.mkdir()
    sbc = programs / "sbc"
    sbc.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m storyboard.cli "$@"\n', encoding="utf-8")
    sbc.chmod(0o755)
    own = {"HOME": str(folder), "PYTHONPATH": str(_ROOT), "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")} | own
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    return done.stdout + done.stderr


def test_helix_settings_are_toml() -> None:
    languages, settings = (tomllib.loads(block) for block in blocks("Helix", "toml"))
    (language,) = languages["language"]
    (server,) = language["language-servers"]
    assert languages["language-server"][server] == {"command": "sbc", "args": ["lsp"]}
    assert language["file-types"] == ["sb"]
    assert settings["editor"]["lsp"]["display-inlay-hints"] is True


def test_zed_rewrites_no_other_plain_text_and_takes_paths_with_spaces() -> None:
    settings, tasks = (json.loads(block) for block in blocks("Zed", "json"))
    assert "formatter" not in settings["languages"]["Plain Text"]
    for task in tasks:
        assert task["command"] == "sbc"
        assert "$ZED_FILE" in task["args"], "Zed keeps an argument whole, not a command line"


@pytest.mark.slow
@pytest.mark.skipif(not is_new_enough("nvim", (0, 11)), reason="Neovim 0.11 takes the recipe")
def test_neovim_says_what_is_wrong_and_mends_it_from_the_end_of_the_line(tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "init.lua").write_text(blocks("Neovim", "lua")[0], encoding="utf-8")
    (tmp_path / "drive.lua").write_text(
        """
        local function said() return vim.tbl_map(function(one) return one.code end, vim.diagnostic.get(0)) end
        vim.wait(20000, function() return vim.tbl_contains(said(), "SB201") end, 50)
        print("FOUND " .. table.concat(said(), " "))
        vim.api.nvim_win_set_cursor(0, { 5, 0 })
        vim.cmd("normal! $")
        vim.ui.select = function(items, _, choose) choose(items[1], 1) end
        vim.lsp.buf.code_action()
        vim.wait(10000, function() return not vim.tbl_contains(said(), "SB201") end, 50)
        print("LINE " .. vim.api.nvim_get_current_line())
        vim.cmd("qall!")
        """,
        encoding="utf-8",
    )
    said = ran(tmp_path, "nvim", "--headless", "-u", "init.lua", "film.sb", "-c", "luafile drive.lua")
    assert "SB201" in said
    assert "LINE 🌊 Now @Mira waits." in said


@pytest.mark.slow
@pytest.mark.skipif(not is_new_enough("emacs", (29, 0)), reason="Emacs 29 takes the recipe")
def test_emacs_comments_out_a_whole_line_and_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "film.sb").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "init.el").write_text(blocks("Emacs", "elisp")[0], encoding="utf-8")
    (tmp_path / "drive.el").write_text(
        """
        (require 'eglot)
        (setq eglot-sync-connect t)
        (load (expand-file-name "init.el"))
        (find-file "film.sb")
        (apply #'eglot (eglot--guess-contact))
        (flymake-mode 1)
        (with-timeout (20)
          (while (not (flymake-diagnostics)) (accept-process-output nil 0.1) (flymake-start)))
        (dolist (one (flymake-diagnostics)) (message "FOUND %s" (flymake-diagnostic-text one)))
        (goto-char (point-min)) (forward-line 4) (end-of-line)
        (call-interactively (key-binding (kbd "M-;")))
        (goto-char (point-min)) (forward-line 4)
        (message "LINE %s" (buffer-substring (line-beginning-position) (line-end-position)))
        (set-buffer-modified-p nil)
        (kill-emacs)
        """,
        encoding="utf-8",
    )
    said = ran(tmp_path, "emacs", "--batch", "-l", "drive.el")
    assert "SB201" in said
    assert "LINE // 🌊 Now @Mirra waits." in said
