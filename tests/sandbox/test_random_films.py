"""What compiles is taken: clips of random films, on random models, by both limits, and as drafts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from storyboard.catalog import GUIDE, SERVICE, Model, find_model, models
from storyboard.compiler.drafts import compile_on
from storyboard.compiler.emit import request_body
from storyboard.compiler.pipeline import Analysis, DraftModel, analyze_text
from storyboard.sandbox.bodies import QueueBody
from storyboard.sandbox.validation import problems_of_body

NAMES = [f"P{n}" for n in range(6)]
PLACES = [f"L{n}" for n in range(3)]
CAST = "".join(
    f"{'CHARACTER' if n % 2 else 'PROP'} P{n}\n"
    + (f"front: https://example.com/p{n}.png\nangles: https://example.com/a.png\n" if n != 3 else "look: grey\n")
    + "\n"
    for n in range(6)
) + "".join(
    f"LOCATION L{n}\n" + (f"image: https://example.com/l{n}.png\n" if n else "look: bare\n") + "\n" for n in range(3)
)
SHOWN = st.sampled_from(models())


@st.composite
def scripts(draw: st.DrawFn) -> str:
    model = draw(SHOWN)
    limits = draw(st.sampled_from([GUIDE, SERVICE]))
    judged = find_model(model.id, limits)
    assert judged is not None
    head = [f"Limits: {limits}", f"Model: {model.id}"]
    if draw(st.booleans()):
        head.append("Text model: kling-o3-standard-text-to-video")
    if judged.has_sound:
        head.append(f"Audio: {draw(st.sampled_from(['on', 'off']))}")
    if judged.aspects:
        head.append(f"Aspect: {draw(st.sampled_from(judged.aspects))}")
    if judged.resolutions:
        head.append(f"Resolution: {draw(st.sampled_from(judged.resolutions))}")
    lines = ["\n".join(head), "", CAST]
    for _ in range(draw(st.integers(1, 3))):
        lines.append(f"EXT. {draw(st.sampled_from([*PLACES, 'NOWHERE']))} - DAY\n")
        for _ in range(draw(st.integers(1, 4))):
            lines.append(f"SHOT {draw(st.sampled_from(judged.lengths))}s")
            if judged.takes_start and draw(st.booleans()):
                lines.append("start: https://example.com/s.png")
            if judged.end_frame and draw(st.booleans()):
                lines.append("end: https://example.com/e.png")
            mentioned = draw(st.lists(st.sampled_from(NAMES), max_size=4, unique=True))
            lines.append(f"{' '.join(f'@{one}' for one in mentioned)} Wind in the grass.\n")
    return "\n".join(lines)


def refusals(analysis: Analysis) -> list[str]:
    """What the sandbox would refuse of the clips of a film, but for more elements than it takes (SB314 says that)."""
    found = []
    for clip in analysis.clips:
        body = QueueBody.model_validate(request_body(analysis, clip, "link"))
        service = _service(clip.model)
        found += [f"{clip.id} {path}: {why}" for path, why in problems_of_body(body, service) if path != ("elements",)]
    return found


def _service(model: Model) -> Model:
    found = find_model(model.id, SERVICE)
    assert found is not None
    return found


@given(scripts())
@settings(max_examples=60)
def test_what_compiles_is_taken(script: str) -> None:
    analysis = analyze_text(script, "film.sb")
    if analysis.has_errors:
        return
    assert refusals(analysis) == []
    for clip in analysis.clips:
        assert clip.usd is not None
        if clip.model.price.in_cents:
            assert Decimal(str(clip.usd)) == Decimal(str(clip.usd)).quantize(Decimal("0.01"), ROUND_HALF_UP)


@given(scripts(), st.sampled_from([one for one in models(SERVICE) if one.takes_references]))
@settings(max_examples=60)
def test_drafts_that_compile_are_taken(script: str, model: Model) -> None:
    final = analyze_text(script, "film.sb")
    if final.has_errors:
        return
    draft = compile_on(final, DraftModel(model.id, model.resolution))
    shots = [(shot.number, shot.duration) for scene in draft.film.scenes for shot in scene.shots]
    assert [number for number, _ in shots] == [shot.number for scene in final.film.scenes for shot in scene.shots], (
        "a draft has the shots of its film"
    )
    if not draft.has_errors:
        assert refusals(draft) == []
