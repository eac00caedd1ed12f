"""Phrases to prompts, through Jinja2 templates that a project may override.

Templates run in a sandbox and see only the phrases: no file, no environment, no Python object. Jinja2 is imported where
a prompt is written, not where a script is checked.

    phrases     a clip ─▶ its parts in order: references, setting, shots, speeches (camera, dialogue, tags)
    look_slots  prompts with room for looks, so that an edit of a look costs little
    sentences   the writer's words in a form that fits a prompt

A prompt is the text of one request. Its length is measured in characters, as the service counts them, its quality in
words (SB501). `longest_possible` estimates the length without Jinja2 and without a project's own templates, so that
`sbc check` can report prompts that are too long for our templates.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storyboard.compiler.ir.planned import Clip
from storyboard.compiler.prompts.look_slots import LookOf, own_look
from storyboard.compiler.prompts.phrases import Phrases, clip_phrases, setting_phrase, wording

if TYPE_CHECKING:
    from jinja2 import Template

__all__ = [
    "LookOf",
    "Phrases",
    "TemplateProblem",
    "clip_phrases",
    "fill_template",
    "longest_possible",
    "prompt_words",
    "setting_phrase",
    "write_prompt",
]


class TemplateProblem(Exception):
    """A template of the project cannot be filled. The message names the template and the reason."""


def longest_possible(clip: Clip, look_of: LookOf = own_look) -> int:
    """An upper bound for the characters in a clip's prompt by our own templates, without filling one."""
    _, characters = wording(clip, look_of).size(look_of)
    return characters


def prompt_words(clip: Clip, look_of: LookOf = own_look) -> int:
    """The words of a clip's prompt as our own templates put it, without the `Shot 1 (5s):` before each of several
    shots, which describes nothing; 0 where there is nothing to film."""
    worded = wording(clip, look_of)
    words, _ = worded.size(look_of)
    return 0 if worded.is_empty else words


def write_prompt(clip: Clip, folder: Path | None = None, look_of: LookOf = own_look) -> str:
    """The prompt of a clip. `folder` holds templates that override ours. Raises TemplateProblem."""
    name = "flat" if clip.model.is_flat else "elements"
    return fill_template(name, clip_phrases(clip, look_of).as_data(), Path(__file__).parent, folder, clip.model.name)


def fill_template(name: str, data: dict[str, Any], ours: Path, folder: Path | None, whose: str) -> str:
    """The prompt of the template `name`, from `folder` if it has one, else from `ours`.

    `whose` says in an error what the prompt is for. Raises TemplateProblem.
    """
    from jinja2 import TemplateError

    try:
        text = _template(name, ours, folder).render(data)
    except (TemplateError, TypeError, ValueError, ArithmeticError, OSError, LookupError, RecursionError) as problem:
        raise TemplateProblem(f"the prompt template for {whose} cannot be filled: {problem}") from None
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines() if line.strip())


@cache
def _template(family: str, ours: Path, folder: Path | None) -> Template:
    """The template of a model's family, from the project's folder or from ours.

    It sees the data only: no globals, and no attribute that changes anything. An unknown name is an error, not empty
    text.
    """
    from jinja2 import FileSystemLoader, StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folders = [str(one) for one in (folder, ours) if one is not None]
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    environment.globals.clear()
    return environment.get_template(f"{family}.jinja")
