"""Every script of the corpus, asked at many places, without a server: always an answer, and places that exist."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from storyboard.compiler.names import fold
from storyboard.compiler.parse.comments import strip_comments
from storyboard.compiler.pipeline import Analysis, Unreadable, analyze_file, analyze_text
from storyboard.lsp.completion import complete
from storyboard.lsp.fixes import all_safe, fix_actions
from storyboard.lsp.hover import hover_at
from storyboard.lsp.occurrences import occurrences
from storyboard.lsp.outline import OutlineEntry, folds, hints, links, outline
from storyboard.lsp.positions import TextDocument
from storyboard.lsp.rename import RenameRefused, apply_rename, rename, target_at

_ROOT = Path(__file__).parents[2]
SCRIPTS = sorted([*_ROOT.glob("tests/corpus/**/*.sb"), *_ROOT.glob("examples/**/*.sb")])
#: Places asked of a script, besides those where an @ or a colon stands.
PLACES = 12


def check(entries: list[OutlineEntry], start: int, end: int) -> None:
    for one in entries:
        assert start <= one.start <= one.name_start <= one.name_end <= one.end <= end
        check(one.parts, one.start, one.end)


def ask(analysis: Analysis, at: int) -> None:
    text = analysis.sources[0].text
    for one in complete(analysis, analysis.path, at):
        assert one.start <= at <= one.end <= len(text)
        assert "\n" not in text[one.start : one.end]
    hover = hover_at(analysis, analysis.path, at, with_pictures=True)
    assert hover is None or hover.start <= at <= hover.end
    for mending in fix_actions(analysis, analysis.path, at, at):
        for path, changes in mending.changes.items():
            source = next(source for source in analysis.sources if source.path == path)
            assert all(change.start <= change.end <= len(source.text) for change in changes)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(_ROOT).as_posix())
def test_every_place_has_an_answer(path: Path) -> None:
    try:
        analysis = analyze_file(path)
    except Unreadable:
        return
    text = analysis.sources[0].text
    check(outline(analysis, analysis.path), 0, len(text))
    lines = TextDocument(text).lines
    assert all(0 <= one.first < one.last < lines for one in folds(analysis, analysis.path))
    assert all(text[one.start : one.end].strip() for one in links(analysis, analysis.path))
    assert all(one.at <= len(text) for one in hints(analysis, analysis.path, 0, len(text)))
    assert apply_rename(text, all_safe(analysis, analysis.path)) is not None
    chosen = random.Random(str(path.name))
    marks = [index + 1 for index, letter in enumerate(text) if letter in "@:"]
    for at in {
        0,
        len(text),
        *chosen.sample(marks, min(len(marks), PLACES)),
        *chosen.choices(range(len(text) + 1), k=PLACES),
    }:
        ask(analysis, at)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(_ROOT).as_posix())
def test_a_rename_and_back_gives_the_same_script(path: Path) -> None:
    """The first name of every script becomes another and its own again; but for the letters of the name nothing has
    changed in between."""
    try:
        analysis = analyze_file(path)
    except Unreadable:
        return
    first = next((one for one in occurrences(analysis) if one.source.path == analysis.path), None)
    if first is None or any(one.code == "SB202" for one in analysis.diagnostics):
        return  # a name that is declared twice cannot be taken back
    target = target_at(analysis, analysis.path, first.start)
    assert target is not None
    try:
        changes = rename(analysis, target, "Xaver Quill", [])
    except RenameRefused:
        return
    texts = {source.path: apply_rename(source.text, changes.get(source.path, [])) for source in analysis.sources}
    after = analyze_text(
        texts[analysis.path], analysis.path, texts={str(Path(k).absolute()): v for k, v in texts.items()}
    )
    again = target_at(
        after, after.path, next(one.start for one in occurrences(after) if fold(one.typed).startswith("xaver quill"))
    )
    assert again is not None
    back = rename(after, again, target.entity.name, [])
    restored = apply_rename(after.sources[0].text, back[after.path])
    once = analyze_text(restored, analysis.path)
    assert [(one.entity.name, one.form) for one in occurrences(once)] == [
        (one.entity.name, one.form) for one in occurrences(analysis)
    ]
    assert len(strip_comments(restored).comments) == len(strip_comments(analysis.sources[0].text).comments)
