"""SB204: a declaration that the film does not use.

A warning for names declared in the compiled file itself, if it has a shot; an included cast may be shared with other
films. Any mention, cue, heading or `with`, of the name or of a variant, is a use.
"""

from __future__ import annotations

from collections.abc import Iterator

from storyboard.compiler.check.film_view import FilmView
from storyboard.compiler.diagnostics import Code, Finding, Severity

CODES = (Code("SB204", "Declared, never used", Severity.WARNING),)


def check(view: FilmView) -> Iterator[Finding]:
    """Names declared in the compiled file that no shot, cue or heading uses."""
    if not any(plan.scene.shots for plan in view.plans):
        return
    varied = {entity.base.identity for entity in view.cast if entity.base and entity.identity in view.used}
    used = view.used | varied
    for entity in view.cast:
        if entity.identity not in used and entity.declared.anchor in view.own_blocks:
            message = f"{entity.name} is declared and never used."
            how = f"@{entity.name}" if not entity.is_location else f"a heading with {entity.name.upper()}"
            yield Finding("SB204", entity.declared, message, f"{how[0].upper()}{how[1:]} would use it.")
