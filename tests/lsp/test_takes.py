"""What the editor tells of takes: the same answer as plan, status and film, and no other while a run goes on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from storyboard.lsp.documents import Documents
from storyboard.lsp.hover import hover_at
from storyboard.lsp.outline import hints
from storyboard.lsp.workspace import Workspace
from storyboard.render.clip_takes import FilmTakes
from storyboard.spend.ledger import Ledger
from tests.render.run_fixture import RunProject, accept_any_clip, clip_jobs, run_project


class OpenedScript:
    """A script open in an editor, whose ledger is the one that plan, status and film read."""

    def __init__(self, film: RunProject) -> None:
        self.script = film.script
        (film.folder / "out").rename(film.folder / "clips")
        (film.folder / "out").mkdir()
        (film.folder / "clips").rename(film.folder / "out" / "film")
        self.folder = film.folder / "out" / "film"
        self.files = Workspace(Documents())
        self.document = self.files.documents.open(film.script.as_uri(), film.script.read_text(), 1)

    def hints(self) -> list[str]:
        """What stands behind each SHOT line, from the clip on."""
        analysis = self.files.analysis_for(self.document)
        takes = self.files.takes_for(self.document)
        found = hints(analysis, self.document.path, 0, len(self.document.text), takes)
        return [one.label.partition(" · ")[2] for one in found]

    def hover(self, words: str) -> str:
        analysis = self.files.analysis_for(self.document)
        at, takes = self.document.text.index(words), self.files.takes_for(self.document)
        found = hover_at(analysis, self.document.path, at, with_pictures=False, takes=takes)
        assert found is not None
        return found.markdown

    def edit(self, before: str, after: str) -> None:
        self.script.write_text(self.script.read_text().replace(before, after))
        self.files.forget(self.document.path)
        self.document = self.files.documents.open(self.script.as_uri(), self.script.read_text(), 2)

    def look(self) -> None:
        """What the server does once a second."""
        for path in self.files.stale_files():
            self.files.changed(path)


def test_hints_and_hovers_tell_which_take_stands(tmp_path: Path) -> None:
    with run_project(tmp_path, 2, verify=accept_any_clip) as film:
        film.run()
        opened = OpenedScript(film)
        assert opened.hints() == ["s01c01 · 5 s · $0.56 · take 1", "s02c01 · 5 s · $0.56 · take 1"]
        assert "Take 1 is in the film." in opened.hover("SHOT 5s")
        assert "Clips: s01c01 (take 1) · $0.56" in opened.hover("INT. ROOM 1")
        opened.edit("window 1 and waits", "window 1 and laughs")
        assert opened.hints()[0] == "s01c01 · 5 s · $0.56 · text changed"
        told = opened.hover("SHOT 5s")
        assert "The text has changed since its take was made." in told
        assert "Take 1 could be picked instead: `sbc pick film.sb s01c01`." in told
        # Picked and locked elsewhere, while the script is open here.
        job = clip_jobs(opened.script)[0]
        with Ledger.create(opened.folder, "the sandbox", lambda: 0.0) as ledger:
            entry = ledger.entries()[0]
            ledger.choose(job.clip.fingerprint, 0, entry)
            ledger.lock(entry, is_locked=True)
        opened.look()
        assert opened.hints()[0] == "s01c01 · 5 s · $0.56 · take 1, locked, text changed"
        assert "by your choice. It is locked" in opened.hover("SHOT 5s")


@pytest.mark.parametrize(
    ("fault", "brief"), [("queue:500", "perhaps paid"), ("retrieve:422x*", "failed"), ("", "take 1")]
)
def test_the_editor_agrees_with_the_one_answer(tmp_path: Path, fault: str, brief: str) -> None:
    with run_project(tmp_path, 1, faults=[fault] if fault else [], verify=accept_any_clip) as film:
        film.run()
        opened = OpenedScript(film)
        assert opened.hints() == [f"s01c01 · 5 s · $0.56 · {brief}"]
        ledger = Ledger.read(opened.folder)
        assert ledger is not None
        with ledger:
            jobs = clip_jobs(opened.script)
            assert opened.files.takes_for(opened.document)["s01c01"] == FilmTakes(jobs, ledger, opened.folder).of(
                jobs[0]
            )


def test_a_script_with_errors_or_without_a_ledger_has_no_takes(tmp_path: Path) -> None:
    with run_project(tmp_path, 1, verify=accept_any_clip) as film:
        film.run()
        opened = OpenedScript(film)
        opened.edit("@Mira", "@Mria")
        assert opened.hints() == ["s01c01 · 5 s · $0.56"]
        opened.edit("@Mria", "@Mira")
        (opened.folder / "ledger.db").write_bytes(b"not a ledger" + os.urandom(100))
        opened.look()
        assert opened.hints() == ["s01c01 · 5 s · $0.56"]
