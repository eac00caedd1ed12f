"""Declarations become entities: the names that the rest of the script may use.

The name of a declaration with an error is remembered, so that its uses are not reported as well: one mistake is one
message. A variant (`Mira.winter`) inherits what it does not set, and counts as an element of its own.

    CHARACTER Mira          look, voice, front, …
    CHARACTER Mira.winter   only `front: winter.png`: Mira's look and voice, another picture, none of her angles

A second declaration of a name is SB202, and the first one counts; a variant without its base is SB201.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from storyboard.compiler.diagnostics import Edit, Finding, Fix, Note
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Declaration, Property
from storyboard.compiler.ir.resolved import Entity, Identity
from storyboard.compiler.loader import Loader
from storyboard.compiler.names import LETTERS, fold
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.audio import read_audio
from storyboard.compiler.resolve.cast import Cast
from storyboard.compiler.resolve.cast_pictures import read_pictures, read_video
from storyboard.compiler.resolve.properties import collect_properties
from storyboard.compiler.spelling import listed_or, quote
from storyboard.compiler.text import Span

#: The number of declarations of one name that are distinguished by a number.
_MOST_OF_A_NAME = 100
#: Properties whose text a variant takes over from its base, named as in `Entity`.
_TAKEN_OVER = ("look", "voice", "speaker", "light", "sound")


def declare(blocks: Sequence[tuple[str, Declaration]], loader: Loader) -> tuple[Cast, list[Finding]]:
    """The cast made from declarations, and the problems found in them.

    `blocks` are in script order, each with the folder of its file relative to the root.
    """
    cast = Cast()
    findings: list[Finding] = []
    for folder, block in blocks:
        entity = _declare(block, folder, cast, loader, findings)
        if entity is not None:
            cast.add(entity)
    return cast, findings


def _declare(block: Declaration, folder: str, cast: Cast, loader: Loader, findings: list[Finding]) -> Entity | None:
    """The entity of one declaration; None if it is not usable.

    The name of an unusable declaration is remembered as refused, so that its uses are not reported: curing the
    declaration would cure them too.
    """
    properties = collect_properties(block.properties, keys.DECLARATION[block.kind], findings, f"a {block.kind.value}")
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
    """Remember the name that a declaration without a usable name may have meant."""
    words = re.findall(LETTERS, typed)
    cast.refused |= {fold(typed.lstrip("@＠")), *(fold(word) for word in words[:1])}


def _another_name(cast: Cast, name: str, at: Span) -> Fix | None:
    """The fix that adds a number to a name, to make it unique."""
    sign = "" if "." in name else " "
    numbered = (f"{name}{sign}{number}" for number in range(2, _MOST_OF_A_NAME))
    free = next((one for one in numbered if cast.find(one) is None), None)
    return Fix(False, (Edit(at, free),)) if free else None


def _bad_base(block: Declaration, name: str, base: Entity | None, cast: Cast, at: Span) -> Finding | None:
    """Why a variant cannot be declared, or None.

    SB201 if its base is not declared above it, SB202 if the base is of another kind.
    """
    if base is None or base.base is not None:
        near = [known for known in cast.near(name, block.kind) if "." not in known]
        message = f"There is no {block.kind.value} {quote(name)} above this to make a variant of."
        if len(near) > 1:
            return Finding("SB201", at, message, f"Did you mean {listed_or(near)}?")
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
    """The entity of a declaration with a usable name, written at `at`. `properties` are the readable ones, by key."""
    video = read_video(properties, base, findings)
    pictures = read_pictures(name, properties, base, folder, loader, findings)
    ambience = base.ambience if base else None
    if "ambience" in properties:
        ambience = read_audio(properties["ambience"][0].value, folder, loader, findings)
    own = {key: " ".join(found[0].value.string.split()) for key, found in properties.items()}
    text = {key: own.get(key, getattr(base, key) if base else "") for key in _TAKEN_OVER}
    return Entity(
        identity=Identity(),
        kind=block.kind,
        name=name,
        base=base,
        pictures=pictures,
        video=video,
        ambience=ambience,
        declared=at,
        end=Span(block.anchor, block.size, block.size),
        places=_places(block, at, base, properties),
        **text,
    )


def _places(
    block: Declaration, at: Span, base: Entity | None, properties: dict[str, list[Property]]
) -> dict[str, Span]:
    """The places of an entity's properties, by key.

    A main picture whose line could not be read, or that only has angles, counts as written at the name, so that the
    lack of a picture is not reported on top.
    """
    places = {key: found[0].value.span() for key, found in properties.items()}
    main = keys.main_picture_key(block.kind)
    if any(one.key in (main, "angles", "video") for one in block.properties):
        places.setdefault(main, at)
    return {**base.places, **places} if base else places
