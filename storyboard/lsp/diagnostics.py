"""Diagnostics in the editor's units."""

from __future__ import annotations

from collections.abc import Callable

from lsprotocol.types import (
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Position,
    Range,
)

from storyboard.compiler.diagnostics import Diagnostic as Found
from storyboard.compiler.diagnostics import Severity
from storyboard.lsp.positions import TextDocument
from storyboard.report.text import more_untold
from storyboard.wording import printable

_SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.INFORMATION: DiagnosticSeverity.Information,
}
#: Shown faded: nothing is wrong with it, it is not needed.
_UNUSED = frozenset({"SB204"})


def published_diagnostic(
    found: Found, page_of: Callable[[str], TextDocument], uri_of: Callable[[str], str]
) -> Diagnostic:
    """A diagnostic in the editor's units; `page_of` and `uri_of` look up files by the paths in diagnostics."""
    return Diagnostic(
        range=page_of(found.file).range(found.start.offset, found.end.offset),
        severity=_SEVERITIES[found.severity],
        code=found.code,
        source="sbc",
        message="\n".join(printable(line) for line in (found.message, found.help) if line),
        tags=[DiagnosticTag.Unnecessary] if found.code in _UNUSED else None,
        related_information=[
            DiagnosticRelatedInformation(
                Location(uri_of(one.file), page_of(one.file).range(one.start.offset, one.end.offset)),
                printable(one.message),
            )
            for one in found.related
        ]
        or None,
    )


def unshown_diagnostics(count: int) -> Diagnostic:
    """The message at the top of a file that not all of its diagnostics are shown."""
    top = Position(0, 0)
    return Diagnostic(Range(top, top), more_untold(count), DiagnosticSeverity.Information, source="sbc")
