"""The finished takes of a film, for whoever shows or cuts it."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

from storyboard.compiler.emit import build_manifest
from storyboard.compiler.pipeline import Analysis
from storyboard.film.takes import Take
from storyboard.render.files import FileState, file_state, take_path
from storyboard.render.ledger import Entry, Ledger
from storyboard.render.planning import chosen_entry


def chosen_takes(analysis: Analysis, folder: Path) -> tuple[Take, ...]:
    """The chosen take of every clip that has one in a folder, in the order of the film; none for a script with errors.
    Raises ledger.Unusable."""
    ledger = None if analysis.has_errors else Ledger.read(folder)
    if ledger is None:
        return ()
    with ledger:
        entries, choices = ledger.entries(), ledger.choices()
    of_fingerprint: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        of_fingerprint[entry.fingerprint].append(entry)
    by_id = {entry.id: entry for entry in entries}
    seen: Counter[str] = Counter()
    takes = []
    for clip in build_manifest(analysis).clips:
        place, seen[clip.fingerprint] = seen[clip.fingerprint], seen[clip.fingerprint] + 1
        entry_ = chosen_entry(clip.fingerprint, place, of_fingerprint[clip.fingerprint], choices, by_id)
        if entry_ is not None and file_state(folder, entry_) is not FileState.GONE:
            takes.append(Take(clip.id, take_path(folder, entry_), entry_.number or 1))
    return tuple(takes)
