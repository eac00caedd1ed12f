"""The cast on the page: people, things and places with their pictures, takes and clips; and the sounds."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from storyboard.board.image_sources import PictureFile
from storyboard.board.storyboard import entities_of, scenes_by_entity
from storyboard.catalog.picture_models import most_takes
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.pipeline import Analysis
from storyboard.compiler.prompts import TemplateProblem
from storyboard.make.models import ratio_of
from storyboard.make.pick import NoSuchMadeTake, pick_picture
from storyboard.make.picture_declarations import declare_pictures
from storyboard.make.planning import PictureItem, clips_with
from storyboard.make.takes import take_file
from storyboard.make.wanted_pictures import Role, WantedPicture, wanted_pictures
from storyboard.spend.entry import Entry
from storyboard.spend.ledger import LedgerUnusable
from storyboard.spend.lock import is_held
from storyboard.spend.session import Selection
from storyboard.spend.states import RUNNING, State
from storyboard.studio.make_offer import plan_making, refuse_errors
from storyboard.studio.offers import choosing
from storyboard.studio.sounds import list_sounds
from storyboard.studio.takes import StudioRefusal

_ROLES = {Role.FRONT: "Front", Role.ANGLE: "Angle", Role.IMAGE: "Place", Role.VIEW: "View"}
#: Where a picture is shown: an address.
Address = Callable[[PictureFile], str]


def list_cast(
    analysis: Analysis, folder: Path, other_folder: Path, picture_address: Address, sound_address: Callable[[Path], str]
) -> dict[str, Any]:
    """All declarations in script order, with their pictures.

    Also the start and end `frames` of shots, and the `sounds` that are made. `undeclared` are the names without a
    picture line; `most_takes` is the largest number of takes in one run. Raises StudioRefusal.
    """
    refuse_errors(analysis)
    try:
        plan = plan_making(analysis, folder, other_folder, Selection())
    except (LedgerUnusable, TemplateProblem) as problem:
        raise StudioRefusal(f"{problem}.") from None
    by_entity: defaultdict[Entity | None, list[PictureItem]] = defaultdict(list)
    for item in plan.items:
        by_entity[item.wanted.entity].append(item)
    scenes = scenes_by_entity((scene.number, entities_of(scene)) for scene in analysis.film.scenes)
    sends, root = is_held(folder), Path(analysis.root)

    def pictures_of(entity: Entity) -> list[dict[str, Any]]:
        items = sorted(by_entity[entity], key=lambda one: (list(Role).index(one.wanted.role), one.wanted.id))
        return [_picture(one, root, folder, picture_address, sends=sends) for one in items]

    return {
        "cast": [
            {
                "name": entity.name,
                "kind": entity.kind.value,
                "look": entity.look,
                "scenes": scenes.get(entity, []),
                "clips": [clip.id for clip in analysis.clips if entity in clip.present],
                "pictures": pictures_of(entity),
            }
            for entity in analysis.film.cast
        ],
        "frames": [_picture(one, root, folder, picture_address, sends=sends) for one in by_entity[None]],
        "sounds": list_sounds(plan, folder, sound_address),
        "most_takes": most_takes(),
        "undeclared": [entity.name for entity in analysis.film.cast if entity.look and not entity.pictures],
    }


def picture_words(wanted: WantedPicture) -> str:
    """The heading for a picture: `Front`, `Angle 2`, `Start of shot 1.2`."""
    if wanted.shot is not None:
        return f"{wanted.role.value.capitalize()} of shot {wanted.shot.number}"
    number = wanted.id.rpartition(wanted.role.value)[2]
    return " ".join(filter(None, (_ROLES.get(wanted.role, wanted.role.value.capitalize()), number)))


def _picture(item: PictureItem, root: Path, folder: Path, address: Address, *, sends: bool) -> dict[str, Any]:
    """One picture of the cast as data for the page, with its takes."""
    wanted, takes = item.wanted, item.takes
    file = root / wanted.path
    return {
        "id": wanted.id,
        "what": picture_words(wanted),
        "file": wanted.path,
        "url": address(PictureFile(file)) if file.is_file() else None,
        "shape": _shape(wanted.aspect),
        "action": item.action.value,
        "why": item.why.partition(": --")[0],  # options are for a terminal
        "prompt": item.request.body["prompt"],
        "running": sends and any(one.state in RUNNING | {State.INTENDED} for one in takes.entries),
        "unknown": not sends and bool(takes.unknown),
        "takes": [_take(one, item, folder, address) for one in takes.choosable if take_file(folder, one).is_file()],
    }


def _shape(aspect: str) -> str:
    """How a card holds a picture: `wide`, `square` or `tall`."""
    ratio = ratio_of(aspect)
    return "wide" if ratio > 1 else "square" if ratio == 1 else "tall"


def _take(entry: Entry, item: PictureItem, folder: Path, address: Address) -> dict[str, Any]:
    """One take of a picture as data for the page."""
    prompt = str(json.loads(entry.request).get("prompt", ""))
    chosen = item.takes.chosen
    return {
        "number": entry.number,
        "url": address(PictureFile(take_file(folder, entry))),
        "chosen": chosen is not None and chosen.id == entry.id,
        "rejected": (entry.said or "is not usable as it is") if entry.state is State.REJECTED else "",
        "prompt": prompt,
        "changed": prompt != item.request.body["prompt"],
    }


def choose_picture(analysis: Analysis, folder: Path, other_folder: Path, picture: str, number: int) -> tuple[str, ...]:
    """Put a take at the path of its picture, as `sbc pick FILE Mira.front 2` does.

    Returns the finished clips that were made with the previous picture. Raises StudioRefusal.
    """
    wanted = next((one for one in wanted_pictures(analysis) if one.id == picture), None)
    if wanted is None:
        raise StudioRefusal(f"The script names no picture {picture}.")
    with choosing(folder) as ledger:
        try:
            pick_picture(wanted, ledger, number, Path(analysis.root), (folder, other_folder))
        except (NoSuchMadeTake, OSError) as problem:
            raise StudioRefusal(f"{problem}.") from None
        return clips_with(wanted.path, ledger)


def declared_text(analysis: Analysis) -> str | None:
    """The script with a picture line for everybody with a look and no picture; None if this file needs none."""
    files = declare_pictures(analysis).files
    return next((one.after for one in files if one.path == analysis.path), None)
