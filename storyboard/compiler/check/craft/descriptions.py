"""SB507: one thing with two descriptions.

The guide's example is a red jacket that becomes a crimson coat; it asks for the same words for the same thing in every
prompt of a scene. Nouns for one garment count as one (`craft.toml`) if they have the same owner. Colours, fabrics and
ages are compared by meaning: `red` and `scarlet` differ, `grey` and `gray` do not. The look in a declaration is the
first description.

    look: a keeper in a red wool coat
    @Mira pulls her crimson coat tighter and looks out at the water.    reported: `red` and `crimson` for one coat
    @Mira pulls her coat tighter and looks out at the water.            silent: it says nothing different
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.check.craft.scene_text import LOOK_BACK, MENTION, SceneText, ShotText, Words
from storyboard.compiler.check.looks import Looks
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Note, Severity
from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.ir.resolved import Dialogue, Entity
from storyboard.compiler.spelling import quote
from storyboard.compiler.text import Span

CODES = (Code("SB507", "One thing under two descriptions", Severity.WARNING),)

_TOKEN = lazy_pattern(rf"{MENTION}(?:['’]s)?|[^\W_][\w'’-]*|[^\w\s]")
_WORDS = lazy_pattern(r"[^\W_]+")
_POSSESSIVE = frozenset({"his", "her", "their", "its"})
_INDEFINITE = frozenset({"a", "an", "another", "some", "two", "three", "many", "several"})
#: Tokens between a descriptor and its noun, as in `red wool winter coat`.
_REACH = 4


class _Sense(NamedTuple):
    """What a descriptor describes (`colour`), and its canonical value: the first word of its row."""

    what: str
    value: str


class _Phrase(NamedTuple):
    """A phrase such as `her red wool coat`: the noun, its descriptors, its introduction, and its place in the text."""

    noun: str
    senses: tuple[tuple[_Sense, int, int], ...]
    lead: str
    start: int
    end: int


class _Said(NamedTuple):
    """The first description of a thing: the words, its noun as typed, and the place."""

    values: frozenset[str]
    words: str
    noun: str
    span: Span | None
    by_look: str | None


def check(reading: SceneText, looks: Looks) -> Iterator[Finding]:
    """A thing that one shot calls red and another crimson, within a scene or against the look of its owner."""
    senses = _senses()
    said: dict[tuple[Entity | None, str, str], _Said] = {}
    met: set[tuple[str, _Sense]] = set()
    for shots in reading.groups:
        present = dict.fromkeys(mention.entity for shot in shots for mention in shot.shot.appearances)
        people = [entity for entity in present if _is_person(entity)]
        for shot in shots:
            if shot.vocabulary.isdisjoint(senses):
                continue
            company = _Company(shot)
            for words in shot.actions:
                for phrase in _phrases(words.string):
                    owner = _owner(company, words, phrase) or _wearer(company, words, phrase, people, met, looks)
                    yield from _judge(reading, owner, words, phrase, said, looks)
                    met |= {(phrase.noun, sense) for sense, _, _ in phrase.senses}


def _judge(
    reading: SceneText,
    owner: Entity | None,
    words: Words,
    phrase: _Phrase,
    said: dict[tuple[Entity | None, str, str], _Said],
    looks: Looks,
) -> Iterator[Finding]:
    """SB507 for what a phrase says about a thing.

    The first description of the thing is kept in `said`, and a later one that differs is reported. `owner` is the owner
    of the thing, or None. Common things, and fleeting states (`craft.toml`), are compared only if they have an owner.
    """
    if owner is None and (phrase.noun in _owned() or phrase.noun in _fleeting()):
        return
    for what in dict.fromkeys(sense.what for sense, _, _ in phrase.senses):
        own = [(sense, start, end) for sense, start, end in phrase.senses if sense.what == what]
        values = frozenset(sense.value for sense, _, _ in own)
        start, end = own[0][1], own[-1][2]
        typed = words.text.string[start:end]
        first = _first_said(said, owner, phrase.noun, what, looks)
        here = _Said(values, typed, phrase.noun, words.text.span(start, phrase.end), None)
        if first is None:
            said[owner, _key(owner, phrase.noun), what] = here
        elif _clash(first, here, owner, phrase.lead) and reading.is_english(looks):
            at = words.text.span(start, end if _is_noun_of(first, here) else phrase.end)
            yield _finding(first, here, owner, at)


def _first_said(
    said: dict[tuple[Entity | None, str, str], _Said], owner: Entity | None, noun: str, what: str, looks: Looks
) -> _Said | None:
    """The look's description of somebody's thing, or else the first one in the scene."""
    if owner is not None:
        in_look = looks.ask(_told_in_look, owner, noun, what)
        if in_look.noun:
            at = looks.now(owner).places.get("look")
            return _Said(in_look.values, in_look.words, in_look.noun, at, owner.spoken_name)
        if in_look.is_otherwise:
            return None
    return said.get((owner, _key(owner, noun), what))


class _ToldInLook(NamedTuple):
    """What a look says of a thing: `noun` is what it calls it, empty where it says nothing of the kind that is asked
    for; `is_otherwise` that it has the very noun, and tells something else of it."""

    noun: str = ""
    values: frozenset[str] = frozenset()
    words: str = ""
    is_otherwise: bool = False


def _told_in_look(looks: Looks, owner: Entity, noun: str, what: str) -> _ToldInLook:
    told = _look(looks.of(owner))
    for one in (noun, *_like(noun)):
        if (one, what) in told:
            return _ToldInLook(one, *told[one, what])
    return _ToldInLook(is_otherwise=any(one == noun for one, _ in told))


def _key(owner: Entity | None, noun: str) -> str:
    """The noun under which a thing is remembered: a coat and a jacket of one owner are one thing."""
    return next(iter(sorted({noun, *_like(noun)}))) if owner is not None else noun


def _is_noun_of(first: _Said, here: _Said) -> bool:
    return first.noun == here.noun


def _clash(first: _Said, here: _Said, owner: Entity | None, lead: str) -> bool:
    """Whether two descriptions are of one thing and differ.

    A thing without an owner is the same if `the` or `her` introduces it and the words mean the same (`the red door`,
    `the crimson door`); otherwise it may be another one.
    """
    if owner is None:
        return lead not in _INDEFINITE and first.values == here.values and _spelling(first) != _spelling(here)
    return not first.values & here.values or (first.values == here.values and _spelling(first) != _spelling(here))


def _spelling(said: _Said) -> str:
    words = said.words.lower()
    return words.replace("grey", "gray").replace("blonde", "blond").replace("woollen", "wool").replace("woolen", "wool")


def _finding(first: _Said, here: _Said, owner: Entity | None, at: Span) -> Finding:
    """SB507 with the fix that writes the first description."""
    noun = here.noun
    whose = f"{owner.spoken_name}’s {noun}" if owner is not None and noun not in _names(owner) else f"The {noun}"
    before = "in the look" if first.by_look else "before"
    same = first.words if _is_noun_of(first, here) else f"{first.words} {first.noun}"
    message = f"{whose} is {quote(here.words)} here and {quote(same)} {before}."
    advice = f"Use the same word everywhere: {same}. To the model, two words are two things."
    note = (Note(f"{quote(same)} is here.", first.span),) if first.span is not None else ()
    return Finding("SB507", here.span or at, message, advice, note, Fix(False, (Edit(at, same),)))


class _Company:
    """The people and things in a shot, gathered once for all its phrases."""

    def __init__(self, shot: ShotText) -> None:
        self._shot = shot
        self._present = dict.fromkeys(mention.entity for mention in shot.shot.appearances)

    @cached_property
    def by_noun(self) -> dict[str, list[Entity]]:
        """Props and places by the last word of their names."""
        found: dict[str, list[Entity]] = {}
        for entity in self._present:
            for noun in _names(entity):
                found.setdefault(noun, []).append(entity)
        return found

    @cached_property
    def people(self) -> list[Entity]:
        return [entity for entity in self._present if _is_person(entity)]

    @cached_property
    def is_alone(self) -> bool:
        """Whether no second person is mentioned. A plain `man` or an unseen speaker could own the coat, too."""
        strangers = ("man", "woman", "boy", "girl", "stranger", "child", "old", "men", "women", "everybody", "someone")
        beats, vocabulary = self._shot.shot.beats, self._shot.vocabulary
        return vocabulary.isdisjoint(strangers) and not any(isinstance(one, Dialogue) and one.off for one in beats)


def _has_in_look(looks: Looks, entity: Entity, word: str) -> bool:
    return word in _words_of_look(looks.of(entity))


@lru_cache(maxsize=1024)
def _words_of_look(look: str) -> frozenset[str]:
    return frozenset(_WORDS.findall(look.lower()))


def _owner(company: _Company, words: Words, phrase: _Phrase) -> Entity | None:
    """The owner of the thing in a phrase, or None.

    `@Mira's coat`; `her coat` if only one person can be meant; `@Mira in a red coat`; or a prop or place itself, if its
    name ends in the noun.
    """
    named = company.by_noun.get(phrase.noun, ())
    if phrase.noun not in _owned():
        return named[0] if len(named) == 1 and phrase.lead not in _INDEFINITE else None
    if named:
        return named[0] if len(named) == 1 and phrase.lead not in _INDEFINITE else None
    if phrase.lead.startswith("@"):
        near = words.mentions_between(phrase.start - LOOK_BACK, phrase.start)
        return next((mention.entity for mention in reversed(near) if _is_person(mention.entity)), None)
    sentence = words.sentence(phrase.start)
    here = [mention for mention in words.mentions_between(sentence, phrase.start) if _is_person(mention.entity)]
    if len(here) == 1 and (phrase.lead in _POSSESSIVE or _wears(words.string[sentence : phrase.start])):
        return here[0].entity
    if phrase.lead in _POSSESSIVE and len(company.people) == 1 and not here:
        return company.people[0] if company.is_alone else None
    return None


def _wearer(
    company: _Company,
    words: Words,
    phrase: _Phrase,
    people: Sequence[Entity],
    met: set[tuple[str, _Sense]],
    looks: Looks,
) -> Entity | None:
    """The owner of `the scarlet coat` if the shot does not name one.

    It is the only person of the clip whose look has a coat, unless somebody else is named directly before it, or the
    scene has mentioned a scarlet one.
    """
    if (
        phrase.lead != "the"
        or phrase.noun not in _owned()
        or any((phrase.noun, one) in met for one, _, _ in phrase.senses)
    ):
        return None
    worn_by = [entity for entity in people if looks.ask(_has_in_look, entity, phrase.noun)]
    if len(worn_by) != 1 or not company.is_alone:
        return None
    named = {one.entity for one in words.mentions_between(words.sentence(phrase.start), phrase.start)}
    return worn_by[0] if named <= set(worn_by) else None


def _wears(sentence: str) -> bool:
    """Whether the person just named wears what follows: `@Mira in a`, `@Mira, wearing a`."""
    return re.search(rf"{MENTION},? (?:[a-z]+ing )?(?:in|wearing|wears|with) (?:[a-z-]+ )?$", sentence) is not None


def _is_person(entity: Entity) -> bool:
    return entity.kind is Kind.CHARACTER


@lru_cache(maxsize=4096)
def _look(look: str) -> dict[tuple[str, str], tuple[frozenset[str], str]]:
    """What a look says about every noun in it: values and words, by noun and by what they describe."""
    found: dict[tuple[str, str], tuple[frozenset[str], str]] = {}
    lower = look.lower()
    if len(lower) != len(look):
        return found
    for phrase in _phrases(lower):
        for what in dict.fromkeys(sense.what for sense, _, _ in phrase.senses):
            own = [(sense, start, end) for sense, start, end in phrase.senses if sense.what == what]
            values = frozenset(sense.value for sense, _, _ in own)
            words = lower[own[0][1] : own[-1][2]]
            known = found.get((phrase.noun, what))
            found[phrase.noun, what] = (values | known[0], known[1]) if known else (values, words)
    return found


def _names(entity: Entity) -> frozenset[str]:
    """The noun of a prop or place: the last word of its name."""
    if _is_person(entity):
        return frozenset()
    return frozenset(entity.spoken_name.lower().split()[-1:])


def _phrases(string: str) -> Iterator[_Phrase]:
    """Every noun with descriptors before it."""
    tokens = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(string)]
    senses, owned = _senses(), _owned()
    at = 0
    while at < len(tokens):
        if tokens[at][0] not in senses:
            at += 1
            continue
        first = at
        described: list[tuple[_Sense, int, int]] = []
        noun: tuple[str, int, int] | None = None
        reach = min(len(tokens), at + _REACH + 1)
        while at < reach:
            word, start, end = tokens[at]
            if word in senses and word not in owned:
                described.append((senses[word], start, end))
                reach = min(len(tokens), at + _REACH + 1)
            elif word in ("and", ",", "-") and at + 1 < len(tokens) and tokens[at + 1][0] in senses:
                pass
            elif word in owned or (noun is None and _can_be_noun(word)):
                noun = tokens[at]
                if word in owned:
                    break
                reach = min(reach, at + 3)
            elif not _can_be_noun(word):
                break
            at += 1
        at = max(at, first + 1)
        if noun is not None and described:
            yield _Phrase(noun[0], tuple(described), _lead(tokens, first), described[0][1], noun[2])


def _can_be_noun(word: str) -> bool:
    return word[0].isalpha() and len(word) > 2 and word not in _fleeting()


def _lead(tokens: list[tuple[str, int, int]], first: int) -> str:
    """The article, possessive or name that introduces a phrase."""
    for back in range(first - 1, max(first - 4, -1), -1):
        word = tokens[back][0]
        if word in _INDEFINITE or word in _POSSESSIVE or word == "the" or re.fullmatch(rf"{MENTION}['’]s", word):
            return word
        if not word[0].isalpha() and word != ",":
            break
    return ""


@cache
def _senses() -> dict[str, _Sense]:
    return {
        word: _Sense(row["what"], same[0])
        for row in read_table("craft.toml")["describing"]
        for same in row["same"]
        for word in same
    }


@cache
def _likes() -> dict[str, tuple[str, ...]]:
    rows: list[list[str]] = read_table("craft.toml")["things"]["like"]
    return {noun: tuple(one for one in row if one != noun) for row in rows for noun in row}


def _like(noun: str) -> tuple[str, ...]:
    """Nouns that writers use for the same thing as this one."""
    return _likes().get(noun, ())


@cache
def _owned() -> frozenset[str]:
    return frozenset(read_table("craft.toml")["things"]["owned"])


@cache
def _fleeting() -> frozenset[str]:
    return frozenset(read_table("craft.toml")["things"]["fleeting"])
