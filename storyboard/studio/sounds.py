"""The sounds on the page: speeches with their voices, and music, ambience and effects in words, each with its takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from storyboard.compiler.pipeline import Analysis
from storyboard.files.sidecar import read_sidecar
from storyboard.make.pick import NoSuchMadeTake, choosable_takes, pick_sound
from storyboard.make.planning import PicturePlan
from storyboard.make.sound_takes import sound_entries
from storyboard.make.sounds import SoundItem, WantedSound, wanted_sounds
from storyboard.make.speeches import SpeechItem, WantedSpeech, wanted_speeches
from storyboard.make.takes import take_file
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.lock import is_held
from storyboard.spend.states import RUNNING, State
from storyboard.studio.offers import choosing, ledger_to_read
from storyboard.studio.takes import StudioRefusal

#: Where a file is heard: an address.
Address = Callable[[Path], str]


def list_sounds(plan: PicturePlan, folder: Path, address: Address) -> list[dict[str, Any]]:
    """The speeches of a plan in the film's order, then its music, ambience and effects."""
    items: list[SpeechItem | SoundItem] = [*plan.speeches, *plan.sounds]
    sends = is_held(folder)
    with ledger_to_read(folder) as ledger:
        return [_sound(item, ledger, folder, address, sends=sends) for item in items]


def _sound(
    item: SpeechItem | SoundItem, ledger: Ledger | None, folder: Path, address: Address, *, sends: bool
) -> dict[str, Any]:
    """One sound as data for the page, with its takes."""
    wanted = item.wanted
    entries = sound_entries(wanted.fingerprint, ledger)
    choosable, chosen = choosable_takes(wanted, ledger) if ledger is not None else ((), None)
    coming = RUNNING | {State.INTENDED} if sends else RUNNING
    return {
        "id": wanted.id,
        **_described(wanted),
        "model": wanted.model.name,
        "shot": wanted.shot,
        "action": item.action.value,
        "why": item.why.partition(": --")[0],  # options are for a terminal
        "running": any(one.state in coming for one in entries),
        "unknown": not sends and bool(item.unknown),
        "takes": [_take(one, chosen, folder, address) for one in choosable if take_file(folder, one).is_file()],
    }


def _described(wanted: WantedSpeech | WantedSound) -> dict[str, str]:
    if isinstance(wanted, WantedSpeech):
        return {"kind": "speech", "words": wanted.text, "who": wanted.speaker, "voice": wanted.body["voice"]}
    return {"kind": wanted.kind, "words": wanted.words, "who": "", "voice": ""}


def _take(entry: Entry, chosen: Entry | None, folder: Path, address: Address) -> dict[str, Any]:
    """One take of a sound as data for the page."""
    path = take_file(folder, entry)
    return {
        "number": entry.number,
        "url": address(path),
        "seconds": read_sidecar(path.with_suffix(".json")).get("seconds"),
        "chosen": chosen is not None and chosen.id == entry.id,
        "rejected": (entry.said or "cannot be heard") if entry.state is State.REJECTED else "",
    }


def choose_sound(analysis: Analysis, folder: Path, sound: str, number: int) -> None:
    """Let a take be what is heard, as `sbc pick FILE 1.2.music 2` does. Raises StudioRefusal."""
    there: list[WantedSpeech | WantedSound] = [*wanted_speeches(analysis), *wanted_sounds(analysis)]
    wanted = next((one for one in there if one.id == sound), None)
    if wanted is None:
        raise StudioRefusal(f"The script has no sound {sound} that is made.")
    with choosing(folder) as ledger:
        try:
            pick_sound(wanted, ledger, number)
        except NoSuchMadeTake as problem:
            raise StudioRefusal(f"{problem}.") from None
