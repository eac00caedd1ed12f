"""Completion: what may follow, depending on the text before the cursor.

    names         after an `@`, in a scene heading, in the brackets after a cue
    shots         the header of a shot
    properties    values of properties, files
    line_starts   keys of properties, headers of blocks, speakers
    cursor        the cursor and an offer

Each function of these modules knows one kind of place, and returns None elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from storyboard.compiler.codes import TITLES, severity_of
from storyboard.compiler.diagnostics import Severity
from storyboard.compiler.parse.comments import flatten, strip_comments
from storyboard.compiler.pipeline import Analysis
from storyboard.lsp.completion.cursor import WORD, CompletionOffer, Cursor
from storyboard.lsp.completion.line_starts import line_start_offers
from storyboard.lsp.completion.names import extension_offers, heading_offers, mention_offers
from storyboard.lsp.completion.properties import include_offers, value_offers
from storyboard.lsp.completion.shots import shot_offers
from storyboard.lsp.locate import spot_at

__all__ = ["CompletionOffer", "complete"]

_ALLOW = re.compile(r"\[\[\s*allow\s+(?:SB[0-9]*[\s,]+)*(?P<rest>[A-Za-z0-9]*)$", re.IGNORECASE)


def complete(analysis: Analysis, path: str, at: int) -> list[CompletionOffer]:
    """The completions at a character of a file."""
    spot = spot_at(analysis, path, at)
    if spot is None:
        return []
    text = spot.source.text
    start = max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1
    ends = [end for end in (text.find("\n", at), text.find("\r", at)) if end >= 0]
    place = Cursor(analysis, spot, at, flatten(text[start:at]), flatten(text[at : min(ends, default=len(text))]))
    comment = any(one.start < at < one.end for one in strip_comments(text).comments)
    if comment or place.before.rfind("[[") > place.before.rfind("]]"):
        return _codes(place)
    for kind in _KINDS:
        offered = kind(place)
        if offered is not None:
            return list(offered)
    return []


def _codes(place: Cursor) -> list[CompletionOffer]:
    """Warnings that a note may allow."""
    found = _ALLOW.search(place.before)
    if found is None:
        return []
    start, end = place.at - len(found["rest"]), place.end(WORD)
    return [
        CompletionOffer(code, "value", code, start, end, title)
        for code, title in TITLES.items()
        if severity_of(code) is not Severity.ERROR
    ]


_KINDS: tuple[Callable[[Cursor], Iterable[CompletionOffer] | None], ...] = (
    mention_offers,
    heading_offers,
    shot_offers,
    include_offers,
    value_offers,
    extension_offers,
    line_start_offers,
)
