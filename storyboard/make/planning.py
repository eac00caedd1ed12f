"""The plan of making: what a run does with every picture that a script names, decided without sending anything."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from storyboard.compiler.ir.parsed import Kind
from storyboard.make.actions import SENT, PictureAction
from storyboard.make.cut_outs import CutOutItem, WantedCutOut
from storyboard.make.models import model_for
from storyboard.make.placement import why_not_place
from storyboard.make.prompts import write_picture_prompt
from storyboard.make.requests import PictureRequest, build_request
from storyboard.make.sounds import SoundItem
from storyboard.make.speeches import SpeechItem, WantedSpeech
from storyboard.make.takes import PictureStanding, PictureTakes, known_digests, picture_standing, takes_of
from storyboard.make.wanted_pictures import Role, WantedPicture
from storyboard.spend.balance import Balance
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.session import Selection
from storyboard.spend.states import State

_COMING = SENT | {PictureAction.PUT_BACK}


@dataclass(frozen=True, slots=True)
class PictureItem:
    """A picture and what happens to it.

    `why` is for the person and may be empty. `request` is sent, `copies` times; `after` are the ids of pictures that
    have to exist first; `changes` are finished clips that were made with the picture that it replaces.
    """

    wanted: WantedPicture
    action: PictureAction
    takes: PictureTakes
    request: PictureRequest
    why: str = ""
    copies: int = 1
    after: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def usd(self) -> float | None:
        """What a run pays for it, in US dollars; None if that is unknown."""
        if self.action not in SENT:
            return 0.0
        return None if self.request.usd is None else self.request.usd * self.copies


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """A run to be: the pictures in the order in which they are made, then the speeches, then music, ambience and
    effects; or only cut-outs. `quote_problem` says why prices of these are the list's, empty where none is."""

    items: tuple[PictureItem, ...]
    speeches: tuple[SpeechItem, ...] = ()
    sounds: tuple[SoundItem, ...] = ()
    cut_outs: tuple[CutOutItem, ...] = ()
    quote_problem: str = ""
    balance: Balance | None = None

    @property
    def sent(self) -> tuple[PictureItem, ...]:
        """The items that are sent, unless one that they are made from fails."""
        return tuple(item for item in self.items if item.action in SENT)

    @property
    def cut(self) -> tuple[CutOutItem, ...]:
        """The cut-outs that are sent."""
        return tuple(item for item in self.cut_outs if item.action in SENT)

    @property
    def spoken(self) -> tuple[SpeechItem, ...]:
        """The speeches that are sent."""
        return tuple(item for item in self.speeches if item.action in SENT)

    @property
    def queued(self) -> tuple[SoundItem, ...]:
        """The sounds that are sent."""
        return tuple(item for item in self.sounds if item.action in SENT)

    @property
    def calls(self) -> int:
        """How many calls are paid."""
        sent: list[PictureItem | SpeechItem | SoundItem] = [*self.sent, *self.spoken, *self.queued]
        return sum(item.copies for item in sent) + len(self.cut)

    @property
    def sends(self) -> bool:
        """Whether anything is sent at all."""
        return bool(self.sent or self.cut or self.spoken or self.queued)

    @property
    def usd(self) -> float:
        """What the run pays, as far as prices are known."""
        pictures = sum((item.usd or 0.0 for item in self.items), 0.0)
        sounds = sum((item.usd or 0.0 for item in self.sounds), 0.0)
        speeches = sum((item.usd for item in self.speeches), 0.0)
        return pictures + speeches + sounds + sum((item.usd for item in self.cut_outs), 0.0)

    def with_balance(self, balance: Balance) -> PicturePlan:
        """The plan with the balance of the account."""
        return replace(self, balance=balance)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOptions:
    """What the person wants: how many takes of each, which model, whose templates. `auditions` are made instead of
    everything else, where there are some; so are `cut_outs`, where they are not None."""

    copies: int = 1
    model: str | None = None
    templates: Path | None = None
    auditions: tuple[WantedSpeech, ...] = ()
    cut_outs: tuple[WantedCutOut, ...] | None = None


def plan_pictures(
    wanted: Sequence[WantedPicture],
    ledger: Ledger | None,
    *,
    root: Path,
    folder: Path,
    other_folder: Path,
    selection: Selection,
    options: PictureOptions,
) -> PicturePlan:
    """Say what a run into `folder` does about every picture; `other_folder` is where the sandbox draws for this script,
    or, for the sandbox, where paid pictures are. Raises TemplateProblem."""
    known = known_digests(other_folder, folder)
    items: dict[str, PictureItem] = {}
    for one in wanted:
        item = _item(one, ledger, picture_standing(root / one.path, known, folder), root, selection, options)
        if item.action in _COMING:
            item = _after_its_sources(item, items, root)
        if item.action is PictureAction.RETAKE and ledger is not None:
            item = replace(item, changes=clips_with(one.path, ledger))
        items[one.path] = item
    return PicturePlan(tuple(items.values()))


def _item(
    wanted: WantedPicture,
    ledger: Ledger | None,
    there: PictureStanding,
    root: Path,
    selection: Selection,
    options: PictureOptions,
) -> PictureItem:
    """What a run does with one picture, in the order in which the reasons count."""
    takes = takes_of(wanted, ledger)
    request, is_shortened = _request(wanted, options)
    item = PictureItem(wanted, PictureAction.NEW, takes, request, copies=options.copies)
    is_meant = selection.only is None or wanted.id in selection.only
    is_missing = there in _NOTES or there is PictureStanding.MISSING
    if there is PictureStanding.YOURS:
        return _as(item, PictureAction.YOURS, f"{wanted.path} was not written by sbc, and is kept")
    if there is PictureStanding.OURS and wanted.id not in selection.retake:
        return _as(item, PictureAction.FINISHED, _changed(item))
    used = (
        clips_with(wanted.path, ledger)
        if ledger is not None and is_missing and there is not PictureStanding.MISSING
        else ()
    )
    if used and wanted.id not in selection.retake:
        why = f"{_NOTES[there]}, and finished clips were made with it: --retake {wanted.id} replaces it"
        return _as(item, PictureAction.FINISHED, why)
    if problem := why_not_place(root, wanted.path) or ("" if is_missing or there is PictureStanding.OURS else _NO_FILE):
        return _as(item, PictureAction.BLOCKED, problem.format(path=wanted.path))
    if not is_meant:
        return _as(item, PictureAction.LEFT_OUT, "")
    notes = [_NOTES[there]] if there in _NOTES else []
    notes += [f"more words than {request.model.name} takes; the last ones are left out"] if is_shortened else []
    note = "; ".join(notes)
    if wanted.id in selection.resend and takes.unknown:
        return _as(item, PictureAction.RESEND, note)
    if wanted.id in selection.retake:
        return _as(item, PictureAction.RETAKE, note)
    if takes.chosen is not None:
        return _as(item, PictureAction.PUT_BACK, f"take {takes.chosen.number} exists")
    if takes.unknown:
        return _as(item, PictureAction.UNKNOWN, f"perhaps paid: --resend-unknown {wanted.id} sends it again")
    if takes.ended is not None:
        return _as(item, PictureAction.ENDED, _ended(takes.ended, wanted.id))
    if not _has_words(wanted):
        return _as(item, PictureAction.NO_WORDS, "it needs a look to be made from")
    return _as(item, PictureAction.NEW, note)


#: Files that take the place of a picture until it is made.
_NOTES = {
    PictureStanding.SANDBOX: "the file is the sandbox's drawing",
    PictureStanding.PLACEHOLDER: "the file is a placeholder",
}
_NO_FILE = "{path} is not a file that can be replaced"


def _as(item: PictureItem, action: PictureAction, why: str) -> PictureItem:
    return replace(item, action=action, why=why)


def _request(wanted: WantedPicture, options: PictureOptions) -> tuple[PictureRequest, bool]:
    model = model_for(wanted, options.model)
    inputs = min(len(wanted.sources), max(1, model.inputs))
    prompt = write_picture_prompt(wanted, inputs, model.prompt_characters, options.templates)
    return build_request(wanted, model, prompt.text), prompt.is_shortened


def _has_words(wanted: WantedPicture) -> bool:
    """Whether anything says what a picture shows: a look, the picture that it is made from, or the text of its shot."""
    if wanted.shot is not None or wanted.role in (Role.ANGLE, Role.VIEW):
        return True
    entity = wanted.entity
    # What a place or a thing is called says what it is; what somebody is called does not.
    return entity is not None and (bool(entity.look) or entity.kind is not Kind.CHARACTER)


def _after_its_sources(item: PictureItem, items: dict[str, PictureItem], root: Path) -> PictureItem:
    """The item with what it waits for; blocked where that will not be there."""
    after: dict[str, None] = {}
    for source in item.wanted.sources[: item.request.inputs]:
        before = items.get(source.picture.path)
        if before is not None and before.action in _COMING:
            after[before.wanted.id] = None
        elif not source.picture.is_url and not (root / source.picture.path).is_file():
            name = before.wanted.id if before else source.picture.path
            return _as(item, PictureAction.BLOCKED, f"it is made from {name}, which does not exist yet")
    return replace(item, after=tuple(after))


def _changed(item: PictureItem) -> str:
    """Which take it is, and whether the words are still those that it was made from."""
    chosen = item.takes.chosen
    if chosen is None:
        return ""
    if json.loads(chosen.request).get("prompt") == item.request.body["prompt"]:
        return f"take {chosen.number}"
    return f"take {chosen.number}; its words have changed since: --retake {item.wanted.id} makes a new one"


def _ended(entry: Entry, picture: str) -> str:
    said = f" ({entry.said.rstrip('.')})" if entry.said else ""
    pick = f"sbc pick can still use take {entry.number}, " if entry.file and entry.state is State.REJECTED else ""
    return f"{pick}--retake {picture} pays for a new one{said}"


def clips_with(path: str, ledger: Ledger) -> tuple[str, ...]:
    """The finished clips that were made with a picture."""
    name = f'"{path}#'
    return tuple(
        dict.fromkeys(
            entry.clip_id for entry in ledger.entries("clip") if entry.state is State.SAVED and name in entry.request
        )
    )
