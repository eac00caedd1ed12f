"""Codes of the resolving pass: names, settings and includes."""

from __future__ import annotations

from storyboard.compiler.diagnostics import Code, Severity

CODES = (
    Code("SB102", "Unknown property or setting"),
    Code("SB104", "A value that its property does not take", of_names=True),
    Code("SB105", "An include that cannot be used"),
    Code("SB107", "Text that belongs to no scene", Severity.WARNING),
    Code("SB108", "A shot with nothing to film"),
    Code("SB110", "A raw tag, or a mention where none counts", of_names=True),
    Code("SB201", "Unknown name", of_names=True),
    Code("SB202", "Name declared twice"),
    Code("SB206", "Scene heading names no location", Severity.WARNING, of_names=True),
    Code("SB309", "The model has no such feature"),
    Code("SB311", "Aspect or resolution not among the model's"),
    Code("SB313", "Angles or video without front"),
    Code("SB404", "Path leaves the project root"),
)
