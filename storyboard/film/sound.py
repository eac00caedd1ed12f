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
from storyboard.film.sound_plan import SoundClip, SoundPlan, sound_rules
from storyboard.system.child_process import apart, child_command
from storyboard.venice.secret import environment_without_secrets


class MadeSound(NamedTuple):
    """A sound track; `silenced` are the takes whose sound could not be decoded."""

    track: SoundTrack
    silenced: tuple[str, ...]


class SoundFailed(OSError):
    """The sound track could not be made."""


def make_sound_track(
    clips: Sequence[SoundClip], folder: Path, tell: Callable[[float], None] = lambda share: None
) -> MadeSound:
    """Make the sound of clips that follow one another, in files of a folder. A take whose sound ends the child is left
    silent, and the rest is heard. `tell` hears the share that is done. Raises OSError."""
    left = list(clips)
    silenced: list[str] = []
    while True:
        plan = SoundPlan(tuple(left), sound_rules(), str(folder / "sound.aac"), str(folder / "sound.mix"))
        result, clip = _run(plan, tell)
        if result is not None:
            track = SoundTrack(
                Path(plan.output), array("I", result["sizes"]), bytes.fromhex(result["config"]), 2, SOUND_PACKET,
                SOUND_BITS,
            )  # fmt: skip
            return MadeSound(track, (*silenced, *result["problems"]))
        if clip is None or clip >= len(left) or left[clip].path is None:
            raise SoundFailed("the sound track could not be made")
        silenced.append(str(left[clip].path))
        left[clip] = left[clip]._replace(path=None)


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
    with subprocess.Popen(
        child_command("storyboard.film.sound_child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment_without_secrets(),
        **apart(),
    ) as child:
        try:
            yield child
        finally:
            child.kill()
