"""The films of a folder: their scripts, and figures about each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.compiler.diagnostics import Severity
from storyboard.compiler.incremental import user_cache
from storyboard.compiler.loader import Unreadable
from storyboard.compiler.pipeline import Analysis, Options, analyze_file, collector_paused
from storyboard.compiler.prompts import TemplateProblem
from storyboard.files.overwrite import LEDGER
from storyboard.lsp.project_files import offered_words
from storyboard.project.file import in_project
from storyboard.render.folders import clips_folder
from storyboard.studio.render_offer import money_of

SUFFIX = ".sb"
#: Files and folders that are looked at: a home folder by mistake has an answer, too.
_MOST_ENTRIES = 50_000
_MOST_FILMS = 2_000


class FilmList(NamedTuple):
    """The scripts of a folder and below, the latest changed first, each with that time in seconds since 1970.

    `is_whole` is False if the folder contains more than was searched.
    """

    scripts: tuple[tuple[Path, float], ...]
    is_whole: bool


def list_films(folder: Path) -> FilmList:
    """The scripts of a folder. Hidden folders, output folders and unreadable files are skipped."""
    found: list[tuple[Path, float]] = []
    entries = 0
    for entry in _files_below(folder):
        entries += 1
        if entry is not None and entry.name.lower().endswith(SUFFIX):
            try:
                found.append((Path(entry.path), entry.stat().st_mtime))
            except OSError:
                continue
        if entries >= _MOST_ENTRIES or len(found) >= _MOST_FILMS:
            return FilmList(_by_change(found), is_whole=False)
    return FilmList(_by_change(found), is_whole=True)


def _by_change(found: list[tuple[Path, float]]) -> tuple[tuple[Path, float], ...]:
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def _files_below(folder: Path) -> Iterator[os.DirEntry[str] | None]:
    """The regular files below a folder, those near it first, and None for everything else. Links to folders are not
    followed."""
    skipped = offered_words()["files"]["skipped"]
    waiting = [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop(0)) as scan:
                entries = sorted(scan, key=lambda one: one.name)
        except OSError:
            continue
        if any(one.name == LEDGER for one in entries):
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith(".") and entry.name not in skipped:
                    waiting.append(entry.path)
                yield None
            else:
                yield entry if not entry.name.startswith(".") and entry.is_file() else None


def describe_film(script: Path, options: Options) -> dict[str, Any]:
    """Figures about a script.

    `title`, running time in `seconds`, `shots`, `clips`, `paid` and `to_pay` in US dollars, `errors`; for an unreadable
    one `problem`, with the reason.
    """
    try:
        with collector_paused():
            analysis = analyze_file(str(script), in_project(str(script), options), user_cache())
            return _figures(analysis) | _money(analysis)
    except Unreadable as problem:
        return {"problem": str(problem).removeprefix(f"{script}: ")}


def _figures(analysis: Analysis) -> dict[str, Any]:
    """Figures from the analysis of a script."""
    shots = [shot for scene in analysis.film.scenes for shot in scene.shots]
    return {
        "title": analysis.film.title,
        "seconds": sum(shot.duration or 0 for shot in shots),
        "shots": len(shots),
        "clips": len(analysis.clips),
        "errors": sum(one.severity is Severity.ERROR for one in analysis.diagnostics),
    }


def _money(analysis: Analysis) -> dict[str, Any]:
    try:
        money = money_of(analysis, clips_folder(analysis.path), sandbox=False)
    except TemplateProblem as problem:
        return {"paid": None, "to_pay": None, "problem": str(problem)}
    return {name: money[name] for name in ("paid", "to_pay", "done")}
