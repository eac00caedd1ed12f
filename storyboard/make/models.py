"""The model for each picture: the one that the script or the command names if it can make it, or else the usual one."""

from __future__ import annotations

from storyboard.catalog.picture_models import PictureModel, PictureUse, find_picture_model, picture_uses
from storyboard.make.wanted_pictures import Role, WantedPicture

_GENERATE, _EDIT = "generate", "edit"
PRIVATE = "private"


def model_for(wanted: WantedPicture, named: str | None) -> PictureModel:
    """The model that makes a picture. `named` is the script's `Picture model`: it makes what it can, and its sibling
    of the same family the rest. Where it has none, the usual model for the use does, or the private one where the named
    one is private, too."""
    kind = _EDIT if wanted.sources else _GENERATE
    chosen = find_picture_model(named) if named else None
    for one in (chosen, find_picture_model(chosen.sibling) if chosen else None):
        if one is not None and one.kind == kind:
            return one
    use = use_of(wanted)
    usual = find_picture_model(use.private if chosen is not None and chosen.privacy == PRIVATE else use.model)
    assert usual is not None, "the file names its own models"
    return usual


def use_of(wanted: WantedPicture) -> PictureUse:
    """The row of the uses that a picture belongs to."""
    uses = picture_uses()
    if wanted.role in (Role.START, Role.END):
        return uses["panel" if wanted.sources else "place"]
    is_place = wanted.entity is not None and wanted.entity.is_location
    if wanted.sources:
        return uses["variant" if is_place else "angle"]
    return uses["place" if is_place else "front"]


def resolution_for(wanted: WantedPicture, model: PictureModel) -> str | None:
    """The resolution that is asked for: the use's where the model has it, else its own usual one."""
    asked = use_of(wanted).resolution
    return asked if asked in model.resolutions else model.resolution


def shape_for(aspect: str, model: PictureModel) -> str:
    """The aspect that is asked for: the wanted one, else the nearest that the model has."""
    listed = [one for one in model.aspects if ":" in one]
    if aspect in listed or not listed:
        return aspect
    return min(listed, key=lambda one: abs(ratio_of(one) / ratio_of(aspect) - 1))


def ratio_of(aspect: str) -> float:
    """Width by height of `16:9`."""
    across, down = aspect.split(":")
    return float(across) / float(down)
