"""Fixtures of the tests that listen: a script, takes of its clips as the sandbox draws them, runs against a sandbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

from storyboard import compile_file
from storyboard.catalog.transcription_models import usual_transcription_model
from storyboard.compiler.pipeline import analyze_file
from storyboard.film.takes import Take
from storyboard.film.voice_track import VoiceTrack, voice_track
from storyboard.make.listen import HeardFilm, ListeningPlan, listen_to_takes
from storyboard.make.session import MakeEnvironment
from storyboard.make.transcripts import WantedTranscript, wanted_transcripts
from storyboard.sandbox.app import SandboxSettings
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.clips import draw_requested_clip, words_said
from storyboard.sandbox.server import SandboxServer
from storyboard.spend.budget import Budget
from storyboard.spend.session import Account, Selection
from storyboard.venice.secret import Secret
from tests.render.run_fixture import KEY, FastClock

SCRIPT = """\
Title: Listening
Audio: on

CHARACTER Mira
look: a young woman in a red coat
front: https://example.com/mira.png

CHARACTER Tom
look: an old man

CHARACTER Narrator
speaker: af_sky

EXT. PIER - DAY

SHOT 5s wide
@Mira looks out. @Tom waits.

MIRA
I never left.

NARRATOR (V.O.)
Nobody believed her.

===

SHOT 5s close-up
@Mira turns.

TOM (O.S.)
Not in twenty-three years!

===

SHOT 5s wide
@Mira walks away.
"""


@cache
def draw_prompt(prompt: str) -> bytes:
    """The sandbox's clip of five seconds for a prompt."""
    return draw_requested_clip(_body(prompt), "test", True)


def _body(prompt: str) -> QueueBody:
    return QueueBody(
        model="kling-o3-pro-reference-to-video", prompt=prompt, duration="5s", aspect_ratio="1:1", audio=True
    )


def write_takes(folder: Path, server: SandboxServer, script: str = SCRIPT) -> list[Take]:
    """The script, and a take of each clip, of which the sandbox knows what is said in it."""
    path = folder / "film.sb"
    path.write_text(script)
    takes = folder / "out" / "film" / "clips"
    takes.mkdir(parents=True)
    manifest = compile_file(path).manifest
    assert manifest is not None, "the script has no error"
    for clip in manifest.clips:
        video = draw_prompt(clip.payload["prompt"])
        (takes / f"{clip.id}_t1.mp4").write_bytes(video)
        server.sandbox.spoken.remember(video, words_said(_body(clip.payload["prompt"])))
    return takes_in(folder)


def takes_in(folder: Path) -> list[Take]:
    """The takes that were written."""
    paths = sorted((folder / "out" / "film" / "clips").glob("*.mp4"))
    return [Take(path.name.partition("_")[0], path, 1) for path in paths]


_TRACKS: dict[str, VoiceTrack | None] = {}


def _decoded_once(path: Path) -> VoiceTrack | None:
    """The sound of a take, decoded once for all tests that have the same one."""
    digest = sha256(path.read_bytes()).hexdigest()
    if digest not in _TRACKS:
        _TRACKS[digest] = voice_track(path)
    return _TRACKS[digest]


def wanted(folder: Path) -> tuple[WantedTranscript, ...]:
    with patch("storyboard.make.transcripts.voice_track", _decoded_once):
        return wanted_transcripts(analyze_file(folder / "film.sb"), takes_in(folder), usual_transcription_model())


async def listen(
    folder: Path,
    address: str,
    environment: MakeEnvironment,
    selection: Selection | None = None,
    budget: Budget | None = None,
    plans: list[ListeningPlan] | None = None,
) -> HeardFilm:
    """One run, as the command does it."""

    def agree(plan: ListeningPlan) -> bool:
        (plans if plans is not None else []).append(plan)
        return True

    names = frozenset(one.name for one in analyze_file(folder / "film.sb").film.cast)
    return await listen_to_takes(
        wanted(folder),
        names,
        folder / "out" / "film",
        Account(address, Secret(KEY), "the sandbox"),
        selection or Selection(),
        budget or Budget(None),
        agree,
        lambda event: None,
        environment,
    )


@contextmanager
def listening_sandbox(faults: Iterable[str] = ()) -> Iterator[SandboxServer]:
    """A sandbox without limits."""
    with SandboxServer(SandboxSettings(limited=False), FastClock().now, faults=faults) as server:
        yield server
