"""Cut-outs by the service (`--cut-out`): which pictures, the request, and what a run does with each.

A board cuts people and things out of their pictures on this machine. If the result is poor, the service's background
removal can be paid for. Its result stays in `pictures/`, under the content of the original picture; boards and
animatics show it, and no script or request names it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.images.decoder import UnreadableImage
from storyboard.compiler.ir.resolved import Picture
from storyboard.compiler.pipeline import Analysis
from storyboard.drawing.cutouts import read_cut_out
from storyboard.make.actions import SENT, PictureAction
from storyboard.make.fingerprint import fingerprint_of
from storyboard.make.takes import take_file
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import Ledger
from storyboard.spend.session import Selection
from storyboard.spend.states import ENDED_BADLY, State

PATH = "image/background-remove"


@dataclass(frozen=True, slots=True)
class WantedCutOut:
    """Somebody or something to be cut out. `id` is `Mira.cutout`; `owner` and `kind` are those of the cast; `file` is
    where the picture is, `digest` the `sha256:…` of its bytes, `width` and `height` its sides in pixels, upright."""

    id: str
    owner: str
    kind: str
    picture: Picture
    file: Path
    digest: str
    width: int
    height: int

    @property
    def source(self) -> str:
        """The picture that it is cut from, as ledger and sidecar name it."""
        return f"{self.picture.path}#{self.digest}"

    @property
    def fingerprint(self) -> str:
        """What names the cut-out: the same bytes have the same, whatever their path."""
        return fingerprint_of(PATH, json.dumps({"image": self.digest}))


@dataclass(frozen=True, slots=True)
class CutOutItem:
    """A cut-out and what happens to it. `take` is the one on boards; `unknown` are takes that are perhaps paid."""

    wanted: WantedCutOut
    action: PictureAction
    why: str = ""
    take: Entry | None = None
    unknown: tuple[Entry, ...] = ()

    @property
    def usd(self) -> float:
        """What a run pays for it, in US dollars."""
        return cut_out_service().usd if self.action in SENT else 0.0


class CutOutService(NamedTuple):
    """The call as the catalogue has it: what it is called on bills, what becomes of what is sent, US dollars a
    picture, and where the figures are from."""

    model: str
    privacy: str
    usd: float
    source: str
    date: date

    @property
    def basis(self) -> str:
        """Where the figures are from, in words."""
        return f"{self.source}, {self.date.isoformat()}"


def cut_out_service() -> CutOutService:
    """The service's background removal."""
    facts = read_table("made_pictures.toml")["cut_out"]
    return CutOutService(**{name: facts[name] for name in CutOutService._fields})


def wanted_cut_outs(analysis: Analysis) -> tuple[WantedCutOut, ...]:
    """The people and things of a script whose pictures are there, each picture once, in the order of the cast."""
    seen: dict[str, WantedCutOut] = {}
    for one in _of_cast(analysis):
        seen.setdefault(one.digest, one)
    return tuple(seen.values())


def _of_cast(analysis: Analysis) -> Iterator[WantedCutOut]:
    for entity in analysis.film.cast:
        picture = entity.pictures[0] if entity.pictures and not entity.is_location else None
        file = analysis.images.file(picture) if picture is not None else None
        if picture is not None and file is not None:
            facts = analysis.images.look(picture)
            name, kind = f"{entity.name}.cutout", entity.kind.value
            yield WantedCutOut(name, entity.name, kind, picture, file, facts.digest, facts.width, facts.height)


def plan_cut_outs(
    wanted: tuple[WantedCutOut, ...], ledger: Ledger | None, folder: Path, selection: Selection
) -> tuple[CutOutItem, ...]:
    """Say what a run into `folder` does about every cut-out. Without names, those are sent that this machine does
    badly."""
    return tuple(_item(one, ledger, folder, selection) for one in wanted)


def _item(wanted: WantedCutOut, ledger: Ledger | None, folder: Path, selection: Selection) -> CutOutItem:
    """What a run does with one cut-out, in the order in which the reasons count."""
    entries = cut_out_entries(wanted, ledger)
    unknown = tuple(entry for entry in entries if entry.state in (State.UNKNOWN, State.INTENDED))
    take = shown_cut_out(wanted, ledger, folder)
    if wanted.id in selection.resend and unknown:
        return CutOutItem(wanted, PictureAction.RESEND, unknown=unknown)
    if wanted.id in selection.retake:
        return CutOutItem(wanted, PictureAction.RETAKE, take=take)
    if take is not None:
        return CutOutItem(wanted, PictureAction.FINISHED, f"take {take.number}", take)
    if selection.only is not None and wanted.id not in selection.only:
        return CutOutItem(wanted, PictureAction.LEFT_OUT)
    if unknown:
        why = f"perhaps paid: --resend-unknown {wanted.id} sends it again"
        return CutOutItem(wanted, PictureAction.UNKNOWN, why, unknown=unknown)
    if entries and entries[-1].state in ENDED_BADLY:
        why = f"--retake {wanted.id} pays for a new one ({entries[-1].said})"
        return CutOutItem(wanted, PictureAction.ENDED, why)
    if selection.only is None and _is_cut_well(wanted):
        why = f"this machine cuts it out itself; --only {wanted.id} has Venice do it"
        return CutOutItem(wanted, PictureAction.NOT_NEEDED, why)
    return CutOutItem(wanted, PictureAction.NEW)


def _is_cut_well(wanted: WantedCutOut) -> bool:
    """Whether boards have more of it than a portrait with soft edges, without the service."""
    try:
        return not read_cut_out(wanted.file, wanted.kind).is_soft
    except UnreadableImage:
        return False


def cut_out_entries(wanted: WantedCutOut, ledger: Ledger | None) -> list[Entry]:
    """The takes of a cut-out, the oldest first."""
    entries = ledger.entries("picture") if ledger else ()
    return [one for one in entries if one.fingerprint == wanted.fingerprint and one.state is not State.PLANNED]


def shown_cut_out(wanted: WantedCutOut, ledger: Ledger | None, folder: Path) -> Entry | None:
    """The take that boards show: the latest that is there and was not rejected."""
    saved = [one for one in cut_out_entries(wanted, ledger) if one.state is State.SAVED]
    return next((one for one in reversed(saved) if one.file and take_file(folder, one).is_file()), None)
