"""Codes of the parsing pass: lines, keys, comments."""

from __future__ import annotations

from storyboard.compiler.diagnostics import Code, Severity

CODES = (
    Code("SB101", "A line that fits nowhere"),
    Code("SB103", "Missing or unreadable duration"),
    Code("SB106", "Nearly a keyword, property or transition", Severity.WARNING, of_names=True),
    Code("SB109", "A name that cannot be one"),
)
