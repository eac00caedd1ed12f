"""Requirements of a run: the errors that stop it, and the picture model that a script asks for."""

from __future__ import annotations

from storyboard.compiler.diagnostics import Diagnostic, Severity
from storyboard.compiler.pipeline import Analysis

#: Groups of errors in whose spite pictures can be made: they are about clips, or about the pictures themselves. Those
#: of other groups say that words or names are not what the writer meant.
_LET_PASS = ("SB3", "SB4")
#: Of these groups, a path that leaves the project: nothing may be put there.
_OUTSIDE = "SB404"


def errors_before_making(analysis: Analysis) -> tuple[Diagnostic, ...]:
    """The errors that have to be fixed before anything is made from a script."""
    errors = (one for one in analysis.diagnostics if one.severity is Severity.ERROR)
    return tuple(one for one in errors if not one.code.startswith(_LET_PASS) or one.code == _OUTSIDE)


def picture_model_of(analysis: Analysis, of_project: str | None) -> str | None:
    """The picture model that the title page names, else the project's; None where neither does."""
    given = analysis.whole.given.get("picture model")
    return of_project if given is None else given.value
