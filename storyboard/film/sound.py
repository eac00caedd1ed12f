"""The film's sound track: planned here, made by a child process (`sound_child`)."""

from __future__ import annotations

import json
import subprocess
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.child_process import child_command, child_environment, own_process_group
from storyboard.film.encoding import SOUND_BITS, SOUND_PACKET
from storyboard.film.remux import SoundTrack
from storyboard.film.sound_plan import LaidSound, PlacedSound, SampleSpan, SoundClip, SoundPlan, sound_rules


class SoundOverlay(NamedTuple):
    """The sounds laid over the clips' own sound, and the times of speech in the clips themselves.

    `loudness` is that of the film in LUFS, None for the default; `stems` is the folder for the parts of the mix, or
    None.
    """

    laid: tuple[LaidSound, ...] = ()
    spoken: tuple[SampleSpan, ...] = ()
    loudness: float | None = None
    stems: Path | None = None


class PlacedSounds(NamedTuple):
    """`placed` is where each laid sound is heard, by its number, and `unheard` why others are not."""

    placed: dict[int, PlacedSound]
    unheard: dict[int, str]


class MadeSound(NamedTuple):
    """A sound track. `silenced` are the takes whose sound could not be decoded; `laid` are the laid sounds."""

    track: SoundTrack
    silenced: tuple[str, ...]
    laid: PlacedSounds


class SoundFailed(OSError):
    """The sound track could not be made."""


def make_sound_track(
    clips: Sequence[SoundClip],
    folder: Path,
    tell: Callable[[float], None] = lambda share: None,
    overlay: SoundOverlay | None = None,
) -> MadeSound:
    """Make the sound of clips that follow one another, in files of a folder. A take or a laid sound that ends the child
    is left silent, and the rest is heard. `tell` hears the share that is done. Raises OSError."""
    over = overlay or SoundOverlay()
    rules = sound_rules()
    if over.loudness is not None:
        rules = rules._replace(target=over.loudness)
    plan = SoundPlan(
        tuple(clips), rules, str(folder / "sound.aac"), str(folder / "sound.mix"), over.laid, over.spoken,
        str(over.stems or ""),
    )  # fmt: skip
    result, silenced, laid = _run(plan, tell)
    track = SoundTrack(
        Path(plan.output), array("I", result["sizes"]), bytes.fromhex(result["config"]), 2, SOUND_PACKET, SOUND_BITS
    )
    return MadeSound(track, (*silenced, *result["problems"]), laid)


def place_sounds(samples: int, overlay: SoundOverlay) -> PlacedSounds:
    """The places of laid sounds in a film of this many samples, without making the film. Raises OSError."""
    if not overlay.laid:
        return PlacedSounds({}, {})
    with tempfile.TemporaryDirectory(prefix="sbc-sound-") as folder:
        plan = SoundPlan((SoundClip(None, samples),), sound_rules(), "", str(Path(folder) / "sound.mix"), overlay.laid)
        return _run(plan, lambda share: None)[2]


def _run(plan: SoundPlan, tell: Callable[[float], None]) -> tuple[dict[str, Any], list[str], PlacedSounds]:
    """The child's result, the takes that it died of, and the laid sounds."""
    laid = dict(enumerate(plan.laid))
    silenced: list[str] = []
    ended: dict[int, str] = {}
    while True:
        numbers, left = list(laid), list(plan.clips)
        result, clip = _ask(plan._replace(laid=tuple(laid.values())), tell)
        if result is not None:
            placed = {numbers[at]: PlacedSound(*span) for at, span in result["laid"]}
            unheard = {**ended, **{numbers[at]: why for at, why in result["unheard"]}}
            return result, silenced, PlacedSounds(placed, unheard)
        if clip is not None and len(left) <= clip < len(left) + len(numbers):
            number = numbers[clip - len(left)]
            ended[number] = "it cannot be decoded"
            del laid[number]
        elif clip is not None and 0 <= clip < len(left) and left[clip].path is not None:
            silenced.append(str(left[clip].path))
            left[clip] = left[clip]._replace(path=None)
            plan = plan._replace(clips=tuple(left))
        else:
            raise SoundFailed("the sound track could not be made")


def _ask(plan: SoundPlan, tell: Callable[[float], None]) -> tuple[dict[str, Any] | None, int | None]:
    """The child's result, or None and the clip at which it ended."""
    clip: int | None = None
    with _child() as child:
        assert child.stdin is not None, "it is a pipe"
        assert child.stdout is not None, "it is a pipe"
        child.stdin.write(plan.to_json())
        child.stdin.flush()
        while line := child.stdout.readline():
            facts = json.loads(line)
            if "result" in facts:
                return facts["result"], None
            clip = facts["clip"]
            tell(facts["share"])
    return None, clip


@contextmanager
def _child() -> Iterator[subprocess.Popen[bytes]]:
    """The child process that makes the sound; killed at the end of the block."""
    environment = child_environment() | {"OPENBLAS_NUM_THREADS": "1"}  # its threads reserve memory
    with subprocess.Popen(
        child_command("storyboard.film.sound_child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        **own_process_group(),
    ) as child:
        try:
            yield child
        finally:
            child.kill()
