"""Declarations to entities: the names that the rest of the script may use.

Names are one space, shared by characters, props and locations. They compare in Unicode NFC, without case, with one
kind of apostrophe, and without a full stop that a space follows or that ends the name, so that `MR DARCY` is Mr.
Darcy. A declaration that has an error is remembered by its name, so that its uses are not reported on top: one slip
is one message. A variant (`Mira.winter`) takes over what it does not set, and counts as an element of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from storyboard.compiler.diagnostics import Edit, Finding, Fix, Note
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Declaration, Kind, Property
from storyboard.compiler.ir.resolved import Entity, Picture
from storyboard.compiler.loader import Loader
from storyboard.compiler.names import (
    LETTERS,
    LONGEST_NAME,
    fold,
    is_name,
    is_word,
)
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.audio import read_audio
from storyboard.compiler.resolve.pictures import is_url, read_picture
from storyboard.compiler.resolve.properties import _out, collect, items
from storyboard.compiler.spelling import WordList, distance, offer, quote
from storyboard.compiler.text import Span

#: So many declarations of one name are told apart by a number.
_MOST_OF_A_NAME = 100


@dataclass(slots=True)
class Cast:
    """All declared names, and what is known of those that could not be declared.

    `by_name` is keyed by the folded name; `variants` by base, then by the folded word. `refused` are folded names and
    first words of declarations that had an error: their uses are no fault of their own. `is_whole` is False where an
    include could not be read, so that a name may be declared there; `place` is where one more declaration goes.
    """

    by_name: dict[str, Entity] = field(default_factory=dict)
    variants: dict[Entity, dict[str, Entity]] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    is_whole: bool = True
    place: Span | None = None
    _lists: dict[tuple[Kind | None, int | None], WordList] = field(default_factory=dict)

    def add(self, entity: Entity) -> None:
        """Declare an entity. Lists of names made before take it in, so that later guesses know it."""
        self.by_name[fold(entity.name)] = entity
        for (kind, words), known in self._lists.items():
            if _belongs(entity, kind, words):
                known.add(entity.name)
        if entity.base:
            word = fold(entity.name[len(entity.base.name) + 1 :])
            self.variants.setdefault(entity.base, {})[word] = entity

    def find(self, name: str) -> Entity | None:
        """The entity that a name means, whatever its case, form of Unicode or apostrophe; None where nobody is called
        so."""
        return self.by_name.get(fold(name))

    def near(self, name: str, kind: Kind | None = None, words: int | None = None) -> tuple[str, ...]:
        """Declared names that a misspelt one may mean: of any kind and number of words, or of those given."""
        known = self._lists.get((kind, words))
        if known is None:
            wanted = (entity.name for entity in self.by_name.values() if _belongs(entity, kind, words))
            known = self._lists[kind, words] = WordList(wanted)
        return known.nearest(name)

    def speakers_near(self, name: str) -> list[str]:
        """The CHARACTERs that a name in a cue may mean: one edit away, or with the typed words whole in theirs."""
        folded = fold(name)
        near = [(one, fold(one)) for one in self.near(name, Kind.CHARACTER)]
        return [one for one, known in near if f" {folded} " in f" {known} " or distance(folded, known, 1) <= 1]

    def declaring(self, kind: Kind, name: str) -> Fix | None:
        """The edit that declares a name; None where it cannot be one."""
        if self.place is None or not is_name(name) or len(name) > LONGEST_NAME:
            return None
        return Fix(False, (Edit(self.place, f"{kind.value.upper()} {name}\n\n"),))

    def declaring_variant(self, entity: Entity, word: str) -> Fix | None:
        """The edit that declares a variant of a name, right below it."""
        if not is_word(word):
            return None
        return Fix(False, (Edit(entity.end, f"{entity.kind.value.upper()} {entity.name}.{word}\n\n"),))

    def is_excused(self, name: str) -> bool:
        """Whether an unknown name may be one whose own declaration or file has an error."""
        folded = fold(name)
        return folded in self.refused or folded.split(" ")[0].split(".")[0] in self.refused


def as_declared(typed: str) -> str:
    """A name in capitals as a declaration spells it."""
    return " ".join(word[:1] + word[1:].lower() for word in typed.split())


def _belongs(entity: Entity, kind: Kind | None, words: int | None) -> bool:
    """Whether an entity is of a kind and its name of so many words; None allows any."""
    return (kind is None or entity.kind is kind) and (words is None or len(entity.name.split()) == words)


def declare(blocks: Sequence[tuple[str, Declaration]], loader: Loader) -> tuple[Cast, list[Finding]]:
    """The cast that declarations make, in order; each comes with the folder of its file, relative to the root."""
    cast = Cast()
    findings: list[Finding] = []
    for folder, block in blocks:
        entity = _declare(block, folder, cast, loader, findings)
        if entity is not None:
            cast.add(entity)
    return cast, findings


def _declare(block: Declaration, folder: str, cast: Cast, loader: Loader, findings: list[Finding]) -> Entity | None:
    """One declaration as an entity; None where it cannot be one. Its name is then remembered as refused, so that its
    uses are not reported on top (LANGUAGE: what an error's cure would remove is not reported)."""
    properties = collect(block.properties, keys.DECLARATION[block.kind], findings, f"a {block.kind.value}")
    base: Entity | None = None
    if block.name is None:
        _refuse(cast, block.typed.string)
        return None
    name = " ".join(flatten(block.name.string).split())
    at = block.name.span()
    if block.variant is not None:
        word = flatten(block.variant.string)
        at = Span(at.anchor, at.start, block.variant.span().end)
        base = cast.find(name)
        problem = _bad_base(block, name, base, cast, at)
        if problem:
            if problem.code != "SB201" or not cast.is_excused(name):
                findings.append(problem)
            cast.refused.add(fold(f"{name}.{word}"))
            return None
        assert base is not None
        name = f"{base.name}.{word}"
    first = cast.find(name)
    if first is not None:
        message = f"{quote(name)} is already declared, as a {first.kind.value}."
        note = Note("It is declared here first.", first.declared)
        findings.append(Finding("SB202", at, message, None, (note,), _another_name(cast, name, at)))
        return None
    return _entity(block, name, at, base, properties, folder, loader, findings)


def _refuse(cast: Cast, typed: str) -> None:
    """Remember what a declaration without a usable name may have been called."""
    words = re.findall(LETTERS, typed)
    cast.refused |= {fold(typed.lstrip("@＠")), *(fold(word) for word in words[:1])}


def _another_name(cast: Cast, name: str, at: Span) -> Fix | None:
    """The edit that gives a name its own number."""
    sign = "" if "." in name else " "
    free = next(
        (f"{name}{sign}{number}" for number in range(2, 100) if cast.find(f"{name}{sign}{number}") is None), None
    )
    return Fix(False, (Edit(at, free),)) if free else None


def _bad_base(block: Declaration, name: str, base: Entity | None, cast: Cast, at: Span) -> Finding | None:
    """Why a variant cannot be declared: SB201 where its plain name is not declared above it, SB202 where it is of
    another kind; None where it can."""
    if base is None or base.base is not None:
        near = [known for known in cast.near(name, block.kind) if "." not in known]
        message = f"There is no {block.kind.value} {quote(name)} above this to make a variant of."
        if len(near) > 1:
            return Finding("SB201", at, message, f"There are {offer(near)}.")
        above = Span(block.anchor, 0, 0)
        edit = Edit(Span(at.anchor, at.start, at.start + len(name)), near[0]) if near else None
        return Finding("SB201", at, message, fix=Fix(False, (edit or Edit(above, f"{block.kind.upper()} {name}\n\n"),)))
    if base.kind is not block.kind:
        message = f"{quote(base.name)} is a {base.kind.value}, so its variant cannot be a {block.kind.value}."
        note = Note(f"{base.name} is declared here.", base.declared)
        keyword = Span(block.header.anchor, block.header.start, block.header.start + len(block.kind))
        return Finding("SB202", at, message, None, (note,), Fix(True, (Edit(keyword, base.kind.value.upper()),)))
    return None


def _entity(
    block: Declaration,
    name: str,
    at: Span,
    base: Entity | None,
    properties: dict[str, list[Property]],
    folder: str,
    loader: Loader,
    findings: list[Finding],
) -> Entity:
    """The entity of a declaration with a good name. A variant takes over what it does not set; one that sets `front`
    (or `image`) takes over neither angles nor video, since they would show the other look."""
    text = {key: " ".join(found[0].value.string.split()) for key, found in properties.items()}
    places = {key: found[0].value.span() for key, found in properties.items()}
    key = "image" if block.kind is Kind.LOCATION else "front"
    pictures: tuple[Picture, ...] = ()
    front = properties.get(key)
    if front:
        pictures = (read_picture(front[0].value, folder, loader, findings),)
    elif base and base.pictures:
        pictures = base.pictures
    video = _video(properties, findings)
    takes_over = base is not None and not front
    if "angles" in properties:
        angles = tuple(read_picture(item, folder, loader, findings) for item in items(properties["angles"]))
        pictures = (*pictures[:1], *angles)
    if video is None and takes_over and base:
        video = base.video
    pictures = _with_views(properties, pictures, folder, loader, findings)
    if not pictures[:1] or ("angles" in properties and not (front or (base and base.pictures))):
        for extra in ("angles", "video"):
            if extra in properties and not front and not (base and base.pictures):
                place = properties[extra][0]
                span = Span(place.key_span.anchor, place.key_span.start, place.value.span().end)
                message = f"{quote(name)} has {extra} but no front picture."
                findings.append(Finding("SB313", span, message, fix=_first_as_front(place, span)))
        if not front and not (base and base.pictures):
            pictures = ()
    is_promised = any(one.key in (key, "angles", "video") for one in block.properties)
    if is_promised:
        places.setdefault(key, at)
    if base:
        taken = {
            "look": base.look,
            "voice": base.voice,
            "speaker": base.speaker,
            "light": base.light,
            "sound": base.sound,
        }
        text = {**taken, **text}
        places = {**base.places, **places}
    end = Span(block.anchor, block.size, block.size)
    ambience = base.ambience if base else None
    if "ambience" in properties:
        ambience = read_audio(properties["ambience"][0].value, folder, loader, findings)
    return Entity(
        block.kind,
        name,
        base,
        text.get("look", ""),
        text.get("voice", ""),
        pictures,
        video,
        text.get("speaker", ""),
        text.get("light", ""),
        text.get("sound", ""),
        ambience,
        at,
        end,
        places,
    )


def _with_views(
    properties: dict[str, list[Property]],
    pictures: tuple[Picture, ...],
    folder: str,
    loader: Loader,
    findings: list[Finding],
) -> tuple[Picture, ...]:
    """The pictures of a location with its views; views without an image are SB313."""
    if "views" not in properties:
        return pictures
    first = properties["views"][0]
    views = [item for one in properties["views"] for item in items([one])]
    if not pictures:
        span = Span(first.key_span.anchor, first.key_span.start, first.value.span().end)
        message = "This place has views and no image."
        findings.append(Finding("SB313", span, message, fix=_first_as(first, span, "image")))
        return ()
    return (pictures[0], *(read_picture(item, folder, loader, findings) for item in views))


def _first_as_front(one: Property, line: Span) -> Fix | None:
    """The first of several angles as the front picture; a video alone as a comment."""
    return _out(one, line) if one.key == "video" else _first_as(one, line, "front")


def _first_as(one: Property, line: Span, key: str) -> Fix:
    """The first picture of a list as the main one."""
    first, *others = items([one])
    edits = [Edit(one.key_span, key)]
    if others:
        edits.append(Edit(Span(line.anchor, first.span().end, others[0].span().start), f"\n{one.key}: "))
    return Fix(False, tuple(edits))


def _video(properties: dict[str, list[Property]], findings: list[Finding]) -> str | None:
    """The address of an element's video, None where there is none; SB104 for a path, since the service fetches it."""
    if "video" not in properties:
        return None
    value = properties["video"][0].value
    if is_url(value.string):
        return value.string
    message = "A video is given by its address on the web."
    findings.append(Finding("SB104", value.span(), message, "Write an address that begins with https://"))
    return None
