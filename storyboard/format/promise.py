"""What formatting keeps: what a script says, its prose, its comments. It is looked up at every run, not believed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from storyboard.diagnostics import Finding, Severity, severity_of
from storyboard.format.sense import comments, forget, read, said
from storyboard.format.style import restyle


class Unformatted(Exception):
    """A script that is left alone. `findings` are its syntax errors with the offset of each block; none where the
    style itself would have changed the script, which is a fault of ours."""

    def __init__(self, message: str, findings: tuple[tuple[int, Finding], ...] = ()) -> None:
        super().__init__(message)
        self.findings = findings


def format_script(text: str, manifest: Callable[[str], object] | None = None) -> str:
    """The script in the one style. `text` has no byte-order mark. `manifest` gives what a script compiles to, as a
    value to compare; line numbers are no part of it. Raises Unformatted, and then nothing should be written."""
    try:
        return _format(text, manifest)
    finally:
        forget()


def _format(text: str, manifest: Callable[[str], object] | None) -> str:
    errors = tuple(syntax_errors(text))
    if errors:
        raise Unformatted("has syntax errors", errors)
    formatted = restyle(text)
    if formatted == text:
        return text
    if restyle(formatted) != formatted:
        raise Unformatted("formatting it twice would not give the same as once")
    if said(formatted) != said(text):
        raise Unformatted("formatting would change what it says")
    if comments(formatted) != comments(text):
        raise Unformatted("formatting would change its comments")
    if manifest is not None and manifest(formatted) != manifest(text):
        raise Unformatted("formatting would change what it compiles to")
    return formatted


def syntax_errors(text: str) -> Iterator[tuple[int, Finding]]:
    """What cannot be read, with the offset of the block it is in."""
    for offset, block in read(text):
        for finding in block.findings:
            if (finding.severity or severity_of(finding.code)) is Severity.ERROR:
                yield offset, finding
