"""SB312: a prompt that the model would not read to its end.

Characters are counted as the service counts them, in the prompt as the templates write it. 2,500 is the guide's limit;
a row of the catalogue may have another. Reported once, at the first shot of the clip.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.check.craft.scene_text import SceneText
from storyboard.compiler.check.looks import Looks
from storyboard.compiler.diagnostics import Code, Finding
from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.prompts import longest_possible, write_prompt

CODES = (Code("SB312", "Prompt too long"),)


def check(reading: SceneText, looks: Looks) -> Iterator[Finding]:
    """A prompt with more characters than its model reads. Templates are filled only if the length may be close to the
    limit."""
    for clip in reading.plan.clips:
        length = looks.ask(_too_many, clip)
        if length:
            most = clip.model.prompt_characters
            message = f"The prompt of this clip has {length:,} characters; {clip.model.name} reads {most:,}."
            advice = "Say less, or put a === between its shots." if len(clip.shots) > 1 else "Say less."
            yield Finding("SB312", clip.shots[0].header, message, advice)


def _too_many(looks: Looks, clip: Clip) -> int:
    """The characters of a prompt that has too many, else 0. Templates are only filled where it may be close."""
    most = clip.model.prompt_characters
    if longest_possible(clip, looks.of) <= most:
        return 0
    length = len(write_prompt(clip, look_of=looks.of))
    return length if length > most else 0
