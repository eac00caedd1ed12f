"""Completion: what may follow, by what is before the cursor.

Each function below knows one kind of place, and answers None where it is another.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from storyboard.catalog import TEXT, Model, read_table
from storyboard.catalog.picture_models import picture_models
from storyboard.catalog.speech_models import speech_models
from storyboard.compiler.codes import TITLES, severity_of
from storyboard.compiler.diagnostics import Severity
from storyboard.compiler.headings import read_prefix
from storyboard.compiler.ir import keys, parsed
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.resolved import Entity
from storyboard.compiler.names import LETTERS, fold
from storyboard.compiler.parse.comments import flatten, strip_comments
from storyboard.compiler.pipeline import Analysis
from storyboard.lsp.locate import BlockLocation, settings_at, spot_at
from storyboard.lsp.project_files import files_below, offers
from storyboard.wording import price

_AT = re.compile(r"(?<![A-Za-z0-9@])@(\{?)([^@{}\n]{0,80})$")
_DASH = re.compile(r"(?<=\s)[-–—]+\s+")
_SHOT = re.compile(r"\s*SHOT\s*[,:—–-]?\s+(?P<rest>.*)$")
_SECONDS = re.compile(r"[0-9]+\s*s(?:ec)?\b[\s,:—–-]*")
_INCLUDE = re.compile(r"\s*INCLUDE\s+(?P<rest>.*)$")
_KEY_VALUE = re.compile(r"\s*(?P<key>[^\W\d_]+(?: [^\W\d_]+)*)\s*:\s*(?P<rest>.*)$")
_KEY = re.compile(r"\s*(?P<rest>[^\W\d_]*(?: [^\W\d_]+)* ?)$")
_CAPITALS = re.compile(r"\s*(?P<rest>[^\Wa-z_][^a-z\n]{0,60}|)$")
_ALLOW = re.compile(r"\[\[\s*allow\s+(?:SB[0-9]*[\s,]+)*(?P<rest>[A-Za-z0-9]*)$", re.IGNORECASE)
_WORD = re.compile(rf"(?:{LETTERS}|[-_'’]++)*+")
_PATH = re.compile(r"[^\s,]*")
#: Extensions of a cue, and what they say.
_HEARD = (
    ("V.O.", "a voice-over"),
    ("O.S.", "heard from off screen"),
    ("O.C.", "heard from off screen"),
    ("CONT'D", "dropped"),
)
_EXTENSION = re.compile(r"\s*(?P<name>[^\s()][^\n()]{0,79}?)[^\S\n]{0,8}\((?P<rest>[^()\n]*)$")
_PICTURE_KEYS = frozenset({"front", "angles", "image", "views", "start", "end"})


class Offer(NamedTuple):
    """Something to write over the characters `start` to `end`. `sort` is its rank; `name` is the declared name, or
    `file` the picture, that can be shown beside it."""

    label: str
    kind: str
    text: str
    start: int
    end: int
    detail: str = ""
    name: str | None = None
    file: str | None = None


class _Place(NamedTuple):
    """The cursor: `before` and `after` are the halves of its line, in plain forms."""

    analysis: Analysis
    spot: BlockLocation
    at: int
    before: str
    after: str

    @property
    def entities(self) -> list[Entity]:
        return list(self.analysis.whole.names.cast.by_name.values())

    def end(self, more: re.Pattern[str]) -> int:
        """Where the word ends in which the cursor stands."""
        found = more.match(self.after)
        return self.at + (found.end() if found else 0)

    @property
    def model(self) -> Model:
        settings = settings_at(self.analysis, self.spot.source.path, self.at)
        return settings.model if settings else self.analysis.settings.default_model


def complete(analysis: Analysis, path: str, at: int) -> list[Offer]:
    """What may be written at a character of a file."""
    spot = spot_at(analysis, path, at)
    if spot is None:
        return []
    text = spot.source.text
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
    place = _Place(analysis, spot, at, flatten(text[start:at]), flatten(text[at : min(ends, default=len(text))]))
    comment = any(one.start < at < one.end for one in strip_comments(text).comments)
    if comment or place.before.rfind("[[") > place.before.rfind("]]"):
        return _codes(place)
    for kind in _KINDS:
        offered = kind(place)
        if offered is not None:
            return list(offered)
    return []


def _codes(place: _Place) -> list[Offer]:
    """Warnings that a note may allow."""
    found = _ALLOW.search(place.before)
    if found is None:
        return []
    start, end = place.at - len(found["rest"]), place.end(_WORD)
    return [
        Offer(code, "value", code, start, end, title)
        for code, title in TITLES.items()
        if severity_of(code) is not Severity.ERROR
    ]


def _mentions(place: _Place) -> Iterable[Offer] | None:
    """Names, after an @."""
    found = _AT.search(place.before)
    if found is None:
        return None
    typed = found[2]
    wanted = fold(typed) + (" " if typed.endswith(" ") else "")
    matching = [one for one in place.entities if fold(one.name).startswith(wanted)]
    if not matching:
        return None if " " in typed else ()
    close = "}" if found[1] and not place.after.lstrip(" ").startswith("}") else ""
    start, end = place.at - len(typed), place.end(_WORD)
    return [_named(one, f"{one.name}{close}", start, end) for one in matching]


def _named(entity: Entity, text: str, start: int, end: int) -> Offer:
    look = f" · {entity.look}" if entity.look else ""
    return Offer(entity.name, entity.kind.value, text, start, end, f"{entity.kind.value}{look}", entity.name)


def _headings(place: _Place) -> Iterable[Offer] | None:
    """Places and times of day, in a scene heading."""
    before = place.before.lstrip()
    prefix, at = read_prefix(f"{before}x", any_case=True)  # a blank may replace the stop before a letter
    if prefix is None and not at:
        return None
    rest = before[at:].lstrip()
    dashes = list(_DASH.finditer(rest))
    typed = rest[dashes[-1].end() :] if dashes else rest
    start, end = place.at - len(typed), place.end(_WORD)
    if dashes:
        return _times(place, rest[: dashes[0].start()].strip(), start, end)
    return _places(place, start, end)


def _places(place: _Place, start: int, end: int) -> Iterator[Offer]:
    seen: set[str] = set()
    for entity in place.entities:
        if entity.is_location:
            seen.add(fold(entity.name))
            yield _named(entity, entity.name.upper(), start, end)._replace(label=entity.name.upper())
    for scene in place.analysis.film.scenes:
        if scene.place and scene.location is None and fold(scene.place) not in seen:
            seen.add(fold(scene.place))
            if scene.at is None or not _holds(place, scene.at):
                yield Offer(scene.place.upper(), "place", scene.place.upper(), start, end, "of another heading")


def _holds(place: _Place, span: object) -> bool:
    return getattr(span, "anchor", None) is place.spot.block.anchor


def _times(place: _Place, where: str, start: int, end: int) -> Iterator[Offer]:
    cast = place.analysis.whole.names.cast
    location = cast.find(where)
    variants = (
        [one.name.rpartition(".")[2].upper() for one in cast.variants.get(location, {}).values()] if location else []
    )
    used = [scene.time.upper() for scene in place.analysis.film.scenes if scene.time]
    table = list(read_table("words.toml")["time"]["english"])
    for word in dict.fromkeys((*variants, *(one for one in used if one in table), *table)):
        detail = f"the variant {location.name}.{word.lower()}" if location and word in variants else "time of day"
        yield Offer(word, "time", word, start, end, detail)


def _shots(place: _Place) -> Iterable[Offer] | None:
    """Seconds, then sizes and moves, after SHOT."""
    found = _SHOT.match(place.before)
    if found is None:
        return None
    rest = found["rest"]
    seconds = _SECONDS.match(rest)
    if seconds is None:
        return _seconds(place, rest) if not rest or rest.isdigit() else ()
    return _camera(place, rest[seconds.end() :])


def _seconds(place: _Place, typed: str) -> Iterator[Offer]:
    model = place.model
    end = place.at + len(re.match(r"[0-9]*(?:\s?s(?:ec)?\b)?", place.after)[0])  # type: ignore[index] # matches always
    settings = settings_at(place.analysis, place.spot.source.path, place.at)
    size = settings.size if settings else model.resolution
    for count in model.lengths:
        usd = model.price.of_clip(count, size, bool(settings and settings.is_heard), 1)
        costs = f"{price(usd)} on {model.name} ({model.price.basis})"
        yield Offer(f"{count}s", "seconds", f"{count}s", place.at - len(typed), end, costs)


def _camera(place: _Place, typed: str) -> list[Offer]:
    known = offers()
    abbreviations: dict[str, str] = read_table("words.toml")["camera"]["words"]
    words = [
        *((word, "size", "size or angle") for word in known["angles"]["words"]),
        *((word, "size", full) for word, full in abbreviations.items()),
        *((word, "move", "camera move") for word in known["moves"]["words"]),
    ]
    phrase = typed.rpartition(",")[2].lstrip()
    for fragment in (phrase, phrase.rpartition(" ")[2]):
        start, end = place.at - len(fragment), place.end(_WORD)
        found = [
            Offer(word, kind, word, start, end, detail)
            for word, kind, detail in words
            if word.lower().startswith(fragment.lower())
        ]
        if found:
            return found
    return []


def _includes(place: _Place) -> Iterable[Offer] | None:
    """Scripts, after INCLUDE."""
    found = _INCLUDE.match(place.before)
    return None if found is None else _files(place, found["rest"], "scripts")


def _files(place: _Place, typed: str, endings: str) -> Iterator[Offer]:
    source = place.spot.source
    folder = Path(os.path.dirname(source.path))
    start, end = place.at - len(typed), place.end(_PATH)
    for path in files_below(folder, typed, place.analysis.root, endings):
        if (endings == "pictures" and "," in path) or os.path.abspath(folder / path) == source.path:
            continue
        yield Offer(path, "file", path, start, end, "", None, os.path.abspath(folder / path))


def _values(place: _Place) -> Iterable[Offer] | None:
    """What a property takes, after its colon."""
    found = _KEY_VALUE.match(place.before)
    if found is None:
        return None
    key = " ".join(found["key"].lower().split())
    if key not in known_keys(place):
        return None
    typed = found["rest"].rpartition(",")[2].lstrip() if key in keys.LISTS else found["rest"]
    start, end = place.at - len(typed), place.end(_PATH)
    if key in _PICTURE_KEYS:
        last = [Offer("last-frame", "value", "last-frame", start, end, "of the clip before")] if key == "start" else []
        return [*last, *_files(place, typed, "pictures")]
    if key in keys.LAID_OVER:
        none = Offer("none", "value", "none", start, end, "nothing is laid over")
        return [none, *_files(place, typed, "sounds")]
    if key in ("with", "variants"):
        return [_named(one, one.name, start, place.end(_WORD)) for one in place.entities if key == "with" or one.base]
    return [Offer(word, "value", word, start, end, detail) for word, detail in _choices(place, key)]


def _choices(place: _Place, key: str) -> list[tuple[str, str]]:
    model = place.model
    match key:
        case "model":
            return _models(model)
        case "text model":
            return _models(model, TEXT)
        case "aspect":
            return [(one, model.name) for one in model.aspects]
        case "resolution":
            return [(one, f"{price(model.price.a_second(one, False))} a second") for one in model.resolutions]
        case "audio":
            return [("on", "sound and speech"), ("off", "silent")]
        case "clips":
            return [("auto", "as few clips as the limits allow"), ("one", "one clip a scene")]
        case "limits":
            return [("guide", "the published guide's limits and prices"), ("service", "the service's own, as of today")]
        case "picture model":
            return [(one.id, f"{one.name}, ${min(one.usd.values()):g} a picture") for one in picture_models()]
        case "voice model":
            return [(one.id, f"{one.name}, ${one.usd_per_million:g} a million characters") for one in speech_models()]
        case "speaker":
            return [(voice, one.name) for one in speech_models() for voice in one.voices]
        case "draft":
            return _models(model)
    return []


def _models(beside: Model, kind: str | None = None) -> list[tuple[str, str]]:
    """The models of a kind, as names and what they cost."""
    listed = beside.catalog.models(beside.limits, kind)
    return [(one.short_name, f"{one.name} · {prices(one)}") for one in listed]


def prices(model: Model) -> str:
    """What a second of a model costs, in US dollars."""
    listed = [f"${usd:g}/s {what}" for what, usd in model.price.listed()]
    return f"{', '.join(listed)} ({model.price.date.isoformat()})" if listed else "price unknown"


def known_keys(place: _Place) -> tuple[str, ...]:
    """The keys that the block at the cursor takes."""
    match place.spot.block:
        case parsed.Declaration(kind=kind):
            return keys.DECLARATION[kind]
        case parsed.Heading():
            return keys.SCENE
        case parsed.Shot():
            return keys.SHOT
        case parsed.TitlePage():
            return keys.TITLE_PAGE
        case parsed.Loose() if not place.spot.source.text[: place.at].strip("\n\r \ufeff").count("\n"):
            return keys.TITLE_PAGE
    return ()


def _extensions(place: _Place) -> Iterable[Offer] | None:
    """How a speaker is heard, in the brackets behind a cue."""
    found = _EXTENSION.match(place.before)
    cast = place.analysis.whole.names.cast
    speaker = cast.find(found["name"].lstrip("@")) if found else None
    if found is None or speaker is None or speaker.kind is not Kind.CHARACTER or found["name"] != found["name"].upper():
        return None
    start, end = place.at - len(found["rest"]), place.end(_WORD)
    close = "" if place.after.startswith(")") else ")"
    return [Offer(word, "value", f"{word}{close}", start, end, said) for word, said in _HEARD]


def _beside(typed: str, start: int, end: int) -> Iterator[Offer]:
    """Lines of a shot that are not filmed, as far as they are typed: transitions, titles, effects, slugs."""
    table = read_table("words.toml")
    titles = [(f"{word}: ", "words on the screen") for word in ("SUPER", "TITLE CARD", "CHYRON")]
    words = [(word, "transition") for word in ("CUT TO:", *table["transition"]["words"])]
    words += [*titles, ("EFFECT: ", "a sound, heard once"), *((word, "slug") for word in table["slug"]["words"])]
    for word, detail in words:
        if word.startswith(typed.upper()):
            yield Offer(word.strip(), "keyword", word, start, end, detail)


def _line_starts(place: _Place) -> Iterable[Offer] | None:
    """Keys where properties may stand, else what begins a block, and who may speak."""
    found: list[Offer] = []
    typed = _KEY.match(place.before)
    if typed and _is_among_properties(place):
        start, end = place.at - len(typed["rest"]), place.end(_WORD)
        used = {one.key for one in place.spot.block.properties} - keys.LISTS
        on_title_page = known_keys(place) is keys.TITLE_PAGE
        for key in known_keys(place):
            if key not in used and key.startswith(" ".join(typed["rest"].lower().split())):
                shown = key.capitalize() if on_title_page else key
                colon = "" if place.after.lstrip().startswith(":") else ": "
                found.append(Offer(shown, "key", f"{shown}{colon}", start, end))
    capitals = _CAPITALS.match(place.before)
    if capitals and capitals["rest"]:
        start, end = place.at - len(capitals["rest"]), place.end(_WORD)
        found += [
            Offer(word, "keyword", f"{word} ".replace("=== ", "==="), start, end)
            for word in offers()["headers"]["words"]
        ]
        if isinstance(place.spot.block, parsed.Shot):
            cast = [one for one in place.entities if one.kind is Kind.CHARACTER and one.base is None]
            found += [_named(one, one.name.upper(), start, end)._replace(label=one.name.upper()) for one in cast]
            found += _beside(capitals["rest"], start, end)
    return found


def _is_among_properties(place: _Place) -> bool:
    """Whether only the header and properties of its block stand above the cursor's line."""
    above = flatten(place.spot.source.text[place.spot.offset : place.at]).split("\n")[:-1]
    if isinstance(place.spot.block, parsed.TitlePage | parsed.Loose):
        above = [line for line in above if line.strip() or place.spot.block.properties]
        header = 0
    else:
        header = 1
        if not above:
            return False
    known = known_keys(place)
    for line in above[header:]:
        key = _KEY_VALUE.match(line)
        is_property = key is not None and " ".join(key["key"].lower().split()) in known
        if not line.strip() or not (is_property or line[0].isspace() or line.startswith(("//", "[["))):
            return False
    return bool(known)


_KINDS: tuple[Callable[[_Place], Iterable[Offer] | None], ...] = (
    _mentions,
    _headings,
    _shots,
    _includes,
    _values,
    _extensions,
    _line_starts,
)
