"""The camera move that the words of a direction name.

A direction is read clause by clause (`slow push in, then pan left`). The first verb of the camera decides the move: not
a negated one (`no zoom`), nor one of somebody else (`the tide pulls back`). Its direction is the first one after the
verb that such a move can take (`pans slowly to the left`, `dolly, gently, out`); in `from X to Y` it is Y, and `from
the left` alone leads right. If none follows the verb, one before it counts (`left to right tracking shot`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table
from storyboard.catalog.patterns import any_of
from storyboard.compiler.names import is_wide
from storyboard.drawing.blocking import whole_words

STILL, UNSAID = "static", "drift"
#: Words of a clause.
_LONGEST_CLAUSE = 60
_TOKEN = re.compile(r"\w+(?:['’]\w+)?|[,;:.()!—–]")
_ASIDE = ("left", "right")
_VERTICAL = ("up", "down")


class _Family(NamedTuple):
    """Verbs of one way to move a camera; the move for each direction, and the one where none is told. `follows`: it
    goes where somebody else does. `is_vertical`: what is high or low tells where to."""

    by_direction: dict[str, str]
    default: str
    follows: bool
    is_vertical: bool


class _Vocabulary(NamedTuple):
    """The words of `camera_words.toml`, prepared for the search."""

    families: dict[str, _Family]
    directions: dict[str, str]
    opposites: dict[str, str]
    heights: dict[str, str]
    along: re.Pattern[str]
    places: re.Pattern[str]
    still: re.Pattern[str]
    wide: re.Pattern[str]
    phrase: re.Pattern[str]
    phrases: dict[str, str]
    behind_in: frozenset[str]
    behind_sides: frozenset[str]
    owners: frozenset[str]
    fillers: frozenset[str]
    starts: frozenset[str]
    ends: frozenset[str]
    joints: frozenset[str]
    negations: frozenset[str]
    sequence: frozenset[str]
    camera: frozenset[str]
    others: frozenset[str]
    articles: frozenset[str]
    plain: frozenset[str]
    prepositions: frozenset[str]
    shared: frozenset[str]
    named_only: frozenset[str]
    gear: frozenset[str]


#: The words between two joints.
_Clause = tuple[str, ...]


class _Verb(NamedTuple):
    """A verb of the camera: the clause and the word at which it stands. `is_sure`: nobody else has such a verb."""

    clause: int
    at: int
    family: _Family
    is_sure: bool


def move_name(text: str) -> str:
    """The name of the move in a direction, in small letters and without hyphens; `drift` where it names none."""
    words = _vocabulary()
    moves = words.camera | words.families.keys()
    is_still = words.still.search(text) is not None
    text = words.along.sub(" forward ", words.places.sub(" ", text))
    text = words.phrase.sub(lambda found: f" {words.phrases[found[0]]} ", text)
    text = words.wide.sub(r" \g<0> ", text)
    clauses = _clauses(_TOKEN.findall(text), words)
    in_turn = any(word in words.sequence for word in text.split())
    verbs = list(_verbs(clauses, words, in_turn=in_turn))
    moving = [verb for verb in verbs if verb.family.by_direction] or verbs
    is_negated = any(words.negations & set(clause) and moves & set(clause) for clause in clauses)
    if is_still and not in_turn and not any(verb.is_sure for verb in moving):
        return STILL
    if moving:
        return _toward(clauses, moving, words)
    if is_still or is_negated:
        return STILL
    return _without_verb(clauses, words)


def _clauses(tokens: Sequence[str], words: _Vocabulary) -> list[_Clause]:
    """The clauses of a direction; words that part them are dropped. One of more words than a writer's sentence is
    parted, because each of its verbs is judged by all the words around it."""
    clauses: list[_Clause] = []
    held: list[str] = []
    for token in (*tokens, "."):
        is_word = token[0].isalnum() and token not in words.joints
        if held and (not is_word or len(held) == _LONGEST_CLAUSE):
            clauses.append(tuple(held))
            held = []
        if is_word:
            held.append(token)
    return clauses


def _verbs(clauses: Sequence[_Clause], words: _Vocabulary, *, in_turn: bool) -> Iterator[_Verb]:
    """The verbs that are the camera's. `in_turn`: one thing is done after another, so that gear counts as a move."""
    last = max((number for number, clause in enumerate(clauses) if words.families.keys() & set(clause)), default=0)
    for number, clause in enumerate(clauses):
        found = [at for at, word in enumerate(clause) if word in words.families]
        for at in found:
            word, before = clause[at], clause[:at]
            is_shot = clause[at + 1 : at + 2] == ("shot",) and (found[-1] > at or (number < last and not in_turn))
            is_gear = word in words.gear and (at + 1 in found or is_shot)
            if is_gear or _negated(before, at, words) or _of_others(clause, at, words):
                continue
            is_sure = (
                word not in words.shared
                or bool(words.camera.intersection(before))
                or (not word.endswith(("s", "ing")) and not _named(before, words))
            )
            yield _Verb(number, at, words.families[word], is_sure)


def _negated(clause: Sequence[str], at: int, words: _Vocabulary) -> bool:
    """Whether what stands at a place of a clause is said not to be."""
    return any(word in words.negations for word in clause[max(0, at - 4) : at])


def _of_others(clause: _Clause, at: int, words: _Vocabulary) -> bool:
    """Whether a verb is said of somebody or something in front of the camera."""
    word, before = clause[at], clause[:at]
    if words.camera.intersection(before):
        return False
    if word in words.named_only:
        return True
    is_noun = not before and clause[at + 1 : at + 2] in (("shot",), ("camera",), ("move",), ("in",))
    if word not in words.shared or is_noun:
        return False
    subject = [one for one in before if one not in words.plain and not one.endswith("ly")]
    if subject and subject[-1] in words.others:
        return True
    is_finite = word.endswith(("s", "ing"))
    return is_finite and bool(_named(before, words)) and not words.prepositions.intersection(subject)


def _named(before: Sequence[str], words: _Vocabulary) -> list[str]:
    """The words before a verb that may be the name of somebody or something."""
    return [
        one
        for one in before
        if not one.endswith("ly") and one not in words.plain and one not in words.articles and one not in words.families
    ]


def _toward(clauses: Sequence[_Clause], verbs: Sequence[_Verb], words: _Vocabulary) -> str:
    """The move of the first verb, with its direction."""
    verb = verbs[0]
    following = next((one for one in verbs[1:] if one.family is not verb.family), None)
    own = clauses[verb.clause]
    end = following.at if following and following.clause == verb.clause else len(own)
    known = verb.family.by_direction
    parts = own[verb.at + 1 : end], own[: verb.at], own[end:]
    where = next(filter(None, (_direction(part, known, words) for part in parts)), None)
    if not where and verb.family.is_vertical:
        where = _height(own[verb.at + 1 : end], words)
    of_its_family = {other.clause for other in verbs if other.family is verb.family}
    for number, clause in enumerate(clauses):
        if where or (following and number > following.clause):
            break
        if number > verb.clause and (verb.family.follows or number in of_its_family or _is_way(clause, words)):
            where = _direction(clause, known, words)
    if where == "around":
        orbit = words.families["orbit"]
        return orbit.by_direction.get(_direction(own, orbit.by_direction, words) or "", orbit.default)
    return known.get(where or "", verb.family.default)


def _is_way(clause: _Clause, words: _Vocabulary) -> bool:
    """Whether a clause says nothing but where to: `, slowly, to the left`."""
    return all(
        word in words.directions or word in words.plain or word in words.fillers or word.endswith("ly")
        for word in clause
    )


def _direction(tokens: Sequence[str], known: dict[str, str], words: _Vocabulary) -> str | None:
    """Where the words lead, of the directions that are `known`: `from left to right` to the right, `from the left`
    there, too."""
    came_from = None
    for number, word in enumerate(tokens):
        where = words.directions.get(word)
        if where not in known or _is_part(tokens, number, known, words):
            continue
        before = [one for one in tokens[max(0, number - 2) : number] if one in words.starts or one not in words.fillers]
        is_start = words.starts.issuperset(before[-1:] or ("",)) and where != "behind"  # from there the camera follows
        if is_start or (words.ends.intersection(tokens[number + 1 : number + 2]) and _later(tokens, number, words)):
            came_from = where
            continue
        return where
    return words.opposites.get(came_from or "")


def _is_part(tokens: Sequence[str], number: int, known: dict[str, str], words: _Vocabulary) -> bool:
    """Whether a word that may be a direction belongs to something: `in the rain`, `her left hand`, `the back of`,
    `right behind`."""
    word, before, after = tokens[number], tokens[number - 1] if number else "", tokens[number + 1 : number + 2]
    following = after[0] if after else ""
    if word == "in":
        is_way = following in words.behind_in or following in words.directions or following.endswith("ly")
        return bool(following) and not is_way
    if word == "back":
        return before in words.owners or before in words.articles
    if word in _ASIDE and before in words.owners:
        return bool(following) and following not in words.behind_sides and not following.endswith("ly")
    return word == "right" and words.directions.get(following, "") in {*known} - {*_ASIDE}


def _later(tokens: Sequence[str], number: int, words: _Vocabulary) -> bool:
    """Whether another direction follows `to`: `left to right`, `left to the right`."""
    return any(token in words.directions for token in tokens[number + 2 : number + 4])


def _height(tokens: Sequence[str], words: _Vocabulary) -> str | None:
    """Up or down, by the last thing named that is high or low: `from her shoes to her face`."""
    return next((words.heights[word] for word in reversed(tokens) if word in words.heights), None)


def _without_verb(clauses: Sequence[_Clause], words: _Vocabulary) -> str:
    """The move of a direction that says only from where to where: `from left to right`, `boots up to her face`."""
    pan = words.families["pan"].by_direction
    for clause in clauses:
        if not words.ends.intersection(clause) or words.families.keys() & set(clause):
            continue
        told = sum(word in words.directions for word in clause)
        ways = (*_ASIDE, *_VERTICAL) if told > 1 else _VERTICAL if words.starts.intersection(clause) else ()
        if where := _direction(clause, {way: pan[way] for way in ways}, words):
            return pan[where]
    return UNSAID


@cache
def _vocabulary() -> _Vocabulary:
    table = read_table("camera_moves.toml")
    families = {}
    for row in table["family"]:
        family = _Family(
            row.get("directions", {}), row["default"], row.get("follows", False), row.get("is_vertical", False)
        )
        families.update(dict.fromkeys(row["verbs"], family))
    directions = {word: way for way, listed in table["directions"].items() for word in listed}
    wide = [word for word in (*directions, *families, *table["starts"], *table["ends"]) if is_wide(word[0])]
    return _Vocabulary(
        families,
        directions,
        table["opposites"],
        {word: way for way, listed in table["heights"].items() for word in listed},
        whole_words(table["along"]),
        whole_words(table["places"]),
        whole_words(table["still"]),
        re.compile(any_of(sorted(map(re.escape, wide), key=len, reverse=True))),
        whole_words(list(table["phrases"])),
        table["phrases"],
        *(
            frozenset(table[name])
            for name in (
                "behind_in", "behind_sides", "owners", "fillers", "starts", "ends", "joints", "negations", "sequence",
                "camera", "others", "articles", "plain", "prepositions", "shared", "named_only", "gear",
            )
        ),
    )  # fmt: skip
