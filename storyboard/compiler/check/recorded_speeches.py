"""SB509 for shots with recordings, whose length is measured instead of estimated from words.

The other speeches of such a shot are estimated by their words, as in `speech_length`.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from storyboard.compiler.check.craft.speech_length import longer_shot, spoken_seconds
from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.diagnostics import Code, Finding, Note
from storyboard.compiler.ir.resolved import Audio, Dialogue, Shot
from storyboard.compiler.loader import Loader, is_displaced, read_bytes
from storyboard.files.stamps import Stamp, stamp_of

CODES: tuple[Code, ...] = ()
#: Bytes of a recording that is measured: some minutes of WAV.
_MOST_BYTES = 64_000_000
#: Lengths that are remembered.
_MOST_KNOWN = 4096


def check(view: FilmView) -> Iterator[Finding]:
    """A shot whose speeches, some of them recorded, take longer than the shot, at the one during which the time runs
    out."""
    for plan in view.plans:
        for shot in plan.recorded:
            speeches = [beat for beat in shot.beats if isinstance(beat, Dialogue)]
            if shot.duration is not None:
                found = _over(view.loader, shot, speeches)
                if found is not None:
                    beat, seconds = found
                    message = f"The speech in this shot takes {seconds:.1f} s, but the shot lasts {shot.duration} s."
                    advice = "The recordings have been measured."
                    note = Note("The shot's length is given here.", shot.header)
                    fix = longer_shot(plan.scene.settings.model, shot, math.ceil(seconds))
                    yield Finding("SB509", beat.at, message, advice, (note,), fix)


def _over(loader: Loader, shot: Shot, speeches: list[Dialogue]) -> tuple[Dialogue, float] | None:
    """The speech during which the time of a shot runs out, and the seconds of all speeches together.

    None if they fit, or if a recording cannot be measured.
    """
    seconds, over = 0.0, None
    for beat in speeches:
        length = spoken_seconds(beat) if beat.recording is None else _recorded_seconds(loader, beat.recording)
        if length is None:
            return None
        seconds += length
        if over is None and seconds > (shot.duration or 0):
            over = beat
    return None if over is None else (over, seconds)


def _recorded_seconds(loader: Loader, audio: Audio) -> float | None:
    """The length of a recording in seconds; None if its file does not say."""
    file = loader.real_file(audio.path) if audio.path else None
    stamp = stamp_of(file) if file else None
    return declared_seconds(file, stamp) if file and stamp and stamp.size <= _MOST_BYTES else None


@lru_cache(_MOST_KNOWN)
def declared_seconds(file: Path, _stamp: Stamp) -> float | None:
    """The length of a sound file in seconds by its own head; None where it does not say. An editor asks after every
    key."""
    from tinytag import TinyTag

    try:
        data = b"" if is_displaced(file) else read_bytes(file, _MOST_BYTES)
        length = TinyTag.get(filename=file.name, file_obj=io.BytesIO(data), tags=False).duration
    except Exception:  # noqa: BLE001 # unreadable, or whatever a library makes of a damaged file: it has no length
        return None
    return length if length and math.isfinite(length) else None
