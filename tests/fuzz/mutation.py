"""Inputs for fuzzing: parts of real files, changed at random, the same for the same seed."""

from __future__ import annotations

import random
from pathlib import Path

from tests.growth.inputs import CAST, PLACES, TOKENS

_ROOT = Path(__file__).parents[2]
_CONTROLS = "\0\x01\x08\x0b\x0c\x1b\x1c\x1f\x7f\x85\xa0\u200b\u200d\u2028\u202e\u2060\ufeff\ufffe\U000e0001"


def corpus(*patterns: str) -> list[str]:
    """The texts of the repository's files that match."""
    found = sorted(path for pattern in patterns for path in _ROOT.glob(pattern) if path.is_file())
    return [path.read_bytes().decode("utf-8", "replace") for path in found]


def scripts() -> list[str]:
    return [*corpus("tests/corpus/**/*.sb", "examples/**/*.sb"), CAST, *PLACES.values()]


class Mutator:
    """Changes texts: pieces are deleted, doubled, swapped with those of other texts, and signs put in."""

    def __init__(self, random_: random.Random, texts: list[str]) -> None:
        self._random = random_
        self._texts = texts
        self._lines = sorted({line for text in texts for line in text.split("\n")})

    def text(self) -> str:
        """A new text, some thousand characters at most."""
        text = self._random.choice(self._texts)[:6000]
        for _ in range(self._random.choice((1, 1, 2, 3, 5, 9, 20))):
            text = self.changed(text)
        return text[:12_000]

    def changed(self, text: str) -> str:
        """The text with one change."""
        at, end = sorted(self._random.choices(range(len(text) + 1), k=2))
        end = min(end, at + self._random.choice((0, 1, 3, 20, 200)))
        piece = text[at:end]
        return text[:at] + self._random.choice((
            lambda: "",
            lambda: piece * 2,
            piece.swapcase,
            lambda: piece[::-1],
            lambda: self._random.choice(TOKENS) + piece,
            lambda: self._random.choice(TOKENS) * self._random.choice((2, 3, 17)),
            lambda: self._random.choice(_CONTROLS) + piece,
            lambda: "\n" + self._random.choice(self._lines) + "\n",
            lambda: self._random.choice(self._lines) + piece,
            lambda: "\n" + piece,
            lambda: " ".join(piece.split("\n")),
            lambda: piece.replace("\n", self._random.choice(("\r\n", "\r", "\n\n", "\x85"))),
        ))() + text[end:]  # fmt: skip


#: What may stand in a field of JSON that somebody has changed.
VALUES: tuple[object, ...] = (
    None, True, -1, 0, 2**63, 10**400, 0.5, float("inf"), float("nan"), "", "\0", "\ud800", "../../etc/passwd", "1e999",
    "x" * 5000, [], {}, [[[[]]]], {"": None}, "[" * 1000,
)  # fmt: skip


def changed_json(random_: random.Random, value: object) -> object:
    """A value of JSON with one of its parts another, gone, or there twice."""
    if isinstance(value, dict) and value and random_.random() < 0.9:
        key = random_.choice(sorted(value))
        rest = {name: part for name, part in value.items() if name != key}
        return rest if random_.random() < 0.1 else {**rest, key: changed_json(random_, value[key])}
    if isinstance(value, list) and value and random_.random() < 0.9:
        at = random_.randrange(len(value))
        middle = random_.choice(
            ([], [value[at]] * 2, [changed_json(random_, value[at])], [changed_json(random_, value[at])])
        )
        return [*value[:at], *middle, *value[at + 1 :]]
    return random_.choice(VALUES)


def changed_bytes(random_: random.Random, data: bytes) -> bytes:
    """Bytes with some of them others, cut off, or doubled."""
    changed = bytearray(data)
    for _ in range(random_.choice((1, 2, 8, 40))):
        if not changed:
            break
        at = random_.randrange(len(changed))
        kind = random_.randrange(4)
        if kind == 0:
            changed[at] = random_.randrange(256)
        elif kind == 1:
            del changed[at : at + random_.choice((1, 8, 500))]
        elif kind == 2:
            changed[at:at] = changed[at : at + random_.choice((1, 8, 500))]
        else:
            changed[at : at + 4] = random_.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b'"}]{', b"1e9999", b"-1"))
    return bytes(changed)
