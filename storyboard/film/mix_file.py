"""The sound of a film in a file of its own, mixed as for the film: for a player that shows the pictures itself.

It is cached by its content (`content_cache`), so an unchanged cut is mixed once.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import av
from av.packet import Packet

from storyboard.files.atomic import save
from storyboard.film.assembly import sound_clips
from storyboard.film.content_cache import code_digest, fresh_folder, keep_fresh, key_of, piece_folder
from storyboard.film.cut import FilmCut
from storyboard.film.encoding import SOUND_PACKET, SOUND_RATE
from storyboard.film.remux import SoundTrack
from storyboard.film.sound import make_sound_track
from storyboard.film.sound_plan import sound_rules

_MOST_BYTES = 512 * 1024**2  # kept; the longest unused go first
#: The modules that decide how a mix sounds.
_MODULES = (
    "audio_decode", "audio_filters", "loudness", "mix_file", "sound", "sound_child", "sound_file", "sound_mix",
    "sound_plan",
)  # fmt: skip


class MixedSound(NamedTuple):
    """The file of a mix, as long as its film; `problems` are lines about sounds that cannot be heard."""

    path: Path
    problems: tuple[str, ...]


def mix_sound(
    cut: FilmCut, folder: Path | None = None, tell: Callable[[float], None] = lambda share: None
) -> MixedSound:
    """Mix the sound of a cut, or find the mix that is kept. `tell` hears the share that is done. Raises OSError."""
    folder = folder or piece_folder("mixes")
    path = folder / f"{_key(cut)}.mp4"
    told = path.with_suffix(".json")
    if not path.exists():
        with fresh_folder(folder) as scratch:
            made = make_sound_track(sound_clips(cut), scratch, tell, cut.sounds.overlay)
            whole = scratch / path.name
            _write_track(made.track, whole)
            silent = [f"{one}: its sound cannot be decoded; it is silent" for one in dict.fromkeys(made.silenced)]
            save(told, json.dumps([*silent, *cut.sounds.problems(made.laid)]).encode())
            whole.replace(path)
    keep_fresh(folder, [path], _MOST_BYTES)
    problems: tuple[str, ...] = ()
    with suppress(OSError, ValueError):
        problems = tuple(json.loads(told.read_bytes()))
    return MixedSound(path, problems)


def _key(cut: FilmCut) -> str:
    """The name of a mix: its takes and laid sounds by content, and all settings."""
    clips = tuple((one.path and Path(one.path), one._replace(path=None)) for one in sound_clips(cut))
    overlay = cut.sounds.overlay
    laid = tuple((Path(one.path), one._replace(path="")) for one in overlay.laid)
    rules = repr(sound_rules())
    return key_of(code_digest(*_MODULES), rules, clips, laid, overlay.spoken, overlay.loudness, cut.sounds.names)


def _write_track(track: SoundTrack, target: Path) -> None:
    """Put the packets of a sound track into an MP4. The run-up of the encoder is before its beginning."""
    data = memoryview(track.path.read_bytes())
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        stream = container.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        stream.bit_rate = track.bit_rate
        at, shown = 0, -track.priming
        for size in track.sizes:
            packet = Packet(bytes(data[at : at + size]))
            packet.stream, packet.time_base = stream, Fraction(1, SOUND_RATE)
            packet.pts = packet.dts = shown
            packet.duration = SOUND_PACKET
            container.mux_one(packet)
            at, shown = at + size, shown + SOUND_PACKET
