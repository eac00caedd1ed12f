"""Takes in the editor: what stands for each clip, as plan, status and film have it too.

Whatever needs requests is imported where there is a ledger: without one, an editor neither writes prompts nor hashes
pictures.
"""

from __future__ import annotations

from collections.abc import Mapping
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


def ledger_files(script: str) -> tuple[str, ...]:
    """The files that change with the ledger of a script, whether they exist or not."""
    ledger = clips_folder(script) / LEDGER
    return str(ledger), f"{ledger}-wal"


def takes_of(analysis: Analysis) -> TakesById:
    """The takes of each clip. None for a script with errors, which has no requests, or without a ledger that can be
    read."""
    folder = clips_folder(analysis.path)
    if analysis.has_errors or not (folder / LEDGER).is_file():
        return {}
    from storyboard.compiler.prompts import TemplateProblem
    from storyboard.render.clip_takes import read_film_takes
    from storyboard.render.jobs import build_jobs
    from storyboard.spend.ledger import Unusable

    try:
        jobs = build_jobs(analysis)
        film = read_film_takes(jobs, folder)
    except (TemplateProblem, Unusable):
        return {}
    return {job.id: film.of(job) for job in jobs} if film else {}


def takes_shown(analysis: Analysis) -> tuple[Take, ...]:
    """The takes that the board shows; none without a ledger that can be read."""
    folder = clips_folder(analysis.path)
    if not (folder / LEDGER).is_file():
        return ()
    from storyboard.compiler.prompts import TemplateProblem
    from storyboard.render.takes import chosen_takes
    from storyboard.spend.ledger import Unusable

    try:
        return chosen_takes(analysis, folder)
    except (TemplateProblem, Unusable):
        return ()


def brief_takes(takes: ClipTakes | None) -> str:
    """What stands for a clip, for the end of a line: `take 2, locked`; empty where nothing was sent."""
    if takes is None:
        return ""
    marks = []
    if takes.take is not None:
        marks.append(f"take {takes.take.number}")
        marks += ["locked"] if takes.is_locked else []
        marks += ["text changed"] if takes.is_of_other_text else []
    if takes.running is not None:
        marks.append("sending" if takes.is_sending else "running")
    elif takes.unknown:
        marks.append("perhaps paid")
    elif takes.take is None and takes.ended is not None:
        marks.append(takes.ended.state.value)
    elif takes.take is None and takes.choosable:
        marks.append("text changed")
    return ", ".join(marks)


def told_takes(takes: ClipTakes | None, script: str, clip: str) -> str:
    """The same in sentences, with what the writer can do about it."""
    if takes is None:
        return ""
    said = []
    name = Path(script).name  # the command is typed where the script is
    pick = f"`{clip_command('pick', name, clips_folder(name), clip)}`"
    if (take := takes.take) is not None:
        said.append(f"Take {take.number} is in the film{', by your choice' if takes.is_picked else ''}.")
        if takes.is_locked:
            said.append("It is locked: the clip is never paid again.")
        if takes.is_of_other_text:
            said.append("The text has changed since it was made.")
    if takes.running is not None:
        said.append("A take is being sent." if takes.is_sending else "A take is paid and on its way.")
    elif takes.unknown:
        said.append("A take is perhaps paid; `sbc status` shows it.")
    elif take is None and (ended := takes.ended) is not None:
        said.append(f"The last take: {ended.state.value}; `sbc status` says why.")
    elif take is None and takes.choosable:
        said.append("The text has changed since its take was made.")
    others = [str(one.number) for one in takes.choosable if take is None or one.id != take.id]
    if others:
        said.append(f"Take {listed(others, word='or')} could be picked instead: {pick}.")
    return " ".join(said)
