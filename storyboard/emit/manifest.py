"""The manifest: what `sbc compile` prints. Its keys keep their names and meaning; keys may be added."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SceneEntry(_Part):
    """The scene of a clip. `number` counts headings; `heading` is null for shots above any."""

    number: int = Field(ge=0)
    label: str | None
    heading: str | None


class ShotEntry(_Part):
    """A shot: `number` is scene and place in it, `duration` in seconds, `line` that of the SHOT header."""

    number: str
    label: str | None = None
    duration: int = Field(ge=0)
    file: str
    line: int = Field(ge=1)


class ReferenceEntry(_Part):
    """Which name a tag of the prompt stands for."""

    tag: str
    name: str
    kind: Literal["character", "prop", "location"]


class Estimate(_Part):
    """The price by the catalogue's table, in US dollars; null where the catalogue knows none."""

    usd: float | None
    basis: str


class TransitionEntry(_Part):
    """A transition, and the number of the shot that it follows (null above the first shot of its scene)."""

    text: str
    after: str | None


class TitleEntry(_Part):
    """Words on the screen over a shot."""

    kind: Literal["SUPER", "TITLE", "CHYRON"]
    text: str
    shot: str


class ClipEntry(_Part):
    """One generation request and what a person or a program wants to know about it.

    `start_from` is the id of the clip whose last frame becomes this one's start frame; `payload` has no start image
    then. `fingerprint` names what will be generated, wherever the clip stands in the film.
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
    fingerprint: str = Field(pattern="^sha256:[0-9a-f]{64}$")
    payload: dict[str, Any]


class Totals(_Part):
    """Sums over all clips. `usd` leaves out the clips whose price the catalogue does not know."""

    clips: int
    seconds: int
    usd: float


class Manifest(_Part):
    """A film as requests."""

    format: Literal["storyboard/1"] = "storyboard/1"
    title: str | None
    wire: Literal["api", "guide"]
    clips: tuple[ClipEntry, ...]
    totals: Totals
