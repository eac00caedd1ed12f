"""What a film needs from the machine: one finding for each thing, with its state and a remedy."""

from __future__ import annotations

import email.utils
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.drawing.fonts import font_runs
from storyboard.film.voices import find_voices
from storyboard.project.file import read_project
from storyboard.project.root import NAME, find_project_file
from storyboard.spend.settings import MissingSetting, choose_base_url, find_key
from storyboard.venice.protocol import Answer

_PACKAGE = "storyboard-compiler"
#: Letters of scripts whose fonts a system may lack, by what they are called.
_LETTERS = {"Chinese": "漢", "Japanese": "の", "Korean": "한", "Arabic": "ع", "Hebrew": "ש", "Hindi": "अ", "Thai": "ก"}
_MEGABYTE = 1_000_000


class Condition(StrEnum):
    """What a finding means for a film."""

    FINE = "fine"
    LIMITED = "limited"  # something is left out
    BROKEN = "broken"  # something cannot be done


class MachineCheck(NamedTuple):
    """`thing` was looked at; `words` say what is so, `remedy` what to do, and may be empty."""

    thing: str
    condition: Condition
    words: str
    remedy: str = ""


def look_at_machine(folder: Path, environment: Mapping[str, str]) -> Iterator[MachineCheck]:
    """All that can be seen without the network. `folder` is where a film is, or would be."""
    yield MachineCheck("Python", Condition.FINE, f"{platform.python_version()} ({sys.executable})")
    yield _libraries()
    yield _fonts()
    yield _voices()
    yield _disk(folder)
    yield _project(folder)
    yield _key(folder, environment)


def look_at_service(ask: Callable[[], Answer | str], now: Callable[[], float]) -> Iterator[MachineCheck]:
    """Whether the service answers, and whether the clock is right by it. `ask` gives its answer, or why there is
    none; `now` is in seconds since 1970."""
    answer = ask()
    if isinstance(answer, str):
        yield MachineCheck(
            "Network",
            Condition.BROKEN,
            f"Venice cannot be reached: {answer}",
            "Only the sandbox can render. A proxy is used with --trust-env.",
        )
        return
    if answer.status != 200:
        yield MachineCheck("Network", Condition.BROKEN, f"Venice answers {answer.status}", "Try again later.")
    else:
        yield MachineCheck("Network", Condition.FINE, "Venice answers")
    date = answer.headers.get("date")
    told = email.utils.parsedate_to_datetime(date).timestamp() if date else None
    if told is None:
        return
    seconds, most = abs(now() - told), _limits()["clock_seconds"]
    if seconds > most:
        yield MachineCheck(
            "Clock",
            Condition.LIMITED,
            f"wrong by {seconds:,.0f} s",
            "Let the system set the clock: a ceiling for a day and secure connections depend on it.",
        )
    else:
        yield MachineCheck("Clock", Condition.FINE, "right")


def _limits() -> Mapping[str, float]:
    limits: Mapping[str, float] = read_table("doctor.toml")["limits"]
    return limits


def _libraries() -> MachineCheck:
    try:
        needed = [one.partition(";")[0] for one in requires(_PACKAGE) or () if "extra ==" not in one]
        release = version(_PACKAGE)
    except PackageNotFoundError:
        return MachineCheck("sbc", Condition.LIMITED, "is not installed, but run from its folder", "pip install .")
    names = [_name(one) for one in needed]
    missing = [name for name in names if not _is_there(name)]
    if missing:
        return MachineCheck("sbc", Condition.BROKEN, f"{release}, without {', '.join(missing)}", "Install sbc again.")
    return MachineCheck("sbc", Condition.FINE, f"{release}, with all its {len(names)} libraries")


def _name(requirement: str) -> str:
    end = next((at for at, sign in enumerate(requirement) if sign in "<>=!~[ ("), len(requirement))
    return requirement[:end]


def _is_there(name: str) -> bool:
    try:
        version(name)
    except PackageNotFoundError:
        # Those for older Pythons alone may be missing.
        return name.startswith(("opentimelineio", "otio"))
    return True


def _fonts() -> MachineCheck:
    missing = [name for name, letter in _LETTERS.items() if font_runs(letter)[1]]
    if not missing:
        return MachineCheck("Fonts", Condition.FINE, f"for {', '.join(_LETTERS)} and Latin, Greek and Cyrillic")
    remedy = "Install Noto fonts for them (on Debian: apt install fonts-noto), if your films use them."
    return MachineCheck("Fonts", Condition.LIMITED, f"none for {', '.join(missing)}: captions show boxes there", remedy)


def _voices() -> MachineCheck:
    found = find_voices()
    if found is not None:
        return MachineCheck("Voices", Condition.FINE, f"{found.program} speaks in animatics")
    remedy = "Install espeak-ng to hear animatics."
    return MachineCheck("Voices", Condition.LIMITED, "no espeak-ng: animatics are silent", remedy)


def _disk(folder: Path) -> MachineCheck:
    place = folder if folder.is_dir() else Path()
    if not os.access(place, os.W_OK):
        return MachineCheck(
            "Disk", Condition.BROKEN, f"nothing can be written in {place}", "Work in a folder of your own."
        )
    free, least = shutil.disk_usage(place).free / _MEGABYTE, _limits()["free_megabytes"]
    words = f"{free:,.0f} MB are free in {place.resolve()}"
    if free < least:
        return MachineCheck(
            "Disk", Condition.BROKEN, words, f"Make room: a film of a few minutes needs {least:,.0f} MB."
        )
    return MachineCheck("Disk", Condition.FINE, words)


def _project(folder: Path) -> MachineCheck:
    path = find_project_file(folder / "film.sb")
    if path is None:
        words = "no project file: the root is the folder of each script, and there are no ceilings"
        return MachineCheck("Project", Condition.FINE, words, f"`sbc new` writes a {NAME}.")
    project = read_project(folder / "film.sb")
    if project.models.diagnostics:
        first = project.models.diagnostics[0]
        return MachineCheck(
            "Project", Condition.BROKEN, f"{first.file}:{first.start.line}: {first.message}", first.help or ""
        )
    ceilings = [f"{name} = {usd:g}" for name, usd in project.limits._asdict().items() if usd is not None]
    given = {"out": project.out, "wire": project.wire, "picture-model": project.picture_model}
    given |= {f"{kind}-model": name for kind, name in project.sound_models._asdict().items()}
    named = [f"{name} = {value}" for name, value in given.items() if value]
    said = ", ".join([*named, *(ceilings or ["no ceilings"])])
    return MachineCheck("Project", Condition.FINE, f"{path}, with {said}")


def _key(folder: Path, environment: Mapping[str, str]) -> MachineCheck:
    try:
        find_key(choose_base_url(None), environment, folder)
    except MissingSetting as problem:
        return MachineCheck("Key", Condition.LIMITED, "only the sandbox can render", f"{problem}.")
    return MachineCheck("Key", Condition.FINE, "there is one")
