"""SB501 to SB510: what the model handles badly, although every rule of the language is kept.

The advice is from the Reference to Video guide; word lists and thresholds are data (`craft.toml`). A false alarm is
worse than a missed problem: a rule that is not sure stays silent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from storyboard.compiler.check.craft import (
    actions,
    camera_moves,
    camera_terms,
    contradictions,
    descriptions,
    late_camera,
    positions,
    prompt_words,
    silent_dialogue,
    speech_length,
)
from storyboard.compiler.check.craft.scene_text import SceneText
from storyboard.compiler.check.looks import Looks
from storyboard.compiler.diagnostics import Code, Finding


class CraftRule(Protocol):
    """A rule about the wording of one scene. It sees the text as `SceneText` prepares it."""

    @property
    def CODES(self) -> tuple[Code, ...]: ...  # noqa: N802 # a constant of the module

    def check(self, reading: SceneText) -> Iterator[Finding]: ...


class LookRule(Protocol):
    """A rule about the wording of one scene that also reads the looks of its cast."""

    @property
    def CODES(self) -> tuple[Code, ...]: ...  # noqa: N802 # a constant of the module

    def check(self, reading: SceneText, looks: Looks) -> Iterator[Finding]: ...


RULES: tuple[CraftRule, ...] = (
    camera_terms,
    camera_moves,
    contradictions,
    late_camera,
    silent_dialogue,
    speech_length,
)
LOOK_RULES: tuple[LookRule, ...] = (prompt_words, positions, actions, descriptions)
