"""SB401 and SB402: sound files that the script names.

Music, ambience, effects and recordings of speeches. They are never sent; `sbc film` mixes them. So a file that is
missing, or does not begin like a sound file, is found before anything is paid. Whether a file plays to its end is only
seen by `sbc film`, which decodes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache

from storyboard.catalog import read_table
from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.diagnostics import Code, Finding
from storyboard.compiler.ir.resolved import Audio

CODES: tuple[Code, ...] = ()


def check(view: FilmView) -> Iterator[Finding]:
    """A sound file that is missing, or that is not a sound file."""
    seen: set[object] = set()
    for audio in _sounds(view):
        if not audio.path or audio.at in seen:
            continue
        seen.add(audio.at)
        begins = view.loader.first_bytes(audio.path, _longest())
        if begins is None:
            advice = "A path starts from the folder of the file that names it. Words in its place describe a sound."
            yield Finding("SB401", audio.at, f"There is no sound file {audio.path}.", advice)
        elif not any(begins[at:].startswith(sign) for at, sign in _signatures()):
            advice = "Use a file that plays: WAV, MP3, M4A, AAC, FLAC, Ogg, Opus."
            yield Finding("SB402", audio.at, f"{os.path.basename(audio.path)} is not a sound file.", advice)


def _sounds(view: FilmView) -> Iterator[Audio]:
    yield from (entity.ambience for entity in view.cast if entity.ambience is not None)
    for plan in view.plans:
        yield from plan.sounds


@cache
def _signatures() -> tuple[tuple[int, bytes], ...]:
    rows = read_table("audio.toml")["signature"]
    return tuple((row["at"], bytes.fromhex(sign)) for row in rows for sign in row["hex"])


@cache
def _longest() -> int:
    return max(at + len(sign) for at, sign in _signatures())
