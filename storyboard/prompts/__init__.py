"""Phrases to prompts, through Jinja2 templates that a project may override.

Templates run sandboxed and see only the phrases: they can read no file, no environment, no object of Python's. Jinja2
is imported where a prompt is written, not where a script is checked.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from storyboard.ir.planned import Clip
from storyboard.ir.resolved import Action, Dialogue, Prose
from storyboard.prompts.phrases import Phrases, phrase

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = ["Phrases", "TemplateProblem", "longest_possible", "phrase", "write_prompt"]

#: What our phrases and templates add at most, in characters: to a clip, a shot, a name in a list, a speech.
_FRAME, _FRAME_OF_A_SHOT, _FRAME_OF_A_NAME, _FRAME_OF_A_SPEECH = 120, 60, 24, 60
_LONGEST_TAG = 12


class TemplateProblem(Exception):
    """A template of the project's cannot be filled. The message names it and says why."""


def longest_possible(clip: Clip) -> int:
    """An upper bound of the characters in a clip's prompt as our own templates write it, told without writing it."""
    scene = clip.scene
    total = _FRAME + len(scene.settings.style or "") + _measure(scene.setting)
    total += sum(len(text or "") + 2 for text in (scene.place, scene.detail, scene.time))
    total += sum(len(entity.look) + len(entity.name) + _FRAME_OF_A_NAME for entity in clip.present)
    for shot in clip.shots:
        total += _FRAME_OF_A_SHOT + sum(_measure(prose) for prose in (shot.camera, shot.light, shot.sound, shot.style))
        for beat in shot.beats:
            if isinstance(beat, Action):
                total += _measure(beat.prose)
            elif isinstance(beat, Dialogue) and beat.speaker:
                total += _FRAME_OF_A_SPEECH + len(beat.speaker.name) + len(beat.speaker.voice) + len(beat.manner or "")
                total += sum(len(line.text) + len(line.manner or "") + _FRAME_OF_A_NAME for line in beat.lines)
    return total


def _measure(prose: Prose) -> int:
    """The characters of a prose without the looks of whom it mentions, and of a full stop."""
    return 2 + sum(len(part) if isinstance(part, str) else len(part.entity.name) + _LONGEST_TAG for part in prose)


def write_prompt(clip: Clip, folder: Path | None = None) -> str:
    """The prompt of a clip. `folder` holds templates that go before ours. Raises TemplateProblem."""
    from jinja2 import TemplateError

    try:
        text = _template("elements" if not clip.model.is_flat else "flat", folder).render(phrase(clip).as_data())
    except (TemplateError, TypeError, ValueError, ArithmeticError, OSError, LookupError, RecursionError) as problem:
        raise TemplateProblem(f"the prompt template for {clip.model.name} cannot be filled: {problem}") from None
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())


@cache
def _template(family: str, folder: Path | None) -> Template:
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folders = [str(one) for one in (folder, Path(__file__).parent) if one is not None]
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.globals.clear()
    return environment.get_template(f"{family}.jinja")
