"""The words of a picture's prompt, as the sandbox reads them: subjects and colours."""

from __future__ import annotations

import random
import re
from functools import cache
from typing import NamedTuple

from storyboard.catalog import read_table

Colour = tuple[int, int, int]

_SKINS: tuple[Colour, ...] = ((236, 198, 170), (214, 166, 132), (176, 124, 92), (128, 86, 62))
_HAIRS: tuple[Colour, ...] = ((58, 40, 32), (96, 64, 40), (36, 34, 38), (150, 106, 62))
_CLOTHES: tuple[Colour, ...] = ((70, 98, 120), (122, 82, 92), (86, 110, 84), (126, 108, 76))
_SIGNS = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\W\d_]+")


def mentions_word_of(said: str, key: str) -> bool:
    """Whether a prompt in small letters has one of the words of the table, whole where it is of Latin letters."""
    plain = f" {_SIGNS.sub(' ', said)} "
    return any(f" {_SIGNS.sub(' ', word)} " in plain if word.isascii() else word in said for word in _words()[key])


@cache
def _words() -> dict[str, list[str]]:
    found: dict[str, list[str]] = read_table("sandbox_pictures.toml")["words"]
    return found


@cache
def _colours() -> dict[str, Colour]:
    table: dict[str, str] = read_table("sandbox_pictures.toml")["colours"]
    return {word: (int(code[:2], 16), int(code[2:4], 16), int(code[4:], 16)) for word, code in table.items()}


class Palette(NamedTuple):
    """The colours of a figure: cloth, hair and skin."""

    cloth: Colour
    hair: Colour
    skin: Colour


def look_in(prompt: str) -> str:
    """The words of a prompt that tell of a look: what comes after the first colon, to the end of its line."""
    found = re.search(r"[:：]\s*(.+)", prompt)
    return found[1] if found else prompt


def read_palette(prompt: str, seed: int | None) -> Palette:
    """Colours by the words: one before hair is the hair's, any other the cloth's; what is not said goes by the look."""
    look = look_in(prompt).lower()
    words = _WORD.findall(look)
    chance = random.Random(f"{look} {seed or 0}")  # noqa: S311 # colours, not secrets
    cloth, hair = chance.choice(_CLOTHES), chance.choice(_HAIRS)
    colours = _colours()
    is_cloth_known = False
    for number, word in enumerate(words):
        colour = colours.get(word) or next(
            (one for key, one in colours.items() if not key.isascii() and key in word), None
        )
        if colour is None:
            continue
        if any(after in _words()["hair"] for after in words[number + 1 : number + 3]):
            hair = colour
        elif not is_cloth_known:
            cloth, is_cloth_known = colour, True
    return Palette(cloth, hair, chance.choice(_SKINS))


def shade_colour(colour: Colour, share: float) -> Colour:
    """A colour darker (below 1) or lighter (above)."""
    red, green, blue = (min(255, max(0, round(channel * share))) for channel in colour)
    return red, green, blue
