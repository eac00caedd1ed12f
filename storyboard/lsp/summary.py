"""The figures of a script, for an editor's status bar: the notification `storyboard/summary`.

It is sent after a check to an editor whose `initializationOptions` contain `"summaries": true`; the protocol has no
message of its own for this.
"""

from __future__ import annotations

from typing import TypedDict

from storyboard.compiler.diagnostics import Severity
from storyboard.compiler.pipeline import Analysis
from storyboard.report.prices import price_sources
from storyboard.report.totals import price_line
from storyboard.wording import clock, count, listed

SUMMARY = "storyboard/summary"


class Summary(TypedDict):
    """A script in a few words: `clock` is its running time as `1:03`, `price` by the catalogue, which `basis` names
    with its date; `errors` and `warnings` are counts."""

    uri: str
    clock: str
    shots: str
    clips: str
    price: str
    basis: str
    errors: int
    warnings: int


def summary_of(uri: str, analysis: Analysis) -> Summary:
    """What an analysis comes to, as far as the script is without errors."""
    shots = [shot for scene in analysis.film.scenes for shot in scene.shots]
    known = [clip.usd for clip in analysis.clips if clip.usd is not None]
    severities = [one.severity for one in analysis.diagnostics]
    return Summary(
        uri=uri,
        clock=clock(sum(shot.duration or 0 for shot in shots)),
        shots=count(len(shots), "shot"),
        clips=count(len(analysis.clips), "clip"),
        price=price_line(len(analysis.clips), sum(known), len(analysis.clips) - len(known)),
        basis=listed(price_sources(analysis.clips)),
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
    )
