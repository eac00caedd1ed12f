"""SB301 to SB305, SB314: too few or too many pictures in a clip.

Each limit is a column of the model's row in the catalogue, for the guide or for the service, as `Limits` on the title
page says. If one excess breaks several limits, the most specific is reported: SB304 (elements beside a frame), else
SB303 (elements), else SB305 (scene images), else SB302 (all together). SB314 is a warning under the API's spelling:
more elements than the API reference allows, a request that the service refuses at no cost.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.catalog import TEXT
from storyboard.compiler.diagnostics import Code, Edit, Finding, Fix, Note, Severity
from storyboard.compiler.ir.planned import Clip, ScenePlan
from storyboard.compiler.ir.resolved import Action, Dialogue, Mention, Shot
from storyboard.compiler.plan import ClipInputs, broken_limits, count_inputs
from storyboard.compiler.text import Span

CODES = (
    Code("SB301", "No visual input"),
    Code("SB302", "Too many visual inputs"),
    Code("SB303", "Too many elements"),
    Code("SB304", "Too many elements beside a start or end frame"),
    Code("SB305", "Too many scene images"),
    Code("SB314", "More elements in one shot than the API reference takes", Severity.WARNING),
)


def check(plan: ScenePlan) -> Iterator[Finding]:
    """A clip with too few or too many pictures, at the header of its first shot.

    Only a single shot can have too many, because shots are grouped within the limits.
    """
    for clip in plan.clips:
        inputs = count_inputs(clip.scene, clip.shots, clip.model)
        if _lacks_pictures(inputs, clip) and plan.scene.is_complete and all(shot.is_complete for shot in clip.shots):
            yield from _nothing_to_see(clip)
        for code, most in broken_limits(inputs, clip.model, plan.wire) if len(clip.shots) == 1 else ():
            yield _too_many(clip, inputs, code, most)


def _lacks_pictures(inputs: ClipInputs, clip: Clip) -> bool:
    """Whether the model lacks a picture to start from. An end frame alone is not enough."""
    if clip.model.needs_start:
        return not inputs.start
    return clip.model.takes_references and inputs.total - inputs.end == 0


def _nothing_to_see(clip: Clip) -> Iterator[Finding]:
    """SB301. Silent if the script names an unknown text model: once that is corrected, this may be right, too."""
    text = clip.scene.text_settings
    if clip.model.needs_start:
        message = f"{clip.model.name} starts from a picture, but this clip has no start frame."
        yield Finding("SB301", clip.shots[0].header, message, "It starts from a picture, as in start: refs/first.png")
    elif text is None or text.settings is not None:
        message = f"Nothing in this clip has a picture, and {clip.model.name} needs at least one."
        advice = "Somebody with a picture, as in @Mira, or a location with one gives the model something to see."
        sibling = clip.model.sibling(TEXT)
        fix: Fix | None = None
        if sibling and clip.end is None:
            advice += f" {sibling.short_name} makes such clips from text alone, as Text model of the film or a scene."
            if clip.scene.at is not None:
                end = Span(clip.scene.at.anchor, clip.scene.at.end, clip.scene.at.end)
                fix = Fix(False, (Edit(end, f"\ntext model: {sibling.short_name}"),))
        yield Finding("SB301", clip.shots[0].header, message, advice, fix=fix)


def _too_many(clip: Clip, inputs: ClipInputs, code: str, most: int) -> Finding:
    """The finding for a single shot with more pictures than a limit, `most`; a second shot would only have made another
    clip.

    The note is at the first picture too many; the fix divides the shot there, if it can be divided.
    """
    elements, images = len(inputs.elements), len(inputs.images)
    name = clip.model.name
    frames = "a start or an end frame" if inputs.frames == 1 else "a start and an end frame"
    if code == "SB304":
        said = f"{elements} elements beside {frames}; {name} takes {most} there."
        extra: list[Mention] = inputs.elements
    elif code == "SB303":
        said, extra = f"{elements} elements; {name} takes {most}.", inputs.elements
    elif code == "SB305":
        said, extra = f"{images} scene images; {name} takes {most}.", inputs.images
    elif code == "SB314":
        said, extra = (
            f"{elements} elements; the service takes {most} and would refuse this request.",
            inputs.elements,
        )
    else:
        counted = f" with {frames}" if inputs.frames else ""
        said = f"{inputs.total} pictures{counted}; {name} takes {most}."
        extra = sorted([*inputs.elements, *inputs.images], key=lambda mention: _order(clip, mention))
    room = most - (inputs.frames if code == "SB302" else 0)
    related: tuple[Note, ...] = ()
    fix: Fix | None = None
    if 0 <= room < len(extra):
        one = extra[room]
        related = (Note(f"{one.entity.name} is one too many.", one.at),)
        fix = _divided(clip.shots[0], one)
    advice = None if fix else "Use fewer of them, or two shots."
    return Finding(code, clip.shots[0].header, f"This shot has {said}", advice, related, fix)


def _divided(shot: Shot, extra: Mention) -> Fix | None:
    """The fix that begins a second shot at the paragraph with the excess mention; None if that is the first
    paragraph."""
    beats = [beat for beat in shot.beats if isinstance(beat, Action | Dialogue)]
    for beat in beats[1:]:
        if beat.at.anchor is extra.at.anchor and beat.at.start <= extra.at.start < beat.at.end:
            start = Span(beat.at.anchor, beat.at.start, beat.at.start)
            return Fix(False, (Edit(start, f"SHOT {shot.duration}s\n"),))
    return None


def _order(clip: Clip, mention: Mention) -> int:
    return next(index for index, entity in enumerate(clip.present) if entity is mention.entity)
