"""The film's sound track: laid out here, made by a child process (`sound_child`)."""

from __future__ import annotations

import json
import subprocess
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from storyboard.film.encoding import SOUND_BITS, SOUND_PACKET
from storyboard.film.remux import SoundTrack
from storyboard.film.sound_plan import LaidSound, SoundClip, SoundPlan, Span, sound_rules
from storyboard.system.child_process import apart, child_command
from storyboard.venice.secret import environment_without_secrets


class Overlay(NamedTuple):
    """What is laid over the clips' own sound, and when somebody speaks in the clips themselves. `loudness` is that of
    the film in LUFS, None for the usual one; `stems` is the folder for the parts of the mix, None where they are not
    wanted."""

    laid: tuple[LaidSound, ...] = ()
    spoken: tuple[Span, ...] = ()
    loudness: float | None = None
    stems: Path | None = None


class MadeSound(NamedTuple):
    """A sound track; `silenced` are the takes whose sound could not be decoded. `placed` is where each laid sound is
    heard, by its number, and `unheard` why others are not."""

    track: SoundTrack
    silenced: tuple[str, ...]
    placed: dict[int, Span]
    unheard: dict[int, str]


class SoundFailed(OSError):
    """The sound track could not be made."""


def make_sound_track(
    clips: Sequence[SoundClip],
    folder: Path,
    tell: Callable[[float], None] = lambda share: None,
    overlay: Overlay | None = None,
) -> MadeSound:
    """Make the sound of clips that follow one another, in files of a folder. A take or a laid sound that ends the child
    is left silent, and the rest is heard. `tell` hears the share that is done. Raises OSError."""
    over = overlay or Overlay()
    rules = sound_rules()
    if over.loudness is not None:
        rules = rules._replace(target=over.loudness)
    left, laid = list(clips), dict(enumerate(over.laid))
    silenced: list[str] = []
    ended: dict[int, str] = {}
    while True:
        plan = SoundPlan(
            tuple(left), rules, str(folder / "sound.aac"), str(folder / "sound.mix"), tuple(laid.values()),
            over.spoken, str(over.stems or ""),
        )  # fmt: skip
        numbers = list(laid)
        result, clip = _run(plan, tell)
        if result is not None:
            track = SoundTrack(
                Path(plan.output), array("I", result["sizes"]), bytes.fromhex(result["config"]), 2, SOUND_PACKET,
                SOUND_BITS,
            )  # fmt: skip
            placed = {numbers[at]: Span(*span) for at, span in result["laid"]}
            unheard = {**ended, **{numbers[at]: why for at, why in result["unheard"]}}
            return MadeSound(track, (*silenced, *result["problems"]), placed, unheard)
        if clip is not None and len(left) <= clip < len(left) + len(numbers):
            number = numbers[clip - len(left)]
            ended[number] = "it cannot be decoded"
            del laid[number]
        elif clip is not None and 0 <= clip < len(left) and left[clip].path is not None:
            silenced.append(str(left[clip].path))
            left[clip] = left[clip]._replace(path=None)
        else:
            raise SoundFailed("the sound track could not be made")


def _run(plan: SoundPlan, tell: Callable[[float], None]) -> tuple[dict[str, Any] | None, int | None]:
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
    environment = environment_without_secrets() | {"OPENBLAS_NUM_THREADS": "1"}  # its threads reserve memory
    with subprocess.Popen(
        child_command("storyboard.film.sound_child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        **apart(),
    ) as child:
        try:
            yield child
        finally:
            child.kill()
