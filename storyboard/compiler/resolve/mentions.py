"""Mentions: every @name in a text, resolved to its entity.

The longest declared name that fits is meant; it ends where no letter, digit or combining mark follows. `@@` is a plain
@, and so is an @ directly after an ASCII letter or digit. An unknown name is SB201; a raw tag, or a mention where it
has no effect, is SB110. Each text is scanned once from left to right, whatever it contains.

With `CHARACTER Mira`, `CHARACTER Mira.winter` and `CHARACTER Old Tom` declared:

    @Mira waits         Mira, and the words after her
    @mira's hand        Mira: case does not count, and an apostrophe ends a name
    @Mira.winter        the variant; `@Mira.` at the end of a sentence is Mira and a full stop
    @Old Tom            Old Tom: the longest name that fits
    @{Old Tom}s         Old Tom, although a letter follows
    @Mirra              SB201, with the edit to @Mira
    @Element1           SB110: the compiler numbers the pictures itself
    ada@harbor.org      text

The result is prose, `(Mention(Mira), " waits")`: strings with single spaces, and mentions that know their place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from storyboard.catalog.patterns import lazy_pattern
from storyboard.compiler.diagnostics import Edit, Finding, Fix
from storyboard.compiler.ir.parsed import Kind, Text
from storyboard.compiler.ir.resolved import Entity, Mention, Prose
from storyboard.compiler.names import LETTER, has_case
from storyboard.compiler.parse.comments import flatten
from storyboard.compiler.resolve.cast import Cast
from storyboard.compiler.resolve.name_patterns import NamePatterns
from storyboard.compiler.spelling import is_near, listed_or, quote
from storyboard.compiler.text import Span

_AT = lazy_pattern(r"@")
_TAG = lazy_pattern(r"(?:Element|Image)[0-9]+(?![^\W_])", re.IGNORECASE)
_WORD = lazy_pattern(rf"{LETTER}(?:{LETTER}|[-'’]{LETTER}{{2,}}){{0,200}}(?:\.{LETTER}{{1,200}})?")
_VARIANT = lazy_pattern(rf"\.({LETTER}{{1,200}})")
_WORDS = lazy_pattern(rf"{LETTER}[^\s,;:!?@()]*(?:\s{LETTER}[^\s,;:!?@()]*){{0,4}}")
#: An ending of a name that a blank parts from it, as in `@Mira s hand`.
_LOOSE_ENDING = lazy_pattern(r"\s+(['’]?s)(?![\w'’])")
#: What a name ends in where somebody has something, in languages that write no apostrophe.
_ENDINGS = ("s", "es")
_SPACES = lazy_pattern(r"\s+")


class MentionReader:
    """Reads prose of one scene. `means` gives a plain name its meaning there (a variant, perhaps).

    `findings` grows with what is wrong; `missing` counts mentions that mean nobody, reported or not; `meant` holds
    whom a misspelt name was probably meant for.
    """

    def __init__(self, names: NamePatterns, means: Callable[[Entity], Entity], findings: list[Finding]) -> None:
        self.names = names
        self.cast: Cast = names.cast
        self.means = means
        self.findings = findings
        self.missing = 0
        self.meant: set[Entity] = set()

    def prose(self, text: Text) -> Prose:
        """The text with its mentions, blanks run together."""
        string = text.string
        if "@" not in string and "＠" not in string:
            return (" ".join(string.split()),) if string else ()
        parts: list[str | Mention] = []
        at = 0
        for found in self._scan(text):
            before = string[at : found.start] + ("@" if found.entity is None and found.is_plain else "")
            if found.is_plain:
                parts.append(before)
            else:
                parts.append(before)
                if found.entity is not None:
                    parts.append(Mention(self.means(found.entity), text.span(found.start, found.end)))
                else:
                    parts.append(string[found.start : found.end])
            at = found.end
        parts.append(string[at:])
        return _tidy(parts)

    def spoken(self, text: Text) -> str:
        """The text with plain names in place of mentions, for speech."""
        return "".join(part if isinstance(part, str) else part.entity.spoken_name for part in self.prose(text))

    def name(self, text: Text) -> Mention | None:
        """A name that stands by itself in a list, with or without @; reported where nobody is called so."""
        plain = flatten(text.string)
        bare = plain[2:-1] if plain.startswith("@{") and plain.endswith("}") else plain.removeprefix("@")
        entity = self.cast.find(bare)
        if entity is not None:
            return Mention(self.means(entity), text.span())
        if _TAG.fullmatch(bare) and plain.startswith("@"):
            self._report_tag(text, 0, len(plain))
        else:
            self._report_unknown(text, 0, len(plain), bare, "@" if plain.startswith("@") else "")
        return None

    def _scan(self, text: Text) -> list[_Found]:
        """Every @ of a text that means somebody, a plain @, or nobody, from left to right. Linear in the text: each @
        is judged once, by patterns anchored at it."""
        plain = flatten(text.string)
        found: list[_Found] = []
        at = 0
        while (at := plain.find("@", at)) >= 0:
            one = self._read(text, plain, at)
            if one is None:
                at += 1
            else:
                found.append(one)
                at = one.end
        return found

    def _read(self, text: Text, plain: str, at: int) -> _Found | None:
        """What the @ at an offset is; None where it is an ordinary character, as in an address of e-mail."""
        following = plain[at + 1 : at + 2]
        if following == "@":
            return _Found(at, at + 2, None, True)
        if following == "{":
            return self._braced(text, plain, at)
        before = plain[at - 1 : at]
        if before.isascii() and before.isalnum():
            return None
        known = self.names.after_at(plain).match(plain, at + 1)
        if known is not None:
            return self._known(text, plain, at, known.end())
        tag = _TAG.match(plain, at + 1)
        if tag is not None:
            self._report_tag(text, at, tag.end())
            return _Found(at, tag.end(), None, False)
        word = _WORD.match(plain, at + 1)
        if word is None:
            return None
        end = self._report_unknown_in(text, plain, at, word)
        return _Found(at, end, None, False)

    def _known(self, text: Text, plain: str, at: int, end: int) -> _Found:
        """A declared name. A full stop and a letter right behind it ask for a variant that is not declared (SB201):
        the pattern would have taken one that is."""
        entity = self.names.called(plain[at + 1 : end])
        is_joined = plain.startswith(".", end) and plain[end + 1 : end + 2].strip()
        variant = _VARIANT.match(plain, end) if is_joined else None
        if variant:
            self._report_variant(text, at, end, entity, variant)
            return _Found(at, variant.end(), None, False)
        self._ask_about_ending(text, plain, at, end, "'")
        return _Found(at, end, entity, False)

    def _ask_about_ending(self, text: Text, plain: str, at: int, end: int, joint: str = "") -> None:
        """SB106 for an `s` that a blank parts from its name; `joint` is what joins an ending to the name."""
        if loose := _LOOSE_ENDING.match(plain, end):
            typed = text.string[at : loose.end()]
            message = f"{quote(typed)} would be filmed with a loose {quote(loose[1])}. Does it belong to the name?"
            fix = Fix(True, (Edit(text.span(end, loose.end()), joint + loose[1].removeprefix(joint)),))
            self.findings.append(Finding("SB106", text.span(at, loose.end()), message, fix=fix))

    def _report_variant(self, text: Text, at: int, end: int, entity: Entity, variant: re.Match[str]) -> None:
        """A full stop and a letter right after a name: a variant misspelt, the next sentence, or a variant that is not
        declared yet."""
        self.missing += 1
        word = variant[1]
        base = entity.base or entity
        near = self.cast.variants_near(base, word)
        self.meant |= {entity, *(one for name in near if (one := self.cast.find(name)))}
        gap = Edit(text.span(end, end + 1), ". ")
        fix: Fix | None = None
        if near:
            fix = Fix(False, (Edit(text.span(at, variant.end()), f"@{near[0]}"),)) if len(near) == 1 else None
        elif word[0].isupper() or not has_case(word[0]) or entity.base:
            fix = Fix(False, (gap,))
        else:
            fix = self.cast.declaring_variant(entity, word) or Fix(False, (gap,))
        message = f"{quote(entity.name)} has no variant {quote(word)}."
        others = f"Did you mean {listed_or(f'@{name}' for name in near)}?" if len(near) > 1 else None
        self.findings.append(Finding("SB201", text.span(at, variant.end()), message, others, fix=fix))

    def _braced(self, text: Text, plain: str, at: int) -> _Found | None:
        """`@{Old Tom}`: a name said exactly. Without its closing brace it is SB101, and the fix closes it behind the
        name."""
        close = plain.find("}", at)
        if close < 0:
            message = "This @{ is never closed: a } is missing after the name."
            known = self.names.after_at(plain).match(plain, at + 2)
            word = known or _WORD.match(plain, at + 2)
            end = word.end() if word else at + 2
            if known:
                self.meant.add(self.names.called(plain[at + 2 : end]))
            place = text.span(end - 1, end).end
            fix = Fix(False, (Edit(Span(text.anchor, place, place), "}"),))
            self.findings.append(Finding("SB101", text.span(at, at + 2), message, fix=fix))
            self.missing += 1
            return _Found(at, len(plain), None, False)
        name = plain[at + 2 : close]
        entity = self.cast.find(name.strip())
        if entity is None:
            if _TAG.fullmatch(name.strip()):
                self._report_tag(text, at, close + 1)
            else:
                self._report_unknown(text, at, close + 1, name.strip(), "@{", "}")
        else:
            self._ask_about_ending(text, plain, at, close + 1)
        return _Found(at, close + 1, entity, False)

    def _report_tag(self, text: Text, start: int, end: int) -> None:
        """SB110 for `@Element1` and its like. The fix names the first declared subject that such a tag would have
        meant."""
        self.missing += 1
        typed = text.string[start:end]
        message = f"{quote(typed)} is a tag of the model; the compiler numbers the pictures itself."
        number = int(re.sub(r"\D", "", typed)[:4] or 0)
        is_place = "image" in typed.casefold()
        kind = [one for one in self.names.entities if one.is_location is is_place and not one.base and one.pictures]
        name = kind[number - 1].name if 0 < number <= len(kind) else None
        fix = Fix(False, (Edit(text.span(start, end), f"@{name}"),)) if name else None
        self.findings.append(Finding("SB110", text.span(start, end), message, "Scripts use names, not tags.", fix=fix))

    def _report_unknown_in(self, text: Text, plain: str, at: int, word: re.Match[str]) -> int:
        """Report the word after an @, or as many words as the declared name has that was nearly written."""
        run = _WORDS.match(plain, at + 1)
        words = run[0].split() if run else [word[0]]
        end = word.end()
        for count in range(len(words), 1, -1):
            typed = " ".join(words[:count]).rstrip(".")
            if any(_is_near_word_by_word(typed, name) for name in self.cast.near(typed, words=count)):
                match = re.compile(rf"\S+(?:\s+\S+){{{count - 1}}}").match(plain, at + 1)
                assert match, "the words have just been found there"
                end = at + 1 + len(match[0].rstrip(".,'’"))
                break
        self._report_unknown(text, at, end, plain[at + 1 : end], "@")
        return end

    def _report_unknown(self, text: Text, start: int, end: int, name: str, mark: str, close: str = "") -> None:
        """SB201 for a name that nobody has: the nearest declared names, or the edit that declares it. Silent where
        the name's own declaration had an error, or where an include could not be read: it may stand there."""
        self.missing += 1
        if self.cast.is_excused(name):
            return
        near = self.cast.near(name)
        if not self.cast.is_whole and not near:
            return
        self.meant |= {entity for one in near if (entity := self.cast.find(one))}
        message = f"No character, prop or location is called {quote(name)}."
        advice: str | None = None
        fix: Fix | None = None
        if len(near) == 1:
            is_same = near[0].casefold() == name.casefold()
            meant = f"{mark}{near[0]}{close}"
            if mark and name.casefold().removeprefix(near[0].casefold()) in _ENDINGS:
                meant = f"@{{{near[0]}}}{name[len(near[0]) :]}"
            fix = Fix(is_same, (Edit(text.span(start, end), meant),))
        elif near:
            advice = f"Did you mean {listed_or(f'{mark}{one}{close}' for one in near)}?"
        elif base := self.cast.find(name.rpartition(".")[0]):
            word = name.rpartition(".")[2]
            message = f"{quote(base.name)} has no variant {quote(word)}."
            fix = self.cast.declaring_variant(base, word)
        else:
            fix = self.cast.declaring(Kind.CHARACTER, name)
            advice = (
                "If it is a thing or a place, use PROP or LOCATION." if fix else "A name cannot be spelled like that."
            )
        self.findings.append(Finding("SB201", text.span(start, end), message, advice, fix=fix))

    def forbid(self, text: Text, where: str) -> str:
        """Text that reaches a prompt but may name nobody: a mention in it is SB110. Gives the text back, tidied."""
        plain = flatten(text.string)
        at = -1
        while (at := plain.find("@", at + 1)) >= 0:
            before = plain[at - 1 : at]
            if plain[at + 1 : at + 2] == "@":
                at += 1
                continue
            if before.isascii() and before.isalnum():
                continue
            start = at + 2 if plain.startswith("@{", at) else at + 1
            known = self.names.after_at(plain).match(plain, start)
            tag = _TAG.match(plain, start)
            end = known.end() if known else tag.end() if tag else 0
            if not end:
                continue
            typed = plain[at:end]
            message = f"{quote(typed)} has no effect in {where}: it would bring in no picture."
            name = plain[start:end]
            closed = end + 1 if start == at + 2 and plain.startswith("}", end) else end
            fix = Fix(known is not None, (Edit(text.span(at, closed), name),))
            self.findings.append(Finding("SB110", text.span(at, end), message, fix=fix))
        return " ".join(text.string.replace("@@", "@").split())


def _is_near_word_by_word(typed: str, name: str) -> bool:
    """Whether every word equals that of the name, or nearly so."""
    pairs = zip(typed.casefold().split(), name.casefold().split(), strict=False)
    return all(word == wanted or is_near(word, wanted) for word, wanted in pairs)


class _Found(NamedTuple):
    """An @ in a text, from `start` to `end`: an entity, a plain @, or nobody."""

    start: int
    end: int
    entity: Entity | None
    is_plain: bool


def _tidy(parts: list[str | Mention]) -> Prose:
    """Prose with adjacent strings joined, single spaces, and no space at either end."""
    joined: list[str | Mention] = []
    for part in parts:
        if not isinstance(part, str):
            joined.append(part)
            continue
        text = _SPACES.sub(" ", part)
        if joined and isinstance(joined[-1], str):
            joined[-1] += text
        else:
            joined.append(text)
    if joined and isinstance(joined[0], str):
        joined[0] = joined[0].lstrip()
    if joined and isinstance(joined[-1], str):
        joined[-1] = joined[-1].rstrip()
    return tuple(part for part in joined if part != "")
