"""Speakers: the people that a cue means, and whether they are seen.

    LENA'S VOICE        Lena, off screen
    VOICE OF LENA       the same
    LENA V.O.           Lena, voice-over: the brackets are missing
    LENA ON PHONE       Lena, voice-over
    EDWARD AND WILL     both, if each of them speaks elsewhere
    A GIRL              the one who speaks as GIRL elsewhere
    ANGRY CROWD         nobody who is seen: no picture
    THE DOOR OPENS      not a cue but a sentence, if it occurs once

The words are in `catalog/cues.toml`. A cue that says more than the name is kept in a note as typed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of
from storyboard.compiler.names import APOSTROPHES, clean_name, fold
from storyboard.compiler.parse.comments import flatten
from storyboard.screenplay.script import Action, Element, Speech, as_note

_OFF = re.compile(r"V\.?\s?O\.?|O\.?\s?[SC]\.?", re.IGNORECASE)
_OFF_LAST = re.compile(r"[ ,-](V\. ?O\.?|VO|O\. ?[SC]\.?|OS|OC)\Z", re.IGNORECASE)
#: Names of more words than this are not looked at for two people, cues of more characters for nothing.
_LONGEST = 80
#: Words that make a verb after a name a description: `THE MAN WHO RUNS`.
_RELATIVE = frozenset({"who", "that", "which", "whom"})


class SpokenCue(NamedTuple):
    """The meaning of a cue: the people who speak, as typed, and the extension for how they are heard (`O.S.`), if
    any."""

    people: tuple[str, ...]
    extension: str = ""


def read_spoken_cue(typed: str, speaks: Callable[[str], bool]) -> SpokenCue:
    """Who speaks under a cue, given without its extensions. `speaks` says whether somebody has cues of their own."""
    cue = " ".join(flatten(typed).split())
    article, _, bare = cue.partition(" ")
    if article.lower() in _articles() and speaks(bare):
        return SpokenCue((bare,))
    if not _says_more(cue):
        return SpokenCue((typed,))
    if found := _heard(cue):
        return found
    if (last := _voice_last().search(cue)) and speaks(cue[: last.start()]):
        return SpokenCue((cue[: last.start()],), "O.S.")
    people = [part.strip() for part in _together().split(cue)]
    if len(people) > 1 and all(clean_name(one) and speaks(one) for one in people):
        return SpokenCue(tuple(dict.fromkeys(people)))
    return SpokenCue((typed,))


def is_unseen(name: str) -> bool:
    """Whether a name is that of a crowd, a device or a narrator."""
    return _unseen().search(flatten(name).upper().rstrip("0123456789# .")) is not None


def is_sentence(typed: str, speaks: Callable[[str], bool]) -> bool:
    """Whether a line in capitals describes an action.

    It has at least three words, or the name of a speaker, with a verb of action after the first word.
    """
    words = [word.strip(",") for word in flatten(typed).lower().split()]
    sure, unsure = _verbs()
    if not sure.isdisjoint(words[1:]) and len(words) > 2 and _RELATIVE.isdisjoint(words):
        return True
    verb = next((index for index, word in enumerate(words) if index and word in sure | unsure), 0)
    return verb > 0 and (speaks(" ".join(words[:verb])) or (words[0] in _articles() and verb < len(words) - 1))


def is_off_screen(speech: Speech) -> bool:
    """Whether the speaker is heard but not seen: `(V.O.)`, `(O.S., shouting)`."""
    return any(
        _OFF.fullmatch(part.strip())
        for extension in speech.extensions
        for part in flatten(extension).strip("()").split(",")
    )


def with_people(elements: Iterable[Element]) -> Iterator[Element]:
    """The elements with people instead of cues.

    Two who speak at once each get the words; a cue that says more than a name is kept in a note; a sentence becomes
    action.
    """
    elements = list(elements)
    plain = {
        fold(clean_name(flatten(one.name))) for one in elements if isinstance(one, Speech) and not _says_more(one.name)
    }
    times = Counter(one.name for one in elements if isinstance(one, Speech))
    read: dict[str, SpokenCue] = {}

    def speaks(name: str) -> bool:
        return fold(clean_name(flatten(name))) in plain

    for element in elements:
        if not isinstance(element, Speech):
            yield element
            continue
        is_bare = not (element.extensions or element.dual) and times[element.name] == 1
        if is_bare and is_sentence(element.name, speaks):
            yield Action((f"{element.name} {element.note}".rstrip(), *element.lines))
            continue
        cue = read.setdefault(element.name, read_spoken_cue(element.name, speaks))
        if cue.people == (element.name,):
            yield element
            continue
        note = f"{as_note(element.name)} {element.note}".strip()
        extension = (f"({cue.extension})",) if cue.extension and not is_off_screen(element) else ()
        first, *others = cue.people
        yield element._replace(name=first, extensions=(*extension, *element.extensions), note=note)
        for one in others:
            yield element._replace(name=one, dual=True, note="")


def _says_more(cue: str) -> bool:
    """Whether a cue may say more than a name."""
    cue = " ".join(flatten(cue).split())
    return len(cue) <= _LONGEST and (
        _heard(cue) is not None or _voice_last().search(cue) is not None or _together().search(cue) is not None
    )


def _heard(cue: str) -> SpokenCue | None:
    """Somebody who is only heard, by the words before or after the name; None for any other cue."""
    before, after, device = _voices()
    if found := before.match(cue):
        name, extension = cue[found.end() :], "O.S."
    elif found := after.search(cue):
        name, extension = cue[: found.start()], "O.S."
    elif found := device.search(cue):
        name, extension = cue[: found.start()], "V.O."
    elif found := _OFF_LAST.search(cue):
        name, extension = cue[: found.start()], found[1].upper()
    else:
        return None
    name = name.strip(" ,-")
    return SpokenCue((name,), extension) if clean_name(flatten(name)) else None


@cache
def _articles() -> frozenset[str]:
    return frozenset(read_table("words.toml")["article"]["words"])


@cache
def _verbs() -> tuple[frozenset[str], frozenset[str]]:
    """Verbs of action: forms that are nearly always verbs, and those that are nouns just as often."""
    table = read_table("craft.toml")["action"]["verbs"]
    unsure = frozenset(table["unsure"]) | frozenset(table["half"])
    return frozenset(table["sure"]) - unsure, unsure


@cache
def _voices() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Patterns of words before the name of somebody who is heard, after it, and of devices."""
    table = read_table("cues.toml")["voice"]
    after, before, by, devices = (any_of(map(re.escape, table[key])) for key in ("after", "before", "by", "devices"))
    return (
        re.compile(rf"(?:{before}) ", re.IGNORECASE),
        re.compile(rf"[{APOSTROPHES}]S? (?:{after})\Z", re.IGNORECASE),
        re.compile(rf" (?:{by}) (?:THE )?(?:{devices})\Z", re.IGNORECASE),
    )


@cache
def _voice_last() -> re.Pattern[str]:
    after = any_of(map(re.escape, read_table("cues.toml")["voice"]["after"]))
    return re.compile(rf" (?:{after})\Z", re.IGNORECASE)


@cache
def _together() -> re.Pattern[str]:
    words = any_of(map(re.escape, read_table("cues.toml")["together"]["words"]))
    return re.compile(rf" (?:{words}|[&+]) | ?[/,] ?", re.IGNORECASE)


@cache
def _unseen() -> re.Pattern[str]:
    words = any_of(map(re.escape, read_table("cues.toml")["unseen"]["words"]))
    return re.compile(rf"(?<!\w)(?:{words})$")
