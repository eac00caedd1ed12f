"""Prompts of pictures: the script's words in templates that a project may override (`--templates`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from storyboard.catalog import read_table
from storyboard.compiler.ir.resolved import Action, Entity, Scene, Shot, plain
from storyboard.compiler.names import is_wide
from storyboard.compiler.prompts import fill_template
from storyboard.compiler.prompts.camera import sizes_as_phrases
from storyboard.compiler.prompts.sentences import clean_text, description, sentence, with_full_stop
from storyboard.make.wanted_pictures import Role, WantedPicture

_TEMPLATES = Path(__file__).parent / "templates"
_PARTS = re.compile(r"(?<!\s)\s*(?:[,;，、；]|\b(?:and|with|in)\b)\s*", re.IGNORECASE)
_WORD_END = re.compile(r"[\s,;.，、。]")


class PicturePrompt(NamedTuple):
    """A prompt, and whether words were left out of it because the model takes no more."""

    text: str
    is_shortened: bool = False


def write_picture_prompt(wanted: WantedPicture, inputs: int, most: int, folder: Path | None = None) -> PicturePrompt:
    """The prompt of a picture, at most `most` characters long: where the words are too many, those of the look end
    sooner. `inputs` is how many of its sources are sent; `folder` has templates that go before ours. Raises
    TemplateProblem."""
    name, data = _phrases(wanted, inputs)
    text = fill_template(name, data, _TEMPLATES, folder, wanted.id)
    if len(text) <= most:
        return PicturePrompt(text)
    key = "action" if "action" in data else "look"
    words = data[key]
    # The words may stand in the template more than once, so that the room is found by trying.
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        shorter = {**data, key: _cut(words, middle)}
        low, high = (
            (middle, high)
            if len(fill_template(name, shorter, _TEMPLATES, folder, wanted.id)) <= most
            else (low, middle - 1)
        )
    text = fill_template(name, {**data, key: _cut(words, low)}, _TEMPLATES, folder, wanted.id)
    return PicturePrompt(_cut(text, most), is_shortened=True)


def _cut(text: str, most: int) -> str:
    """A text's beginning, ended at a word where it has words."""
    if len(text) <= most:
        return text
    part = text[:most]
    ends = [found.start() for found in _WORD_END.finditer(part)]
    return part[: ends[-1]].rstrip(" ,;.，、。") if ends and not is_wide(part[-1:] or " ") else part


def _phrases(wanted: WantedPicture, inputs: int) -> tuple[str, dict[str, Any]]:
    """The template of a picture, and what it says."""
    if wanted.shot is not None and wanted.scene is not None:
        return "picture-frame", _of_frame(wanted, wanted.scene, wanted.shot, inputs)
    entity = wanted.entity
    assert entity is not None, "what is not a frame shows somebody or something"
    data: dict[str, Any] = {
        "name": entity.spoken_name,
        "kind": entity.kind.value,
        "look": look_of(entity),
        "light": clean_text(entity.light).rstrip("."),
        "setting": wanted.setting,
        "style": wanted.style,
    }
    if wanted.role is Role.ANGLE:
        return "picture-angle", data | {"angle": angle_of(wanted)}
    if wanted.role is Role.VIEW:
        return "picture-view", data | {"view": angle_of(wanted)}
    if inputs and entity.base is not None:
        data |= {"before": look_of(entity.base), "change": difference(entity.base, entity)}
        return "picture-place-variant" if entity.is_location else "picture-variant", data
    return "picture-place" if entity.is_location else "picture-front", data


def look_of(entity: Entity) -> str:
    """The look of an entity as a prompt says it, or its name if it has none."""
    return description(entity.look) or entity.spoken_name


def difference(base: Entity, variant: Entity) -> str:
    """What a variant's look has that the look of its base has not, part by part; its own word where nothing differs."""
    word = variant.name.rpartition(".")[2]
    known = {part.lower() for part in _PARTS.split(look_of(base))}
    parts = [part for part in _PARTS.split(look_of(variant)) if part and part.lower() not in known]
    return ", ".join([word, *parts])


def angle_of(wanted: WantedPicture) -> str:
    """Which side a path means, in words: by its name, else in the order of the table, each side once."""
    table = read_table("made_pictures.toml")["angle" if wanted.role is Role.ANGLE else "view"]
    assert wanted.entity is not None, "a frame has no angles"
    paths = [picture.path for picture in wanted.entity.pictures[1:]]
    named = {path: row for path in paths if (row := _named(path, table)) is not None}
    if wanted.path in named:
        return str(named[wanted.path]["says"])
    taken = {row["says"] for row in named.values()}
    order = sorted((row for row in table if "turn" in row and row["says"] not in taken), key=lambda row: row["turn"])
    nameless = [path for path in paths if path not in named]
    number = nameless.index(wanted.path)
    return str(order[number % len(order)]["says"]) if order else str(table[0]["says"])


def _named(path: str, table: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """The row with a word that the name of a file has, between signs that are not letters."""
    stem = f" {re.sub(r'[^a-z0-9]+', ' ', PurePosixPath(path).stem.lower())} "
    return next(
        (row for row in table if any(f" {re.sub(r'[^a-z0-9]+', ' ', word)} " in stem for word in row["words"])), None
    )


def _of_frame(wanted: WantedPicture, scene: Scene, shot: Shot, inputs: int) -> dict[str, Any]:
    """The template data of a start or end frame."""
    sent = [source.entity for source in wanted.sources[:inputs]]
    numbers = {entity: number for number, entity in enumerate(sent, 1)}
    place = scene.location
    people = [entity for entity in dict.fromkeys(_subjects(scene, shot)) if entity in numbers or entity.look]
    said = [" ".join(clean_text(plain(beat.prose)).split()) for beat in shot.beats if isinstance(beat, Action)]
    setting = clean_text(plain(scene.setting))
    return {
        "moment": "first" if wanted.role is Role.START else "last",
        "camera": sentence(clean_text(plain(sizes_as_phrases(shot.camera)))),
        "action": " ".join(map(with_full_stop, filter(None, [*said, setting]))),
        "place": look_of(place) if place is not None else clean_text(scene.place or ""),
        "place_picture": numbers.get(place) if place is not None else None,
        "people": [
            {"number": numbers.get(one), "name": one.spoken_name, "look": description(one.look)} for one in people
        ],
        "light": clean_text(plain(shot.light)).rstrip("."),
        "style": wanted.style,
    }


def _subjects(scene: Scene, shot: Shot) -> Iterator[Entity]:
    for mention in (*shot.appearances, *scene.appearances):
        if not mention.entity.is_location:
            yield mention.entity
