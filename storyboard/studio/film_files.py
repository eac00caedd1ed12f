"""The files that the page may read and write: the script and its includes, and no others."""

from __future__ import annotations

import os
from pathlib import Path

from storyboard.compiler.pipeline import Analysis
from storyboard.files.stamps import Stamp, stamp_of
from storyboard.studio.script import ScriptFile
from storyboard.studio.takes import StudioRefusal

#: Looks for which a changed file has to stay the same; an empty or missing one may be about to be written.
_LOOKS, _LOOKS_AT_NOTHING = 1, 5


class FilmFiles:
    """The files of one film by absolute path. A file stays known once opened, so that it can be saved after its INCLUDE
    line has gone."""

    def __init__(self, script: Path) -> None:
        self.script = ScriptFile(script)
        self.included: tuple[str, ...] = ()
        self._open = {str(script): self.script}
        self._seen: dict[str, Stamp | None] = {str(script): stamp_of(script)}
        self._resting: dict[str, tuple[Stamp | None, int]] = {}

    def learn(self, analysis: Analysis) -> bool:
        """Record which files a script includes; returns whether they have changed."""
        before, self.included = self.included, tuple(source.path for source in analysis.sources[1:])
        return self.included != before

    def find(self, path: str) -> ScriptFile:
        """A file of the film; the script for an empty path. Raises StudioRefusal."""
        if not path:
            return self.script
        if path not in self._open:
            if path not in self.included:
                raise StudioRefusal(f"{os.path.basename(path)} is not a file that this film includes.")
            self._seen[path] = stamp_of(path)
            self._open[path] = ScriptFile(Path(path))
        return self._open[path]

    def changed(self) -> list[str]:
        """The open files that have changed on disk since they were returned last, once they have stopped changing: many
        programs empty a file before they write it, and some delete it."""
        now = {path: stamp_of(path) for path in self._open}
        for path, stamp in now.items():
            before, looks = self._resting.get(path, (stamp, 0))
            self._resting[path] = (stamp, looks + 1 if stamp == before else 0)
        found = [path for path in now if now[path] != self._seen[path] and self._is_at_rest(path)]
        self._seen |= {path: now[path] for path in found}
        return found

    def _is_at_rest(self, path: str) -> bool:
        stamp, looks = self._resting[path]
        return looks >= (_LOOKS if stamp and stamp.size else _LOOKS_AT_NOTHING)

    @property
    def are_changing(self) -> bool:
        """Whether a file has changed and may still be changing."""
        return any(self._seen[path] != stamp for path, (stamp, _) in self._resting.items())

    def described(self) -> list[dict[str, str]]:
        """The included files, as data for the page."""
        folder = self.script.path.parent
        return [
            {"path": path, "name": os.path.relpath(path, folder).replace(os.sep, "/"), "uri": Path(path).as_uri()}
            for path in self.included
        ]
