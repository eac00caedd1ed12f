"""Draft options shared by commands, and the words for what a draft loses."""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.cli.process import PROBLEMS
from storyboard.cli.streams import fail, print_report
from storyboard.compiler.drafts import DraftLoss, NoDraft, compile_draft, draft_losses
from storyboard.compiler.pipeline import Analysis


def draft_or_leave(final: Analysis) -> Analysis:
    """A script without errors as its drafts. Where no model can film them, or not without errors, the command ends."""
    try:
        draft = compile_draft(final)
    except NoDraft as problem:
        fail(str(problem), PROBLEMS)
    if draft.has_errors:
        print_report(draft.diagnostics, draft.texts, to_stderr=True)
        fail(f"that is wrong on the drafts' model, {_model_of(draft)}; name another one as Draft", PROBLEMS)
    return draft


def draft_lines(final: Analysis, draft: Analysis) -> Iterator[str]:
    """On which model the drafts are made, and what they lose."""
    lost = draft_losses(final, draft)
    if not lost:
        yield f"Drafts on {_model_of(draft)}. They lose nothing of what the script asks for."
        return
    yield f"Drafts on {_model_of(draft)}. They lose:"
    for loss in lost:
        yield f"  - {loss.words}"


def draft_data(final: Analysis, draft: Analysis) -> dict[str, object]:
    """The same for programs: `model`, the catalogue's id; `resolution`, or null; `lost`, each with `kind` and
    `words`."""
    chosen = draft.options.draft
    assert chosen is not None, "an analysis of drafts has a model for them"
    return {
        "model": chosen.id,
        "resolution": chosen.resolution,
        "lost": list(map(DraftLoss._asdict, draft_losses(final, draft))),
    }


def _model_of(draft: Analysis) -> str:
    chosen = draft.options.draft
    assert chosen is not None, "an analysis of drafts has a model for them"
    model = draft.settings.model_of(chosen.id)
    return f"{model.name} at {chosen.resolution}" if chosen.resolution else model.name
