"""SB504: directions that contradict each other, so that the model follows neither.

Two sizes in one direction, `static` beside a move, light that is the opposite of the time of day, or two media in the
styles of one clip. A change from one size to another (`from wide to close`) is not a contradiction.

    EXT. HARBOR - NIGHT, `light: bright noon sun`   reported at the light
    SHOT 5s close-up, wide                          reported at the second size
    SHOT 5s from wide to close-up                   silent: a change
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of, beginning, lazy_pattern
from storyboard.compiler.check.craft.camera_moves import moves_in
from storyboard.compiler.check.craft.scene_text import SceneText, Words
from storyboard.compiler.diagnostics import Code, Finding, Note, Severity
from storyboard.compiler.ir.resolved import Scene, Shot, plain
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

CODES = (Code("SB504", "Directions that contradict each other", Severity.WARNING),)


def check(reading: SceneText) -> Iterator[Finding]:
    """Two sizes in one direction, a static camera that moves, light against the time of day, two media in one clip."""
    for shot in reading.shots:
        if shot.direction is not None:
            yield from _sizes(shot.direction)
            yield from _static_moves(shot.direction)
    yield from _lights(reading.plan.scene)
    for group in reading.groups:
        yield from _media(reading.plan.scene, [shot.shot for shot in group])


def _sizes(words: Words) -> Iterator[Finding]:
    """The second size of a direction, unless the camera goes from one to the other."""
    if sum(map(_first_words_of_sizes().__contains__, words.tokens)) < 2:
        return
    table = read_table("craft.toml")["contradiction"]
    pattern, values = _size_patterns()
    typed = words.text.string
    found = list(pattern.finditer(typed))
    sizes = [values.get(one[0].lower()) or values[one[0]] for one in found]
    for first, second in zip(range(len(found)), range(1, len(found)), strict=False):
        between = typed[found[first].end() : found[second].start()].lower()
        if sizes[first] == sizes[second] or re.search(table["way_to_another_size"], between) or moves_in(words):
            continue
        message = f"A shot has one size: {quote(found[first][0])} and {quote(found[second][0])} contradict each other."
        note = Note("The first size is here.", words.text.span(*found[first].span()))
        advice = "Keep one of them, or make two shots."
        yield Finding("SB504", words.text.span(*found[second].span()), message, advice, (note,))
        return


def _static_moves(words: Words) -> Iterator[Finding]:
    """A static camera that moves."""
    beginnings, pattern = _static()
    static = pattern.search(words.string) if _may_have(words.string, beginnings) else None
    moves = moves_in(words) if static else []
    if static and moves:
        span = words.text.span(*static.span())
        message = f"{quote(words.text.string[static.start() : static.end()])} and a camera move contradict each other."
        yield Finding("SB504", span, message, "Keep one of the two.", (Note("The move is here.", moves[0]),))


def _lights(scene: Scene) -> Iterator[Finding]:
    """Light that is the opposite of the time of day: the scene's once, a shot's at the shot."""
    seen: set[Span] = set()
    for shot in scene.shots:
        at = shot.places.get("light") or scene.places.get("light") or _light_of_place(scene)
        word = _opposite_light(scene.time, plain(shot.light))
        if word and at and at not in seen:
            seen.add(at)
            message = f"It is {scene.time} here, and the light is {quote(word)}."
            note = (Note("The heading says when.", scene.at),) if scene.at else ()
            yield Finding("SB504", at, message, "Change the light, or the time of day in the heading.", note)


def _light_of_place(scene: Scene) -> Span | None:
    """Where light that comes from the location is reported: at the heading, which can set its own."""
    return scene.at


def _opposite_light(time: str | None, light: str) -> str | None:
    """The words of a light that is impossible at a time of day (`bright noon sun` at night), or None.

    Both are compared in English, the language of a heading's resolved time.
    """
    if not time or not light:
        return None
    lower = light.lower()
    if not _may_have(lower, _beginnings_of_opposites()):
        return None
    for times, never in _opposites():
        if times.search(time):
            found = never.search(lower)
            return found[0] if found else None
    return None


@cache
def _beginnings_of_opposites() -> frozenset[str]:
    return frozenset(
        beginning(one) for row in read_table("craft.toml")["contradiction"]["light"] for one in row["never"]
    )


@cache
def _opposites() -> list[tuple[re.Pattern[str], re.Pattern[str]]]:
    """Patterns of times of day, each with the pattern of the opposite light (`craft.toml`)."""
    return [
        (
            lazy_pattern(rf"(?<!\w){any_of(map(re.escape, row['times']))}(?!\w)"),
            lazy_pattern(rf"(?<!no )(?<!\w){any_of(row['never'])}(?![\w-])(?! ?(?:lamp|bulb|tube|balanced))"),
        )
        for row in read_table("craft.toml")["contradiction"]["light"]
    ]


def _may_have(text: str, beginnings: Iterable[str]) -> bool:
    """Whether one of these words may stand in a text, for which its pattern is then asked."""
    return any(map(text.__contains__, beginnings))


def _media(scene: Scene, shots: list[Shot]) -> Iterator[Finding]:
    """A shot's style in another medium than the clip's first one: a model films one medium in each clip."""
    first: tuple[str, str] | None = None
    for shot in shots:
        style = plain(shot.style) or scene.settings.style or ""
        medium = _medium(style)
        if medium is None:
            continue
        if first is None:
            first = medium
        elif medium[0] != first[0]:
            at = shot.places.get("style", shot.header)
            message = f"This clip is {quote(first[1])} and {quote(medium[1])} at once."
            yield Finding("SB504", at, message, "Put a === between the shots, or give both the same style.")
            return


@lru_cache(maxsize=1024)  # most shots have the style of their film
def _medium(style: str) -> tuple[str, str] | None:
    """The medium of a style, and the words that name it."""
    lower = style.lower()
    for row in read_table("craft.toml")["contradiction"]["medium"]:
        words = row["words"]
        if _may_have(lower, map(beginning, words)) and (found := _any_word(tuple(words)).search(lower)):
            return row["name"], found[0]
    return None


@cache
def _any_word(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){any_of(words)}(?!\w)")


@cache
def _first_words_of_sizes() -> frozenset[str]:
    """The words that the names of sizes begin with, abbreviations among them, in small letters: a direction with fewer
    than two of them says one size at most."""
    sizes = (word for row in read_table("craft.toml")["contradiction"]["sizes"] for word in row)
    names = (*sizes, *read_table("words.toml")["camera"]["words"])
    return frozenset(re.findall(r"[a-z]+", name.lower())[0] for name in names)


@cache
def _size_patterns() -> tuple[re.Pattern[str], dict[str, str]]:
    """The pattern of all sizes as typed, including abbreviations in capitals, and the size that each means."""
    values = {word: row[0] for row in read_table("craft.toml")["contradiction"]["sizes"] for word in row}
    short = {
        one: values[long.removesuffix(" shot")]
        for one, long in read_table("words.toml")["camera"]["words"].items()
        if long.removesuffix(" shot") in values
    }
    words = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    after = r"(?= shots?\b|\s*$|\s*[,.;:—–]| (?:on|of|from|at|as|over|with)\b)"
    pattern = rf"(?<![\w@-])(?:(?:{'|'.join(short)})(?!\w)|(?i:{words}){after})"
    return re.compile(pattern), {**values, **short}


@cache
def _static() -> tuple[tuple[str, ...], re.Pattern[str]]:
    """The words of a camera that stands still: the letters that they begin with, and their pattern."""
    words = read_table("craft.toml")["contradiction"]["static"]
    return tuple(map(beginning, words)), lazy_pattern(rf"(?<![\w@-]){any_of(words)}(?!\w)")
