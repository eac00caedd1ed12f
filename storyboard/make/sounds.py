"""Music, ambience and effects that a script describes in words: the requests, and what a run does.

A sound is identified by its words and its model, not by its length: if a shot gets longer, the sound loops, and nothing
is paid.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from storyboard.catalog import read_table
from storyboard.catalog.sound_models import SoundModel
from storyboard.compiler.emit.sound import sound_runs
from storyboard.compiler.ir.resolved import Audio, Effect, Shot
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.prompts.sentences import clean_text
from storyboard.film.sound_plan import sound_rules
from storyboard.make.actions import SENT, PictureAction
from storyboard.make.fingerprint import fingerprint_of
from storyboard.make.sound_models import sound_model
from storyboard.make.sound_takes import chosen_sound, sound_standing
from storyboard.make.takes import SOUNDS
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.quotes import Quotes
from storyboard.spend.session import Selection

SoundKind = Literal["music", "ambience", "effect"]


@dataclass(frozen=True, slots=True)
class WantedSound:
    """A sound to be made of `words`, as the script has them.

    `id` is `1.2.music`, `1.2.ambience` or `1.2.effect1`, by the `shot` that it is heard in first. `heard` is how long
    it is heard at most, in seconds; `loops` whether the mix repeats it where it is shorter. `body` is the request.
    """

    id: str
    kind: SoundKind
    words: str
    shot: str
    heard: float
    loops: bool
    model: SoundModel
    body: Mapping[str, Any]

    @property
    def seconds(self) -> int:
        """The length that is asked for, 0 where the model chooses it."""
        return int(self.body.get("duration_seconds", 0))

    @property
    def quote(self) -> dict[str, Any]:
        """The body of the free call that tells the price."""
        return {key: value for key, value in self.body.items() if key in ("model", "duration_seconds")}

    @property
    def fingerprint(self) -> str:
        """What names the sound that is made, whatever its length and wherever it is heard."""
        told = json.dumps({**self.body, "duration_seconds": None}, ensure_ascii=False, sort_keys=True)
        return fingerprint_of("audio/queue", told)

    def length_note(self, seconds: int) -> str:
        """A remark on a piece of this many seconds that is shorter than its place; empty if it is not."""
        if not seconds or self.kind == "effect" or math.ceil(self.heard) <= seconds:
            return ""
        what = "it loops" if self.loops else "then it is silent"
        return f"{seconds} s for {math.ceil(self.heard)} s of film: {what}"


@dataclass(frozen=True, slots=True)
class SoundItem:
    """A sound and what happens to it; `take` and `unknown` as in SoundStanding.

    `price` is the price of one in US dollars, None if unknown; `is_quoted` says that the service has just given it.
    `copies` is the number of takes to make.
    """

    wanted: WantedSound
    action: PictureAction
    why: str = ""
    take: Entry | None = None
    unknown: tuple[Entry, ...] = ()
    price: float | None = None
    is_quoted: bool = False
    copies: int = 1

    @property
    def usd(self) -> float | None:
        """What a run pays for it, in US dollars; None if that is unknown."""
        if self.action not in SENT:
            return 0.0
        return None if self.price is None else self.price * self.copies

    @property
    def basis(self) -> str:
        """Where the price is from, in words."""
        return "quoted by the service" if self.is_quoted else self.wanted.model.basis


#: The field of models that sing unless it is set.
_INSTRUMENTAL = "force_instrumental"


def wanted_sounds(analysis: Analysis) -> tuple[WantedSound, ...]:
    """The sounds of a script that are given in words, in its order: music, ambience, effects. Equal words are one
    sound, as long as the longest place that it has."""
    found: dict[str, WantedSound] = {}
    for one in (*_runs(analysis, "music"), *_runs(analysis, "ambience"), *_effects(analysis)):
        before = found.get(one.words)
        if before is None:
            found[one.words] = one
        elif before.kind == one.kind and before.heard < one.heard:
            found[one.words] = replace(before, heard=one.heard, body=one.body)
    return tuple(found.values())


def _runs(analysis: Analysis, kind: Literal["music", "ambience"]) -> Iterator[WantedSound]:
    """The music or ambience of a script that is described in words."""

    def sound(shot: Shot) -> Audio | None:
        return shot.music if kind == "music" else shot.ambience

    runs = list(sound_runs([shot for clip in analysis.clips for shot in clip.shots], sound))
    model = sound_model(analysis, kind)
    takeover = sound_rules().laid["takeover" if kind == "music" else "ramp"]
    for number, (audio, shots) in enumerate(runs):
        if audio is None or not audio.words:
            continue
        neighbours = [one for one, _ in (*runs[max(0, number - 1) : number], *runs[number + 1 : number + 2]) if one]
        room = sum(shot.duration or 0 for shot in shots) - audio.options.at_second
        if room <= 0:  # it would never be heard
            continue
        seconds = room + audio.options.start_from
        heard = seconds + takeover / 2 * len(neighbours)
        yield _wanted(f"{shots[0].number}.{kind}", kind, model, audio, shots[0], heard)


def _effects(analysis: Analysis) -> Iterator[WantedSound]:
    model = sound_model(analysis, "effect")
    for shot in (shot for clip in analysis.clips for shot in clip.shots):
        effects = [beat.audio for beat in shot.beats if isinstance(beat, Effect)]
        for number, audio in enumerate(effects, 1):
            room = (shot.duration or 0) - audio.options.at_second
            if audio.words and room > 0:
                seconds = room + audio.options.start_from
                yield _wanted(f"{shot.number}.effect{number}", "effect", model, audio, shot, seconds)


def _wanted(name: str, kind: SoundKind, model: SoundModel, audio: Audio, shot: Shot, heard: float) -> WantedSound:
    """One sound with its request."""
    facts = read_table("made_pictures.toml")["sound"]
    prompt = clean_text(audio.words)
    if len(prompt) < facts["shortest_prompt"]:
        prompt = facts["of"][kind].format(words=prompt)
    body: dict[str, Any] = {"model": model.id, "prompt": prompt}
    if _INSTRUMENTAL in model.options:
        body[_INSTRUMENTAL] = True  # the words are a description, and nobody sings them
    if model.seconds is not None and "duration_seconds" in model.options:
        shortest, longest, usual = model.seconds
        most = usual if kind == "effect" else longest
        body["duration_seconds"] = min(max(math.ceil(heard), shortest), most)
    loops = bool(audio.options.loops) if kind == "effect" else audio.options.loops is not False
    return WantedSound(name, kind, audio.words, shot.number, heard, loops, model, body)


def plan_sounds(
    wanted: tuple[WantedSound, ...], ledger: Ledger | None, folder: Path, selection: Selection, copies: int = 1
) -> tuple[SoundItem, ...]:
    """Say what a run into `folder` does about every sound, at the prices of the model list; it makes so many takes of
    each that it sends."""
    return tuple(replace(_item(one, ledger, folder, selection), copies=copies) for one in wanted)


def _item(wanted: WantedSound, ledger: Ledger | None, folder: Path, selection: Selection) -> SoundItem:
    """What a run does with one sound."""
    there = sound_standing(wanted.id, wanted.fingerprint, ledger, folder, selection)
    most = wanted.model.prompt_characters
    if there.action in SENT and len(wanted.body["prompt"]) > most:
        why = f"{wanted.model.name} takes at most {most:,} characters; shorten the words"
        return SoundItem(wanted, PictureAction.BLOCKED, why)
    seconds = wanted.seconds if there.action in SENT or there.take is None else there.take.seconds
    why = "; ".join(filter(None, (there.why, wanted.length_note(seconds))))
    return SoundItem(wanted, there.action, why, there.take, there.unknown, wanted.model.price(wanted.seconds))


def with_quotes(items: tuple[SoundItem, ...], quotes: Quotes) -> tuple[SoundItem, ...]:
    """The items at the service's own prices, where it told them."""
    told = ((item, quotes.of(item.wanted.quote)) for item in items)
    return tuple(item if usd is None else replace(item, price=usd, is_quoted=True) for item, usd in told)


def made_sounds(analysis: Analysis, folder: Path) -> dict[str, Path]:
    """The files of music, ambience and effects that were made, by their words. Raises LedgerUnusable."""
    ledger = Ledger.read(folder)
    if ledger is None:
        return {}
    with ledger:
        takes = {one.words: chosen_sound(one.fingerprint, ledger, folder) for one in wanted_sounds(analysis)}
        return {words: folder / SOUNDS / str(take.file) for words, take in takes.items() if take is not None}
