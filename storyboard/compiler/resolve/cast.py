"""Declarations to entities: the names that the rest of the script may use.

Names are one space, shared by characters, props and locations. They compare in Unicode NFC, without case, with one
kind of apostrophe, and without a full stop that a space follows or that ends the name, so that `MR DARCY` is Mr.
Darcy. A declaration that has an error is remembered by its name, so that its uses are not reported on top: one slip
is one message. A variant (`Mira.winter`) takes over what it does not set, and counts as an element of its own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

from storyboard.catalog.alternatives import any_of, lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix, Note, commented_out
from storyboard.compiler.ir import keys
from storyboard.compiler.ir.parsed import Declaration, Kind, Property, Text
from storyboard.compiler.ir.resolved import Entity, Picture
from storyboard.compiler.loader import LONGEST_PATH, Loader
from storyboard.compiler.names import (
    APOSTROPHES,
    LETTERS,
    LONGEST_NAME,
    WIDE_END,
    WORD_END,
    WORD_START,
    fold,
    is_name,
    is_wide,
    is_word,
)
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.parse.near_keys import meant_key
from storyboard.compiler.resolve.audio import read_audio
from storyboard.compiler.spelling import WordList, nearest, offer, quote
from storyboard.compiler.text import Span

_URL = lazy_pattern(r"https?://(?P<host>[^/?#\s@]+)(?:[/?#]\S*)?", re.IGNORECASE)
#: So many declarations of one name are told apart by a number.
_MOST_OF_A_NAME = 100
_WIDER = "What a script names lies in its project; --root can say a wider folder."
_SCHEME = lazy_pattern(r"(?:[a-z][a-z0-9+.-]*://|data:|file:)", re.IGNORECASE)


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


def _belongs(entity: Entity, kind: Kind | None, words: int | None) -> bool:
    """Whether an entity is of a kind and its name of so many words; None allows any."""
    return (kind is None or entity.kind is kind) and (words is None or len(entity.name.split()) == words)


class Names:
    """The declared names as patterns over text, the longest name first, so that `@Mira.winter` is never `@Mira` and a
    stray word. Each pattern is made when it is first needed: many scripts need one of them only."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.entities = list(cast.by_name.values())
        self._called: dict[str, Entity] = {}

    @cached_property
    def after_at(self) -> re.Pattern[str]:
        """A declared name right after an @: whatever its case, a full stop left out perhaps.

        It ends where no letter or digit follows; one that ends in a wide character needs no such end.
        """
        names = sorted((entity.name for entity in self.entities), key=len, reverse=True)
        runs = groupby(names, key=lambda name: is_wide(name[-1]))
        parts = [f"(?:{'|'.join(map(_pattern, run))}){WIDE_END if ends_wide else WORD_END}" for ends_wide, run in runs]
        return re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)

    def called(self, typed: str) -> Entity:
        """Whom a text means that `after_at` has found."""
        entity = self._called.get(typed)
        if entity is None:
            entity = self.cast.find(typed)
            assert entity is not None, "the pattern is made of the declared names"
            self._called[typed] = entity
        return entity

    @cached_property
    def as_declared(self) -> re.Pattern[str]:
        """A plain name as a whole word, spelled as declared or in capitals, without an @.

        A name of wide characters needs no ends: its script writes none.
        """
        names = sorted((entity.name for entity in self.entities if not entity.base), key=len, reverse=True)
        runs = groupby(names, key=_edges)
        words = [_plain_pattern(edges, run) for edges, run in runs]
        return re.compile(rf"(?<![@＠{{｛])(?:{'|'.join(words) or '(?!)'})")


class _Edges(NamedTuple):
    """Whether a name needs no end of a word before and behind it: wide characters stand without blanks."""

    starts_wide: bool
    ends_wide: bool


def _edges(name: str) -> _Edges:
    is_long = len(name) > 1
    return _Edges(is_long and is_wide(name[0]), is_long and is_wide(name[-1]))


def _plain_pattern(edges: _Edges, names: Iterable[str]) -> str:
    """A name as a whole word without an @: as declared, or in capitals. Names of wide characters may touch their
    neighbours, unless they are a single character."""
    spelled = any_of(re.escape(one) for name in names for one in (name, name.upper()))
    start = "" if edges.starts_wide else rf"(?=[^\W_]){WORD_START}"
    return f"{start}{spelled}{WIDE_END if edges.ends_wide else WORD_END}"


def _pattern(name: str) -> str:
    """A name however it is typed: composed or not, with any apostrophe, a silent full stop left out."""
    parts = []
    name = unicodedata.normalize("NFC", name)
    for index, letter in enumerate(name):
        if letter in APOSTROPHES:
            parts.append(f"[{APOSTROPHES}]")
        elif letter == " ":
            parts.append(r"\s+")
        elif letter == "." and name[index + 1 : index + 2] in ("", " "):
            parts.append(r"\.?")
        elif letter in "ßẞ":
            parts.append("(?:ß|ẞ|ss)")
        elif (apart := unicodedata.normalize("NFD", letter)) != letter:
            parts.append(f"(?:{letter}|{apart})")
        else:
            parts.append(re.escape(letter))
    return "".join(parts)


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


def collect(
    properties: Sequence[Property], known: Sequence[str], findings: list[Finding], owner: str
) -> dict[str, list[Property]]:
    """Properties by key. Doubled and empty ones are reported and left out; an unknown one is reported, and taken for
    the one that it is nearest to. Only a list has several."""
    found: dict[str, list[Property]] = {}
    given = {one.key for one in properties}
    for one in properties:
        line = Span(one.key_span.anchor, one.key_span.start, one.value.span().end)
        if one.key not in known:
            finding, meant = _unknown_key(one, line, known, owner, given)
            findings.append(finding)
            if meant is not None and one.value.string:
                found.setdefault(meant, []).append(one._replace(key=meant))
        elif not one.value.string:
            start = Span(line.anchor, line.start, line.start)
            fix = Fix(False, (Edit(start, "// "),))
            findings.append(Finding("SB104", one.key_span, f"“{one.key}:” is empty.", fix=fix))
        elif one.key in found and one.key not in keys.LISTS:
            note = Note("It is given here first.", found[one.key][0].key_span)
            message = f"{quote(one.key)} is given twice."
            findings.append(Finding("SB104", one.key_span, message, None, (note,), _out(one, line)))
        else:
            found.setdefault(one.key, []).append(one)
    return found


def _unknown_key(
    one: Property, line: Span, known: Sequence[str], owner: str, given: set[str]
) -> tuple[Finding, str | None]:
    """SB102 for a key that a block does not know, and the key that it is read as. A key that another word or a slip
    stands for is mended safely; otherwise the fix takes the line out."""
    message = f"{owner[0].upper()}{owner[1:]} has no property {quote(one.key)}."
    meant = meant_key(one.key, known)
    if meant is not None and (meant not in given or meant in keys.LISTS):
        fix = Fix(True, (Edit(one.key_span, meant),))
        return Finding("SB102", one.key_span, message, fix=fix), meant
    near = nearest(one.key, known)
    advice = f"It has {', '.join(near or known)}."
    return Finding("SB102", one.key_span, message, advice, fix=_out(one, line)), None


def _out(one: Property, line: Span) -> Fix | None:
    """The fix that makes a comment of a property; None where it holds a comment already."""
    is_plain = one.value.span().end - one.value.span().start == len(one.value.string)
    return commented_out(line, line, one.value.string) if is_plain else None


def items(properties: Sequence[Property]) -> Iterator[Text]:
    """What a list holds, without empty items."""
    for one in properties:
        start = 0
        plain = flatten(one.value.string)
        for comma in [*(index for index, letter in enumerate(plain) if letter == ","), len(plain)]:
            item = one.value.slice(start, comma)
            if item.string:
                yield item
            start = comma + 1


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


def is_url(text: str) -> bool:
    """Whether a text is an `http(s)` address with a host and without a user name."""
    return _URL.fullmatch(text) is not None


def read_picture(value: Text, folder: str, loader: Loader, findings: list[Finding]) -> Picture:
    """An image as the script in `folder` names it. A path outside the project, or what is neither a path nor an
    `http(s)` address, is reported and comes back with an empty path."""
    typed = value.string
    span = value.span()
    if is_url(typed):
        return Picture(typed, True, span)
    if _SCHEME.match(typed):
        secret = "@" in typed.split("?")[0].split("#")[0]
        message = (
            "A web address with a user name in it would leak it." if secret else "This is no address of a picture."
        )
        findings.append(Finding("SB104", span, message, "Write https://… or the path of a file, as in refs/mira.png"))
        return Picture("", False, span)
    if len(typed) > LONGEST_PATH:
        message = f"This path has {len(typed):,} characters; a path has at most {LONGEST_PATH:,}."
        findings.append(Finding("SB104", span, message, "Give the picture a shorter name, as in refs/mira.png"))
        return Picture("", False, span)
    path = loader.within(folder, typed)
    if path is None:
        message = f"{quote(typed)} lies outside the project folder."
        inside = loader.inside(typed, folder)
        fix = Fix(False, (Edit(span, inside),)) if inside else None
        findings.append(Finding("SB404", span, message, _WIDER, fix=fix))
        return Picture("", False, span)
    return Picture(path, False, span, folder)
