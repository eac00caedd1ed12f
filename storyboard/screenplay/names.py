"""Names of a screenplay: characters from cues, places from headings.

Names compare as in the compiler (`compiler.names.fold`): `MIRA`, `Mira` and `mira` are one, spelled as the screenplay
spells it most often. A cue in capitals is declared in title case, `MRS. O'BRIEN` as Mrs. O'Brien. A name has one
meaning in a script: a place with the name of a person becomes `Mira place`. Each name has the path of its own picture,
relative to the script.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from storyboard.compiler.ir.parsed import Kind
from storyboard.compiler.names import APOSTROPHES, fold, has_case, picture_path

_PART = re.compile(r"[^\s-]+")
_ABBREVIATION = re.compile(r"[B-DF-HJ-NP-TV-XZ]{2,3}")
_ADDRESS = frozenset({"MR", "MRS", "MS", "DR", "ST", "JR", "SR", "LT", "SGT"})


@dataclass(frozen=True, slots=True)
class DeclaredName:
    """A name that the imported script declares.

    `picture` is the path of its picture, relative to the script; None for somebody who is only heard.
    """

    kind: Kind
    name: str
    picture: str | None


@dataclass(slots=True)
class Naming:
    """All names by their folded form, in the order of their first appearance."""

    declared: dict[str, DeclaredName] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)

    def add(self, kind: Kind, name: str) -> DeclaredName:
        """Declare a name, or return the declared one of this kind. A place with the name of a character gets another
        name."""
        known = self.declared.get(fold(name))
        if known is not None and known.kind is kind:
            return known
        if known is not None:
            return self.add(kind, f"{name} {'place' if kind is Kind.LOCATION else 'person'}")
        one = DeclaredName(kind, name, self._picture(name))
        self.declared[fold(name)] = one
        return one

    def find(self, kind: Kind, name: str) -> DeclaredName | None:
        """The declared name of this kind, or None."""
        known = self.declared.get(fold(name))
        return known if known is not None and known.kind is kind else None

    def _picture(self, name: str) -> str:
        path = picture_path(name, self.pictures)
        self.pictures.add(path)
        return path


def in_title_case(name: str) -> str:
    """`MRS. O'BRIEN-SMITH` in normal spelling, `Mrs. O'Brien-Smith`. A name with lower-case letters is unchanged."""
    if name != name.upper() or not has_case(name):
        return name
    return _PART.sub(lambda found: _capitalised(found[0]), name)


def _capitalised(word: str) -> str:
    if _ABBREVIATION.fullmatch(word) and word not in _ADDRESS:
        return word
    small = word[:1] + word[1:].lower()
    if len(word) > 3 and word[1] in APOSTROPHES:
        return small[:2] + word[2] + small[3:]
    return small


def spellings(names: Iterable[str], texts: Iterable[str]) -> dict[str, str]:
    """The spelling of each name in the action, if it is written there with lower-case letters; by folded name."""
    wanted = {fold(name): name for name in names}
    if not wanted:
        return {}
    longest_first = sorted(wanted.values(), key=len, reverse=True)
    pattern = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(name_pattern, longest_first))})(?![^\W_])", re.IGNORECASE)
    counts: dict[str, Counter[str]] = {}
    for text in texts:
        for found in pattern.finditer(text):
            typed = " ".join(found[0].split())
            if typed != typed.upper() and all(word[:1] == word[:1].upper() for word in typed.split()):
                counts.setdefault(fold(typed), Counter())[typed] += 1
    return {key: count.most_common(1)[0][0] for key, count in counts.items() if key in wanted}


def name_pattern(name: str) -> str:
    """The pattern of a name in text: any spaces between its words, any apostrophe, full stops optional."""
    pieces = []
    for character in name:
        if character == " ":
            pieces.append(r"\s+")
        elif character in APOSTROPHES:
            pieces.append(f"[{APOSTROPHES}]")
        elif character == ".":
            pieces.append(r"\.?")
        else:
            pieces.append(re.escape(character))
    return "".join(pieces)
