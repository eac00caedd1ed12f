"""Takes in the editor: the take of each clip, the same as in plan, status and film.

Modules that need requests are imported only if there is a ledger: without one, an editor neither writes prompts nor
hashes pictures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.compiler.pipeline import Analysis
from storyboard.files.overwrite import LEDGER
from storyboard.render.folders import clip_command, clips_folder
from storyboard.wording import listed

if TYPE_CHECKING:
    from storyboard.film.takes import Take
    from storyboard.render.clip_takes import ClipTakes

#: The takes of a script's clips, by the clip's id.
TakesById = Mapping[str, "ClipTakes"]


def takes_of(analysis: Analysis) -> TakesById:
    """The takes of each clip. None for a script with errors, which has no requests, or without a ledger that can be
    read."""
    folder = clips_folder(analysis.path)
    if analysis.has_errors or not (folder / LEDGER).is_file():
        return {}
    from storyboard.compiler.prompts import TemplateProblem
    from storyboard.render.clip_takes import read_film_takes
    from storyboard.render.jobs import build_jobs
    from storyboard.spend.ledger import LedgerUnusable

    try:
        jobs = build_jobs(analysis)
        film = read_film_takes(jobs, folder)
    except (TemplateProblem, LedgerUnusable):
        return {}
    return {job.id: film.of(job) for job in jobs} if film else {}


def takes_shown(analysis: Analysis) -> tuple[Take, ...]:
    """The takes that the board shows; none without a ledger that can be read."""
    folder = clips_folder(analysis.path)
    if not (folder / LEDGER).is_file():
        return ()
    from storyboard.compiler.prompts import TemplateProblem
    from storyboard.render.takes import chosen_takes
    from storyboard.spend.ledger import LedgerUnusable

    try:
        return chosen_takes(analysis, folder)
    except (TemplateProblem, LedgerUnusable):
        return ()


def brief_takes(takes: ClipTakes | None) -> str:
    """The take of a clip, for the end of a line: `take 2, locked`; empty if nothing was sent."""
    return ", ".join(brief for brief, _ in _facts(takes))


def told_takes(takes: ClipTakes | None, script: str, clip: str) -> str:
    """The same in sentences, with what could be picked instead."""
    said = [sentence for _, sentence in _facts(takes)]
    others = [str(one.number) for one in takes.choosable if one != takes.take] if takes else []
    if others:
        name = Path(script).name  # the command is typed where the script is
        pick = clip_command("pick", name, clips_folder(name), clip)
        said.append(f"Take {listed(others, word='or')} could be picked instead: `{pick}`.")
    return " ".join(said)


def _facts(takes: ClipTakes | None) -> Iterator[tuple[str, str]]:
    """What there is to tell of a clip's takes, in a word or two and as a sentence."""
    if takes is None:
        return
    if (take := takes.take) is not None:
        choice = ", by your choice" if takes.is_picked else ""
        yield f"take {take.number}", f"Take {take.number} is in the film{choice}."
        if takes.is_locked:
            yield "locked", "It is locked: the clip is never paid again."
        if takes.is_of_other_text:
            yield "text changed", "The text has changed since it was made."
    if takes.running is not None and takes.is_sending:
        yield "sending", "A take is being sent."
    elif takes.running is not None:
        yield "running", "A take is paid and on its way."
    elif takes.unknown:
        yield "perhaps paid", "A take is perhaps paid; `sbc status` shows it."
    elif take is None and takes.ended is not None:
        yield takes.ended.state.value, f"The last take: {takes.ended.state.value}; `sbc status` says why."
    elif take is None and takes.choosable:
        yield "text changed", "The text has changed since its take was made."
