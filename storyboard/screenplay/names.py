"""Names of a screenplay: characters from cues, places from headings.

Names compare as in the compiler (`compiler.names.fold`): `MIRA`, `Mira` and `mira` are one, spelled as the screenplay
spells it most. A cue in capitals is declared in title case, `MRS. O'BRIEN` as Mrs. O'Brien. One name means one thing in
a script: a place that is called like a person becomes `Mira place`. Each name has the path of a picture of its own,
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
    """A name that the imported script declares. `picture` is the path of its image, relative to the script;
    None for somebody who is only heard."""

    kind: Kind
    name: str
    picture: str | None


@dataclass(slots=True)
class Naming:
    """All names, by the form under which they are compared, in the order of their first appearance."""

    declared: dict[str, DeclaredName] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)

    def add(self, kind: Kind, name: str) -> DeclaredName:
        """Declare a name, or find the one of this kind that is declared already. A place that is called like a
        character gets a name of its own."""
        known = self.declared.get(fold(name))
        if known is not None and known.kind is kind:
            return known
        if known is not None:
            return self.add(kind, f"{name} {'place' if kind is Kind.LOCATION else 'person'}")
        one = DeclaredName(kind, name, self._picture(name))
        self.declared[fold(name)] = one
        return one

    def find(self, kind: Kind, name: str) -> DeclaredName | None:
        known = self.declared.get(fold(name))
        return known if known is not None and known.kind is kind else None

    def _picture(self, name: str) -> str:
        path = picture_path(name, self.pictures)
        self.pictures.add(path)
        return path


def in_title_case(name: str) -> str:
    """`MRS. O'BRIEN-SMITH` as one writes it, `Mrs. O'Brien-Smith`. A name with small letters is left as it is."""
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
    """How the action writes each name of capitals, where it writes it with small letters: by the compared form."""
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
    """A pattern for a name in text: any blanks between its words, any apostrophe, its full stops or not."""
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
