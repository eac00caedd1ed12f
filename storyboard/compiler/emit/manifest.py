"""The manifest: what `sbc compile` prints. Keys keep their names and meaning; new keys may be added.

The classes are plain dataclasses, so that compiling does not import pydantic; `manifest_schema` and `read_manifest` use
it to validate manifests from outside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneEntry:
    """The scene of a clip. `number` counts headings; `heading` is null for shots above any."""

    number: int
    label: str | None
    heading: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShotEntry:
    """A shot: `number` is scene and place in it, `duration` in seconds, `line` that of the SHOT header."""

    number: str
    label: str | None = None
    duration: int
    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceEntry:
    """The name behind a tag of the prompt."""

    tag: str
    name: str
    kind: Literal["character", "prop", "location"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The price by the catalogue's table, in US dollars; null where the catalogue knows none."""

    usd: float | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TransitionEntry:
    """A transition, and the number of the shot that it follows (null above the first shot of its scene)."""

    text: str
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleEntry:
    """Words on the screen over a shot."""

    kind: Literal["SUPER", "TITLE", "CHYRON"]
    text: str
    shot: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipEntry:
    """One generation request, with facts about it for people and programs.

    `start_from` is the id of the clip whose last frame becomes this one's start frame; `payload` then has no start
    image. `fingerprint` names what will be generated, wherever the clip is in the film.
    """

    id: str
    scene: SceneEntry
    shots: tuple[ShotEntry, ...]
    duration: int
    model: str
    references: tuple[ReferenceEntry, ...]
    start_from: str | None
    transitions: tuple[TransitionEntry, ...] = ()
    titles: tuple[TitleEntry, ...] = ()
    estimate: Estimate
    fingerprint: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over all clips. `usd` leaves out the clips whose price the catalogue does not know."""

    clips: int
    seconds: int
    usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioEntry:
    """A sound: the path of a `file`, relative to the project root, or `words` of which one is made. `gain_db` is in
    decibels, the rest in seconds; `loops` is null where the script does not say."""

    file: str | None
    words: str | None
    gain_db: float = 0.0
    start_from: float = 0.0
    at_second: float = 0.0
    fade_in: float = 0.0
    fade_out: float = 0.0
    loops: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """Music or ambience over shots in a row, from and to in seconds of the film."""

    start: float
    end: float
    audio: AudioEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectEntry:
    """A sound that is heard once in a shot; `at` is in seconds from the shot's beginning."""

    shot: str
    at: float
    audio: AudioEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechEntry:
    """A speech that is laid over the film: from a recording (`audio`), or spoken by the voice `voice`."""

    shot: str
    speaker: str
    voice: str | None
    text: str
    audio: AudioEntry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundEntry:
    """What the script lays over the clips' own sound. `loudness` is that of the finished film in LUFS, null for the
    default."""

    loudness: float | None
    music: tuple[RunEntry, ...]
    ambience: tuple[RunEntry, ...]
    effects: tuple[EffectEntry, ...]
    speech: tuple[SpeechEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A film as requests. `sound` is null where the script lays nothing over the film."""

    format: Literal["storyboard/1"] = "storyboard/1"
    title: str | None
    wire: Literal["api", "guide"]
    clips: tuple[ClipEntry, ...]
    totals: Totals
    sound: SoundEntry | None = None


def to_json(manifest: Manifest) -> str:
    """The manifest as `sbc compile` prints it."""
    return f"{json.dumps(manifest, ensure_ascii=False, indent=2, default=_fields)}\n"


def _fields(part: Any) -> dict[str, Any]:  # noqa: ANN401 # any dataclass of this module
    fields = {name: getattr(part, name) for name in part.__slots__}
    if isinstance(part, Manifest) and part.sound is None:
        del fields["sound"]
    return fields


def manifest_schema() -> dict[str, Any]:
    """The JSON Schema that every manifest keeps to."""
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest).json_schema()


def read_manifest(text: str | bytes) -> Manifest:
    """A manifest read from its JSON. Raises ValueError for a text that is not a manifest."""
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest).validate_json(text)
